"""What is predicted and how it is judged; the ladder of models, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from scipy.stats import binomtest
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.metrics import r2_score
from sklearn.pipeline import Pipeline, make_pipeline

from .features import CALENDARS, Lookup, for_lines, for_trees
from .kit import Stop
from .kit.intervals import Folds, Rows, Vector
from .kit.project import numbers
from .kit.settings import Columns, RuleOfThumb, Settings

Grid = dict[str, tuple[Any, ...]]
LABELS = {"mae": "mean absolute error", "rmse": "root mean squared error"}
TOO_GOOD = 0.97  # share of the variance explained that asks for a doubt
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
    """Return the mean target along what today's way looks up, or what tells most: a figure."""
    columns, rule = settings.columns, settings.rule_of_thumb
    along, *beside = rule.by[:2] if rule and rule.by else [max(alone, key=lambda name: alone[name])]
    if any(rows[name].nunique() > 30 for name in (along, *beside)):
        along, beside = max(alone, key=lambda name: alone[name]), []
    values = rows[along]
    if values.dtype.kind in "fM" and values.nunique() > 30:
        bands = pd.qcut(values.rank(pct=True), 12, labels=False)
        values = values.groupby(bands).transform("median")
    lines = rows[beside[0]].map(partial(columns.category, beside[0])) if beside else ""
    table = pd.DataFrame({"x": values, "y": rows[columns.target], "line": lines})
    points = table.groupby(["line", "x"], observed=True)["y"].mean().rename("mean").reset_index()
    return {"along": along, "beside": beside, "points": points.to_dict("records")}


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return what the deciding score is called, which end of it is good, and the best value."""
    name, unit = settings.metric.name, settings.columns.unit
    return {"name": name, "label": LABELS[name], "direction": "lower", "best": 0.0, "unit": unit}


def score(name: str, y: Vector, predicted: Vector) -> float:
    """Return the error `name` of predictions, in the unit of the target."""
    errors = np.abs(predicted - y)
    return float(errors.mean() if name == "mae" else np.sqrt((errors**2).mean()))


part_score = score  # an error judges some rows as it judges all; an area under a curve would not


def row_errors(y: Vector, predicted: Vector) -> Vector:
    """Return how wrong each prediction is."""
    return np.abs(predicted - y)


def constant(name: str, y: Vector) -> Vector:
    """Return the best predictions that are the same for every row."""
    return np.full(len(y), np.median(y) if name == "mae" else np.mean(y))


def shown(y: Vector, predicted: Vector, _: Settings) -> dict[str, Any]:
    """Return what the list of the worst rows says of each."""
    return {"actual": y, "predicted": predicted, "error": predicted - y}


def doubt(y: Vector, predicted: Vector, leaks: dict[str, Any], columns: Columns) -> str | None:
    """Return a sentence where predictions are better than they can be expected to be, else none."""
    explained = r2_score(y, predicted)
    if explained < TOO_GOOD:
        return None
    said = columns.label(max(leaks["alone"], key=leaks["alone"].get))
    return f"{explained:.1%} of the variance is explained: can {said} be known beforehand?"


def predict(model: Any, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
    """Return a prediction for each row; a rule of thumb may use targets `y` of earlier rows."""
    told = model.predict(X, y) if isinstance(model, Lookup) else model.predict(X)
    return np.asarray(told, dtype=float)


def make_constant(settings: Settings, _: RuleOfThumb) -> DummyRegressor:
    """Predict one number for every row: the one that minimises the metric."""
    return DummyRegressor(strategy="median" if settings.metric.name == "mae" else "mean")


def make_lookup(settings: Settings, rule: RuleOfThumb) -> Lookup:
    """Do what would be done without a model."""
    return Lookup(rule, settings.split)


def make_line(settings: Settings, _: RuleOfThumb, *, curves: bool = False, calendar: str) -> Any:
    """Add up weighted features; leave-one-out on the rows it is fitted to sets the penalty."""
    line = RidgeCV(np.logspace(-2, 4, 13))
    return finish(settings, for_lines(settings, calendar, curves=curves), line)


def make_forest(settings: Settings, _: RuleOfThumb, *, calendar: str) -> Pipeline:
    """Average 200 deep trees, each on a bootstrap sample and a third of the features per split."""
    seed = settings.split.seed
    forest = RandomForestRegressor(200, min_samples_leaf=3, max_features=1 / 3, random_state=seed)
    return finish(settings, for_trees(settings, calendar), forest)


def make_boosting(settings: Settings, _: RuleOfThumb, *, calendar: str, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    drawn = {"subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.8}
    # The same sums on every machine; folds run side by side instead of the threads of one fit.
    same = {"n_jobs": 1, "deterministic": True, "force_col_wise": True, "verbose": -1}
    codes = [*range(len(settings.columns.categorical))]  # they come first
    tuned |= drawn | same | {"random_state": settings.split.seed, "categorical_column": codes}
    boosting = LGBMRegressor(learning_rate=0.05, **tuned)
    return finish(settings, for_trees(settings, calendar), boosting)


def finish(settings: Settings, features: Any, model: Any) -> Pipeline:
    """Return the pipeline from a row to a prediction; none is below the least possible target."""
    cut = partial(np.maximum, -np.inf if settings.columns.least is None else settings.columns.least)
    bounded = TransformedTargetRegressor(model, func=cut, inverse_func=cut, check_inverse=False)
    return make_pipeline(features, bounded)


def calendars(settings: Settings, usual: str = "circle") -> Grid:
    """Try ways to read dates, where there are any, from the usual one on."""
    others = tuple(each for each in CALENDARS if each != usual)
    return {"calendar": (usual, *others) if settings.columns.date else (usual,)}


def boosting_grid(settings: Settings) -> Grid:
    """Try number and size of trees, and for targets from zero on errors in proportion."""
    losses: tuple[str, ...] = ("l2", "l1") if settings.metric.name == "mae" else ("l2",)
    losses += ("poisson",) if settings.columns.least == 0 else ()
    size = {"n_estimators": (300, 100, 1000), "num_leaves": (15, 7, 31, 63)}
    return {**size, "objective": losses, **calendars(settings, "plain")}


class Rung(NamedTuple):
    """One model of the ladder; `grid` holds what is tuned on the folds, from the first value on."""

    name: str
    label: str
    role: str
    family: str
    why: str
    make: Callable[..., Any]
    grid: Callable[[Settings], Grid] = lambda _: {}


LADDER = (  # in order of simplicity
    Rung("constant", "one number for all rows", "constant", "constant",
         "what no features at all can do", make_constant),
    Rung("rule_of_thumb", "rule of thumb", "rule_of_thumb", "lookup",
         "what would be done without a model", make_lookup),
    Rung("ridge", "ridge", "model", "linear",
         "a straight line per number and a level per category", make_line, calendars),
    Rung("curves", "curves", "model", "additive", "a smooth curve per number; effects still add up",
         partial(make_line, curves=True), calendars),
    Rung("forest", "random forest", "model", "trees",
         "finds thresholds and interactions by itself", make_forest,
         partial(calendars, usual="plain")),
    Rung("boosting", "boosting", "model", "trees",
         "LightGBM: small trees that correct each other", make_boosting, boosting_grid),
)  # fmt: skip


def lacking(_: list[Vector], __: Settings) -> str:
    """Return what a part of the rows lacks so that nothing can be learnt from it: nothing here."""
    return ""


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
    share = settings.metric.coverage
    return model, {"conformal": {"coverage": share, "edges": edges, "half_widths": widths}}


def half_widths(predicted: Vector, conformal: dict[str, Any]) -> Vector:
    """Return for each prediction how far its interval reaches to either side."""
    return np.asarray(conformal["half_widths"])[np.searchsorted(conformal["edges"], predicted)]


def tenths(y: Vector, predicted: Vector, widths: Vector) -> list[dict[str, Any]]:
    """Return mean error and coverage for each tenth of the rows, in order of prediction."""
    found = []
    for part in np.array_split(np.argsort(predicted, kind="stable"), min(10, len(y))):
        error = predicted[part] - y[part]
        found.append({
            "rows": len(part), "low": predicted[part].min(), "high": predicted[part].max(),
            "mean_actual": y[part].mean(), "mean_error": error.mean(),
            "error_sd": error.std() / np.sqrt(len(part)),
            "p10": np.quantile(error, 0.1), "p90": np.quantile(error, 0.9),
            "coverage": np.mean(np.abs(error) <= widths[part]),
        })  # fmt: skip
    return found


def judge(
    y: Vector, told: dict[str, Vector], _: Rows, trained: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return what the test rows say beyond the headline: bias by tenths, and coverage."""
    predicted = told["model"]
    widths = half_widths(predicted, trained["conformal"])
    inside = np.abs(predicted - y) <= widths
    sure = binomtest(int(inside.sum()), len(y)).proportion_ci(method="wilson")
    coverage = {"promised": settings.metric.coverage, "measured": inside.mean()}
    coverage |= {"low": sure.low, "high": sure.high, "mean_width": 2 * widths.mean()}
    bias = {"tenths": tenths(y, predicted, widths), "mean_error": (predicted - y).mean()}
    return bias | {"coverage": coverage}
