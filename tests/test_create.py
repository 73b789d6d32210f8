"""A project appears whole or not at all, and nothing that was there is lost."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import files, run, write_files

from mlscaffold import git
from mlscaffold.create import Job, names_full_disk
from mlscaffold.create import create as do
from mlscaffold.errors import MlscaffoldError
from mlscaffold.render import render
from mlscaffold.store import URL, Store, open_store

ADA = git.Identity("Ada Lovelace", "ada@example.org")
ANSWERS = {
    "project_type": "numbers",
    "dataset": "small",
    "project_name": "demo",
    "package": "demo",
    "author": "Ada Lovelace",
    "year": 2026,
}
EXPECTED = {
    ".copier-answers.yml",
    "LICENSE",
    "README.md",
    "src/demo/__init__.py",
    "src/demo/data.py",
    "src/demo/models.py",
}


def create(
    store: Store,
    destination: Path,
    answers: Mapping[str, object],
    *,
    identity: git.Identity | None = None,
    repository: bool = True,
    here: bool = False,
) -> list[str]:
    """Create a project of ours."""

    def make(folder: Path) -> None:
        render(store.newest, folder, answers, {"_commit": store.version, "_src_path": URL})

    message = f"Start from mlscaffold templates {store.version}"
    return do(Job(make, destination, message, identity, repository, here))


@pytest.fixture
def store(small_bundle: Path) -> Store:
    return open_store(small_bundle)


def is_whole(project: Path) -> bool:
    """Tell whether `project` has all its files, committed once, and nothing else."""
    return (
        set(files(project)) == EXPECTED
        and git.git("rev-list", "--count", "HEAD", cwd=project) == "1"
        and git.git("status", "--porcelain", cwd=project) == ""
    )


def everything(directory: Path) -> list[Path]:
    """Return all that lies below `directory` but what is inside a `.git`."""
    return [path for path in directory.rglob("*") if ".git" not in path.parent.parts]


def test_project_is_whole_and_committed(store: Store, tmp_path: Path) -> None:
    create(store, tmp_path / "demo", ANSWERS, identity=ADA)
    assert is_whole(tmp_path / "demo")
    assert list(tmp_path.iterdir()) == [tmp_path / "demo"]
    said = git.git("log", "--format=%an <%ae>: %s", cwd=tmp_path / "demo")
    assert said == "Ada Lovelace <ada@example.org>: Start from mlscaffold templates v1.0.0"


def test_folder_of_the_project_has_the_usual_permissions(store: Store, tmp_path: Path) -> None:
    create(store, tmp_path / "demo", ANSWERS, identity=ADA)
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "demo").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_project_without_a_repository_has_none(store: Store, tmp_path: Path) -> None:
    create(store, tmp_path / "demo", ANSWERS, repository=False)
    assert set(files(tmp_path / "demo")) == EXPECTED
    assert not (tmp_path / "demo" / ".git").exists()


def test_folders_above_are_made(store: Store, tmp_path: Path) -> None:
    create(store, tmp_path / "a" / "b" / "demo", ANSWERS, identity=ADA)
    assert is_whole(tmp_path / "a" / "b" / "demo")


def test_empty_folder_is_filled(store: Store, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    create(store, tmp_path / "demo", ANSWERS, identity=ADA)
    assert is_whole(tmp_path / "demo")
    assert not list((tmp_path / "demo").glob(".mlscaffold-*"))


@pytest.mark.parametrize("branch", ["main", "trunk"])
def test_fresh_checkout_keeps_its_branch_and_remote(
    store: Store, tmp_path: Path, branch: str
) -> None:
    run("git", "init", "--quiet", "--bare", f"--initial-branch={branch}", tmp_path / "origin")
    run("git", "clone", "--quiet", tmp_path / "origin", tmp_path / "demo")
    create(store, tmp_path / "demo", ANSWERS, identity=ADA)
    assert is_whole(tmp_path / "demo")
    run("git", "push", "--quiet", "origin", "HEAD", cwd=tmp_path / "demo")
    assert git.git("branch", "--show-current", cwd=tmp_path / "demo") == branch
    assert run("git", "rev-list", "--count", branch, cwd=tmp_path / "origin") == "1\n"


def test_fresh_checkout_without_a_commit_of_ours_is_only_filled(
    store: Store, tmp_path: Path
) -> None:
    run("git", "init", "--quiet", tmp_path / "demo")
    create(store, tmp_path / "demo", ANSWERS, repository=False)
    assert set(files(tmp_path / "demo")) == EXPECTED
    assert not git.has_commits(tmp_path / "demo")


def test_checkout_whose_files_are_not_checked_out_is_refused(store: Store, tmp_path: Path) -> None:
    """The first commit there would remove them all."""
    origin = tmp_path / "origin"
    create(store, origin, ANSWERS, identity=ADA)
    run("git", "clone", "--quiet", "--no-checkout", origin, tmp_path / "demo")
    with pytest.raises(MlscaffoldError, match="is not empty"):
        create(store, tmp_path / "demo", ANSWERS, identity=ADA)
    assert is_whole(origin)


def occupied_folder(place: Path) -> Path:
    return write_files(place, {"mine.txt": "mine"})


def hidden_file(place: Path) -> Path:
    return write_files(place, {".env": "mine"})


def checkout_with_a_file(place: Path) -> Path:
    run("git", "init", "--quiet", place)
    return write_files(place, {"mine.txt": "mine"})


def plain_file(place: Path) -> Path:
    place.write_text("mine")
    return place


def link_to_a_folder(place: Path) -> Path:
    place.with_name("target").mkdir()
    place.symlink_to(place.with_name("target"))
    return place


def link_to_nothing(place: Path) -> Path:
    place.symlink_to(place.with_name("nothing"))
    return place


def below_a_file(place: Path) -> Path:
    place.write_text("mine")
    return place / "deep" / "demo"


def below_a_link_to_nothing(place: Path) -> Path:
    place.symlink_to(place.with_name("nothing"))
    return place / "demo"


@pytest.mark.parametrize(
    "prepare",
    [
        occupied_folder,
        hidden_file,
        checkout_with_a_file,
        plain_file,
        link_to_a_folder,
        link_to_nothing,
        below_a_file,
        below_a_link_to_nothing,
    ],
)
def test_place_that_is_taken_is_refused_and_stays_as_it_is(
    store: Store, tmp_path: Path, prepare: Callable[[Path], Path]
) -> None:
    destination = prepare(tmp_path / "demo")
    before = (everything(tmp_path), files(tmp_path))
    with pytest.raises(MlscaffoldError, match=r"not empty|not a folder") as error:
        create(store, destination, ANSWERS, identity=ADA)
    assert "choose another place" in error.value.hint
    assert (everything(tmp_path), files(tmp_path)) == before


def test_place_that_cannot_be_written_is_refused(store: Store, read_only: Path) -> None:
    with pytest.raises((MlscaffoldError, PermissionError)):
        create(store, read_only / "a" / "demo", ANSWERS, identity=ADA)
    assert list(read_only.iterdir()) == []


def fail_at(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Make the git command fail, as it does on a full disk."""
    real = git.git

    def failing(*arguments: str | Path, **rest: Any) -> str:
        if command in arguments:
            raise git.GitError(f"`git {command}` failed: No space left on device")
        return real(*arguments, **rest)

    monkeypatch.setattr("mlscaffold.git.git", failing)


