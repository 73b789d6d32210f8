"""Rows that go on where the known data of a series end: their order, and their features."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..command import ProjectError
from ..history import History, each_series, extend, features_after
from ..project import Settings
from ..series import names_of

Histories = dict[str, History]


def of_known_series(X: pd.DataFrame, settings: Settings, histories: Histories) -> pd.DataFrame:
    """Return the rows that have a time and belong to a series that `train` saw; of a table all."""
    if not settings.columns.time:
        return X
    return X[X[settings.columns.time].notna() & names_of(X, settings).isin(histories)]


class Disorder(NamedTuple):
    """The first row that does not follow the one before it, and what is wrong in words."""

    place: int
    said: str


def find_disorder(X: pd.DataFrame, settings: Settings, histories: Histories) -> Disorder | None:
    """Return the first row that is not after the one before it, or not after the known data."""
    time, names = X[settings.columns.time], names_of(X, settings)
    ends = names.map({name: history.rows.index[-1] for name, history in histories.items()})
    before = time.groupby(names).shift().fillna(ends)
    wrong = np.flatnonzero(time <= before)
    if not len(wrong):
        return None
    place = int(wrong[0])
    return Disorder(place, f"{time.iloc[place]} of {names.iloc[place]} is not after "
                    f"{before.iloc[place]}, which is known already")  # fmt: skip


def check_order(X: pd.DataFrame, settings: Settings, histories: Histories, *, by_row: bool) -> None:
    """Refuse rows that are not in order of time; a request is told which of its rows it is."""
    if found := find_disorder(X, settings, histories):
        place = f"rows[{found.place}]." if by_row else ""
        raise ProjectError(
            f"{place}{settings.columns.time}: {found.said}",
            "send rows in order of time that follow the data that `train` saw",
        )


def features(X: pd.DataFrame, settings: Settings, histories: Histories) -> pd.DataFrame:
    """Return the features of rows that follow the histories."""
    made = [
        features_after(histories[name], part, settings) for name, part in each_series(X, settings)
    ]
    return made[0] if len(made) == 1 else pd.concat(made).reindex(X.index)


def go_on(X: pd.DataFrame, settings: Settings, histories: Histories) -> Histories:
    """Return the histories after the rows."""
    return histories | {
        name: extend(histories[name], part, settings) for name, part in each_series(X, settings)
    }
