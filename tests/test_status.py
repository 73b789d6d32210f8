"""`mlscaffold status` says where a project stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PARTS, Command, commit, create_old_project, files, release_versions


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_versions(tmp_path_factory.mktemp("releases"), PARTS, {"base/new.txt": "new\n"})


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the first release; the current folder."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers", parts=["notes"])
    monkeypatch.chdir(project)
    return project


def test_version_parts_and_edits_are_told(project: Path, mlscaffold: Command) -> None:
    (project / "LICENSE").unlink()
    (project / "src/small_numbers/data.py").write_text("LIMIT = 7\n")
    (project / "README.md").write_bytes(
        (project / "README.md").read_bytes().replace(b"\n", b"\r\n")
    )
    (project / "mine.py").write_text("MINE = 1\n")
    before = files(project)
    said = mlscaffold("status")
    assert said.status == 0, said.err
    lines = [line.split(maxsplit=1) for line in said.out.splitlines()]
    assert ["parts", "notes"] in lines
    assert "made from  templates v0.1.0, the newest is v0.2.0" in said.out
    assert [line for line in lines if line[0] in {"changed", "deleted"}] == [
        ["deleted", "LICENSE"],
        ["changed", "src/small_numbers/data.py"],
    ]
    assert "besides    1 file that the templates do not have" in said.out
    assert "mlscaffold update --preview" in said.err
    assert files(project) == before


def test_what_the_project_fills_in_by_itself_is_no_edit(
    tmp_path: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# A\n\n<!-- score -->\n<!-- /score -->\n"
    bundle = release_versions(tmp_path, {"base/README.md.jinja": text})
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    project = create_old_project(bundle, tmp_path / "small-numbers")
    for filled, edits in (("7\n<!-- /score -->", []), ("7\n<!-- /score -->\nMine.", ["README.md"])):
        (project / "README.md").write_text(text.replace("<!-- /score -->", filled))
        said = mlscaffold("status", project).out
        assert [
            line.split()[1] for line in said.splitlines() if line.startswith("changed")
        ] == edits


def test_check_fails_where_the_project_is_outdated(project: Path, mlscaffold: Command) -> None:
    assert mlscaffold("status", "--check").status == 1
    assert mlscaffold("update").status == 0
    commit(project, "Update")
    done = mlscaffold("status", "--check")
    assert done.status == 0
    assert "templates v0.2.0, the newest" in done.out


def test_conflict_markers_of_any_merge_are_found(project: Path, mlscaffold: Command) -> None:
    (project / "clash.txt").write_text("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n")
    (project / "title.txt").write_text("Heading\n=======\n")
    said = mlscaffold("status", "--check")
    assert said.status == 1
    assert "markers    clash.txt\n" in said.out
    assert "title.txt" not in said.out
