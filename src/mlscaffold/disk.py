"""Files on a disk: compared, kept, and moved in one instant."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path


def digest(path: Path) -> str:
    """Return what tells the file at `path` from another one."""
    if path.is_symlink():
        return hashlib.sha256(b"link " + os.fsencode(path.readlink())).hexdigest()
    return hashlib.sha256(b"file " + path.read_bytes()).hexdigest()


def same(one: Path, other: Path) -> bool:
    """Tell whether both are the same file, or alike."""
    if not os.path.lexists(other):
        return False
    first, second = one.lstat(), other.lstat()
    alike = first.st_mode == second.st_mode
    return alike and (os.path.samestat(first, second) or digest(one) == digest(other))


def link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the disk cannot do that."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def move(source: Path, target: Path) -> None:
    """Move the file `source` to `target` in one instant, whatever is there."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".mlscaffold-{target.name}")
        shutil.copy2(source, beside, follow_symlinks=False)
        beside.replace(target)
        source.unlink()


def remove_empty(folder: Path, top: Path) -> None:
    """Remove `folder` and those above it, up to `top`, as long as they are empty."""
    with suppress(OSError):  # one that holds something stays
        while folder != top and folder.is_relative_to(top):
            folder.rmdir()
            folder = folder.parent


def remove_empty_below(folder: Path) -> None:
    """Remove `folder` where nothing but empty folders is in it."""
    with suppress(OSError):
        for place, _, _ in os.walk(folder, topdown=False):
            Path(place).rmdir()


def new_folder(parent: Path) -> Path:
    """Return a new folder in `parent`, which it makes, too."""
    parent.mkdir(exist_ok=True)
    number = 1 + max(
        (int(each.name) for each in parent.iterdir() if each.name.isdigit()), default=0
    )
    folder = parent / str(number)
    folder.mkdir()
    return folder


def sync_folder(folder: Path) -> None:
    """Make sure that names in `folder` survive a loss of power, where the system can do that."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
