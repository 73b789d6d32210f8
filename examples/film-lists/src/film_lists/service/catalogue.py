"""Finds items by a part of their title, and tells what the page shows of the study."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Codes
from ..results import model_version
from .desk import Desk

EXAMPLES = 5


def search(desk: Desk, query: str, limit: int) -> Codes:
    """Return the items with a title that has the query, or with this label: best known first.

    Titles that begin with the query come before the others.
    """
    lower, wanted = desk.log.items["title"].str.casefold(), query.strip().casefold()
    fits = lower.str.contains(wanted, regex=False) | (desk.log.items["item"] == query)
    found = np.flatnonzero(fits)
    later = ~lower.iloc[found].str.startswith(wanted)
    return np.asarray(found[np.lexsort((-desk.often[found], later))][:limit], dtype=np.int64)


def about(desk: Desk) -> dict[str, Any]:
    """Return what the page says: the question, the model, the size of the data, some users."""
    settings, facts = desk.settings, desk.results["data"]
    told = ("title", "question", "decision_maker", "decision")
    return {key: getattr(settings.project, key) for key in told} | {
        "type": "recommender",
        "model": desk.results["choice"]["chosen"],
        "model_version": model_version(desk.results),
        "personal": desk.personal,
        "demo": settings.data.demo,
        "k": settings.metric.k,
        "users": int((np.diff(desk.histories.indptr) > 0).sum()),
        "items": facts["items"],
        "interactions": facts["train_rows"],
        "examples": example_users(desk),
    }


def example_users(desk: Desk) -> list[str]:
    """Return some users who had about as many items as most have, at least three if any did."""
    had = np.diff(desk.histories.indptr)
    usual = max(3, int(np.median(had[had > 0])))
    close = np.argsort(np.abs(had - usual), kind="stable")[:EXAMPLES]
    return [str(name) for name in desk.log.users[np.sort(close[had[close] > 0])]]
