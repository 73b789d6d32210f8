"""The mean of several detectors, on a scale that they have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from .detectors import LEAST_SPREAD, Detector, Matrix


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
        logs = [
            log_share(known, detector.score_samples(X))
            for detector, known in zip(self.fitted_, self.known_, strict=True)
        ]
        mean: Matrix = np.average(logs, axis=0, weights=self.weights)
        return mean


def log_share(known: Matrix, scores: Matrix) -> Matrix:
    """Return the logarithm of the share of known scores, which are in order, as low as these.

    Between two known scores it rises evenly. Below all of them it goes on to fall as fast as in
    their lowest tenth (an exponential tail): the strangest rows keep their order.
    """
    shares = np.arange(1, len(known) + 1) / (len(known) + 1)
    lowest = known[: max(len(known) // 10, 1)]
    fall = lowest[-1] - lowest.mean()
    logs: Matrix = np.interp(scores, known, np.log(shares))
    logs -= np.maximum(known[0] - scores, 0) / (fall if fall > LEAST_SPREAD else 1.0)
    return logs
