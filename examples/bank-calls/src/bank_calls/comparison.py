"""Cross-validates models on the same folds and says which differences are more than noise."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline

from .command import say
from .metric import Vector, predict, score
from .models import LADDER, Rung, rungs
from .project import Settings
from .split import Folds, Rows


class Validated(NamedTuple):
    """A model fitted once per fold, with what each fit predicts for the rows it has not seen."""

    models: list[Pipeline]
    folds: Folds
    predictions: list[Vector]
    fit_seconds: float

    def scores(self, metric: str, y: pd.Series[float]) -> list[float]:
        """Return the loss on the validation rows of each fold."""
        pairs = zip(self.folds, self.predictions, strict=True)
        return [score(metric, y.iloc[seen].to_numpy(), predicted) for (_, seen), predicted in pairs]

    def train_scores(self, metric: str, X: pd.DataFrame, y: pd.Series[float]) -> list[float]:
        """Return the loss of each fit on the very rows that it was fitted to."""
        pairs = zip(self.folds, self.models, strict=True)
        return [
            score(metric, y.iloc[fit].to_numpy(), predict(model, X.iloc[fit]))
            for (fit, _), model in pairs
        ]

    def out_of_fold(self) -> tuple[Rows, Vector]:
        """Return the positions that some fold predicted, and their predictions."""
        positions = np.concatenate([seen for _, seen in self.folds])
        return positions, np.concatenate(self.predictions)


def validate(model: Pipeline, X: pd.DataFrame, y: pd.Series[float], folds: Folds) -> Validated:
    """Fit `model` on every fold and predict the rows that the fold kept aside."""
    done = cross_validate(
        model, X, y, cv=folds, scoring=lambda *_: 0.0, return_estimator=True, error_score="raise"
    )  # scores follow from the predictions, which other questions need as well
    models = list(done["estimator"])
    parts = zip(models, folds, strict=True)
    predictions = [predict(fitted, X.iloc[seen]) for fitted, (_, seen) in parts]
    return Validated(models, folds, predictions, float(done["fit_time"].mean()))


def climb(
    settings: Settings,
    X: pd.DataFrame,
    y: pd.Series[float],
    folds: Folds,
    tuned: dict[str, dict[str, Any]],
) -> dict[str, Validated]:
    """Cross-validate every rung of the ladder on the same folds."""
    climbed, metric = {}, settings.metric.name
    for rung in rungs(len(X)):
        model = rung.make(settings, settings.split.seed, **tuned.get(rung.name, {}))
        done = climbed[rung.name] = validate(model, X, y, folds)
        mean = np.mean(done.scores(metric, y))
        say(f"  {rung.name}: loss {mean:.5g}, {done.fit_seconds:.2f} s a fit")
    return climbed


def describe(
    settings: Settings, rung: Rung, done: Validated, X: pd.DataFrame, y: pd.Series[float]
) -> dict[str, Any]:
    """Return the row of the ladder for one rung."""
    scores, metric = done.scores(settings.metric.name, y), settings.metric.name
    return {
        "name": rung.name,
        "family": rung.family,
        "why": rung.why,
        "rank": LADDER.index(rung),
        "score": float(np.mean(scores)),
        "folds": scores,
        "train_score": float(np.mean(done.train_scores(metric, X, y))),
        "fit_seconds": done.fit_seconds,
        "baseline": rung.baseline,
    }


def difference(scores: list[float], against: list[float], folds: Folds) -> dict[str, Any]:
    """Return the mean paired difference with the corrected interval of Nadeau and Bengio (2003).

    Folds share training rows, so their scores are not independent and a plain t interval is too
    narrow; the correction adds the ratio of validation to training rows to 1 / folds.
    """
    paired = np.subtract(scores, against)
    ratio = np.mean([len(seen) / len(fit) for fit, seen in folds])
    error = np.sqrt((1 / len(paired) + ratio) * paired.var(ddof=1))
    reach = stats.t.ppf(0.975, len(paired) - 1) * error
    low, high = paired.mean() - reach, paired.mean() + reach
    clear = bool(low > 0 or high < 0)
    return {"difference": paired.mean(), "low": low, "high": high, "distinguishable": clear}


RULE = (
    "the simplest model that is not distinguishably worse than the best one; "
    "a baseline that loses on every fold is never taken"
)


def choose(ladder: list[dict[str, Any]], folds: Folds) -> dict[str, Any]:
    """Choose from rungs in order of simplicity by the rule, and state what it rests on."""
    best = min(ladder, key=lambda rung: rung["score"])
    found = [difference(rung["folds"], best["folds"], folds) for rung in ladder]
    tied = [
        rung["name"]
        for rung, item in zip(ladder, found, strict=True)
        if rung is best or not (item["distinguishable"] or hopeless(rung, best))
    ]
    if tied[0] == best["name"]:
        reason = f"{tied[0]} has the lowest error, and every simpler model is clearly worse."
    else:
        others = ", ".join(tied[1:])
        reason = f"{tied[0]} is the simplest of models that the folds cannot tell apart ({others})."
    comparisons = [
        {"model": rung["name"], "against": best["name"], **item}
        for rung, item in zip(ladder, found, strict=True)
        if rung is not best
    ]
    return {
        "rule": RULE, "chosen": tied[0], "best": best["name"], "reason": reason,
        "comparisons": comparisons,
    }  # fmt: skip


def hopeless(rung: dict[str, Any], best: dict[str, Any]) -> bool:
    """Return whether a baseline loses on every fold.

    With few folds of very different level, as months of a growing demand, an interval can include
    0 although every fold says the same.
    """
    return bool(rung["baseline"] and np.greater(rung["folds"], best["folds"]).all())
