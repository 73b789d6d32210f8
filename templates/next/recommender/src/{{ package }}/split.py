"""Hides interactions to test on: after one moment, each user's last, or some of each user's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .data import Log
from .kit import Stop
from .kit.intervals import Rows, Vector
from .kit.settings import Settings, Split

FEW_ITEMS = 4000  # a sample of very large data keeps the best-known ones


class Holdout(NamedTuple):
    """What is known and what is hidden."""

    known: pd.DataFrame
    hidden: pd.DataFrame
    kind: str


class Task(NamedTuple):
    """For some users: what they had, what they will take, and the moment between the two."""

    users: Rows
    history: sp.csr_matrix
    hidden: sp.csr_matrix
    moment: Vector

    def part(self, rows: Rows | slice) -> Task:
        """Return the task for some of the users."""
        return Task(self.users[rows], self.history[rows], self.hidden[rows], self.moment[rows])


def hide(frame: pd.DataFrame, rule: Split, kind: str | None = None) -> Holdout:
    """Return the interactions in two parts, both in order of time.

    By time equal moments stay together. The other kinds take their share of every user who has
    at least two interactions, and leave each of them at least one.
    """
    kind = kind or rule.kind
    if kind == "time":
        moment = frame["time"].iloc[int(len(frame) * (1 - rule.test))]
        later = (frame["time"] >= moment).to_numpy()
        return Holdout(frame[~later], frame[later], kind)
    order = frame
    if kind == "random":
        order = frame.iloc[np.random.default_rng(rule.seed).permutation(len(frame))]
    place = order.groupby("user").cumcount(ascending=False).reindex(frame.index)
    size = frame.groupby("user")["user"].transform("size")
    later = (place < np.maximum(1, np.floor(size * rule.test)).where(size > 1, 0)).to_numpy()
    return Holdout(frame[~later], frame[later], kind)


def lighten(known: pd.DataFrame, rule: Split) -> pd.DataFrame:
    """Return what tuning and diagnosis fit to: of very large data a sample of the users.

    It keeps the best-known items, because closed forms cost the cube of the number of items.
    """
    share = rule.most_interactions / len(known)
    if share >= 1:
        return known
    users = np.random.default_rng(rule.seed).permutation(known["user"].unique())
    part = known[known["user"].isin(users[: int(share * len(users))])]
    return part[part["item"].isin(part["item"].value_counts().index[:FEW_ITEMS])]


def set_task(holdout: Holdout, log: Log, settings: Settings, *, new: bool = False) -> Task:
    """Return the users with something relevant hidden and a past, or without one if `new`."""
    known, hidden = holdout.known, holdout.hidden
    hidden = hidden[hidden["rating"] >= settings.feedback.relevant]
    users = np.unique(hidden["user"][hidden["user"].isin(known["user"]) != new])
    if not len(users) and not new:
        hint = "change split.kind, split.test or feedback.relevant, or bring more users"
        raise Stop("no user has both a past and something hidden to find", hint)
    rng = np.random.default_rng(settings.split.seed)
    users = np.sort(rng.permutation(users)[: settings.split.most_users])
    first = hidden.groupby("user")["time"].min().reindex(users).to_numpy()
    moment = first if holdout.kind == "last" else np.full(len(users), known["time"].max())
    return Task(users, to_matrix(known, users, log), to_matrix(hidden, users, log), moment)


def to_matrix(frame: pd.DataFrame, users: Rows, log: Log) -> sp.csr_matrix:
    """Return a sparse matrix of ones: a row for each of `users`, a column for every item."""
    rows = pd.Index(users).get_indexer(pd.Index(frame["user"]))
    places = rows[rows >= 0], frame["item"].to_numpy()[rows >= 0]
    ones = np.ones(len(places[0]), dtype=np.float32)
    filled = sp.csr_matrix((ones, places), shape=(len(users), len(log.items)))
    filled.data[:] = 1  # the constructor adds up what is there twice
    return filled


def describe(holdout: Holdout, by: str) -> dict[str, Any]:
    """Return how the interactions were divided, in numbers that can be checked."""
    known, hidden = holdout.known, holdout.hidden
    facts: dict[str, Any] = {"kind": holdout.kind, "by": by, "folds": 0, "shared_groups": 0}
    facts |= {"train_rows": len(known), "test_rows": len(hidden)}
    for name in ("user", "item"):
        facts[f"new_{name}_share"] = 1 - hidden[name].isin(known[name]).mean()
    for name, part in {"train_range": known, "test_range": hidden}.items():
        ends = pd.to_datetime([part["time"].min(), part["time"].max()], unit="D")
        facts[name] = [str(end.date()) for end in ends] if by else None
    return facts


def audit(holdout: Holdout, by: str) -> dict[str, Any]:
    """Return what could tell the models about the test: pairs on both sides, a later past."""
    known, hidden = (part[["user", "item"]] for part in holdout[:2])
    later = (holdout.known["time"] > holdout.hidden["time"].min()).sum() if by else None
    features: dict[str, Any] = {"strong": [], "identifiers": [], "alone": {}, "not_confirmed": []}
    return {
        "copies": len(known.merge(hidden.drop_duplicates())),
        "known_from_later": later,
        **features,
    }
