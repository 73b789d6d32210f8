"""Turns probabilities into decisions by what mistakes cost and by how many rows can be handled.

With right probabilities the cheapest decision follows from the costs alone (Elkan, 2001): act where
p is above cost of a false alarm / (cost of a false alarm + cost of a miss). Where there is capacity
for fewer rows than that, the most probable ones are taken. `reliability` asks if they are right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, precision_recall_curve

from .kit.intervals import Rows, Vector, bootstrap
from .kit.settings import Settings


def make_policy(y: Vector, p: Vector, settings: Settings) -> dict[str, Any]:
    """Return how to decide, from probabilities of rows that the model had not seen.

    Of two classes the threshold follows from costs and capacity; of more, the decision is the
    class with the least expected cost.
    """
    costs = settings.cost_matrix()
    if len(costs) > 2:
        return {"threshold": None}
    by_costs = float(costs[0, 1] / (costs[0, 1] + costs[1, 0]))
    threshold = max(by_costs, cutoff(p[:, 1], settings.costs.capacity))
    return {"threshold": threshold, "by_costs": by_costs, "curve": cost_curve(y, p, costs)}


def cutoff(p: Vector, capacity: float | None) -> float:
    """Return the lowest threshold that acts on at most a share of the rows."""
    thresholds = np.append(np.unique(p), 1.0)
    acted_on = 1 - np.searchsorted(np.sort(p), thresholds) / len(p)
    return float(thresholds[acted_on <= capacity].min()) if capacity else 0.0


def cost_curve(y: Vector, p: Vector, costs: Vector) -> dict[str, Vector]:
    """Return what decisions about 1,000 rows cost at 200 thresholds."""
    thresholds = np.unique(np.append(np.quantile(p[:, 1], np.linspace(0, 1, 200)), 1.0))
    cost = [1000 * costs[y, decide(p, costs, each)].mean() for each in thresholds]
    return {"thresholds": thresholds, "costs": np.array(cost)}


def decide(p: Vector, costs: Vector, threshold: float | None) -> Vector:
    """Return the class to act on: of two by threshold, of more the one that costs least."""
    if threshold is None:
        return np.asarray((p @ costs).argmin(axis=1))
    return (p[:, 1] >= threshold).astype(int)


def compare_costs(
    y: Vector, preds: dict[str, Vector], units: Rows, policy: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return the cost of decisions about 1,000 new rows: by model, by rule, all rows alike.

    The rule of thumb decides by costs and is told how many of these very rows can be handled. The
    rival is the cheapest way without the model; there is no capacity to act on all rows alike.
    """
    costs, names, capacity = settings.cost_matrix(), settings.names, settings.costs.capacity
    model, rule = preds["model"], preds["rule_of_thumb"]
    threshold = max(policy["by_costs"], cutoff(rule[:, 1], capacity)) if len(names) == 2 else None
    options = {
        "model": decide(model, costs, policy["threshold"]),
        "rule_of_thumb": decide(rule, costs, threshold),
        **{f"all as {name}": np.full(len(y), code) for code, name in enumerate(names)},
    }
    cost = {name: 1000 * costs[y, decisions] for name, decisions in options.items()}
    feasible = [*options][1:-1] if capacity else [*options][1:]
    best = min(feasible, key=lambda name: cost[name].mean())
    table = np.column_stack([*cost.values(), cost[best] - cost["model"]])
    low, high = bootstrap(lambda rows: table[rows].mean(axis=0), units)
    bounds = [{"low": each, "high": other} for each, other in zip(low, high, strict=True)]
    found = {name: tally(y, options[name], costs) | bounds[i] for i, name in enumerate(options)}
    return {"ways": found, "rival": best, "saving": {"value": table[:, -1].mean(), **bounds[-1]}}


def tally(y: Vector, decisions: Vector, costs: Vector) -> dict[str, Any]:
    """Return what decisions about 1,000 rows cost, by actual class, and how often they are right.

    `counts` has a row per actual and a column per decided class; `flagged`, `recall` and
    `precision` are about the last class.
    """
    counts = 1000 * confusion_matrix(y, decisions, labels=range(len(costs)), normalize="all")
    flagged, cases, hits = counts[:, -1].sum(), counts[-1].sum(), counts[-1, -1]
    cost = (counts * costs).sum(axis=1)
    return {
        "cost": cost.sum(), "costs": cost, "counts": counts, "right": np.trace(counts) / 1000,
        "flagged": flagged / 1000,
        "recall": hits / cases if cases else None, "precision": hits / flagged if flagged else None,
    }  # fmt: skip


def trade_offs(y: Vector, p: Vector, names: list[str]) -> list[dict[str, Any]]:
    """Return precision and recall of the class to find, or of each against the rest."""
    found = []
    for code in [1] if len(names) == 2 else range(len(names)):
        precision, recall, _ = precision_recall_curve(y == code, p[:, code])
        kept = np.unique(np.linspace(0, len(recall) - 2, 200).astype(int))
        found.append({"class": names[code], "precision": precision[kept], "recall": recall[kept]})
    return found


def reliability(y: Vector, p: Vector, units: Rows) -> list[dict[str, float]]:
    """Return predicted probability and observed share for each tenth of the rows.

    Of two classes that of the one to find; of more, that of the most probable one.
    """
    claimed, hits = (p[:, 1], y == 1) if p.shape[1] == 2 else (p.max(axis=1), p.argmax(axis=1) == y)
    parts = np.array_split(np.argsort(claimed, kind="stable"), min(10, len(y)))
    return [compare_tenth(claimed[part], hits[part], units[part]) for part in parts]


def compare_tenth(claimed: Vector, hits: Vector, units: Rows) -> dict[str, float]:
    """Return mean probability and observed share, with the wider of two 95% intervals.

    One treats rows as independent, the other resamples whole units, which err together.
    """
    alone = binomtest(hits.sum(), len(hits)).proportion_ci(method="wilson")
    low, high = bootstrap(lambda rows: hits[rows].mean(), units, draws=200)
    bounds = {"low": min(alone.low, low), "high": max(alone.high, high)}
    return {"claimed": claimed.mean(), "happened": hits.mean(), "rows": len(hits), **bounds}
