"""Step 3: opens the test rows, and records that in the ledger."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve

from .alerts import Flags, Stats, alert_stats, list_events, random_baseline, sweep, within_budget
from .data import series_of
from .diagnose import score_groups
from .kit import say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import Results, load_model, log_opening, step
from .kit.settings import Settings
from .models import average_precision, build, strangeness
from .split import Part, make_units, prepare
from .train import METRIC, rows_to_fit

POINTS = 400  # of a curve in a figure


@step("evaluate", "train", "diagnose")
def main(settings: Settings, results: Results) -> Results:
    """Score the saved detector on the test rows and add a line to the ledger."""
    study, saved = prepare(settings), load_model(results)
    rule = build("rule_of_thumb", settings).fit(rows_to_fit(study.train, settings))
    scorers = {"model": saved.detector, "rule_of_thumb": rule}
    scores = {name: strangeness(scorer, study.test.X) for name, scorer in scorers.items()}
    val_scores = {name: strangeness(scorer, study.validation.X) for name, scorer in scorers.items()}
    points = {name: sweep(each, study.validation, settings) for name, each in val_scores.items()}
    measured = measure_alerts(scores, points, study.test, settings)
    head = headline(scores, measured, study.test, settings)
    entry = {"date": time.strftime("%Y-%m-%d"), head["metric"]: head["value"]}
    openings = log_opening(entry | {"data": results["train"]["run"]["hashes"]["data"]})
    groups = score_groups(results["diagnose"]["slices"], study.test, scores["model"], settings)
    values = f"{head['value']:.3f}, rule of thumb {head['rule_of_thumb']['value']:.3f}"
    say(f"{head['label']} {values}; opening {openings}")
    return {"headline": head, "test": measured, "slices": groups, "openings": openings}


def measure_alerts(
    scores: dict[str, Vector], points: dict[str, list[Stats]], test: Part, settings: Settings
) -> dict[str, Any]:
    """Return the alerts on test rows at thresholds set on validation rows, and the curves."""

    def flag(name: str, budget: float) -> Flags:
        return np.asarray(scores[name] >= within_budget(points[name], budget)["threshold"])

    budget = settings.alerts.budget
    flagged, baseline = flag("model", budget), flag("rule_of_thumb", budget)
    flags = {factor * budget: flag("model", factor * budget) for factor in (0.25, 0.5, 1, 2, 4)}
    return {
        "at_threshold": alert_stats(flagged, test, settings),
        "rule_of_thumb": alert_stats(baseline, test, settings),
        "random": random_baseline(flagged, test, settings),
        "events": list_events(flagged, test, settings),
        "budgets": [{"budget": b, **alert_stats(flags[b], test, settings)} for b in flags],
        "curves": {name: curve(test.y, scores[name]) for name in scores},
        "view": first_figure(scores, test, settings),
    }  # fmt: skip


def headline(
    scores: dict[str, Vector], measured: dict[str, Any], test: Part, settings: Settings
) -> dict[str, Any]:
    """Return the average precision beside that of the rule of thumb, from the same draws.

    Where no test row is known to be an anomaly, the number of alerts is the only result.
    """

    def statistic(rows: Rows) -> Vector:
        model, rule = (average_precision(test.y[rows], scores[name][rows]) for name in scores)
        return np.array([model, rule, model / rule - 1])

    (value, baseline, improvement), metric = statistic(np.arange(len(test.y))), METRIC
    low, high = bootstrap(statistic, make_units(test, settings), draws=500)
    project, rule, labelled = settings.project, settings.rule_of_thumb, bool((test.y == 1).any())
    if not labelled:
        label = f"alerts per {settings.alerts.period}"
        metric = {"name": "alerts", "label": label, "direction": "lower"}
        value, baseline = (measured[key]["per_period"] for key in ("at_threshold", "rule_of_thumb"))
    today = {"name": rule.kind, "label": rule.label, "value": baseline}
    met = bool(improvement >= project.goal) if labelled else None
    return metric | {
        "metric": metric["name"], "value": value, "low": low[0], "high": high[0],
        "rows": len(test.y), "rule_of_thumb": today | {"low": low[1], "high": high[1]},
        "constant": {"label": "a random order", "value": test.y.mean()},
        "improvement": improvement, "improvement_low": low[2], "improvement_high": high[2],
        "goal": {"text": project.success, "wanted": project.goal, "met": met},
        "doubt": "Nearly perfect: is the label leaking?" if value > 0.99 and labelled else None,
    }  # fmt: skip


def curve(y: Vector, scores: Vector) -> dict[str, Any] | None:
    """Return the precision-recall curve, thinned for the figure."""
    if not (y == 1).any():
        return None
    precision, recall, _ = precision_recall_curve(y, scores)
    kept = np.unique(np.linspace(0, (recall > 0).sum() - 1, POINTS).astype(int))
    return {"precision": precision[kept], "recall": recall[kept]}


def first_figure(scores: dict[str, Vector], test: Part, settings: Settings) -> dict[str, Any]:
    """Return what the first figure shows: one series over time, or how unusual rows are."""
    if not (time := settings.columns.time):
        labels = np.where(test.y == 1, "anomalies", "normal")
        simple = pd.Series(scores["rule_of_thumb"]).groupby(labels)
        return {str(kind): values.quantile(np.linspace(0, 1, 51)) for kind, values in simple}
    names = series_of(test.rows, settings)
    series = names[test.y == 1].mode().get(0, names.iloc[0])
    rows, mask = test.rows[names == series], (names == series).to_numpy()
    numeric, marked = rows[settings.columns.numeric], test.y[mask] == 1
    contrast = (numeric[marked].mean() - numeric[~marked].mean()).abs() / numeric.std()
    column = contrast.fillna(0).idxmax()  # the first where nothing is marked
    table = {"time": rows[time].astype(str), "value": rows[column], "anomaly": marked}
    frame = pd.DataFrame(table | {"strangeness": scores["model"][mask]})
    how = {"time": "first", "value": "mean", "strangeness": "max", "anomaly": "max"}
    thinned = frame.groupby(np.arange(len(rows)) * min(POINTS, len(rows)) // len(rows)).agg(how)
    facts = {"series": series, "column": column, "marked_most": numeric.shape[1] > 1}
    return facts | {str(name): thinned[name] for name in thinned}
