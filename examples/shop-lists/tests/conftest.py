"""A small project whose members like either even or odd films, so that tests know what is right."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shop_lists import diagnose, evaluate, train
from shop_lists.kit.report import render

HERE = Path(__file__).parents[1]
SETTINGS = """
data = { source = "ratings.csv", licence = "none", description = "Made up for tests." }
items = { source = "films.csv", item = "film", title = "title" }
feedback = { took = "rated" }
split = { kind = "time" }
metric = { k = 5 }
rule_of_thumb = { kind = "popular_lately" }
[columns]
user = "user"
item = "film"
rating = "stars"
time = "time"
labels = { user = "member", film = "film" }
[project]
title = "Films"
question = "Which films next?"
decision_maker = "An editor"
decision = "decides which films are shown"
success = "It must be better."
goal = 0.1
"""


def make_ratings(users: int = 90, films: int = 40) -> pd.DataFrame:
    """Return ratings in order of time; nine of ten films are of the member's own kind."""
    rng, rows = np.random.default_rng(0), []
    for user in range(users):
        odd = rng.random(films) < 0.1
        kind = (user + odd) % 2
        liked = [film for film in rng.permutation(films) if film % 2 == kind[film]]
        rows += [(f"u{user}", f"f{film:02}", 1 + film % 5) for film in liked[:14]]
    frame = pd.DataFrame(rows, columns=["user", "film", "stars"])
    frame["time"] = 86_400 * (20_000 + rng.permutation(len(frame)) // 10)
    return frame.sort_values("time", ignore_index=True)


def change(old: str, new: str) -> None:
    path = Path("project.toml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def fill(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.chdir(folder)
    patch.setattr("sys.argv", ["command"])
    Path("data").mkdir()
    mixed = make_ratings().sample(frac=1, random_state=0)  # files are in any order
    mixed.to_csv("data/ratings.csv", index=False)
    films = pd.DataFrame({"film": [f"f{film:02}" for film in range(40)]})
    films.assign(title="Film " + films["film"]).to_csv("data/films.csv", index=False)
    Path("project.toml").write_text(SETTINGS, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fill(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as patch:
        fill(folder, patch)
        for name in ("README.md", "DECISIONS.md"):
            shutil.copy(HERE / name, name)
        for step in (train, diagnose, evaluate):
            step.main()
        render()
    return folder


@pytest.fixture
def finished(measured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "finished"
    shutil.copytree(measured, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["command"])
    return folder
