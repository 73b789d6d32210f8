"""Learning curves: what more users, and a longer past of one user, bring."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import nnls

from .models import Model
from .ranking import rank_by
from .split import Task, Vector

SHARES = (0.1, 0.18, 0.32, 0.56, 0.75, 1.0)
PASTS = (0, 1, 2, 3, 5, 10, 20)


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


def by_past(model: Model, fallback: Model, task: Task, k: int) -> list[dict[str, Any]]:
    """Return NDCG for the same new users when only some of their past interactions are known.

    The model never saw them: with none known they get what is popular, else they are folded in.
    """
    longest = int(np.diff(task.history.indptr).min())
    curve = []
    for past in [n for n in PASTS if n <= longest]:
        shorter = task._replace(history=shorten(task.history, past))
        # what was had is never shown, also while the model is not told about it
        scores = rank_without(model if past else fallback, shorter, task.history, k)
        curve.append(
            {"past": past, "score": scores.mean(), "sd": scores.std() / np.sqrt(len(scores))}
        )
    return curve


def rank_without(model: Model, told: Task, had: sp.csr_matrix, k: int) -> Vector:
    """Return NDCG per user of lists made from a part of the past, without all that was had."""

    def score(part: slice) -> Any:
        scores = model.scores(told.history[part], told.moment[part])
        scores[had[part].nonzero()] = -np.inf
        return scores

    return rank_by(score, told, k).ndcg(k)


def shorten(history: sp.csr_matrix, past: int) -> sp.csr_matrix:
    """Return the history with so many entries of each row, by chance; fewer are a part of more."""
    rng = np.random.default_rng(0)
    ends = zip(history.indptr, history.indptr[1:], strict=False)
    kept = [start + rng.permutation(end - start)[:past] for start, end in ends]
    places, indptr = np.concatenate(kept), np.cumsum([0, *map(len, kept)])
    return sp.csr_matrix(
        (history.data[places], history.indices[places], indptr), shape=history.shape
    )
