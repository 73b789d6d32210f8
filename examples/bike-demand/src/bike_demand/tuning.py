"""Chooses size and number of the boosted trees on the folds of the training rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.parallel import Parallel, delayed

from .command import say
from .metric import score
from .models import make_boosting
from .project import Settings
from .split import Folds

LEAVES = (7, 15, 31, 63)
TREES = (25, 50, 100, 200, 400, 700, 1000)
LARGE, ENOUGH = 20_000, 3  # beyond so many rows, so many folds tell candidates apart


def tune(settings: Settings, X: pd.DataFrame, y: pd.Series[float], folds: Folds) -> dict[str, Any]:
    """Return the best pair of tree size and number of trees, and every pair's score.

    Boosting adds tree after tree, so one fit of the most trees tells the score of every number.
    The folds that choose also report the score of this rung; with so few candidates it flatters
    the score by less than the folds' own noise, and the test set has the last word.
    """
    parts = folds[-ENOUGH:] if len(y) > LARGE else folds
    jobs = (delayed(curve)(settings, X, y, fold, leaves) for leaves in LEAVES for fold in parts)
    curves = Parallel(n_jobs=-1, prefer="threads")(jobs)  # LightGBM frees Python's lock
    mean = np.reshape(curves, (len(LEAVES), len(parts), len(TREES))).mean(axis=1)
    size, number = np.unravel_index(mean.argmin(), mean.shape)
    tuned = {"num_leaves": LEAVES[size], "n_estimators": TREES[number]}
    say(f"  tuned: {tuned['n_estimators']} trees of {tuned['num_leaves']} leaves")
    return {
        "model": "boosting",
        "parameter": "num_leaves x n_estimators",
        "values": [f"{leaves} x {trees}" for leaves in LEAVES for trees in TREES],
        "scores": mean.ravel().tolist(),
        "chosen": tuned,
        "rows": f"{len(parts)} of {len(folds)} folds of the {len(y):,} training rows",
    }


def curve(
    settings: Settings, X: pd.DataFrame, y: pd.Series[float], fold: tuple[Any, Any], leaves: int
) -> list[float]:
    """Return the loss on the validation rows of one fold for every number of trees."""
    fit, seen = fold
    model = make_boosting(settings, settings.split.seed, num_leaves=leaves, n_estimators=max(TREES))
    model.fit(X.iloc[fit], y.iloc[fit])
    table, actual = model[:-1].transform(X.iloc[seen]), y.iloc[seen].to_numpy()
    predictions = (model[-1].predict(table, num_iteration=number) for number in TREES)
    return [score(settings.metric.name, actual, predicted) for predicted in predictions]
