"""How good are the probabilities? Corrects them where the folds say that it helps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, precision_recall_curve

from .kit.intervals import Folds, Vector, paired_difference


class PlattScaling(BaseEstimator):  # type: ignore[misc]
    """A logistic regression on a model's log-odds (Platt, 1999), one for each class.

    scikit-learn's `CalibratedClassifierCV` around the model cannot cross-validate in time order;
    this is fitted to probabilities of rows that the model had not seen, however these were made.
    """

    def fit(self, p: Vector, y: Vector) -> PlattScaling:
        """Fit a line per class; of two classes one says all."""
        codes = [1] if p.shape[1] == 2 else range(p.shape[1])
        # The weak penalty keeps the slope finite where classes are told apart without a mistake.
        line = LogisticRegression(C=100)
        self.lines_ = {code: clone(line).fit(log_odds(p[:, code]), y == code) for code in codes}
        return self

    def transform(self, p: Vector) -> Vector:
        """Return the corrected probabilities, which sum to 1."""
        found = [line.predict_proba(log_odds(p[:, c]))[:, 1] for c, line in self.lines_.items()]
        if len(found) == 1:
            return np.column_stack([1 - found[0], *found])
        return np.asarray(np.column_stack(found) / np.sum(found, axis=0)[:, None])


class Calibrated(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted model whose probabilities are corrected."""

    def __init__(self, model: Any, scaling: PlattScaling) -> None:
        self.model, self.scaling = model, scaling
        self.classes_ = model.classes_

    def predict_proba(self, X: pd.DataFrame) -> Vector:
        """Return the corrected probability of each class."""
        p: Vector = self.scaling.transform(self.model.predict_proba(X))
        return p


def log_odds(p: Vector) -> Vector:
    """Return the log-odds of probabilities as a table of one column."""
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    return np.log(inside / (1 - inside))[:, None]


def check_calibration(
    y: list[Vector], p: list[Vector], folds: Folds, *, by_time: bool
) -> tuple[dict[str, Any], list[Vector]]:
    """Return what a correction would change, and the probabilities of each fold to go on with.

    `y` and `p` belong to the validation rows of each fold. A fold is corrected by what the others
    say (by time: the earlier ones), so that no row judges a correction that it took part in; the
    correction is adopted only where the folds can see that it helps.
    """
    corrected = []
    for number, given in enumerate(p):
        known = [i for i in range(len(p)) if i < number or (i > number and not by_time)]
        others = [np.concatenate([side[i] for i in known]) for side in (p, y) if known]
        corrected.append(PlattScaling().fit(*others).transform(given) if known else given)
    pairs = (zip(y, side, strict=True) for side in (p, corrected))
    before, after = ([log_loss(*pair) for pair in each] for each in pairs)
    first = 1 if by_time else 0  # nothing earlier can correct the first fold
    facts = paired_difference(after[first:], before[first:], folds[first:])
    adopted = bool(facts["clear"] and facts["difference"] < 0)
    found = {"adopted": adopted, "before": np.mean(before), "after": np.mean(after), **facts}
    return found, corrected if adopted else p


def reliability(y: Vector, p: Vector) -> list[dict[str, float]]:
    """Return for tenths of the rows how probable the model called it, and how often it was so.

    Of two classes it is the one to find; of more, the one that the model holds most probable.
    """
    claimed, held = (p[:, 1], y == 1) if p.shape[1] == 2 else (p.max(axis=1), p.argmax(axis=1) == y)
    found = []
    for part in np.array_split(np.argsort(claimed, kind="stable"), min(10, len(y))):
        rate, n = held[part].mean(), len(part)
        reach = 1.96 * np.sqrt(max(rate * (1 - rate), 1 / n) / n)
        low, high = max(rate - reach, 0), min(rate + reach, 1)
        found.append({"claimed": claimed[part].mean(), "happened": rate, "rows": n,
                      "low": low, "high": high})  # fmt: skip
    return found


def curves(y: Vector, told: dict[str, Vector], names: list[str]) -> list[dict[str, Any]]:
    """Return precision and recall of the class to find, or of each against the rest."""
    found: list[dict[str, Any]] = []
    for code in [1] if len(names) == 2 else range(len(names)):
        found.append({"class": names[code]})
        for side in ("model", "rule_of_thumb"):
            precision, recall, _ = precision_recall_curve(y == code, told[side][:, code])
            kept = np.unique(np.linspace(0, len(recall) - 2, 200).astype(int))
            found[-1][side] = {"precision": precision[kept], "recall": recall[kept]}
    return found
