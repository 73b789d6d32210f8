"""The ladder of models, from the simplest to the most complex, each with its reason.

Every model scores all items for a row of past interactions and knows no user by name: somebody
who came after the fit gets a list from the first interaction on, without fitting again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

import scipy.sparse as sp

from .arrays import Matrix, Vector
from .factors import fit_factors
from .popular import fit_popular
from .project import Settings
from .trending import fit_trending
from .weights import fit_ease, fit_neighbours


class Model(Protocol):
    """What the rest of the study needs from a model."""

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Return a score for every user (row) and item (column); higher is better."""

    def similar(self, item: int) -> Vector | None:
        """Return how close every item is to `item`, or nothing where the model cannot tell."""


class Rung(NamedTuple):
    """One model of the ladder, and the values that validation may choose from.

    The first parameter is the main one. `start` names rungs whose tuned values this one takes over.
    """

    name: str
    family: str
    why: str
    fit: Callable[..., Any]
    grid: dict[str, tuple[float | None, ...]]
    start: tuple[str, ...] = ()
    times: bool = False
    baseline: bool = False

    @property
    def personal(self) -> bool:
        """Whether users get lists of their own."""
        return self.family != "popularity"


HALF_LIVES = (None, 90.0, 30.0, 10.0, 3.0)

LADDER = (
    Rung(
        "most popular",
        "popularity",
        "one list for everybody, counted since the beginning",
        fit_popular,
        {},
        baseline=True,
    ),
    Rung(
        "popular lately",
        "popularity",
        "one list for everybody, counted over the last days",
        fit_popular,
        {"window": (1.0, 3.0, 7.0, 14.0, 30.0, 90.0)},
        times=True,
    ),
    Rung(
        "item neighbours",
        "item weights",
        "people who had this also had that; every score can be read",
        fit_neighbours,
        {"neighbours": (10, 30, 100, 300, 1000), "shrink": (0, 20, 100), "half_life": HALF_LIVES},
    ),
    Rung(
        "EASE",
        "item weights",
        "every item regressed on all others, in closed form",
        fit_ease,
        {"penalty": (3, 10, 30, 100, 300, 1000, 3000), "half_life": HALF_LIVES},
    ),
    Rung(
        "ALS",
        "factors",
        "users and items as points in a space of hidden tastes",
        fit_factors,
        {
            "factors": (8, 16, 32, 64),
            "confidence": (2, 10, 40),
            "penalty": (3, 10, 30, 100),
            "half_life": HALF_LIVES,
        },
    ),
    Rung(
        "EASE + trend",
        "blend",
        "what is popular lately, reordered by EASE",
        fit_trending,
        {"strength": (0.03, 0.3, 1, 3, 10, 30)},
        start=("popular lately", "EASE"),
        times=True,
    ),
)


def rungs(settings: Settings) -> list[Rung]:
    """Return the rungs that make sense: fashions need a split by time."""
    timed = settings.split.kind == "time"
    return [
        rung._replace(
            grid={
                name: values for name, values in rung.grid.items() if timed or name != "half_life"
            }
        )
        for rung in LADDER
        if not rung.times or timed or (settings.columns.time and rung.name == "popular lately")
    ]


def find_rung(name: str) -> Rung:
    """Return the rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)


def counterpart(chosen: str, ladder: list[dict[str, Any]]) -> Rung:
    """Return the best list for everybody or, if the chosen rung is one, the best personal rung.

    The blend is no counterpart: with a small weight it is itself hardly more than one list.
    """
    wanted = not find_rung(chosen).personal
    others = [
        rung
        for rung in ladder
        if find_rung(rung["name"]).personal == wanted and rung["family"] != "blend"
    ]
    return find_rung(max(others, key=lambda rung: rung["score"])["name"])


def fallback(names: Iterable[str]) -> Rung:
    """Return the list for somebody of whom nothing is known: what is popular, best lately."""
    return find_rung("popular lately" if "popular lately" in names else "most popular")
