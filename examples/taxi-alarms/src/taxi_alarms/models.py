"""The rule of thumb, then detectors from the simplest to the most complex, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.covariance import EllipticEnvelope
from sklearn.ensemble import IsolationForest
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline

from .features import RULE, preprocessor
from .kit.intervals import Vector
from .kit.settings import Settings

MOST_PAIRS = 2_000_000_000  # a minute or two on one core


def strangeness(model: Any, X: pd.DataFrame) -> Vector:
    """Return a score per row; the higher, the stranger: scikit-learn counts the other way."""
    return -np.asarray(model.score_samples(X), dtype=float)


def average_precision(y: Vector, scores: Vector) -> float:
    """Return what scikit-learn's does, in a fiftieth of its time; nan where no row is anomalous."""
    hits, rows = np.sort(scores[y == 1]), np.sort(scores)
    precision = np.divide(*(len(each) - np.searchsorted(each, hits) for each in (hits, rows)))
    return float(precision.mean()) if len(hits) else float("nan")


class RuleOfThumb(BaseEstimator):  # type: ignore[misc]
    """The largest of the numbers that a person would look at, each on its own robust scale."""

    def fit(self, X: pd.DataFrame, y: object = None) -> RuleOfThumb:  # noqa: ARG002
        """Store median and robust width of each column; of a series, of the rule's own columns."""
        rule_columns = X.filter(regex=f"^{RULE}")
        values = X.select_dtypes("number") if rule_columns.empty else rule_columns
        width = (values.quantile(0.75) - values.quantile(0.25)) * 0.7413
        self.width_ = width.where(width > 0, values.std()).replace(0, 1)
        self.middle_, self.both_sides_ = values.median(), rule_columns.empty
        return self

    def score_samples(self, X: pd.DataFrame) -> Vector:
        """Return minus the largest distance; a gap is not strange."""
        distance = (X[self.middle_.index] - self.middle_) / self.width_
        largest = (distance.abs() if self.both_sides_ else distance).max(axis=1)
        return -largest.fillna(0).to_numpy(dtype=float)


class Neighbours(BaseEstimator):  # type: ignore[misc]
    """The mean distance to the 20 nearest training rows."""

    def fit(self, X: Vector, y: object = None) -> Neighbours:  # noqa: ARG002
        """Keep the rows."""
        self.rows_ = NearestNeighbors(n_neighbors=min(20, len(X) - 1)).fit(X)
        return self

    def score_samples(self, X: Vector) -> Vector:
        """Return minus the distance."""
        return -np.asarray(self.rows_.kneighbors(X)[0].mean(axis=1))


class Rung(NamedTuple):
    """One step of the ladder; `detect` returns its detector, unfitted and without preprocessing."""

    name: str
    label: str
    role: str
    why: str
    detect: Callable[[Settings], Any]


LADDER = (  # in order of simplicity
    Rung("rule_of_thumb", "rule of thumb", "rule_of_thumb", "what would be done without a detector",
         lambda _: RuleOfThumb()),
    Rung("gaussian_diagonal", "one Gaussian per feature", "model", "as if they were independent",
         lambda _: GaussianMixture(covariance_type="diag")),
    Rung("gaussian_full", "one full Gaussian", "model", "knows which features go together",
         lambda _: GaussianMixture(covariance_type="full", reg_covar=1e-3)),
    Rung("elliptic_envelope", "robust Gaussian", "model", "fitted without the furthest tenth",
         lambda settings: EllipticEnvelope(support_fraction=0.9, random_state=settings.split.seed)),
    Rung("isolation_forest", "isolation forest", "model", "any shape, any scale, nothing to tune",
         lambda settings: IsolationForest(random_state=settings.split.seed)),
    Rung("neighbours", "nearest neighbours", "model", "several kinds of normal, each dense",
         lambda _: Neighbours()),
)  # fmt: skip


def build(name: str, settings: Settings) -> Any:
    """Return the detector of a rung with its preprocessing, unfitted."""
    rung = next(rung for rung in LADDER if rung.name == name)
    detector = rung.detect(settings)
    return detector if rung.role == "rule_of_thumb" else make_pipeline(preprocessor(), detector)


def prior(settings: Settings) -> tuple[str, str]:
    """Return the default detector where labels cannot choose, and the reason for it."""
    if settings.columns.time:
        return "gaussian_diagonal", "best on average over twelve series of the NAB benchmark"
    return "isolation_forest", "best on average over eleven tables of the ADBench benchmark"
