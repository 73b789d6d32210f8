"""Says which of the items that somebody had speak most for a place on their list."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ..arrays import Codes, Matrix
from ..factors import Factors
from ..models import Model
from ..trending import Trending
from ..weights import ItemWeights

MOST = 3


def reasons(model: Model, had: Codes, shown: Codes) -> list[Codes]:
    """Return for each item that is shown those that were had and add most to its score."""
    parts = contributions(model, had, shown)
    order = np.argsort(-parts, axis=0, kind="stable")[:MOST]
    return [had[top[parts[top, place] > 0]] for place, top in enumerate(order.T)]


def contributions(model: Model, had: Codes, shown: Codes) -> Matrix:
    """Return what each item that was had (row) adds to the score of each one shown (column).

    The score is their sum, except for popularity, which owes nothing to what was had.
    """
    if isinstance(model, Trending):
        return contributions(model.personal, had, shown)
    if isinstance(model, ItemWeights):
        return weights_between(model, had, shown)
    if isinstance(model, Factors):
        mine, size = model.points[had], model.points.shape[1]
        normal = model.points.T @ model.points + model.penalty * np.eye(size, dtype=np.float32)
        normal += (model.confidence - 1) * mine.T @ mine
        moved = np.linalg.solve(normal, model.points[shown].T)
        return np.asarray(model.confidence * mine @ moved, dtype=np.float32)
    return np.zeros((len(had), len(shown)), dtype=np.float32)


def weights_between(model: ItemWeights, had: Codes, shown: Codes) -> Matrix:
    """Return the weights between items; those that have none get zeros."""
    (rows, known), (columns, kept) = (locate(model.kept, items) for items in (had, shown))
    found: Any = model.weights[np.ix_(rows, columns)]
    found = found.toarray() if sp.issparse(found) else found
    return np.asarray(found * np.outer(known, kept), dtype=np.float32)


def locate(kept: Codes, items: Codes) -> tuple[Codes, np.ndarray]:
    """Return where items are in a sorted list, and whether they are there at all."""
    places = np.searchsorted(kept, items).clip(max=len(kept) - 1)
    return places, kept[places] == items
