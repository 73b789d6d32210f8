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


class History(NamedTuple):
    """What is remembered of a series: its level, its season, the rows that windows still reach.

    Sums and counts are of the levels before these rows, by the half-hour of the day or week.
    """

    centre: pd.Series[float]
    spread: pd.Series[float]
    sums: pd.DataFrame
    counts: pd.DataFrame
    rows: pd.DataFrame


def follow(
    past: dict[str, History], rows: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, dict[str, History]]:
    """Return the features of rows that come after the `past` of their series, and the past then.

    Training, predicting and serving all call this, so they see the same features. With no past a
    series begins with these rows. A row of a table has neither past nor future.
    """
    if not settings.columns.time:
        return rows[settings.columns.features], {}
    past, made = {**past}, []
    for key, part in rows.groupby(series_of(rows, settings), sort=False):
        name = str(key)
        history = past[name] if name in past else begin(part, settings)
        known = join(history, part, settings)
        made.append(look_back(known, history, settings).iloc[-len(part) :].set_axis(part.index))
        past[name] = remember(known, history, settings)
    return pd.concat(made).reindex(rows.index), past


def begin(part: pd.DataFrame, settings: Settings) -> History:
    """Return the history before the first row: nothing but the level, which the warm-up sets.

    Levels are in standard deviations of the warm-up, so that series of any unit can be compared.
    """
    count = int(np.ceil(settings.history.warm_up * len(part)))
    first = part[settings.columns.numeric].head(count)
    spread, none = first.std(), pd.DataFrame(columns=first.columns, dtype=float)
    no_rows = none.set_axis(pd.DatetimeIndex([]).as_unit("us"))
    return History(first.mean(), spread.where(spread > 0, 1.0), none, none, no_rows)


def join(history: History, part: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return remembered and new values by their time; a silent sensor keeps its last value."""
    time = pd.DatetimeIndex(part[settings.columns.time]).as_unit("us").rename(None)
    new = part[settings.columns.numeric].set_axis(time)
    return (pd.concat([history.rows, new]) if len(history.rows) else new).ffill()


def look_back(known: pd.DataFrame, history: History, settings: Settings) -> pd.DataFrame:
    """Return for each moment its level, how unusual that is, and moving means and spreads."""
    level = (known - history.centre) / history.spread
    season, kinds = settings.history.season, {"level": level}
    usual = 0 * level if season == "none" else expected(level, history, season)
    unusual = level - usual
    if season != "none":
        kinds[f"distance from the usual {season}"] = unusual
    for length in settings.history.lengths:
        window = unusual.rolling(length)
        kinds |= {f"mean of the last {length}": window.mean()}
        kinds |= {f"spread of the last {length}": window.std()}
    simple, label = rule_of_thumb(known, usual, history, settings), settings.columns.label
    names = settings.columns.numeric
    own = {f"{label(name)}, {kind}": kinds[kind][name] for name in names for kind in kinds}
    return pd.DataFrame(own | {f"{RULE}{label(name)}": simple[name] for name in names})


def rule_of_thumb(
    known: pd.DataFrame, usual: pd.DataFrame, history: History, settings: Settings
) -> pd.DataFrame:
    """Return what somebody would look at without a detector, over the last of the lengths."""
    length, value = settings.history.lengths[-1], usual * history.spread + history.centre
    size: Any = history.spread
    if settings.rule.kind == "seasonal":
        size = value.abs().clip(lower=history.spread / 10, axis=1)
    distance: pd.DataFrame = (known - value).abs() / size
    return distance.rolling(length).mean()


def remember(known: pd.DataFrame, history: History, settings: Settings) -> History:
    """Return the history after these rows: the last ones are kept, earlier ones are summed up."""
    longest = max(map(pd.Timedelta, settings.history.lengths))
    kept = known.index >= known.index[-1] - longest
    if settings.history.season == "none":
        return history._replace(rows=known[kept])
    left = (known[~kept] - history.centre) / history.spread
    slots = left.groupby(slots_of(left.index, settings.history.season))
    return history._replace(
        sums=history.sums.add(slots.sum(), fill_value=0.0),
        counts=history.counts.add(slots.count(), fill_value=0.0),
        rows=known[kept],
    )


def expected(level: pd.DataFrame, history: History, season: str) -> pd.DataFrame:
    """Return the mean of all earlier levels at the same time of the day or week."""
    slots = slots_of(level.index, season)

    def before(values: pd.DataFrame, remembered: pd.DataFrame) -> Any:
        earlier = values.groupby(slots).cumsum().groupby(slots).shift(fill_value=0.0)
        return remembered.reindex(slots).fillna(0.0).to_numpy() + earlier

    sums = before(level.fillna(0.0), history.sums)
    means: pd.DataFrame = sums / before(level.notna().astype(float), history.counts)
    return means  # 0 / 0 is a gap: nothing was seen at that time


def slots_of(time: Any, season: str) -> Any:
    """Return the half-hour of the day or week in which each moment lies."""
    minute = time.hour * 60 + time.minute // 30 * 30
    return np.asarray(minute + 1440 * time.day_of_week if season == "week" else minute)


def on_one_scale() -> Pipeline:
    """Return the preprocessing: gaps filled, categories apart, constants dropped, one scale.

    A gap becomes the median: what is not known shall neither raise an alert nor hide one. On the
    scale of its spread, a category of its own is the further from usual the rarer it is.
    """
    gaps = SimpleImputer(strategy="median", keep_empty_features=True)
    apart = OneHotEncoder(drop="first", handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([
        ("numeric", gaps, make_column_selector(f"^(?!{RULE})", dtype_include="number")),
        ("categorical", apart, make_column_selector(dtype_exclude="number")),
    ])  # fmt: skip
    return make_pipeline(columns, VarianceThreshold(), StandardScaler())
