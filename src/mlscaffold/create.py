"""Creates a project: renders it beside its destination and moves it there, whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import git
from .errors import MlscaffoldError
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
    with staging(destination) as staged:
        source = {"_commit": store.version, "_src_path": URL}
        render(store.newest, staged, answers, source)
        if repository and not checkout:
            git.initialise(staged, identity)
            git.commit_everything(staged, first_message(store))
        move(staged, destination)
        if repository and checkout:
            git.initialise(destination, identity)
            git.commit_everything(destination, first_message(store))


def check_destination(destination: Path) -> None:
    """Refuse a destination that holds anything, or that cannot be made."""
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise MlscaffoldError(f"`{destination}` exists and is not a folder", "choose another place")
    if destination.is_dir() and any(destination.iterdir()) and not is_empty_checkout(destination):
        raise MlscaffoldError(
            f"`{destination}` is not empty, and nothing in it will be overwritten",
            "choose another place, or an empty folder with `--here`",
        )
    parent = nearest_folder(destination.parent)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise MlscaffoldError(f"`{parent}` is read-only", "choose a place that you can write to")


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
    place.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".mlscaffold-", dir=place))
    try:
        yield temporary / destination.name
    finally:
        with uninterrupted():
            shutil.rmtree(temporary, ignore_errors=True)
            if not destination.exists():
                for folder in missing:
                    folder.rmdir()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C wait: the person wants to stop, not to keep half a project."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def move(staged: Path, destination: Path) -> None:
    """Move the folder `staged` to `destination`; into it where it exists, all of it or nothing."""
    if not destination.exists():
        staged.rename(destination)
        return
    moved: list[Path] = []
    try:
        for path in sorted(staged.iterdir()):
            moved.append(path.rename(destination / path.name))
    except BaseException:
        with uninterrupted():
            for path in moved:
                path.rename(staged / path.name)
        raise


def first_message(store: Store) -> str:
    """Return the message of the first commit."""
    return f"Start from mlscaffold templates {store.version}"
