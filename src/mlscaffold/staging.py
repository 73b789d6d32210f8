"""Lends hidden folders in which a project takes shape, and clears away those of the dead."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .interrupts import uninterrupted
from .lock import lock

PREFIX = ".mlscaffold-"
LOCK = "lock"  # held while the process lives that made the folder


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """Lend a folder on the disk of `destination`, hidden there, and leave nothing of it behind."""
    missing = [place for place in destination.parents if not place.exists()]
    place = destination if destination.is_dir() else destination.parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        with hidden_folder(place) as temporary:
            (temporary / "project").mkdir()  # a name of its own: the project may be called `lock`
            yield temporary / "project" / destination.name
    finally:
        with uninterrupted():
            for folder in missing:
                with suppress(OSError):  # it holds the project, or was not made
                    folder.rmdir()


@contextmanager
def hidden_folder(place: Path) -> Iterator[Path]:
    """Lend a new folder in `place` that nobody else uses, and remove it afterwards."""
    # Named before it is made: an interrupt may come right after the system made it.
    folder = place / f"{PREFIX}{secrets.token_hex(4)}"
    descriptor = None
    try:
        folder.mkdir(mode=0o700)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(OSError):  # not every disk of a network can lock
            lock(descriptor)
        yield folder
    finally:
        with uninterrupted():
            if descriptor is not None:
                os.close(descriptor)
            remove(folder)


def abandoned(place: Path) -> Iterator[Path]:
    """Yield each hidden folder in `place` that a killed process left, then remove it."""
    for folder in place.glob(f"{PREFIX}*"):
        try:
            descriptor = os.open(folder / LOCK, os.O_RDWR)
        except OSError:
            continue  # not one of ours, or one that is being made
        try:
            lock(descriptor)
        except OSError:
            continue  # somebody is at work in it
        else:
            yield folder
            remove(folder)
        finally:
            os.close(descriptor)


def remove(folder: Path) -> None:
    """Remove `folder` with all that is in it, be it that a git that was stopped still writes."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)
