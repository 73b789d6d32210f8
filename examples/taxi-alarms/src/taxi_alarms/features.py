"""What a detector sees: of a series only what looks back, of a table its columns, on one scale."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .data import series_of
from .kit.settings import Settings

RULE = "rule: "  # begins the columns that only the rule of thumb looks at
YEAR = "365D"  # how long a season is remembered


class History(NamedTuple):
    """What is remembered of a series: its usual level, and the rows that features still reach."""

    centre: pd.Series[float]
    spread: pd.Series[float]
    rows: pd.DataFrame


def make_features(
    past: dict[str, History], rows: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, dict[str, History]]:
    """Return the features of rows that come after the `past` of their series, and the past then.

    Training, predicting and serving all call this, so they see the same features. With no past a
    series begins with these rows. A row of a table has neither past nor future.
    """
    if not settings.columns.time:
        return rows[settings.columns.features], {}
    past, tables, history = {**past}, [], settings.history
    lengths = history.lengths if history.season == "none" else [*history.lengths, YEAR]
    for key, part in rows.groupby(series_of(rows, settings), sort=False):
        time = pd.DatetimeIndex(part[settings.columns.time]).as_unit("us").rename(None)
        new = part[settings.columns.numeric].set_axis(time)
        before = past[str(key)] if str(key) in past else start_history(new, settings)
        values = pd.concat([before.rows, new]).ffill()  # a silent sensor keeps its last value
        tables.append(rolling(values, before, settings).iloc[-len(new) :].set_axis(part.index))
        recent = values.index >= time[-1] - max(map(pd.Timedelta, lengths))
        past[str(key)] = before._replace(rows=values[recent])
    return pd.concat(tables).reindex(rows.index), past


def start_history(new: pd.DataFrame, settings: Settings) -> History:
    """Return the history before the first row: nothing but the level, which the warm-up sets.

    Levels are in standard deviations of the warm-up, so that series of any unit can be compared.
    """
    first = new.head(int(np.ceil(settings.history.warm_up * len(new))))
    spread = first.std()
    return History(first.mean(), spread.where(spread > 0, 1.0), new[:0])


def rolling(values: pd.DataFrame, history: History, settings: Settings) -> pd.DataFrame:
    """Return for each moment its level, how unusual that is, and moving means and spreads."""
    level, season = (values - history.centre) / history.spread, settings.history.season
    seasonal = 0 * level if season == "none" else seasonal_mean(level, season)
    kinds, deviation = {"level": level}, level - seasonal
    if season != "none":
        kinds[f"distance from the usual {season}"] = deviation
    for length in settings.history.lengths:
        kinds[f"mean of the last {in_words(length)}"] = deviation.rolling(length).mean()
        kinds[f"spread of the last {in_words(length)}"] = deviation.rolling(length).std()
    size: Any = history.spread
    usual = seasonal * size + history.centre
    if settings.rule_of_thumb.kind == "seasonal":  # relative: a tenth off is a tenth off at night
        size = usual.abs().clip(lower=history.spread / 10, axis=1)
    rule = ((values - usual).abs() / size).rolling(settings.history.lengths[-1]).mean()
    label, names = settings.columns.label, settings.columns.numeric
    columns = {f"{label(name)}, {kind}": kinds[kind][name] for name in names for kind in kinds}
    return pd.DataFrame(columns | {f"{RULE}{label(name)}": rule[name] for name in names})


def in_words(length: str) -> str:
    """Return a length of time as people say it: 1D is a day, 90min are 90 minutes."""
    count = length.rstrip("Dhmins")
    unit = {"D": "day", "h": "hour", "min": "minute", "s": "second"}[length.removeprefix(count)]
    return unit if count == "1" else f"{count} {unit}s"


def seasonal_mean(level: pd.DataFrame, season: str) -> pd.DataFrame:
    """Return the mean of all levels of the last year at the same time of the day or week."""
    slots = level.groupby(season_slots(level.index, season))
    means: pd.DataFrame = slots.rolling(YEAR, closed="left").mean().droplevel(0)
    return means.reindex(level.index)


def season_slots(time: Any, season: str) -> Any:
    """Return the half-hour of the day or week in which each moment lies."""
    minute = time.hour * 60 + time.minute // 30 * 30
    return np.asarray(minute + 1440 * time.day_of_week if season == "week" else minute)


def preprocessor() -> Pipeline:
    """Return the preprocessing: gaps filled, categories apart, constants dropped, one scale.

    A gap becomes the median: what is unknown should neither raise an alert nor hide one. On the
    scale of its spread, a category of its own is the further from usual the rarer it is.
    """
    gaps = SimpleImputer(strategy="median", keep_empty_features=True)
    apart = OneHotEncoder(drop="first", handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([
        ("numeric", gaps, make_column_selector(f"^(?!{RULE})", dtype_include="number")),
        ("categorical", apart, make_column_selector(dtype_exclude="number")),
    ])  # fmt: skip
    return make_pipeline(columns, VarianceThreshold(), StandardScaler())
