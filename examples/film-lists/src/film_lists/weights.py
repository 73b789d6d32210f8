"""Weights between items: neighbours by cosine, and EASE, which regresses every item on all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.linalg import lapack

from .arrays import Codes, Matrix, Shape, Vector

MOST_ITEMS = 12_000  # the square of this many numbers is 576 MB; rarer items get no neighbours
TINY = 1e-6  # far below any weight that matters
LEAST = 1e-6  # weight of the oldest interactions: with none, cosines would divide by zero
BLOCK = 1000  # rows at a time: no second table of this size


@dataclass(frozen=True)
class ItemWeights:
    """An item scores the sum of its weights to the items that the user had.

    Where these say nothing, because hardly anybody had them, `usual` puts what is popular first.
    """

    kept: Codes
    weights: Matrix | sp.csr_matrix
    usual: Vector
    count: int

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Add up the weights; items without weights come last."""
        scores = np.full((history.shape[0], self.count), -1e9, dtype=np.float32)
        product = history[:, self.kept] @ self.weights
        product = product.toarray() if sp.issparse(product) else product
        scores[:, self.kept] = product + self.usual
        return scores

    def similar(self, item: int) -> Vector | None:
        """Return the weights from `item` to the others."""
        if not (place := np.flatnonzero(self.kept == item)).size:
            return None
        row = self.weights[place[0]]
        row = row.toarray().ravel() if sp.issparse(row) else row
        close = np.full(self.count, -np.inf)
        close[self.kept] = row
        close[item] = -np.inf
        return close


def fit_neighbours(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    neighbours: int = 100,
    shrink: float = 20,
    half_life: float | None = None,
) -> ItemWeights:
    """Weigh items by cosine, pulled to zero where few people had both; keep the closest ones."""
    taken, kept = interactions(frame, shape, half_life)
    together = gram(taken)
    usual, length = popular_first(together), np.sqrt(np.diag(together))
    together /= np.outer(length, length) + np.float32(shrink)
    np.fill_diagonal(together, 0)
    if neighbours < len(kept):
        edge = np.empty(len(kept), dtype=np.float32)  # by rows: the table is symmetric
        for start in range(0, len(kept), BLOCK):
            rows = np.partition(together[start : start + BLOCK], -neighbours, axis=1)
            edge[start : start + BLOCK] = rows[:, -neighbours]
        together[together < edge] = 0
    return ItemWeights(kept, sp.csr_matrix(together), usual, shape[1])


def fit_ease(
    frame: pd.DataFrame, shape: Shape, *, penalty: float = 200, half_life: float | None = None
) -> ItemWeights:
    """Regress every item on all others at once, by one inverse (Steck, 2019)."""
    taken, kept = interactions(frame, shape, half_life)
    normal = gram(taken)
    usual = popular_first(normal)
    np.fill_diagonal(normal, np.diag(normal) + np.float32(penalty))
    # By Cholesky, in place: twice as fast as an LU inverse, and no second table of this size.
    factor, _ = lapack.spotrf(normal.T, overwrite_a=True)
    inverse, _ = lapack.spotri(factor, overwrite_c=True)
    weights = inverse.T  # the lower half, as rows in order of memory
    for start in range(0, len(weights), BLOCK):  # mirror it
        weights[:start, start : start + BLOCK] = weights[start : start + BLOCK, :start].T
        block = weights[start : start + BLOCK, start : start + BLOCK]
        block[:] = np.tril(block) + np.tril(block, -1).T
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0)
    return ItemWeights(kept, weights, usual, shape[1])


def interactions(
    frame: pd.DataFrame, shape: Shape, half_life: float | None
) -> tuple[sp.csr_matrix, Codes]:
    """Return the weighted interactions of items that can have neighbours, and which these are."""
    users = np.bincount(frame["item"], minlength=shape[1])
    kept = np.argsort(-users, kind="stable")[:MOST_ITEMS]
    kept = np.sort(kept[users[kept] > 1])  # one user alone says nothing about two items
    if not kept.size:
        kept = np.flatnonzero(users)
    return weigh(frame, shape, half_life).sqrt()[:, kept], kept


def weigh(frame: pd.DataFrame, shape: Shape, half_life: float | None) -> sp.csr_matrix:
    """Return users by items; an interaction counts half for every `half_life` days of age."""
    age = frame["time"].max() - frame["time"].to_numpy()
    weight = np.maximum(0.5 ** (age / half_life if half_life else 0 * age), LEAST)
    weight = weight.astype(np.float32)
    return sp.csr_matrix((weight, (frame["user"], frame["item"])), shape=shape)


def gram(taken: sp.csr_matrix) -> Matrix:
    """Return for each pair of items how many users had both, a block of rows at a time."""
    size, across = taken.shape[1], taken.T.tocsr()
    result = np.empty((size, size), dtype=np.float32)
    for start in range(0, size, BLOCK):
        result[start : start + BLOCK] = (across[start : start + BLOCK] @ taken).toarray()
    return result


def popular_first(together: Matrix) -> Vector:
    """Return scores that only matter between equals: more for items that more users had."""
    users = np.diag(together)
    return np.asarray(TINY * users / users.max(), dtype=np.float32)
