"""Chooses the penalties of the logistic rungs, and size and number of trees, on the folds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.utils.parallel import Parallel, delayed

from .command import say
from .metric import score
from .models import PENALTIES, make_boosting, make_curves, make_logistic
from .project import Settings
from .split import Folds

LEAVES = (4, 8, 16, 32)
TREES = (25, 50, 100, 200, 400, 600)
LARGE, ENOUGH = 20_000, 3  # beyond so many rows, so many folds tell candidates apart


def tune(
    settings: Settings, X: pd.DataFrame, y: pd.Series[float], folds: Folds
) -> list[dict[str, Any]]:
    """Return for each tuned rung the candidates, their scores and the best.

    The folds that choose also report the score of the rung; with so few candidates it flatters
    the score by less than the folds' own noise, and the test set has the last word.
    """
    parts = folds[-ENOUGH:] if len(y) > LARGE else folds
    rows = f"{len(parts)} of {len(folds)} folds of the {len(y):,} training rows"
    found = []
    for name, make in {"logistic": make_logistic, "curves": make_curves}.items():
        jobs = (delayed(penalty_curve)(make, settings, X, y, fold) for fold in parts)
        scores = np.mean(Parallel(n_jobs=-1, prefer="threads")(jobs), axis=0)
        penalty = PENALTIES[scores.argmin()]
        say(f"  tuned {name}: penalty C = {penalty:g}")
        found.append({
            "model": name, "parameter": "C", "values": [f"{value:g}" for value in PENALTIES],
            "scores": scores.tolist(), "chosen": {"C": penalty}, "rows": rows,
        })  # fmt: skip
    jobs = (
        delayed(tree_curve)(settings, X, y, fold, leaves) for leaves in LEAVES for fold in parts
    )
    trees = Parallel(n_jobs=-1, prefer="threads")(jobs)  # LightGBM frees Python's lock
    mean = np.reshape(trees, (len(LEAVES), len(parts), len(TREES))).mean(axis=1)
    size, number = np.unravel_index(mean.argmin(), mean.shape)
    say(f"  tuned boosting: {TREES[number]} trees of {LEAVES[size]} leaves")
    return [
        *found,
        {
            "model": "boosting", "parameter": "num_leaves x n_estimators",
            "values": [f"{leaves} x {count}" for leaves in LEAVES for count in TREES],
            "scores": mean.ravel().tolist(),
            "chosen": {"num_leaves": LEAVES[size], "n_estimators": TREES[number]}, "rows": rows,
        },
    ]  # fmt: skip


def penalty_curve(
    make: Callable[..., Pipeline],
    settings: Settings,
    X: pd.DataFrame,
    y: pd.Series[float],
    fold: tuple[Any, Any],
) -> list[float]:
    """Return the loss on the validation rows of one fold for every penalty."""
    fit, seen = fold
    features, logistic = make(settings, 0)
    table, unseen = features.fit_transform(X.iloc[fit]), features.transform(X.iloc[seen])
    actual, name = y.iloc[seen].to_numpy(), settings.metric.name
    fits = (logistic.set_params(C=C).fit(table, y.iloc[fit]) for C in PENALTIES)
    return [score(name, actual, fitted.predict_proba(unseen)) for fitted in fits]


def tree_curve(
    settings: Settings, X: pd.DataFrame, y: pd.Series[float], fold: tuple[Any, Any], leaves: int
) -> list[float]:
    """Return the loss on the validation rows of one fold for every number of trees.

    Boosting adds tree after tree, so one fit of the most trees tells the score of every number.
    """
    fit, seen = fold
    model = make_boosting(settings, settings.split.seed, num_leaves=leaves, n_estimators=max(TREES))
    model.fit(X.iloc[fit], y.iloc[fit])
    table, actual = model[:-1].transform(X.iloc[seen]), y.iloc[seen].to_numpy()
    name = settings.metric.name
    return [score(name, actual, model[-1].predict_proba(table, num_iteration=n)) for n in TREES]
