"""Compares what can be done about a rare class, inside the folds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from .comparison import Validated, difference, validate
from .costs import best_threshold, decide, per_row
from .metric import LOSSES, Vector
from .split import Folds, Rows
from .study import Study


def treatments(study: Study) -> list[dict[str, Any]]:
    """Return losses and costs under each treatment, `nothing` first.

    `difference` is the cost of a row beyond that of doing nothing, with its interval.
    """
    y, costs, codes = study.y, study.settings.matrix(), study.y.to_numpy()
    found: list[dict[str, Any]] = []
    untreated: list[float] = []
    for name, (model, parts) in candidates(study.model(), study.folds, codes).items():
        done = validate(model, study.X, y, parts)
        positions, p = done.out_of_fold()
        rule = partial(decide, costs=costs, threshold=best_threshold(codes[positions], p, costs))
        chosen = fold_costs(done, codes, costs, rule)
        untreated = untreated or chosen
        found.append({
            "treatment": name, "mean_claimed": p[:, -1].mean(),
            **{loss: np.mean(done.scores(loss, y)) for loss in (*LOSSES, "brier")},
            "cost_usual": np.mean(fold_costs(done, codes, costs, lambda p: p.argmax(axis=1))),
            "cost_chosen": np.mean(chosen), **difference(chosen, untreated, study.folds),
        })  # fmt: skip
    return found


def candidates(model: Pipeline, folds: Folds, codes: Vector) -> dict[str, tuple[Pipeline, Folds]]:
    """Return model and folds for each treatment; rows to validate on are never touched."""
    found = {"nothing": (model, folds)}
    if weighted := with_weights(model):
        found["class weights"] = (weighted, folds)
    for name, largest in {"rare rows repeated": True, "frequent rows thinned": False}.items():
        parts = [(resample(fit, codes, largest=largest), seen) for fit, seen in folds]
        found[name] = (model, parts)
    return found


def fold_costs(
    done: Validated, codes: Vector, costs: Vector, rule: Callable[[Vector], Vector]
) -> list[float]:
    """Return the mean cost of a row in each fold if decisions follow `rule`."""
    parts = zip(done.folds, done.predictions, strict=True)
    return [float(per_row(codes[seen], rule(p), costs).mean()) for (_, seen), p in parts]


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
