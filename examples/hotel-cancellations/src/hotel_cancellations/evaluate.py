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

RIVALS = ("rule_of_thumb", "constant")


def headline(
    settings: Settings, y: Vector, told: dict[str, Vector], together: Rows
) -> dict[str, Any]:
    """Return the score of the model beside others, from the same draws, and its improvement.

    That is the share by which it comes nearer to a perfect score than the rule of thumb.
    """
    rule, metric, goal = settings.rule_of_thumb, models.describe_metric(settings), settings.project

    def scores(rows: Rows) -> Vector:
        found = [models.score(metric["name"], y[rows], said[rows]) for said in told.values()]
        missing = [abs(metric["best"] - each) for each in found]
        return np.array([*found, 1 - missing[0] / missing[1] if missing[1] else np.nan])

    value, today, same, improvement = scores(np.arange(len(y)))
    low, high = bootstrap(scores, together)
    found = {**metric, "metric": metric["name"], "rows": len(y), "value": value}
    found |= {"low": low[0], "high": high[0], "frozen": settings.split.kind == "time"}
    found |= {"improvement": improvement, "improvement_low": low[3], "improvement_high": high[3]}
    reached = {"text": goal.success, "wanted": goal.goal, "met": improvement >= goal.goal}
    rival = {"name": "rule_of_thumb", "label": rule.label, "value": today}
    rival |= {"low": low[1], "high": high[1]}
    return {**found, "goal": reached, "rule_of_thumb": rival, "constant": {"value": same}}


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
    rivals = {name: study.build(name, {}).fit(study.X, study.y) for name in RIVALS}
    fitted, y = {"model": load_model(results), **rivals}, target.to_numpy()
    told = {name: models.predict(model, X, target) for name, model in fitted.items()}
    found = headline(settings, y, told, together)
    found["doubt"] = models.doubt(y, told["model"], trained["leakage"], columns)
    groups = results["diagnose"]["slices"]
    slices = score_groups(test, groups, together, y, told["model"], metric=metric)
    entry = {key: found[key] for key in ("metric", "value", "low", "high", "improvement")}
    run = {key: trained["run"][key] for key in ("date", "commit")} | trained["run"]["hashes"]
    openings = log_opening({"model": trained["choice"]["chosen"], **entry, **run})
    done = {"headline": found, "slices": slices, "openings": openings}
    done["test"] = models.judge(y, told, together, trained, settings)
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    said = f"{found['label']} {found['value']:.5g} ({found['low']:.5g} to {found['high']:.5g})"
    rule = f"rule of thumb {found['rule_of_thumb']['value']:.5g}"
    say(f"{said} on the test rows; {rule}; opening {openings}")
