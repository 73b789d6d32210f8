"""Models that know a user's past: weights between items, and vectors in a space of tastes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.linalg import lapack

from .kit.intervals import Rows, Vector
from .kit.ranking import Matrix

Days = float | None
MOST_ITEMS = 12_000  # the square of this many numbers is 576 MB; rarer items get no weights
TINY = 1e-6  # far below any weight that matters


@dataclass(frozen=True)
class Ease:
    """An item scores the sum of the weights to it from the items that the user had.

    Where these say nothing, because hardly anybody had them, `usual` puts what is popular first.
    Only the fit ages interactions: in the history of who gets a list, old and new count alike.
    """

    kept: Rows
    weights: Matrix
    popularity: Vector
    items: int

    def scores(self, history: sp.csr_matrix) -> Matrix:
        """Add up the weights; items without weights come last."""
        scores = np.full((history.shape[0], self.items), -1e9, dtype=np.float32)
        scores[:, self.kept] = history[:, self.kept] @ self.weights + self.popularity
        return scores


def fit_ease(
    frame: pd.DataFrame, items: int, *, half_life: Days = None, penalty: float = 300
) -> Ease:
    """Regress every item on all others at once, by one inverse (Steck, 2019)."""
    users = np.bincount(frame["item"], minlength=items)
    kept = np.argsort(-users, kind="stable")[:MOST_ITEMS]
    kept = np.sort(kept[users[kept] > min(1, users.max() - 1)])  # one user says nothing of two
    matrix = weigh(frame, items, half_life).sqrt()[:, kept]
    return solve_ease((matrix.T @ matrix).toarray(), kept, items, penalty)


def solve_ease(gram: Matrix, kept: Rows, items: int, penalty: float) -> Ease:
    """Return the weights between the items `kept`, from how many users had two of them."""
    popularity = TINY * np.diag(gram) / np.diag(gram).max()
    gram.flat[:: len(kept) + 1] += np.float32(penalty)
    factor, _ = lapack.spotrf(gram.T, overwrite_a=True)  # Cholesky: half the cost of `inv`
    upper, _ = lapack.spotri(factor, overwrite_c=True)
    weights = np.triu(upper) + np.triu(upper, 1).T
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0)
    return Ease(kept, weights, popularity, items)


def weigh(frame: pd.DataFrame, items: int, half_life: Days, now: Days = None) -> sp.csr_matrix:
    """Return users by items; an interaction counts half for every `half_life` days of age."""
    age = ((now or frame["time"].max()) - frame["time"]).to_numpy(dtype=np.float32)
    weight = 0.5 ** (age / half_life) if half_life else np.ones_like(age)
    shape = frame["user"].max() + 1, items
    return sp.csr_matrix((weight, (frame["user"], frame["item"])), shape=shape)


@dataclass(frozen=True)
class Factors:
    """Users and items as vectors: an item scores its dot product with the user's."""

    factors: Matrix
    penalty: float
    unobserved: float

    def scores(self, history: sp.csr_matrix) -> Matrix:
        """Solve for each user's vector from the history, then multiply it with every item's."""
        return solve(self.factors, history, self.penalty, self.unobserved) @ self.factors.T


def fit_factors(
    frame: pd.DataFrame,
    items: int,
    *,
    factors: int = 32,
    penalty: float = 0.003,
    unobserved: float = 0.1,
    half_life: Days = None,
    iterations: int = 10,
) -> Factors:
    """Alternate between least squares for users and for items (Hu, Koren and Volinsky, 2008).

    Ageing weights are scaled to a mean of 1. Otherwise they shrink while the penalty stays, and
    all vectors shrink to zero: then everybody gets the same list.
    """
    matrix = weigh(frame, items, half_life)
    matrix.data /= matrix.data.mean()
    by_item = matrix.T.tocsr()
    start = np.random.default_rng(0).normal(0, 0.1 / np.sqrt(factors), (items, factors))
    item_factors: Matrix = start.astype(np.float32)
    for _ in range(iterations):
        user_factors = solve(item_factors, matrix, penalty, unobserved)
        item_factors = solve(user_factors, by_item, penalty, unobserved)
    return Factors(item_factors, penalty, unobserved)


def solve(factors: Matrix, matrix: sp.csr_matrix, penalty: float, unobserved: float) -> Matrix:
    """Return the vector of every row of `matrix`: 1 for what it holds, 0 for all else.

    The zeros count `unobserved` each, and the penalty grows with what a row holds, so that its
    best value does not depend on the size of the data (Rendle et al., 2022).
    """
    count, size = factors.shape
    shared = unobserved * factors.T @ factors
    solved = np.zeros((matrix.shape[0], size), dtype=np.float32)
    for row, (start, end) in enumerate(pairwise(matrix.indptr)):
        known, weight = factors[matrix.indices[start:end]], matrix.data[start:end]
        normal = shared + (known * weight[:, None]).T @ known
        normal.flat[:: size + 1] += penalty * (weight.sum() / unobserved + count)
        _, solved[row], _ = lapack.sposv(normal, weight @ known)
    return solved
