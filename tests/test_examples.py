"""The finished projects in examples/ are what the newest release makes and measures."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import Workshop, files
from regenerate import EXAMPLES, HERE, LEFT_OUT, bring_data

from mlscaffold.catalog import read_manifest
from mlscaffold.git import git
from mlscaffold.release import RELEASES, TEMPLATES, read_record
from mlscaffold.render import render
from mlscaffold.store import URL, open_store

NEWEST = list(read_record(RELEASES))[-1]
BLOCK = re.compile(r"(<!-- ([a-z_]+) -->\n).*?(?=<!-- /\2 -->)", re.DOTALL)


def test_there_is_an_example_of_every_type() -> None:
    assert {kind for kind, _ in EXAMPLES.values()} == set(read_manifest(TEMPLATES)[1])
    assert {path.parent.name for path in HERE.glob("*/pyproject.toml")} == set(EXAMPLES)


def without_blocks(content: bytes) -> str:
    """Return a text without what `report` writes between its markers."""
    return BLOCK.sub(r"\1", content.decode())


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_what_the_newest_release_makes(name: str, tmp_path: Path) -> None:
    answers = yaml.safe_load((HERE / name / ".copier-answers.yml").read_text("utf-8"))
    assert answers["_commit"] == NEWEST
    template = tmp_path / "template"
    git("clone", "--quiet", "--branch", NEWEST, open_store().repository, template)
    render(template, tmp_path / name, answers, {"_commit": NEWEST, "_src_path": URL})
    copy = shutil.copytree(HERE / name, tmp_path / "copy", ignore=LEFT_OUT)  # without caches
    shown = {path: text for path, text in files(Path(copy)).items() if "reports/" not in path}
    made = files(tmp_path / name)
    assert set(shown) == set(made)
    for path, content in made.items():
        assert without_blocks(shown[path]) == without_blocks(content), path


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
    workshop.run(project, "evaluate")
    again = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    assert again["choice"]["chosen"] == shown["choice"]["chosen"]
    assert again["test"]["score"] == pytest.approx(shown["test"]["score"], rel=0.02)
