"""The column to predict: what it must look like, its distribution, how one feature tells it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.metrics import r2_score

from .alone import foretell
from .command import ProjectError
from .project import Settings

LABELS = False  # a number, not a class: read as one, and not stratified
WANTED = "a number"
REMEDY = "correct columns.target, or list the value under data.na_values"
STRONG = 0.9  # share of variance that a single feature explains, which should make you suspicious


def convert_target(values: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return the values as numbers; what is none becomes missing."""
    return pd.to_numeric(values, errors="coerce").astype(float)


def check_target(y: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return the target as it is; refuse one that never differs."""
    if y.min() == y.max():
        raise ProjectError(
            f"every row has {y.name!r} = {y.iloc[0]:g}: there is nothing to predict",
            "bring rows that differ, or correct columns.target",
        )
    return y


def describe(y: pd.Series[Any], settings: Settings) -> dict[str, Any]:
    """Return the distribution of the target in six numbers."""
    points = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}
    quantiles = {name: float(y.quantile(share)) for name, share in points.items()}
    return quantiles | {"mean": float(y.mean())}


def strength(feature: pd.Series[Any], y: pd.Series[float]) -> float:
    """Return the share of the variance of the target's ranks that one feature alone explains."""
    ranks = y.rank()
    return max(0.0, float(r2_score(ranks, foretell(feature, ranks))))
