"""What is chosen where rows follow time: new things that come, and the hour of a series."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import tomlkit
from conftest import Workshop, make

from mlscaffold.catalog import read_manifest
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.release import TEMPLATES

Cell = Callable[[int], object]


@cache
def noise(n: int, seed: int = 0) -> float:
    return random.Random(1000 * seed + n).random()


def moment(n: int, hours: float) -> datetime:
    return datetime.fromisoformat("2024-01-01") + timedelta(hours=n * hours)


def write(path: Path, rows: int, cells: dict[str, Cell]) -> Path:
    table = [",".join(str(cell(n)) for cell in cells.values()) for n in range(rows)]
    path.write_text("\n".join([",".join(cells), *table]) + "\n")
    return path


def a_series(path: Path, hours: float, level: Callable[[datetime], float], rows: int) -> Path:
    return write(path, rows, {
        "date": lambda n: moment(n, hours),
        "load": lambda n: round(level(moment(n, hours)) + 10 * noise(n), 2),
        "wind": lambda n: round(noise(n, 1), 3),
    })  # fmt: skip


def customers(path: Path, rows: int = 1200) -> Path:
    """Customers join all the time and stay for a while; where they live never changes."""

    def customer(n: int) -> int:
        return n // 12 - (4 if n % 12 == 0 and n > 60 else 0)  # now and then an old one

    return write(path, rows, {
        "customer_id": lambda n: 1000 + customer(n),
        "date": lambda n: moment(n, 6).date(),
        "basket": lambda n: round(20 * noise(n), 2),
        "region": lambda n: ("north", "south")[customer(n) * 7 % 5 % 2],
    })  # fmt: skip


def settings_of(own: OwnData) -> tomlkit.TOMLDocument:
    """What project.toml would say to the templates of this checkout."""
    return own.settings(json.loads((TEMPLATES / "schemas" / f"{own.kind}.json").read_text()))


def put(working: Path, project: Path, own: OwnData) -> Path:
    make(working, project, own.kind, read_manifest(TEMPLATES)[1][own.kind].default_dataset)
    own.put(project)
    (project / "project.toml").write_text(tomlkit.dumps(settings_of(own)))
    return project


def test_a_series_with_a_daily_course_is_told_by_the_hour(tmp_path: Path) -> None:
    path = a_series(tmp_path / "load.csv", 1, lambda at: 100.0 * (7 < at.hour < 20), 24 * 90)
    settings = settings_of(look(Wish(str(path), target="load")))
    rule = settings["rule_of_thumb"]
    assert rule["by"] == ["date.hour"]
    assert "at the same hour of the day" in rule["label"]
    assert settings["columns"]["labels"]["date.hour"] == "hour of the day"


def test_a_daily_series_is_told_by_the_weekday_which_has_names(tmp_path: Path) -> None:
    path = a_series(tmp_path / "load.csv", 24, lambda at: 50.0 * at.weekday(), 400)
    settings = settings_of(look(Wish(str(path), target="load")))
    assert settings["rule_of_thumb"]["by"] == ["date.weekday"]
    assert settings["columns"]["categories"]["date.weekday"]["0"] == "Monday"


def test_a_series_whose_level_drifts_is_told_by_the_last_days(tmp_path: Path) -> None:
    def level(at: datetime) -> float:
        return 100.0 * (7 < at.hour < 20) + (at - moment(0, 1)).days

    settings = settings_of(look(Wish(str(a_series(tmp_path / "load.csv", 1, level, 24 * 90)))))
    assert settings["rule_of_thumb"]["window"] == "7D"
    assert settings["rule_of_thumb"]["label"].endswith("hour of the day over the last 7 days")


def test_a_series_without_a_course_keeps_the_column_that_tells(tmp_path: Path) -> None:
    path = write(tmp_path / "load.csv", 24 * 60, {
        "date": lambda n: moment(n, 1), "wind": lambda n: round(noise(n, 1), 3),
        "load": lambda n: round(100 * noise(n, 1) + 60 * noise(n), 2),
    })  # fmt: skip
    assert settings_of(look(Wish(str(path), target="load")))["rule_of_thumb"]["by"] == ["wind"]


def test_rows_of_new_customers_who_keep_coming_are_the_test(tmp_path: Path) -> None:
    own = look(Wish(str(customers(tmp_path / "shop.csv")), target="region"))
    split = settings_of(own)["split"]
    assert (split["kind"], split["by"], split["group"]) == ("time", "date", "customer_id")


def test_templates_that_know_no_group_within_time_get_what_they_know(tmp_path: Path) -> None:
    own = look(Wish(str(customers(tmp_path / "shop.csv")), target="region"))
    schema = json.loads((TEMPLATES / "schemas" / f"{own.kind}.json").read_text())
    del schema["$defs"]["Split"]["properties"]["group"]
    split = own.settings(schema)["split"]
    assert (split["kind"], split["by"]) == ("group", "customer_id")
    path = a_series(tmp_path / "load.csv", 24, lambda at: 50.0 * at.weekday(), 400)
    own = look(Wish(str(path), target="load"))
    schema = json.loads((TEMPLATES / "schemas" / "regression.json").read_text())
    del schema["$defs"]["Split"]["properties"]["group"]
    assert "date.weekday" not in own.settings(schema)["rule_of_thumb"].get("by", [])


@pytest.mark.slow
def test_projects_leave_out_known_customers_and_look_up_the_hour(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    own = look(Wish(str(customers(tmp_path / "shop.csv")), target="region"))
    project = put(working, tmp_path / "shop", own)
    workshop.run(project, "reproduce")
    results = json.loads((project / "reports/results.json").read_text())
    divided = results["train"]["split"]
    left_out = results["train"]["data"]["rows"] - divided["train_rows"] - divided["test_rows"]
    assert left_out > 0
    said = f"customer never seen before: {left_out} later rows of known ones are left out"
    assert said in (project / "README.md").read_text()
    path = a_series(tmp_path / "load.csv", 1, lambda at: 100.0 * (7 < at.hour < 20), 24 * 40)
    project = put(working, tmp_path / "load", look(Wish(str(path), target="load")))
    workshop.run(project, "reproduce")
    results = json.loads((project / "reports/results.json").read_text())
    rule = results["evaluate"]["headline"]["rule_of_thumb"]
    assert "at the same hour of the day" in rule["label"]
    assert rule["value"] < results["evaluate"]["headline"]["constant"]["value"] / 2
