"""What stands out in an alert: which values, taken back to normal, would calm the detector."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .metric import Vector

SHOWN = 3


def typical(X: pd.DataFrame) -> pd.Series[Any]:
    """Return the median of each number and the most frequent category."""
    return pd.Series({
        name: X[name].median() if pd.api.types.is_numeric_dtype(X[name])
        else next(iter(X[name].mode()), None)
        for name in X.columns
    })  # fmt: skip


def contributions(model: Pipeline, X: pd.DataFrame, normal: pd.Series[Any]) -> pd.DataFrame:
    """Return by how much each row's score rises when one feature takes its typical value.

    This asks any detector in the same way. What only two features together make strange, as a
    broken correlation, shows in both of them or in none.
    """
    before = model.score_samples(X)
    rises: dict[str, Vector] = {
        name: model.score_samples(X.assign(**{name: normal[name]})) - before for name in X.columns
    }
    return pd.DataFrame(rises, index=X.index)


def reasons(model: Pipeline, X: pd.DataFrame, normal: pd.Series[Any]) -> list[list[dict[str, Any]]]:
    """Return for each row the features that stand out most, with value and typical value."""
    found = []
    for row, rises in contributions(model, X, normal).iterrows():
        top = rises.nlargest(SHOWN)
        found.append([
            {"feature": name, "value": readable(X.at[row, name]), "typical": readable(normal[name]),
             "share": float(rise / max(rises.clip(lower=0).sum(), np.finfo(float).tiny))}
            for name, rise in top.items()
            if rise > 0
        ])  # fmt: skip
    return found


def readable(value: Any) -> str:
    """Return a value with four significant digits."""
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)
