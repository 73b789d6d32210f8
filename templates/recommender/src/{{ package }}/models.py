"""The ladder of models, from the simplest to the most complex, each with its reason.

Every model scores all items for a row of past interactions and knows no user by name: somebody
who came after the fit gets a list from the first interaction on, without fitting again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.linalg import lapack
from threadpoolctl import threadpool_limits

from .project import Settings

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]
Shape = tuple[int, int]

MOST_ITEMS = 12_000  # the square of this many numbers is 576 MB; rarer items get no neighbours


class Model(Protocol):
    """What the rest of the study needs from a model."""

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Return a score for every user (row) and item (column); higher is better."""

    def similar(self, item: int) -> Vector | None:
        """Return how close every item is to `item`, or nothing where the model cannot tell."""


@dataclass(frozen=True)
class Popular:
    """The same list for everybody: what most people took in the last `window` days."""

    items: NDArray[np.int64]
    times: Vector
    count: int
    window: float | None

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Count what was taken before each user's moment, so that no user sees a later fashion."""
        moments, place = np.unique(moment, return_inverse=True)
        return np.stack([self.taken(at) for at in moments])[place]

    def taken(self, at: float) -> Matrix:
        """Return how often each item was taken in the window that ends at a moment."""
        start = np.searchsorted(self.times, at - self.window) if self.window else 0
        end = np.searchsorted(self.times, at, "right")
        return np.bincount(self.items[start:end], minlength=self.count).astype(np.float32)

    def similar(self, item: int) -> None:
        """Popularity knows nothing about likeness."""


@dataclass(frozen=True)
class ItemWeights:
    """An item scores the sum of its weights to the items that the user had."""

    kept: NDArray[np.int64]
    weights: Matrix | sp.csr_matrix
    count: int

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Add up the weights; items without weights come last."""
        scores = np.full((history.shape[0], self.count), -1e9, dtype=np.float32)
        product = history[:, self.kept] @ self.weights
        scores[:, self.kept] = product.toarray() if sp.issparse(product) else product
        return scores

    def similar(self, item: int) -> Vector | None:
        """Return the weights from `item` to the others."""
        if not (place := np.flatnonzero(self.kept == item)).size:
            return None
        row = self.weights[place[0]]
        row = row.toarray().ravel() if sp.issparse(row) else row
        close = np.full(self.count, -np.inf)
        close[self.kept] = row
        close[item] = -np.inf
        return close


@dataclass(frozen=True)
class Factors:
    """Users and items as points: an item scores the product of its point with the user's."""

    points: Matrix
    penalty: float
    confidence: float

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Find each user's point from the history, then multiply it with every item's."""
        size = self.points.shape[1]
        shared = self.points.T @ self.points + self.penalty * np.eye(size, dtype=np.float32)
        had = np.split(history.indices, history.indptr[1:-1])
        return np.stack([self.fold_in(items, shared) for items in had]) @ self.points.T

    def fold_in(self, items: NDArray[np.int32], shared: Matrix) -> Matrix:
        """Solve one user: 1 with a confidence for what was had, 0 for the rest.

        `shared` is the part of the normal equations that is the same for everybody.
        """
        had = self.points[items]
        normal = shared + (self.confidence - 1) * had.T @ had
        return np.linalg.solve(normal, self.confidence * had.sum(axis=0)).astype(np.float32)

    def similar(self, item: int) -> Vector:
        """Return the cosine between the points of items."""
        length = np.linalg.norm(self.points, axis=1) + 1e-9
        close = (self.points @ self.points[item]) / (length * length[item])
        close[item] = -np.inf
        return np.asarray(close, dtype=float)


@dataclass(frozen=True)
class Trending:
    """What is popular lately, moved up or down by what the user had before."""

    popular: Popular
    personal: ItemWeights
    strength: float

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Add the personal score, scaled to at most `strength`, to the logarithm of the count."""
        personal = np.maximum(self.personal.scores(history, moment), 0)
        top = personal.max(axis=1, keepdims=True) + 1e-9
        trend = np.log(self.popular.scores(history, moment) + 0.1)
        return np.asarray(trend + self.strength * personal / top, dtype=np.float32)

    def similar(self, item: int) -> Vector | None:
        """Return the personal part's weights."""
        return self.personal.similar(item)


def fit_popular(frame: pd.DataFrame, shape: Shape, *, window: float | None = None) -> Popular:
    """Keep who took what when."""
    return Popular(frame["item"].to_numpy(), frame["time"].to_numpy(), shape[1], window)


