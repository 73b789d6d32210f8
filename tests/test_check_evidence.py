"""`mlscaffold check` on results by the contract: each has one defect, the untouched has none."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_check import codes, repository
from test_defend import PROJECT, results

from mlscaffold.check import evidence
from mlscaffold.check.inspection import inspect

Change = Callable[[dict[str, Any]], None]
ANSWERS = "_src_path: git+mlscaffold://templates\n"


def put(*place: str | int, value: Any) -> Change:
    """Return a change that sets a value somewhere in the results."""

    def change(made: dict[str, Any]) -> None:
        table: Any = made
        for key in place[:-1]:
            table = table[key]
        table[place[-1]] = value

    return change


HEADLINE = ("evaluate", "headline")
OTHERS: dict[str, tuple[str, Change]] = {
    "no rule of thumb": ("EV01", put("train", "ladder", 1, "role", value="constant")),
    "one model alone": ("EV01", put("train", "ladder", 2, "score", value=None)),
    "not better than the rule": ("EV02", put(*HEADLINE, "improvement_low", value=-0.02)),
    "opened often": ("EV16", put("evaluate", "openings", value=9)),
    "too good": ("EV15", put(*HEADLINE, "doubt", value="99% is explained: is hr known?")),
    "one feature tells all": ("EV15", put("train", "leakage", "strong", value=["hr"])),
    "copies": ("LK04", put("train", "leakage", "copies", value=70)),
    "stale": ("RP02", put("train", "run", "hashes", value={"settings": "0" * 64})),
    "accuracy of a rare class": (
        "EV07",
        lambda made: made["train"].update(
            metric=made["train"]["metric"] | {"name": "accuracy"},
            data=made["train"]["data"] | {"target": {"shares": {"no": 0.95, "yes": 0.05}}},
        ),
    ),
}
TWINS: dict[str, Change] = {
    "untouched": lambda _: None,
    "opened twice": put("evaluate", "openings", value=2),
    "fresh": put(
        "train",
        "run",
        "hashes",
        value={"settings": hashlib.sha256(PROJECT.encode()).hexdigest()},
    ),
    "accuracy of even classes": (
        lambda made: made["train"].update(
            metric=made["train"]["metric"] | {"name": "accuracy"},
            data=made["train"]["data"] | {"target": {"shares": {"no": 0.5, "yes": 0.5}}},
        )
    ),
}
FRESH = {
    "project.toml": PROJECT,
    "src/bikes/reproduce.py": "STEPS = 4\n",
    "README.md": "# Bikes\n" * 70,
}
FILES: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    # code, the defect, the twin
    "a study that has not run": (
        "OW07",
        FRESH,
        {**FRESH, "reports/results.json": json.dumps(results())},
    ),
    "an edited ledger": (
        "EV17",
        {"reports/ledger.jsonl": "{}\n{,\n"},
        {"reports/ledger.jsonl": "{}\n"},
    ),
    "features not confirmed": (
        "LK07",
        {"project.toml": f'{PROJECT}[known_at_prediction]\nhr = ""\n'},
        {"project.toml": f"{PROJECT}[known_at_prediction]\nhr = true\n"},
    ),
    "an open decision": (
        "OW01",
        {".copier-answers.yml": ANSWERS, "DECISIONS.md": "# A\n\n<!-- why: which rows? -->\n"},
        {".copier-answers.yml": ANSWERS, "DECISIONS.md": "# A\n\n<!-- why: a? -->\nAll.\n"},
    ),
    "errors without notes": (
        "OW05",
        {"reports/errors.csv": "row,note\n1,\n2,\n"},
        {"reports/errors.csv": "row,note\n1,rain\n2,a holiday\n"},
    ),
    "demonstration data": (
        "OW06",
        {"project.toml": PROJECT.replace("[data]", "[data]\ndemo = true")},
        {"project.toml": PROJECT},
    ),
    "nobody who decides": (
        "OW08",
        {
            ".copier-answers.yml": ANSWERS,
            "project.toml": PROJECT.replace("The dispatcher", "Somebody"),
        },
        {".copier-answers.yml": ANSWERS, "project.toml": PROJECT},
    ),
}


def with_results(folder: Path, change: Change) -> Path:
    """A repository with results, after a change."""
    made = copy.deepcopy(results())
    change(made)
    told = {"project.toml": PROJECT, "reports/results.json": json.dumps(made)}
    return repository(folder, told)


@pytest.mark.parametrize("name", OTHERS)
def test_defect_of_the_results_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    code, change = OTHERS[name]
    assert codes(with_results(tmp_path, change)) == {code}


@pytest.mark.parametrize("name", TWINS)
def test_honest_results_are_not_accused(name: str, tmp_path: Path) -> None:
    assert codes(with_results(tmp_path, TWINS[name])) == set()


@pytest.mark.parametrize("name", FILES)
def test_file_is_found_and_its_twin_is_not(name: str, tmp_path: Path) -> None:
    code, defect, twin = FILES[name]
    assert code in {each.code for each in inspect(repository(tmp_path / "a", defect)).findings}
    assert code not in {each.code for each in inspect(repository(tmp_path / "b", twin)).findings}


def test_fresh_project_has_only_a_list_of_what_to_do(tmp_path: Path) -> None:
    assert codes(repository(tmp_path, FRESH)) == set()


def test_every_rule_about_evidence_has_a_defect_here() -> None:
    tried = {code for code, _ in OTHERS.values()} | {code for code, *_ in FILES.values()}
    assert {rule.code for rule in evidence.RULES} == tried | {"OW03"}  # every repository here
