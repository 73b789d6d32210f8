"""What cannot be updated is refused, an update that fails is undone; nothing changes then."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import commit, files, run
from two_releases import LONG, edit, state, update_by_command

from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import git
from mlscaffold.update import update_project


def delete_answers(project: Path) -> None:
    (project / ".copier-answers.yml").unlink()


def damage_answers(project: Path) -> None:
    (project / ".copier-answers.yml").write_text("<<<<<<< mine\n_commit: [\n")


def use_another_template(project: Path) -> None:
    edit(project, lambda text: text.replace("git+mlscaffold://templates", "/absent/a"), ANSWERS)


def come_from_the_future(project: Path) -> None:
    edit(project, lambda text: text.replace("v0.1.0", "v9.0.0"), ANSWERS)


def come_from_nowhere(project: Path) -> None:
    edit(project, lambda text: text.replace("v0.1.0", "--upload-pack=x"), ANSWERS)


def have_an_unknown_type(project: Path) -> None:
    edit(project, lambda text: text.replace(": numbers", ": novels"), ANSWERS)


def change_something(project: Path) -> None:
    (project / "new.txt").write_text("new")


def forget_git(project: Path) -> None:
    shutil.rmtree(project / ".git")


def be_ignored_by_the_repository_around(project: Path) -> None:
    forget_git(project)
    run("git", "init", "--quiet", cwd=project.parent)
    (project.parent / ".gitignore").write_text("/small-numbers/\n")


def begin_a_merge(project: Path) -> None:
    (project / ".git/MERGE_HEAD").write_text(git("rev-parse", "HEAD", cwd=project) + "\n")


def ignore_a_file_that_the_templates_bring(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data/ignored.txt").write_text("mine, and in no commit")


ANSWERS = ".copier-answers.yml"


@pytest.mark.parametrize(
    ("arrange", "message", "hint"),
    [
        (delete_answers, "was deleted", "git checkout HEAD -- .copier-answers.yml"),
        (damage_answers, "damaged", "git checkout HEAD -- .copier-answers.yml"),
        (use_another_template, "/absent/a", ""),
        (come_from_the_future, "v9.0.0", "upgrade `mlscaffold-cli`"),
        (come_from_nowhere, "do not exist", "git checkout"),
        (have_an_unknown_type, "no project type `novels`", "git checkout"),
        (change_something, "not committed", "git stash"),
        (forget_git, "not in a git repository", "git init"),
        (be_ignored_by_the_repository_around, "leaves it out", "git init"),
        (begin_a_merge, "a merge is under way", "git merge --abort"),
        (ignore_a_file_that_the_templates_bring, "data/ignored.txt", "move yours away"),
    ],
)
def test_what_cannot_be_updated_is_refused_and_stays(
    arrange: Callable[[Path], None],
    message: str,
    hint: str,
    old_project: Path,
) -> None:
    arrange(old_project)
    before = files(old_project)
    with pytest.raises(MlscaffoldError) as error:
        update_project(old_project / "tests")
    assert message in error.value.message
    assert hint in error.value.hint
    assert files(old_project) == before
    assert not list((old_project / ".git").glob("mlscaffold*"))


def test_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="not in an mlscaffold project"):
        update_project(tmp_path)
    with pytest.raises(MlscaffoldError, match="not a folder"):
        update_project(tmp_path / "absent")
    run("git", "init", "--quiet", "--bare", tmp_path / "bare.git")
    with pytest.raises(MlscaffoldError, match="not in an mlscaffold project"):
        update_project(tmp_path / "bare.git")


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt, pytest.param(OSError, marks=pytest.mark.slow)]
)
def test_failure_while_files_are_put_in_place_undoes_those(
    error: type[BaseException], old_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(old_project, lambda text: text.replace("line 2\n", "mine\n"), "tests/changed0.txt")
    commit(old_project, "Edit")
    before = state(old_project)

    def fail(*_: object) -> None:
        assert state(old_project) != before
        raise error

    monkeypatch.setattr("mlscaffold.placement.mark_conflicts", fail)
    with pytest.raises(error):
        update_project(old_project)
    assert state(old_project) == before


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.1, 0.3, 0.6, 1.0, 1.2, 1.3, 1.4, 1.5])
def test_ctrl_c_leaves_all_or_nothing(delay: float, old_project: Path, two_releases: Path) -> None:
    before = state(old_project)
    process = subprocess.Popen(
        update_by_command(two_releases),
        cwd=old_project,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1].decode()
    kept = old_project / ".git/mlscaffold-texts"
    done = process.returncode == 0
    assert list((old_project / ".git").glob("mlscaffold*")) == [kept] * done
    assert (state(old_project) == before) == (not done)
    if done:
        assert (kept / "decisions/two.md").read_text() == LONG
        assert f"all of it in {kept}/decisions/two.md" in said


NEXT_INSTANT = """
import os, signal, sys
from mlscaffold import disk
real = disk.move
def move(*arguments):
    os.killpg(0, signal.SIGINT)
    real(*arguments)
disk.move = move
"""


def test_ctrl_c_once_files_change_comes_too_late(old_project: Path, two_releases: Path) -> None:
    """Then all is done in an instant, and said."""
    python, option, code = update_by_command(two_releases)
    done = subprocess.run(
        (python, option, NEXT_INSTANT + code),
        check=False,
        cwd=old_project,
        start_new_session=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Updated from templates v0.1.0 to v0.2.0" in done.stderr
    assert (old_project / "tests/new.txt").exists()
