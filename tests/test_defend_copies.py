"""Bets and functions to write again: everything happens on a copy, the project stays as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import files, write_files
from test_defend import PROJECT, commit, results

from mlscaffold.check.repository import Repository
from mlscaffold.defend.bank import Bank
from mlscaffold.defend.betting import bet, play
from mlscaffold.defend.diary import Diary
from mlscaffold.defend.experiments import Experiment, find_experiments
from mlscaffold.defend.rewriting import find_candidates, rewrite
from mlscaffold.errors import MlscaffoldError

# A study in miniature: each feature is worth 10, and so are ten rows.
TRAIN = '''\
"""Trains."""

import json
import tomllib
from pathlib import Path


def score(features, rows):
    """Return the error: each feature takes 10 away, and each row 1."""
    error = 100
    error -= 10 * len(features)
    error -= rows
    return error


def unused(rows):
    """No test knows it."""
    rows = list(rows)
    rows = rows[1:]
    return rows


def main():
    project = tomllib.loads(Path("project.toml").read_text())
    rows = len(Path("data/bikes.csv").read_text().splitlines()) - 1
    found = score(project["columns"]["numeric"], rows)
    rungs = [{"name": "boosting", "score": found}]
    Path("reports").mkdir(exist_ok=True)
    Path("reports/results.json").write_text(json.dumps({"train": {"ladder": rungs}}))
'''
TEST = """\
from bikes.train import score


