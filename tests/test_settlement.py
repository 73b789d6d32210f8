"""Nothing happens to a file in silence: whatever an update decides about one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Command, commit, create_old_project, files, release_versions, run

from mlscaffold.settlement import Kind
from mlscaffold.update import update_project

TEXT = "".join(f"line {number}\n" for number in range(1, 21))
NEW = TEXT.replace("line 5\n", "theirs\n")
CODE = "import os\n\n\ndef one() -> str:\n    return os.name\n"
ADDED = "\n\ndef theirs() -> int:\n    return 2\n"
FIRST: dict[str, str | bytes | None] = {
    "numbers/changed.txt": TEXT,
    "numbers/dropped.txt": TEXT,
    "numbers/moved.txt": TEXT.replace("line", "other"),
    "numbers/code.py": CODE,
}
SECOND: dict[str, str | bytes | None] = {
    "numbers/changed.txt": NEW,
    "numbers/dropped.txt": None,
    "numbers/moved.txt": None,
    "numbers/moved_to.txt": TEXT.replace("line", "other"),
    "numbers/code.py": CODE + ADDED,
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_versions(tmp_path_factory.mktemp("releases"), FIRST, SECOND)


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    return create_old_project(bundle, tmp_path / "small-numbers")


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def delete(project: Path) -> None:
    (project / "changed.txt").unlink()


def ignore(project: Path) -> None:
    (project / ".gitignore").write_text("/changed.txt\n")
    run("git", "rm", "--quiet", "--cached", "changed.txt", cwd=project)


def rename(project: Path) -> None:
    (project / "changed.txt").rename(project / "mine.txt")


def edit_what_is_dropped(project: Path) -> None:
    edit(project / "dropped.txt", "line 9\n", "mine\n")


def edit_what_is_moved(project: Path) -> None:
    edit(project / "moved.txt", "other 9\n", "mine\n")


def delete_what_is_moved(project: Path) -> None:
    (project / "moved.txt").unlink()


def add_a_function(project: Path) -> None:
    with (project / "code.py").open("a") as code:
        code.write("\n\ndef mine() -> int:\n    return 1\n")


def add_the_same_function(project: Path) -> None:
    edit(project / "code.py", "def one", "def theirs() -> int:\n    return 1\n\n\ndef one")


@pytest.mark.parametrize(
    ("arrange", "kind", "path", "detail", "becomes"),
    [
        (delete, Kind.DELETED, "changed.txt", "", None),
        (ignore, Kind.IGNORED, "changed.txt", "", TEXT),
        (rename, Kind.FOLLOWED, "mine.txt", "changed.txt", NEW),
        (
            *(edit_what_is_dropped, Kind.DROPPED, "dropped.txt", ""),
            TEXT.replace("line 9\n", "mine\n"),
        ),
        (edit_what_is_moved, Kind.MOVED, "moved.txt", "moved_to.txt", None),
        (
            *(delete_what_is_moved, Kind.RETURNED, "moved_to.txt", ""),
            TEXT.replace("line", "other"),
        ),
        (
            *(add_a_function, Kind.DEFINITIONS, "code.py", ""),
            f"{CODE}{ADDED}\n\ndef mine() -> int:\n    return 1\n",
        ),
    ],
)
def test_decision_about_a_file_is_named(
    arrange: Callable[[Path], None],
    kind: Kind,
    path: str,
    detail: str,
    becomes: str | None,
    project: Path,
) -> None:
    arrange(project)
    commit(project, "Live")
    outcome = update_project(project).outcome
    assert [(each.kind, each.path, each.detail) for each in outcome.notices] == [
        (kind, path, detail)
    ]
    assert outcome.conflicts == []
    after = files(project)
    assert (after[path].decode() if path in after else None) == becomes


def test_edit_goes_along_where_the_templates_rename(project: Path) -> None:
    edit_what_is_moved(project)
    commit(project, "Edit")
    update_project(project)
    assert "mine\n" in (project / "moved_to.txt").read_text()


def test_name_that_a_merge_defines_twice_is_told(project: Path, mlscaffold: Command) -> None:
    """git merges two functions of one name, at two places, without a word."""
    add_the_same_function(project)
    commit(project, "Add")
    done = mlscaffold("update", project)
    assert (project / "code.py").read_text().count("def theirs") == 2
    assert "Defines a name twice now:\n  code.py  (theirs)" in done.err


def test_what_nobody_touched_is_not_spoken_of(project: Path, mlscaffold: Command) -> None:
    done = mlscaffold("update", project)
    assert done.err.startswith("Updated from templates v0.1.0 to v0.2.0\n\nNext:\n")
    after = files(project)
    assert {"dropped.txt", "moved.txt"} & after.keys() == set()
    assert after["changed.txt"].decode() == NEW
