"""Who finds an anomaly of a kind that nobody had seen: the detector or a classifier."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .labels import kinds
from .metric import Flags, Vector
from .models import Rung
from .study import Part, Study
from .supervised import make_classifier, normality

FEWEST = 3  # rows of a kind; what is measured on fewer is no measurement at all


def leave_kinds_out(study: Study, rung: Rung, share: float) -> list[dict[str, Any]] | None:
    """Return how many anomalies of each kind are found by who never saw that kind.

    Both are fitted without any row of the kind and flag the same share of the other validation
    rows, so all rows of the kind, of training and of validation, are new to both. The detector
    is fitted without them as well: an anomaly among its rows would teach it to be normal.
    Without any other anomaly there is no classifier to compare with.
    """
    train, validation = study.train.labelled(), study.validation
    both = pd.concat([train.rows, validation.rows])
    kind = kinds(both, pd.concat([train.X, validation.X]), study.settings)
    everything = classify(train, validation.X)
    table = []
    for name, count in kind.value_counts().items():
        rows = kind.index[kind == name]
        known, here = train.rows.index.isin(rows), validation.rows.index.isin(rows)
        rest = train.take(np.flatnonzero(~known))
        if count < FEWEST or here.all():
            continue
        X = pd.concat([train.X[known], validation.X])
        new = np.concatenate([np.ones(known.sum(), dtype=bool), here])
        usual = rest.normal() if study.settings.labels.fit == "normal" else rest
        table.append({
            "kind": str(name), "rows": int(count),
            "detector": recall(study.fit(rung, X=usual.X).score_samples(X), new, share),
            "classifier": recall(classify(rest, X), new, share),
            "classifier_with": recall(everything, here, share) if here.sum() >= FEWEST else None,
        })  # fmt: skip
    return table or None


def classify(known: Part, X: pd.DataFrame) -> Vector | None:
    """Return the scores of a classifier that knows these rows, if any of them is anomalous."""
    return normality(make_classifier(0).fit(known.X, known.y), X) if known.y.any() else None


def recall(scores: Vector | None, new: Flags, share: float) -> float | None:
    """Return the share of new rows below the threshold that flags `share` of the other rows.

    Rows that lie exactly on the threshold count by the part of them that the share pays for.
    """
    if scores is None:
        return None
    others = np.sort(scores[~new])
    limit = others[min(int(share * len(others)), len(others) - 1)]
    ties = (others == limit).sum()
    part = (share * len(others) - (others < limit).sum()) / ties
    return float((scores[new] < limit).mean() + part * (scores[new] == limit).mean())
