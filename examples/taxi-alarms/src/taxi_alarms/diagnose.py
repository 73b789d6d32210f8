"""Asks why the chosen detector errs and what would help; looks at no test row."""

from __future__ import annotations

import time
from pathlib import Path

from .cases import worst_cases
from .command import run_command, say
from .contamination import contaminate
from .diagnosis import importance, judge, seed_spread
from .gaussian import check_gaussian
from .learning import learning_curve
from .models import find_rung
from .project import load_settings
from .results import Results, check_fresh, read_results, update_results
from .slices import measure
from .storage import load_model
from .study import prepare
from .supervised import compare_supervised
from .unseen import leave_kinds_out


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
    diagnosis: Results = {
        "seed_spread": seed_spread(study, rung),
        "learning_curve": learning_curve(study, rung),
        "gaussian": check_gaussian(study),
        "importance": importance(study, model),
    }
    parts: Results = {"supervised": None, "kinds": None, "contamination": None}
    if settings.labelled:
        say("classifiers with few and many labels, kinds left out, contaminated rows")
        parts["supervised"] = compare_supervised(study)
        parts["kinds"] = leave_kinds_out(study, rung, threshold["flagged_share"])
        parts["contamination"] = contaminate(study, rung.name)
    diagnosis |= judge(study, model, diagnosis["seed_spread"]["stability"])
    errors = worst_cases(root, study, model, threshold["value"])
    if settings.labelled:
        scores = model.score_samples(study.validation.X)
        errors["slices"] = measure(settings, study.validation, scores, threshold["value"])
    seconds = {"diagnose": time.perf_counter() - start}
    update_results(root, {"diagnosis": diagnosis, "errors": errors, **parts}, seconds)
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


if __name__ == "__main__":
    main()
