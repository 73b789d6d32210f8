"""The linear rung along its penalty, squared or absolute: error, coefficients, and which stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import Lasso, Ridge

from .features import make_features
from .metric import Vector, score
from .models import ALPHAS
from .study import Study

SHARES = np.logspace(-4, -0.2, 12)  # of the penalty at which lasso has no coefficient left


def regularisation_path(study: Study) -> dict[str, Any]:
    """Return validation error and coefficients (of scaled features) of ridge for every penalty.

    Beside the best ridge stands the best lasso, whose absolute penalty makes coefficients zero.
    """
    features, y = make_features(study.settings.columns), study.y.to_numpy()
    everything = features.fit_transform(study.X)
    weights = np.array([Ridge(alpha).fit(everything, y).coef_ for alpha in ALPHAS]).T
    scores = curve(study, Ridge, ALPHAS)
    largest = np.argsort(-np.abs(weights).max(axis=1))[:12]
    names = features.get_feature_names_out()
    return {
        "model": "ridge", "parameter": "alpha", "alphas": ALPHAS, "validation": scores,
        "best": ALPHAS[scores.argmin()],
        "coefficients": {names[place]: weights[place] for place in largest},
        "lasso": best_lasso(study, everything, y),
    }  # fmt: skip


def best_lasso(study: Study, table: Vector, y: Vector) -> dict[str, Any]:
    """Return penalty and validation error of the best lasso, and how many coefficients it keeps."""
    alphas = SHARES * np.abs((table - table.mean(axis=0)).T @ (y - y.mean())).max() / len(y)
    scores = curve(study, Lasso, alphas)
    best = alphas[scores.argmin()]
    kept = np.count_nonzero(Lasso(best).fit(table, y).coef_)
    return {"alpha": best, "score": scores.min(), "kept": kept, "of": table.shape[1]}


def curve(study: Study, kind: Callable[[float], Any], alphas: Sequence[float] | Vector) -> Vector:
    """Return the mean validation error of a penalised line for every penalty."""
    features, y = make_features(study.settings.columns), study.y.to_numpy()
    scores = np.empty((len(study.folds), len(alphas)))
    for place, (fit, seen) in enumerate(study.folds):
        known = features.fit_transform(study.X.iloc[fit])
        new, metric = features.transform(study.X.iloc[seen]), study.settings.metric.name
        lines = (kind(alpha).fit(known, y[fit]) for alpha in alphas)
        scores[place] = [score(metric, y[seen], line.predict(new)) for line in lines]
    return np.asarray(scores.mean(axis=0))
