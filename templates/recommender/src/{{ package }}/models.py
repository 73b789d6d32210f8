"""The ladder of models, from the simplest to the most complex, and what a fitted one is asked.

Every model scores all items for a row of past interactions and knows no user by name: somebody
who came after the fit gets a list from the first interaction on, without fitting again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .kit.intervals import Rows, Vector
from .kit.ranking import Matrix, Ranked, best, rank
from .kit.settings import Settings
from .personal import fit_ease, fit_factors, fit_neighbours
from .split import Task


class Model(Protocol):
    """What the study needs from a model."""

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Return a score for every user (row) and item (column); higher is better."""

    def reasons(self, past: Rows, item: int) -> Vector:
        """Return what each past item adds to the score of `item`."""


@dataclass(frozen=True)
class Popular:
    """The same list for everybody: what most users took in the last `window` days, or ever."""

    items: Rows
    times: Vector
    count: int
    window: float | None

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Count what was taken before each user's moment, so that no user sees a later fashion."""
        moments, place = np.unique(moment, return_inverse=True)
        return np.stack([self.taken(at) for at in moments])[place]

    def taken(self, at: float) -> Matrix:
        """Count each item in the window that ends at a moment; of equals what more took ever."""
        end = np.searchsorted(self.times, at, "right")
        start = np.searchsorted(self.times, at - self.window) if self.window else 0
        lately, ever = (
            np.bincount(self.items[first:end], minlength=self.count) for first in (start, 0)
        )
        return (lately + 0.5 * ever / max(1, ever.max())).astype(np.float32)

    def reasons(self, past: Rows, item: int) -> Vector:
        """Nothing: nobody's past matters here."""
        return np.zeros(len(past))


def fit_popular(
    frame: pd.DataFrame, shape: tuple[int, int], *, window: float | None = None
) -> Popular:
    """Keep what was taken when, in order of time."""
    frame = frame.sort_values("time", kind="stable")
    return Popular(frame["item"].to_numpy(), frame["time"].to_numpy(), shape[1], window)


class Rung(NamedTuple):
    """One model of the ladder, with the values that validation may choose from."""

    name: str
    label: str
    why: str
    fit: Callable[..., Model]
    grid: dict[str, tuple[float | None, ...]]
    personal: bool = True


HALF_LIVES = (None, 90.0, 30.0, 10.0, 3.0)  # days after which an interaction counts half
WINDOWS = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 365.0)

# In order of simplicity: of how many numbers are tuned. Which of two equals is taken depends on it.
LADDER = (
    Rung(
        "popular_ever",
        "popular ever",
        "one list for all, counted since the beginning",
        fit_popular,
        {},
        personal=False,
    ),
    Rung(
        "popular_lately",
        "popular lately",
        "one list for all, counted over the last days",
        fit_popular,
        {"window": WINDOWS},
        personal=False,
    ),
    Rung(
        "ease",
        "EASE",
        "every item regressed on all others, in closed form",
        fit_ease,
        {"half_life": HALF_LIVES, "penalty": (3, 10, 30, 100, 300, 1000, 3000)},
    ),
    Rung(
        "neighbours",
        "item neighbours",
        "who had this also had that: every score can be read",
        fit_neighbours,
        {"half_life": HALF_LIVES, "neighbours": (10, 30, 100, 300, 1000), "shrink": (0, 20, 100)},
    ),
    Rung(
        "als",
        "ALS",
        "users and items as points in a space of hidden tastes",
        fit_factors,
        {
            "half_life": (None, 30.0, 10.0),
            "unobserved": (0.03, 0.1, 0.3),
            "penalty": (0.0003, 0.001, 0.003, 0.01),
            "factors": (16, 32, 64),
        },
    ),
)


def rungs(settings: Settings) -> list[Rung]:
    """Return the rungs that make sense: interactions can only age towards one moment."""
    timed, rule = settings.split.kind == "time", settings.rule_of_thumb
    found = []
    for rung in LADDER:
        grid = {name: values for name, values in rung.grid.items() if timed or name != "half_life"}
        if rung.name == "popular_lately" and rule.window:
            grid = {"window": (rule.window,)}
        if rung.name != "popular_lately" or rule.kind == "popular_lately":
            found.append(rung._replace(grid=grid))
    return found


def find_rung(name: str) -> Rung:
    """Return the rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)


def make_lists(
    model: Model,
    task: Task,
    settings: Settings,
    depth: int = 0,
    told: sp.csr_matrix | None = None,
) -> Ranked:
    """Return the lists of the users of a task; what they had is on none of them.

    The model is told their whole past, or only the part that is `told`.
    """
    seen = task.history if settings.feedback.repeats == "never" else None
    told = task.history if told is None else told

    def score(part: slice) -> Matrix:
        return model.scores(told[part], task.moment[part])

    return rank(score, seen, task.hidden, depth or settings.metric.k)


class Suggestion(NamedTuple):
    """One place of a list, and the past items that brought it there, the strongest first."""

    item: str
    title: str
    because: list[str]


@dataclass(frozen=True)
class Recommender:
    """A fitted model with what a list needs besides: past, names, and a list for newcomers."""

    model: Model
    newcomers: Popular
    users: pd.Index[str]
    titles: pd.Series[str]  # by the labels of the items
    history: sp.csr_matrix  # of `users`
    moment: float
    repeats: bool

    def past(self, user: str) -> list[str]:
        """Return the items that a user had when the model was fitted; none for a stranger."""
        place = self.users.get_indexer(pd.Index([user]))[0]
        return [] if place < 0 else list(self.titles.index[self.history[place].indices])

    def recommend(self, past: Sequence[str], k: int = 10) -> list[Suggestion]:
        """Return the list of somebody who had the items `past`; labels nobody knows are ignored."""
        had = np.unique(self.titles.index.get_indexer(pd.Index(past, dtype=str)))
        had = had[had >= 0]
        history = sp.csr_matrix(
            (np.ones(len(had), np.float32), had, [0, len(had)]), shape=(1, len(self.titles))
        )
        model = self.model if len(had) else self.newcomers
        scores = model.scores(history, np.array([self.moment]))
        items = best(scores, None if self.repeats else history, k)[0]
        return [self.suggest(item, had) for item in items[items >= 0]]

    def suggest(self, item: int, had: Rows) -> Suggestion:
        """Return one place of the list with up to three reasons."""
        adds = self.model.reasons(had, item)
        strongest = [place for place in np.argsort(-adds, kind="stable")[:3] if adds[place] > 0]
        because = [str(self.titles.iloc[had[place]]) for place in strongest]
        return Suggestion(str(self.titles.index[item]), str(self.titles.iloc[item]), because)


def describe(parameters: dict[str, Any]) -> str:
    """Return tuned numbers in words."""
    named = [f"{key.replace('_', ' ')} {value}" for key, value in parameters.items() if value]
    return ", ".join(named) or "nothing tuned"
