"""The table that detectors are given: declared columns, or features that look back."""

from pathlib import Path

import numpy as np

from taxi_alarms.features import make_features
from taxi_alarms.project import load_settings
from taxi_alarms.study import prepare


def test_a_table_gives_the_declared_features_and_nothing_else(project: Path) -> None:
    assert list(prepare(project, load_settings(project)).train.X) == ["a", "b", "c", "colour"]


def test_a_series_gives_level_season_difference_mean_and_spread(series: Path) -> None:
    made = list(prepare(series, load_settings(series)).train.X)
    assert made == [
        "value level", "value against the day", "value difference", "value mean 6h", "value sd 6h",
    ]  # fmt: skip


def test_constant_columns_are_left_out_and_the_others_share_one_scale(project: Path) -> None:
    X = prepare(project, load_settings(project)).train.X.assign(b=7.0)
    made = make_features().fit_transform(X)
    assert made.shape[1] == 3
    assert np.allclose(made.std(axis=0), 1)
