"""The questions that every diagnosis asks of the chosen model, on training rows only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from .comparison import Validated, validate
from .data import load
from .metric import predict, score
from .models import Rung, find_rung
from .project import ROW, Settings
from .results import Results
from .split import Folds, folds, split

SEEDS = 3
LARGE_GAP = 0.25


class Study(NamedTuple):
    """The training rows with everything that the questions below are asked about."""

    settings: Settings
    rows: pd.DataFrame
    X: pd.DataFrame
    y: pd.Series[float]
    folds: Folds
    rung: Rung
    parameters: dict[str, Any]

    def model(self, seed: int | None = None) -> Pipeline:
        """Return the chosen model, unfitted."""
        return self.rung.make(
            self.settings, self.settings.split.seed if seed is None else seed, **self.parameters
        )

    def mean_score(self, model: Pipeline, parts: Folds) -> float:
        """Return the mean validation loss of `model` over `parts`."""
        done = validate(model, self.X, self.y, parts)
        return float(np.mean(done.scores(self.settings.metric.name, self.y)))


def prepare(root: Path, settings: Settings, results: Results) -> Study:
    """Return the training rows and the chosen rung as `train` left it."""
    rows, _ = split(load(root, settings)[0], settings)
    chosen = find_rung(results["choice"]["chosen"])
    X, y = rows[settings.columns.features], rows[settings.columns.target]
    return Study(
        settings,
        rows,
        X,
        y,
        folds(rows, settings.split, y=y),
        chosen,
        results["choice"]["parameters"],
    )


def judge(study: Study, results: Results, done: Validated) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three errors and the win condition.

    High bias: even on the rows that it was fitted to, the model misses the error that would count
    as success. High variance: more than a quarter of the validation error is absent there.
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
    (True, False): (
        "high bias",
        "More rows will not help: better features or a more flexible model may.",
    ),
    (False, True): (
        "high variance",
        "More rows, fewer features or a stronger penalty may help; see both curves.",
    ),
    (True, True): (
        "both",
        "Features come first: without better ones neither rows nor penalties reach the goal.",
    ),
    (False, False): (
        "balanced",
        "What is left may be noise: look at the worst cases before the model.",
    ),
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
        curve["values"].append(float(np.ravel(value)[0]))
        curve["train"].append(np.mean(done.train_scores(metric, study.X, study.y)))
        curve["validation"].append(np.mean(scores))
        curve["sd"].append(np.std(scores, ddof=1))
    return curve


def importance(study: Study, done: Validated) -> list[dict[str, Any]]:
    """Return by how much the loss rises when a feature is shuffled in unseen rows."""
    metric = study.settings.metric.name

    def loss(model: Pipeline, X: pd.DataFrame, y: pd.Series[float]) -> float:
        return -score(metric, y.to_numpy(), predict(model, X))

    rises = [
        permutation_importance(
            model, study.X.iloc[seen], study.y.iloc[seen], scoring=loss, n_repeats=3, random_state=0
        )
        for model, (_, seen) in zip(done.models, done.folds, strict=True)
    ]
    table = np.concatenate([rise.importances for rise in rises], axis=1)
    return [
        {"feature": name, "mean": row.mean(), "sd": row.std(ddof=1)}
        for name, row in zip(study.X.columns, table, strict=True)
    ]


def seed_spread(study: Study) -> dict[str, Any]:
    """Return the score for other seeds: of the folds (unless by time) and of the model."""
    seeds = range(study.settings.split.seed, study.settings.split.seed + SEEDS)
    scores = [
        study.mean_score(study.model(seed), folds(study.rows, study.settings.split, seed, study.y))
        for seed in seeds
    ]
    return {
        "seeds": list(seeds),
        "scores": scores,
        "sd": np.std(scores, ddof=1),
        "min": min(scores),
        "max": max(scores),
    }


def compare_splits(study: Study, done: Validated) -> dict[str, Any]:
    """Return the score under this study's split, shuffled folds, and the order of the file.

    Rows that can be exchanged score alike in any order. Where predicting the rows that follow is
    harder, the file is in some order, mostly of time, and shuffled folds promise too much.
    """
    rule, metric = study.settings.split, study.settings.metric.name
    found: dict[str, Any] = {
        "honest": {"kind": rule.kind, "score": float(np.mean(done.scores(metric, study.y)))}
    }
    found["random"] = found["honest"] | {"kind": "random"}
    if rule.kind != "random":
        shuffled = StratifiedKFold(rule.folds, shuffle=True, random_state=rule.seed).split(
            study.X, study.y
        )
        found["random"]["score"] = study.mean_score(study.model(), list(shuffled))
        return found
    onward = rule.model_copy(update={"kind": "time", "by": ROW})
    parts = folds(study.rows, onward)
    if all(study.y.iloc[rows].nunique() == study.y.nunique() for part in parts for rows in part):
        found["in_order"] = {
            "kind": "order of the file",
            "score": study.mean_score(study.model(), parts),
        }
    return found
