"""Features of a series that only look back, and what to remember of it to go on later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .project import Settings
from .series import names_of

DAYS = {"day": 1, "week": 7}


class History(NamedTuple):
    """What is remembered of a series: its level, its season, the rows that windows still reach.

    Sums and counts are of levels before these rows, by the slot of the day or week.
    """

    centre: pd.Series[float]
    spread: pd.Series[float]
    sums: pd.DataFrame
    counts: pd.DataFrame
    rows: pd.DataFrame


def look_back(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the features of each moment, made of this and earlier rows of the same series."""
    made = [
        features_after(begin(part, settings), part, settings)
        for _, part in each_series(frame, settings)
    ]
    return pd.concat(made).reindex(frame.index)


def remember(frame: pd.DataFrame, settings: Settings) -> dict[str, History]:
    """Return the history of each series as of its last row."""
    return {
        name: extend(begin(part, settings), part, settings)
        for name, part in each_series(frame, settings)
    }


def each_series(frame: pd.DataFrame, settings: Settings) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each series with its name."""
    for name, part in frame.groupby(names_of(frame, settings), sort=False):
        yield str(name), part


def begin(part: pd.DataFrame, settings: Settings) -> History:
    """Return the history before the first row: nothing but the level, which the warm-up sets.

    Levels are in standard deviations of the warm-up, so that series of any unit can be compared.
    """
    first = part[settings.columns.numeric].head(warm_up_rows(len(part), settings))
    spread, none = first.std(), pd.DataFrame(columns=first.columns, dtype=float)
    no_rows = none.set_axis(pd.DatetimeIndex([]).as_unit("us"))
    return History(first.mean(), spread.where(spread > 0, 1.0), none, none, no_rows)


def warm_up_rows(count: int, settings: Settings) -> int:
    """Return how many of the rows of a series set its level."""
    return int(np.ceil(settings.windows.warm_up * count))


def features_after(history: History, part: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the features of rows that follow a history."""
    known, season = join(history, part, settings), settings.windows.season
    level = (known - history.centre) / history.spread
    kinds = {"level": level}
    if season != "none":
        level = level - expected(level, history, season)
        kinds[f"against the {season}"] = level
    kinds["difference"] = level.diff()
    for length in settings.windows.lengths:
        window = level.rolling(length)
        kinds |= {f"mean {length}": window.mean(), f"sd {length}": window.std()}
    made = {f"{name} {kind}": kinds[kind][name] for name in known.columns for kind in kinds}
    return pd.DataFrame(made).iloc[len(history.rows) :].set_axis(part.index)


def extend(history: History, part: pd.DataFrame, settings: Settings) -> History:
    """Return the history after further rows."""
    known = join(history, part, settings)
    longest = max(map(pd.Timedelta, settings.windows.lengths), default=pd.Timedelta(0))
    kept = known.index >= known.index[-1] - longest
    if settings.windows.season == "none":
        return history._replace(rows=known[kept])
    left = (known[~kept] - history.centre) / history.spread
    slots = left.groupby(slots_of(left.index, settings.windows.season))
    return history._replace(
        sums=history.sums.add(slots.sum(), fill_value=0.0),
        counts=history.counts.add(slots.count(), fill_value=0.0),
        rows=known[kept],
    )


def join(history: History, part: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return remembered and new values by their time; a silent sensor keeps its last value."""
    time = pd.DatetimeIndex(part[settings.columns.time]).as_unit("us").rename(None)
    new = part[settings.columns.numeric].set_axis(time)
    return (pd.concat([history.rows, new]) if len(history.rows) else new).ffill()


def expected(level: pd.DataFrame, history: History, season: str) -> pd.DataFrame:
    """Return the mean of earlier levels at the same time of the day or week."""
    slots = slots_of(level.index, season)
    sums, counts = (
        before.reindex(slots).fillna(0.0).to_numpy()
        + now.groupby(slots).cumsum().groupby(slots).shift(fill_value=0.0)
        for before, now in (
            (history.sums, level.fillna(0.0)), (history.counts, level.notna().astype(float)),
        )
    )  # fmt: skip
    means: pd.DataFrame = sums / counts  # 0 / 0 is a gap: nothing was seen at that time
    return means


def slots_of(time: Any, season: str) -> Any:
    """Return the half-hour of the day or week in which each moment lies."""
    place = time.hour * 60 + time.minute // 30 * 30
    return np.asarray(place + 1440 * time.day_of_week if DAYS[season] == 7 else place)
