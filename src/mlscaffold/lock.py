"""Lets one process at a time change a project; a process that dies leaves nothing locked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import MlscaffoldError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock at `path`; refuse where another process holds it."""
    descriptor = acquire(path)
    try:
        yield
    finally:
        if os.name != "nt":  # Windows removes no file that is open
            path.unlink(missing_ok=True)
        os.close(descriptor)


def acquire(path: Path) -> int:
    """Return an open file at `path` that this process has locked."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise MlscaffoldError(
                "another mlscaffold is at work in this project", "wait until it is done"
            ) from error
        try:  # whoever had it before may have removed it just now
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def lock(descriptor: int) -> None:
    """Lock an open file, until it is closed or this process ends; raise OSError where it is."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
