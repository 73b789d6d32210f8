"""Matrix factorisation: users and items as points in a space of hidden tastes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from .arrays import Codes, Matrix, Shape, Vector
from .weights import weigh


@dataclass(frozen=True)
class Factors:
    """Users and items as points: an item scores the product of its point with the user's."""

    points: Matrix
    penalty: float
    confidence: float

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Find each user's point from the history, then multiply it with every item's."""
        size = self.points.shape[1]
        shared = self.points.T @ self.points + self.penalty * np.eye(size, dtype=np.float32)
        had = np.split(history.indices, history.indptr[1:-1])
        return np.stack([self.fold_in(items, shared) for items in had]) @ self.points.T

    def fold_in(self, items: Codes, shared: Matrix) -> Matrix:
        """Solve one user: 1 with a confidence for what was had, 0 for the rest.

        `shared` is the part of the normal equations that is the same for everybody.
        """
        had = self.points[items]
        normal = shared + (self.confidence - 1) * had.T @ had
        return np.linalg.solve(normal, self.confidence * had.sum(axis=0)).astype(np.float32)

    def similar(self, item: int) -> Vector:
        """Return the cosine between the points of items."""
        length = np.linalg.norm(self.points, axis=1) + 1e-9
        close = (self.points @ self.points[item]) / (length * length[item])
        close[item] = -np.inf
        return np.asarray(close, dtype=float)


def fit_factors(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    factors: int = 32,
    confidence: float = 5,
    penalty: float = 10,
    half_life: float | None = None,
    seed: int = 0,
) -> Factors:
    """Alternate between least squares for users and for items (Hu, Koren and Volinsky, 2008)."""
    taken = weigh(frame, shape, half_life)
    with threadpool_limits(1, "blas"):  # the library has threads of its own
        als = AlternatingLeastSquares(
            min(factors, *shape),
            regularization=penalty,
            alpha=confidence,
            iterations=15,
            use_gpu=False,
            num_threads=2,
            random_state=seed,
        )
        als.fit(taken, show_progress=False)
    return Factors(np.asarray(als.item_factors), penalty, confidence)
