"""The questions that every diagnosis asks of the chosen model, on training rows only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline

from .comparison import Validated, validate
from .metric import predict, score
from .project import ROW
from .results import Results
from .split import complete, folds
from .study import Study

LARGE_GAP = 0.25
SEEDS = 3


def judge(study: Study, results: Results, done: Validated) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three errors and the win condition.

    High bias: even on the rows that it was fitted to, the model misses the error that counts as
    success. High variance: more than a quarter of the validation error is absent on those rows.
    """
    metric = study.settings.metric.name
    baseline = next(rung["score"] for rung in results["ladder"] if rung["baseline"])
    target = baseline * (1 - study.settings.project.success_improvement)
    train = float(np.mean(done.train_scores(metric, study.X, study.y)))
    validation = float(np.mean(done.scores(metric, study.y)))
    bias, variance = train > target, (validation - train) / validation > LARGE_GAP
    verdict, advice = ADVICE[bias, variance]
    return {
        "baseline": baseline, "target_level": target, "train": train, "validation": validation,
        "large_gap": LARGE_GAP, "verdict": verdict, "advice": advice,
    }  # fmt: skip


ADVICE = {
    (True, False): ("high bias", "Rows will not help; features or a more flexible model may."),
    (False, True): ("high variance", "Rows or a simpler model may help: see the two curves."),
    (True, True): ("both", "Features come first: rows and penalties alone miss the goal."),
    (False, False): ("balanced", "What is left may be noise: look at the worst cases first."),
}


def validation_curve(study: Study) -> dict[str, Any]:
    """Return training and validation error along the main complexity parameter."""
    metric, rung = study.settings.metric.name, study.rung
    curve: dict[str, Any] = {"model": rung.name, "parameter": rung.label}
    curve |= {"values": [], "train": [], "validation": [], "sd": []}
    for value in rung.candidates:
        model = study.model().set_params(**{rung.parameter: value})
        done = validate(model, study.X, study.y, study.folds)
        scores = done.scores(metric, study.y)
        curve["values"].append(np.ravel(value)[0])
        curve["train"].append(np.mean(done.train_scores(metric, study.X, study.y)))
        curve["validation"].append(np.mean(scores))
        curve["sd"].append(np.std(scores, ddof=1))
    return curve


def importance(study: Study, done: Validated) -> list[dict[str, Any]]:
    """Return by how much the loss rises when a feature is shuffled in each fold's unseen rows."""
    metric = study.settings.metric.name

    def gain(model: Pipeline, X: pd.DataFrame, y: pd.Series[float]) -> float:
        return -score(metric, y.to_numpy(), predict(model, X))

    rises = [
        permutation_importance(
            model, study.X.iloc[seen], study.y.iloc[seen],
            scoring=gain, n_repeats=3, random_state=study.settings.split.seed,
        )
        for model, (_, seen) in zip(done.models, done.folds, strict=True)
    ]  # fmt: skip
    table = np.concatenate([rise.importances for rise in rises], axis=1)
    return [
        {"feature": name, "mean": row.mean(), "sd": row.std(ddof=1)}
        for name, row in zip(study.X.columns, table, strict=True)
    ]


def seed_spread(study: Study) -> dict[str, Any]:
    """Return the score for other seeds: of the folds (unless by time) and of the model."""
    rule = study.settings.split
    seeds = range(rule.seed, rule.seed + SEEDS)
    scores = [
        study.mean_score(study.model(seed), folds(study.rows, study.y, rule, seed))
        for seed in seeds
    ]
    spread = {"sd": np.std(scores, ddof=1), "min": min(scores), "max": max(scores)}
    return {"seeds": list(seeds), "scores": scores, **spread}


OTHER = {True: ("in_order", "time", ROW), False: ("random", "random", "")}


def compare_splits(study: Study, done: Validated) -> dict[str, Any]:
    """Return the score under the split of this study and under another one.

    A split by time or group is set beside a random one, and a random one beside folds that
    predict the rows that follow in the file. Exchangeable rows score alike in any order; where
    those that follow are harder, the file has an order, and shuffled folds promise too much.
    """
    rule = study.settings.split
    honest = float(np.mean(done.scores(study.settings.metric.name, study.y)))
    found: dict[str, Any] = {"honest": {"kind": rule.kind, "score": honest}}
    name, kind, by = OTHER[not rule.by]
    parts = folds(study.rows, study.y, rule.model_copy(update={"kind": kind, "by": by}))
    if complete(study.y, parts):
        found[name] = {"kind": kind, "score": study.mean_score(study.model(), parts)}
    return found
