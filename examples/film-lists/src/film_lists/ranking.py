"""Ranks every item for every user, and measures the lists: how good, how sure, how varied.

No sampled metrics: a list is compared with all items of the catalogue, because ranking a hit
against a hundred random items says little about the list that a user would see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from .arrays import Codes, Matrix, Vector
from .models import Model
from .split import Task

BLOCK = 500  # users at a time: a table of all users and items may not fit into memory
LENGTHS = (1, 2, 3, 5, 10, 20, 50)


class Ranked(NamedTuple):
    """The lists (a row per user, the best first, -1 where nothing is left) and what they hit."""

    lists: Codes
    hits: np.ndarray
    relevant: Codes

    def ndcg(self, k: int) -> Vector:
        """Return per user: hits weighted by place, as a share of the best possible list."""
        weights = 1 / np.log2(np.arange(2, k + 2))
        best = np.cumsum(weights)[np.minimum(self.relevant, k) - 1]
        return np.asarray((self.hits[:, :k] @ weights) / best)

    def recall(self, k: int) -> Vector:
        """Return per user the share of the hidden items that the list has."""
        return np.asarray(self.hits[:, :k].sum(axis=1) / self.relevant)

    def precision(self, k: int) -> Vector:
        """Return per user the share of the list that hits."""
        return np.asarray(self.hits[:, :k].sum(axis=1) / k)

    def hit_rate(self, k: int) -> Vector:
        """Return per user 1 where at least one place hits."""
        return self.hits[:, :k].any(axis=1).astype(float)


def rank(model: Model, task: Task, depth: int, *, repeats: bool = False) -> Ranked:
    """Return the first `depth` of all items for every user; what was had only with `repeats`."""
    return rank_by(
        lambda part: model.scores(task.history[part], task.moment[part]),
        task,
        depth,
        repeats=repeats,
    )


def rank_by(
    score: Callable[[slice], Matrix], task: Task, depth: int, *, repeats: bool = False
) -> Ranked:
    """Return the lists that follow from the scores of all items for a slice of the users."""
    lists, hits = [], []
    for start in range(0, len(task.users), BLOCK):
        part = slice(start, start + BLOCK)
        top = best(score(part), None if repeats else task.history[part], depth)
        lists.append(top)
        hits.append(look_up(task.hidden[part], top) & (top >= 0))
    relevant = np.diff(task.hidden.indptr).astype(np.int64)
    return Ranked(np.concatenate(lists), np.concatenate(hits), relevant)


def best(scores: Matrix, had: sp.csr_matrix | None, depth: int) -> Codes:
    """Return the items with the highest scores that were not had; -1 where none is left.

    Of equal scores the item with the lower number comes first: the same list on every machine.
    """
    if had is not None:
        scores[had.nonzero()] = -np.inf
    depth, places = min(depth, scores.shape[1]), np.arange(len(scores))[:, None]
    top = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
    last = scores[places, top].min(axis=1, keepdims=True)
    tied = (scores == last).sum(axis=1) > (scores[places, top] == last).sum(axis=1)
    for row in np.flatnonzero(tied & np.isfinite(last.ravel())):
        above = np.flatnonzero(scores[row] > last[row])
        same = np.flatnonzero(scores[row] == last[row])
        top[row] = np.concatenate([above, same[: depth - len(above)]])
    top = np.sort(top, axis=1)
    top = top[places, np.argsort(-scores[places, top], axis=1, kind="stable")]
    return np.where(np.isfinite(scores[places, top]), top, -1)


def nearest(close: Vector, count: int) -> Codes:
    """Return the most alike items; those that are not alike at all are left out."""
    order = np.argsort(-close, kind="stable")[:count]
    return order[close[order] > 0]


def look_up(hidden: sp.csr_matrix, top: Codes) -> np.ndarray:
    """Return for every place of every list whether its item is among the hidden ones."""
    rows = np.repeat(np.arange(len(top)), top.shape[1])
    return np.asarray(hidden[rows, top.ravel()]).reshape(top.shape) > 0


def interval(values: Vector, seed: int = 0) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a mean over users, who are drawn with replacement."""
    rng, count = np.random.default_rng(seed), len(values)
    draws = (rng.integers(count, size=(100, count)) for _ in range(20))
    means = np.concatenate([values[drawn].mean(axis=1) for drawn in draws])
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def measure(ranked: Ranked, k: int) -> dict[str, float]:
    """Return the four readings of the first `k` places."""
    return {
        "ndcg": ranked.ndcg(k).mean(),
        "recall": ranked.recall(k).mean(),
        "precision": ranked.precision(k).mean(),
        "hit_rate": ranked.hit_rate(k).mean(),
    }


def by_length(ranked: Ranked, k: int) -> list[dict[str, Any]]:
    """Return the readings for `k` places and for every other list length that was ranked."""
    lengths = sorted({k, *(length for length in LENGTHS if length <= ranked.lists.shape[1])})
    return [{"k": length} | measure(ranked, length) for length in lengths]


def variety(ranked: Ranked, k: int, popularity: Vector) -> dict[str, float]:
    """Return how much of the catalogue the lists show, how evenly, and how little known it is.

    Novelty is the mean of -log2 of the share of users who had the item; Gini is 0 where every item
    is shown equally often, and 1 where one item has every place.
    """
    shown = ranked.lists[:, :k]
    shown = shown[shown >= 0]
    exposure = np.sort(np.bincount(shown, minlength=len(popularity)))
    places = np.arange(1, len(exposure) + 1)
    return {
        "coverage": float(np.mean(exposure > 0)),
        "novelty": float(-np.log2(np.maximum(popularity[shown], 1e-9)).mean()),
        "gini": float(
            ((2 * places - len(exposure) - 1) @ exposure) / (len(exposure) * exposure.sum())
        ),
    }
