"""What decides: the loss, the classes, what mistakes cost; and how sure a mean of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator
from sklearn.pipeline import Pipeline

from .command import ProjectError
from .settings import Share, Table, Text

Vector = NDArray[Any]  # probabilities, codes of classes, or costs
Cost = Annotated[float, Field(ge=0, allow_inf_nan=False)]
SplitKind = Literal["random", "stratified", "group", "time"]  # how rows can be divided


class Metric(Table):
    """Which loss decides between models; the ranking losses are 1 minus the area under a curve."""

    name: Literal["log_loss", "average_precision", "roc_auc"]


class Costs(Table):
    """What a mistake costs: actual class -> decided class -> cost; `other` stands for the rest."""

    unit: Text
    mistakes: dict[str, dict[str, Cost]]
    capacity: Share | None = None


class Aim(Table):
    """What a model of this study is for. The keys of `classes` are what the file says."""

    metric: Metric
    classes: dict[str, Text]
    costs: Costs

    @property
    def names(self) -> list[str]:
        """The classes; of two, the second is the one to find."""
        return list(dict.fromkeys(self.classes.values()))

    def matrix(self) -> Vector:
        """Return costs with a row per actual and a column per decided class."""
        mistakes = self.costs.mistakes
        return np.array(
            [
                [cost(mistakes.get(actual, {}), actual, decided) for decided in self.names]
                for actual in self.names
            ]
        )

    @model_validator(mode="after")
    def costs_are_complete(self) -> Aim:
        """Refuse a single class, and costs that lack a mistake or name an unknown class."""
        if len(self.names) < 2:
            raise ValueError("classes: at least two names are needed")
        for actual, row in self.costs.mistakes.items():
            for name in (actual, *(set(row) - {"other"})):
                if name not in self.names:
                    known = ", ".join(self.names)
                    raise ValueError(f"costs.mistakes: {name!r} is no class; there are {known}")
        if not (self.matrix().sum(axis=1) > 0).any():
            raise ValueError("costs.mistakes: every mistake is free, so there is nothing to decide")
        return self


def cost(row: dict[str, float], actual: str, decided: str) -> float:
    """Return what it costs to take one class for another; a right decision is free."""
    if actual == decided:
        return 0.0
    if decided not in row and "other" not in row:
        raise ValueError(f"costs.mistakes: what does it cost to take {actual!r} for {decided!r}?")
    return row.get(decided, row.get("other", 0.0))


def predict(model: Pipeline, X: pd.DataFrame) -> Vector:
    """Return for each row the probability of each class."""
    if not hasattr(model, "predict_proba"):
        raise ProjectError(
            f"{type(model[-1]).__name__} gives no probabilities, and costs need them",
            "use a model that has predict_proba, or wrap it in CalibratedClassifierCV",
        )
    return np.asarray(model.predict_proba(X), dtype=float)


def log_loss(y: Vector, p: Vector) -> Vector:
    """Return minus the logarithm of the probability that each row's class was given."""
    return np.asarray(-np.log(np.clip(p[np.arange(len(y)), y.astype(int)], 1e-15, 1)))


def brier(y: Vector, p: Vector) -> Vector:
    """Return the squared error of the probabilities; of two classes only one is counted."""
    errors = (p - np.eye(p.shape[1])[y.astype(int)]) ** 2
    return np.asarray(errors[:, 1] if p.shape[1] == 2 else errors.sum(axis=1))


MEANS = {"log_loss": log_loss, "brier": brier}
LOSSES = ("log_loss", "average_precision", "roc_auc")


def score(name: str, y: Vector, p: Vector) -> float:
    """Return the loss `name` of probabilities; smaller is better."""
    if name in MEANS:
        return float(MEANS[name](y, p).mean())
    return float(np.mean([1 - area(np.ones(len(y))) for area in areas(name, y, p)]))


def constant(name: str, y: Vector, p: Vector) -> Vector:
    """Return the best probabilities that are the same for every row: the shares of the classes."""
    shares = np.bincount(y.astype(int), minlength=p.shape[1]) / len(y)
    return np.tile(shares, (len(y), 1))


def of_parts(name: str) -> str:
    """Return the loss that judges parts of the rows.

    A ranking of some rows only compares these with each other, so that its area cannot stand
    beside that of all rows; the log loss is a mean over rows.
    """
    return name if name in MEANS else "log_loss"


def measurable(name: str, y: Vector) -> bool:
    """Return whether the loss is defined for these rows: a ranking needs two classes."""
    return name in MEANS or len(np.unique(y)) > 1


def areas(name: str, y: Vector, p: Vector) -> list[Callable[[Vector], float]]:
    """Return one area under a curve for the class to find, or one per class against the rest."""
    classes = [1] if p.shape[1] == 2 else np.unique(y)
    return [area_under(name, y == code, p[:, code]) for code in classes]


def area_under(name: str, hits: Any, p: Vector) -> Callable[[Vector], float]:
    """Return the area as a function of row weights: sorting once makes the bootstrap fast."""
    order = np.argsort(-p, kind="stable")
    last = np.flatnonzero(np.diff(p[order], append=-1))  # equal probabilities count as one step

    def area(weights: Vector) -> float:
        drawn = weights[order]
        found = np.append(0, np.cumsum(drawn * hits[order])[last])
        alarms = np.append(0, np.cumsum(drawn * ~hits[order])[last])
        if found[-1] == 0 or alarms[-1] == 0:
            return float("nan")
        if name == "roc_auc":
            return float(np.trapezoid(found, alarms) / (found[-1] * alarms[-1]))
        right = found / np.maximum(found + alarms, 1)
        return float(np.sum(np.diff(found) * right[1:]) / found[-1])

    return area


def interval(name: str, y: Vector, p: Vector, units: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a loss."""
    if name in MEANS:
        return mean_interval(MEANS[name](y, p), units)
    codes, curves = np.unique(units, return_inverse=True)[1], areas(name, y, p)
    samples = draws(codes.max() + 1, 300)
    losses = [np.mean([1 - area(row[codes]) for area in curves]) for row in samples]
    low, high = np.nanquantile(losses, [0.025, 0.975])
    return float(low), float(high)


def mean_interval(values: Vector, units: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95% bootstrap interval of a mean over rows.

    Whole units are drawn (rows, groups, or stretches of time), because rows that belong together
    err together: drawing them one by one would promise too narrow an interval.
    """
    codes = np.unique(units, return_inverse=True)[1]
    drawn, rows = draws(codes.max() + 1, 2000), np.bincount(codes)
    low, high = np.quantile((drawn @ np.bincount(codes, values)) / (drawn @ rows), [0.025, 0.975])
    return float(low), float(high)


def draws(count: int, times: int) -> Vector:
    """Return how often each of `count` units is drawn in each of `times` samples."""
    return (
        np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), times).astype(float)
    )
