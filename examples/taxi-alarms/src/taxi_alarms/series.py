"""Time series: order of the rows, repeated and missing moments, features that only look back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .command import ProjectError
from .project import MADE, Settings

SEASONS = {"day": 1, "week": 7}


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


def look_back(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the features of each moment, made of this and earlier rows of the same series.

    Levels are in standard deviations of the warm-up, so that series of any unit can be compared.
    """
    names = names_of(frame, settings)
    parts = [features_of(part, settings) for _, part in frame.groupby(names, sort=False)]
    return pd.concat(parts).reindex(frame.index)


def features_of(part: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the features of one series."""
    rules, made = settings.windows, {}
    time = pd.DatetimeIndex(part[settings.columns.time])
    first = part.head(int(np.ceil(rules.warm_up * len(part))))
    for name in settings.columns.numeric:
        spread = first[name].std()
        level = (part[name] - first[name].mean()) / (spread if spread > 0 else 1.0)
        level = level.ffill().set_axis(time)  # a sensor that is silent keeps its last value
        made[f"{name} level"] = level
        if rules.season != "none":
            level = level - expected(level, rules.season)
            made[f"{name} against the {rules.season}"] = level
        made[f"{name} difference"] = level.diff()
        for length in rules.lengths:
            made[f"{name} mean {length}"] = level.rolling(length).mean()
            made[f"{name} sd {length}"] = level.rolling(length).std()
    return pd.DataFrame(made).set_axis(part.index)


def expected(level: pd.Series[float], season: str) -> pd.Series[float]:
    """Return the mean of earlier values at the same time of the day or week."""
    time = pd.DatetimeIndex(level.index)
    place = time.hour * 60 + time.minute // 30 * 30
    place = place + 1440 * time.dayofweek if SEASONS[season] == 7 else place
    return level.groupby(np.asarray(place)).transform(lambda past: past.expanding().mean().shift())
