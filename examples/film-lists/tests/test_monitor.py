"""The monitor: it fires where something changed, is silent where nothing did, and says why."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from film_lists import monitor as monitoring
from film_lists.command import ProjectError
from film_lists.monitor import ALARM, monitor
from film_lists.project import load_settings
from film_lists.results import read_results
from film_lists.service.desk import open_desk
from film_lists.split import hide


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished project that a test may write to."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


@pytest.fixture
def rows(finished: Path) -> pd.DataFrame:
    """Return the interactions that came after training, as the file writes them."""
    settings = load_settings(finished)
    desk = open_desk(finished, settings, read_results(finished))
    later = hide(desk.log.frame, settings.split).hidden["row"]
    return pd.read_csv(finished / "data" / "test.csv", dtype=str).iloc[later - 1]


def watch(root: Path, rows: pd.DataFrame) -> tuple[list[str], dict[str, Any]]:
    """Return the alarms of a file, and the report about it."""
    rows.to_csv(root / "new.csv", index=False)
    alarms = monitor(root, root / "new.csv")
    report: dict[str, Any] = json.loads((root / "reports" / "drift.json").read_text())
    return alarms, report


def test_interactions_like_those_before_raise_no_alarm(root: Path, rows: pd.DataFrame) -> None:
    alarms, report = watch(root, rows)
    assert alarms == []
    assert {each["name"] for each in report["columns"]} >= {"item", "rating"}
    assert "No alarm" in (root / "reports" / "drift.html").read_text()


def test_a_fashion_is_found(root: Path, rows: pd.DataFrame) -> None:
    rows.loc[rows.index[: len(rows) // 2], "item"] = "i3"
    alarms, _ = watch(root, rows)
    assert any(line.startswith("item has drifted: PSI") for line in alarms)


def test_ratings_that_moved_are_found(root: Path, rows: pd.DataFrame) -> None:
    alarms, _ = watch(root, rows.assign(rating="1"))
    assert any(line.startswith("rating has drifted: PSI") for line in alarms)


def test_newcomers_are_counted(root: Path, rows: pd.DataFrame) -> None:
    rows.loc[rows.index[:10], "user"] = [f"somebody {place}" for place in range(10)]
    _, report = watch(root, rows)
    share = next(each["share"] for each in report["outcome"] if each["name"] == "new users")
    assert share >= 10 / len(rows)


def test_lists_are_judged_on_what_known_users_took(root: Path, rows: pd.DataFrame) -> None:
    _, report = watch(root, rows)
    judged = report["outcome"][-1]
    assert judged["name"].startswith("NDCG@")
    assert judged["low"] <= judged["score"] <= judged["high"]


def test_cron_can_tell_an_alarm_from_an_error(
    root: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    rows.assign(rating="1").to_csv("new.csv", index=False)
    for file, code in (("new.csv", ALARM), ("nothing.csv", None)):
        monkeypatch.setattr(sys, "argv", ["monitor", file])
        with pytest.raises(SystemExit) as ended:
            monitoring.main()
        assert ended.value.code == code if code else "there is no file" in str(ended.value.code)


def test_a_file_of_another_form_is_refused(root: Path, rows: pd.DataFrame) -> None:
    with pytest.raises(ProjectError, match="no column 'item'"):
        watch(root, rows.drop(columns="item"))
    with pytest.raises(ProjectError, match="has 3 rows"):
        watch(root, rows.head(3))
