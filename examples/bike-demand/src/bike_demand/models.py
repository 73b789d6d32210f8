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
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.pipeline import Pipeline, make_pipeline

from .features import Lookup, for_lines, for_trees, look_up, seasons
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import Results
from .kit.settings import Columns, Settings

Grid = dict[str, tuple[Any, ...]]
LABELS = {"mae": "mean absolute error", "rmse": "root mean squared error"}
ERRORS = {"mae": mean_absolute_error, "rmse": root_mean_squared_error}


def describe_target(y: pd.Series[float], _: Settings) -> dict[str, Any]:
    """Return the range of the target and its middle."""
    points = {"min": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "max": 1.0}
    return {name: y.quantile(share) for name, share in points.items()}


def describe_pattern(rows: pd.DataFrame, settings: Settings, strength: dict[str, float]) -> Results:
    """Return the first figure's data: mean target by the rule's columns, or the best feature."""
    columns, by = settings.columns, settings.rule_of_thumb.by[:2]
    is_map = len(by) == 2 and look_up(rows, by).nunique().min() > 30  # no line shows that
    x_name, *hue = [max(strength, key=lambda name: strength[name])] if is_map or not by else by
    values = look_up(rows, [x_name, *hue])
    x, hue = values[x_name], [name for name in hue if values[name].nunique() <= 6]
    if x.dtype.kind in "fM" and x.nunique() > 30:
        x = x.groupby(pd.qcut(x.rank(), 12, labels=False, duplicates="drop")).transform("median")
    line = values[hue[0]].map(partial(columns.category, hue[0])) if hue else ""
    table = pd.DataFrame({"x": x, "line": line, "mean": rows[columns.target]})
    points = table.groupby(["line", "x"], as_index=False).mean()
    return {"along": x_name, "beside": hue, "points": points.to_dict("records")}


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return name, direction and best value of the deciding score."""
    name, unit = settings.metric.name, settings.columns.unit
    return {"name": name, "label": LABELS[name], "direction": "lower", "best": 0.0, "unit": unit}


def score(name: str, y: Vector, pred: Vector) -> float:
    """Return the error `name` of predictions, in the unit of the target."""
    return float(ERRORS[name](y, pred))


def row_errors(y: Vector, pred: Vector, metric: str) -> Vector:
    """Return what each prediction adds to the metric."""
    return np.abs(pred - y) ** (2 if metric == "rmse" else 1)


def constant(name: str, y: Vector) -> Vector:
    """Return the best predictions that are the same for every row."""
    return np.full(len(y), np.median(y) if name == "mae" else np.mean(y))


def outputs(y: Vector, pred: Vector, _: Settings) -> dict[str, Any]:
    """Return what the list of the worst rows shows of each."""
    return {"actual": y, "predicted": pred, "error": pred - y}


def doubt(y: Vector, pred: Vector, leaks: dict[str, Any], columns: Columns) -> str | None:
    """Return a warning if predictions are too good to be true, else None."""
    explained, strongest = r2_score(y, pred), max(leaks["alone"], key=leaks["alone"].get)
    question = f"is explained: can {columns.label(strongest)} be known beforehand?"
    return f"{explained:.1%} of the variance {question}" if explained >= 0.97 else None


def predict(model: Any, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
    """Return a prediction for each row; a rule of thumb may use targets `y` of earlier rows."""
    values = model.predict(X, y) if isinstance(model, Lookup) else model.predict(X)
    return np.asarray(values, dtype=float)


def make_line(settings: Settings, *, season: bool = True, curves: bool = False) -> Pipeline:
    """Add up weighted features; leave-one-out on the training rows sets the penalty."""
    line = RidgeCV(np.logspace(-2, 4, 13))
    return finish(settings, for_lines(settings, season=season, curves=curves), line)


def make_boosting(settings: Settings, *, season: bool = True, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    tuned |= {"subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.8, "random_state": 0}
    # The same sums on every machine; folds run side by side instead of the threads of one fit.
    tuned |= {"n_jobs": 1, "deterministic": True, "force_col_wise": True, "verbose": -1}
    tuned["categorical_column"] = [*range(len(settings.columns.categorical))]  # they come first
    return finish(settings, for_trees(settings, season=season), LGBMRegressor(**tuned))


def finish(settings: Settings, features: Any, model: Any) -> Pipeline:
    """Return the pipeline from a row to a prediction; none is below the least possible target."""
    clip = partial(np.maximum, -np.inf if (floor := settings.columns.least) is None else floor)
    bounded = TransformedTargetRegressor(model, func=clip, inverse_func=clip, check_inverse=False)
    return make_pipeline(features, bounded)


def boosting_grid(settings: Settings) -> Grid:
    """Try a Poisson loss for targets from zero, smaller leaves, size and number of trees."""
    losses = ["l2", "l1"] if settings.metric.name == "mae" else ["l2"]
    losses += ["poisson"] if settings.columns.least == 0 else []
    grid = {"objective": tuple(losses), "min_child_samples": (20, 5), **seasons(settings)}
    return {**grid, "num_leaves": (15, 7, 31, 63), "n_estimators": (300, 100, 1000)}


class Rung(NamedTuple):
    """One model of the ladder; of a pipeline `grid` is what is tuned, from the first value on."""

    name: str
    why: str
    make: Callable[..., Any]
    grid: Callable[[Settings], Grid] = lambda _: {}


LADDER = (  # in order of simplicity
    Rung("constant", "what no features at all can do",
         lambda s: DummyRegressor(strategy="median" if s.metric.name == "mae" else "mean")),
    Rung("rule_of_thumb", "what would be done without a model",
         lambda s: Lookup(s.rule_of_thumb, s.split)),
    Rung("ridge", "a straight line per number and a level per category", make_line, seasons),
    Rung("curves", "a smooth curve per number; effects still add up",
         partial(make_line, curves=True), seasons),
    Rung("boosting", "small trees that correct each other: effects depend on each other",
         make_boosting, boosting_grid),
)  # fmt: skip


def calibrate(y: Vector, pred: Vector, settings: Settings) -> dict[str, Any]:
    """Return half-widths by fifths of predictions, from out-of-fold errors: no split conformal."""
    share, edges = settings.metric.coverage, np.unique(np.quantile(pred, [0.2, 0.4, 0.6, 0.8]))
    errors = pd.Series(np.abs(y - pred)).groupby(np.searchsorted(edges, pred))
    widths = [np.quantile(group, min(1.0, share * (1 + 1 / len(group)))) for _, group in errors]
    widths += widths[-1:]  # no row may be above the last edge
    return {"conformal": {"coverage": share, "edges": edges, "half_widths": widths}}


def half_widths(pred: Vector, conformal: dict[str, Any]) -> Vector:
    """Return for each prediction how far its interval reaches to either side."""
    return np.asarray(conformal["half_widths"])[np.searchsorted(conformal["edges"], pred)]


def tenths(y: Vector, pred: Vector, widths: Vector, units: Rows) -> list[dict[str, Any]]:
    """Return mean error and coverage for each tenth of the rows, in order of prediction."""
    table = pd.DataFrame({"predicted": pred, "actual": y, "error": pred - y})
    table = table.assign(inside=table["error"].abs() <= widths, unit=units).sort_values("predicted")
    tenth = np.arange(len(y)) * min(10, len(y)) // len(y)
    parts = table.groupby(tenth)
    found = parts["predicted"].agg(rows="size", low="min", high="max")
    found[["mean_actual", "mean_error", "coverage"]] = parts[["actual", "error", "inside"]].mean()
    found["error_sd"] = table.groupby([tenth, "unit"])["error"].mean().groupby(level=0).sem()
    return [dict(part) for _, part in found.iterrows()]


def test_details(
    y: Vector, preds: dict[str, Vector], units: Rows, trained: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return what the test rows say beyond the headline: bias by tenths, and coverage."""
    error, widths = preds["model"] - y, half_widths(preds["model"], trained["conformal"])
    inside = np.abs(error) <= widths
    low, high = bootstrap(lambda rows: inside[rows].mean(), units)
    coverage = {"promised": settings.metric.coverage, "measured": inside.mean()}
    coverage |= {"low": low, "high": high, "mean_width": 2 * widths.mean()}
    parts = tenths(y, preds["model"], widths, units)
    return {"tenths": parts, "mean_error": error.mean(), "coverage": coverage}
