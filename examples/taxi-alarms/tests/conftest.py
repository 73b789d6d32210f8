"""Small studies that tests run: a table and a series with planted anomalies."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from taxi_alarms.kit.settings import Settings, load_settings

HEAD = """
[project]
title = "t"
question = "q?"
decision_maker = "d"
decision = "d"
success = "s"
goal = 0.1
[data]
source = "rows.csv"
licence = "none"
description = "planted anomalies"
"""
TABLE = """
[columns]
target = "label"
unit = "rows"
numeric = ["a", "b"]
categorical = ["kind"]
slices = ["kind"]
[split]
kind = "random"
[alerts]
budget = 50
"""
SERIES = """
[columns]
target = "label"
unit = "moments"
numeric = ["level"]
time = "time"
[history]
lengths = ["2h", "6h"]
season = "day"
[split]
kind = "time"
validation = 0.3
test = 0.3
[alerts]
budget = 0.5
quiet = "3h"
"""


def make_table() -> pd.DataFrame:
    """600 rows, 30 of them far from the rest; gaps, and a rare category."""
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(600, 2)), columns=["a", "b"])
    rows["kind"] = random.choice(["x", "y"], 600)
    rows["label"] = 0
    rows.loc[rows.index[::20], ["a", "label"]] = [6, 1]
    rows.loc[3, "b"] = np.nan
    return rows


def make_series() -> pd.DataFrame:
    """Six weeks by the hour with a daily rhythm; two windows of high values."""
    time = pd.date_range("2024-01-01", periods=24 * 42, freq="h")
    random = np.random.default_rng(0)
    level = 10 + 3 * np.sin(time.hour / 24 * 2 * np.pi) + random.normal(0, 0.3, len(time))
    label = np.zeros(len(time), dtype=int)
    for start in (600, 850):
        label[start : start + 20] = 1
    return pd.DataFrame({"time": time, "level": level + 4 * label, "label": label})


def write_study(facts: str, rows: pd.DataFrame) -> Settings:
    """Write a study into the working directory and return its settings."""
    Path("data").mkdir(exist_ok=True)
    rows.to_csv("data/rows.csv", index=False)
    Path("project.toml").write_text(HEAD + facts, encoding="utf-8")
    return load_settings()


@pytest.fixture(autouse=True)
def study_folder(tmp_path: Path) -> None:
    """Run every test in a folder of its own."""
    os.chdir(tmp_path)


@pytest.fixture
def table() -> Settings:
    """The study of a table."""
    return write_study(TABLE, make_table())


@pytest.fixture
def series() -> Settings:
    """The study of a series."""
    return write_study(SERIES, make_series())
