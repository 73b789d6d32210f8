"""Sets detectors side by side on validation rows, and chooses by the stated rule."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import spearmanr
from sklearn.pipeline import Pipeline

from .metric import Vector, interval, resample, roc_auc, score
from .models import DEFAULT, LADDER, Rung
from .split import units
from .study import Study

ORDERS = 300
TOP = 0.02  # share of rows at the top of a list of which two detectors are asked whether they agree


class Climbed(NamedTuple):
    """A detector fitted to the training rows, with its scores of the validation rows."""

    rung: Rung
    model: Pipeline
    scores: Vector
    seconds: float
    stability: float


def climb(study: Study) -> list[Climbed]:
    """Fit every rung to the training rows; labels play no part."""
    done = []
    for rung in LADDER:
        start = time.perf_counter()
        model = study.fit(rung)
        seconds = time.perf_counter() - start
        scores = model.score_samples(study.validation.X)
        done.append(Climbed(rung, model, scores, seconds, stability(study, rung)))
    return done


def stability(study: Study, rung: Rung) -> float:
    """Return which share of the top of the list two detectors, each with half the rows, agree on.

    It needs no labels. A stable list can still be a wrong one, an unstable list cannot be right.
    """
    order = np.random.default_rng(study.settings.split.seed).permutation(len(study.fitted.X))
    tops = []
    for seed, half in enumerate(np.array_split(order, 2)):
        model = study.fit(rung, seed, study.fitted.X.iloc[half])
        ranks = model.score_samples(study.validation.X).argsort(kind="stable")
        tops.append(set(ranks[: max(10, round(TOP * len(ranks)))]))
    return len(tops[0] & tops[1]) / len(tops[0])


def describe(study: Study, done: Climbed, rank: int) -> dict[str, Any]:
    """Return the row of the ladder for one detector."""
    rung, y = done.rung, study.validation.y
    row: dict[str, Any] = {
        "name": rung.name, "family": rung.family, "why": rung.why, "rank": rank,
        "baseline": rung.baseline, "fit_seconds": done.seconds, "stability": done.stability,
    }  # fmt: skip
    if not study.settings.labelled:
        return row
    if rung.baseline:
        return row | by_chance(y)
    draws = resample(y, units(study.validation.rows, study.settings))
    low, high = interval(lambda weights: score(y, done.scores, weights), draws)
    return row | {"score": score(y, done.scores), "low": low, "high": high,
                  "roc_auc": roc_auc(y, done.scores)}  # fmt: skip


def by_chance(y: Vector) -> dict[str, float]:
    """Return what random orders reach: their mean, and where 95% of them lie."""
    random = np.random.default_rng(0)
    scores = [score(y, random.random(len(y))) for _ in range(ORDERS)]
    low, high = np.quantile(scores, [0.025, 0.975])
    return {"score": float(np.mean(scores)), "low": low, "high": high, "roc_auc": 0.5}


BY_DEFAULT = (
    "a detector fixed beforehand, the usual first choice, level with the best single ones on "
    "average over eleven public benchmark sets (ADBench); as `labels.choose` is false, no label is "
    "asked"
)
BY_LABELS = (
    "`labels.choose` is true, so validation labels choose the simplest detector that is not "
    "clearly worse than the best one by average precision; never chance"
)


def choose(study: Study, climbed: list[Climbed]) -> dict[str, Any]:
    """Choose by labels where project.toml allows that, else take the fixed default."""
    y = study.validation.y
    if not study.settings.labelled:
        reason = f"{DEFAULT}; without labels nobody can say which detector is best."
        return {"rule": BY_DEFAULT, "chosen": DEFAULT, "best": DEFAULT, "reason": reason,
                "comparisons": []}  # fmt: skip
    trained = [done for done in climbed if not done.rung.baseline]
    best = max(trained, key=lambda done: score(y, done.scores))
    comparisons = [compare(study, done, best) for done in trained if done is not best]
    facts = {"best": best.rung.name, "comparisons": comparisons}
    if not study.settings.labels.choose:
        first = "it" if best.rung.name == DEFAULT else best.rung.name
        reason = f"{DEFAULT}. Had validation labels been asked, {first} would lead."
        return {"rule": BY_DEFAULT, "chosen": DEFAULT, "reason": reason, **facts}
    worse = {item["model"] for item in comparisons if item["distinguishable"]}
    tied = [done.rung.name for done in trained if done.rung.name not in worse]
    names = ", ".join(tied)
    reason = f"{tied[0]} is the simplest of those that are not clearly worse: {names}."
    if tied == [best.rung.name]:
        reason = f"{best.rung.name} ranks anomalies best; every other detector is clearly worse."
    return {"rule": BY_LABELS, "chosen": tied[0], "reason": reason, **facts}


def compare(study: Study, done: Climbed, best: Climbed) -> dict[str, Any]:
    """Return the paired difference to the best detector over the same draws of rows."""
    y = study.validation.y

    def difference(weights: Vector | None = None) -> float:
        return score(y, done.scores, weights) - score(y, best.scores, weights)

    draws = resample(y, units(study.validation.rows, study.settings))
    low, high = interval(difference, draws)
    return {
        "model": done.rung.name, "against": best.rung.name, "difference": difference(),
        "low": low, "high": high, "distinguishable": bool(high < 0),
    }  # fmt: skip


def agreement(climbed: list[Climbed]) -> dict[str, Any]:
    """Return the rank correlation between all detectors but chance."""
    trained = [done for done in climbed if not done.rung.baseline]
    table = np.atleast_2d(spearmanr(np.column_stack([done.scores for done in trained])).statistic)
    return {
        "names": [done.rung.name for done in trained],
        "correlation": np.nan_to_num(table).tolist(),
    }
