"""What a classifier would do instead, with few labels and with many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from .alerts import find_events
from .features import make_features
from .metric import Vector, score
from .study import Study

TREES = 100
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DRAWS = 3


def make_classifier(seed: int) -> Pipeline:
    """Return a forest that weighs both classes alike: it needs little tuning and few rows."""
    forest = RandomForestClassifier(
        TREES, min_samples_leaf=2, class_weight="balanced_subsample", random_state=seed
    )
    return make_pipeline(make_features(), forest)


def normality(model: Pipeline, X: pd.DataFrame) -> Vector:
    """Return the probability of being normal, so that scores compare with those of detectors."""
    probabilities: Vector = model.predict_proba(X)
    return probabilities[:, 0]


def compare_supervised(study: Study) -> dict[str, Any]:
    """Return the average precision of classifiers on validation rows, by the labels they had.

    Some anomalies are known, drawn at random, and every other row counts as normal: so it is on
    the days after labelling began. In a series a label is a whole stretch.
    """
    train = study.train.labelled()
    events = find_events(train.rows, study.settings)
    total = int(events.nunique())
    points = []
    for size in [*(size for size in SIZES if size < total), total] if total > 1 else []:
        scores = [reach(study, events, size, seed) for seed in range(DRAWS)]
        points.append({"labels": size, "mean": np.mean(scores), "sd": np.std(scores, ddof=1)})
    return {"labels": total, "points": points}


def reach(study: Study, events: pd.Series[int], size: int, seed: int) -> float:
    """Return the average precision of a classifier that was told of `size` anomalies."""
    train = study.train.labelled()
    known = np.random.default_rng(seed).choice(events.unique(), size, replace=False)
    told = train.rows.index.isin(events.index[events.isin(known)])
    model = make_classifier(seed).fit(train.X, told)
    return score(study.validation.y, normality(model, study.validation.X))
