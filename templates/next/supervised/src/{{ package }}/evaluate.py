"""Step 3: opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from . import models
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import load_settings
from .kit.slices import measure
from .split import units
from .train import Study, reopen


def headline(study: Study, y: Vector, told: dict[str, Vector], together: Rows) -> dict[str, Any]:
    """Return the score of the model beside those of today's way and of one answer for all.

    The intervals come from the same draws, so that the improvement is that of pairs: by which share
    the model comes nearer to a perfect score than the rule of thumb.
    """
    settings, rule, metric = study.settings, study.rule, models.describe_metric(study.settings)
    name, wanted = metric["name"], settings.project.goal

    def scores(rows: Rows) -> Vector:
        found = [models.score(name, y[rows], said[rows]) for said in told.values()]
        missing = [abs(metric["best"] - each) for each in found]
        return np.array([*found, 1 - missing[0] / missing[1] if missing[1] else np.nan])

    value, today, same, improvement = scores(np.arange(len(y)))
    low, high = bootstrap(scores, together)
    return {
        **metric, "metric": name, "rows": len(y), "value": value, "low": low[0], "high": high[0],
        "rule_of_thumb": {
            "name": rule.kind, "label": rule.label, "value": today, "low": low[1], "high": high[1],
        },
        "constant": {"label": models.LADDER[0].label, "value": same},
        "improvement": improvement, "improvement_low": low[3], "improvement_high": high[3],
        "goal": {"text": settings.project.success, "wanted": wanted, "met": improvement >= wanted},
        "frozen": settings.split.kind == "time" and rule.kind != "constant",
    }  # fmt: skip


@command
def main() -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    trained, columns, metric = results["train"], settings.columns, settings.metric.name
    study, test = reopen(settings, results)
    X, target, together = test[columns.given], test[columns.target], units(test, settings.split)
    lookup = models.make_lookup(settings, study.rule).fit(study.X, study.y)
    y, same = target.to_numpy(), models.constant(metric, study.y.to_numpy())[:1]
    told = {
        "model": models.predict(load_model(results), X, target),
        "rule_of_thumb": models.predict(lookup, X, target),
        "constant": np.repeat(same, len(y), axis=0),
    }
    found = headline(study, y, told, together)
    found["doubt"] = models.doubt(y, told["model"], trained["leakage"], columns)
    slices = measure(
        test, results.get("diagnose", {"slices": []})["slices"], together,
        lambda part: models.part_score(metric, y[part], told["model"][part]),
        lambda part: models.part_score(metric, y[part], models.constant(metric, y[part])),
    )  # fmt: skip
    measured = models.judge(y, told, together, trained, settings)
    keys = ("metric", "value", "low", "high", "improvement")
    entry = {"model": trained["choice"]["chosen"], **{key: found[key] for key in keys}}
    entry |= {key: trained["run"][key] for key in ("date", "commit")} | trained["run"]["hashes"]
    openings = log_opening(entry)
    done = {"headline": found, "test": measured, "slices": slices, "openings": openings}
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    said = f"{found['label']} {found['value']:.5g} ({found['low']:.5g} to {found['high']:.5g})"
    rule = f"rule of thumb {found['rule_of_thumb']['value']:.5g}"
    say(f"{said} on the test rows; {rule}; opening {openings}")
