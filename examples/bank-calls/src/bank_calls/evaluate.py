"""Opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_curve, roc_curve

from .calibration import apply, readings, reliability
from .command import run_command, say
from .costs import Policy, confusion, decide, per_row, price, rates, ratios
from .data import load
from .drift import rehearse
from .metric import Vector, interval, mean_interval, predict, score
from .models import make_baseline
from .project import Settings, load_settings
from .results import Results, append_to_ledger, check_fresh, read_results, update_results
from .slices import FEWEST, declared, holds, in_words, measure
from .split import split, units
from .storage import load_model

SHOWN = 200  # points of a curve


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
    raw, y = predict(model, test[columns.features]), test[columns.target].to_numpy()
    p = apply(raw, results["calibration"])
    fitted = make_baseline(settings, 0).fit(train[columns.features], train[columns.target])
    decided = decide(p, settings.matrix(), results["policy"]["threshold"])
    measured = {
        **headline(settings, test, p, predict(fitted, test[columns.features])),
        "classes": {name: int((y == code).sum()) for code, name in enumerate(settings.names)},
        "curves": curves(y, p, settings.names),
        "reliability": {"before": reliability(y, raw), "after": reliability(y, p)},
        "calibration": {
            "before": readings(y, raw),
            "after": readings(y, apply(raw, results["calibration"] | {"adopted": True})),
        },
        "policy": policy_on_test(settings, results["policy"], test, p),
        "confusion": confusion(y, decided, len(settings.names)),
        "slices": test_slices(settings, results, test, p),
        "rates": group_rates(settings, test, decided),
    }
    given = [*columns.numeric, *columns.categorical]
    monitoring = rehearse(train[given], test[given], settings.monitor)
    facts = results["run"]
    entry = {key: measured[key] for key in ("metric", "score", "low", "high", "baseline")}
    entry |= {
        "date": facts["date"],
        "commit": facts["commit"],
        "model": results["choice"]["chosen"],
        **facts["hashes"],
    }
    measured["openings"] = append_to_ledger(root, entry)
    seconds = {"evaluate": time.perf_counter() - start}
    update_results(root, {"test": measured, "monitoring": monitoring}, seconds)
    say(
        f"test loss ({measured['metric']}) {measured['score']:.5g}, 95% interval "
        f"{measured['low']:.5g} to {measured['high']:.5g}, baseline {measured['baseline']:.5g}; "
        f"opening {measured['openings']}"
    )


def headline(settings: Settings, test: pd.DataFrame, p: Vector, baseline: Vector) -> dict[str, Any]:
    """Return the deciding loss with its interval, beside the baseline and other readings."""
    y, name = test[settings.columns.target].to_numpy(), settings.metric.name
    low, high = interval(name, y, p, units(test, settings.split))
    value, trivial, wanted = (
        score(name, y, p),
        score(name, y, baseline),
        settings.project.success_improvement,
    )
    return {
        "metric": name, "rows": len(y), "score": value, "low": low, "high": high,
        "baseline": trivial,
        "improvement": 1 - value / trivial, "wanted": wanted,
        "success": bool(1 - value / trivial >= wanted),
        "log_loss": score("log_loss", y, p), "brier": score("brier", y, p),
        "roc_auc": 1 - score("roc_auc", y, p),
        "average_precision": 1 - score("average_precision", y, p),
        "accuracy": (p.argmax(axis=1) == y).mean(),
        "baseline_accuracy": (baseline.argmax(axis=1) == y).mean(),
    }  # fmt: skip


def curves(y: Vector, p: Vector, names: list[str]) -> list[dict[str, Any]]:
    """Return the points of ROC and precision-recall curves: of the class to find, or of each."""
    found = []
    for code in [1] if len(names) == 2 else range(len(names)):
        false_alarms, recall, _ = roc_curve(y == code, p[:, code])
        precision, reached, _ = precision_recall_curve(y == code, p[:, code])
        found.append({
            "class": names[code], "prevalence": (y == code).mean(),
            "roc": thin(false_alarms, recall), "pr": thin(reached[::-1], precision[::-1]),
        })  # fmt: skip
    return found


def thin(x: Vector, y: Vector) -> dict[str, list[float]]:
    """Return at most 200 points of a curve."""
    kept = np.unique(np.linspace(0, len(x) - 1, SHOWN).astype(int))
    return {"x": x[kept].tolist(), "y": y[kept].tolist()}


def policy_on_test(
    settings: Settings, policy: Policy, test: pd.DataFrame, p: Vector
) -> dict[str, Any]:
    """Return what the decisions cost on the test rows, with an interval, and under other costs."""
    y, costs = test[settings.columns.target].to_numpy(), settings.matrix()
    decided = decide(p, costs, policy["threshold"])
    low, high = mean_interval(per_row(y, decided, costs), units(test, settings.split))
    found = {
        **price(y, p, costs, policy["threshold"]),
        "low": low,
        "high": high,
        **rates(y, decided, len(costs) - 1),
    }
    found["ratios"] = ratios(y, p, costs, [row["threshold"] for row in policy["ratios"]])
    if "capacity" in policy:
        capped = (p[:, 1] >= policy["capacity"]["threshold"]).astype(int)
        found["capacity"] = rates(y, capped, 1)
    return found


def test_slices(
    settings: Settings, results: Results, test: pd.DataFrame, p: Vector
) -> list[dict[str, Any]]:
    """Measure the declared groups, and those that `diagnose` found, on new rows."""
    found = results.get("errors", {"slices": []})["slices"]
    groups = [(part["kind"], part["conditions"]) for part in found]
    groups = groups or [("declared", group) for group in declared(test, settings.columns)]
    return measure(settings, test, p, units(test, settings.split), groups)


def group_rates(settings: Settings, test: pd.DataFrame, decided: Vector) -> list[dict[str, Any]]:
    """Return per declared group how often the class to find is there, found, or an alarm."""
    y, last = test[settings.columns.target].to_numpy(), len(settings.names) - 1
    rows = []
    for conditions in declared(test, settings.columns):
        kept = holds(test, conditions)
        if kept.sum() < FEWEST:
            continue
        actual, flagged = y[kept] == last, decided[kept] == last
        rows.append({
            "name": in_words(conditions), "rows": int(kept.sum()), "prevalence": actual.mean(),
            "flagged": flagged.mean(),
            "recall": share(flagged[actual]), "false_alarms": share(flagged[~actual]),
        })  # fmt: skip
    return rows


def share(held: Vector) -> dict[str, float] | None:
    """Return a share with its Wilson interval; nothing for no rows."""
    if not len(held):
        return None
    sure = binomtest(int(held.sum()), len(held)).proportion_ci(method="wilson")
    return {"share": float(held.mean()), "low": sure.low, "high": sure.high, "rows": len(held)}


if __name__ == "__main__":
    main()
