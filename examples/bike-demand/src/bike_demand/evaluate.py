"""Opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import r2_score

from .command import run_command, say
from .data import load
from .drift import rehearse
from .intervals import half_widths
from .metric import Vector, interval, score
from .models import make_baseline
from .project import Settings, load_settings
from .results import append_to_ledger, check_fresh, read_results, update_results
from .slices import declared, measure
from .split import split, units
from .storage import load_model

SHOWN = 1000  # points of a scatter plot


def main() -> None:
    """Run this step as a command."""
    run_command(evaluate)


def evaluate(root: Path) -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    check_fresh(root, settings, results)
    model, columns = load_model(root, results), settings.columns
    train, test = split(load(root, settings)[0], settings)
    predicted, y = model.predict(test[columns.features]), test[columns.target].to_numpy()
    fitted = make_baseline(settings, 0).fit(train[columns.features], train[columns.target])
    widths = half_widths(predicted, results["intervals"])
    measured = {
        **headline(settings, test, predicted, fitted.predict(test[columns.features])),
        "predictions": sample(y, predicted, settings.split.seed),
        "deciles": deciles(y, predicted, widths),
        "interval_coverage": coverage(y, predicted, widths, results["intervals"]),
        "slices": test_slices(settings, results, test, predicted),
        "extrapolation": extrapolation(settings, train, test, predicted),
    }
    given = [*columns.numeric, *columns.categorical]
    monitoring = rehearse(train[given], test[given], settings.monitor)
    facts = results["run"]
    entry = {key: measured[key] for key in ("metric", "score", "low", "high", "baseline")}
    entry |= {key: facts[key] for key in ("date", "commit", "dirty")} | facts["hashes"]
    entry["model"] = results["choice"]["chosen"]
    n = measured["openings"] = append_to_ledger(root, entry)
    seconds = {"evaluate": time.perf_counter() - start}
    update_results(root, {"test": measured, "monitoring": monitoring}, seconds)
    say(
        f"test {measured['metric']} {measured['score']:.5g}, 95% interval {measured['low']:.5g} to "
        f"{measured['high']:.5g}, baseline {measured['baseline']:.5g}; opening {n}"
    )


def headline(
    settings: Settings, test: pd.DataFrame, predicted: Vector, baseline: Vector
) -> dict[str, Any]:
    """Return the deciding score with its interval, beside the baseline and other readings."""
    y, name = test[settings.columns.target].to_numpy(), settings.metric.name
    low, high = interval(name, y, predicted, units(test, settings.split))
    value, trivial = score(name, y, predicted), score(name, y, baseline)
    wanted, tolerance = settings.project.success_improvement, settings.metric.tolerance
    return {
        "metric": name, "rows": len(y), "score": value, "low": low, "high": high,
        "baseline": trivial, "improvement": 1 - value / trivial, "wanted": wanted,
        "success": 1 - value / trivial >= wanted, "r2": r2_score(y, predicted),
        "mae": score("mae", y, predicted), "rmse": score("rmse", y, predicted),
        "tolerance": f"{tolerance:.0%}",
        "within_tolerance": float(np.mean(np.abs(y - predicted) <= tolerance * np.abs(y))),
    }  # fmt: skip


def sample(y: Vector, predicted: Vector, seed: int) -> dict[str, list[float]]:
    """Return a fixed random sample of actual and predicted values, for the figure."""
    kept = np.random.default_rng(seed).permutation(len(y))[:SHOWN]
    return {"actual": y[kept].tolist(), "predicted": predicted[kept].tolist()}


def deciles(y: Vector, predicted: Vector, widths: Vector) -> list[dict[str, Any]]:
    """Return bias, error and coverage for each tenth of the rows, in order of prediction."""
    order = np.argsort(predicted, kind="stable")
    found = []
    for part in np.array_split(order, min(10, len(y))):
        error = predicted[part] - y[part]
        found.append({
            "predicted_low": predicted[part].min(), "predicted_high": predicted[part].max(),
            "rows": len(part), "mean_error": error.mean(), "mae": np.abs(error).mean(),
            "p10": np.quantile(error, 0.1), "p90": np.quantile(error, 0.9),
            "coverage": np.mean(np.abs(error) <= widths[part]),
        })  # fmt: skip
    return found


def coverage(
    y: Vector, predicted: Vector, widths: Vector, intervals: dict[str, Any]
) -> dict[str, Any]:
    """Return the share of test rows inside their prediction interval, with its own interval."""
    inside = np.abs(y - predicted) <= widths
    sure = binomtest(int(inside.sum()), len(inside)).proportion_ci(method="wilson")
    return {
        "target": intervals["coverage"], "measured": inside.mean(), "low": sure.low,
        "high": sure.high, "mean_width": 2 * widths.mean(), "method": intervals["method"],
    }  # fmt: skip


def test_slices(
    settings: Settings, results: dict[str, Any], test: pd.DataFrame, predicted: Vector
) -> list[dict[str, Any]]:
    """Measure the groups of `diagnose` again, on rows that had no part in finding them."""
    found = results.get("errors", {"slices": []})["slices"]
    groups = [(part["kind"], part["conditions"]) for part in found]
    groups = groups or [("declared", group) for group in declared(test, settings.columns)]
    return measure(settings, test, predicted, units(test, settings.split), groups)


def extrapolation(
    settings: Settings, train: pd.DataFrame, test: pd.DataFrame, predicted: Vector
) -> dict[str, Any]:
    """Return the score of test rows that lie outside the range of the training rows, and inside."""
    columns, metric = settings.columns, settings.metric.name
    outside = np.zeros(len(test), dtype=bool)
    numbers = [*columns.numeric, *columns.date]
    for name in (name for name in numbers if name != settings.split.by):  # later by design
        low, high = train[name].min(), train[name].max()
        outside |= ((test[name] < low) | (test[name] > high)).to_numpy()
    for name in columns.categorical:
        outside |= (test[name].notna() & ~test[name].isin(train[name])).to_numpy()
    y = test[columns.target].to_numpy()
    scores = [
        score(metric, y[part], predicted[part]) if part.any() else None
        for part in (outside, ~outside)
    ]
    return {
        "rows": int(outside.sum()), "share": outside.mean(),
        "score": scores[0], "inside_score": scores[1],
        "definition": "a number or date beyond the smallest or largest, or a category never seen",
    }  # fmt: skip


if __name__ == "__main__":
    main()
