"""Creates a project: made beside its destination and moved there, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import git
from .arrival import Arrival, appeared, head_of, is_folder, walk
from .destination import (
    OF_THE_MACHINE,
    OF_THE_PROJECT,
    check_destination,
    has_repository,
    matches,
    nearest_folder,
)
from .errors import MlscaffoldError
from .interrupts import too_late_to_stop
from .staging import remove, staging

FULL = {errno.ENOSPC, errno.EDQUOT}
SCARCE = 1 << 16  # bytes


@dataclass(frozen=True)
class Job:
    """What is to be created, and how."""

    make: Callable[[Path], object]  # makes the project in a new folder
    destination: Path
    message: str  # that of the first commit
    identity: git.Identity | None = None  # signs where git does not know who the person is
    repository: bool = True
    here: bool = False  # what new repositories and editors bring may be in the destination


def create(job: Job) -> list[str]:
    """Do `job`; return the files that were there before, and of which the project's were left out.

    The destination is absent, or a folder that `check_destination` accepts.
    """
    with names_full_disk(job.destination):
        check_destination(job.destination, here=job.here)
        before = files_of_the_person(job.destination)
        absent = not job.destination.is_dir()
        with ExitStack() as late, staging(job.destination) as staged:
            job.make(staged)
            if absent:
                if job.repository:
                    commit(staged, job)
                late.enter_context(too_late_to_stop())  # until all is in place and cleaned up
                arrive(staged, job.destination)
                return []
            return move_in(staged, job, before, late)


def commit(folder: Path, job: Job) -> None:
    """Make `folder` a repository with one commit, unless the template did."""
    git.initialise(folder, job.identity)
    if git.git("status", "--porcelain", cwd=folder) or not git.has_commits(folder):
        git.commit_everything(folder, job.message)


def arrive(staged: Path, destination: Path) -> None:
    """Move the folder `staged` to `destination`, where nothing is."""
    try:
        staged.rename(destination)
    except OSError as error:
        if destination.exists():
            raise appeared(destination) from error
        raise


def move_in(staged: Path, job: Job, before: set[str], late: ExitStack) -> list[str]:
    """Move what is in `staged` into the destination, a folder, and commit it there.

    The files `before` may stay in the place of the project's own; others have appeared since.
    """
    checkout = has_repository(job.destination)
    hidden = machine_files(job.destination)
    if checkout:
        remove(staged / ".git")  # one that the template made
    elif job.repository:
        take_along(job.destination, staged)
        commit(staged, job)
        ignore(staged, hidden)
    wanted = git.list_files(staged) if checkout else []
    arrival = Arrival.plan(staged, job.destination)
    if since := [name for name in arrival.clashes if not before & set(places(name))]:
        raise appeared(job.destination / since[0])
    late.enter_context(too_late_to_stop())
    arrival.write_down(head_of(job.destination))
    try:
        arrival.move()
        if checkout and job.repository:
            git.initialise(job.destination, job.identity)
            files = [name for name in wanted if name in arrival.files]
            git.commit_files(job.destination, files, job.message)
            ignore(job.destination, hidden)
    except BaseException:
        arrival.undo()
        raise
    arrival.done()
    return arrival.clashes


def places(name: str) -> list[str]:
    """Return `name` and the folders above it: one of them can be a link that was there."""
    return [name, *(folder.as_posix() for folder in PurePosixPath(name).parents)]


def files_of_the_person(folder: Path) -> set[str]:
    """Return the files in `folder` that become part of the project, and links in it."""
    if not folder.is_dir():
        return set()
    tops = [path for path in folder.iterdir() if matches(path.name, OF_THE_PROJECT)]
    below = [path for top in tops if is_folder(top) for path in walk(top)]
    return {path.relative_to(folder).as_posix() for path in [*tops, *below]}


def machine_files(folder: Path) -> list[str]:
    """Return the names in `folder` that belong into no commit, folders with a slash."""
    return [
        f"{path.name}/" if path.is_dir() else path.name
        for path in sorted(folder.iterdir())
        if matches(path.name, OF_THE_MACHINE)
    ]


def take_along(folder: Path, staged: Path) -> None:
    """Let what the person has in `folder` take the place of the project's own, for the commit."""
    for path in folder.iterdir():
        if matches(path.name, OF_THE_PROJECT):
            target = staged / path.name
            if is_folder(path) and is_folder(target):
                shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
                continue
            if is_folder(target):
                shutil.rmtree(target)
            target.unlink(missing_ok=True)
            if is_folder(path):
                shutil.copytree(path, target, symlinks=True)
            else:
                shutil.copy2(path, target, follow_symlinks=False)


def ignore(repository: Path, names: list[str]) -> None:
    """Let `repository` ignore `names`, in this copy of it, where it does not yet."""
    if names:
        ignored = git.ignored(repository, names)
        git.exclude(repository, [f"/{name}" for name in names if name not in ignored])


@contextmanager
def names_full_disk(place: Path) -> Iterator[None]:
    """Say which disk is full: the system does not, and what git says names hidden folders."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise full_disk(written(error) or place) from error
    except git.GitError as error:
        # Of some files, git says only that it is `unable to write` them.
        scarce = shutil.disk_usage(nearest_folder(place)).free < SCARCE
        if not scarce and not any(os.strerror(number) in error.message for number in FULL):
            raise
        raise full_disk(place) from error


def written(error: OSError) -> Path | None:
    """Return what could not be written; of a copy, the system names its original first."""
    name = error.filename2 or error.filename
    return Path(os.fsdecode(name)) if name else None


def full_disk(place: Path) -> MlscaffoldError:
    """Return the error for the full disk that holds `place`."""
    return MlscaffoldError(
        f"the disk of `{nearest_folder(place.absolute())}` is full",
        "make room there, or choose another place; nothing was left half-made",
    )
