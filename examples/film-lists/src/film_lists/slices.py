"""Divides users by how active they were, and items by how well known they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Vector
from .comparison import difference
from .ranking import Ranked, interval
from .split import Task

FEWEST = 20  # users; the mean over fewer is mostly luck
EDGES = (1, 2, 3, 6, 11, 21, 51, 101)


def by_activity(ranked: Ranked, rival: Ranked, task: Task, k: int) -> list[dict[str, Any]]:
    """Return NDCG for users with few and with many past interactions, beside that of a rival."""
    past, scores, other = np.diff(task.history.indptr), ranked.ndcg(k), rival.ndcg(k)
    found = []
    for low, high in zip(EDGES, [*EDGES[1:], None], strict=True):
        group = (past >= low) & (past < (high or np.inf))
        if group.sum() < FEWEST:
            continue
        ends = interval(scores[group])
        found.append(
            {
                "name": activity(low, high),
                "kind": "activity",
                "rows": int(group.sum()),
                "score": scores[group].mean(),
                "low": ends[0],
                "high": ends[1],
                "rival": {"score": other[group].mean()} | difference(scores[group], other[group]),
            }
        )
    return found


def activity(low: int, high: int | None) -> str:
    """Say in words that users have at least `low` past interactions, and fewer than `high`."""
    if high is None:
        return f"{low} or more past interactions"
    if high > low + 1:
        return f"{low} to {high - 1} past interactions"
    return f"{low} past interaction{'s' if low > 1 else ''}"


def by_popularity(ranked: Ranked, task: Task, k: int, popularity: Vector) -> list[dict[str, Any]]:
    """Return the share of hidden interactions that lists have, for well-known and rare items."""
    order = np.argsort(-popularity, kind="stable")
    rows, items = task.hidden.nonzero()
    listed = {(row, item) for row, lists in enumerate(ranked.lists[:, :k]) for item in lists}
    hit = np.array([pair in listed for pair in zip(rows, items, strict=True)])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    parts = {
        "the 1% best-known items": place < len(order) / 100,
        "the next 9%": (place >= len(order) / 100) & (place < len(order) / 10),
        "the least-known 90% of items": (place >= len(order) / 10) & (popularity > 0),
        "items never seen in training": popularity == 0,
    }
    return [
        {"name": name, "rows": int(chosen[items].sum()), "recall": hit[chosen[items]].mean()}
        for name, chosen in parts.items()
        if chosen[items].any()
    ]
