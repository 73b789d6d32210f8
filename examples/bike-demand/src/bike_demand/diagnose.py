"""Asks why the chosen model errs and what would help; looks at training rows only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from .ablation import drop_features, other_cleaning
from .cases import worst_cases
from .command import run_command, say
from .comparison import Validated, validate
from .diagnosis import compare_splits, importance, judge, seed_spread, validation_curve
from .learning import learning_curve
from .metric import score
from .project import load_settings
from .regularisation import regularisation_path
from .results import check_fresh, read_results, update_results
from .slices import declared, find, measure
from .split import units
from .study import Study, prepare


def main() -> None:
    """Run this step as a command."""
    run_command(diagnose)


def diagnose(root: Path) -> None:
    """Measure bias, variance, learning curve, importance and errors of the chosen model."""
    start, settings = time.perf_counter(), load_settings(root)
    threadpool_limits(1, user_api="blas")  # as in `train`
    results = read_results(root)
    check_fresh(root, settings, results)
    study = prepare(root, settings, results)
    say(f"diagnosing {study.rung.name}: folds, importance, slices, worst cases")
    done = validate(study.model(), study.X, study.y, study.folds)
    features = importance(study, done)
    errors = find_errors(root, study, done, features)
    say("learning curve")
    by_time, metric = settings.split.kind == "time", settings.metric.name
    curve = learning_curve(study.model(), study.X, study.y, study.folds, metric, latest=by_time)
    say("validation curve, regularisation path, other seeds, without features")
    diagnosis = {
        **judge(study, results, done),
        **curve,
        "validation_curve": validation_curve(study),
        "regularisation_path": regularisation_path(study),
        "importance": features,
        "ablation": {"features": drop_features(study, done, features)},
        "cleaning": {"rules": other_cleaning(root, study, done)},
        "seed_spread": seed_spread(study),
    }
    comparison = compare_splits(study, done)
    update_results(
        root,
        {"diagnosis": diagnosis, "errors": errors, "split_comparison": comparison},
        {"diagnose": time.perf_counter() - start},
    )
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


def find_errors(
    root: Path, study: Study, done: Validated, features: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return slices by declared groups and by a shallow tree, and write the worst cases to tag."""
    positions, predicted = done.out_of_fold()
    rows, columns = study.rows.iloc[positions], study.settings.columns
    actual = rows[columns.target].to_numpy()
    wrong = np.abs(predicted - actual)
    groups = [("declared", group) for group in declared(rows, columns)]
    groups += [("found", group) for group in find(rows, wrong, columns)]
    together = units(study.rows, study.settings.split)[positions]
    slices = measure(study.settings, rows, predicted, together, groups)
    telling = [item["feature"] for item in sorted(features, key=lambda item: -item["mean"])[:4]]
    table = rows[columns.features]
    said = {"actual": actual, "predicted": predicted, "error": predicted - actual}
    overall = {"rows": len(wrong), "score": score(study.settings.metric.name, actual, predicted)}
    worst = worst_cases(root, table, said, wrong, telling)
    return {"slices": slices, "overall": overall, **worst}


if __name__ == "__main__":
    main()
