"""Time series: order, repeated moments and gaps, features that never look ahead, events."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from taxi_alarms.alerts import number_alerts, outcome, watch
from taxi_alarms.command import ProjectError
from taxi_alarms.contamination import contaminate
from taxi_alarms.data import load
from taxi_alarms.events import measure_events
from taxi_alarms.history import look_back
from taxi_alarms.models import DEFAULT, find_rung
from taxi_alarms.project import load_settings
from taxi_alarms.results import read_results
from taxi_alarms.study import Part, prepare
from taxi_alarms.supervised import compare_supervised
from taxi_alarms.unseen import leave_kinds_out

from conftest import SERIES, make_project, make_series


def rules(root: Path, rows: pd.DataFrame) -> dict[str, int]:
    """Return what the cleaning of these rows counted, by the first words of each rule."""
    make_project(root, rows, SERIES)
    _, facts = load(root, load_settings(root))
    return {rule["rule"].split(",")[0]: int(rule["rows"]) for rule in facts["cleaning"]}


def test_repeated_moments_are_removed_and_counted(tmp_path: Path) -> None:
    rows = make_series()
    found = rules(tmp_path, pd.concat([rows, rows.iloc[5:8]]))
    assert found["rows of a repeated moment removed"] == 3


def test_unsorted_moments_are_put_in_order_and_counted(tmp_path: Path) -> None:
    rows = make_series()
    found = rules(tmp_path, pd.concat([rows.iloc[600:], rows.iloc[:600]]))
    assert found["jumps back in time"] == 1
    frame, _ = load(tmp_path, load_settings(tmp_path))
    assert frame["when"].is_monotonic_increasing


def test_uneven_steps_are_counted(tmp_path: Path) -> None:
    assert rules(tmp_path, make_series().drop(index=[100, 200, 201]))["uneven steps in time"] == 2


def test_a_row_without_its_time_is_an_error(tmp_path: Path) -> None:
    rows = make_series()
    rows.loc[3, "when"] = None
    make_project(tmp_path, rows, SERIES)
    with pytest.raises(ProjectError, match="row 4 has no 'when'"):
        load(tmp_path, load_settings(tmp_path))


def test_a_series_that_never_advances_is_an_error(tmp_path: Path) -> None:
    make_project(tmp_path, make_series().assign(when="2024-01-01 00:00"), SERIES)
    with pytest.raises(ProjectError, match="never advances"):
        load(tmp_path, load_settings(tmp_path))


def test_the_future_changes_no_feature_of_the_past(series: Path) -> None:
    settings = load_settings(series)
    frame, _ = load(series, settings)
    changed = frame.assign(value=frame["value"].where(np.arange(len(frame)) < 900, 1e6))
    before, after = look_back(frame, settings), look_back(changed, settings)
    pd.testing.assert_frame_equal(before.iloc[:900], after.iloc[:900])


def test_parts_follow_each_other_in_time(series: Path) -> None:
    study = prepare(series, load_settings(series))
    assert study.train.rows["when"].max() < study.validation.rows["when"].min()
    assert study.validation.rows["when"].max() < study.test.rows["when"].min()


def test_flags_close_together_are_one_alert(series: Path) -> None:
    settings = load_settings(series)
    frame, _ = load(series, settings)
    flagged = np.zeros(len(frame), dtype=bool)
    flagged[[10, 11, 15, 40]] = True  # quiet for 6 h ends an alert
    assert list(number_alerts(flagged, watch(frame, settings))) == [0, 0, 0, 1]


def test_windows_are_counted_as_events_with_their_delay(series: Path) -> None:
    settings = load_settings(series)
    frame, _ = load(series, settings)
    flagged = np.zeros(len(frame), dtype=bool)
    flagged[[403, 800]] = True  # three hours into the first window, and a false alert
    seen = outcome(flagged, watch(frame, settings))
    assert (seen["caught"], seen["events"], seen["alerts"], seen["right"]) == (1, 6, 2, 1)
    rows = Part(frame, frame, frame["y"].to_numpy())
    events = measure_events(np.where(flagged, -1.0, 1.0), 0.0, rows, settings)
    assert events["list"][0]["delay_hours"] == 3
    assert events["flagged_share"] == pytest.approx(2 / len(frame))
    assert events["moved"]["found"] < 1


def test_strange_windows_are_found_more_often_than_by_chance(finished_series: Path) -> None:
    test = read_results(finished_series)["test"]
    assert test["score"] > 3 * test["baseline"]
    moved = test["windows"]["moved"]
    assert test["at_threshold"]["caught"] > moved["found"]
    assert test["score"] > 2 * moved["score"]
    assert moved["as_good"] < 5


def test_without_anomalies_to_train_on_the_detector_is_still_measured(series: Path) -> None:
    rows = make_series()
    rows.loc[400:409, "y"] = 0  # the only labelled window of the training part
    study = prepare(make_project(series, rows, SERIES), load_settings(series))
    assert compare_supervised(study) == {"labels": 0, "points": []}
    found = leave_kinds_out(study, find_rung(DEFAULT), 0.1)
    assert found
    assert all(item["classifier"] is None and item["detector"] > 0.5 for item in found)
    mixed = contaminate(study, DEFAULT)
    assert mixed
    assert mixed["lent"]
    assert mixed["points"][-1]["share"] > 0.02
