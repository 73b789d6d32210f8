"""Detectors of anomalies in the manner of scikit-learn: `fit(X)`, then `score_samples(X)`.

As there, a higher score is more normal: the logarithm of a density, or what plays its part. An
anomaly is a row whose score is below a threshold: log p(x) < log epsilon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted, validate_data

Matrix = NDArray[np.float64]
STEPS = 20
FEWEST = 5  # rows
LEAST_SPREAD = 1e-9
RIDGE = 1e-3  # variance; features have variance 1


class Detector(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """What all detectors share: checks of X, a memory of its width, no use of labels."""

    def fit(self, X: Any, y: object = None) -> Detector:  # noqa: ARG002 (scikit-learn gives it)
        """Learn what is normal from rows that may hold some anomalies."""
        self.learn(validate_data(self, X, dtype=np.float64, ensure_min_samples=2))
        return self

    def score_samples(self, X: Any) -> Matrix:
        """Return a score per row; the lower, the more anomalous."""
        check_is_fitted(self)
        return self.judge(validate_data(self, X, dtype=np.float64, reset=False))

    def learn(self, X: Matrix) -> None:
        """Fit to checked rows."""
        raise NotImplementedError

    def judge(self, X: Matrix) -> Matrix:
        """Score checked rows."""
        raise NotImplementedError


class RandomScore(Detector):
    """Scores drawn at random: what any detector must beat."""

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def learn(self, X: Matrix) -> None:  # noqa: ARG002
        """Nothing is learnt."""
        self.seed_ = self.random_state

    def judge(self, X: Matrix) -> Matrix:
        """Return noise."""
        return np.random.default_rng(self.seed_).random(len(X))


class GaussianDiagonal(Detector):
    """The product of one Gaussian per feature: features count as independent."""

    def learn(self, X: Matrix) -> None:
        """Take mean and variance of each feature."""
        self.mean_, self.variance_ = X.mean(axis=0), X.var(axis=0) + LEAST_SPREAD

    def judge(self, X: Matrix) -> Matrix:
        """Return log p(x)."""
        squares = (X - self.mean_) ** 2 / self.variance_
        logs: Matrix = -0.5 * (squares + np.log(2 * np.pi * self.variance_)).sum(axis=1)
        return logs


class GaussianFull(Detector):
    """One Gaussian with covariances, fitted to the typical rows only.

    A few anomalies can widen a Gaussian until it covers them. So the share `contamination` of the
    rows that are furthest away is left out and the rest fitted again, until nothing changes
    (the concentration steps of Rousseeuw and Van Driessen, 1999). Covariances are shrunk, so that
    repeated or dependent features do no harm.
    """

    def __init__(self, contamination: float = 0.1) -> None:
        self.contamination = contamination

    def learn(self, X: Matrix) -> None:
        """Fit, leave out the furthest rows, and repeat."""
        if not 0 <= self.contamination <= 0.5:
            raise ValueError(f"contamination must be in [0, 0.5], not {self.contamination}")
        kept = np.ones(len(X), dtype=bool)
        for _ in range(STEPS):
            fitted = LedoitWolf().fit(X[kept])
            ridge = RIDGE * np.eye(X.shape[1])  # what is constant among kept rows is not certain
            self.mean_ = fitted.location_
            self.root_ = np.linalg.cholesky(fitted.covariance_ + ridge)
            scores = self.judge(X)
            closest = scores >= np.quantile(scores, self.contamination)
            if np.array_equal(closest, kept) or closest.sum() < FEWEST:
                break
            kept = closest

    def judge(self, X: Matrix) -> Matrix:
        """Return log p(x)."""
        squares = solve_triangular(self.root_, (X - self.mean_).T, lower=True) ** 2
        volume = 2 * np.log(np.diag(self.root_)).sum() + X.shape[1] * np.log(2 * np.pi)
        logs: Matrix = -0.5 * (squares.sum(axis=0) + volume)
        return logs


class Neighbours(Detector):
    """The mean distance to the nearest known rows; of fewer rows than `k`, all others are used."""

    def __init__(self, k: int = 20) -> None:
        self.k = k

    def learn(self, X: Matrix) -> None:
        """Keep the rows."""
        self.rows_ = NearestNeighbors(n_neighbors=min(self.k, len(X) - 1)).fit(X)

    def judge(self, X: Matrix) -> Matrix:
        """Return the distance with its sign turned."""
        distance: Matrix = self.rows_.kneighbors(X)[0].mean(axis=1)
        return -distance


class Tails(Detector):
    """How far out in the tails of the known values each value is (ECOD: Li and others, 2022).

    Per feature the smaller of both tail probabilities counts; their logarithms are added.
    """

    def learn(self, X: Matrix) -> None:
        """Keep the values of each feature in order."""
        self.sorted_ = np.sort(X, axis=0)

    def judge(self, X: Matrix) -> Matrix:
        """Return the sum of the logarithms of the tail probabilities."""
        total, count = np.zeros(len(X)), len(self.sorted_) + 1
        for known, values in zip(self.sorted_.T, X.T, strict=True):
            below = np.searchsorted(known, values, side="right") + 1
            above = count - np.searchsorted(known, values, side="left")
            total += np.log(np.minimum(np.minimum(below, above) / count, 1))
        return total
