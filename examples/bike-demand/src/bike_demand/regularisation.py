"""The linear rung along its penalty: how the error and every coefficient change."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import Ridge

from .features import make_features
from .metric import score
from .models import ALPHAS
from .study import Study


def regularisation_path(study: Study) -> dict[str, Any]:
    """Return validation error and coefficients (of scaled features) of ridge for every penalty."""
    features, y = make_features(study.settings.columns), study.y.to_numpy()
    scores = np.empty((len(study.folds), len(ALPHAS)))
    for place, (fit, seen) in enumerate(study.folds):
        known = features.fit_transform(study.X.iloc[fit])
        new, metric = features.transform(study.X.iloc[seen]), study.settings.metric.name
        ridges = (Ridge(alpha).fit(known, y[fit]) for alpha in ALPHAS)
        scores[place] = [score(metric, y[seen], ridge.predict(new)) for ridge in ridges]
    everything = features.fit_transform(study.X)
    weights = np.array([Ridge(alpha).fit(everything, y).coef_ for alpha in ALPHAS]).T
    largest = np.argsort(-np.abs(weights).max(axis=1))[:12]
    names = features.get_feature_names_out()
    return {
        "model": "ridge", "parameter": "alpha", "alphas": ALPHAS, "validation": scores.mean(axis=0),
        "best": ALPHAS[scores.mean(axis=0).argmin()],
        "coefficients": {names[place]: weights[place] for place in largest},
    }  # fmt: skip
