"""The losses that this study knows, and how sure a mean of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from sklearn.pipeline import Pipeline

from .settings import Share, Table

Vector = NDArray[np.floating[Any]]
SplitKind = Literal["random", "group", "time"]  # how rows can be divided


class Metric(Table):
    """Which error decides; what counts as close enough; the share that intervals shall cover."""

    name: Literal["mae", "rmse"]
    tolerance: Annotated[float, Field(gt=0)] = 0.2
    coverage: Share = 0.9


class Aim(Table):
    """What a model of this study is for: the tables of project.toml that regression needs."""

    metric: Metric


def predict(model: Pipeline, X: pd.DataFrame) -> Vector:
    """Return what the model predicts for each row."""
    return np.asarray(model.predict(X), dtype=float)


# Each is a mean over rows, brought back to the unit of the target by the second function.
LOSSES: dict[str, tuple[Callable[[Vector, Vector], Vector], Callable[[Vector], Vector]]] = {
    "mae": (lambda y, predicted: np.abs(y - predicted), np.asarray),
    "rmse": (lambda y, predicted: (y - predicted) ** 2, np.sqrt),
    "log": (lambda y, predicted: (np.log1p(y) - np.log1p(predicted.clip(0))) ** 2, np.sqrt),
}


def score(name: str, y: Vector, predicted: Vector) -> float:
    """Return the loss `name` of predictions; smaller is better."""
    per_row, finish = LOSSES[name]
    return float(finish(np.asarray(per_row(np.asarray(y), predicted).mean())))


def constant(name: str, y: Vector, predicted: Vector) -> Vector:
    """Return the best prediction that is the same for every row, in the form of `predicted`."""
    middle = np.median if name == "mae" else np.mean
    return np.full_like(predicted, middle(y))


def of_parts(name: str) -> str:
    """Return the loss that judges parts of the rows: the same, as it is made of their errors."""
    return name


def measurable(name: str, y: Vector) -> bool:
    """Return whether the loss is defined for these rows: an error always is."""
    return len(y) > 0


def interval(
    name: str, y: Vector, predicted: Vector, units: NDArray[np.int64], seed: int = 0
) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a score.

    Whole units are drawn (rows, groups, or stretches of time), because rows that belong together
    err together: drawing them one by one would promise too narrow an interval.
    """
    per_row, finish = LOSSES[name]
    codes, count = np.unique(units, return_inverse=True)[1], len(np.unique(units))
    sums = np.bincount(codes, per_row(np.asarray(y), predicted), count)
    rows = np.bincount(codes, minlength=count)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), 2000)
    low, high = np.quantile(finish((drawn @ sums) / (drawn @ rows)), [0.025, 0.975])
    return float(low), float(high)
