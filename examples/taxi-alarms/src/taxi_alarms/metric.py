"""How well scores find anomalies, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
DRAWS = 300


def score(y: Vector, normality: Vector, weights: Vector | None = None) -> float:
    """Return the average precision; a random order has the share of anomalies."""
    hits, false = down_the_list(y, normality, weights)
    rows = hits + false
    precision = np.divide(hits, rows, out=np.zeros_like(hits), where=rows > 0)
    return float(np.sum(np.diff(hits, prepend=0) * precision) / hits[-1])


def roc_auc(y: Vector, normality: Vector, weights: Vector | None = None) -> float:
    """Return the chance that an anomaly is ranked before a normal row."""
    hits, false = down_the_list(y, normality, weights)
    area = np.trapezoid(np.append(0, hits), np.append(0, false))
    return float(area / (hits[-1] * false[-1]))


def down_the_list(y: Vector, normality: Vector, weights: Vector | None) -> tuple[Vector, Vector]:
    """Return how many anomalies and how many normal rows are at or above each score.

    Scikit-learn's metrics do the same, too slowly for the thousands of draws of a bootstrap.
    """
    order = np.argsort(normality, kind="stable")
    weight = np.ones(len(y)) if weights is None else weights[order]
    last = np.append(np.diff(normality[order]) > 0, values=True)  # rows of one score count at once
    return np.cumsum(weight * y[order])[last], np.cumsum(weight * (1 - y[order]))[last]


def at_threshold(y: Vector, flagged: Flags) -> dict[str, float]:
    """Return precision, recall and F1 of flags, row by row."""
    hits, alarms, anomalies = float((flagged & (y == 1)).sum()), flagged.sum(), (y == 1).sum()
    return {
        "flagged": int(alarms), "precision": hits / max(alarms, 1),
        "recall": hits / max(anomalies, 1), "f1": 2 * hits / max(alarms + anomalies, 1),
    }  # fmt: skip


def resample(y: Vector, units: NDArray[np.int64], seed: int = 0) -> Iterator[Vector]:
    """Yield weights of rows: whole units drawn with replacement, draws of one class left out."""
    codes = np.unique(units, return_inverse=True)[1]
    count, random = codes.max() + 1, np.random.default_rng(seed)
    for _ in range(DRAWS):
        weights = np.bincount(random.integers(count, size=count), minlength=count)[codes]
        if 0 < (weights * y).sum() < weights.sum():
            yield weights.astype(float)


def interval(measure: Callable[[Vector], float], draws: Iterator[Vector]) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a measure that takes weights of rows.

    Whole units are drawn, because rows of one stretch of time or group err together.
    """
    low, high = np.quantile([measure(weights) for weights in draws], [0.025, 0.975])
    return float(low), float(high)
