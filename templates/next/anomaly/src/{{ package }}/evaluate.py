"""Step 3: opens the test rows, and writes down that this was done."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve

from .alerts import Outcome, by_chance, choose_threshold, list_events, outcome, spend, sweep
from .data import series_of
from .diagnose import by_group
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import Settings, load_settings
from .models import average_precision, build, strangeness
from .split import Part, prepare, units
from .train import METRIC, fitted_rows

POINTS = 400  # of a curve in a figure


@command
def main() -> None:
    """Score the saved detector on the test rows and add a line to the ledger."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    study, saved = prepare(settings), load_model(results)
    test, earlier = study.test, study.validation
    rule = build("rule_of_thumb", settings).fit(fitted_rows(study.train, settings))
    strange, simple = strangeness(saved.detector, test.X), strangeness(rule, test.X)
    limit = choose_threshold(sweep(strangeness(rule, earlier.X), earlier, settings), settings)
    points = sweep(strangeness(saved.detector, earlier.X), earlier, settings)
    flagged = strange >= saved.threshold
    measured = {
        "at_threshold": outcome(flagged, test, settings),
        "rule_of_thumb": outcome(simple >= limit["threshold"], test, settings),
        "random": by_chance(flagged, test, settings),
        "budgets": budgets(points, strange, test, settings),
        "events": list_events(flagged, test, settings), "kinds": by_kind(flagged, test, settings),
        "curves": {"detector": curve(test.y, strange), "rule_of_thumb": curve(test.y, simple)},
        "view": view(test, strange, simple, settings),
    }  # fmt: skip
    head = headline(measured, settings) | {"rows": len(test.y)}
    if (test.y == 1).any():
        head |= compare(test, strange, simple, settings)
    opened = {"date": datetime.now(UTC).date().isoformat(), head["metric"]: head["value"]}
    openings = log_opening(opened | {"data": results["train"]["run"]["hashes"]["data"]})
    slices = by_group(test, strange, settings)
    found = {"headline": head, "test": measured, "slices": slices, "openings": openings}
    write_results("evaluate", found, time.perf_counter() - start, settings.data.file)
    values = f"{head['value']:.3f}, rule of thumb {head['rule_of_thumb']['value']:.3f}"
    say(f"{head['label']} {values}; opening {openings}")


def headline(measured: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the only result where no test row is known to be an anomaly: the number of alerts."""
    goal = {"text": settings.project.success, "wanted": settings.project.goal, "met": None}
    rule = {"name": settings.rule.kind, "label": settings.rule.label}
    value, rival = (measured[name]["per_period"] for name in ("at_threshold", "rule_of_thumb"))
    return {
        "metric": "alerts", "label": f"alerts per {settings.alerts.period}", "direction": "lower",
        "value": value, "low": None, "high": None, "rule_of_thumb": rule | {"value": rival},
        "improvement": None, "goal": goal, "frozen": True, "doubt": None,
    }  # fmt: skip


def compare(test: Part, strange: Vector, simple: Vector, settings: Settings) -> dict[str, Any]:
    """Return the average precision beside that of the rule of thumb, and how sure that is.

    All intervals come from the same draws of what errs together.
    """

    def both(rows: Rows) -> Vector:
        model, rival = (average_precision(test.y[rows], each[rows]) for each in (strange, simple))
        return np.array([model, rival, model / rival - 1])

    value, rival, better = both(np.arange(len(test.y)))
    low, high = bootstrap(both, units(test, settings), draws=500)
    project, rule = settings.project, {"name": settings.rule.kind, "label": settings.rule.label}
    met = {"text": project.success, "wanted": project.goal, "met": bool(better >= project.goal)}
    return METRIC | {
        "metric": METRIC["name"], "value": value, "low": low[0], "high": high[0],
        "rule_of_thumb": rule | {"value": rival, "low": low[1], "high": high[1]},
        "constant": {"label": "a random order", "value": test.y.mean()}, "goal": met,
        "improvement": better, "improvement_low": low[2], "improvement_high": high[2],
        "doubt": "Nearly perfect: does a feature tell the label?" if value > 0.99 else None,
    }  # fmt: skip


def budgets(
    points: list[Outcome], strange: Vector, test: Part, settings: Settings
) -> list[Outcome]:
    """Return what smaller and larger budgets, spent on validation rows, bring on test rows."""
    wanted = [factor * settings.alerts.budget for factor in (0.25, 0.5, 1, 2, 4)]
    limits = [spend(points, budget)["threshold"] for budget in wanted]
    found = [outcome(strange >= limit, test, settings) for limit in limits]
    return [{"budget": budget, **row} for budget, row in zip(wanted, found, strict=True)]


def by_kind(flagged: Any, test: Part, settings: Settings) -> list[dict[str, Any]]:
    """Return how many anomalies of each named kind there are, and how many are found."""
    found = []
    for name in settings.columns.types:
        mine = test.rows[name].isin(["1", "1.0"]).to_numpy() & (test.y == 1)
        counts = {"rows": mine.sum(), "found": (mine & flagged).sum()}
        found.append({"kind": settings.columns.label(name), **counts})
    return found


def curve(y: Vector, strange: Vector) -> dict[str, Any] | None:
    """Return the precision-recall curve, thinned for the figure."""
    if not (y == 1).any():
        return None
    precision, recall, _ = precision_recall_curve(y, strange)
    kept = np.unique(np.linspace(0, (recall > 0).sum() - 1, POINTS).astype(int))
    return {"precision": precision[kept], "recall": recall[kept]}


def view(test: Part, strange: Vector, simple: Vector, settings: Settings) -> dict[str, Any]:
    """Return what the first figure shows: one series over time, or how unusual rows are."""
    if not (time := settings.columns.time):
        kinds = {"normal": simple[test.y != 1], "anomalies": simple[test.y == 1]}
        steps = np.linspace(0, 1, 51)
        return {name: np.quantile(kind, steps) for name, kind in kinds.items() if len(kind)}
    names = series_of(test.rows, settings)
    series = names[test.y == 1].mode().get(0, names.iloc[0])
    mine = (names == series).to_numpy()
    rows, value = test.rows[mine], settings.columns.numeric[0]
    table = {"time": rows[time].astype(str), "value": rows[value]}
    frame = pd.DataFrame(table | {"strangeness": strange[mine], "anomaly": test.y[mine] == 1})
    how = {"time": "first", "value": "mean", "strangeness": "max", "anomaly": "max"}
    thin = frame.groupby(np.arange(len(rows)) * min(POINTS, len(rows)) // len(rows)).agg(how)
    return {"series": series, "column": value} | {str(name): thin[name].tolist() for name in thin}
