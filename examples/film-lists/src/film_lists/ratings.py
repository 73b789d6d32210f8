"""Predicts ratings, to show that a small rating error does not make a good list."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .arrays import Codes, Vector
from .data import Log
from .project import Settings
from .ranking import rank_by
from .split import Holdout, Task

SHRINK = 10  # ratings that an average user or item must have before it is believed by half
FACTORS, SWEEPS, PENALTY = 8, 5, 20.0


class Predictor(NamedTuple):
    """A rating is the mean, plus how the user and the item differ from it, plus how they fit."""

    mean: float
    user: Vector
    item: Vector
    tastes: Vector
    traits: Vector

    def predict(self, users: Codes, items: Codes) -> Vector:
        """Return the rating of each pair."""
        fits = (self.tastes[users] * self.traits[items]).sum(axis=1)
        return np.asarray(self.mean + self.user[users] + self.item[items] + fits)


def rating_table(
    settings: Settings, log: Log, holdout: Holdout, task: Task, ladder: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return rating error and NDCG of predictors of ratings, beside the NDCG of the ladder."""
    known, hidden, k = holdout.known, holdout.hidden, settings.metric.k
    shape = (len(log.users), len(log.items))
    biased = fit_biases(known, shape)
    table = []
    for name, predictor in {
        "mean rating": biased._replace(user=0 * biased.user, item=0 * biased.item),
        "user and item means": biased,
        "rating factors": add_factors(biased, known, shape),
    }.items():
        predicted = predictor.predict(hidden["user"].to_numpy(), hidden["item"].to_numpy())
        predicted = predicted.clip(settings.feedback.lowest, settings.feedback.highest)

        def score(part: slice, predictor: Predictor = predictor) -> Any:
            return predictor.tastes[task.users[part]] @ predictor.traits.T + predictor.item

        table.append(
            {
                "model": name,
                "rmse": np.sqrt(np.mean((hidden["rating"] - predicted) ** 2)),
                "ndcg": None if name == "mean rating" else rank_by(score, task, k).ndcg(k).mean(),
            }
        )
    return table + [{"model": rung["name"], "rmse": None, "ndcg": rung["ndcg"]} for rung in ladder]


def fit_biases(known: pd.DataFrame, shape: tuple[int, int]) -> Predictor:
    """Return the mean, and damped differences of users and items from it."""
    users, items, rating = (
        known["user"].to_numpy(),
        known["item"].to_numpy(),
        known["rating"].to_numpy(),
    )
    mean = rating.mean()
    user, item = np.zeros(shape[0]), np.zeros(shape[1])
    for _ in range(10):
        item = damped(items, rating - mean - user[users], shape[1])
        user = damped(users, rating - mean - item[items], shape[0])
    return Predictor(float(mean), user, item, np.zeros((shape[0], 1)), np.zeros((shape[1], 1)))


def damped(codes: Codes, rest: Vector, count: int) -> Vector:
    """Return the mean rest of each user or item, pulled to zero where there are few ratings."""
    return np.bincount(codes, rest, count) / (np.bincount(codes, minlength=count) + SHRINK)


def add_factors(biased: Predictor, known: pd.DataFrame, shape: tuple[int, int]) -> Predictor:
    """Return the predictor with factors that explain the rest, by alternating least squares."""
    pairs = (known["user"].to_numpy(), known["item"].to_numpy())
    rest = sp.csr_matrix((known["rating"].to_numpy() - biased.predict(*pairs), pairs), shape=shape)
    across = rest.T.tocsr()
    traits = np.random.default_rng(0).normal(0, 0.1, (shape[1], FACTORS))
    for _ in range(SWEEPS):
        tastes = solve(rest, traits)
        traits = solve(across, tastes)
    return biased._replace(tastes=tastes, traits=traits)


def solve(rest: sp.csr_matrix, others: Vector) -> Vector:
    """Return for each row the ridge regression of its values on the factors of the other side."""
    found = np.zeros((rest.shape[0], FACTORS))
    for row in np.flatnonzero(np.diff(rest.indptr)):
        part = slice(rest.indptr[row], rest.indptr[row + 1])
        had = others[rest.indices[part]]
        found[row] = np.linalg.solve(
            had.T @ had + PENALTY * np.eye(FACTORS), had.T @ rest.data[part]
        )
    return found
