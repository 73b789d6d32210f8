"""Puts what a merge decided in place: all of it, or nothing, whatever stops the run."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import journal as journals
from .create import names_full_disk
from .disk import digest, link
from .errors import MlscaffoldError
from .git import call, git
from .index import mark_conflicts
from .interrupts import too_late_to_stop, uninterrupted
from .journal import Conflict, Journal, Step
from .lock import locked
from .project import Project, check_settled
from .settlement import Plan
from .trees import Scratch


@contextmanager
def turn(top: Path) -> Iterator[Path]:
    """Lend the folder for the journal while no other process changes the work tree `top`."""
    folder = journals.find_folder(top)
    with locked(folder.with_name(f"{folder.name}.lock")):
        yield folder


def put_in_place(
    scratch: Scratch, plan: Plan, journal: Journal, project: Project, last: str, late: ExitStack
) -> None:
    """Carry out `plan`, the file at the path `last` at the end, and leave it uncommitted.

    Nothing has changed where this raises an error. With conflicts, `journal` stays open. From the
    first change on, interrupts come too late; they are ignored at least until `late` closes.
    """
    shutil.rmtree(journal.folder, ignore_errors=True)  # leftovers: no journal was begun
    try:
        with names_full_disk(journal.top):
            get_ready(scratch, plan, journal, last)
        check_settled(project)
    except BaseException:
        with uninterrupted():
            shutil.rmtree(journal.folder, ignore_errors=True)
        raise
    late.enter_context(too_late_to_stop())
    carry_out(journal, plan)


def get_ready(scratch: Scratch, plan: Plan, journal: Journal, last: str) -> None:
    """Do all that can fail before the first file changes."""
    stage(scratch, plan, journal)
    journal.steps = list_steps(plan, journal, last)
    check_way(plan, journal)
    check_permission(journal)
    journal.conflicts = list_conflicts(scratch, plan, journal)
    journal.made = missing_folders(journal)
    keep_old(journal)
    lend_objects(scratch, plan)


def carry_out(journal: Journal, plan: Plan) -> None:
    """Change the files; from here on, the journal can bring everything back."""
    try:
        journal.write()
        journal.place()
        if plan.conflicts:
            mark_conflicts(journal.top, journal.folder, plan.conflicts)
            journal.state = journals.OPEN
            journal.write()
    except BaseException:
        journal.undo()
        raise
    if not plan.conflicts:
        journal.close()


def stage(scratch: Scratch, plan: Plan, journal: Journal) -> None:
    """Write the new files to the folder for them, as git would write them to the work tree."""
    journal.new.mkdir(parents=True)
    top, location = journal.top, git("rev-parse", "--absolute-git-dir", cwd=journal.top)
    index = scratch.environment | {"GIT_INDEX_FILE": str(journal.folder / "index")}
    listing = git("ls-files", "-z", "--stage", "--", ":(glob)**/.gitattributes", cwd=top)
    lines = {line.partition("\t")[2]: line for line in listing.split("\0") if line}
    for path, entry in plan.changes.items():
        if entry:
            lines[path] = f"{entry.mode} {entry.blob} 0\t{path}"
        else:
            lines.pop(path, None)
    text = "".join(f"{line}\0" for line in lines.values())
    git("update-index", "-z", "--index-info", cwd=top, env=index, stdin=text)
    large_files = index | {"GIT_LFS_SKIP_SMUDGE": "1"}
    places = (f"--git-dir={location}", f"--work-tree={journal.new}")
    checkout = ("checkout-index", "--quiet", "--all")
    git(*places, "-c", "core.fsmonitor=false", *checkout, cwd=journal.new, env=large_files)


def list_steps(plan: Plan, journal: Journal, last: str) -> list[Step]:
    """Return what is to be done, in this order: what vanishes makes room for what comes."""
    steps = []
    for path, entry in plan.changes.items():
        place, new = journal.top / path, journal.new / path
        had, coming = is_file(place), digest(new) if entry else None
        if path not in plan.known and coming and had and digest(place) == coming:
            continue  # it is there already, and git does not know it
        if had or entry:
            steps.append(Step(path, had, coming))
    return sorted(steps, key=lambda step: (step.digest is not None, step.path == last, step.path))


def is_file(path: Path) -> bool:
    """Tell whether something other than a folder is at `path`."""
    return path.is_symlink() or path.is_file()


def check_way(plan: Plan, journal: Journal) -> None:
    """Refuse to overwrite what git does not know: it could not bring it back."""
    leaving = {step.path for step in journal.steps if step.digest is None}
    for step in journal.steps:
        place = journal.top / step.path
        if step.digest is None:
            continue
        unknown = step.path not in plan.known and os.path.lexists(place)
        in_the_way = unknown and not is_left(place, leaving, journal)
        for folder in Path(step.path).parents:
            there = journal.top / folder
            if is_file(there) and folder.as_posix() not in leaving:
                place, in_the_way = there, True
        if in_the_way:
            raise MlscaffoldError(
                f"the new templates bring `{journal.top / step.path}`, where you have a file that"
                f" git ignores{'' if place.name == Path(step.path).name else f': `{place}`'}",
                "move yours away, update, then compare the two",
            )


def is_left(place: Path, leaving: set[str], journal: Journal) -> bool:
    """Tell whether `place` is a folder from which every file goes away."""
    if is_file(place):
        return False
    below = (path for path in place.rglob("*") if is_file(path))
    return all(path.relative_to(journal.top).as_posix() in leaving for path in below)


def check_permission(journal: Journal) -> None:
    """Refuse to begin where one of the files could not be changed."""
    for step in journal.steps:
        place = journal.top / step.path
        folder = next(each for each in place.parents if each.is_dir())
        stuck = folder if not os.access(folder, os.W_OK | os.X_OK) else None
        if stuck is None and step.had and is_immutable(place):
            stuck = place
        if stuck:
            raise MlscaffoldError(
                f"`{stuck}` cannot be changed, so nothing was",
                "give yourself the permission to write there (`ls -ld`, `lsattr -d`), then repeat",
            )


def is_immutable(path: Path) -> bool:
    """Tell whether the system refuses to replace the file at `path`, whoever asks."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError as error:
        return error.errno == errno.EPERM  # EACCES: the mode forbids writing, but not replacing
    return False


