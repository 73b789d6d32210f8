from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotel_cancellations.kit import Stop
from hotel_cancellations.split import make_folds, split

from conftest import a_study

COLUMNS = {"target": "y", "unit": "rows", "numeric": ["size"], "date": ["day"], "id": ["shop"]}


def some_rows(count: int = 120) -> pd.DataFrame:
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(count) // 3, unit="D")
    return pd.DataFrame({
        "y": np.arange(count) % 2.0, "size": 1.0, "day": days, "shop": np.arange(count) // 5,
    })  # fmt: skip


@pytest.mark.parametrize("words", ["random", "group shop", "time day", "time day shop"])
def test_no_row_group_or_day_stands_on_both_sides(words: str) -> None:
    rule = dict(zip(("kind", "by", "group"), words.split(), strict=False))
    settings, unit = a_study(columns=COLUMNS, split=rule), words.rsplit(maxsplit=1)[-1]
    rows = some_rows().rename_axis("random").reset_index()
    train, test = split(rows, settings)
    assert len(train) + len(test) == (116 if "group" in rule else 120)  # 4 of a shop known before
    assert set(train[unit]).isdisjoint(test[unit])
    for fit, val in make_folds(train, train["y"], settings.split):
        assert set(train[unit].iloc[fit]).isdisjoint(train[unit].iloc[val])


def test_no_fold_knows_its_future_and_equal_days_stay_together() -> None:
    settings = a_study(columns=COLUMNS, split={"kind": "time", "by": "day", "folds": 5})
    train, test = split(some_rows().sample(frac=1, random_state=0), settings)
    assert train["day"].max() < test["day"].min()
    for fit, val in make_folds(train, train["y"], settings.split):
        assert train["day"].iloc[fit].max() < train["day"].iloc[val].min()


def test_a_gap_in_the_column_to_split_by_names_its_row() -> None:
    rows = some_rows()
    rows.loc[7, "day"] = pd.NaT
    settings = a_study(columns=COLUMNS, split={"kind": "time", "by": "day", "folds": 5})
    with pytest.raises(Stop, match="row 7 has no 'day'"):
        split(rows, settings)