@pytest.mark.parametrize("command", ["init", "config", "add", "commit"])
@pytest.mark.parametrize("place", ["absent", "deep", "empty", "checkout"])
def test_git_that_fails_leaves_the_place_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: str
) -> None:
    destination = tmp_path / "above" / "demo" if place == "deep" else tmp_path / "demo"
    if place == "checkout":
        run("git", "init", "--quiet", destination)
    elif place == "empty":
        destination.mkdir()
    before = everything(tmp_path)
    with monkeypatch.context() as patch:
        fail_at(patch, command)
        with pytest.raises(MlscaffoldError, match=f"the disk of `{tmp_path}.*` is full"):
            create(store, destination, ANSWERS, identity=ADA)
    assert everything(tmp_path) == before
    create(store, destination, ANSWERS, identity=ADA)  # nothing stands in the way of another try
    assert is_whole(destination)


def test_checkout_whose_commit_failed_has_nothing_added(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("git", "init", "--quiet", tmp_path)
    fail_at(monkeypatch, "commit")
    with pytest.raises(MlscaffoldError, match="is full"):
        create(store, tmp_path, ANSWERS, identity=ADA)
    assert run("git", "status", "--porcelain", cwd=tmp_path) == ""


@pytest.mark.parametrize("nth", [1, 3, 5])
def test_full_disk_while_rendering_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    copy, count = shutil.copymode, iter(range(1, 100))

    def fill_up(source: Path, target: Path, **rest: bool) -> None:
        if next(count) == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        copy(source, target, **rest)

    monkeypatch.setattr("shutil.copymode", fill_up)
    with pytest.raises(MlscaffoldError, match=f"the disk of `{tmp_path}` is full"):
        create(store, tmp_path / "above" / "demo", ANSWERS, identity=ADA)
    assert list(tmp_path.iterdir()) == []


def test_move_that_fails_midway_is_undone(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def fail_at_the_readme(source: Path, target: Path, **rest: Any) -> None:
        if target == tmp_path / "README.md":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        link(source, target, **rest)

    monkeypatch.setattr("os.link", fail_at_the_readme)
    monkeypatch.setattr(Path, "rename", fail_at_the_readme)
    with pytest.raises(OSError, match="Input/output error"):
        create(store, tmp_path, ANSWERS, identity=ADA)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(mount_disk: Callable[[int], Path]) -> Path:
    """A disk of 64 kB."""
    return mount_disk(64)


@pytest.mark.parametrize("free", [0, 8, 20, 40])
def test_disk_that_is_full_has_nothing_of_the_project(
    store: Store, small_disk: Path, free: int
) -> None:
    (small_disk / "filling").write_bytes(b"x" * (64 - free) * 1024)
    with pytest.raises((OSError, MlscaffoldError)):
        create(store, small_disk / "above" / "demo", ANSWERS, identity=ADA)
    assert [path.name for path in small_disk.iterdir()] == ["filling"]


def test_disk_that_a_copy_fills_is_named_and_not_that_of_the_original(
    small_disk: Path, tmp_path: Path
) -> None:
    (tmp_path / "original").write_bytes(b"x" * 1024 * 1024)
    named = pytest.raises(MlscaffoldError, match=f"disk of `{small_disk}` is full")
    with named, names_full_disk(tmp_path):
        shutil.copyfile(tmp_path / "original", small_disk / "copy")


class Alarm:
    """Sends Ctrl-C to this process at the nth of the moments when it touches the system."""

    moments = frozenset({"open", "os.mkdir", "os.rename", "os.chmod", "os.listdir", "os.scandir"})

    def __init__(self) -> None:
        self.left = 0
        sys.addaudithook(self)  # for good: Python cannot remove one

    def __call__(self, event: str, _: object) -> None:
        if self.left and (event in self.moments or event == "subprocess.Popen"):
            self.left -= 1
            if not self.left:
                signal.raise_signal(signal.SIGINT)


@pytest.fixture(scope="session")
def alarm() -> Alarm:
    return Alarm()


PLACES = ["absent", "empty", "checkout"]


def interrupt(alarm: Alarm, store: Store, parent: Path, place: str, nth: int) -> bool:
    """Create a project, with Ctrl-C at the nth moment; tell whether there were so many."""
    destination = parent / "demo"
    if place == "checkout":
        run("git", "init", "--quiet", destination)
    elif place == "empty":
        destination.mkdir()
    before = everything(parent)
    alarm.left = nth
    with suppress(KeyboardInterrupt):
        create(store, destination, ANSWERS, identity=ADA)
    reached = not alarm.left
    alarm.left = 0
    if everything(parent) == before:
        assert place != "checkout" or run("git", "status", "--porcelain", cwd=destination) == ""
    else:
        assert is_whole(destination)
        assert [path.name for path in parent.iterdir()] == ["demo"]
    return reached


@pytest.mark.parametrize("nth", [1, 5, 12, 25, 40, 50, 60])
@pytest.mark.parametrize("place", PLACES)
def test_interrupt_leaves_the_whole_project_or_nothing(
    alarm: Alarm, store: Store, tmp_path: Path, place: str, nth: int
) -> None:
    (tmp_path / "parent").mkdir()
    interrupt(alarm, store, tmp_path / "parent", place, nth)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_interrupt_at_any_moment_leaves_the_whole_project_or_nothing(
    alarm: Alarm, store: Store, tmp_path: Path, place: str
) -> None:
    for nth in range(1, 1000):
        parent = tmp_path / str(nth)
        parent.mkdir()
        if not interrupt(alarm, store, parent, place, nth):
            break
    assert nth > 20
