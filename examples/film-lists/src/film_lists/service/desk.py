"""Makes lists: the one path of the command `recommend`, of the service and of batches."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ..arrays import Codes, Matrix
from ..command import ProjectError
from ..comparison import fit
from ..data import Log, load
from ..models import Model, fallback, find_rung
from ..project import Settings
from ..ranking import best, nearest
from ..results import Results
from ..split import Holdout, hide, matrix
from ..storage import load_model


@dataclass(frozen=True)
class Desk:
    """What lists are made from: training interactions only, so the test set stays closed."""

    settings: Settings
    results: Results
    log: Log
    training: Holdout
    model: Model

    @cached_property
    def histories(self) -> sp.csr_matrix:
        """What every user had: a row for each user, a column for each item."""
        return matrix(self.training.known, np.arange(len(self.log.users)), self.log)

    @cached_property
    def moment(self) -> float:
        """The end of the training interactions: lists are made for the time after it."""
        return float(self.training.known["time"].max())

    @cached_property
    def often(self) -> Codes:
        """How many users had each item."""
        return np.bincount(self.histories.indices, minlength=len(self.log.items))

    @cached_property
    def popular(self) -> Model:
        """The list for somebody of whom nothing is known."""
        return self.fit(fallback(self.tuned).name)

    @cached_property
    def likeness(self) -> Model:
        """The model that says which items are alike: where the chosen one cannot, neighbours."""
        return self.model if self.personal else self.fit("item neighbours")

    @cached_property
    def past(self) -> list[Codes]:
        """The items that every user had, the oldest first."""
        users, items = (self.training.known[name].to_numpy() for name in ("user", "item"))
        ends = np.bincount(users, minlength=len(self.log.users)).cumsum()
        return np.split(items[np.argsort(users, kind="stable")], ends[:-1])

    @cached_property
    def labels(self) -> list[str]:
        """The label of every item, as the file writes it."""
        return list(self.log.items["item"])

    @cached_property
    def titles(self) -> list[str]:
        """The title of every item."""
        return list(self.log.items["title"])

    @cached_property
    def by_user(self) -> dict[str, int]:
        """The number of the user for every name."""
        return {name: number for number, name in enumerate(self.log.users)}

    @cached_property
    def by_label(self) -> dict[str, int]:
        """The number of the item for every label."""
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def by_title(self) -> dict[str, int]:
        """The number of the item for every title in lower case; of several the first one's."""
        lower = [title.casefold() for title in self.titles]
        return {title: number for number, title in reversed([*enumerate(lower)])}

    @property
    def personal(self) -> bool:
        """Whether the chosen model goes by what a user had."""
        return find_rung(self.results["choice"]["chosen"]).personal

    @property
    def tuned(self) -> dict[str, dict[str, float | None]]:
        """The parameters of every rung."""
        return {rung["name"]: rung["parameters"] for rung in self.results["ladder"]}

    def get_ready(self) -> None:
        """Fit and count now what the first requests would have to wait for."""
        for name in ("often", "popular", "likeness", "past", "by_user", "by_label", "by_title"):
            getattr(self, name)

    def fit(self, name: str) -> Model:
        """Return another rung, as it was tuned."""
        return fit(find_rung(name), self.tuned[name], self.settings, self.log, self.training)


def open_desk(root: Path, settings: Settings, results: Results) -> Desk:
    """Return the saved model with the interactions that it was fitted to."""
    log, _ = load(root, settings)
    training = hide(log.frame, settings.split)
    return Desk(settings, results, log, training, load_model(root, results))


def rank(desk: Desk, history: sp.csr_matrix, k: int) -> tuple[Codes, Matrix]:
    """Return the best items for each row of past interactions, and their scores.

    Somebody without any gets what is popular; -1 stands where no item is left.
    """
    model = desk.model if history.nnz else desk.popular
    scores = model.scores(history, np.full(history.shape[0], desk.moment))
    masked = history if desk.settings.feedback.repeats == "never" else None
    shown = best(scores, masked, k)
    return shown, np.take_along_axis(scores, shown, axis=1)


def user_history(desk: Desk, name: str) -> sp.csr_matrix:
    """Return what a user had, as a row."""
    number = desk.by_user.get(name)
    history = None if number is None else desk.histories[number]
    if history is None or not history.nnz:
        raise ProjectError(
            f"nothing is known of user {name!r}: no training interaction is theirs",
            "somebody new gets a list from what they had: `recommend --had ITEM ITEM`, "
            "POST /recommend, or the column `had` of a file",
        )
    return history


def latest(desk: Desk, name: str, count: int = 3) -> Codes:
    """Return the items that a known user had last, the newest first."""
    newest = desk.past[desk.by_user[name]][::-1]
    return np.asarray(pd.unique(newest)[:count], dtype=np.int64)


def history_of(desk: Desk, items: Sequence[int]) -> sp.csr_matrix:
    """Return the row of somebody who had these items."""
    had = pd.DataFrame({"user": 0, "item": items}, dtype=int)
    return matrix(had, np.array([0]), desk.log)


def similar(desk: Desk, item: int, k: int) -> tuple[Codes, Matrix]:
    """Return the items most like one, and how close they are; none where too few had it."""
    close = desk.likeness.similar(item) if desk.often[item] else None
    if close is None:
        raise ProjectError(
            f"too few users had {desk.titles[item]!r} in the training interactions to tell what is "
            "like it",
            "ask for an item that several had",
        )
    shown = nearest(close, k)
    return shown, np.asarray(close[shown], dtype=np.float32)


def find_item(desk: Desk, name: str, *, guess: bool = True) -> int:
    """Return the number of the item with this label or, whatever its capitals, this title.

    To `guess` which title was meant takes a tenth of a second in ten thousand: too long for a file.
    """
    number = desk.by_label.get(name, desk.by_title.get(name.casefold()))
    if number is None:
        near = difflib.get_close_matches(name.casefold(), desk.by_title, n=3) if guess else []
        likely = [desk.titles[desk.by_title[title]] for title in near]
        raise ProjectError(
            f"no item is called {name!r}",
            f"did you mean {' or '.join(map(repr, likely))}?"
            if near
            else "write its label or its title as the file does",
        )
    return number