def fit_neighbours(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    neighbours: int = 100,
    shrink: float = 20,
    half_life: float | None = None,
) -> ItemWeights:
    """Weigh items by cosine, pulled to zero where few people had both; keep the closest ones."""
    taken, kept = interactions(frame, shape, half_life)
    together = gram(taken)
    length = np.sqrt(np.diag(together))
    together /= np.outer(length, length) + np.float32(shrink)
    np.fill_diagonal(together, 0)
    if neighbours < len(kept):
        edge = np.partition(together, -neighbours, axis=0)[-neighbours]
        together[together < edge] = 0
    return ItemWeights(kept, sp.csr_matrix(together), shape[1])


def fit_ease(
    frame: pd.DataFrame, shape: Shape, *, penalty: float = 200, half_life: float | None = None
) -> ItemWeights:
    """Regress every item on all others at once, by one inverse (Steck, 2019)."""
    taken, kept = interactions(frame, shape, half_life)
    normal = gram(taken)
    np.fill_diagonal(normal, np.diag(normal) + np.float32(penalty))
    factor, _ = lapack.spotrf(
        normal.T, overwrite_a=True
    )  # Cholesky: twice as fast as an LU inverse
    inverse, _ = lapack.spotri(factor, overwrite_c=True)
    weights = inverse.T  # the lower half, as rows in order of memory
    for start in range(0, len(weights), 1000):  # mirrored in blocks: no second matrix of this size
        weights[:start, start : start + 1000] = weights[start : start + 1000, :start].T
        block = weights[start : start + 1000, start : start + 1000]
        block[:] = np.tril(block) + np.tril(block, -1).T
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0)
    return ItemWeights(kept, weights, shape[1])


def fit_factors(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    factors: int = 32,
    confidence: float = 5,
    penalty: float = 10,
    half_life: float | None = None,
    seed: int = 0,
) -> Factors:
    """Alternate between least squares for users and for items (Hu, Koren and Volinsky, 2008)."""
    taken = weigh(frame, shape, half_life)
    with threadpool_limits(1, "blas"):  # the library has threads of its own
        als = AlternatingLeastSquares(
            min(factors, *shape),
            regularization=penalty,
            alpha=confidence,
            iterations=15,
            use_gpu=False,
            num_threads=2,
            random_state=seed,
        )
        als.fit(taken, show_progress=False)
    return Factors(np.asarray(als.item_factors), penalty, confidence)


def fit_trending(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    window: float | None = 30,
    strength: float = 2,
    **personal: Any,
) -> Trending:
    """Fit both parts."""
    return Trending(
        fit_popular(frame, shape, window=window), fit_ease(frame, shape, **personal), strength
    )


def weigh(frame: pd.DataFrame, shape: Shape, half_life: float | None) -> sp.csr_matrix:
    """Return users by items; an interaction counts half for every `half_life` days of age."""
    age = frame["time"].max() - frame["time"].to_numpy()
    weight = (0.5 ** (age / half_life if half_life else 0 * age)).astype(np.float32)
    return sp.csr_matrix((weight, (frame["user"], frame["item"])), shape=shape)


def interactions(
    frame: pd.DataFrame, shape: Shape, half_life: float | None
) -> tuple[sp.csr_matrix, NDArray[np.int64]]:
    """Return the weighted interactions of items that can have neighbours, and which these are."""
    users = np.bincount(frame["item"], minlength=shape[1])
    kept = np.argsort(-users, kind="stable")[:MOST_ITEMS]
    kept = np.sort(kept[users[kept] > 1])  # one user alone says nothing about two items
    if not kept.size:
        kept = np.flatnonzero(users)
    return weigh(frame, shape, half_life).sqrt()[:, kept], kept


def gram(taken: sp.csr_matrix) -> Matrix:
    """Return for each pair of items how many users had both, a block of rows at a time."""
    size, across = taken.shape[1], taken.T.tocsr()
    result = np.empty((size, size), dtype=np.float32)
    for start in range(0, size, 1000):
        result[start : start + 1000] = (across[start : start + 1000] @ taken).toarray()
    return result


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


HALF_LIVES = (None, 90.0, 30.0, 10.0)
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
        "neighbours",
        "people who had this also had that; every score can be read",
        fit_neighbours,
        {"neighbours": (10, 30, 100, 300, 1000), "shrink": (0, 20, 100), "half_life": HALF_LIVES},
    ),
    Rung(
        "ease",
        "linear",
        "every item regressed on all others, in closed form",
        fit_ease,
        {"penalty": (10, 30, 100, 300, 1000), "half_life": HALF_LIVES},
    ),
    Rung(
        "als",
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
        "ease + trend",
        "blend",
        "what is popular lately, reordered by ease",
        fit_trending,
        {"strength": (0.3, 1, 3, 6, 12)},
        start=("popular lately", "ease"),
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
