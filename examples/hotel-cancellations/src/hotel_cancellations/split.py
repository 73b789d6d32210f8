"""Divides rows into training and test, and training rows into folds, always in the same way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn import model_selection as sk

from .kit import Stop
from .kit.intervals import Folds, Rows
from .kit.settings import ROW, Settings, Split

SPLITTERS = {  # for the test rows, and for the folds
    "random": (sk.ShuffleSplit, sk.KFold),
    "stratified": (sk.StratifiedShuffleSplit, sk.StratifiedKFold),
    "group": (sk.GroupShuffleSplit, sk.GroupKFold),
}


def split(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return training and test rows; by time both are in order of time."""
    rule, values = settings.split, key(frame, settings.split.by)
    check_key(values, rule)
    if rule.kind == "time":
        moments = values.sort_values(kind="stable")
        is_test = moments >= moments.iloc[int(len(frame) * (1 - rule.test))]  # equal times together
        train, test = frame.loc[moments.index[~is_test]], frame.loc[moments.index[is_test]]
        return train, test[is_new(test, train, rule)]
    splitter = SPLITTERS[rule.kind][0](1, test_size=rule.test, random_state=rule.seed)
    groups = values if rule.kind == "group" else None
    train, test = next(splitter.split(frame, frame[settings.columns.target], groups))
    return frame.iloc[np.sort(train)], frame.iloc[np.sort(test)]


def key(frame: pd.DataFrame, by: str) -> pd.Series[Any]:
    """Return the column that divides the rows, or their place in the file."""
    return frame.index.to_series() if by in {"", ROW} else frame[by]


def is_new(rows: pd.DataFrame, known: pd.DataFrame, rule: Split) -> Any:
    """Return which rows are of a `split.group` that no known row is of; without one, all are."""
    new = ~key(rows, rule.group).isin(key(known, rule.group))
    if not new.any():
        raise Stop(f"the test set, or a fold, has no new {rule.group!r}", "leave split.group out")
    return new.to_numpy()


def check_key(values: pd.Series[Any], rule: Split, least: int = 0) -> None:
    """Refuse a column to split by that has gaps or too few values."""
    if values.isna().any():
        row = values.index[values.isna()][0]
        raise Stop(f"row {row} has no {rule.by!r}", "the split needs it in every row")
    if (count := values.nunique()) < (least := least or 2 * rule.folds + 1):
        what = f"{count} values of {rule.by or ROW!r} in {len(values):,} rows"
        raise Stop(f"{what}, {least} are needed", "split by another column, or lower split.folds")


def make_folds(train: pd.DataFrame, y: pd.Series[Any], rule: Split) -> Folds:
    """Return positions to fit on and to predict; by time the later half, from all before it."""
    values = key(train, rule.by)
    check_key(values, rule, rule.folds + 1)
    if rule.kind != "time":
        splitter = SPLITTERS[rule.kind][1](rule.folds, shuffle=True, random_state=rule.seed)
        return list(splitter.split(train, y, values if rule.kind == "group" else None))
    moments = values.factorize()[0]  # whole moments, so that equal times stay together
    size = (moments.max() + 1) // (2 * rule.folds)
    forward = sk.TimeSeriesSplit(rule.folds, test_size=max(size, 1))
    folds = [
        (np.flatnonzero(np.isin(moments, past)), np.flatnonzero(np.isin(moments, future)))
        for past, future in forward.split(np.arange(moments.max() + 1))
    ]
    return [(fit, val[is_new(train.iloc[val], train.iloc[fit], rule)]) for fit, val in folds]


def make_units(frame: pd.DataFrame, rule: Split) -> Rows:
    """Return the bootstrap unit of each row: itself, its group, or its block of time."""
    rows, name = np.arange(len(frame)), rule.by if rule.kind == "group" else rule.group
    periods = rows * min(50, len(frame)) // len(frame) if rule.kind == "time" else rows
    return min(np.asarray(key(frame, name).factorize()[0]), periods, key=np.max)  # fewer units


def describe_split(train: pd.DataFrame, test: pd.DataFrame, rule: Split) -> dict[str, Any]:
    """Return how the rows were divided, in numbers that can be checked."""
    ends = key(test, rule.by).agg(["min", "max"]).astype(str).str.removesuffix(".0").to_list()
    facts = {"kind": rule.kind, "by": rule.by, "folds": rule.folds, "train_rows": len(train)}
    return facts | {"test_rows": len(test), "test_range": ends if rule.kind == "time" else None}
