"""Looks for ways in which the answer may have slipped into the features or across the split."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .project import Columns
from .target import STRONG, strength

UNIQUE = 0.95


def audit(train: pd.DataFrame, test: pd.DataFrame, columns: Columns) -> dict[str, Any]:
    """Return rows on both sides, features that predict almost alone, and those like identifiers."""
    used = columns.features
    shared = pd.util.hash_pandas_object(test[used], index=False).isin(
        pd.util.hash_pandas_object(train[used], index=False)
    )
    alone = {name: strength(train[name], train[columns.target]) for name in used}
    return {
        "duplicates_across_split": int(shared.sum()),
        "strong_features": [name for name, value in alone.items() if value > STRONG],
        "id_like": [name for name in used if looks_like_id(train[name])],
        "alone": alone,
    }


def looks_like_id(feature: pd.Series[Any]) -> bool:
    """Return whether nearly every row has its own value, as whole numbers or as one word."""
    values = feature.dropna()
    if len(values) == 0 or values.nunique() < UNIQUE * len(values):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return bool(np.equal(np.mod(values, 1), 0).all())
    return not pd.api.types.is_datetime64_any_dtype(values) and not values.str.contains(" ").any()
