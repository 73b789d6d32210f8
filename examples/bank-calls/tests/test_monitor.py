"""The monitor: it fires where something changed, is silent where nothing did, and says why."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bank_calls import monitor as monitoring
from bank_calls.command import ProjectError
from bank_calls.drift import compare, false_alarms, measure
from bank_calls.monitor import ALARM, monitor
from bank_calls.results import read_results
from bank_calls.settings import Monitor

LIMITS = Monitor()


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished project that a test may write to."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


@pytest.fixture
def rows(finished: Path) -> pd.DataFrame:
    """Return the rows of the data, as they are written."""
    return pd.read_csv(finished / "data" / "test.csv", dtype=str)


@pytest.fixture
def number(finished: Path) -> str:
    """Return the name of a number."""
    inputs = read_results(finished)["inputs"]
    return next(str(item["name"]) for item in inputs if item["kind"] == "number")


def watch(root: Path, rows: pd.DataFrame) -> tuple[list[str], dict[str, Any]]:
    """Return the alarms of a file, and the report about it."""
    rows.to_csv(root / "new.csv", index=False)
    alarms = monitor(root, root / "new.csv")
    report: dict[str, Any] = json.loads((root / "reports" / "drift.json").read_text())
    return alarms, report


def test_rows_like_those_of_training_raise_no_alarm(root: Path, rows: pd.DataFrame) -> None:
    alarms, report = watch(root, rows.sample(frac=0.6, random_state=1))
    assert alarms == []
    assert "No alarm" in (root / "reports" / "drift.html").read_text()
    assert not any(column["drifted"] for column in report["columns"])


def test_another_unit_is_found_and_named(root: Path, rows: pd.DataFrame, number: str) -> None:
    rows[number] = (rows[number].astype(float) * 1000).astype(str)
    alarms, _ = watch(root, rows)
    assert any(line.startswith(f"{number} has drifted: PSI") for line in alarms)
    assert number in (root / "reports" / "drift.html").read_text()


def test_a_new_category_is_named(root: Path, rows: pd.DataFrame) -> None:
    rows.loc[rows.index[:60], "colour"] = "purple"
    alarms, report = watch(root, rows)
    assert any(line.startswith("colour has drifted") for line in alarms)
    assert "never seen in training, such as 'purple'" in [
        each["problem"] for each in report["schema"]
    ]


def test_an_absent_column_is_an_alarm_and_an_unknown_one_is_told(
    root: Path, rows: pd.DataFrame, number: str
) -> None:
    alarms, report = watch(root, rows.drop(columns=number).assign(extra="1"))
    assert alarms[0].startswith(f"{number}: the column is absent")
    assert {"column": "extra", "problem": "not declared in project.toml"}.items() <= report[
        "schema"
    ][-1].items()


def test_values_that_cannot_be_read_are_counted(
    root: Path, rows: pd.DataFrame, number: str
) -> None:
    rows.loc[rows.index[:5], number] = "abc"
    alarms, _ = watch(root, rows)
    assert f"{number}: not a number (5 rows)" in alarms


def test_a_file_without_target_is_compared_all_the_same(root: Path, rows: pd.DataFrame) -> None:
    alarms, _ = watch(root, rows.drop(columns="y").sample(frac=0.6, random_state=1))
    assert alarms == []


def test_cron_can_tell_an_alarm_from_an_error(
    root: Path, rows: pd.DataFrame, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    rows.assign(**{number: "7"}).to_csv("new.csv", index=False)
    for file, code in (("new.csv", ALARM), ("nothing.csv", None)):
        monkeypatch.setattr(sys, "argv", ["monitor", file])
        with pytest.raises(SystemExit) as ended:
            monitoring.main()
        assert ended.value.code == code if code else "there is no file" in str(ended.value.code)


def test_too_few_rows_are_refused(root: Path, rows: pd.DataFrame) -> None:
    with pytest.raises(ProjectError, match="has 5 rows"):
        watch(root, rows.head(5))


def test_the_psi_of_a_small_file_is_mostly_chance() -> None:
    random = np.random.default_rng(0)
    draws = [
        measure(pd.Series(random.normal(size=50)), pd.Series(random.normal(size=5000)))
        for _ in range(50)
    ]
    assert np.mean([each["psi"] for each in draws]) > 0.15
    assert abs(np.mean([each["excess"] for each in draws])) < 0.05


def test_a_change_too_small_to_matter_is_no_drift_however_sure_it_is() -> None:
    random = np.random.default_rng(0)
    old = pd.DataFrame({"x": random.normal(size=50_000)})
    column = compare(old + 0.05, old, LIMITS)[0]
    assert column["p"] < 1e-6
    assert not column["drifted"]


def test_false_alarms_are_rare_where_nothing_changed() -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(1000, 5))).assign(c=random.choice(["a", "b"], 1000))
    assert all(each["alarms"] <= 6 for each in false_alarms(rows.rename(columns=str), LIMITS))


def test_a_change_among_few_values_beside_many_zeros_is_seen() -> None:
    old = pd.DataFrame({"x": np.where(np.arange(5000) % 12, 0.0, np.arange(5000))})
    assert compare(old * 1000, old, LIMITS)[0]["drifted"]


def test_missing_values_and_constants_are_compared() -> None:
    old = pd.Series([1.0] * 500)
    assert measure(old.where(old.index < 100), old)["excess"] > 1
    assert measure(old, old)["psi"] == pytest.approx(0)
