"""A small project with invented data: the tests hold for the code, whatever the real data are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bike_demand.data import load
from bike_demand.diagnose import diagnose
from bike_demand.evaluate import evaluate
from bike_demand.project import Settings, load_settings
from bike_demand.train import train

SETTINGS = """
[project]
title = "Test"
question = "How large is y?"
decision_maker = "A test"
decision = "decides"
success = "It beats the baseline."
success_improvement = 0.3

[data]
source = "test.csv"
licence = "none"
description = "Invented rows."

[columns]
target = "y"
unit = "units"
numeric = ["x", "z"]
categorical = ["colour"]
date = ["day"]
id = ["who"]
slices = ["colour"]

[columns.drop]
late = "known only afterwards"

[split]
kind = "random"
folds = 3

[metric]
name = "mae"
"""

METRIC = 'name = "mae"'
NUMBERS = ["x", "y"]
NO_TARGET = [np.nan, np.inf]


def make_rows(count: int = 160) -> pd.DataFrame:
    """Return rows in which y rises with x, differs by colour, and has noise."""
    random = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "x": random.normal(size=count).round(4),
            "z": random.normal(size=count).round(4),
            "colour": random.choice(["red", "green", "blue"], count),
            "day": pd.date_range("2024-01-01", periods=count).strftime("%Y-%m-%d"),
            "who": [f"p{number % 20}" for number in range(count)],
        }
    )
    rows["y"] = (
        20 + 5 * rows["x"] + 4 * (rows["colour"] == "red") + random.normal(size=count)
    ).round(4)
    rows["late"] = rows["y"] * 2
    rows.loc[::9, "z"] = None
    return rows


def make_project(root: Path, rows: pd.DataFrame | None = None) -> Path:
    """Write the settings and the data of a project into `root`."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "project.toml").write_text(SETTINGS, encoding="utf-8")
    (make_rows() if rows is None else rows).to_csv(root / "data" / "test.csv", index=False)
    return root


def change(root: Path, old: str, new: str) -> None:
    """Replace a line of project.toml."""
    path = root / "project.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project in which nothing ran yet."""
    return make_project(tmp_path)


@pytest.fixture
def study(project: Path) -> tuple[Settings, pd.DataFrame]:
    """Return settings and rows."""
    settings = load_settings(project)
    return settings, load(project, settings)[0]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which every step ran once; tests only read it."""
    root = make_project(tmp_path_factory.mktemp("finished"))
    train(root)
    diagnose(root)
    evaluate(root)
    return root
