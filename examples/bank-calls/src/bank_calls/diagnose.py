"""Asks why the chosen model errs and what would help; looks at training rows only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from .ablation import drop_features, other_cleaning
from .calibration import apply
from .cases import worst_cases
from .command import run_command, say
from .comparison import Validated, validate
from .costs import decide
from .diagnosis import compare_splits, importance, judge, seed_spread, validation_curve
from .explanation import explain, odds, penalty_path
from .imbalance import treatments
from .learning import learning_curve
from .metric import log_loss, of_parts, score
from .project import load_settings
from .results import Results, check_fresh, read_results, update_results
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
    errors = find_errors(root, study, results, done, features)
    say("learning curve")
    by_time = settings.split.kind == "time"
    curve = learning_curve(
        study.model(), study.X, study.y, study.folds, settings.metric.name, latest=by_time
    )
    say("validation curve, penalties, odds ratios, seeds, without features")
    penalty = next(item["chosen"] for item in results["tuning"] if item["model"] == "logistic")
    diagnosis = {
        **judge(study, results, done),
        **curve,
        "validation_curve": validation_curve(study),
        "regularisation_path": penalty_path(study, results),
        "odds": odds(study, penalty),
        "importance": features,
        "ablation": {"features": drop_features(study, done, features)},
        "cleaning": {"rules": other_cleaning(root, study, done)},
        "seed_spread": seed_spread(study),
    }
    say("treatments of the imbalance, other splits")
    parts = {
        "diagnosis": diagnosis,
        "errors": errors,
        "imbalance": {"treatments": treatments(study)},
        "split_comparison": compare_splits(study, done),
    }
    update_results(root, parts, {"diagnose": time.perf_counter() - start})
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


def find_errors(
    root: Path, study: Study, results: Results, done: Validated, features: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return slices by declared groups and by a shallow tree, and write the worst cases to tag."""
    positions, predicted = done.out_of_fold()
    rows, settings, columns = study.rows.iloc[positions], study.settings, study.settings.columns
    p, codes = apply(predicted, results["calibration"]), rows[columns.target].to_numpy()
    of_class = p[np.arange(len(p)), codes]
    groups = [("declared", group) for group in declared(rows, columns)]
    groups += [("found", group) for group in find(rows, log_loss(codes, p), columns)]
    together = units(study.rows, settings.split)[positions]
    slices = measure(settings, rows, p, together, groups)
    overall = {"rows": len(p), "score": score(of_parts(settings.metric.name), codes, p)}
    telling = [item["feature"] for item in sorted(features, key=lambda item: -item["mean"])[:4]]
    names = np.array(settings.names)
    decided = decide(p, settings.matrix(), results["policy"]["threshold"])
    said = {"actual": names[codes], "predicted": names[decided], "probability": of_class}
    worst = worst_cases(root, rows[columns.features], said, 1 - of_class, telling)
    place = (1 - of_class).argmax()
    model = next(
        model
        for model, (_, seen) in zip(done.models, done.folds, strict=True)
        if positions[place] in seen
    )
    case, actual = study.X.loc[[rows.index[place]]], settings.names[codes[place]]
    explanation = {"actual": actual, **explain(model, study, case, results["calibration"])}
    return {"slices": slices, "overall": overall, **worst, "explanation": explanation}


if __name__ == "__main__":
    main()
