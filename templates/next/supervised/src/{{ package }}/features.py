"""Turns columns into what models use, and earlier rows into what a rule of thumb remembers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)

from .kit.intervals import Vector
from .kit.settings import ROW, RuleOfThumb, Settings, Split

RARE = {"min_frequency": 10}  # a category seen in fewer rows is nothing to learn from
CALENDARS = ("circle", "plain", "week")  # how a date tells the season, or that it does not


def for_lines(settings: Settings, calendar: str, *, curves: bool = False) -> ColumnTransformer:
    """Return columns for models that add up: filled, on one scale, one per category.

    `curves` bends every number by splines; a declared circle always bends, and closes. What the
    rule of thumb looks up by several columns, a line may look up as well.
    """
    columns, rule = settings.columns, settings.rule_of_thumb
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    # Splines over ranks: neither ties nor a few huge values pull a knot away.
    bent = QuantileTransformer(n_quantiles=50), SplineTransformer(5, extrapolation="constant")
    numbers = make_pipeline(filled, *(bent if curves else [StandardScaler()]))
    dates = make_pipeline(make_calendar(calendar, trend=True), SimpleImputer(), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", sparse_output=False, **RARE)
    groups = make_pipeline(Groups(rule.bands if rule else 1), one_hot)
    parts = [
        ("categorical", one_hot, columns.categorical),
        ("numeric", numbers, [name for name in columns.numeric if name not in columns.circle]),
        *((f"circle {name}", bend(length), [name]) for name, length in columns.circle.items()),
        ("date", dates, columns.date),
        ("groups", groups, rule.by if rule and len(rule.by) > 1 else []),
        *((f"text {name}", make_words(), name) for name in columns.text),
    ]
    return ColumnTransformer(parts, sparse_threshold=0, verbose_feature_names_out=False)


def for_trees(settings: Settings, calendar: str) -> ColumnTransformer:
    """Return columns for trees: raw numbers with their gaps, and categories as codes.

    Trees treat a missing value as a direction of its own. Codes come first, so that their
    positions are known.
    """
    columns, gap = settings.columns, {"unknown_value": np.nan, "encoded_missing_value": np.nan}
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", **gap, **RARE)
    parts = [
        ("categorical", codes, columns.categorical),
        ("numeric", "passthrough", columns.numeric),
        ("date", make_calendar(calendar, trend=False), columns.date),
        *((f"text {name}", make_words(), name) for name in columns.text),
    ]
    return ColumnTransformer(parts, sparse_threshold=0, verbose_feature_names_out=False)


def bend(length: float) -> Pipeline:
    """Return smooth columns for a number that starts anew after `length`, as hours do at 24."""
    knots = np.linspace(0, length, 13).reshape(-1, 1)
    return make_pipeline(SimpleImputer(), SplineTransformer(knots=knots, extrapolation="periodic"))


def make_words() -> Pipeline:
    """Return columns for one text per row: words and pairs of words, weighted by rarity."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=5, max_features=300, sublinear_tf=True)
    return make_pipeline(FunctionTransformer(pd.Series.fillna, kw_args={"value": ""}), words)


def make_calendar(calendar: str, *, trend: bool) -> FunctionTransformer:
    """Return the transformer for dates."""
    return FunctionTransformer(read_calendar, kw_args={"calendar": calendar, "trend": trend})


def read_calendar(dates: pd.DataFrame, *, calendar: str, trend: bool) -> pd.DataFrame:
    """Return the year, the weekday, the hour and, unless only the week counts, the season.

    On a circle 31 December is next to 1 January; a plain day of the year lets a tree repeat the
    last days it saw. `trend` gives days since 1970 in place of the year: a line can carry it on.
    """
    parts: dict[str, Any] = {}
    for name, date in dates.items():
        day, week = date.dt.day_of_year, date.dt.day_of_week
        hour = date.dt.hour + date.dt.minute / 60
        parts[f"{name} year"] = (date - pd.Timestamp(0)).dt.days if trend else date.dt.year
        parts[f"{name} weekday"], parts[f"{name} hour"] = week, hour
        if calendar == "plain":
            parts[f"{name} day"] = day
        turns = {"week": week / 7, "clock": hour / 24, "season": day / 365.25}
        for turn in [*turns][: 3 if calendar == "circle" else 2]:
            parts[f"{name} {turn} sin"] = np.sin(2 * np.pi * turns[turn])
            parts[f"{name} {turn} cos"] = np.cos(2 * np.pi * turns[turn])
    return pd.DataFrame(parts, index=dates.index).astype(float)


