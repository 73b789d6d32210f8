"""Opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve
from sklearn.pipeline import Pipeline

from .alerts import capacity, number_alerts, outcome, watch
from .command import run_command, say
from .drift import rehearse
from .events import measure_events
from .explain import reasons, typical
from .metric import Vector, interval, resample, roc_auc, score
from .project import Settings, load_settings
from .results import append_to_ledger, check_fresh, read_results, update_results
from .series import names_of
from .slices import measure
from .split import units
from .storage import load_model
from .study import Part, Study, prepare

POINTS, BARS = 400, 50


def main() -> None:
    """Run this step as a command."""
    run_command(evaluate)


def evaluate(root: Path) -> None:
    """Score the saved detector on the test rows and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    check_fresh(root, settings, results)
    model, study = load_model(root, results), prepare(root, settings)
    test, limit = study.test, results["threshold"]["value"]
    scores = model.score_samples(test.X)
    measured = {
        "rows": len(scores),
        "labelled": settings.labelled,
        "threshold": limit,
        "at_threshold": outcome(scores <= limit, watch(test.rows, settings)),
        "budgets": capacity(results["threshold"]["sweep"], scores, test.rows, settings),
        "explained": explain(model, study, scores, limit),
        "timeline": timeline(test, scores, settings),
        "histogram": histogram(scores),
    }
    if settings.labelled:
        measured |= headline(settings, test, scores)
        measured["slices"] = measure(settings, test, scores, limit)
    if settings.labelled and settings.columns.time:
        measured["windows"] = measure_events(scores, limit, test, settings)
    given = settings.columns.features
    monitoring = rehearse(study.train.rows[given], test.rows[given], settings.monitor)
    facts = results["run"]
    kept = ("metric", "score", "low", "high", "baseline", "at_threshold")
    entry = {key: measured[key] for key in kept if key in measured}
    entry |= {key: facts[key] for key in ("date", "commit", "dirty")} | facts["hashes"]
    entry["model"] = results["choice"]["chosen"]
    n = measured["openings"] = append_to_ledger(root, entry)
    seconds = {"evaluate": time.perf_counter() - start}
    update_results(root, {"test": measured, "monitoring": monitoring}, seconds)
    say(f"{summary(measured)}; opening {n}")


def summary(measured: dict[str, Any]) -> str:
    """Return the result in one line."""
    work = f"{measured['at_threshold']['per_period']:.3g} alerts per period"
    if not measured["labelled"]:
        return f"test: {work}, no labels to judge them by"
    return (
        f"test average precision {measured['score']:.3f}, 95% interval {measured['low']:.3f} to "
        f"{measured['high']:.3f}, chance {measured['baseline']:.3f}; {work}"
    )


def headline(settings: Settings, test: Part, scores: Vector) -> dict[str, Any]:
    """Return the average precision with its interval, beside that of a random order."""
    value, share = score(test.y, scores), float(test.y.mean())
    together = units(test.rows, settings)
    low, high = interval(lambda weights: score(test.y, scores, weights), resample(test.y, together))
    area = interval(lambda weights: roc_auc(test.y, scores, weights), resample(test.y, together))
    skill, wanted = (value - share) / (1 - share), settings.project.success_improvement
    return {
        "metric": "average precision", "score": value, "low": low, "high": high,
        "baseline": share, "anomalies": int(test.y.sum()), "improvement": skill, "wanted": wanted,
        "success": skill >= wanted, "roc_auc": roc_auc(test.y, scores),
        "roc_auc_low": area[0], "roc_auc_high": area[1], "curve": curve(test.y, scores),
    }  # fmt: skip


def curve(y: Vector, scores: Vector) -> dict[str, list[float]]:
    """Return the precision-recall curve, thinned for the figure."""
    precision, recall, _ = precision_recall_curve(y, -scores)
    found = (recall > 0).sum()  # where nothing is found yet, precision is 0 or a convention
    kept = np.unique(np.linspace(0, found - 1, POINTS).astype(int))
    return {"precision": precision[kept].tolist(), "recall": recall[kept].tolist()}


def explain(model: Pipeline, study: Study, scores: Vector, limit: float) -> list[dict[str, Any]]:
    """Return the five strongest alerts of the test set, and what stands out in each.

    An alert of a series is shown by its strangest row; without any alert, rows are.
    """
    test, settings, flagged = study.test, study.settings, scores <= limit
    top = np.argsort(scores, kind="stable")
    if flagged.any():
        alerts = number_alerts(flagged, watch(test.rows, settings))
        groups = pd.Series(scores[flagged], np.flatnonzero(flagged)).groupby(alerts)
        top = top[np.isin(top, groups.idxmin())]
    top = top[:5]
    told = reasons(model, test.X.iloc[top], typical(study.fitted.X))
    time_of = settings.columns.time
    return [
        {
            "row": int(test.rows.index[place]), "score": scores[place],
            "label": None if np.isnan(test.y[place]) else int(test.y[place]),
            "moment": str(test.rows[time_of].iloc[place]) if time_of else "", "reasons": reason,
        }
        for place, reason in zip(top, told, strict=True)
    ]  # fmt: skip


def histogram(scores: Vector) -> dict[str, list[float]]:
    """Return how many rows have which scores, for the figure."""
    counts, edges = np.histogram(scores, BARS)
    return {"counts": counts.tolist(), "edges": edges.tolist()}


def timeline(test: Part, scores: Vector, settings: Settings) -> dict[str, Any] | None:
    """Return the scores of one series over time, its lowest of every stretch, for the figure."""
    if not settings.columns.time:
        return None
    names = names_of(test.rows, settings)
    weight = pd.Series(np.nan_to_num(test.y), test.rows.index).groupby(names).sum()
    shown = (names == weight.idxmax()).to_numpy()
    stretch = np.arange(shown.sum()) * min(POINTS, shown.sum()) // shown.sum()
    table = pd.DataFrame({
        "time": test.rows[settings.columns.time].astype(str).to_numpy()[shown],
        "score": scores[shown], "label": np.nan_to_num(test.y[shown]),
    })  # fmt: skip
    thin = table.groupby(stretch).agg({"time": "first", "score": "min", "label": "max"})
    lists = {str(name): column.tolist() for name, column in thin.items()}
    return {"series": str(weight.idxmax()), **lists}


if __name__ == "__main__":
    main()
