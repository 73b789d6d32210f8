"""Small projects with invented data: the tests hold for the code, whatever the real data are."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from taxi_alarms.diagnose import diagnose
from taxi_alarms.evaluate import evaluate
from taxi_alarms.train import train

SETTINGS = """
[project]
title = "Test"
question = "Which rows are strange?"
decision_maker = "A test"
decision = "looks at them"
success = "It beats chance."
success_improvement = 0.3

[data]
source = "test.csv"
licence = "none"
description = "Invented rows."

[columns]
target = "y"
unit = "rows"
numeric = ["a", "b", "c"]
categorical = ["colour"]
id = ["who"]
types = ["kind"]
slices = ["colour"]

[columns.drop]
late = "known only afterwards"

[labels]
anomaly = ["strange"]

[split]
kind = "random"

[alerts]
policy = "budget"
budget = 8
period = "100 rows"
rows = 100
"""

SERIES = """
[project]
title = "Test"
question = "When is the series strange?"
decision_maker = "A test"
decision = "looks at it"
success = "It beats chance."
success_improvement = 0.3

[data]
source = "test.csv"
licence = "none"
description = "An invented series."

[columns]
target = "y"
unit = "moments"
numeric = ["value"]
time = "when"

[labels]
anomaly = ["1"]

[windows]
lengths = ["6h"]
season = "day"

[split]
kind = "time"
validation = 0.3
test = 0.3

[alerts]
policy = "budget"
budget = 0.5
quiet = "6h"
"""


def make_rows(count: int = 400) -> pd.DataFrame:
    """Return rows of which one in twenty is strange: far out, or against the correlation."""
    random = np.random.default_rng(1)
    rows = pd.DataFrame(random.normal(size=(count, 3)).round(4), columns=["a", "b", "c"])
    rows["b"] = (rows["a"] + 0.1 * rows["b"]).round(4)
    strange = np.arange(count) % 20 == 7
    far = np.arange(count) % 40 == 7
    rows.loc[far, "c"] += 7
    rows.loc[strange & ~far, "b"] += 4
    rows["colour"] = random.choice(["red", "green"], count)
    rows["who"] = [f"p{number % 20}" for number in range(count)]
    rows["y"] = np.where(strange, "strange", "usual")
    rows["kind"] = np.where(far, "far", np.where(strange, "broken", ""))
    rows["late"] = strange.astype(int)
    rows.loc[::9, "a"] = None
    return rows


def make_series(count: int = 1200) -> pd.DataFrame:
    """Return fifty days of hours with a daily wave; some stretches do not follow it."""
    random, place = np.random.default_rng(2), np.arange(count)
    value = 10 + 3 * np.sin(place * 2 * np.pi / 24) + random.normal(scale=0.3, size=count)
    strange = np.isin(place // 10, [40, 62, 75, 90, 102, 113])
    value = np.where(strange, 10 + 0.05 * random.normal(size=count), value)
    when = pd.date_range("2024-01-01", periods=count, freq="h").strftime("%Y-%m-%d %H:%M")
    return pd.DataFrame({"when": when, "value": value.round(4), "y": strange.astype(int)})


def make_project(root: Path, rows: pd.DataFrame | None = None, settings: str = SETTINGS) -> Path:
    """Write the settings and the data of a project into `root`."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "project.toml").write_text(settings, encoding="utf-8")
    (make_rows() if rows is None else rows).to_csv(root / "data" / "test.csv", index=False)
    return root


def change(root: Path, old: str, new: str) -> None:
    """Replace a line of project.toml."""
    path = root / "project.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def run_all(root: Path) -> Path:
    """Run the steps that measure."""
    train(root)
    diagnose(root)
    evaluate(root)
    return root


@pytest.fixture(scope="session", autouse=True)
def small_forests() -> Iterator[None]:
    """Let every forest have few trees: what the tests claim holds for any number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("taxi_alarms.models.TREES", 10)
        patch.setattr("taxi_alarms.supervised.TREES", 10)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project in which nothing ran yet."""
    return make_project(tmp_path)


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Return a project with a time series, in which nothing ran yet."""
    return make_project(tmp_path, make_series(), SERIES)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which every step ran once; tests only read it."""
    return run_all(make_project(tmp_path_factory.mktemp("finished")))


@pytest.fixture(scope="session")
def finished_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a time series in which every step ran once."""
    return run_all(make_project(tmp_path_factory.mktemp("series"), make_series(), SERIES))
