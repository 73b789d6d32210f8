"""Any release of ours can be rendered, and what two renders have alike can be left out of both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import PARTS, files, release_versions

from mlscaffold.pairs import Version, render_pair
from mlscaffold.sources.ours import OurTemplates
from mlscaffold.store import open_store

NUMBERS: dict[str, object] = {"project_type": "numbers", "dataset": "small"}
OWN = "{% if _copier_operation == 'update' %}/README.md{% endif %}"
SETTINGS = f"""{PARTS["copier.yml"]!s}
_exclude:
  - "{OWN}"
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of PARTS: one file changed, one dropped, one new, one answer the default of."""
    versions: list[Mapping[str, str | bytes | None]] = [
        {
            **PARTS,
            "copier.yml": SETTINGS,
            "base/same.txt.jinja": "{{ author }}",
            "base/time.txt.jinja": "{{ '%Y' | strftime }}",
        },
        {
            "numbers/src/{{ package }}/data.py": "LIMIT = 2\n",
            "numbers/src/{{ package }}/models.py.jinja": None,
            "base/new.txt": "new\n",
        },
    ]
    return release_versions(tmp_path_factory.mktemp("releases"), *versions)


@pytest.fixture
def templates(bundle: Path) -> OurTemplates:
    return OurTemplates(open_store(bundle))


def render_both(
    templates: OurTemplates, folder: Path, old: Mapping[str, object], new: Mapping[str, object]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return what may differ of both releases, rendered with the answers `old` and `new`."""
    templates.render("v0.1.0", old, folder / "present")
    versions = Version("v0.1.0", old), Version("v0.2.0", new)
    (folder / "pair").mkdir()
    pair = render_pair(
        templates, versions, folder / "pair", files(folder / "present").keys(), whole=True
    )
    old_files, new_files = (
        {name: file.content for name, file in side.items()} for side in (pair.base, pair.wanted)
    )
    return old_files, new_files


def test_versions_are_the_releases_the_oldest_first(templates: OurTemplates) -> None:
    assert (templates.versions(), templates.newest()) == (["v0.1.0", "v0.2.0"], "v0.2.0")


def test_old_release_is_rendered_as_it_was(templates: OurTemplates, tmp_path: Path) -> None:
    templates.render("v0.1.0", NUMBERS, tmp_path / "old")
    said = files(tmp_path / "old")
    assert said["src/small_numbers/data.py"] == b"LIMIT = 1\n"
    assert (
        b"_commit: v0.1.0\n_src_path: git+mlscaffold://templates\n" in said[".copier-answers.yml"]
    )
    assert "new.txt" not in said


def test_update_leaves_out_what_is_the_learners(templates: OurTemplates, tmp_path: Path) -> None:
    templates.render("v0.2.0", NUMBERS, tmp_path / "whole")
    templates.render("v0.2.0", NUMBERS, tmp_path / "update", update=True)
    assert files(tmp_path / "whole").keys() - files(tmp_path / "update").keys() == {"README.md"}


def test_only_what_differs_is_rendered(templates: OurTemplates, tmp_path: Path) -> None:
    old, new = render_both(templates, tmp_path, NUMBERS, NUMBERS)
    unsure = {".copier-answers.yml", "README.md", "time.txt"}  # it takes rendering to know
    package = "src/small_numbers"
    assert set(old) == unsure | {f"{package}/data.py", f"{package}/models.py"}
    assert set(new) == unsure | {f"{package}/data.py", "new.txt"}


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({"author": "Ada"}, {"same.txt", "LICENSE"}),
        ({"parts": ["notes"]}, {"NOTES.md", "pyproject.toml", "src/small_numbers/serve.py"}),
        ({"parts": ["page"]}, set()),  # what a project without the answer has, anyway
    ],
    ids=["another author", "another part", "the part it has"],
)
def test_whole_trees_differ_in_nothing_that_is_left_out(
    templates: OurTemplates, tmp_path: Path, changed: dict[str, object], differing: set[str]
) -> None:
    answers = {**NUMBERS, **changed}
    old, new = render_both(templates, tmp_path, NUMBERS, answers)
    templates.render("v0.1.0", NUMBERS, tmp_path / "whole-old")
    templates.render("v0.2.0", answers, tmp_path / "whole-new")
    whole_old, whole_new = files(tmp_path / "whole-old"), files(tmp_path / "whole-new")
    assert old.items() <= whole_old.items()
    assert new.items() <= whole_new.items()
    left_out = whole_old.keys() - old.keys()
    assert left_out == whole_new.keys() - new.keys()
    assert all(whole_old[path] == whole_new[path] for path in left_out)
    assert differing <= old.keys() | new.keys()
