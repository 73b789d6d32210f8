"""What a classifier would do instead: with all labels, with ten, and with a kind it never saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from .features import make_features
from .labels import kinds
from .metric import Vector, score
from .models import Rung
from .study import Part, Study

FEW, DRAWS, FEWEST = 10, 5, 3


def make_classifier(seed: int) -> Pipeline:
    """Return a forest that weighs both classes alike: it needs little tuning and few rows."""
    forest = RandomForestClassifier(
        200, min_samples_leaf=2, class_weight="balanced_subsample", n_jobs=-1, random_state=seed
    )
    return make_pipeline(make_features(), forest)


def normality(model: Pipeline, X: pd.DataFrame) -> Vector:
    """Return the probability of being normal, so that scores compare with those of detectors."""
    probabilities: Vector = model.predict_proba(X)
    return probabilities[:, 0]


def labelled_rows(part: Part) -> Part:
    """Return the rows that somebody labelled."""
    return part.take(np.flatnonzero(~np.isnan(part.y)))


def compare_supervised(study: Study) -> dict[str, Any] | None:
    """Return the average precision of classifiers on validation rows, by the labels they had.

    With ten labels: ten anomalies are known and every other row counts as normal, as on the day
    when labelling began. The mean over several such tens.
    """
    train, y = labelled_rows(study.train), study.validation.y
    places = np.flatnonzero(train.y == 1)
    if len(places) < 2:
        return None
    full = make_classifier(0).fit(train.X, train.y)
    few = []
    for seed in range(DRAWS):
        known = np.random.default_rng(seed).permutation(places)[:FEW]
        labels = np.zeros(len(train.y))
        labels[known] = 1
        few.append(score(y, normality(make_classifier(seed).fit(train.X, labels), study.validation.X)))
    return {
        "labels": len(places), "all": score(y, normality(full, study.validation.X)),
        "few_labels": min(FEW, len(places)), "few": np.mean(few), "few_sd": np.std(few, ddof=1),
    }  # fmt: skip


def leave_kinds_out(study: Study, rung: Rung, share: float) -> list[dict[str, Any]] | None:
    """Return how many anomalies of each kind are found by who never saw that kind.

    Detector and classifier flag the same share of the rest of the validation rows. The detector
    is fitted without the kind as well: an anomaly among its rows would teach it to be normal.
    """
    train, validation = labelled_rows(study.train), study.validation
    both = pd.concat([train.rows, validation.rows])
    kind = kinds(both, pd.concat([train.X, validation.X]), study.settings)
    everything = make_classifier(0).fit(train.X, train.y)
    table = []
    for name, count in kind.value_counts().items():
        rows = kind.index[kind == name]
        here = validation.rows.index.isin(rows)
        rest = train.take(np.flatnonzero(~train.rows.index.isin(rows)))
        if here.sum() < FEWEST or rest.y.sum() < 1:
            continue
        classifier = make_classifier(0).fit(rest.X, rest.y)
        detector = study.fit(rung, X=rest.X).score_samples(validation.X)
        table.append({
            "kind": str(name), "rows": int(count), "measured_on": int(here.sum()),
            "detector": recall(detector, here, share),
            "classifier": recall(normality(classifier, validation.X), here, share),
            "classifier_with": recall(normality(everything, validation.X), here, share),
        })  # fmt: skip
    return table or None


def recall(scores: Vector, here: Any, share: float) -> float:
    """Return the share of rows of one kind below the threshold that flags `share` of the rest."""
    limit = np.quantile(scores[~here], share)
    return float((scores[here] <= limit).mean())
