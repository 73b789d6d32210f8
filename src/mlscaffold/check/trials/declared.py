"""Repositories that say how they train: `[tool.mlscaffold.check] train = "module:function"`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics as sk
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from .columns import as_moments, find_moments
from .subject import Array, Cut, Subject

NEEDED = ("rows", "target", "fit", "predict")
METRICS: dict[str, tuple[Callable[..., float], str, str]] = {
    "mae": (sk.mean_absolute_error, "mean absolute error", "lower"),
    "rmse": (
        lambda y, told: sk.mean_squared_error(y, told) ** 0.5,
        "root mean squared error",
        "lower",
    ),
    "r2": (sk.r2_score, "R²", "higher"),
    "accuracy": (sk.accuracy_score, "accuracy", "higher"),
    "balanced_accuracy": (sk.balanced_accuracy_score, "balanced accuracy", "higher"),
    "f1": (sk.f1_score, "F1", "higher"),
    "roc_auc": (sk.roc_auc_score, "ROC AUC", "higher"),
    "average_precision": (sk.average_precision_score, "average precision", "higher"),
    "log_loss": (sk.log_loss, "log loss", "lower"),
}


def open_declared(settings: Mapping[str, Any], shuffle: int | None = None) -> Subject:
    """Return what the declared function returns, as a subject.

    A function with a parameter `target` is called again with a shuffled one, so that what it does
    with the target before the split is seen as well.
    """
    module, _, name = str(settings["train"]).partition(":")
    function = getattr(import_module(module), name)
    said = read(function())
    again = "target" in inspect.signature(function).parameters
    if shuffle is not None:
        mixed = np.random.default_rng(shuffle).permutation(np.asarray(said["target"]))
        said = read(function(target=mixed))
    rows, y = said["rows"], np.asarray(said["target"])
    table = as_table(rows)
    kind, seed, share = (
        settings.get("split", "random"),
        settings.get("seed", 0),
        settings.get("test", 0.2),
    )
    moments, groups = find_columns(said, settings, table)
    metric, scored = find_metric(settings, y)

    def divide(number: int) -> Cut:
        everything, own = np.arange(len(y)), seed + number
        if kind == "time":
            order = np.argsort(next(iter(moments.values())), kind="stable")
            return order[: -int(share * len(y))], order[-int(share * len(y)) :]
        if kind == "group":
            splitter = GroupShuffleSplit(1, test_size=share, random_state=own)
            fit, seen = next(splitter.split(everything, groups=next(iter(groups.values()))))
            return fit, seen
        strata = y if kind == "stratified" else None
        fit, seen = train_test_split(everything, test_size=share, random_state=own, stratify=strata)
        return fit, seen

    def predict(cut: Cut, target: Array) -> Array:
        model = said["fit"](take(rows, cut[0]), target[cut[0]])
        told = np.asarray(said["predict"](model, take(rows, cut[1])))
        return told[:, 1] if told.ndim == 2 and told.shape[1] == 2 else told

    def constant(cut: Cut, target: Array) -> Array:
        return np.repeat(plain_answer(metric, target[cut[0]]), len(cut[1]))

    return Subject(
        label=METRICS[metric][1],
        unit=str(settings.get("unit", "")),
        direction=METRICS[metric][2],
        target=y,
        kind=kind,
        divide=divide,
        predict=predict,
        score=lambda actual, told: float(scored(actual, told)),
        constant=constant,
        features=table,
        moments=moments,
        groups={} if kind == "group" else groups,
        shuffled=(lambda number: open_declared(settings, number)) if again else None,
        reported=settings.get("reported"),
    )


def read(found: Any) -> Mapping[str, Any]:
    """Return what the function returned by name: from a mapping, an object or four values."""
    if isinstance(found, tuple) and not hasattr(found, "_asdict"):
        found = dict(zip(NEEDED, found, strict=False))
    names = (*NEEDED, "time", "group")
    if not isinstance(found, Mapping):
        found = {name: getattr(found, name) for name in names if hasattr(found, name)}
    if missing := [name for name in NEEDED if name not in found]:
        raise LookupError(f"the function returns no `{missing[0]}`")
    return {name: found[name] for name in names if name in found}


def find_columns(
    said: Mapping[str, Any], settings: Mapping[str, Any], table: pd.DataFrame | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return moments and groups: those returned, those named, else columns of dates."""
    time, group = settings.get("time"), settings.get("group")
    moments: dict[str, Any] = {}
    if "time" in said:
        moments = {"time": ordered(pd.Series(np.asarray(said["time"])))}
    elif time and table is not None:
        moments = {time: ordered(table[time])}
    elif table is not None:
        moments = find_moments(table, list(table))
    groups: dict[str, Any] = {}
    if "group" in said:
        groups = {"group": np.asarray(said["group"]).astype(str)}
    elif group and table is not None:
        groups = {group: np.asarray(table[group].astype(str))}
    return moments, groups


def ordered(values: Any) -> Array:
    """Return numbers in order of time."""
    moments = as_moments(values)
    return np.asarray(values) if moments is None else moments


def as_table(rows: Any) -> pd.DataFrame | None:
    """Return rows as a table, or nothing where they are something else."""
    if isinstance(rows, pd.DataFrame):
        return rows.reset_index(drop=True)
    array = np.asarray(rows)
    return pd.DataFrame(array).rename(columns=str) if array.ndim == 2 else None


def take(rows: Any, places: Array) -> Any:
    """Return some of the rows, in the form that they have."""
    if hasattr(rows, "iloc"):
        return rows.iloc[places]
    return rows[places] if hasattr(rows, "shape") else [rows[each] for each in places]


def find_metric(settings: Mapping[str, Any], y: Array) -> tuple[str, Callable[..., float]]:
    """Return name and function of the declared metric, or of the usual one for such a target."""
    usual = "mae" if y.dtype.kind == "f" or len(np.unique(y)) > 20 else "accuracy"
    name = str(settings.get("metric", usual))
    if name not in METRICS:
        raise LookupError(f"there is no metric `{name}`; there are {', '.join(METRICS)}")
    return name, METRICS[name][0]


def plain_answer(metric: str, y: Array) -> Any:
    """Return the best answer that is the same for every row."""
    if metric in {"rmse", "r2"}:
        return np.mean(y)
    if metric == "mae":
        return np.median(y)
    if metric in {"roc_auc", "average_precision", "log_loss"}:
        return np.mean(y)
    values, counts = np.unique(y, return_counts=True)
    return values[counts.argmax()]
