"""What a learner can bet on: one change of a project, and the value that it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit

from ..workspace import score_of
from .facts import Facts

ROLES = ("numeric", "categorical", "date", "text", "slices")
MOST = 4  # features to leave out, the most important ones first


@dataclass(frozen=True)
class Experiment:
    """A change to a copy of the project, and how to read what it did."""

    key: str
    question: str
    what: str  # the value that is bet on
    before: float
    apply: Callable[[Path], None]
    read: Callable[[dict[str, Any]], float | None]


def find_experiments(facts: Facts) -> Iterator[Experiment]:
    """Yield the experiments that a project allows; all of them see training rows only."""
    train, project = facts["train"], facts["project"]
    chosen = facts.get("chosen") or {}
    if chosen.get("score") is None:
        return
    name, before = chosen["name"], float(chosen["score"])
    what = f"{train['metric']['label']} of {chosen['label']} on the folds"

    def read(section: dict[str, Any]) -> float | None:
        return score_of(section, name)

    columns, rule = project.get("columns", {}), project.get("rule_of_thumb", {}).get("by", [])
    features = {*columns.get("numeric", []), *columns.get("categorical", [])}
    likely = [each for each in facts.get("importance", []) if each["name"] in features - {*rule}]
    for each in likely[:MOST]:
        yield Experiment(
            f"without {each['name']}", f"without {each['label']}", what, before,
            partial(drop_feature, each["name"]), read,
        )  # fmt: skip
    if project.get("data", {}).get("source"):
        yield Experiment("half the rows", "with every second row only", what, before, halve, read)
    if train["split"]["kind"] in {"random", "stratified"} and len(chosen.get("folds", [])) > 1:
        asked = "with other rows set aside for the test (another seed)"
        yield Experiment("another seed", asked, what, before, lambda copy: set_seed(copy, 1), read)
    yield from find_policies(facts)


def find_policies(facts: Facts) -> Iterator[Experiment]:
    """Yield the experiments with costs and budgets."""
    train, project = facts["train"], facts["project"]
    threshold = (train.get("policy") or {}).get("threshold")
    classes = list(project.get("classes", {}).values())
    if isinstance(threshold, float) and len(classes) == 2 and "costs" in project:
        yield Experiment(
            "a miss costs twice as much", f"when a missed {classes[1]} costs twice as much",
            "threshold", threshold, lambda copy: double_miss(copy, *classes),
            lambda section: section["policy"]["threshold"],
        )  # fmt: skip
    precision = (train.get("threshold") or {}).get("precision")
    if isinstance(precision, float) and "budget" in project.get("alerts", {}):
        yield Experiment(
            "twice the budget", "when twice as many alerts can be looked at",
            "share of alerts that are right, on validation rows", precision, double_budget,
            lambda section: section["threshold"]["precision"],
        )  # fmt: skip


def edit(copy: Path, change: Callable[[Any], None]) -> None:
    """Change the project.toml of a copy."""
    place = copy / "project.toml"
    document = tomlkit.parse(place.read_text("utf-8"))
    change(document)
    place.write_text(tomlkit.dumps(document), "utf-8")


def drop_feature(name: str, copy: Path) -> None:
    """Take a feature away."""

    def change(project: Any) -> None:
        columns = project["columns"]
        for role in ROLES:
            if name in columns.get(role, []):
                columns[role].remove(name)
        columns.get("circle", {}).pop(name, None)
        project.get("known_at_prediction", {}).pop(name, None)
        columns.setdefault("drop", tomlkit.table())[name] = "left out in an experiment"

    edit(copy, change)


def halve(copy: Path) -> None:
    """Keep every second row of the data file."""

    def change(project: Any) -> None:
        source = str(project["data"]["source"])
        name = f"{source.removeprefix('sklearn:')}.csv" if source.startswith("sklearn:") else source
        place = copy / "data" / name
        lines = place.read_bytes().splitlines(keepends=True)
        place.unlink()  # a link to the project's own file
        place.write_bytes(b"".join([lines[0], *lines[1::2]]))
        if "sha256" in project["data"]:
            project["data"]["sha256"] = ""

    edit(copy, change)


def set_seed(copy: Path, seed: int) -> None:
    """Draw the split anew."""

    def change(project: Any) -> None:
        project["split"]["seed"] = int(project["split"].get("seed", 0)) + seed

    edit(copy, change)


def double_miss(copy: Path, common: str, rare: str) -> None:
    """Let a miss cost twice as much."""

    def change(project: Any) -> None:
        mistakes = project["costs"]["mistakes"]
        mistakes[rare][common] = 2 * mistakes[rare][common]

    edit(copy, change)


def double_budget(copy: Path) -> None:
    """Let twice as many alerts be looked at."""

    def change(project: Any) -> None:
        project["alerts"]["budget"] = 2 * project["alerts"]["budget"]

    edit(copy, change)
