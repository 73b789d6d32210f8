"""The finished projects in examples/ are what the newest release makes and measures."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import Workshop, files
from jinja2 import Template
from regenerate import EXAMPLES, HERE, LEFT_OUT, PARTS, WRITTEN, bring_data

from mlscaffold.catalog import read_manifest
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record
from mlscaffold.render import render
from mlscaffold.store import URL, open_store

NEWEST = list(read_record(RELEASES))[-1]
MARK = re.compile(r"<!-- /[a-z_]+ -->")


def test_there_is_an_example_of_every_type() -> None:
    assert {kind for kind, _ in EXAMPLES.values()} == set(read_manifest(TEMPLATES)[1])
    assert {path.parent.name for path in HERE.glob("*/pyproject.toml")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_what_the_newest_release_makes_but_for_the_written_parts(
    name: str, tmp_path: Path
) -> None:
    answers = yaml.safe_load((HERE / name / ".copier-answers.yml").read_text("utf-8"))
    assert answers["_commit"] == NEWEST, "run python examples/regenerate.py"
    template = tmp_path / "template"
    git("clone", "--quiet", "--branch", NEWEST, open_store().repository, template)
    render(template, tmp_path / name, answers, {"_commit": NEWEST, "_src_path": URL})
    copy = shutil.copytree(HERE / name, tmp_path / "copy", ignore=LEFT_OUT)  # without caches
    shown, made = files(Path(copy)), files(tmp_path / name)
    measured = {path for path in shown if path.startswith("reports/")} | {"MODEL_CARD.md"}
    assert set(shown) - measured == set(made)
    changed = {path for path, content in made.items() if shown[path] != content}
    assert changed <= set(WRITTEN)


@pytest.mark.parametrize("name", EXAMPLES)
def test_authors_of_an_example_finished_it(name: str) -> None:
    """No reason is open, every block of the texts is still there, and it says who wrote it."""
    for text in ("README.md", "DECISIONS.md"):
        shown = (HERE / name / text).read_text("utf-8")
        template = Template((TEMPLATES / EXAMPLES[name][0] / f"{text}.jinja").read_text("utf-8"))
        fresh = template.render(project_name=name, package=name, parts=[PARTS])
        assert not re.search(r"<!-- (why|ask): ", shown), text
        assert set(MARK.findall(fresh)) <= set(MARK.findall(shown)), text
    assert "maintainers of mlscaffold" in (HERE / name / "README.md").read_text("utf-8")
    rows = csv.DictReader((HERE / name / "reports" / "errors.csv").open(encoding="utf-8"))
    assert sum(bool(row["note"]) for row in rows) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_numbers_of_the_example_are_of_its_code_and_in_its_texts(
    name: str, tmp_path: Path, workshop: Workshop
) -> None:
    project = Path(shutil.copytree(HERE / name, tmp_path / name))
    bring_data(project)  # where it is at hand, its checksum is compared as well
    workshop.run(project, "report", "--check")


@pytest.mark.slow
def test_example_is_measured_alike_again(tmp_path: Path, workshop: Workshop) -> None:
    project = Path(shutil.copytree(HERE / "taxi-alarms", tmp_path / "taxi-alarms"))
    if missing := bring_data(project):
        pytest.skip(f"{missing[0]} is not below the folder that MLSCAFFOLD_TEST_DATA names")
    shown = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    workshop.run(project, "train")
    workshop.run(project, "diagnose")
    workshop.run(project, "evaluate")
    again = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    assert again["train"]["choice"]["chosen"] == shown["train"]["choice"]["chosen"]
    was, now = (each["evaluate"]["headline"]["value"] for each in (shown, again))
    assert now == pytest.approx(was, rel=0.02)
