"""The questions that every diagnosis asks of the chosen detector; none looks at a test row."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from .comparison import stability
from .explain import contributions, typical
from .metric import score
from .models import Rung
from .study import Study

LARGE_GAP = 0.25
AGREED = 0.5
SEEDS = 3
ALERTS = (10, 200)  # fewest and most of the strongest alerts that importance looks at


def judge(study: Study, model: Pipeline, stable: float) -> dict[str, Any]:
    """Return the verdict on bias and variance, and what to do next.

    High bias: even among the rows that it was fitted to, anomalies rank lower than the win
    condition asks for. High variance: a quarter of that is lost on validation rows. Where no
    anomaly was among them, validation rows stand in for bias; for variance, without labels too,
    lists from halves of the rows that agree on less than half.
    """
    if not study.settings.labelled:
        verdict, advice = ("stable lists", LABEL) if stable >= AGREED else ADVICE[False, True]
        return {"verdict": verdict, "advice": advice}
    train, validation = study.train.labelled(), study.validation
    share = float(validation.y.mean())
    target = share + study.settings.project.success_improvement * (1 - share)
    seen = score(validation.y, model.score_samples(validation.X))
    fitted = score(train.y, model.score_samples(train.X)) if train.y.sum() else None
    wide = stable < AGREED if fitted is None else (fitted - seen) / fitted > LARGE_GAP
    verdict, advice = ADVICE[(seen if fitted is None else fitted) < target, wide]
    return {
        "baseline": share, "target_level": target, "train": fitted, "validation": seen,
        "large_gap": LARGE_GAP, "verdict": verdict, "advice": advice,
    }  # fmt: skip


LABEL = "Look at the strongest alerts and note what they are: these are your first labels."
ADVICE = {
    (True, False): ("high bias", "Rows will not help; features in which anomalies stand out may."),
    (False, True): ("high variance", "More rows to fit to, or a simpler detector, may help."),
    (True, True): ("both", "Features come first: anomalies hardly stand out, and lists waver."),
    (False, False): ("balanced", "Look at the worst cases: are they anomalies of another kind?"),
}


def seed_spread(study: Study, rung: Rung) -> dict[str, Any]:
    """Return how far the result depends on the seed, and the lists on the rows."""
    first = study.settings.split.seed
    found: dict[str, Any] = {"stability": stability(study, rung), "scores": None}
    if study.settings.labelled:
        X, y = study.validation.X, study.validation.y
        seeds = range(first, first + SEEDS)
        found["scores"] = [score(y, study.fit(rung, seed).score_samples(X)) for seed in seeds]
    return found


def importance(study: Study, model: Pipeline) -> list[dict[str, Any]]:
    """Return which share of the strongest validation alerts each feature accounts for."""
    X = study.validation.X
    fewest, most = ALERTS
    count = min(max(fewest, len(X) // 50), most)
    top = np.argsort(model.score_samples(X), kind="stable")[:count]
    rises = contributions(model, X.iloc[top], typical(study.fitted.X)).clip(lower=0)
    shares = rises.div(rises.sum(axis=1).replace(0, 1), axis=0)
    return [
        {"feature": str(name), "mean": column.mean(), "sd": column.std()}
        for name, column in shares.items()
    ]
