"""Asks why the chosen model errs and what would help; looks at training interactions only."""

from __future__ import annotations

import time
from pathlib import Path

from .cases import worst_users
from .command import run_command, say
from .diagnosis import compare_splits, judge, seed_spread, validation_curve
from .examples import example_newcomer, similar_items
from .learning import learning_curve
from .models import counterpart
from .newcomers import newcomers
from .project import load_settings
from .results import check_fresh, read_results, update_results
from .slices import by_activity
from .study import prepare


def main() -> None:
    """Run this step as a command."""
    run_command(diagnose)


def diagnose(root: Path) -> None:
    """Measure bias, variance, learning curves, newcomers and errors of the chosen model."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    check_fresh(root, settings, results)
    study = prepare(root, settings, results)
    say(f"diagnosing {study.rung.name}: training score, slices, worst users")
    model = study.fit(study.holdout.known)
    ranked = study.rank(model)
    rival = counterpart(study.rung.name, results["ladder"])
    beside = study.rank(study.fit(study.holdout.known, rival))
    errors = {
        "rival": rival.name,
        "slices": by_activity(ranked, beside, study.task, study.k),
        **worst_users(root, study.log, study.task, ranked, study.k),
    }
    say("learning curve, newcomers, validation curve")
    diagnosis = {
        **judge(study, results, ranked),
        **learning_curve(study),
        "newcomers": newcomers(study, results),
        "validation_curve": validation_curve(study, results),
        "seed_spread": seed_spread(study),
    }
    parts = {
        "diagnosis": diagnosis,
        "errors": errors,
        "split_comparison": compare_splits(study, results),
        "similar": similar_items(study, model),
        "newcomer": example_newcomer(study, model),
    }
    update_results(root, parts, {"diagnose": time.perf_counter() - start})
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


if __name__ == "__main__":
    main()
