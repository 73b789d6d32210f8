"""Lists of the best of all items, and what they are worth.

No sampled metrics: a list is compared with all items of the catalogue, because to rank a hit among
a hundred random items says little about the list that a user would see.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .intervals import Rows, Vector, bootstrap

Matrix = NDArray[np.float32]


class Ranked(NamedTuple):
    """The lists (a row per user, best first, -1 where no item is left) and which places hit."""

    lists: Rows
    hits: NDArray[np.bool_]
    hidden: Rows  # how many items would have hit

    def ndcg(self) -> Vector:
        """Return per user: hits weighted by place, as a share of the best possible list."""
        weights = 1 / np.log2(np.arange(2, self.hits.shape[1] + 2))
        best = np.cumsum(weights)[np.minimum(self.hidden, len(weights)) - 1]
        return np.asarray((self.hits @ weights) / best)

    def describe(self, items: int) -> dict[str, float]:
        """Return the share of users with a hit, and the share of the catalogue shown."""
        shown = np.unique(self.lists[self.lists >= 0])
        return {"hit_rate": self.hits.any(axis=1).mean(), "coverage": len(shown) / items}


def best(scores: Matrix, excluded: sp.csr_matrix, k: int) -> Rows:
    """Return the items with the highest scores that are not excluded; -1 where none is left.

    Of equal scores the item with the lower number comes first: the same list on every machine.
    """
    scores[excluded.nonzero()] = -np.inf
    k = min(k, scores.shape[1])
    top = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    last = np.take_along_axis(scores, top, axis=1).min(axis=1, keepdims=True)
    for row in np.flatnonzero((scores >= last).sum(axis=1) > k):  # equals at the last place
        top[row] = np.argsort(-scores[row], kind="stable")[:k]
    top_scores = np.take_along_axis(scores, top, axis=1)
    top = np.where(np.isfinite(top_scores), top, -1)
    return np.take_along_axis(top, np.lexsort((top, -top_scores)), axis=1)


def interval(values: Vector) -> tuple[Any, Any]:
    """Return the ends of the 95% interval of means over users, who are drawn with replacement."""
    return bootstrap(lambda rows: values[rows].mean(axis=0), np.arange(len(values)))
