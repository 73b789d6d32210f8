"""Lists to read: what is similar to well-known items, and what a newcomer would get."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .cases import titles
from .data import popularity
from .models import Model, find_rung
from .ranking import best, nearest
from .split import matrix
from .study import Study


def similar_items(study: Study, model: Model) -> dict[str, Any]:
    """Return for some well-known items those that the model holds most alike, with titles."""
    known = study.holdout.known
    order = np.argsort(-popularity(known, study.log), kind="stable")
    shown, source = [], study.rung.name
    if not study.rung.personal:
        source = "item neighbours"
        model = study.fit(known, find_rung(source))
    for item in order[:5]:
        close = model.similar(int(item))
        if close is not None:
            shown.append(
                {
                    "title": study.log.items["title"].iloc[item],
                    "similar": list(study.log.items["title"].iloc[nearest(close, 3)]),
                }
            )
    return {"model": source, "items": shown}


def example_newcomer(study: Study, model: Model) -> dict[str, Any]:
    """Return the list of somebody who is unknown except for two well-known items."""
    order = np.argsort(-popularity(study.holdout.known, study.log), kind="stable")
    had = pd.DataFrame({"user": 0, "item": [order[1], order[min(20, len(order) - 1)]]})
    history = matrix(had, np.array([0]), study.log)
    scores = model.scores(history, np.array([study.holdout.known["time"].max()]))
    top = best(scores, history, min(5, study.k))[0]
    return {"had": titles(study.log, had["item"]), "shown": titles(study.log, top)}
