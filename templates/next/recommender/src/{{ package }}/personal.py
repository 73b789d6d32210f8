"""Models that know a user's past: weights between items, and points in a space of tastes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.linalg import lapack

from .kit.intervals import Rows, Vector
from .kit.ranking import Matrix

Shape = tuple[int, int]  # users and items
Days = float | None  # after which an interaction counts half
MOST_ITEMS = 12_000  # the square of this many numbers is 576 MB; rarer items get no weights
TINY = 1e-6  # far below any weight that matters
BLOCK = 1000  # rows at a time: no second table of this size


@dataclass(frozen=True)
class ItemWeights:
    """An item scores the sum of the weights to it from the items that the user had.

    Where these say nothing, because hardly anybody had them, `usual` puts what is popular first.
    """

    kept: Rows
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

    def reasons(self, past: Rows, item: int) -> Vector:
        """Return the weight from each past item to `item`."""
        found, known = np.zeros(len(past)), np.isin(past, self.kept)
        if item in self.kept:
            rows, column = np.searchsorted(self.kept, past[known]), np.searchsorted(self.kept, item)
            found[known] = sp.csr_matrix(self.weights[rows])[:, [column]].toarray().ravel()
        return found


def fit_ease(
    frame: pd.DataFrame, shape: Shape, *, half_life: Days = None, penalty: float = 300
) -> ItemWeights:
    """Regress every item on all others at once, by one inverse (Steck, 2019)."""
    taken, kept = interactions(frame, shape, half_life)
    normal = count_pairs(taken)
    usual = popular_first(normal)
    normal.flat[:: len(kept) + 1] += np.float32(penalty)
    factor, _ = lapack.spotrf(normal.T, overwrite_a=True)  # Cholesky: half the cost of an inverse
    upper, _ = lapack.spotri(factor, overwrite_c=True)
    weights = np.triu(upper) + np.triu(upper, 1).T
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0)
    return ItemWeights(kept, weights, usual, shape[1])


def fit_neighbours(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    half_life: Days = None,
    neighbours: int = 100,
    shrink: float = 20,
) -> ItemWeights:
    """Weigh items by cosine, pulled to zero where few users had both; keep the closest ones."""
    taken, kept = interactions(frame, shape, half_life)
    together = count_pairs(taken)
    usual, length = popular_first(together), np.sqrt(np.diag(together))
    together /= np.outer(length, length) + np.float32(shrink)
    np.fill_diagonal(together, 0)
    if neighbours < len(kept):
        for start in range(0, len(kept), BLOCK):
            block = together[start : start + BLOCK]
            edge = np.partition(block, -neighbours, axis=1)[:, -neighbours, None]
            block[block < edge] = 0
    return ItemWeights(kept, sp.csr_matrix(together.T), usual, shape[1])


def interactions(frame: pd.DataFrame, shape: Shape, half_life: Days) -> tuple[sp.csr_matrix, Rows]:
    """Return the weighted interactions of items that can have neighbours, and which these are."""
    users = np.bincount(frame["item"], minlength=shape[1])
    kept = np.argsort(-users, kind="stable")[:MOST_ITEMS]
    kept = np.sort(kept[users[kept] > 1])  # one user alone says nothing about two items
    if not kept.size:
        kept = np.flatnonzero(users)
    return weigh(frame, shape, half_life).sqrt()[:, kept], kept


def weigh(frame: pd.DataFrame, shape: Shape, half_life: Days) -> sp.csr_matrix:
    """Return users by items; an interaction counts half for every `half_life` days of age."""
    age = frame["time"].max() - frame["time"].to_numpy()
    weight = 0.5 ** (age / half_life) if half_life else np.ones(len(age))
    weight = np.maximum(weight, TINY).astype(np.float32)  # with none, cosines divide by zero
    return sp.csr_matrix((weight, (frame["user"], frame["item"])), shape=shape)


def count_pairs(taken: sp.csr_matrix) -> Matrix:
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


@dataclass(frozen=True)
class Factors:
    """Users and items as points: an item scores the product of its point with the user's."""

    points: Matrix
    penalty: float
    unobserved: float

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Find each user's point from the history, then multiply it with every item's."""
        return solve(self.points, history, self.penalty, self.unobserved) @ self.points.T

    def reasons(self, past: Rows, item: int) -> Vector:
        """Return what each past item adds to the product (Hu, Koren and Volinsky, 2008)."""
        had = self.points[past]
        shared = self.unobserved * self.points.T @ self.points
        ridge = self.penalty * (len(past) / self.unobserved + len(self.points))
        normal = shared + had.T @ had + ridge * np.eye(had.shape[1], dtype=np.float32)
        return np.asarray(had @ np.linalg.solve(normal, self.points[item]))


def fit_factors(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    factors: int = 32,
    penalty: float = 0.003,
    unobserved: float = 0.1,
    half_life: Days = None,
    rounds: int = 10,
) -> Factors:
    """Alternate between least squares for users and for items (Hu, Koren and Volinsky, 2008).

    Ageing weights are scaled to a mean of 1. Otherwise they shrink while the penalty stays, and
    all points fall towards zero: then everybody gets the same list.
    """
    taken = weigh(frame, shape, half_life)
    taken.data /= taken.data.mean()
    across = taken.T.tocsr()
    start = np.random.default_rng(0).normal(0, 0.1 / np.sqrt(factors), (shape[1], factors))
    items: Matrix = start.astype(np.float32)
    for _ in range(rounds):
        users = solve(items, taken, penalty, unobserved)
        items = solve(users, across, penalty, unobserved)
    return Factors(items, penalty, unobserved)


def solve(points: Matrix, taken: sp.csr_matrix, penalty: float, unobserved: float) -> Matrix:
    """Return the point of every row of `taken`: 1 for what it holds, 0 for all else.

    The zeros count `unobserved` each, and the penalty grows with what a row holds, so that its
    best value does not depend on the size of the data (Rendle et al., 2022).
    """
    count, size = points.shape
    shared = unobserved * points.T @ points
    found = np.zeros((taken.shape[0], size), dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(taken.indptr)):
        had, weight = points[taken.indices[start:end]], taken.data[start:end]
        normal = shared + (had * weight[:, None]).T @ had
        normal.flat[:: size + 1] += penalty * (weight.sum() / unobserved + count)
        _, found[row], _ = lapack.sposv(normal, weight @ had)
    return found
