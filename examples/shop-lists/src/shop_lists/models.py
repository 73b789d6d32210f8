"""The ladder of models, from the simplest to the most complex.

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

from .kit.ranking import Matrix
from .kit.settings import Settings
from .personal import fit_ease, fit_factors


class Model(Protocol):
    """What the study needs from a model."""

    def scores(self, history: sp.csr_matrix) -> Matrix:
        """Return a score for every user (row) and item (column); higher is better."""


@dataclass(frozen=True)
class Popular:
    """The same list for everybody."""

    counts: Matrix

    def scores(self, history: sp.csr_matrix) -> Matrix:
        """Repeat the counts for every user."""
        return np.tile(self.counts, (history.shape[0], 1))


def fit_popular(frame: pd.DataFrame, items: int, *, window: float | None = None) -> Popular:
    """Count who took an item in the last `window` days, or ever; of equals what more took ever."""
    recent = frame["time"] >= frame["time"].max() - (window or np.inf)
    lately, ever = (np.bincount(part["item"], minlength=items) for part in (frame[recent], frame))
    return Popular((lately + 0.5 * ever / ever.max()).astype(np.float32))


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
    Rung("als", "ALS", "users and items as vectors in a latent space of tastes", fit_factors),
)
HALF_LIVES = (None, 90, 30, 10, 3)  # days after which an interaction counts half
GRIDS: dict[str, dict[str, Sequence[float | None]]] = {
    "popular_lately": {"window": (1, 3, 7, 14, 30, 90, 365)},
    "ease": {"half_life": HALF_LIVES, "penalty": (3, 10, 30, 100, 300, 1000, 3000)},
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
    timed, values = settings.split.kind == "time", GRIDS.get(rung.name, {})
    return {name: tried for name, tried in values.items() if timed or name != "half_life"}


class Recommender(NamedTuple):
    """What `train` saves: a fitted model, with the pasts and names that a list needs."""

    model: Model
    newcomers: Model  # for those without a past
    users: pd.Index[str]
    titles: pd.Series[str]  # by the labels of the items
    history: sp.csr_matrix  # of `users`
