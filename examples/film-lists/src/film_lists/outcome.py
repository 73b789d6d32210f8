"""What new interactions say of the lists: how many are of newcomers, and what lists would hit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import Codes
from .command import ProjectError
from .ranking import interval, rank
from .service.desk import Desk
from .split import Holdout, task

FEWEST = 30  # users; the mean over fewer is mostly luck


def judge(desk: Desk, new: pd.DataFrame) -> list[dict[str, Any]]:
    """Return findings about new interactions with labels, each with a sentence and its alarm."""
    known = desk.training.known
    users = np.asarray(desk.log.users.get_indexer(pd.Index(new["user"])), dtype=np.int64)
    items = np.asarray(new["item"].map(desk.by_label).fillna(-1), dtype=np.int64)
    there = (users >= 0) & (items >= 0) & ~is_known(users, items, desk)
    shares = {
        "users": 1 - np.isin(users, known["user"]).mean(),
        "items": 1 - np.isin(items, known["item"]).mean(),
    }
    found: list[dict[str, Any]] = [
        {
            "name": f"new {name}", "share": share, "alarm": False,
            "said": f"{share:.1%} of the interactions are of {name} that nobody knew in training",
        }
        for name, share in shares.items()
    ]  # fmt: skip
    hidden = new[there].assign(user=users[there], item=items[there])
    try:
        asked = task(Holdout(known, hidden, desk.training.kind), desk.log, desk.settings)
    except ProjectError:  # nobody with a past and something relevant
        return found
    if len(asked.users) < FEWEST:
        return found
    k, limits = desk.settings.metric.k, desk.settings.monitor
    repeats = desk.settings.feedback.repeats == "allowed"
    scores = rank(desk.model, asked, k, repeats=repeats).ndcg(k)
    low, high = interval(scores)
    chosen = desk.results["choice"]["chosen"]
    before = next(rung["score"] for rung in desk.results["ladder"] if rung["name"] == chosen)
    worse = bool(high < before * (1 - limits.worse))
    said = (
        f"NDCG@{k} {scores.mean():.4f} (95% interval {low:.4f} to {high:.4f}) of {len(scores):,} "
        f"known users against {before:.4f} in validation"
    )
    return [*found, {
        "name": f"NDCG@{k}", "score": scores.mean(), "low": low, "high": high, "before": before,
        "alarm": worse, "said": f"{said}: {'' if worse else 'not distinguishably '}worse",
    }]  # fmt: skip


def is_known(users: Codes, items: Codes, desk: Desk) -> NDArray[np.bool_]:
    """Return which interactions repeat one of training, where no list would show it again."""
    if desk.settings.feedback.repeats == "allowed":
        return np.zeros(len(users), dtype=bool)
    width, known = len(desk.labels), desk.training.known
    return np.isin(users * width + items, known["user"] * width + known["item"])
