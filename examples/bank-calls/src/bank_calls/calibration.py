"""Are the probabilities right? Corrects them where rows that were not fitted say that it helps."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

from .comparison import Validated, difference
from .metric import Vector, score

METHOD = (
    "Platt scaling on out-of-fold predictions (one slope for the log-probabilities, one shift per "
    "class)"
)
Scaling = dict[str, Any]


def fit_scaling(y: Vector, p: Vector) -> Scaling:
    """Return slope and shifts with the lowest log loss; of two classes this is Platt scaling."""

    def loss(values: Vector) -> float:
        return score("log_loss", y, scale(p, {"slope": values[0], "shifts": values[1:]}))

    found = minimize(loss, np.append(1.0, np.zeros(p.shape[1] - 1)), method="BFGS").x
    return {"slope": float(found[0]), "shifts": found[1:].tolist()}


def scale(p: Vector, scaling: Scaling) -> Vector:
    """Return probabilities of which the logarithms were stretched and shifted."""
    logs = np.log(np.clip(p, 1e-12, 1))
    return np.asarray(softmax(scaling["slope"] * logs + np.append(0.0, scaling["shifts"]), axis=1))


def calibrate(y: Vector, done: Validated, *, by_time: bool) -> tuple[Scaling, Vector]:
    """Return what calibration brings, and the out-of-fold probabilities as they will be used.

    Each fold is scaled by what the other folds say (by time: the earlier ones), so that no row
    judges a correction that it took part in. It is kept only if the folds can see the difference.
    """
    parts = list(zip((y[seen] for _, seen in done.folds), done.predictions, strict=True))
    after = []
    for number, (_, p) in enumerate(parts):
        others = parts[:number] if by_time else parts[:number] + parts[number + 1 :]
        known = [np.concatenate(column) for column in zip(*others, strict=True)]
        after.append(scale(p, fit_scaling(known[0], known[1])) if known else p)
    actuals = [actual for actual, _ in parts]
    losses = [
        [score("log_loss", actual, p) for actual, p in zip(actuals, side, strict=True)]
        for side in (after, done.predictions)
    ]
    facts = difference(losses[0], losses[1], done.folds)
    adopted = facts["high"] < 0
    actual, before = np.concatenate([y for y, _ in parts]), np.concatenate(done.predictions)
    scaling = fit_scaling(actual, before)
    used = np.concatenate(after) if adopted else before
    facts |= {"before": readings(actual, before), "after": readings(actual, np.concatenate(after))}
    return {"method": METHOD, "adopted": bool(adopted), **scaling, **facts}, used


def readings(y: Vector, p: Vector) -> dict[str, float]:
    """Return the losses that tell whether probabilities are right."""
    return {name: score(name, y, p) for name in ("log_loss", "brier")}


def apply(p: Vector, calibration: Scaling) -> Vector:
    """Return the probabilities as they are used: scaled if that was adopted."""
    return scale(p, calibration) if calibration["adopted"] else p


def reliability(y: Vector, p: Vector) -> list[dict[str, float]]:
    """Return for tenths of the rows how probable the model called it, and how often it was so.

    Of two classes it is the one to find; of more, the one that the model holds most probable.
    """
    claimed, held = (p[:, 1], y == 1) if p.shape[1] == 2 else (p.max(axis=1), p.argmax(axis=1) == y)
    bins = np.array_split(np.argsort(claimed, kind="stable"), min(10, len(y)))
    found = []
    for part in bins:
        rate, n = held[part].mean(), len(part)
        reach = 1.96 * np.sqrt(max(rate * (1 - rate), 1 / n) / n)
        found.append({"claimed": claimed[part].mean(), "held": rate, "rows": n,
                      "low": max(rate - reach, 0), "high": min(rate + reach, 1)})  # fmt: skip
    return found
