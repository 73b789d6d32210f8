"""What is left out is left out of training rows only, and what matters is missed."""

from pathlib import Path

import pandas as pd

from bike_demand.ablation import other_repeats
from bike_demand.data import load
from bike_demand.project import load_settings
from bike_demand.results import read_results
from bike_demand.split import split
from bike_demand.study import prepare

from conftest import change, make_project, make_rows

CHOSEN = {"choice": {"chosen": "baseline", "parameters": {}}}


def test_a_model_without_the_cause_is_clearly_worse(finished: Path) -> None:
    found = read_results(finished)["diagnosis"]["ablation"]["features"]
    assert found[0]["feature"] == "x"
    assert found[0]["low"] > 0
    assert all(item["difference"] < found[0]["difference"] for item in found[1:])


def test_rows_with_missing_values_can_be_left_out_of_the_fit(finished: Path) -> None:
    rules = read_results(finished)["diagnosis"]["cleaning"]["rules"]
    assert [item["rule"].partition(" rows ")[2] for item in rules[1:]] == [
        "without missing values, none filled"
    ]


def test_copies_of_training_rows_come_back_and_no_test_row(tmp_path: Path) -> None:
    rows = make_rows()
    make_project(tmp_path, pd.concat([rows, rows.head(60)]))
    change(tmp_path, 'licence = "none"', 'licence = "none"\nduplicates = "remove"')
    settings = load_settings(tmp_path)
    study = prepare(tmp_path, settings, CHOSEN)
    found = other_repeats(tmp_path, study)
    again = found.drop_duplicates()
    assert len(study.rows) < len(found) < len(study.rows) + 60
    pd.testing.assert_frame_equal(again, study.rows.loc[again.index])
    assert not set(again.index) & set(split(load(tmp_path, settings)[0], settings)[1].index)
