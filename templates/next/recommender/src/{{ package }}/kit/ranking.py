"""Ranks every item for every user, and measures the lists.

No sampled metrics: a list is compared with all items of the catalogue, because to rank a hit among
a hundred random items says little about the list that a user would see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .intervals import Rows, Vector, bootstrap

Matrix = NDArray[np.float32]
BLOCK = 500  # users at a time: a table of all users and items may not fit into memory


class Ranked(NamedTuple):
    """The lists (a row per user, best first, -1 where no item is left) and which places hit."""

    lists: Rows
    hits: NDArray[np.bool_]
    hidden: Rows

    def ndcg(self, k: int) -> Vector:
        """Return per user: hits weighted by place, as a share of the best possible list."""
        weights = 1 / np.log2(np.arange(2, self.hits[:, :k].shape[1] + 2))
        best = np.cumsum(weights)[np.minimum(self.hidden, len(weights)) - 1]
        return np.asarray((self.hits[:, :k] @ weights) / best)

    def recall(self, k: int) -> Vector:
        """Return per user the share of the hidden items that the list has."""
        return np.asarray(self.hits[:, :k].sum(axis=1) / self.hidden)

    def hit_rate(self, k: int) -> Vector:
        """Return per user 1 where at least one place hits."""
        return self.hits[:, :k].any(axis=1).astype(float)


def rank(
    score: Callable[[slice], Matrix], seen: sp.csr_matrix | None, hidden: sp.csr_matrix, depth: int
) -> Ranked:
    """Return the first `depth` of all items for every user, without those `seen` before."""
    lists, hits = [], []
    for start in range(0, hidden.shape[0], BLOCK):
        part = slice(start, start + BLOCK)
        top = best(score(part), None if seen is None else seen[part], depth)
        lists.append(top)
        hits.append(look_up(hidden[part], top) & (top >= 0))
    return Ranked(np.concatenate(lists), np.concatenate(hits), np.diff(hidden.indptr))


def best(scores: Matrix, seen: sp.csr_matrix | None, depth: int) -> Rows:
    """Return the items with the highest scores that were not seen; -1 where none is left.

    Of equal scores the item with the lower number comes first: the same list on every machine.
    """
    if seen is not None:
        scores[seen.nonzero()] = -np.inf
    depth, users = min(depth, scores.shape[1]), np.arange(len(scores))[:, None]
    top = np.argpartition(-scores, depth - 1, axis=1)[:, :depth]
    last = scores[users, top].min(axis=1, keepdims=True)
    for row in np.flatnonzero((scores >= last).sum(axis=1) > depth):  # equals at the last place
        above = np.flatnonzero(scores[row] > last[row])
        equal = np.flatnonzero(scores[row] == last[row])
        top[row] = np.concatenate([above, equal[: depth - len(above)]])
    top = np.sort(top, axis=1)
    top = top[users, np.argsort(-scores[users, top], axis=1, kind="stable")]
    return np.where(np.isfinite(scores[users, top]), top, -1)


def interval(values: Vector) -> tuple[Any, Any]:
    """Return the ends of the 95% interval of means over users, who are drawn with replacement."""
    return bootstrap(lambda rows: values[rows].mean(axis=0), np.arange(len(values)))


def look_up(hidden: sp.csr_matrix, top: Rows) -> NDArray[np.bool_]:
    """Return for every place of every list whether its item is among the hidden ones."""
    rows = np.repeat(np.arange(len(top)), top.shape[1])
    return np.asarray(hidden[rows, top.ravel()]).reshape(top.shape) > 0


def variety(lists: Rows, users_of_item: Rows, users: int) -> dict[str, float]:
    """Return which share of the catalogue the lists show, and how little known it is.

    `novelty` is the mean of -log2 of the share of users who took a shown item before.
    """
    shown = lists[lists >= 0]
    share = np.maximum(users_of_item[shown], 0.5) / users
    return {
        "coverage": len(np.unique(shown)) / len(users_of_item),
        "novelty": float(-np.log2(share).mean()),
    }
