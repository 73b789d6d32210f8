"""Turns probabilities into decisions by what mistakes cost and by how many rows can be handled.

With right probabilities the cheapest decision follows from the costs alone (Elkan, 2001): act where
p is above cost of a false alarm / (cost of a false alarm + cost of a miss). The folds check that:
where another threshold is clearly cheaper, the probabilities are off and the other one is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from .kit.intervals import Rows, Vector, bootstrap
from .kit.settings import Settings

Policy = dict[str, Any]


def make_policy(y: Vector, p: Vector, settings: Settings) -> Policy:
    """Return how to decide, from probabilities of rows that the model had not seen.

    Of two classes the threshold follows from costs and capacity; of more, the decision is the
    class with the least expected cost.
    """
    costs, capacity = settings.cost_matrix(), settings.costs.capacity
    if len(costs) > 2:
        return {"threshold": None}
    curve = cost_curve(y, p[:, 1], costs)
    by_costs, by_capacity = cheapest(curve, in_theory(costs)), least(p[:, 1], capacity)
    return {
        "threshold": max(by_costs, by_capacity), "theory": in_theory(costs), "by_costs": by_costs,
        "by_capacity": by_capacity, "capacity": capacity, "curve": curve,
    }  # fmt: skip


def in_theory(costs: Vector) -> float:
    """Return the threshold at which right probabilities make both mistakes equally dear."""
    return float(costs[0, 1] / (costs[0, 1] + costs[1, 0]))


def least(p: Vector, capacity: float | None) -> float:
    """Return the lowest threshold that acts on no more than a share of the rows."""
    thresholds = np.append(np.unique(p), 1.0)
    acted_on = 1 - np.searchsorted(np.sort(p), thresholds) / len(p)
    return float(thresholds[acted_on <= capacity].min()) if capacity else 0.0


def cost_curve(y: Vector, p: Vector, costs: Vector) -> dict[str, Vector]:
    """Return the cost of 1,000 rows at 200 thresholds, and which of them tie with the best.

    Two thresholds differ only in the rows between them, and so does the noise of their difference.
    The lowest of many is lower by luck, so it must win by three standard errors.
    """
    thresholds = np.unique(np.append(np.quantile(p, np.linspace(0, 1, 200)), 1.0))
    alarms = (y == 0).sum() - np.searchsorted(np.sort(p[y == 0]), thresholds)
    missed = np.searchsorted(np.sort(p[y == 1]), thresholds)
    mean = (alarms * costs[0, 1] + missed * costs[1, 0]) / len(y)
    best = mean.argmin()
    squares = abs(alarms - alarms[best]) * costs[0, 1] ** 2
    squares = (squares + abs(missed - missed[best]) * costs[1, 0] ** 2) / len(y)
    noise = np.sqrt(np.maximum(squares - (mean - mean[best]) ** 2, 0) / len(y))
    return {"thresholds": thresholds, "costs": 1000 * mean, "tied": mean - mean[best] <= 3 * noise}


def cheapest(curve: dict[str, Vector], theory: float) -> float:
    """Return theory's threshold, or the nearest to it of those that are not clearly dearer."""
    thresholds, tied = curve["thresholds"], curve["tied"]
    if tied[min(int(np.searchsorted(thresholds, theory)), len(tied) - 1)]:
        return theory
    within = thresholds[tied]
    return float(within[np.abs(within - theory).argmin()])


def decide(p: Vector, costs: Vector, threshold: float | None) -> Vector:
    """Return the class to act on: of two by threshold, of more the one that costs least."""
    if threshold is None:
        return np.asarray((p @ costs).argmin(axis=1))
    return (p[:, 1] >= threshold).astype(int)


def compare_costs(
    y: Vector, told: dict[str, Vector], units: Rows, policy: Policy, settings: Settings
) -> dict[str, Any]:
    """Return what decisions about 1,000 new rows cost, beside those by the rule and without both.

    `told` holds the probabilities of both. The rule decides by theory and is told how many of these
    very rows can be handled: it loses nothing by a threshold from other rows. To treat all rows as
    the class to find is no rival where there is no capacity for it.
    """
    costs, names, capacity = settings.cost_matrix(), settings.names, settings.costs.capacity
    p, rule = told["model"], told["rule_of_thumb"]
    threshold = max(in_theory(costs), least(rule[:, 1], capacity)) if len(names) == 2 else None
    ways = {
        "model": decide(p, costs, policy["threshold"]),
        "rule_of_thumb": decide(rule, costs, threshold),
        **{f"all as {name}": np.full(len(y), code) for code, name in enumerate(names)},
    }
    paid = {way: 1000 * costs[y, decided] for way, decided in ways.items()}
    able = [way for way in paid if way != "model" and (not capacity or way != [*ways][-1])]
    rival = min(able, key=lambda way: paid[way].mean())
    table = np.column_stack([*paid.values(), paid[rival] - paid["model"]])
    low, high = bootstrap(lambda rows: table[rows].mean(axis=0), units)
    ends = [{"low": each, "high": other} for each, other in zip(low, high, strict=True)]
    found = {way: price(y, ways[way], costs) | ends[number] for number, way in enumerate(ways)}
    unlimited = price(y, decide(p, costs, policy.get("by_costs")), costs)["cost"]
    saving = {"value": table[:, -1].mean(), **ends[-1]}
    return {"ways": found, "rival": rival, "saving": saving, "without_limit": unlimited}


def price(y: Vector, decided: Vector, costs: Vector) -> dict[str, Any]:
    """Return what decisions about 1,000 rows cost, by actual class, and how often they are right.

    `counts` has a row per actual and a column per decided class; `flagged`, `recall` and
    `precision` are about the last class.
    """
    counts = 1000 * confusion_matrix(y, decided, labels=range(len(costs)), normalize="all")
    named, there, hit = counts[:, -1].sum(), counts[-1].sum(), counts[-1, -1]
    paid = (counts * costs).sum(axis=1)
    return {
        "cost": paid.sum(), "costs": paid, "counts": counts, "right": np.trace(counts) / 1000,
        "flagged": named / 1000,
        "recall": hit / there if there else None, "precision": hit / named if named else None,
    }  # fmt: skip
