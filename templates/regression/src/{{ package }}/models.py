"""What is predicted and how it is judged; the ladder of models, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from .features import CALENDARS, Lookup, for_lines, for_trees
from .kit import Stop
from .kit.intervals import Vector
from .kit.project import numbers
from .kit.settings import RuleOfThumb, Settings

LABELS = {"mae": "mean absolute error", "rmse": "root mean squared error"}
PARTS = 5  # of the predictions, each with its own width of interval


def read_target(values: pd.Series[Any], settings: Settings) -> pd.Series[float]:
    """Return the target as numbers; what is infinite is missing."""
    y = numbers(values).replace([np.inf, -np.inf], np.nan)
    if y.min() == y.max():
        said = f"every row has {y.name!r} = {y.min():g}: there is nothing to predict"
        raise Stop(said, "bring rows that differ, or correct columns.target")
    return y


def describe_target(y: pd.Series[float], settings: Settings) -> dict[str, Any]:
    """Return the distribution of the target in six numbers."""
    points = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}
    return {name: y.quantile(share) for name, share in points.items()} | {"mean": y.mean()}


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return what the deciding score is called, and which end of it is good."""
    name = settings.metric.name
    facts = {"name": name, "label": LABELS[name], "direction": "lower"}
    return facts | {"unit": settings.columns.unit}


def score(name: str, y: Vector, predicted: Vector) -> float:
    """Return the error `name` of predictions, in the unit of the target."""
    errors = np.abs(predicted - y)
    return float(errors.mean() if name == "mae" else np.sqrt((errors**2).mean()))


def predict(model: Pipeline, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
    """Return a prediction for each row; a rule of thumb may use targets `y` of earlier rows."""
    rolls = isinstance(model, Lookup) and y is not None
    return np.asarray(model.roll(X, y) if rolls else model.predict(X), dtype=float)


class NeverNegative(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Cuts predictions off at zero where no training row has a negative target."""

    def fit(self, y: Vector) -> NeverNegative:
        """Look at the smallest target."""
        self.floor_ = 0.0 if np.min(y) >= 0 else -np.inf
        return self

    def transform(self, y: Vector) -> Vector:
        """Leave the targets as they are."""
        return y

    def inverse_transform(self, predicted: Vector) -> Vector:
        """Cut predictions off."""
        return np.maximum(predicted, self.floor_)


def make_constant(settings: Settings, _: RuleOfThumb) -> Pipeline:
    """Predict one number for every row: the one that minimises the metric."""
    return DummyRegressor(strategy="median" if settings.metric.name == "mae" else "mean")


def make_lookup(settings: Settings, rule: RuleOfThumb) -> Lookup:
    """Do what would be done without a model."""
    return Lookup(rule, settings.split)


def make_line(settings: Settings, _: RuleOfThumb, *, curves: bool = False, calendar: str) -> Any:
    """Add up weighted features; leave-one-out on the rows it is fitted to sets the penalty."""
    return finish(for_lines(settings, calendar, curves=curves), RidgeCV(np.logspace(-2, 4, 13)))


def make_curves(settings: Settings, rule: RuleOfThumb, **tuned: Any) -> Pipeline:
    """Give the line a smooth curve per number."""
    return make_line(settings, rule, curves=True, **tuned)


def make_forest(settings: Settings, _: RuleOfThumb, *, calendar: str) -> Pipeline:
    """Average 200 deep trees, each on a bootstrap sample and a third of the features per split."""
    seed = settings.split.seed
    forest = RandomForestRegressor(200, min_samples_leaf=3, max_features=1 / 3, random_state=seed)
    return finish(for_trees(settings, calendar), forest)


def make_boosting(settings: Settings, _: RuleOfThumb, *, calendar: str, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    boosting = LGBMRegressor(
        learning_rate=0.05,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.8,
        n_jobs=1,  # the same sums on every machine; folds run side by side instead
        random_state=settings.split.seed,
        deterministic=True,
        force_col_wise=True,
        verbose=-1,
        categorical_column=[*range(len(settings.columns.categorical))],  # their codes come first
        **tuned,
    )
    return finish(for_trees(settings, calendar), boosting)


def finish(features: Any, model: Any) -> Pipeline:
    """Return the pipeline from a row to a prediction that the target can take."""
    bounded = TransformedTargetRegressor(model, transformer=NeverNegative(), check_inverse=False)
    return make_pipeline(features, bounded)


class Rung(NamedTuple):
    """One model of the ladder; `grid` holds what is tuned on the folds, from the first value on."""

    name: str
    label: str
    role: str
    family: str
    why: str
    make: Callable[..., Any]
    grid: Mapping[str, tuple[Any, ...]] = MappingProxyType({})


LADDER = (  # in order of simplicity
    Rung("constant", "one number for all rows", "constant", "constant",
         "what no features at all can do", make_constant),
    Rung("rule_of_thumb", "rule of thumb", "rule_of_thumb", "lookup",
         "what would be done without a model", make_lookup),
    Rung("ridge", "ridge", "model", "linear",
         "a straight line per number and a level per category", make_line, {"calendar": CALENDARS}),
    Rung("curves", "curves", "model", "additive",
         "a smooth curve per number; effects still add up", make_curves, {"calendar": CALENDARS}),
    Rung("forest", "random forest", "model", "trees",
         "finds thresholds and interactions by itself", make_forest, {"calendar": CALENDARS}),
    Rung("boosting", "boosting", "model", "trees",
         "LightGBM: small trees that correct each other", make_boosting,
         {"calendar": CALENDARS, "num_leaves": (15, 7, 31, 63), "n_estimators": (300, 100, 1000)}),
)  # fmt: skip


def calibrate(y: Vector, predicted: Vector, settings: Settings) -> dict[str, Any]:
    """Return half widths of intervals that cover the stated share, by fifths of the prediction.

    Split conformal on rows that the model had not seen. Errors often grow with the prediction: one
    width for all would be too wide for small ones. (n + 1) is the finite-sample correction.
    """
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, PARTS + 1)[1:-1]))
    part, errors, widths = np.searchsorted(edges, predicted), np.abs(y - predicted), []
    for number in range(len(edges) + 1):
        ordered = np.sort(errors[part == number] if number in part else errors)
        rank = int(np.ceil((len(ordered) + 1) * settings.metric.coverage))
        widths.append(ordered[min(rank, len(ordered)) - 1])
    return {"coverage": settings.metric.coverage, "edges": edges, "half_widths": widths}
