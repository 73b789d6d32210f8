"""`mlscaffold add` and `remove`: a part comes and goes whole, merged with what the learner did."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PARTS, Command, commit, create_old_project, files, release_versions

from mlscaffold.git import git

MARK = """\
# {{ project_name }}
{% if 'page' in parts %}
A page shows it: `uv run serve`.
{% endif %}
More words.
{% if 'page' in parts %}
<!-- page -->
<!-- /page -->
{% endif %}
<!-- headline -->
<!-- /headline -->
"""
SETTINGS = f"""{PARTS["copier.yml"]!s}
_exclude:
  - "{{% if _copier_operation == 'update' %}}/README.md{{% endif %}}"
  - "{{% if _copier_operation == 'update' %}}/project.toml{{% endif %}}"
"""
TOML = """\
[data]
name = "small"
{%- if 'page' in parts %}

[page]
port = 8000
{%- endif %}
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = {"base/README.md.jinja": "# old\n"}
    second = {
        **PARTS,
        "copier.yml": SETTINGS,
        "base/README.md.jinja": MARK,
        "base/project.toml.jinja": TOML,
    }
    return release_versions(tmp_path_factory.mktemp("releases"), first, second)


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without parts; the current folder."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers", "v0.2.0", parts=[])
    monkeypatch.chdir(project)
    return project


def edit(project: Path) -> None:
    """Do what learners do, around what a part brings."""
    readme, toml = project / "README.md", project / "project.toml"
    readme.write_text(readme.read_text() + "My own words.\n")
    toml.write_text('[question]\nwhy = "I want to know"\n\n' + toml.read_text())
    (project / "mine.py").write_text("MINE = 1\n")
    commit(project, "Edit")


def test_part_comes_with_files_dependencies_mark_and_keys(
    project: Path, mlscaffold: Command
) -> None:
    edit(project)
    before = files(project)
    done = mlscaffold("add", "page")
    assert done.status == 0, done.err
    after = files(project)
    assert {name for name in after if name not in before} == {
        "src/small_numbers/page/app.py",
        "src/small_numbers/page/answer.js",
        "src/small_numbers/serve.py",
    }
    assert b'"fastapi"' in after["pyproject.toml"]
    assert b"uv run serve" in after["README.md"]
    assert after["README.md"].endswith(b"My own words.\n")
    assert b"[page]\nport = 8000\n" in after["project.toml"]
    assert b"I want to know" in after["project.toml"]
    assert b"parts:\n- page\n" in after[".copier-answers.yml"]
    assert b"_commit: v0.2.0\n" in after[".copier-answers.yml"]
    assert 'git commit -m "Add page"' in done.err
    assert "uv run reproduce" in done.err
    assert git("diff", "--cached", "--name-only", cwd=project) == ""


def test_part_that_goes_leaves_the_project_as_it_was(project: Path, mlscaffold: Command) -> None:
    edit(project)
    before = files(project)
    assert mlscaffold("add", "page,notes").status == 0
    assert (project / "NOTES.md").exists()
    commit(project, "Add page and notes")
    done = mlscaffold("remove", "page", "notes")
    assert done.status == 0, done.err
    assert files(project) == before
    assert 'git commit -m "Remove page and notes"' in done.err


def test_numbers_that_the_project_filled_in_are_no_edits(
    project: Path, mlscaffold: Command
) -> None:
    def fill() -> None:
        text = readme.read_text()
        for name in ("page", "headline"):
            text = text.replace(f"<!-- {name} -->\n", f"<!-- {name} -->\n1.5 of {name}\n")
        readme.write_text(text)
        commit(project, "Report")

    readme = project / "README.md"
    edit(project)
    fill()
    before = readme.read_text()
    assert mlscaffold("add", "page").status == 0
    fill()
    assert "1.5 of page" in readme.read_text()
    done = mlscaffold("remove", "page")
    assert done.status == 0, done.err
    assert readme.read_text() == before.replace("1.5 of headline\n", "1.5 of headline\n" * 2)


def test_edited_file_of_a_part_that_goes_stays_and_is_named(
    project: Path, mlscaffold: Command
) -> None:
    assert mlscaffold("add", "notes").status == 0
    (project / "NOTES.md").write_text("What I tried\n")
    commit(project, "Add notes")
    done = mlscaffold("remove", "notes")
    assert done.status == 0, done.err
    assert (project / "NOTES.md").read_text() == "What I tried\n"
    assert not (project / "notes").exists()
    assert "  NOTES.md\n" in done.err


def test_file_of_the_learner_where_a_part_brings_one_is_a_conflict(
    project: Path, mlscaffold: Command
) -> None:
    (project / "NOTES.md").write_text("My notes\n")
    commit(project, "Take notes")
    before = files(project)
    assert mlscaffold("add", "notes").status == 4
    assert b"My notes\n" in files(project)["NOTES.md"]
    assert mlscaffold("update", "--abort").status == 0
    assert files(project) == before


def test_add_without_a_name_lists_the_parts(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("add", "notes").status == 0
    lines = [line.split() for line in mlscaffold("add").out.splitlines()]
    assert lines == [
        ["page", "A", "page", "to", "show"],
        ["notes", "chosen", "Notes", "on", "what", "was", "tried"],
    ]


def test_parts_that_are_or_are_not_there_change_nothing(project: Path, mlscaffold: Command) -> None:
    before = files(project)
    absent = mlscaffold("remove", "page").err
    assert "does not have `page`: `mlscaffold add` lists" in absent
    refused = mlscaffold("add", "pages")
    assert (refused.status, files(project)) == (1, before)
    assert "`page`, `notes`" in refused.err
    (project / "new.txt").write_text("new")
    assert "not committed" in mlscaffold("add", "page").err


def test_release_without_parts_says_that_an_update_brings_them(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlscaffold: Command
) -> None:
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    monkeypatch.chdir(create_old_project(bundle, tmp_path / "old"))
    assert "`mlscaffold update` brings those of v0.2.0" in mlscaffold("add", "page").err


def test_a_part_that_is_there_is_named(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("add", "notes").status == 0
    assert "This project has `notes` already" in mlscaffold("add", "notes").err