class Groups(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One column that names the group of each row; a number with many values counts by bands."""

    def __init__(self, bands: int) -> None:
        self.bands = bands

    def fit(self, X: pd.DataFrame, _: Any = None) -> Groups:
        """Remember the edges of the bands, each with as many rows."""
        numbers = X.select_dtypes("number")
        many = numbers.columns[numbers.nunique() > 3 * self.bands]
        shares = np.linspace(0, 1, self.bands + 1)[1:-1]
        self.edges_ = {name: numbers[name].quantile(shares).unique() for name in many}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the names."""
        names = pd.Series("", X.index)
        for name in X:
            banded = name in self.edges_
            codes = np.searchsorted(self.edges_[str(name)], X[name]) if banded else X[name]
            names += "/" + pd.Series(codes, X.index).astype(str).fillna("")
        return names.to_frame("group")


class Lookup(BaseEstimator):  # type: ignore[misc]
    """The rule of thumb: the mean target of earlier rows of the same group.

    By time only rows of earlier moments count, and of earlier days where the moment is a date:
    what today brings is not known when today is decided. `prior` rows stand for the mean of all.
    """

    def __init__(self, rule: RuleOfThumb, split: Split, prior: float = 0.0) -> None:
        self.rule, self.split, self.prior = rule, split, prior

    def fit(self, X: pd.DataFrame, y: pd.Series[float]) -> Lookup:
        """Remember the rows with their groups."""
        self.groups_ = Groups(self.rule.bands).fit(X[self.rule.by])
        self.known_ = self.place(X).fillna({"day": pd.Timestamp(0)}).assign(y=np.asarray(y))
        return self

    def place(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return group and moment of each row; numbers and places in the file count as seconds."""
        places = self.groups_.transform(X[self.rule.by]).assign(day=pd.Timestamp("NaT"))
        if self.split.kind == "time" and self.split.by in {ROW, *X}:
            moment = X.index.to_series() if self.split.by == ROW else X[self.split.by]
            is_date = moment.dtype.kind == "M"
            places["day"] = moment.dt.normalize() if is_date else pd.to_datetime(moment, unit="s")
        return places

    def predict(self, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
        """Return the mean target of earlier rows of the same group for each row.

        Given their targets `y`, rows of `X` of earlier moments count as well. Where the window is
        empty all earlier rows of the group count, then all rows.
        """
        known, asked, days = self.known_, self.place(X), self.known_["day"]
        step = pd.Timedelta(1, "D" if (days == days.dt.normalize()).all() else "s")
        if y is not None and self.split.kind == "time":
            known = pd.concat([known, asked.assign(y=np.asarray(y))])
        else:
            asked["day"] = asked["day"].clip(upper=days.max() + step).fillna(days.max() + step)
        rows = pd.concat([known, asked.assign(y=np.nan)]).groupby(["group", "day"])["y"]
        daily, usual = rows.agg(["sum", "count"]), self.known_["y"].mean()
        recent = past = daily.groupby("group").cumsum().groupby("group").shift(1)
        if self.rule.kind == "last_known":
            recent = daily.where(daily["count"] > 0).groupby("group").ffill()
            recent = recent.groupby("group").shift(1)
        if self.rule.kind == "last_value":
            then = daily.reset_index().assign(day=lambda row: row["day"] + span(self.rule.lag))
            recent = then.set_index(["group", "day"]).reindex(daily.index)
        if self.rule.window:
            by_group = daily.reset_index("group").groupby("group")
            recent = by_group.rolling(span(self.rule.window), closed="left").sum()
        recent = recent.where(recent["count"] > 0, past).fillna(0)
        mean = (recent["sum"] + self.prior * usual) / (recent["count"] + self.prior)
        places = pd.MultiIndex.from_frame(asked[["group", "day"]])
        return mean.fillna(usual).reindex(places).to_numpy()


def span(length: str | int) -> pd.Timedelta:
    """Return a length of time; a row counts as a second."""
    return pd.Timedelta(length if isinstance(length, str) else f"{length}s")
