from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bike_demand.data import convert
from bike_demand.features import Lookup, for_lines, for_trees, read_calendar
from bike_demand.kit.leakage import audit
from bike_demand.kit.settings import RuleOfThumb, Split

from conftest import a_study

COLUMNS = {
    "target": "y", "unit": "rows", "numeric": ["size", "hour"], "categorical": ["colour"],
    "date": ["day"], "text": ["note"],
}  # fmt: skip


def some_rows(count: int = 60) -> pd.DataFrame:
    return pd.DataFrame({
        "size": np.arange(count, dtype=float), "hour": np.arange(count) % 24.0,
        "colour": ["red", "blue"] * (count // 2), "note": ["a flat", "a house"] * (count // 2),
        "day": pd.date_range("2024-01-01", periods=count), "y": np.arange(count) % 7.0,
    })  # fmt: skip


@pytest.mark.parametrize(("make", "season"), [(for_lines, True), (for_trees, False)])
def test_gaps_and_new_categories_survive(make: Callable[..., Any], season: bool) -> None:
    features = make(a_study(columns=COLUMNS), season=season).fit(some_rows())
    new = some_rows()[:2].assign(colour="grey", note="", size=np.nan, day=pd.Series(pd.NaT, [0, 1]))
    table = features.transform(new)
    assert table.shape[0] == 2
    assert make is for_trees or not np.isnan(table.sum())


def test_new_year_is_next_to_the_old_one_for_a_line() -> None:
    days = pd.DataFrame({"day": pd.to_datetime(["2023-12-31", "2024-01-01", "2024-07-01"])})
    features = read_calendar(days, season=True, cyclic=True)
    distance = np.hypot(features["day season"].diff(), features["day season cos"].diff())
    assert distance[1] < 0.1 < distance[2]


def test_one_spelling_for_a_category_with_and_without_a_decimal() -> None:
    rows = some_rows().assign(colour=["1", "1.0", " 1", "1.5"] * 15)
    assert set(convert(rows, a_study(columns=COLUMNS))["colour"]) == {"1", "1.5"}


def test_the_rule_of_thumb_knows_no_target_of_its_own_day() -> None:
    rule = RuleOfThumb(by=["day.hour"], window="2D", label="the last two days")
    X, y = some_rows(), pd.Series(np.arange(60, dtype=float))
    lookup = Lookup(rule, Split(kind="time", by="day")).fit(X.iloc[:30], y.iloc[:30])
    rolled = lookup.predict(X.iloc[30:], y.iloc[30:])
    assert rolled.tolist() == (y.iloc[30:] - 1.5).tolist()
    assert lookup.predict(X.iloc[30:]).tolist() == [28.5] * 30


def test_a_feature_that_tells_all_and_copies_are_found() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"size": draw.normal(size=400), "hour": draw.normal(size=400)})
    y = 2 * rows["size"]
    found = audit(rows, rows.head(5), y)
    assert found["strong"] == ["size"]
    assert found["copies"] == 5
