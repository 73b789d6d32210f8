"""What must hold of this study, whatever the data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from taxi_alarms import diagnose, evaluate, train
from taxi_alarms.alerts import alert_stats, number_alerts
from taxi_alarms.features import RULE, make_features
from taxi_alarms.kit import Stop
from taxi_alarms.kit.results import load_model, read_results
from taxi_alarms.kit.settings import Settings
from taxi_alarms.models import average_precision, build, strangeness
from taxi_alarms.split import prepare

from conftest import SERIES, TABLE, make_series, make_table, write_study


def run(*steps: Callable[[], None]) -> None:
    sys.argv = ["step"]
    for step in steps:
        step()


@pytest.mark.parametrize("name", ["table", "series"])
def test_no_row_is_in_two_parts(name: str, request: pytest.FixtureRequest) -> None:
    parts = prepare(request.getfixturevalue(name))[:3]
    rows = np.concatenate([part.rows.index for part in parts])
    assert len(set(rows)) == len(rows)


def test_a_window_is_never_cut_by_the_split() -> None:
    rows = make_series()
    rows["label"] = 0
    rows.loc[480:510, "label"] = 1  # the first cut falls into it
    study = prepare(write_study(SERIES, rows))
    assert study.validation.y[0] == 0
    assert study.train.y.sum() == 31


def test_a_group_is_in_one_part_alone() -> None:
    rows = make_table().assign(site=lambda table: table.index % 10)
    facts = TABLE.replace('"random"', '"group"\nby = "site"')
    settings = write_study(facts.replace("slices =", 'id = ["site"]\nslices ='), rows)
    sites = [set(part.rows["site"]) for part in prepare(settings)[:3]]
    assert sorted(map(len, sites)) == [2, 3, 5]
    assert len(set.union(*sites)) == 10


def test_features_of_a_moment_do_not_know_the_future(series: Settings) -> None:
    whole = prepare(series)
    rows = make_series()
    rows.loc[900:, "level"] = 1000
    changed = prepare(write_study(SERIES, rows))
    before = whole.test.rows.index <= 900
    pd.testing.assert_frame_equal(whole.test.X[before], changed.test.X[before])


def test_rows_in_pieces_have_the_features_of_the_whole(series: Settings) -> None:
    rows = make_series()
    whole, past = make_features({}, rows, series)
    later = rows.assign(time=rows["time"] + pd.Timedelta("42D"))
    at_once, _ = make_features(past, later, series)
    made = []
    for start in range(0, len(later), 50):
        X, past = make_features(past, later[start : start + 50], series)
        made.append(X)
    pd.testing.assert_frame_equal(pd.concat(made), at_once, rtol=1e-6)
    assert whole.notna().all(axis=None) or at_once.notna().all(axis=None)


def test_average_precision_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    y, scores = random.integers(0, 2, 60).astype(float), random.integers(0, 9, 60) / 3
    assert average_precision(y, scores) == pytest.approx(average_precision_score(y, scores))


@pytest.mark.parametrize("name", ["table", "series"])
def test_planted_anomalies_are_found(name: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(name)
    run(train.main, diagnose.main, evaluate.main)
    head = read_results("train", "diagnose", "evaluate")["evaluate"]["headline"]
    assert head["value"] > 0.7
    assert head["low"] <= head["value"] <= head["high"]


def test_the_saved_detector_answers_as_the_fitted_one(table: Settings) -> None:
    run(train.main)
    results, study = read_results("train"), prepare(table)
    name = results["train"]["choice"]["chosen"]
    fitted = build(name, table).fit(study.train.X)
    saved = load_model(results).detector
    np.testing.assert_allclose(strangeness(saved, study.test.X), strangeness(fitted, study.test.X))


def test_gaps_and_new_categories_get_a_score(table: Settings) -> None:
    run(train.main)
    row = pd.DataFrame({"a": [np.nan], "b": [0.0], "kind": ["never seen"]})
    assert np.isfinite(strangeness(load_model(read_results()).detector, row)).all()


@pytest.mark.parametrize(("validation", "rule"), [(0.7, "labels"), (0.05, "prior")])
def test_labels_choose_where_there_are_enough(validation: float, rule: str) -> None:
    facts = f"[split]\nvalidation = {validation}\ntest = 0.1"
    write_study(TABLE.replace("[split]", facts), make_table())
    run(train.main)
    assert read_results("train")["train"]["choice"]["rule"] == rule


def test_a_detector_with_one_score_for_all_rows_is_refused() -> None:
    rows = make_table().assign(a=1.0, b=1.0)
    write_study(TABLE, rows)
    run(train.main)
    rungs = {row["name"]: row for row in read_results("train")["train"]["ladder"]}
    assert rungs["rule_of_thumb"]["refused"]


@pytest.mark.parametrize("facts", [TABLE, SERIES])
def test_without_labels_every_step_runs_and_claims_nothing(facts: str) -> None:
    rows = make_table() if facts == TABLE else make_series()
    write_study(facts.replace('target = "label"', ""), rows.drop(columns="label"))
    run(train.main, diagnose.main, evaluate.main)
    results = read_results("train", "diagnose", "evaluate")
    assert results["train"]["choice"]["rule"] == "prior"
    assert results["evaluate"]["headline"]["goal"]["met"] is None


def test_validation_rows_without_anomalies_are_enough_for_a_budget() -> None:
    rows = make_series()
    rows.loc[600:650, "label"] = 0
    write_study(SERIES, rows)
    run(train.main, diagnose.main, evaluate.main)
    assert read_results("train")["train"]["choice"]["anomalies"] == 0


def test_flags_close_in_time_are_one_alert(series: Settings) -> None:
    part = prepare(series).validation
    flagged = np.zeros(len(part.y), dtype=bool)
    flagged[[10, 11, 13, 100]] = True  # an hour apart, two hours, more than three
    assert list(number_alerts(flagged, part, series)) == [0, 0, 0, 1]
    assert alert_stats(flagged, part, series)["alerts"] == 2


def test_notes_stay_when_the_study_runs_again(table: Settings) -> None:
    run(train.main, diagnose.main)
    cases = pd.read_csv(diagnose.CASES, index_col="row", dtype={"note": str})
    cases.loc[cases.index[0], "note"] = "a broken sensor"
    cases.to_csv(diagnose.CASES)
    run(diagnose.main)
    assert pd.read_csv(diagnose.CASES, index_col="row")["note"].iloc[0] == "a broken sensor"


def test_results_of_other_settings_are_not_gone_on_from(table: Settings) -> None:
    run(train.main)
    Path("project.toml").write_text(Path("project.toml").read_text() + "\n# changed\n")
    with pytest.raises(Stop, match="changed after"):
        run(diagnose.main)


def test_detectors_do_not_see_what_only_the_rule_looks_at(series: Settings) -> None:
    X = prepare(series).train.X
    scaled = build("gaussian_diagonal", series)[0].fit_transform(X)
    assert scaled.shape[1] == sum(not str(name).startswith(RULE) for name in X)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("budget = 50", "budget = 50\nbudgets = 1"), "budgets: unknown key"),
        (('numeric = ["a", "b"]', 'numeric = ["a"]'), "column 'b' is not declared"),
        (('target = "label"', 'target = "kind"'), "more than one role"),
        (("budget = 50", "budget = 0"), "alerts.budget"),
    ],
)
def test_a_mistake_in_project_toml_is_named(change: tuple[str, str], message: str) -> None:
    with pytest.raises(Stop, match=message):
        prepare(write_study(TABLE.replace(*change), make_table()))