def test_score():
    assert score(["hr"], 20) == 70
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose `train` takes no time."""
    root = tmp_path / "bikes"
    made = results()
    made["train"]["ladder"][3]["score"] = 50.0
    python = f'#!/bin/sh\nPYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec "{sys.executable}" "$@"\n'
    write_files(
        root,
        {
            ".gitignore": "/data/\n/.venv/\n",
            "project.toml": PROJECT,
            "reports/results.json": json.dumps(made, indent=1) + "\n",
            "reports/ledger.jsonl": "{}\n",
            "src/bikes/__init__.py": "",
            "src/bikes/train.py": TRAIN,
            "tests/test_train.py": TEST,
            "data/bikes.csv": "hr\n" + "1\n" * 20,
            ".venv/bin/python": python,
        },
    )
    (root / ".venv/bin/python").chmod(0o755)
    commit(root)
    return root


def said(*answers: str) -> Callable[[str], str]:
    waiting: Iterator[str] = iter(answers)
    return lambda _: next(waiting, "/quit")


def test_a_bet_is_measured_on_a_copy(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(project)
    bet(Bank(Repository(project)), Diary("a"), said("55", "between 52 and 65"))
    made = Diary("a").read()[1][0]
    assert (made.experiment, made.guess, made.before, made.measured) == ("without hr", 55, 50, 60)
    assert made.inside
    assert "1 of 1 measured value lay within your bounds" in capsys.readouterr().out
    assert files(project) == before


def with_results(project: Path, change: Callable[[dict[str, Any]], None]) -> Bank:
    """The questions of the project after a change of its results."""
    place = project / "reports/results.json"
    made = json.loads(place.read_text("utf-8"))
    change(made)
    place.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return Bank(Repository(project))


def find(bank: Bank, key: str) -> Experiment:
    return next(each for each in find_experiments(bank.facts) if each.key == key)


def test_half_the_rows_are_read_off_the_learning_curve(project: Path) -> None:
    sizes = {3000: 90.0, 6100: 55.0, 12000: 50.0}
    points = [{"rows": rows, "train": 9, "validation": score} for rows, score in sizes.items()]

    def change(made: dict[str, Any]) -> None:
        made["diagnose"]["curves"]["learning"]["points"] = points

    found = find(with_results(project, change), "half the rows")
    assert "6,100 rows instead of 12,000" in found.question
    assert (found.before, found.measure(Repository(project))) == (50, 55)


def test_curve_without_a_half_offers_no_bet_on_it(project: Path) -> None:
    keys = [each.key for each in find_experiments(Bank(Repository(project)).facts)]
    assert "half the rows" not in keys


def test_cost_of_another_threshold_is_read_off_the_cost_curve(project: Path) -> None:
    text = '\n[costs]\nunit = "euros"\n[costs.mistakes]\n'
    (project / "project.toml").write_text(PROJECT + text, "utf-8")
    curve = {"thresholds": [0.05, 0.19, 0.2, 0.51, 1.0], "costs": [900.0, 310, 300, 700, 800]}

    def change(made: dict[str, Any]) -> None:
        made["train"]["policy"] = {"threshold": 0.2, "by_costs": 0.2, "curve": curve}

    bank = with_results(project, change)
    keys = [each.key for each in find_experiments(bank.facts) if "threshold" in each.key]
    assert keys == ["threshold 0.5", "threshold 0.1", "threshold 0.4"]
    found = find(bank, "threshold 0.5")
    assert (found.before, found.measure(Repository(project)), found.takes) == (300, 700, 0)
    assert "in euros" in found.what


def test_share_may_be_guessed_in_percent(project: Path) -> None:
    (project / "project.toml").write_text(PROJECT + "\n[alerts]\nbudget = 2\n", "utf-8")

    def change(made: dict[str, Any]) -> None:
        made["train"]["threshold"] = {"precision": 0.5, "caught": 3, "events": 4}

    bank = with_results(project, change)
    found = replace(find(bank, "twice the budget"), measure=lambda _: 0.25)
    play(bank, Diary("a"), found, said("30", "20 to 40 %"))
    made = Diary("a").read()[1][0]
    assert (made.guess, made.low, made.high, made.inside) == (0.3, 0.2, 0.4, True)


def test_what_was_bet_on_comes_last(project: Path) -> None:
    bank = Bank(Repository(project))
    bet(bank, Diary("a"), said("55", "52 to 65"))
    bet(bank, Diary("a"), said("55", "52 to 65"))
    experiments = [each.experiment for each in Diary("a").read()[1]]
    assert experiments == ["without hr", "without temp"]


def test_the_rule_of_thumb_keeps_its_features(project: Path) -> None:
    place = project / "project.toml"
    place.write_text(PROJECT.replace('"group_mean"', '"group_mean"\nby = ["hr"]'), "utf-8")
    keys = [each.key for each in find_experiments(Bank(Repository(project)).facts)]
    assert "without hr" not in keys
    assert "without temp" in keys


def test_without_an_environment_the_hint_says_how_to_get_one(project: Path) -> None:
    (project / ".venv/bin/python").unlink()
    with pytest.raises(MlscaffoldError, match="no environment") as caught:
        bet(Bank(Repository(project)), Diary("a"), said("55", "52 to 65"))
    assert "uv sync" in caught.value.hint


def test_training_that_fails_is_named_and_leaves_nothing(project: Path) -> None:
    (project / "src/bikes/train.py").write_text("def main():\n    raise OSError('no rows')\n")
    with pytest.raises(MlscaffoldError, match="no rows"):
        bet(Bank(Repository(project)), Diary("a"), said("55", "52 to 65"))
    assert Diary("a").read()[1] == []


def test_only_functions_that_a_test_guards_are_offered(project: Path) -> None:
    assert [each.name for each in find_candidates(Repository(project))] == ["score"]


def test_the_learners_own_functions_come_first(project: Path) -> None:
    with (project / "src/bikes/train.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef mine(x):\n    y = x + 1\n    z = y + 1\n    return z\n")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, "commit", "-qam", "Mine"], cwd=project, check=True)
    assert [each.name for each in find_candidates(Repository(project))] == ["mine", "score"]


def test_a_rewritten_function_is_tested_and_the_original_stays(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(project)
    shown: list[str] = []

    def write(draft: str) -> str:
        shown.append(draft)
        return draft.replace("raise NotImplementedError  # yours", "return 100 - 10 - rows")

    rewrite(Bank(Repository(project)), said("y", "", ""), write)
    told = capsys.readouterr().out
    assert "error -=" not in shown[0]
    assert "Return the error" in shown[0]
    assert "The tests pass" in told
    assert "50 before, 70 now" in told
    assert files(project) == before


def test_a_rewritten_function_is_taken_over_only_when_asked_to(project: Path) -> None:
    rewrite(
        Bank(Repository(project)),
        said("y", "y", ""),
        lambda draft: draft.replace("raise NotImplementedError  # yours", "return 90 - rows"),
    )
    text = (project / "src/bikes/train.py").read_text("utf-8")
    assert "return 90 - rows" in text
    assert "def unused" in text


def test_what_was_written_badly_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(project)
    tries = {
        "def score(:\n": "not Python",
        "def other():\n    pass\n": "does not define `score`",
        "def score(features, rows):\n    return 1\n": "A test fails",
    }
    waiting = iter(tries)
    told: list[str] = []

    def write(_: str) -> str:
        told.append(capsys.readouterr().out)
        return next(waiting)

    rewrite(Bank(Repository(project)), said("y", "y", "y", "n", "n"), write)
    for message, out in zip(tries.values(), [*told[1:], capsys.readouterr().out], strict=True):
        assert message in out
        assert not any(other in out for other in tries.values() if other != message)
    assert files(project) == before


def test_tests_that_fail_already_are_named(project: Path) -> None:
    (project / "tests/test_train.py").write_text("from bikes.train import score\nscore(1)\n")
    with pytest.raises(MlscaffoldError, match="fail already"):
        rewrite(Bank(Repository(project)), said())
