"""The transformer copes with what data to come may hold, and learns from training rows only."""

import numpy as np
import pandas as pd
import pytest

from bank_calls.features import date_parts, make_features
from bank_calls.project import Columns

COLUMNS = Columns(
    target="y", unit="units", numeric=["n"], categorical=["c"], date=["d"], text=["t"]
)


def rows(count: int = 40) -> pd.DataFrame:
    """Return rows with a value of every kind."""
    return pd.DataFrame(
        {
            "n": np.arange(count, dtype=float),
            "c": ["a", "b"] * (count // 2),
            "d": pd.date_range("2024-01-01", periods=count),
            "t": ["good view", "bad view"] * (count // 2),
        }
    )


@pytest.mark.parametrize("trees", [True, False])
@pytest.mark.filterwarnings("error")
def test_missing_and_unseen_values_become_finite_numbers_or_the_missing_of_trees(
    *, trees: bool
) -> None:
    new = pd.DataFrame({
        "n": [np.nan, 1e9], "c": [None, "never seen"], "d": [pd.NaT, pd.Timestamp("2050-01-01")],
        "t": [None, "unseen words"],
    })  # fmt: skip
    made = make_features(COLUMNS, trees=trees).fit(rows()).transform(new)
    assert made.shape[0] == 2
    assert trees or np.isfinite(made).all()


@pytest.mark.parametrize("trees", [True, False])
@pytest.mark.filterwarnings("error")
def test_columns_without_any_value_or_with_one_value_are_survived(*, trees: bool) -> None:
    empty = rows().assign(n=np.nan, d=rows()["d"].where(rows()["n"] < 0), c="a")
    assert len(make_features(COLUMNS, trees=trees).fit_transform(empty)) == len(empty)


def test_scaling_is_learnt_from_the_rows_it_is_fitted_to() -> None:
    features = make_features(Columns(target="y", unit="u", numeric=["n"])).fit(rows())
    made = features.transform(rows().assign(n=lambda table: table["n"] + 1000))
    assert made.mean() > 10  # scaling by the new rows themselves would give 0


def test_rows_do_not_influence_each_other() -> None:
    features = make_features(COLUMNS).fit(rows())
    assert np.allclose(features.transform(rows())[:5], features.transform(rows().head(5)))


def test_the_end_of_a_year_is_next_to_its_start() -> None:
    dates = pd.DataFrame({"d": pd.to_datetime(["2023-12-31", "2024-01-01", "2024-07-01"])})
    circle = date_parts(dates, trend=False)[["d day of year sin", "d day of year cos"]].to_numpy()
    assert np.linalg.norm(circle[0] - circle[1]) < 0.1 < np.linalg.norm(circle[1] - circle[2])


def test_every_made_column_has_a_name() -> None:
    for trees in (True, False):
        features = make_features(COLUMNS, trees=trees).fit(rows())
        assert len(features.get_feature_names_out()) == features.transform(rows()).shape[1]
