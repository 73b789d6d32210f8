"""What anomalies among the training rows do: the same rows with more and more of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .alerts import find_events
from .metric import score
from .models import find_rung
from .study import Part, Study

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
FEWEST = 100
COMPARED = ("gaussian diagonal", "gaussian full")


def contaminate(study: Study, chosen: str) -> dict[str, Any] | None:
    """Return the average precision on validation rows for growing shares of known anomalies.

    Where the known anomalies run out, normal rows are left out to reach a share.
    """
    normal, anomalies, judged = lend(study)
    if not len(anomalies):
        return None
    random = np.random.default_rng(study.settings.split.seed)
    normal, anomalies = (part.iloc[random.permutation(len(part))] for part in (normal, anomalies))
    names, points = list(dict.fromkeys([*COMPARED, chosen])), []
    for share in SHARES:
        some = anomalies.head(round(share / (1 - share) * len(normal)))
        rest = normal.head(round(len(some) / share * (1 - share))) if share else normal
        if len(rest) < min(FEWEST, len(normal)) or (share and not len(some)):
            continue
        X = pd.concat([rest, some])
        values = {
            name: score(judged.y, study.fit(find_rung(name), X=X).score_samples(judged.X))
            for name in names
        }
        points.append({"share": len(some) / len(X), "rows": len(X), **values})
    return {
        "detectors": names,
        "points": points,
        "natural": float(study.fitted.labelled().y.mean()),
        "lent": len(judged.y) < len(study.validation.y),
    }


def lend(study: Study) -> tuple[pd.DataFrame, pd.DataFrame, Part]:
    """Return normal training rows, anomalies to mix in, and validation rows to judge by.

    Where no training row is anomalous, half of the validation events are mixed in and not judged.
    """
    train, judged = study.train.labelled(), study.validation
    normal, anomalies = train.normal().X, train.X[train.y == 1]
    if not len(anomalies):
        events = find_events(judged.rows, study.settings)
        lent = judged.rows.index.isin(events.index[events < events.nunique() // 2])
        anomalies, judged = judged.X[lent], judged.take(np.flatnonzero(~lent))
    return normal, anomalies, judged
