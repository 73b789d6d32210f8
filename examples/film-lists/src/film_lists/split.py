"""Hides interactions to test on: after one moment, each user's last, or some of each user's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .arrays import Codes, Vector
from .command import ProjectError
from .data import Log
from .project import Settings, Split

FEW_ITEMS = 4000  # a sample of very large data keeps the best-known ones


class Holdout(NamedTuple):
    """What is known and what is hidden."""

    known: pd.DataFrame
    hidden: pd.DataFrame
    kind: str


class Task(NamedTuple):
    """For some users: what they had, what they will have, and the moment between the two."""

    users: Codes
    history: sp.csr_matrix
    hidden: sp.csr_matrix
    moment: Vector


def hide(frame: pd.DataFrame, rule: Split, kind: str | None = None) -> Holdout:
    """Return the interactions in two parts, both in order of time.

    By time equal moments stay together. The other kinds take their share of every user who has
    at least two interactions, and leave each of them at least one.
    """
    kind = kind or rule.kind
    if kind == "time":
        moment = frame["time"].iloc[int(len(frame) * (1 - rule.test))]
        later = (frame["time"] >= moment).to_numpy()
    else:
        order = frame
        if kind == "random":
            order = frame.iloc[np.random.default_rng(rule.seed).permutation(len(frame))]
        place = order.groupby("user").cumcount(ascending=False).reindex(frame.index)
        size = frame.groupby("user")["user"].transform("size")
        later = (place < np.maximum(1, np.floor(size * rule.test)).where(size > 1, 0)).to_numpy()
    return Holdout(frame[~later], frame[later], kind)


def lighten(holdout: Holdout, rule: Split) -> Holdout:
    """Return what tuning and diagnosis fit to: of very large data a sample of the users.

    It keeps the best-known items, because closed forms cost the cube of the number of items.
    """
    known, share = holdout.known, rule.most_interactions / len(holdout.known)
    if share >= 1:
        return holdout
    users = known["user"].unique()
    chosen = np.random.default_rng(rule.seed).permutation(users)[: int(share * len(users))]
    part = known[known["user"].isin(chosen)]
    return holdout._replace(
        known=part[part["item"].isin(part["item"].value_counts().index[:FEW_ITEMS])]
    )


def task(holdout: Holdout, log: Log, settings: Settings, *, role: str = "test") -> Task:
    """Return the users with a past and with something relevant hidden; of very many a sample."""
    known, hidden = holdout.known, holdout.hidden
    if settings.feedback.kind == "explicit":
        hidden = hidden[hidden["rating"] >= settings.feedback.relevant]
    users: Codes = np.intersect1d(known["user"], hidden["user"])
    if not len(users):
        raise ProjectError(
            f"no user has both a past and a hidden interaction, so there is no {role} user",
            "bring users with two or more interactions, or change split.kind, split.test or "
            "feedback.relevant",
        )
    if len(users) > settings.split.most_users:
        chosen = np.random.default_rng(settings.split.seed).permutation(len(users))
        users = np.sort(users[chosen[: settings.split.most_users]])
    first = hidden.groupby("user")["time"].min().reindex(users).to_numpy()
    moment = first if holdout.kind == "last" else np.full(len(users), known["time"].max())
    return Task(users, matrix(known, users, log), matrix(hidden, users, log), moment)


def matrix(frame: pd.DataFrame, users: Codes, log: Log) -> sp.csr_matrix:
    """Return a sparse matrix of ones: a row for each of `users`, a column for every item."""
    rows = pd.Index(users).get_indexer(pd.Index(frame["user"]))
    there = rows >= 0
    shape = (len(users), len(log.items))
    ones = np.ones(int(there.sum()), dtype=np.float32)
    filled = sp.csr_matrix((ones, (rows[there], frame["item"].to_numpy()[there])), shape=shape)
    filled.data[:] = 1  # the constructor adds up what is there twice
    return filled


def card(holdout: Holdout, by: str) -> dict[str, Any]:
    """Return how the interactions were divided, in numbers that can be checked."""
    known, hidden = holdout.known, holdout.hidden
    old_user, old_item = hidden["user"].isin(known["user"]), hidden["item"].isin(known["item"])
    facts: dict[str, Any] = {
        "kind": holdout.kind,
        "by": by,
        "shared_groups": 0,
        "new_user_share": 1 - old_user.mean(),
        "new_item_share": 1 - old_item.mean(),
        "new_users": int(hidden.loc[~old_user, "user"].nunique()),
        "new_items": int(hidden.loc[~old_item, "item"].nunique()),
        "pairs_on_both_sides": len(shared_pairs(known, hidden)),
        "known_from_later": int((known["time"] > hidden["time"].min()).sum()) if by else None,
    }
    if by:
        for name, part in {"train_range": known, "test_range": hidden}.items():
            ends = pd.to_datetime([part["time"].min(), part["time"].max()], unit="D")
            facts[name] = [str(end.date()) for end in ends]
    return facts


def shared_pairs(one: pd.DataFrame, other: pd.DataFrame) -> Codes:
    """Return the pairs of user and item that are in both, each as one number."""
    width = max(one["item"].max(), other["item"].max()) + 1
    first, second = (
        part["user"].to_numpy() * width + part["item"].to_numpy() for part in (one, other)
    )
    return np.asarray(np.intersect1d(first, second), dtype=np.int64)
