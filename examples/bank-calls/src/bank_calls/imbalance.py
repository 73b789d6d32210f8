"""Compares what can be done about a rare class, inside the folds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from .comparison import validate
from .costs import best_threshold, decide, per_row
from .metric import LOSSES, Vector
from .split import Folds, Rows


def treatments(
    model: Pipeline, X: pd.DataFrame, y: pd.Series[float], folds: Folds, costs: Vector
) -> list[dict[str, Any]]:
    """Return losses and costs under each treatment; rows to validate on are never touched."""
    codes = y.to_numpy()
    candidates = {"nothing": (model, folds)}
    if weighted := with_weights(model):
        candidates["class weights"] = (weighted, folds)
    for name, largest in {"rare rows repeated": True, "frequent rows thinned": False}.items():
        parts = [(resample(fit, codes, largest=largest), seen) for fit, seen in folds]
        candidates[name] = (model, parts)
    found = []
    for name, (candidate, parts) in candidates.items():
        done = validate(candidate, X, y, parts)
        positions, p = done.out_of_fold()
        losses = {loss: float(np.mean(done.scores(loss, y))) for loss in (*LOSSES, "brier")}
        row = {"treatment": name, "mean_claimed": p[:, -1].mean()}
        found.append(row | losses | both_costs(codes[positions], p, costs))
    return found


def with_weights(model: Pipeline) -> Pipeline | None:
    """Return the model with weights that make all classes count alike; None if it knows none."""
    name = f"{model.steps[-1][0]}__class_weight"
    return clone(model).set_params(**{name: "balanced"}) if name in model.get_params() else None


def resample(fit: Rows, codes: Vector, *, largest: bool) -> Rows:
    """Return rows to fit with all classes as frequent as the largest, or as the smallest.

    Only rows to fit are drawn: repeating rows before the folds are made would put copies of a
    row on both sides.
    """
    random, counts = np.random.default_rng(0), np.bincount(codes[fit])
    size = counts.max() if largest else counts[counts > 0].min()
    parts = []
    for code in np.flatnonzero(counts):
        rows = fit[codes[fit] == code]
        whole = np.tile(rows, size // len(rows))
        parts.append(np.append(whole, random.permutation(rows)[: size - len(whole)]))
    return np.sort(np.concatenate(parts))


def both_costs(y: Vector, p: Vector, costs: Vector) -> dict[str, float]:
    """Return the mean cost of the usual threshold of one half, and of the best threshold."""
    usual = per_row(y, p.argmax(axis=1), costs).mean()
    chosen = decide(p, costs, best_threshold(y, p, costs))
    return {"cost_usual": usual, "cost_chosen": per_row(y, chosen, costs).mean()}
