"""What is predicted and how it is judged; the ladder of models, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline

from .features import Lookup, for_lines, for_trees
from .kit import Stop
from .kit.intervals import Folds, Vector
from .kit.project import numbers
from .kit.settings import Columns, RuleOfThumb, Settings

LABELS = {"mae": "mean absolute error", "rmse": "root mean squared error"}
TOO_GOOD = 0.97  # share of the variance explained that asks for a doubt
Grid = dict[str, tuple[Any, ...]]
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


def describe_pattern(
    rows: pd.DataFrame, settings: Settings, alone: dict[str, float]
) -> dict[str, Any]:
    """Return the mean target along what tells most, or what today's way looks up: the first figure.

    A second column of the rule of thumb makes a line of its own for each of its values.
    """
    columns, rule = settings.columns, settings.rule_of_thumb
    usual = [max(alone, key=lambda name: alone[name])]
    few = rule and all(rows[name].nunique() <= 30 for name in rule.by)
    along, *beside = rule.by[:2] if rule and rule.by and few else usual
    values = rows[along]
    if many := values.dtype.kind in "fM" and values.nunique() > 30:
        values = pd.qcut(values, 12, duplicates="drop").map(lambda band: band.mid)
    table = pd.DataFrame({"x": values, "y": rows[columns.target]})
    shown = rows[beside[0]].map(lambda value: columns.category(beside[0], value)) if beside else ""
    table["line"] = shown
    told = table.groupby(["line", "x"], observed=True)["y"]
    ends = {"low": told.quantile(0.1), "high": told.quantile(0.9)}
    points = pd.DataFrame({"mean": told.mean(), **ends}).reset_index()
    return {"along": along, "beside": beside, "banded": many, "points": points.to_dict("records")}


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return what the deciding score is called, and which end of it is good."""
    name = settings.metric.name
    facts = {"name": name, "label": LABELS[name], "direction": "lower", "best": 0.0}
    return facts | {"unit": settings.columns.unit}


def score(name: str, y: Vector, predicted: Vector) -> float:
    """Return the error `name` of predictions, in the unit of the target."""
    errors = np.abs(predicted - y)
    return float(errors.mean() if name == "mae" else np.sqrt((errors**2).mean()))


