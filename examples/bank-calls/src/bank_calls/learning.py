"""Learning curve: how the error falls with more rows, and what twice as many would bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from sklearn.pipeline import Pipeline

from .comparison import validate
from .metric import Vector
from .split import Folds, Rows, complete

SHARES = (0.1, 0.18, 0.32, 0.56, 0.75, 1.0)
FEWEST = 20


def learning_curve(
    model: Pipeline, X: pd.DataFrame, y: pd.Series[float], folds: Folds, metric: str, *,
    latest: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return training and validation error for growing shares of each fold's training rows.

    By time the latest rows are taken, as if collecting had begun later; else random ones.
    """
    points, validation = [], []
    for share in SHARES:
        smaller = [(take(fit, share, latest=latest), seen) for fit, seen in folds]
        if not complete(y, smaller):
            continue  # too few rows to hold every class
        done = validate(model, X, y, smaller)
        scores = done.scores(metric, y)
        validation.append(scores)
        train = float(np.mean(done.train_scores(metric, X, y)))
        points.append({
            "rows": round(np.mean([len(fit) for fit, _ in smaller])), "train": train,
            "validation": np.mean(scores), "sd": np.std(scores, ddof=1),
        })  # fmt: skip
    rows = np.array([point["rows"] for point in points], dtype=float)
    return {"learning_curve": points} | extrapolate(rows, np.array(validation), len(X))


def take(rows: Rows, share: float, *, latest: bool) -> Rows:
    """Return a share of the rows; smaller shares are parts of larger ones."""
    count = min(max(FEWEST, round(share * len(rows))), len(rows))
    return rows[-count:] if latest else np.random.default_rng(0).permutation(rows)[:count]


def extrapolate(rows: Vector, scores: Vector, now: int) -> dict[str, Any]:
    """Return the power law through mean scores (sizes x folds) and the gain from twice `now` rows.

    Its uncertainty comes from drawing folds with replacement and fitting again: how far the law
    depends on the folds, not whether the law is right beyond the largest size.
    """
    law = fit_power_law(rows, scores.mean(axis=1))
    draws = np.random.default_rng(0).integers(scores.shape[1], size=(200, scores.shape[1]))
    gains = [gain(fit_power_law(rows, scores[:, draw].mean(axis=1)), now) for draw in draws]
    low, high = np.quantile(gains, [0.025, 0.975])
    return {
        "power_law": dict(zip("abc", law, strict=True)),
        "gain_from_twice": {"estimate": gain(law, now), "low": low, "high": high, "rows": now},
    }


def fit_power_law(rows: Vector, scores: Vector) -> tuple[float, float, float]:
    """Return a, b, c of score = a * rows**-b + c with a and c not negative.

    For a given b this is linear least squares, so trying values of b always finds the best one.
    """
    fits = []
    for b in np.linspace(0.05, 2, 40):
        (a, c), miss = nnls(np.column_stack([rows**-b, np.ones_like(rows)]), scores)
        fits.append((miss, a, b, c))
    _, a, b, c = min(fits)
    return float(a), float(b), float(c)


def gain(law: tuple[float, float, float], rows: int) -> float:
    """Return by how much the error falls from `rows` to twice as many."""
    a, b, _ = law
    return float(a * (rows**-b - (2 * rows) ** -b))
