"""Creates a project: renders it beside its destination and moves it there, whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from . import git
from .errors import MlscaffoldError
from .interrupts import uninterrupted
from .render import render
from .store import URL, Store


def create(
    store: Store,
    destination: Path,
    answers: Mapping[str, object],
    *,
    identity: git.Identity | None = None,
    repository: bool = True,
) -> None:
    """Create the project that `answers` describe in `destination`, with a first commit.

    `destination` is absent, an empty folder, or a git checkout without files. `identity` signs the
    commits where git does not know who the person is.
    """
    check_destination(destination)
    checkout = is_empty_checkout(destination)
    message = f"Start from mlscaffold templates {store.version}"
    new: list[Path] = []
    with ExitStack() as late:
        try:
            with staging(destination) as staged:
                source = {"_commit": store.version, "_src_path": URL}
                render(store.newest, staged, answers, source)
                if repository and not checkout:
                    git.initialise(staged, identity)
                    git.commit_everything(staged, message)
                late.enter_context(uninterrupted())  # until all is in place and cleaned up
                new += move(staged, destination)
            if repository and checkout:
                git.initialise(destination, identity)
                git.commit_everything(destination, message)
        except BaseException:
            if checkout:
                empty_again(destination, new)
            raise


def check_destination(destination: Path) -> None:
    """Refuse a destination that holds anything, or that cannot be made."""
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise MlscaffoldError(f"`{destination}` exists and is not a folder", "choose another place")
    if destination.is_dir() and not is_free(destination):
        raise MlscaffoldError(
            f"`{destination}` is not empty, and nothing in it will be overwritten",
            "choose another place, or an empty folder with `--here`",
        )
    parent = nearest_folder(destination.parent)
    for place in destination.parents:
        if (place.is_symlink() or place.exists()) and not place.is_dir():
            raise MlscaffoldError(f"`{place}` is not a folder", "choose another place")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise MlscaffoldError(f"`{parent}` is read-only", "choose a place that you can write to")


def is_free(directory: Path) -> bool:
    """Tell whether `directory` is empty, or a fresh checkout."""
    if not is_empty_checkout(directory):
        return not any(directory.iterdir())
    # One whose files were removed, or not yet checked out, would lose them by the next commit.
    return not git.has_commits(directory)


def is_empty_checkout(directory: Path) -> bool:
    """Tell whether `directory` holds a git repository and nothing else."""
    return directory.is_dir() and [path.name for path in directory.iterdir()] == [".git"]


def nearest_folder(path: Path) -> Path:
    """Return `path`, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.parents) if place.is_dir())


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """Lend a folder on the disk of `destination`, hidden there, and leave nothing of it behind."""
    missing = [place for place in destination.parents if not place.exists()]
    place = destination if destination.is_dir() else destination.parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        with hidden_folder(place) as temporary:
            yield temporary / destination.name
    finally:
        with uninterrupted():
            for folder in missing:
                with suppress(OSError):  # it holds the project, or was not made
                    folder.rmdir()


@contextmanager
def hidden_folder(place: Path) -> Iterator[Path]:
    """Lend a new folder in `place` that nobody else uses, and remove it afterwards."""
    # Named before it is made: an interrupt may come right after the system made it.
    folder = place / f".mlscaffold-{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        with uninterrupted():
            remove(folder)


def remove(folder: Path) -> None:
    """Remove `folder` with all that is in it, be it that a git that was stopped still writes."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def move(staged: Path, destination: Path) -> list[Path]:
    """Move the folder `staged` to `destination`; into it where it exists, all of it or nothing.

    Return what is new there.
    """
    if not destination.exists():
        return [staged.rename(destination)]
    moved: list[Path] = []
    try:
        for path in sorted(staged.iterdir()):
            moved.append(path.rename(destination / path.name))
    except OSError:
        for path in moved:
            path.rename(staged / path.name)
        raise
    return moved


def empty_again(checkout: Path, new: Iterable[Path]) -> None:
    """Take what is `new` in `checkout` away again, unless it is committed already."""
    with uninterrupted():
        if not git.has_commits(checkout):
            git.forget_index(checkout)
            for path in new:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
