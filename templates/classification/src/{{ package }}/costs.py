"""Turns probabilities into decisions by what mistakes cost and by how many rows can be handled.

With right probabilities the cheapest decision follows from the costs alone (Elkan, 2001): act where
p is above cost of a false alarm / (cost of a false alarm + cost of a miss). The folds check that:
where another threshold is clearly cheaper, the probabilities are off and the other one is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, confusion_matrix_at_thresholds

from .kit.intervals import Rows, Vector, bootstrap
from .kit.settings import Settings

Policy = dict[str, Any]
SHOWN = 200  # points of the cost curve that are kept


def make_policy(y: Vector, p: Vector, settings: Settings) -> Policy:
    """Return how to decide, from probabilities of rows that the model had not seen.

    Of two classes the threshold follows from costs and capacity; of more, the decision is the
    class with the least expected cost.
    """
    costs, capacity = settings.cost_matrix(), settings.costs.capacity
    if len(costs) > 2:
        return {"threshold": None}
    curve = cost_curve(y, p[:, 1], costs)
    by_costs = cheapest(curve, in_theory(costs))
    by_capacity = highest_share(p[:, 1], capacity)
    return {
        "threshold": max(by_costs, by_capacity),
        "theory": in_theory(costs),
        "by_costs": by_costs,
        "by_capacity": by_capacity,
        "capacity": capacity,
        "curve": thinned(curve),
    }


def in_theory(costs: Vector) -> float:
    """Return the threshold at which right probabilities make both mistakes equally dear."""
    return float(costs[0, 1] / (costs[0, 1] + costs[1, 0]))


def highest_share(p: Vector, capacity: float | None) -> float:
    """Return the lowest threshold that acts on no more than a share of the rows."""
    thresholds = np.append(np.unique(p), 1.0)
    acted_on = 1 - np.searchsorted(np.sort(p), thresholds) / len(p)
    return float(thresholds[acted_on <= capacity].min()) if capacity else 0.0


def cost_curve(y: Vector, p: Vector, costs: Vector) -> dict[str, Vector]:
    """Return the cost of 1,000 rows at each threshold, and which thresholds tie with the best.

    Two thresholds differ only in the rows between them, and so does the noise of their difference.
    """
    _, alarms, missed, _, thresholds = confusion_matrix_at_thresholds(y, p)
    thresholds = np.append(thresholds[::-1], 1.0)  # the last one acts on no row
    alarms, missed = np.append(alarms[::-1], 0), np.append(missed[::-1], y.sum())
    mean = (alarms * costs[0, 1] + missed * costs[1, 0]) / len(y)
    best = mean.argmin()
    squares = (
        np.abs(alarms - alarms[best]) * costs[0, 1] ** 2
        + np.abs(missed - missed[best]) * costs[1, 0] ** 2
    )
    noise = np.sqrt(np.maximum(squares / len(y) - (mean - mean[best]) ** 2, 0) / len(y))
    tied = mean - mean[best] <= 3 * noise  # the lowest of many is lower by luck
    return {"thresholds": thresholds, "costs": 1000 * mean, "tied": tied}


def cheapest(curve: dict[str, Vector], theory: float) -> float:
    """Return theory's threshold, or the nearest to it of those that are not clearly dearer.

    On few rows many thresholds cost about the same, and the lowest of them is luck.
    """
    thresholds, tied = curve["thresholds"], curve["tied"]
    if tied[min(np.searchsorted(thresholds, theory), len(tied) - 1)]:
        return theory
    within = thresholds[tied]
    return float(within[np.abs(within - theory).argmin()])


def thinned(curve: dict[str, Vector]) -> dict[str, Vector]:
    """Return as many points of the curve as a figure can show."""
    kept = np.unique(np.linspace(0, len(curve["costs"]) - 1, SHOWN).astype(int))
    return {name: values[kept] for name, values in curve.items()}


def decide(p: Vector, costs: Vector, threshold: float | None) -> Vector:
    """Return the class to act on: of two by threshold, of more the one that costs least."""
    if threshold is None:
        return np.asarray((p @ costs).argmin(axis=1))
    return (p[:, 1] >= threshold).astype(int)


def compare_costs(
    y: Vector, p: Vector, rule: Vector, units: Rows, policy: Policy, settings: Settings
) -> dict[str, Any]:
    """Return what decisions about 1,000 new rows cost, beside those by the rule and without both.

    The rule of thumb decides by theory and is told how many of these very rows can be handled:
    whoever goes by it loses nothing by a threshold from other rows. To treat all rows as the class
    to find is no rival where there is no capacity for it.
    """
    costs, names, capacity = settings.cost_matrix(), settings.names, settings.costs.capacity
    threshold = max(in_theory(costs), highest_share(rule[:, 1], capacity)) if len(names) == 2 else None
    ways = {"model": decide(p, costs, policy["threshold"]), "rule_of_thumb": decide(rule, costs, threshold)}
    ways |= {f"all as {name}": np.full(len(y), code) for code, name in enumerate(names)}
    paid = {name: 1000 * costs[y, decided] for name, decided in ways.items()}
    able = [name for name in [*ways][1:] if not (capacity and name == f"all as {names[-1]}")]
    rival = min(able, key=lambda name: paid[name].mean())
    saved = paid[rival] - paid["model"]
    table = np.column_stack([*paid.values(), saved])
    low, high = bootstrap(lambda rows: table[rows].mean(axis=0), units)
    found = {name: price(y, decided, costs) for name, decided in ways.items()}
    for number, name in enumerate(ways):
        found[name] |= {"low": low[number], "high": high[number]}
    by_costs = decide(p, costs, policy.get("by_costs"))
    return {
        "unit": settings.costs.unit, "ways": found, "rival": rival,
        "saving": {"value": saved.mean(), "low": low[-1], "high": high[-1]},
        "without_limit": price(y, by_costs, costs)["cost"],
    }  # fmt: skip


def price(y: Vector, decided: Vector, costs: Vector) -> dict[str, Any]:
    """Return what decisions about 1,000 rows cost, by actual class, and how often they are right.

    `flagged`, `recall` and `precision` are about the last class.
    """
    last, counts = len(costs) - 1, per_thousand(y, decided, len(costs))
    named, there, hit = counts[:, last].sum(), counts[last].sum(), counts[last, last]
    return {
        "cost": (counts * costs).sum(),
        "counts": counts,
        "costs": (counts * costs).sum(axis=1),
        "right": np.trace(counts) / 1000,
        "flagged": named / 1000,
        "recall": hit / there if there else None,
        "precision": hit / named if named else None,
    }


def per_thousand(y: Vector, decided: Vector, classes: int) -> Vector:
    """Return how many of 1,000 rows are of each actual (row) and decided (column) class."""
    counts = confusion_matrix(y, decided, labels=np.arange(classes), normalize="all")
    return np.asarray(1000 * counts)
