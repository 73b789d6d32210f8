"""Turns declared columns into numbers that a model can use; it is fitted inside the pipeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from .project import Columns


def make_features(columns: Columns, *, trees: bool = False) -> ColumnTransformer:
    """Return the transformer for linear models and networks, or the one for trees.

    Linear models need every value filled, on one scale, and a column per category. Trees split
    on raw values and treat a missing one as a direction of its own, so they get both untouched,
    and categories as codes. These come first, so that their positions are known.
    """
    numbers = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    scaled = make_pipeline(numbers, StandardScaler())
    rare = {"min_frequency": 10}  # a category seen less often is nothing to learn from
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", sparse_output=False, **rare)
    nothing = {"unknown_value": np.nan, "encoded_missing_value": np.nan}
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", **nothing, **rare)
    parts = [
        ("categorical", codes if trees else one_hot, columns.categorical),
        ("numeric", "passthrough" if trees else scaled, columns.numeric),
        ("date", make_dates(trees=trees), columns.date),
        *((f"text {name}", make_words(), name) for name in columns.text),
    ]
    return ColumnTransformer(parts, sparse_threshold=0, verbose_feature_names_out=False)


def make_dates(*, trees: bool) -> FunctionTransformer:
    """Return the transformer for dates; for linear models parts are filled and scaled as well."""
    trend = {"trend": not trees}
    parts = FunctionTransformer(date_parts, kw_args=trend, feature_names_out=date_names)
    filled = SimpleImputer(keep_empty_features=True)
    return parts if trees else make_pipeline(parts, filled, StandardScaler())


def make_words() -> object:
    """Return the transformer for one column of text: words and pairs, weighted by rarity."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=5, max_features=300, sublinear_tf=True)
    return make_pipeline(FunctionTransformer(fill_text, feature_names_out="one-to-one"), words)


def fill_text(text: pd.Series[str]) -> pd.Series[str]:
    """Return the texts with nothing in place of missing ones."""
    return text.fillna("")


CYCLES = {"day of year": 365.25, "weekday": 7, "hour": 24}


def date_parts(dates: pd.DataFrame, *, trend: bool) -> pd.DataFrame:
    """Return year, weekday, and the cycles of year, week and day as points on a circle.

    On a circle 31 December is next to 1 January. `trend` gives days since 1970 in place of the
    year: a line can carry a trend on, a tree can only repeat the last level it saw.
    """
    parts: dict[str, pd.Series[float]] = {}
    for name, date in dates.items():
        weekday, hour = date.dt.day_of_week, date.dt.hour + date.dt.minute / 60
        values = {"day of year": date.dt.day_of_year, "weekday": weekday, "hour": hour}
        since = (date - pd.Timestamp(0)) / pd.Timedelta(days=1)
        parts[f"{name} trend"] = since if trend else date.dt.year
        parts[f"{name} weekday"] = weekday
        for cycle, length in CYCLES.items():
            angle = 2 * np.pi * values[cycle] / length
            parts[f"{name} {cycle} sin"] = np.sin(angle)
            parts[f"{name} {cycle} cos"] = np.cos(angle)
    return pd.DataFrame(parts, index=dates.index).astype(float)


def date_names(_: object, dates: list[str]) -> list[str]:
    """Return the names of the columns that `date_parts` makes."""
    circle = [f"{cycle} {side}" for cycle in CYCLES for side in ("sin", "cos")]
    return [f"{name} {part}" for name in dates for part in ("trend", "weekday", *circle)]
