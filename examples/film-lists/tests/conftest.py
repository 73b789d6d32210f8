"""A small project with invented data: the tests hold for the code, whatever the real data are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from film_lists.diagnose import diagnose
from film_lists.evaluate import evaluate
from film_lists.train import train

SETTINGS = """
[project]
title = "Test"
question = "What comes next?"
decision_maker = "A test"
decision = "decides"
success = "It beats the favourites."
success_improvement = 0.3

[data]
source = "test.csv"
licence = "none"
description = "Invented rows."

[items]
source = "items.csv"
item = "item"
title = "title"
tags = "tags"

[columns]
user = "user"
item = "item"
rating = "rating"
time = "time"

[feedback]
kind = "explicit"
lowest = 1
highest = 5
relevant = 1

[split]
kind = "time"

[metric]
k = 5
"""


def make_rows(users: int = 120, items: int = 60) -> pd.DataFrame:
    """Return ratings of two camps, each of which takes items of its own half."""
    random = np.random.default_rng(1)
    pairs = pd.DataFrame({"user": np.repeat(np.arange(users), 12)})
    half = items // 2
    place = np.minimum(random.geometric(0.12, len(pairs)) - 1, half - 1)
    pairs["item"] = place + half * (pairs["user"] % 2)
    pairs["rating"] = random.integers(1, 6, len(pairs))
    pairs["time"] = 1_700_000_000 + random.permutation(len(pairs)) * 600
    pairs["user"], pairs["item"] = "u" + pairs["user"].astype(str), "i" + pairs["item"].astype(str)
    return pairs.drop_duplicates(["user", "item"])


def make_project(root: Path, rows: pd.DataFrame | None = None) -> Path:
    """Write the settings and the data of a project into `root`."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "project.toml").write_text(SETTINGS, encoding="utf-8")
    (make_rows() if rows is None else rows).to_csv(root / "data" / "test.csv", index=False)
    titles = [[f"i{place}", f"Title {place}", ["even", "odd"][place % 2]] for place in range(59)]
    known = pd.DataFrame(titles, columns=["item", "title", "tags"])
    known.to_csv(root / "data" / "items.csv", index=False)
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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which every step ran once; tests only read it."""
    root = make_project(tmp_path_factory.mktemp("finished"))
    train(root)
    diagnose(root)
    evaluate(root)
    return root
