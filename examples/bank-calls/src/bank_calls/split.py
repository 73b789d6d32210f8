"""Divides rows into training and test, and training rows into folds, always in the same way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

from .command import ProjectError
from .project import ROW, Settings, Split
from .target import LABELS

Rows = NDArray[np.int64]
Folds = list[tuple[Rows, Rows]]

SHUFFLES = {
    "random": ShuffleSplit,
    "stratified": StratifiedShuffleSplit,
    "group": GroupShuffleSplit,
}


def split(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return training and test rows; by time both are in order of time."""
    rule = settings.split
    if rule.by:
        check_by(frame, rule)
    if rule.kind == "time":
        frame = frame.sort_values(rule.by, kind="stable")
        moments = key(frame, rule.by)
        start = moments.iloc[int(len(frame) * (1 - rule.test))]
        later = (moments >= start).to_numpy()  # equal times stay on one side
        return frame[~later], frame[later]
    splitter = SHUFFLES[rule.kind](1, test_size=rule.test, random_state=rule.seed)
    groups = key(frame, rule.by) if rule.kind == "group" else None
    train, test = next(splitter.split(frame, frame[settings.columns.target], groups))
    return frame.iloc[np.sort(train)], frame.iloc[np.sort(test)]


def key(frame: pd.DataFrame, by: str) -> pd.Series[Any]:
    """Return the column that divides the rows, or their place in the file."""
    return frame.index.to_series() if by == ROW else frame[by]


def check_by(frame: pd.DataFrame, rule: Split) -> None:
    """Refuse a column to split by that has gaps, too few values, or text in place of time."""
    values = key(frame, rule.by)
    if values.isna().any():
        row = frame.index[values.isna()][0]
        raise ProjectError(f"row {row} has no {rule.by!r}", "the split needs it in every row")
    if rule.kind == "time" and values.dtype.kind not in "Mif":
        hint = "declare it under columns.date or columns.numeric"
        raise ProjectError(f"{rule.by!r} is text and has no order of time", hint)
    least = 2 * rule.folds + 1
    if (count := values.nunique()) < least:
        said = f"{rule.by!r} has {count} values; {rule.folds} folds and a test set need {least}"
        raise ProjectError(said, "split by another column, or lower split.folds")


def folds(train: pd.DataFrame, y: pd.Series[Any], rule: Split, seed: int | None = None) -> Folds:
    """Return positions of training and validation rows for cross-validation.

    Classes have the same share in every fold, unless it is a stretch of time.

    By time the later half is cut into stretches, and every fold predicts one from all before it:
    no fold knows its future, and none has less than half of the time to learn from.
    """
    seed = rule.seed if seed is None else seed
    if rule.kind in {"random", "stratified"}:
        shuffle = StratifiedKFold if LABELS else KFold
        return list(shuffle(rule.folds, shuffle=True, random_state=seed).split(train, y))
    if rule.kind == "group":
        groups = units(train, rule)
        divide = StratifiedGroupKFold if LABELS else GroupKFold
        splitter = divide(rule.folds, shuffle=True, random_state=seed)
        return list(splitter.split(train, y, groups))
    moments = key(train, rule.by).factorize()[0]  # whole moments, so that equal times stay together
    stretch = (moments.max() + 1) // (2 * rule.folds)
    forward = TimeSeriesSplit(rule.folds, test_size=max(stretch, 1))
    return [
        (np.flatnonzero(np.isin(moments, before)), np.flatnonzero(np.isin(moments, then)))
        for before, then in forward.split(np.arange(moments.max() + 1))
    ]


def complete(y: pd.Series[Any], parts: Folds) -> bool:
    """Return whether every class is among the rows to fit and to predict in each fold."""
    return not LABELS or all(set(y.iloc[rows]) == set(y) for part in parts for rows in part)


def units(frame: pd.DataFrame, rule: Split) -> Rows:
    """Return for each row the unit that errs as one: itself, its group, or its stretch of time."""
    rows: Rows = np.arange(len(frame))
    if rule.kind == "group":
        rows = frame[rule.by].factorize()[0]
    if rule.kind == "time":
        rows = rows * min(50, len(frame)) // len(frame)
    return rows


def card(train: pd.DataFrame, test: pd.DataFrame, rule: Split) -> dict[str, Any]:
    """Return how the rows were divided, in numbers that can be checked."""
    facts: dict[str, Any] = {"kind": rule.kind, "by": rule.by, "shared_groups": 0}
    if rule.by:
        ours, theirs = key(train, rule.by), key(test, rule.by)
        facts["shared_groups"] = int(ours.drop_duplicates().isin(theirs).sum())
    if rule.kind == "time":
        for name, part in {"train_range": train, "test_range": test}.items():
            facts[name] = [str(key(part, rule.by).min()), str(key(part, rule.by).max())]
    return {"train_rows": len(train), "test_rows": len(test), "split": facts}