def predict(model: Pipeline, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
    """Return a prediction for each row; a rule of thumb may use targets `y` of earlier rows."""
    rolls = isinstance(model, Lookup) and y is not None
    return np.asarray(model.roll(X, y) if rolls else model.predict(X), dtype=float)


part_score = score  # an error judges some rows as it judges all; an area under a curve would not


def row_errors(y: Vector, predicted: Vector) -> Vector:
    """Return how wrong each prediction is."""
    return np.abs(predicted - y)


def constant(name: str, y: Vector) -> Vector:
    """Return the best predictions that are the same for every row."""
    return np.full(len(y), np.median(y) if name == "mae" else np.mean(y))


def shown(y: Vector, predicted: Vector) -> dict[str, Vector]:
    """Return what the list of the worst rows says of each."""
    return {"actual": y, "predicted": predicted, "error": predicted - y}


def doubt(y: Vector, predicted: Vector, leaks: dict[str, Any], columns: Columns) -> str | None:
    """Return a sentence where predictions are better than they can be expected to be, else none."""
    explained = 1 - ((predicted - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    if explained < TOO_GOOD and not leaks["pairs"]:
        return None
    names = leaks["pairs"][0] if leaks["pairs"] else [max(leaks["alone"], key=leaks["alone"].get)]
    said = " and ".join(columns.label(name) for name in names)
    return f"{explained:.1%} of the variance is explained: can {said} be known beforehand?"


def make_constant(settings: Settings, _: RuleOfThumb) -> Pipeline:
    """Predict one number for every row: the one that minimises the metric."""
    return DummyRegressor(strategy="median" if settings.metric.name == "mae" else "mean")


def make_lookup(settings: Settings, rule: RuleOfThumb) -> Lookup:
    """Do what would be done without a model."""
    return Lookup(rule, settings.split)


def make_line(settings: Settings, _: RuleOfThumb, *, curves: bool = False, calendar: str) -> Any:
    """Add up weighted features; leave-one-out on the rows it is fitted to sets the penalty."""
    line = RidgeCV(np.logspace(-2, 4, 13))
    return finish(settings, for_lines(settings, calendar, curves=curves), line)


def make_curves(settings: Settings, rule: RuleOfThumb, **tuned: Any) -> Pipeline:
    """Give the line a smooth curve per number."""
    return make_line(settings, rule, curves=True, **tuned)


def make_forest(settings: Settings, _: RuleOfThumb, *, calendar: str) -> Pipeline:
    """Average 200 deep trees, each on a bootstrap sample and a third of the features per split."""
    seed = settings.split.seed
    forest = RandomForestRegressor(200, min_samples_leaf=3, max_features=1 / 3, random_state=seed)
    return finish(settings, for_trees(settings, calendar), forest)


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
    return finish(settings, for_trees(settings, calendar), boosting)


def finish(settings: Settings, features: Any, model: Any) -> Pipeline:
    """Return the pipeline from a row to a prediction; none is below the least possible target."""
    least = -np.inf if settings.columns.least is None else settings.columns.least
    cut = partial(np.maximum, least)
    bounded = TransformedTargetRegressor(model, func=cut, inverse_func=cut, check_inverse=False)
    return make_pipeline(features, bounded)


def no_grid(_: Settings) -> Grid:
    """Tune nothing."""
    return {}


def line_grid(settings: Settings) -> Grid:
    """Try calendars, where there are dates."""
    return {"calendar": ("circle", "plain", "week") if settings.columns.date else ("circle",)}


def tree_grid(settings: Settings) -> Grid:
    """Try calendars; a plain one first, because a tree repeats the last days it saw."""
    return {"calendar": ("plain", "circle", "week") if settings.columns.date else ("plain",)}


def boosting_grid(settings: Settings) -> Grid:
    """Try the number and size of trees, and for targets from zero on errors in proportion."""
    losses = {"mae": ("l2", "l1"), "rmse": ("l2",)}[settings.metric.name]
    losses += ("poisson",) if settings.columns.least == 0 else ()
    size = {"n_estimators": (300, 100, 1000), "num_leaves": (15, 7, 31, 63)}
    return {**size, "objective": losses, **tree_grid(settings)}


class Rung(NamedTuple):
    """One model of the ladder; `grid` holds what is tuned on the folds, from the first value on."""

    name: str
    label: str
    role: str
    family: str
    why: str
    make: Callable[..., Any]
    grid: Callable[[Settings], Grid] = no_grid


LADDER = (  # in order of simplicity
    Rung("constant", "one number for all rows", "constant", "constant",
         "what no features at all can do", make_constant),
    Rung("rule_of_thumb", "rule of thumb", "rule_of_thumb", "lookup",
         "what would be done without a model", make_lookup),
    Rung("ridge", "ridge", "model", "linear",
         "a straight line per number and a level per category", make_line, line_grid),
    Rung("curves", "curves", "model", "additive",
         "a smooth curve per number; effects still add up", make_curves, line_grid),
    Rung("forest", "random forest", "model", "trees",
         "finds thresholds and interactions by itself", make_forest, tree_grid),
    Rung("boosting", "boosting", "model", "trees",
         "LightGBM: small trees that correct each other", make_boosting, boosting_grid),
)  # fmt: skip


def refusal(told: list[Vector], _: Settings) -> str:
    """Return why a model cannot be chosen, from its predictions on each fold, or nothing."""
    return "gives every row the same answer" if np.ptp(np.concatenate(told)) == 0 else ""


def calibrate(
    model: Any, actual: list[Vector], told: list[Vector], _: Folds, settings: Settings
) -> tuple[Any, dict[str, Any]]:
    """Return the model as it is, and half widths of intervals by fifths of the prediction.

    Split conformal on rows that the model had not seen. Errors often grow with the prediction: one
    width for all would be too wide for small ones. (n + 1) is the finite-sample correction.
    """
    y, predicted = np.concatenate(actual), np.concatenate(told)
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, PARTS + 1)[1:-1]))
    part, errors, widths = np.searchsorted(edges, predicted), np.abs(y - predicted), []
    for number in range(len(edges) + 1):
        ordered = np.sort(errors[part == number] if number in part else errors)
        rank = int(np.ceil((len(ordered) + 1) * settings.metric.coverage))
        widths.append(ordered[min(rank, len(ordered)) - 1])
    promise = {"coverage": settings.metric.coverage, "edges": edges, "half_widths": widths}
    return model, {"conformal": promise}