def list_conflicts(scratch: Scratch, plan: Plan, journal: Journal) -> list[Conflict]:
    """Return the files to decide about, each with the lines by which git marks what clashes."""
    found = []
    for path, stages in plan.conflicts.items():
        lines: list[bytes] = []
        place = journal.new / path
        if is_file(place) and not place.is_symlink():
            sides = [scratch.read(each.blob) for stage, each in stages.items() if stage > 1]
            before = {line.rstrip(b"\r") for side in sides for line in side.split(b"\n")}
            text = re.findall(rb"^(?:[<>|]{7} .*|={7})\r?$", place.read_bytes(), re.MULTILINE)
            lines = [line.rstrip(b"\r") for line in text]
            lines = [line for line in dict.fromkeys(lines) if line not in before]
        found.append(Conflict(path, tuple(os.fsdecode(line) for line in lines)))
    return found


def missing_folders(journal: Journal) -> list[str]:
    """Return the folders that have to be made."""
    needed = {
        folder.as_posix()
        for step in journal.steps
        if step.digest is not None
        for folder in list(Path(step.path).parents)[:-1]
    }
    return [name for name in sorted(needed) if not (journal.top / name).is_dir()]


def keep_old(journal: Journal) -> None:
    """Keep every file that will be changed."""
    journal.old.mkdir()
    for number, step in enumerate(journal.steps):
        if is_file(journal.top / step.path):
            link(journal.top / step.path, journal.old / str(number))


def lend_objects(scratch: Scratch, plan: Plan) -> None:
    """Store in the repository what its index will name: the versions of the files that clash."""
    blobs = {entry.blob for stages in plan.conflicts.values() for entry in stages.values()}
    if blobs:
        names = "".join(f"{blob}\n" for blob in blobs).encode()
        command = ("pack-objects", "--stdout", "--quiet")
        pack = call(*command, cwd=scratch.top, env=scratch.environment, stdin=names)
        call("unpack-objects", "-q", cwd=scratch.top, stdin=pack)
