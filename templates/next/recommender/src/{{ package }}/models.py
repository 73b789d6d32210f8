"""The ladder of models, from the simplest to the most complex, and what a fitted one is asked.

Every model scores all items for a row of past interactions and knows no user by name: somebody
who came after the fit gets a list from the first interaction on, without fitting again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

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
        lately, ever = (np.bincount(self.items[a:end], minlength=self.count) for a in (start, 0))
        return np.asarray(lately + 0.5 * ever / max(1, ever.max()), dtype=np.float32)

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
    """One model of the ladder."""

    name: str
    label: str
    why: str
    fit: Callable[..., Model]

    @property
    def personal(self) -> bool:
        """Whether users get lists of their own."""
        return self.fit is not fit_popular


# In order of simplicity: of how many numbers are tuned. Which of two equals is taken depends on it.
LADDER = (
    Rung("popular_ever", "popular ever", "one list for all, since the beginning", fit_popular),
    Rung("popular_lately", "popular lately", "one list for all, over the last days", fit_popular),
    Rung("ease", "EASE", "every item regressed on all others, in closed form", fit_ease),
    Rung("neighbours", "item neighbours", "who had this also had that", fit_neighbours),
    Rung("als", "ALS", "users and items as points in a space of tastes", fit_factors),
)
HALF_LIVES = (None, 90, 30, 10, 3)  # days after which an interaction counts half
GRIDS: dict[str, dict[str, Sequence[float | None]]] = {
    "popular_lately": {"window": (1, 3, 7, 14, 30, 90, 365)},
    "ease": {"half_life": HALF_LIVES, "penalty": (3, 10, 30, 100, 300, 1000, 3000)},
    "neighbours": {
        "half_life": HALF_LIVES,
        "neighbours": (10, 30, 100, 300, 1000),
        "shrink": (0, 20, 100),
    },
    "als": {
        "half_life": HALF_LIVES,
        "unobserved": (0.03, 0.1, 0.3),
        "penalty": (0.0003, 0.001, 0.003, 0.01),
        "factors": (16, 32, 64),
    },
}


def rungs(settings: Settings) -> list[Rung]:
    """Return the rungs that make sense: without times nothing is popular lately."""
    lately = settings.rule_of_thumb.kind == "popular_lately"
    return [rung for rung in LADDER if lately or rung.name != "popular_lately"]


def grid(rung: Rung, settings: Settings) -> dict[str, Sequence[float | None]]:
    """Return the values that validation may choose from; only towards one moment things age."""
    if rung.name == "popular_lately" and settings.rule_of_thumb.window:
        return {"window": (settings.rule_of_thumb.window,)}
    timed, values = settings.split.kind == "time", GRIDS.get(rung.name, {})
    return {name: tried for name, tried in values.items() if timed or name != "half_life"}


def make_lists(
    model: Model, task: Task, settings: Settings, depth: int = 0, told: sp.csr_matrix | None = None
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
    """One place of a list, and the titles of the past items that brought it there."""

    item: str
    title: str
    because: list[str]


@dataclass(frozen=True)
class Recommender:
    """A fitted model with what a list needs besides: past, names, and a list for newcomers."""

    model: Model
    newcomers: Model
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
        """Return the list of somebody who had the items `past`; unknown labels are ignored."""
        had = np.unique(self.titles.index.get_indexer(pd.Index(past, dtype=str)))
        had = had[had >= 0]
        ones, ends = np.ones(len(had), np.float32), [0, len(had)]
        history = sp.csr_matrix((ones, had, ends), shape=(1, len(self.titles)))
        model = self.model if len(had) else self.newcomers
        scores = model.scores(history, np.array([self.moment]))
        items = best(scores, None if self.repeats else history, k)[0]
        return [self.suggest(item, had) for item in items[items >= 0]]

    def suggest(self, item: int, had: Rows) -> Suggestion:
        """Return one place of the list with up to three reasons, the strongest first."""
        adds = self.model.reasons(had, item)
        strongest = np.argsort(-adds, kind="stable")[:3]
        because = list(self.titles.iloc[had[strongest[adds[strongest] > 0]]])
        return Suggestion(self.titles.index[item], self.titles.iloc[item], because)
