"""Step 3: opens the test set, and writes down that it did."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import models
from .kit import say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import Results, load_model, log_opening, step
from .kit.settings import Settings
from .kit.slices import measure
from .split import units
from .train import open_study


def headline(settings: Settings, y: Vector, told: dict[str, Vector], together: Rows) -> Results:
    """Return the score, and the share by which it is nearer to perfect than the rule of thumb's."""
    metric, goal = models.describe_metric(settings), settings.project

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
    rule = {"name": "rule_of_thumb", "label": settings.rule_of_thumb.label, "value": today}
    rule |= {"low": low[1], "high": high[1]}
    return {**found, "goal": reached, "rule_of_thumb": rule, "constant": {"value": same}}


@step("evaluate", "train", "diagnose")
def main(settings: Settings, results: Results) -> Results:
    """Score the saved model on the test rows and add a line to the ledger."""
    study, test, _ = open_study(settings)
    trained, columns, metric = results["train"], settings.columns, settings.metric.name
    X, target, together = test[columns.given], test[columns.target], units(test, settings.split)
    fitted, y = {"model": load_model(results)}, target.to_numpy()
    for name in ("rule_of_thumb", "constant"):
        fitted[name] = study.build(name, {}).fit(study.X, study.y)
    told = {name: models.predict(model, X, target) for name, model in fitted.items()}
    found = headline(settings, y, told, together)
    found["doubt"] = models.doubt(y, told["model"], trained["leakage"], columns)
    by: Any = {"score": partial(models.score, metric), "constant": partial(models.constant, metric)}
    slices = measure(test, results["diagnose"]["slices"], together, y=y, told=told["model"], **by)
    entry = {key: found[key] for key in ("metric", "value", "low", "high", "improvement")}
    run = {"date": trained["run"]["date"], **trained["run"]["hashes"]}
    openings = log_opening({"model": trained["choice"]["chosen"], **entry, **run})
    said = f"{found['value']:.5g}, rule of thumb {found['rule_of_thumb']['value']:.5g}"
    say(f"{found['label']} on the test rows {said}; opening {openings}")
    extra = models.judge(y, told, together, trained, settings)
    return {"headline": found, "slices": slices, "openings": openings, "test": extra}
