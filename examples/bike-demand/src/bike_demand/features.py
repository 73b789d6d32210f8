"""Turns columns into features, and earlier rows into the means that a rule of thumb looks up."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn import preprocessing as sk
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from .kit.intervals import Vector
from .kit.settings import ROW, RuleOfThumb, Settings, Split
from .split import key

RARE = {"min_frequency": 3, "max_categories": 500}  # others count as one category
WORDS = {"max_features": 300, "max_df": 0.5}  # the most frequent ones, but not "the" and "of"


def seasons(settings: Settings) -> dict[str, tuple[bool, ...]]:
    """Return the grid where there are dates: with and without the season, as the folds decide."""
    return {"season": (True, False)} if settings.columns.date else {}


def for_lines(settings: Settings, *, season: bool = True, curves: bool = False) -> TransformerMixin:
    """Return features of additive models: imputed, scaled or splines, one-hot where categorical."""
    columns, rule = settings.columns, settings.rule_of_thumb
    interacting = len(rule.by) > 1 and not {*rule.by} & {*columns.id}  # those are no features
    # Splines over ranks: neither ties nor a few huge values pull a knot away.
    ranks = sk.QuantileTransformer(n_quantiles=50, subsample=None)
    splines = ranks, sk.SplineTransformer(5, extrapolation="constant")
    imputed = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    one_hot = sk.OneHotEncoder(handle_unknown="infrequent_if_exist", **RARE)  # sparse: mostly zeros
    calendar = sk.FunctionTransformer(partial(read_calendar, season=season, cyclic=True))
    return make_column_transformer(
        (one_hot, columns.categorical),
        (make_pipeline(imputed, *(splines if curves else [sk.StandardScaler()])), columns.numeric),
        (make_pipeline(calendar, imputed, sk.StandardScaler()), columns.date),
        (make_pipeline(Groups(rule), one_hot), columns.features if interacting else []),
        *((Words(**WORDS), name) for name in columns.text),
    )


def for_trees(settings: Settings, *, season: bool = True) -> TransformerMixin:
    """Return features of trees: gaps stay as they are, codes of categories come first."""
    columns, gap = settings.columns, {"unknown_value": np.nan, "encoded_missing_value": np.nan}
    calendar = sk.FunctionTransformer(partial(read_calendar, season=season, cyclic=False))
    codes = sk.OrdinalEncoder(handle_unknown="use_encoded_value", **gap, **RARE)
    parts = (codes, columns.categorical), ("passthrough", columns.numeric), (calendar, columns.date)
    texts = ((Words(**WORDS), name) for name in columns.text)
    return make_column_transformer(*parts, *texts, sparse_threshold=0)


class Words(TfidfVectorizer):  # type: ignore[misc]
    """The weights of the most frequent words, or of none where no word tells rows apart."""

    def fit_transform(self, texts: Any, _: Any = None) -> Any:
        """Return a column for each word, or one that is 0 throughout."""
        try:
            return super().fit_transform(texts)
        except ValueError:
            return self.set_params(vocabulary=["-"]).fit_transform(texts)


def read_calendar(dates: pd.DataFrame, *, season: bool, cyclic: bool) -> pd.DataFrame:
    """Return year, weekday, hour and perhaps day of the year; cyclic ones as sine and cosine."""
    parts: dict[str, Any] = {}
    for name, date in dates.items():
        days, hour = (date - pd.Timestamp("1970-01-01")).dt.days, date.dt.hour + date.dt.minute / 60
        parts[f"{name} year"] = days / 365.25 if cyclic else date.dt.year  # a line carries it on
        cycles = {"weekday": date.dt.day_of_week / 7, "hour": hour / 24}
        cycles |= {"season": date.dt.day_of_year / 365.25} if season else {}
        for cycle, share in cycles.items():
            parts[f"{name} {cycle}"] = np.sin(2 * np.pi * share) if cyclic else share
            if cyclic:
                parts[f"{name} {cycle} cos"] = np.cos(2 * np.pi * share)
    return pd.DataFrame(parts, index=dates.index).astype(float)


def look_up(X: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return columns, or parts of dates: `sold.hour` of 23:50 is 23, `sold.weekday` of Monday 0."""
    for name in {*names} - {*X}:
        date, _, part = name.rpartition(".")
        X = X.assign(**{name: getattr(X[date].dt, part).astype(float)})
    return X[names]


class Groups(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One column with the group of each row; a number with many values is cut into bands."""

    def __init__(self, rule: RuleOfThumb) -> None:
        self.rule = rule

    def fit(self, X: pd.DataFrame, _: Any = None) -> Groups:
        """Remember the edges of the bands, which hold equally many rows."""
        X, bands = look_up(X, self.rule.by), self.rule.bands
        many = [name for name in X.select_dtypes("number") if X[name].nunique() > 3 * bands]
        shares = np.linspace(0, 1, bands + 1)[1:-1]
        self.edges_ = {name: X[name].quantile(shares).unique() for name in many}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the names."""
        names = pd.Series("", X.index)
        for name, values in look_up(X, self.rule.by).items():
            edges = self.edges_.get(name)
            codes = values if edges is None else pd.Series(np.searchsorted(edges, values), X.index)
            names += "/" + codes.astype(str).fillna("")
        return names.to_frame("group")


class Lookup(BaseEstimator):  # type: ignore[misc]
    """The rule of thumb: the mean of the same group on earlier days, as today is not known yet."""

    def __init__(self, rule: RuleOfThumb, split: Split) -> None:
        self.rule, self.split = rule, split

    def fit(self, X: pd.DataFrame, y: pd.Series[float]) -> Lookup:
        """Remember the rows with their groups."""
        self.groups_ = Groups(self.rule).fit(X)
        self.history_ = self.locate(X).assign(y=np.asarray(y))
        return self

    def locate(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return group and day of each row; numbers and places in the file count as seconds."""
        timed = self.split.kind == "time" and self.split.by in {ROW, *X}
        time: pd.Series[Any] = key(X, self.split.by) if timed else pd.Series(0, X.index)
        day = time.dt.normalize() if time.dtype.kind == "M" else pd.to_datetime(time, unit="s")
        return self.groups_.transform(X).assign(day=day)

    def predict(self, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
        """Return the mean of the window, of all earlier rows of the group, or of all rows."""
        history, query = self.history_, self.locate(X)
        if y is not None and self.split.kind == "time":  # earlier rows of `X` count as well
            history = pd.concat([history, query.assign(y=np.asarray(y))])
        else:  # what is asked lies after all that is known
            query["day"] = history["day"].max() + pd.Timedelta(1, "s")
        rows = pd.concat([history, query.assign(y=np.nan)]).groupby(["group", "day"])["y"]
        daily, base = rows.agg(["sum", "count"]), self.history_["y"].mean()
        recent = past = daily.groupby("group").cumsum().groupby("group").shift(1)
        if self.rule.window:
            by_group = daily.reset_index("group").groupby("group")
            recent = by_group.rolling(pd.Timedelta(self.rule.window), closed="left").sum()
        recent = recent.where(recent["count"] > 0, past)
        mean = recent["sum"] / recent["count"]
        return query.join(mean.rename("mean"), on=["group", "day"])["mean"].fillna(base).to_numpy()
