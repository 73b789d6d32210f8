"""Step 3: opens the test set, and records that in the ledger."""

from functools import partial
from typing import Any

import numpy as np

from . import models
from .kit import say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import Results, load_model, log_opening, step
from .kit.settings import Settings
from .kit.slices import measure
from .split import make_units
from .train import open_study


def headline(settings: Settings, y: Vector, preds: dict[str, Vector], units: Rows) -> Results:
    """Return the score, and the share by which it is nearer to perfect than the rule of thumb's."""
    metric, goal = models.describe_metric(settings), settings.project

    def statistic(rows: Rows) -> Vector:
        scores = [models.score(metric["name"], y[rows], pred[rows]) for pred in preds.values()]
        distance = [abs(metric["best"] - each) for each in scores]
        return np.array([*scores, 1 - distance[0] / distance[1] if distance[1] else np.nan])

    value, baseline, constant, improvement = statistic(np.arange(len(y)))
    low, high = bootstrap(statistic, units)
    head = {**metric, "metric": metric["name"], "rows": len(y), "value": value}
    head |= {"low": low[0], "high": high[0], "frozen": settings.split.kind == "time"}
    head |= {"improvement": improvement, "improvement_low": low[3], "improvement_high": high[3]}
    goal_met = {"text": goal.success, "wanted": goal.goal, "met": improvement >= goal.goal}
    rule = {"name": "rule_of_thumb", "label": settings.rule_of_thumb.label, "value": baseline}
    rule |= {"low": low[1], "high": high[1]}
    return {**head, "goal": goal_met, "rule_of_thumb": rule, "constant": {"value": constant}}


@step("evaluate", "train", "diagnose")
def main(settings: Settings, results: Results) -> Results:
    """Score the saved model on the test rows and add a line to the ledger."""
    study, test, _ = open_study(settings)
    trained, columns, metric = results["train"], settings.columns, settings.metric.name
    X, target, units = test[columns.given], test[columns.target], make_units(test, settings.split)
    fitted, y = {"model": load_model(results)}, target.to_numpy()
    for name in ("rule_of_thumb", "constant"):
        fitted[name] = study.build(name, {}).fit(study.X, study.y)
    preds = {name: models.predict(model, X, target) for name, model in fitted.items()}
    found = headline(settings, y, preds, units)
    found["doubt"] = models.doubt(y, preds["model"], trained["leakage"], columns)
    by: Any = {"score": partial(models.score, metric), "constant": partial(models.constant, metric)}
    slices = measure(test, results["diagnose"]["slices"], units, y=y, pred=preds["model"], **by)
    entry = {key: found[key] for key in ("metric", "value", "low", "high", "improvement")}
    run = {"date": trained["run"]["date"], **trained["run"]["hashes"]}
    openings = log_opening({"model": trained["choice"]["chosen"], **entry, **run})
    scores = f"{found['value']:.5g}, rule of thumb {found['rule_of_thumb']['value']:.5g}"
    say(f"{found['label']} on the test rows {scores}; opening {openings}")
    extra = models.test_details(y, preds, units, trained, settings)
    return {"headline": found, "slices": slices, "openings": openings, "test": extra}
