"""Time series: order of the rows, repeated and missing moments, the first stretch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .command import ProjectError
from .project import MADE, Settings


def put_in_order(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows in order of time within each series, and what was irregular.

    Of rows with the same moment the first is kept: two values for one moment cannot both follow.
    """
    time = settings.columns.time
    if not time:
        return frame, {"cleaning": []}
    if frame[time].isna().any():
        row = frame.index[frame[time].isna()][0]
        raise ProjectError(f"row {row} has no {time!r}", "every row of a series needs its time")
    names = names_of(frame, settings)
    back = frame.groupby(names, sort=False)[time].diff() < pd.Timedelta(0)
    frame = frame.iloc[np.lexsort([frame[time].to_numpy(), names.factorize()[0]])]
    repeated = frame.assign(series=names).duplicated(["series", time])
    frame = frame[~repeated]
    steps = frame.groupby(names_of(frame, settings), sort=False)[time].diff()
    usual = steps.groupby(names_of(frame, settings)).transform("median")
    if not (steps > pd.Timedelta(0)).any():
        raise ProjectError(f"{time!r} never advances", "a series needs rows of several moments")
    uneven = int(((steps != usual) & steps.notna()).sum())
    return frame, {
        "cleaning": [
            {"rule": "rows of a repeated moment removed, the first kept", "rows": repeated.sum()},
            {"rule": "jumps back in time, put in order", "rows": int(back.sum())},
            {"rule": "uneven steps in time, left as they are", "rows": uneven},
        ],
        "series": int(names.nunique()),
        "step_seconds": float(usual.dt.total_seconds().median()),
        "days": days(frame, settings),
    }


def names_of(frame: pd.DataFrame, settings: Settings) -> pd.Series[str]:
    """Return for each row the series that it belongs to."""
    if settings.data.several:
        return frame[MADE]
    return pd.Series(Path(settings.data.source).stem, index=frame.index)


def days(frame: pd.DataFrame, settings: Settings) -> float:
    """Return how many days the rows stand for; gaps do not count."""
    time = frame[settings.columns.time]
    steps = time.groupby(names_of(frame, settings)).diff()
    usual = steps.groupby(names_of(frame, settings)).transform("median")
    return float(usual.dt.total_seconds().sum() / 86400)


def warmed_up(frame: pd.DataFrame, settings: Settings) -> NDArray[np.bool_]:
    """Return which rows come after the first stretch of their series, which sets its level."""
    if not settings.columns.time:
        return np.ones(len(frame), dtype=bool)
    names = names_of(frame, settings)
    place = names.groupby(names).cumcount()
    size = names.groupby(names).transform("size")
    return (place >= settings.windows.warm_up * size).to_numpy()
