"""Looks for ways in which the answer may have slipped into the features or across the split."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from .project import Columns

STRONG = 0.95  # rank correlation, or share of variance between categories
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


def strength(feature: pd.Series[Any], target: pd.Series[float]) -> float:
    """Return how well one feature alone orders the target, from 0 to 1."""
    known = feature.notna()
    if feature[known].nunique() < 2 or target[known].nunique() < 2:
        return 0.0
    if pd.api.types.is_numeric_dtype(feature) or pd.api.types.is_datetime64_any_dtype(feature):
        ranks = feature[known].rank()
        return abs(float(spearmanr(ranks, target[known]).statistic))
    counts = feature.map(feature.value_counts())
    rest = (target.groupby(feature).transform("sum") - target) / (counts - 1).where(counts > 1)
    rest = rest.fillna(target.mean())  # of the other rows: a lone row must not explain itself
    return max(0.0, 1 - float(((target - rest) ** 2).mean() / target.var()))


def looks_like_id(feature: pd.Series[Any]) -> bool:
    """Return whether nearly every row has its own value, as whole numbers or as one word."""
    values = feature.dropna()
    if len(values) == 0 or values.nunique() < UNIQUE * len(values):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return bool(np.equal(np.mod(values, 1), 0).all())
    return not pd.api.types.is_datetime64_any_dtype(values) and not values.str.contains(" ").any()
