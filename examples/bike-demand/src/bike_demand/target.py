"""The column to predict: what it must look like, its distribution, how one feature tells it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from scipy.stats import spearmanr

from .project import Settings

LABELS = False  # a number, not a class: read as one, and not stratified
WANTED = "a number"
STRONG = 0.95  # rank correlation, or share of variance between categories


def convert_target(values: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return the values as numbers; what is none becomes missing."""
    return pd.to_numeric(values, errors="coerce").astype(float)


def check_target(y: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return the target as it is: any distribution of numbers can be predicted."""
    return y


def describe(y: pd.Series[Any], settings: Settings) -> dict[str, Any]:
    """Return the distribution of the target in six numbers."""
    points = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}
    quantiles = {name: float(y.quantile(share)) for name, share in points.items()}
    return quantiles | {"mean": float(y.mean())}


def strength(feature: pd.Series[Any], y: pd.Series[float]) -> float:
    """Return how well one feature alone orders the target, from 0 to 1."""
    known = feature.notna()
    if feature[known].nunique() < 2 or y[known].nunique() < 2:
        return 0.0
    if pd.api.types.is_numeric_dtype(feature) or pd.api.types.is_datetime64_any_dtype(feature):
        return abs(float(spearmanr(feature[known].rank(), y[known]).statistic))
    counts = feature.map(feature.value_counts())
    rest = (y.groupby(feature).transform("sum") - y) / (counts - 1).where(counts > 1)
    rest = rest.fillna(y.mean())  # of the other rows: a lone row must not explain itself
    return max(0.0, 1 - float(((y - rest) ** 2).mean() / y.var()))
