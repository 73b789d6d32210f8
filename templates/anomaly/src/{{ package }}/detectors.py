"""Detectors of anomalies in the manner of scikit-learn: `fit(X)`, then `score_samples(X)`.

As there, a higher score is more normal: the logarithm of a density, or what plays its part. An
anomaly is a row whose score is below a threshold: log p(x) < log epsilon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OutlierMixin, clone
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted, validate_data

Matrix = NDArray[np.float64]
STEPS = 20
LEAST_SPREAD = 1e-9


class Detector(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """What all detectors share: checks of X, a memory of its width, no use of labels."""

    def fit(self, X: Any, y: object = None) -> Detector:
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

    def learn(self, X: Matrix) -> None:
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
            self.gaussian_ = LedoitWolf().fit(X[kept])
            distance = self.gaussian_.mahalanobis(X)
            closest = distance <= np.quantile(distance, 1 - self.contamination)
            if np.array_equal(closest, kept) or self.contamination == 0:
                break
            kept = closest

    def judge(self, X: Matrix) -> Matrix:
        """Return log p(x)."""
        _, volume = np.linalg.slogdet(2 * np.pi * self.gaussian_.covariance_)
        logs: Matrix = -0.5 * (self.gaussian_.mahalanobis(X) + volume)
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


class MeanOfRanks(Detector):
    """Several detectors, each asked how rare its score is among those of the known rows.

    Scores of different detectors have no common scale; logarithms of tail probabilities have.
    """

    def __init__(
        self, detectors: tuple[Any, ...] = (), weights: tuple[float, ...] | None = None
    ) -> None:
        self.detectors = detectors
        self.weights = weights

    def learn(self, X: Matrix) -> None:
        """Fit every detector and keep the scores of the known rows in order."""
        self.fitted_ = [clone(detector).fit(X) for detector in self.detectors]
        self.known_ = [np.sort(detector.score_samples(X)) for detector in self.fitted_]

    def judge(self, X: Matrix) -> Matrix:
        """Return the weighted mean logarithm of the share of known rows with a score as low."""
        ranks = [
            np.searchsorted(known, detector.score_samples(X), side="right")
            for detector, known in zip(self.fitted_, self.known_, strict=True)
        ]
        logs = [np.log((rank + 1) / (len(self.known_[0]) + 1)) for rank in ranks]
        mean: Matrix = np.average(logs, axis=0, weights=self.weights)
        return mean
