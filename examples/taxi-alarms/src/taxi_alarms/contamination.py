"""What anomalies among the training rows do: the same rows with more and more of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .metric import score
from .models import find_rung
from .study import Study

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
FEWEST = 100
COMPARED = ("gaussian diagonal", "gaussian full")


def contaminate(study: Study, chosen: str) -> dict[str, Any] | None:
    """Return the average precision on validation rows for growing shares of known anomalies.

    Where the known anomalies run out, normal rows are left out to reach a share.
    """
    train = study.train.labelled()
    if not train.y.sum():
        return None
    random = np.random.default_rng(study.settings.split.seed)
    normal = random.permutation(np.flatnonzero(train.y == 0))
    anomalies = random.permutation(np.flatnonzero(train.y == 1))
    names, points = list(dict.fromkeys([*COMPARED, chosen])), []
    for share in SHARES:
        wanted = round(share / (1 - share) * len(normal))
        some = anomalies[:wanted]
        rest = normal[: round(len(some) / share * (1 - share))] if share else normal
        if len(rest) < min(FEWEST, len(normal)) or (share and not len(some)):
            continue
        X = train.X.iloc[np.concatenate([rest, some])]
        values = {
            name: score(study.validation.y, model.score_samples(study.validation.X))
            for name in names
            for model in (study.fit(find_rung(name), X=X),)
        }
        points.append({"share": len(some) / len(X), "rows": len(X), **values})
    return {
        "detectors": names,
        "points": points,
        "natural": float(study.fitted.labelled().y.mean()),
    }
