"""Step 3: opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from . import models
from .diagnose import score_groups
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import Settings, load_settings
from .split import units
from .train import open_study


def headline(
    settings: Settings, y: Vector, told: dict[str, Vector], together: Rows
) -> dict[str, Any]:
    """Return the score of the model beside those of today's way and of one answer for all.

    The intervals come from the same draws, so that the improvement is that of pairs: by which share
    the model comes nearer to a perfect score than the rule of thumb.
    """
    rule, metric, goal = settings.rule_of_thumb, models.describe_metric(settings), settings.project

    def scores(rows: Rows) -> Vector:
        found = [models.score(metric["name"], y[rows], said[rows]) for said in told.values()]
        missing = [abs(metric["best"] - each) for each in found]
        return np.array([*found, 1 - missing[0] / missing[1] if missing[1] else np.nan])

    value, today, same, improvement = scores(np.arange(len(y)))
    low, high = bootstrap(scores, together)
    ends = {"low": low[1], "high": high[1]}
    return {
        **metric,
        "metric": metric["name"],
        "rows": len(y),
        "value": value,
        "low": low[0],
        "high": high[0],
        "rule_of_thumb": {"name": "rule_of_thumb", "label": rule.label, "value": today, **ends},
        "constant": {"label": "one answer for all rows", "value": same},
        "improvement": improvement,
        "improvement_low": low[3],
        "improvement_high": high[3],
        "goal": {"text": goal.success, "wanted": goal.goal, "met": improvement >= goal.goal},
        "frozen": settings.split.kind == "time",
    }


@command
def main() -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train", "diagnose")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    study, test, _ = open_study(settings)
    trained, columns, metric = results["train"], settings.columns, settings.metric.name
    X, target, together = test[columns.given], test[columns.target], units(test, settings.split)
    lookup = models.make_lookup(settings).fit(study.X, study.y)
    same, y = models.constant(metric, study.y.to_numpy())[:1], target.to_numpy()
    told = {
        "model": models.predict(load_model(results), X, target),
        "rule_of_thumb": models.predict(lookup, X, target),
        "constant": np.repeat(same, len(y), axis=0),
    }
    found = headline(settings, y, told, together)
    found["doubt"] = models.doubt(y, told["model"], trained["leakage"], columns)
    groups = results["diagnose"]["slices"]
    done: dict[str, Any] = {
        "headline": found,
        "test": models.judge(y, told, together, trained, settings),
        "slices": score_groups(test, groups, together, y, told["model"], metric=metric),
    }
    entry = {key: found[key] for key in ("metric", "value", "low", "high", "improvement")}
    run = {key: trained["run"][key] for key in ("date", "commit")} | trained["run"]["hashes"]
    done["openings"] = log_opening({"model": trained["choice"]["chosen"], **entry, **run})
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    said = f"{found['label']} {found['value']:.5g} ({found['low']:.5g} to {found['high']:.5g})"
    rule = f"rule of thumb {found['rule_of_thumb']['value']:.5g}"
    say(f"{said} on the test rows; {rule}; opening {done['openings']}")
