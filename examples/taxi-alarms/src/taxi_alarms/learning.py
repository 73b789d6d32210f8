"""Learning curve: what more rows bring, with labels by average precision, else by agreement."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from .metric import Vector, score
from .models import Rung
from .study import Study

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
DRAWS = 3
FEWEST = 20


def learning_curve(study: Study, rung: Rung) -> list[dict[str, Any]]:
    """Return what detectors fitted to growing shares of the training rows reach on validation.

    In a series the latest rows are taken, as if collecting had begun later; else random ones.
    """
    total = len(study.fitted.X)
    full = study.fit(rung).score_samples(study.validation.X)
    points: list[dict[str, Any]] = []
    for share in SHARES:
        count = min(max(FEWEST, round(share * total)), total)
        if points and points[-1]["rows"] == count:
            continue
        values = [reach(study, rung, count, seed, full) for seed in range(DRAWS)]
        points.append({"rows": count, "validation": np.mean(values), "sd": np.std(values, ddof=1)})
    return points


def reach(study: Study, rung: Rung, count: int, seed: int, full: Vector) -> float:
    """Return the value of one detector that is fitted to `count` rows."""
    total = len(study.fitted.X)
    order = np.random.default_rng(seed).permutation(total)
    rows = slice(total - count, total) if study.settings.columns.time else order[:count]
    scores = study.fit(rung, seed, study.fitted.X.iloc[rows]).score_samples(study.validation.X)
    if study.settings.labelled:
        return score(study.validation.y, scores)
    return float(spearmanr(scores, full).statistic)
