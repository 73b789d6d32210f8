"""Tunes and scores the ladder on hidden training interactions, and chooses by the stated rule."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from .arrays import Vector
from .command import say
from .data import Log
from .models import Model, Rung, rungs
from .project import Settings
from .ranking import Ranked, interval, rank
from .split import Holdout, Task, lighten

Parameters = dict[str, Any]  # None: no window, no ageing


class Climbed(NamedTuple):
    """A rung with its tuned parameters, what every tried value gave, and its lists."""

    rung: Rung
    parameters: Parameters
    tried: list[dict[str, Any]]
    model: Model
    ranked: Ranked
    fit_seconds: float
    rank_seconds: float


def climb(
    settings: Settings, log: Log, holdout: Holdout, task: Task, depth: int
) -> dict[str, Climbed]:
    """Tune, fit and rank every rung on the same users."""
    climbed: dict[str, Climbed] = {}
    light = lighten(holdout, settings.split)
    for rung in rungs(settings):
        start: Parameters = {}
        for earlier in rung.start:
            start |= climbed[earlier].parameters
        parameters, tried = tune(rung, start, settings, log, light, task)
        begin = time.perf_counter()
        model = fit(rung, parameters, settings, log, holdout)
        fitted = time.perf_counter()
        ranked = rank(model, task, depth, repeats=settings.feedback.repeats == "allowed")
        done = Climbed(
            rung, parameters, tried, model, ranked, fitted - begin, time.perf_counter() - fitted
        )
        climbed[rung.name] = done
        say(
            f"  {rung.name}: NDCG@{settings.metric.k} "
            f"{done.ranked.ndcg(settings.metric.k).mean():.4f}, "
            f"{', '.join(f'{key} {value}' for key, value in parameters.items()) or 'not tuned'}"
        )
    return climbed


def fit(
    rung: Rung, parameters: Parameters, settings: Settings, log: Log, holdout: Holdout
) -> Model:
    """Fit a rung to what is known."""
    if rung.name == "ALS":
        parameters = parameters | {"seed": settings.split.seed}
    model: Model = rung.fit(holdout.known, (len(log.users), len(log.items)), **parameters)
    return model


def tune(
    rung: Rung, start: Parameters, settings: Settings, log: Log, holdout: Holdout, task: Task
) -> tuple[Parameters, list[dict[str, Any]]]:
    """Choose one parameter after the other: far fewer fits than a full grid.

    First how fast interactions age: where fashions pass, the others depend on it most.
    """
    best, tried, scores = dict(start), [], {}
    k = settings.metric.k
    for name, values in sorted(rung.grid.items(), key=lambda item: item[0] != "half_life"):
        for value in values:
            parameters = best | {name: value}
            key = tuple(sorted(parameters.items()))
            if key not in scores:
                model = fit(rung, parameters, settings, log, holdout)
                scores[key] = (
                    rank(model, task, k, repeats=settings.feedback.repeats == "allowed")
                    .ndcg(k)
                    .mean()
                )
            tried.append({"parameter": name, "value": value, "score": scores[key]})
        best[name] = max(
            values, key=lambda value: scores[tuple(sorted((best | {name: value}).items()))]
        )
    return best, tried


def difference(scores: Vector, against: Vector) -> dict[str, Any]:
    """Return the mean difference over the same users, with its bootstrap interval."""
    low, high = interval(scores - against)
    return {
        "difference": float(np.mean(scores - against)),
        "low": low,
        "high": high,
        "distinguishable": bool(low > 0 or high < 0),
    }


LITTLE = 0.01  # of the score: many users make even less distinguishable, but not worth a model
RULE = (
    "of the models that are not distinguishably worse than the best one, or by less than "
    f"{LITTLE:.0%}, those of the simplest kind, and of these the one with the fewest parameters"
)


def choose(climbed: dict[str, Climbed], k: int) -> dict[str, Any]:
    """Choose by the rule from rungs in order of simplicity, and state what it rests on.

    Neighbours and EASE are of one kind, a table of weights between items; which of the two has the
    higher score also depends on how many values were tried, so the one with fewer to tune is taken.
    """
    scores = {name: done.ranked.ndcg(k) for name, done in climbed.items()}
    best = max(scores, key=lambda name: scores[name].mean())
    comparisons = [
        {"model": name, "against": best} | difference(values, scores[best])
        for name, values in scores.items()
        if name != best
    ]
    least = LITTLE * scores[best].mean()
    worse = {
        item["model"]
        for item in comparisons
        if item["distinguishable"] and item["difference"] < -least
    }
    candidates = [name for name in scores if name not in worse]
    kind = climbed[candidates[0]].rung.family
    equals = [name for name in candidates if climbed[name].rung.family == kind]
    chosen = min(equals, key=lambda name: (len(climbed[name].rung.grid), -scores[name].mean()))
    first = chosen[0].upper() + chosen[1:]
    if chosen == best:
        reason = (
            f"{first} has the highest NDCG@{k}, and every model of a simpler kind is "
            "distinguishably worse."
        )
    else:
        others = ", ".join(name for name in candidates if name != chosen)
        reason = (
            f"{first} is the simplest of the models that are level by this rule (the others: "
            f"{others})."
        )
    return {
        "rule": RULE,
        "chosen": chosen,
        "best": best,
        "reason": reason,
        "comparisons": comparisons,
        "parameters": climbed[chosen].parameters,
    }
