"""What helps with a rare class? Compares treatments of the rows to fit on, on the same folds."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from ..costs import decide, make_policy
from ..kit import say
from ..kit.intervals import Folds, Rows, Vector, paired_difference
from ..kit.results import Results, step
from ..kit.settings import Settings
from ..models import score
from ..train import Study, open_study


def treatments(study: Study, model: Any) -> dict[str, tuple[Any, Folds]]:
    """Return model and folds for each treatment; rows to validate on are never touched."""
    codes = study.y.to_numpy(dtype=int)
    found = {"nothing": (model, study.folds)}
    weights = [name for name in model.get_params() if name.endswith("__class_weight")]
    if weights:
        balanced = clone(model).set_params(**{weights[0]: "balanced"})
        found["class weights"] = (balanced, study.folds)
    for name, largest in {"oversampling": True, "undersampling": False}.items():
        parts = [(resample(fit, codes, largest=largest), val) for fit, val in study.folds]
        found[name] = (model, parts)
    return found


def resample(fit: Rows, codes: Vector, *, largest: bool) -> Rows:
    """Return rows to fit with all classes as frequent as the largest, or as the smallest.

    Only rows to fit are drawn: copies made before the folds would stand on both sides.
    """
    rng, counts = np.random.default_rng(0), np.bincount(codes[fit])
    size = counts.max() if largest else counts[counts > 0].min()
    parts = []
    for code in np.flatnonzero(counts):
        rows = fit[codes[fit] == code]
        whole = np.tile(rows, size // len(rows))
        parts.append(np.append(whole, rng.permutation(rows)[: size - len(whole)]))
    return np.sort(np.concatenate(parts))


def assess(study: Study, p: Vector) -> tuple[dict[str, Any], list[float]]:
    """Return what a treatment does to probabilities and ranking, and its cost in each fold.

    Every treatment gets its own cheapest threshold: it shifts the probabilities, and the one that
    follows from the costs is right for probabilities that nobody shifted.
    """
    val = np.concatenate([val for _, val in study.folds])
    y, ends = study.y.to_numpy(dtype=int), np.cumsum([len(val) for _, val in study.folds])
    costs = study.settings.cost_matrix()
    curve = make_policy(y[val], p, study.settings).get("curve")
    threshold = float(curve["thresholds"][curve["costs"].argmin()]) if curve else None
    cost = [
        1000 * costs[y[rows], decide(part, costs, threshold)].mean()
        for (_, rows), part in zip(study.folds, np.split(p, ends[:-1]), strict=True)
    ]
    scores = {name: score(name, y[val], p) for name in ("log_loss", "average_precision")}
    facts = {"claimed": p[:, -1].mean(), "happened": (y[val] == len(costs) - 1).mean()}
    return {**scores, **facts, "threshold": threshold, "cost": np.mean(cost)}, cost


@step("studies.imbalance", "train")
def main(settings: Settings, results: Results) -> Results:
    """Compare treatments of a rare class on the training rows."""
    trained = results["train"]
    study, *_ = open_study(settings)
    model = study.build(trained["choice"]["chosen"], trained["choice"]["parameters"])
    found: list[dict[str, Any]] = []
    baseline: list[float] = []
    for name, (candidate, folds) in treatments(study, model).items():
        say(f"  {name}")
        facts, cost = assess(study, study.predict(study.validate(candidate, folds))[0])
        baseline = baseline or cost
        facts |= paired_difference(cost, baseline, study.folds)
        found.append({"treatment": name, **facts})
    return {"treatments": found}


if __name__ == "__main__":
    main()
