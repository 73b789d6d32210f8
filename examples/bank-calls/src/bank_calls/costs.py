"""Turns probabilities into decisions by what mistakes cost, on rows that the model had not seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from .metric import Vector

Policy = dict[str, Any]
FACTORS = (0.5, 1.0, 2.0)
POINTS = 200


def decide(p: Vector, costs: Vector, threshold: float | None) -> Vector:
    """Return the class to act on: of two by threshold, of more the one that costs least."""
    if threshold is None:
        return np.asarray((p @ costs).argmin(axis=1))
    return (p[:, 1] >= threshold).astype(int)


def per_row(y: Vector, decided: Vector, costs: Vector) -> Vector:
    """Return what the decision costs in each row."""
    return np.asarray(costs[y.astype(int), decided])


def make_policy(y: Vector, p: Vector, costs: Vector, capacity: float | None) -> Policy:
    """Return how to decide, chosen on out-of-fold probabilities, and what it rests on."""
    binary = len(costs) == 2
    policy: Policy = {"threshold": None, "rule": "the class with the least expected cost"}
    if binary:
        curve = cost_curve(y, p[:, 1], costs)
        policy = {
            "threshold": cheapest(curve, in_theory(costs)), "theory": in_theory(costs),
            "curve": curve,
            "rule": "nearest to theory among thresholds that out-of-fold costs cannot tell apart",
        }  # fmt: skip
    policy |= price(y, p, costs, policy["threshold"])
    policy["ratios"] = ratios(y, p, costs)
    if binary and capacity:
        policy["capacity"] = at_capacity(y, p[:, 1], capacity)
    return policy


def in_theory(costs: Vector) -> float:
    """Return the threshold at which right probabilities would make both mistakes equally dear."""
    return float(costs[0, 1] / (costs[0, 1] + costs[1, 0]))


def cost_curve(y: Vector, p: Vector, costs: Vector) -> dict[str, list[Any]]:
    """Return the mean cost of a row for thresholds from all to nobody, and which of them tie."""
    thresholds = np.unique(np.append(np.quantile(p, np.linspace(0, 1, POINTS)), 1.0))
    alarms, hits = (np.sort(p[y == code]) for code in (0, 1))
    false_alarms = len(alarms) - np.searchsorted(alarms, thresholds)
    missed = np.searchsorted(hits, thresholds)
    mean = (false_alarms * costs[0, 1] + missed * costs[1, 0]) / len(y)
    best = mean.argmin()
    squares = (
        np.abs(false_alarms - false_alarms[best]) * costs[0, 1] ** 2
        + np.abs(missed - missed[best]) * costs[1, 0] ** 2
    )  # only rows that the two thresholds decide differently make a difference
    noise = 2 * np.sqrt(np.maximum(squares / len(y) - (mean - mean[best]) ** 2, 0) / len(y))
    return {
        "thresholds": thresholds.tolist(), "costs": mean.tolist(),
        "tied": (mean - mean[best] <= noise).tolist(),
    }  # fmt: skip


def best_threshold(y: Vector, p: Vector, costs: Vector) -> float | None:
    """Return the threshold with the lowest cost; None where there are more than two classes."""
    return cheapest(cost_curve(y, p[:, 1], costs), in_theory(costs)) if len(costs) == 2 else None


def cheapest(curve: dict[str, list[Any]], near: float) -> float:
    """Return the cheapest threshold; of those that only chance parts, the nearest to theory.

    On few rows many thresholds cost about the same, and the lowest of them is luck.
    """
    lowest = np.array(curve["thresholds"])[np.array(curve["tied"])]
    return float(lowest[np.abs(lowest - near).argmin()])


def price(y: Vector, p: Vector, costs: Vector, threshold: float | None) -> dict[str, Any]:
    """Return the mean cost of a row under the policy, and without a model."""
    constant = costs[y.astype(int)].mean(axis=0)
    return {
        "cost": per_row(y, decide(p, costs, threshold), costs).mean(),
        "most_probable": per_row(y, p.argmax(axis=1), costs).mean(),
        "without_model": constant.min(),
        "without_model_class": int(constant.argmin()),
    }


def ratios(
    y: Vector, p: Vector, costs: Vector, thresholds: list[float | None] | None = None
) -> list[dict[str, Any]]:
    """Return what changes if missing the last class cost half as much, or twice.

    On training rows each ratio gets its own threshold; on the test rows these are given.
    """
    found = []
    for place, factor in enumerate(FACTORS):
        other = costs.copy()
        other[-1] *= factor
        threshold = thresholds[place] if thresholds else best_threshold(y, p, other)
        decided = decide(p, other, threshold)
        found.append(
            {
                "factor": factor,
                "threshold": threshold,
                **price(y, p, other, threshold),
                **rates(y, decided, len(costs) - 1),
            }
        )
    return found


def rates(y: Vector, decided: Vector, last: int) -> dict[str, float | None]:
    """Return how often the last class was decided, found, and right when decided."""
    hit = (y == last) & (decided == last)
    named, there = (decided == last).sum(), (y == last).sum()
    return {
        "flagged": (decided == last).mean(),
        "recall": hit.sum() / there if there else None,
        "precision": hit.sum() / named if named else None,
    }


def at_capacity(y: Vector, p: Vector, capacity: float) -> dict[str, Any]:
    """Return the threshold at which only as many rows are flagged as can be handled."""
    threshold = float(np.quantile(p, 1 - capacity))
    return {"share": capacity, "threshold": threshold, **rates(y, (p >= threshold).astype(int), 1)}


def confusion(y: Vector, decided: Vector, classes: int) -> list[list[float]]:
    """Return how many of 1,000 rows are of each actual (row) and decided (column) class."""
    table = np.bincount(y.astype(int) * classes + decided, minlength=classes**2).reshape(
        classes, classes
    )
    counts: list[list[float]] = (1000 * table / len(y)).tolist()
    return counts
