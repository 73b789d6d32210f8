"""Would more users help: the learning curve, and a power law to twice as many."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import nnls

from .arrays import Vector
from .ranking import interval
from .study import Study

SHARES = (0.1, 0.18, 0.32, 0.56, 0.75, 1.0)


def learning_curve(study: Study) -> dict[str, Any]:
    """Return NDCG of the same users when the model was fitted to a part of all users."""
    known, points, scores = study.holdout.known, [], []
    order = np.random.default_rng(0).permutation(known["user"].unique())
    for share in SHARES:
        users = order[: max(2, round(share * len(order)))]
        part = known[known["user"].isin(users)]
        values = study.rank(study.fit(part)).ndcg(study.k)
        scores.append(values)
        low, high = interval(values)
        points.append(
            {
                "rows": len(users),
                "interactions": len(part),
                "validation": values.mean(),
                "low": low,
                "high": high,
            }
        )
    sizes = np.array([point["rows"] for point in points], dtype=float)
    return {"learning_curve": points} | extrapolate(sizes, np.array(scores))


def extrapolate(sizes: Vector, scores: Vector) -> dict[str, Any]:
    """Return the power law through mean scores (sizes x users) and the gain from twice as much.

    Its uncertainty comes from drawing users with replacement and fitting again: how far the law
    depends on the users, not whether the law is right beyond the largest size.
    """
    law, count = fit_power_law(sizes, scores.mean(axis=1)), scores.shape[1]
    rng, gains = np.random.default_rng(0), []
    for _ in range(200):
        weight = rng.multinomial(count, np.full(count, 1 / count)) / count
        gains.append(gain(fit_power_law(sizes, scores @ weight), sizes[-1]))
    low, high = np.quantile(gains, [0.025, 0.975])
    return {
        "power_law": dict(zip("abc", law, strict=True)),
        "gain_from_twice": {
            "estimate": gain(law, sizes[-1]),
            "low": low,
            "high": high,
            "rows": int(sizes[-1]),
        },
    }


def fit_power_law(sizes: Vector, scores: Vector) -> tuple[float, float, float]:
    """Return a, b, c of score = c - a * size**-b with a not negative.

    For a given b this is linear least squares, so trying values of b always finds the best one.
    """
    fits = []
    for b in np.linspace(0.05, 2, 40):
        (c, a), miss = nnls(np.column_stack([np.ones_like(sizes), -(sizes**-b)]), scores)
        fits.append((miss, a, b, c))
    _, a, b, c = min(fits)
    return float(a), float(b), float(c)


def gain(law: tuple[float, float, float], size: float) -> float:
    """Return by how much the score rises from `size` to twice as much."""
    a, b, _ = law
    return float(a * (size**-b - (2.0 * size) ** -b))
