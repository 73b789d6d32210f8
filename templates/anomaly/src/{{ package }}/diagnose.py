"""Asks why the chosen detector errs and what would help; looks at no test row."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from .cases import worst_cases
from .command import run_command, say
from .comparison import stability
from .contamination import contaminate
from .explain import contributions, typical
from .gaussian import check_gaussian
from .learning import learning_curve
from .metric import score
from .models import Rung, find_rung
from .project import load_settings
from .results import Results, check_fresh, read_results, update_results
from .slices import measure
from .storage import load_model
from .study import Study, prepare
from .supervised import compare_supervised, labelled_rows, leave_kinds_out

SEEDS = 3


def main() -> None:
    """Run this step as a command."""
    run_command(diagnose)


def diagnose(root: Path) -> None:
    """Measure bias, variance, learning curve, robustness and errors of the chosen detector."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    check_fresh(root, settings, results)
    study, rung = prepare(root, settings), find_rung(results["choice"]["chosen"])
    model, threshold = load_model(root, results), results["threshold"]
    say(f"diagnosing {rung.name}: other seeds, learning curve, shape of the features")
    diagnosis = {
        "seed_spread": seed_spread(study, rung),
        "learning_curve": learning_curve(study, rung),
        "gaussian": check_gaussian(study),
        "importance": importance(study, model),
    }
    parts: Results = {"supervised": None, "kinds": None, "contamination": None}
    if settings.labelled:
        say("classifiers with all labels and with ten, kinds left out, contaminated rows")
        parts["supervised"] = compare_supervised(study)
        parts["kinds"] = leave_kinds_out(study, rung, threshold["flagged_share"])
        parts["contamination"] = contaminate(study, rung.name)
    diagnosis |= judge(study, model, diagnosis, parts["supervised"])
    errors = worst_cases(root, study, model, threshold["value"])
    if settings.labelled:
        scores = model.score_samples(study.validation.X)
        errors["slices"] = measure(settings, study.validation, scores, threshold["value"])
    seconds = {"diagnose": time.perf_counter() - start}
    update_results(root, {"diagnosis": diagnosis, "errors": errors, **parts}, seconds)
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


LARGE_GAP = 0.25
AGREED = 0.5

ADVICE = {
    (True, False): ("high bias", "Rows will not help; features in which anomalies stand out may."),
    (False, True): ("high variance", "More rows to fit to, or a simpler detector, may help."),
    (True, True): ("both", "Features come first: anomalies hardly stand out, and lists waver."),
    (False, False): ("balanced", "Look at the worst cases: are they anomalies of another kind?"),
}
LABELS_HELP = "A classifier finds far more with the same features: labels are worth their price."


def judge(
    study: Study, model: Pipeline, measured: dict[str, Any], supervised: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the verdict on bias and variance, and what to do next.

    High bias: even among the rows that it was fitted to, anomalies rank lower than the win
    condition asks for. High variance: a quarter of that is lost on validation rows. Without
    labels only variance can be seen: lists from halves of the rows that agree on less than half.
    """
    if not study.settings.labelled:
        agreed = measured["seed_spread"]["stability"]
        verdict, advice = ADVICE[False, agreed < AGREED]
        return {"stability": agreed, "verdict": verdict, "advice": advice}
    train, share = labelled_rows(study.train), float(study.validation.y.mean())
    target = share + study.settings.project.success_improvement * (1 - share)
    fitted = score(train.y, model.score_samples(train.X)) if train.y.sum() else share
    seen = score(study.validation.y, model.score_samples(study.validation.X))
    verdict, advice = ADVICE[fitted < target, (fitted - seen) / fitted > LARGE_GAP]
    if supervised and fitted < target <= supervised["all"]:
        advice = LABELS_HELP
    return {
        "baseline": share, "target_level": target, "train": fitted, "validation": seen,
        "large_gap": LARGE_GAP, "verdict": verdict, "advice": advice,
    }  # fmt: skip


def seed_spread(study: Study, rung: Rung) -> dict[str, Any]:
    """Return how far the result depends on the seed, and the lists on the rows."""
    first = study.settings.split.seed
    found: dict[str, Any] = {"stability": stability(study, rung), "scores": None}
    if study.settings.labelled:
        X, y = study.validation.X, study.validation.y
        seeds = range(first, first + SEEDS)
        found["scores"] = [score(y, study.fit(rung, seed).score_samples(X)) for seed in seeds]
    return found


def importance(study: Study, model: Pipeline) -> list[dict[str, Any]]:
    """Return which share of the strongest validation alerts each feature accounts for."""
    top = np.argsort(model.score_samples(study.validation.X), kind="stable")[:200]
    top = top[: max(10, len(study.validation.X) // 50)]
    rises = contributions(model, study.validation.X.iloc[top], typical(study.train.X)).clip(lower=0)
    shares = rises.div(rises.sum(axis=1).replace(0, 1), axis=0)
    return [
        {"feature": str(name), "mean": column.mean(), "sd": column.std()}
        for name, column in shares.items()
    ]


if __name__ == "__main__":
    main()
