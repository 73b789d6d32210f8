"""What stands out in an alert: which of its values the detector finds strange."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

SHOWN = 3
LEAST = 0.01  # share of the score; below it is noise


def typical(X: pd.DataFrame) -> pd.Series[Any]:
    """Return the median of each number and the most frequent category."""
    return pd.Series({
        name: X[name].median() if pd.api.types.is_numeric_dtype(X[name])
        else next(iter(X[name].mode()), None)
        for name in X.columns
    })  # fmt: skip


def contributions(model: Pipeline, X: pd.DataFrame, normal: pd.Series[Any]) -> pd.DataFrame:
    """Return how much each feature has to do with each row's score, whatever the detector.

    It is the mean of two answers: by how much the row calms down when this value alone becomes
    typical, and how strange a typical row becomes by this value alone. The first sees broken
    correlations; the second still answers where so much is strange that no value calms the row.
    """
    width, one = len(X.columns), np.eye(len(X.columns), dtype=bool)
    # Which columns become typical in each version of the rows: none, all, one each, all but one.
    replaced = np.concatenate([np.zeros((1, width), bool), np.ones((1, width), bool), one, ~one])
    versions = pd.DataFrame({
        name: np.where(replaced[:, [place]], normal[name], X[name]).ravel()
        for place, name in enumerate(X.columns)
    })  # fmt: skip
    scores = model.score_samples(versions)  # a call is what costs
    own, at_rest, calmed, provoked = np.split(scores.reshape(-1, len(X)), [1, 2, 2 + width])
    moved = ((calmed - own) + (at_rest - provoked)) / 2
    return pd.DataFrame(moved.T, index=X.index, columns=X.columns)


def reasons(model: Pipeline, X: pd.DataFrame, normal: pd.Series[Any]) -> list[list[dict[str, Any]]]:
    """Return for each row the features that stand out most, with value and typical value."""
    rises = contributions(model, X, normal).clip(lower=0).to_numpy()
    shares = rises / np.maximum(rises.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return [
        [
            {
                "feature": str(X.columns[place]), "value": readable(X.iloc[row, place]),
                "typical": readable(normal.iloc[place]), "share": share[place],
            }
            for place in np.argsort(-share, kind="stable")[:SHOWN]
            if share[place] >= LEAST
        ]
        for row, share in enumerate(shares)
    ]  # fmt: skip


def readable(value: Any) -> str:
    """Return a value with four significant digits."""
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)
