"""Asks why the chosen model errs and what would help; looks at training rows only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline

from .cases import worst_cases
from .command import run_command, say
from .comparison import Validated, validate
from .complexity import regularisation_path, validation_curve
from .learning import learning_curve
from .metric import score
from .project import load_settings
from .results import Results, read_results, update_results
from .slices import declared, find, measure
from .split import folds, units
from .study import Study, prepare

SEEDS = 3


def main() -> None:
    """Run this step as a command."""
    run_command(diagnose)


def diagnose(root: Path) -> None:
    """Measure bias, variance, learning curve, importance and errors of the chosen model."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    study = prepare(root, settings, results)
    say(f"diagnosing {study.rung.name}: folds, importance, slices, worst cases")
    done = validate(study.model(), study.X, study.y, study.folds)
    features = importance(study, done)
    errors = find_errors(root, study, done, features)
    say("learning curve")
    by_time, metric = settings.split.kind == "time", settings.metric.name
    curve = learning_curve(study.model(), study.X, study.y, study.folds, metric, latest=by_time)
    say("validation curve, regularisation path, other seeds")
    diagnosis = {
        **judge(study, results, done),
        **curve,
        "validation_curve": validation_curve(study),
        "regularisation_path": regularisation_path(study),
        "importance": features,
        "seed_spread": seed_spread(study),
    }
    comparison = compare_splits(study, done)
    update_results(
        root,
        {"diagnosis": diagnosis, "errors": errors, "split_comparison": comparison},
        {"diagnose": time.perf_counter() - start},
    )
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


LARGE_GAP = 0.25


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


def importance(study: Study, done: Validated) -> list[dict[str, Any]]:
    """Return by how much the loss rises when a feature is shuffled in each fold's unseen rows."""
    metric = study.settings.metric.name

    def gain(model: Pipeline, X: pd.DataFrame, y: pd.Series[float]) -> float:
        return -score(metric, y.to_numpy(), model.predict(X))

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
    scores = [study.mean_score(study.model(n), folds(study.rows, rule, n)) for n in seeds]
    spread = {"sd": np.std(scores, ddof=1), "min": min(scores), "max": max(scores)}
    return {"seeds": list(seeds), "scores": scores, **spread}


def compare_splits(study: Study, done: Validated) -> dict[str, Any]:
    """Return the score under the split of this study beside that under shuffled folds."""
    rule, metric = study.settings.split, study.settings.metric.name
    shuffled = list(KFold(rule.folds, shuffle=True, random_state=rule.seed).split(study.X))
    honest = float(np.mean(done.scores(metric, study.y)))
    random = honest if rule.kind == "random" else study.mean_score(study.model(), shuffled)
    found = {"honest": (rule.kind, honest), "random": ("random", random)}
    return {name: {"kind": kind, "score": value} for name, (kind, value) in found.items()}


def find_errors(
    root: Path, study: Study, done: Validated, features: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return slices by declared groups and by a shallow tree, and write the worst cases to tag."""
    positions, predicted = done.out_of_fold()
    rows, columns = study.rows.iloc[positions], study.settings.columns
    wrong = np.abs(rows[columns.target].to_numpy() - predicted)
    groups = [("declared", group) for group in declared(rows, columns)]
    groups += [("found", group) for group in find(rows, wrong, columns)]
    together = units(study.rows, study.settings.split)[positions]
    slices = measure(study.settings, rows, predicted, together, groups)
    telling = [item["feature"] for item in sorted(features, key=lambda item: -item["mean"])[:4]]
    return {"slices": slices, **worst_cases(root, rows, predicted, columns, telling)}


if __name__ == "__main__":
    main()
