"""Hides interactions to test on: after one moment, each user's last, or some of each user's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .data import Log
from .kit import Stop
from .kit.intervals import Rows
from .kit.settings import Settings, Split

MOST_USERS = 5000  # asked about; the scores of more would only cost time
MAX_INTERACTIONS = 500_000  # interactions; tuning and diagnosis fit to a sample of more,
SAMPLE_ITEMS = 4000  # which keeps the best-known items


class Holdout(NamedTuple):
    """What is known and what is hidden."""

    known: pd.DataFrame
    hidden: pd.DataFrame


class Task(NamedTuple):
    """For some users: what models are told, what no list may show, and what a good list has."""

    users: Rows
    history: sp.csr_matrix
    excluded: sp.csr_matrix
    hidden: sp.csr_matrix

    def part(self, rows: Rows | slice) -> Task:
        """Return the task for some of the users."""
        return Task(*(field[rows] for field in self))


def hide(frame: pd.DataFrame, rule: Split, kind: str | None = None) -> Holdout:
    """Return the interactions in two parts, both in order of time.

    By time equal moments stay together. The other kinds take their share of every user who has
    at least two interactions, and leave each of them at least one.
    """
    kind, order = kind or rule.kind, frame
    if kind == "random":
        order = frame.iloc[np.random.default_rng(rule.seed).permutation(len(frame))]
    if kind == "time":
        is_hidden = frame["time"] >= frame["time"].iloc[int(len(frame) * (1 - rule.test))]
    else:
        rank = order.groupby("user").cumcount(ascending=False).reindex(frame.index)
        size = frame.groupby("user")["user"].transform("size")
        is_hidden = rank < np.maximum(1, np.floor(size * rule.test)).where(size > 1, 0)
    return Holdout(frame[~is_hidden], frame[is_hidden])


def subsample(known: pd.DataFrame, rule: Split) -> pd.DataFrame:
    """Return what tuning and diagnosis fit to: of very large data a sample of the users.

    It keeps the best-known items, because closed forms cost the cube of the number of items.
    """
    share = MAX_INTERACTIONS / len(known)
    if share >= 1:
        return known
    users = np.random.default_rng(rule.seed).permutation(known["user"].unique())
    sample = known[known["user"].isin(users[: int(share * len(users))])]
    return sample[sample["item"].isin(sample["item"].value_counts().index[:SAMPLE_ITEMS])]


def set_task(holdout: Holdout, log: Log, settings: Settings) -> Task:
    """Return the users who have a past and something relevant hidden."""
    known, hidden = holdout.known, holdout.hidden
    hidden = hidden[hidden["rating"] >= settings.feedback.relevant]
    users = np.intersect1d(hidden["user"], known["user"])
    if not len(users):
        hint = "change split.kind, split.test or feedback.relevant, or bring more users"
        raise Stop("no user has both a past and something hidden to find", hint)
    rng = np.random.default_rng(settings.split.seed)
    users = np.sort(rng.permutation(users)[:MOST_USERS])
    history, targets = (to_matrix(part, users, log) for part in (known, hidden))
    excluded = history if settings.feedback.repeats == "never" else sp.csr_matrix(history.shape)
    return Task(users, history, excluded, targets)


def to_matrix(frame: pd.DataFrame, users: Rows, log: Log) -> sp.csr_matrix:
    """Return a sparse matrix of ones: a row for each of `users`, a column for every item."""
    rows = pd.Index(users).get_indexer(pd.Index(frame["user"]))
    entries = rows[rows >= 0], frame["item"].to_numpy()[rows >= 0]
    ones = np.ones(len(entries[0]), dtype=np.float32)
    matrix = sp.csr_matrix((ones, entries), shape=(len(users), len(log.items)))
    matrix.data[:] = 1  # the constructor adds up what is there twice
    return matrix


def describe(holdout: Holdout, settings: Settings) -> dict[str, Any]:
    """Return how the interactions were divided, in numbers that can be checked."""
    known, hidden, by = *holdout, settings.columns.time
    facts: dict[str, Any] = {"kind": settings.split.kind, "by": by}
    for side, part in {"train": known, "test": hidden}.items():
        ends = pd.to_datetime([part["time"].min(), part["time"].max()], unit="D")
        facts[f"{side}_rows"] = len(part)
        facts[f"{side}_range"] = [str(end.date()) for end in ends] if by else None
    for name in ("user", "item"):
        facts[f"new_{name}_share"] = 1 - hidden[name].isin(known[name]).mean()
    return facts


def copies(holdout: Holdout) -> int:
    """Return how many pairs of user and item are on both sides."""
    known, hidden = (part[["user", "item"]] for part in holdout)
    return len(known.merge(hidden.drop_duplicates()))
