"""How good are the probabilities? Corrects them where the folds say that it helps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from .kit.intervals import Folds, Vector, paired_difference


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model whose probabilities are corrected by a fitted scaling."""

    def __init__(self, model: Any, scaling: Pipeline) -> None:
        self.model, self.scaling = model, scaling
        self.classes_ = model.classes_

    def predict_proba(self, X: pd.DataFrame) -> Vector:
        """Return the corrected probability of each class."""
        return np.asarray(self.scaling.predict_proba(self.model.predict_proba(X)))


def scale(p: Vector, y: Vector) -> Pipeline:
    """Return a logistic regression from a model's log-odds to classes (Platt, 1999).

    scikit-learn's `CalibratedClassifierCV` cannot cross-validate in time order; this is fitted to
    probabilities of rows that the model had not seen, however these were made.
    """
    # The weak penalty keeps the slope finite where classes are told apart without a mistake.
    return make_pipeline(FunctionTransformer(log_odds), LogisticRegression(C=100)).fit(p, y)


def log_odds(p: Vector) -> Vector:
    """Return the logarithm of the odds of each class but the first, which follows from them."""
    inside = np.clip(p[:, 1:], 1e-12, 1 - 1e-12)
    return np.log(inside / (1 - inside))


def check_calibration(
    y: list[Vector], p: list[Vector], folds: Folds
) -> tuple[dict[str, Any], list[Vector]]:
    """Return what a correction would change, and the probabilities of each fold to go on with.

    `y` and `p` belong to the validation rows of each fold. Every fold but the first is corrected by
    what those before it say, so that no row judges a correction that it took part in; the
    correction is adopted only where the folds can see that it helps.
    """
    corrected = [
        scale(np.concatenate(p[:number]), np.concatenate(y[:number])).predict_proba(p[number])
        for number in range(1, len(p))
    ]
    before, after = ([*map(log_loss, y[1:], side)] for side in (p[1:], corrected))
    gain = paired_difference(after, before, folds[1:])
    adopted = bool(gain["clear"] and gain["difference"] < 0)
    facts = {"adopted": adopted, "before": np.mean(before), "after": np.mean(after)}
    return facts, [p[0], *corrected] if adopted else p


def reliability(y: Vector, p: Vector) -> list[dict[str, float]]:
    """Return for tenths of the rows how probable the model called it, and how often it was so.

    Of two classes it is the one to find; of more, the one that the model holds most probable.
    """
    claimed, held = (p[:, 1], y == 1) if p.shape[1] == 2 else (p.max(axis=1), p.argmax(axis=1) == y)
    found = []
    for part in np.array_split(np.argsort(claimed, kind="stable"), min(10, len(y))):
        rate, count = held[part].mean(), len(part)
        reach = 1.96 * np.sqrt(max(rate * (1 - rate), 1 / count) / count)
        ends = {"low": max(rate - reach, 0), "high": min(rate + reach, 1)}
        found.append({"claimed": claimed[part].mean(), "happened": rate, "rows": count, **ends})
    return found
