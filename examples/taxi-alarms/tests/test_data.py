"""Data that break the declared contract are refused; what is repaired is counted."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from taxi_alarms.command import ProjectError
from taxi_alarms.data import load
from taxi_alarms.files import read_arrays
from taxi_alarms.project import load_settings
from taxi_alarms.study import prepare

from conftest import SERIES, change, make_project, make_rows, make_series

Edit = Callable[[pd.DataFrame], pd.DataFrame]


def broken(root: Path, edit: Edit) -> str:
    """Return the error that edited rows lead to."""
    make_project(root, edit(make_rows()))
    with pytest.raises(ProjectError) as error:
        prepare(root, load_settings(root))
    return str(error.value)


def touched(facts: dict[str, Any], word: str) -> int:
    """Return how many rows the cleaning rule with this word touched."""
    return next(int(rule["rows"]) for rule in facts["cleaning"] if word in rule["rule"])


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda rows: rows.drop(columns="a"), "the data has no column 'a'"),
        (lambda rows: rows.assign(new=1), "'new' is in the data but not declared"),
        (lambda rows: rows.assign(a="many"), "column 'a', row 1: 'many' is not a number"),
        (lambda rows: rows.head(30), "only 30 rows can be used"),
        (lambda rows: rows.assign(y=None), "column 'y' has no labels at all"),
        (lambda rows: rows.assign(y="usual"), "are one class: it holds 'usual'"),
        (lambda rows: rows.assign(y="strange"), "are one class: it holds 'strange'"),
        (lambda rows: rows[(rows["y"] == "usual") | (rows.index == 7)], "label more anomalies"),
    ],
)
def test_what_cannot_be_used_is_one_clear_error(tmp_path: Path, edit: Edit, said: str) -> None:
    make_project(tmp_path, edit(make_rows()))
    with pytest.raises(ProjectError) as error:
        prepare(tmp_path, load_settings(tmp_path))
    assert said in f"{error.value} {error.value.hint}"


def test_infinite_and_missing_values_and_constant_columns_are_counted(tmp_path: Path) -> None:
    rows = make_rows().assign(b=1.0)
    rows.loc[3, "c"] = np.inf
    make_project(tmp_path, rows)
    frame, facts = load(tmp_path, load_settings(tmp_path))
    assert touched(facts, "infinite") == 1
    assert touched(facts, "`b` has one value") == len(rows)
    assert np.isnan(frame["c"].iloc[3])
    assert facts["missing"]["a"] == rows["a"].isna().sum()


def test_rows_without_a_label_are_fitted_to_and_never_scored(tmp_path: Path) -> None:
    rows = make_rows()
    rows.loc[100:179, "y"] = None
    make_project(tmp_path, rows)
    study = prepare(tmp_path, load_settings(tmp_path))
    assert np.isnan(study.train.y).sum() == 80
    assert not np.isnan(study.validation.y).any()
    assert not np.isnan(study.test.y).any()


def test_anomalies_are_drawn_until_they_are_rare(project: Path) -> None:
    change(project, "[labels]", "[labels]\nkeep = 9")
    frame, facts = load(project, load_settings(project))
    assert frame["y"].sum() == 9
    assert touched(facts, "9 of 20") == 11


def test_no_row_is_in_two_parts_and_each_part_has_anomalies(project: Path) -> None:
    study = prepare(project, load_settings(project))
    parts = (study.train, study.validation, study.test)
    rows = [row for part in parts for row in part.rows.index]
    assert len(rows) == len(set(rows)) == 400
    assert all(part.y.sum() > 0 for part in parts)


def test_detectors_can_be_fitted_to_normal_rows_only(project: Path) -> None:
    study = prepare(project, load_settings(project))
    assert len(study.fitted.X) == len(study.train.X)
    change(project, "[labels]", '[labels]\nfit = "normal"')
    study = prepare(project, load_settings(project))
    assert study.train.y.sum() > 0
    assert study.fitted.y.sum() == 0
    assert len(study.fitted.X) == (study.train.y == 0).sum()


def test_groups_stay_whole(project: Path) -> None:
    change(project, 'kind = "random"', 'kind = "group"\nby = "who"')
    change(project, 'anomaly = ["strange"]', 'anomaly = ["strange", "red"]')
    rows = make_rows()
    rows["y"] = np.where(rows.index % 3 == 0, "strange", "usual")
    rows.to_csv(project / "data" / "test.csv", index=False)
    study = prepare(project, load_settings(project))
    assert study.facts["split"]["shared_groups"] == 0
    assert not set(study.train.rows["who"]) & set(study.test.rows["who"])


def test_arrays_are_read_and_pickled_ones_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", X=np.ones((3, 2)), y=np.array([0, 1, 0]))
    table = read_arrays(tmp_path / "good.npz")
    assert list(table.columns) == ["x1", "x2", "y"]
    assert list(table["y"]) == ["0", "1", "0"]
    np.savez(tmp_path / "bad.npz", X=np.array([[{}]], dtype=object), y=np.array([0]))
    with pytest.raises(ValueError, match="pickle"):
        read_arrays(tmp_path / "bad.npz")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff\xfe\x80", b"<html>no</html>"])
@pytest.mark.parametrize("name", ["test.csv", "test.npz"])
def test_a_file_that_is_no_table_is_one_error(project: Path, content: bytes, name: str) -> None:
    change(project, 'source = "test.csv"', f'source = "{name}"')
    (project / "data" / name).write_bytes(content)
    with pytest.raises(ProjectError):
        load(project, load_settings(project))


def add_second_file(root: Path, rows: pd.DataFrame) -> None:
    """Declare a second file with its checksum."""
    path = root / "data" / "second.csv"
    rows.to_csv(path, index=False)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    table = f'[[data.files]]\nname = "second.csv"\nsha256 = "{sha256}"\n\n[columns]'
    change(root, "[columns]", table)


def test_each_of_several_files_is_a_series_of_its_own(series: Path) -> None:
    add_second_file(series, make_series().assign(value=lambda rows: 100 * rows["value"]))
    study = prepare(series, load_settings(series))
    assert study.facts["times"]["series"] == 2
    first, second = (study.test.X[study.test.rows["file"] == name] for name in ("test", "second"))
    assert np.allclose(first["value level"], second["value level"])  # each by its own warm-up


def test_a_further_file_with_another_checksum_is_refused(series: Path) -> None:
    add_second_file(series, make_series())
    (series / "data" / "second.csv").write_text("when,value,y\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="SHA-256 differs"):
        load(series, load_settings(series))


def declare_windows(root: Path, content: str) -> None:
    """Declare a file of labelled windows in place of a column."""
    path = root / "data" / "windows.json"
    path.write_text(content, encoding="utf-8")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    table = f'[labels.windows]\nname = "windows.json"\nsha256 = "{sha256}"\n\n[windows]'
    change(root, "[windows]", table)


def test_windows_become_labels(tmp_path: Path) -> None:
    make_project(tmp_path, make_series().drop(columns="y"), SERIES)
    spans = [["2024-01-05 00:00:00", "2024-01-05 09:00:00.000"]]
    declare_windows(tmp_path, json.dumps({"folder/test.csv": spans}))
    frame, _ = load(tmp_path, load_settings(tmp_path))
    assert frame["y"].sum() == 10


@pytest.mark.parametrize("content", ["{}", "[1]", "no", '{"test.csv": [["soon", "late"]]}'])
def test_windows_that_cannot_be_read_are_one_error(tmp_path: Path, content: str) -> None:
    make_project(tmp_path, make_series().drop(columns="y"), SERIES)
    declare_windows(tmp_path, content)
    with pytest.raises(ProjectError):
        load(tmp_path, load_settings(tmp_path))
