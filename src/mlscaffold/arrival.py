"""Moves a new project into a folder that exists: nothing is overwritten, and all can be undone.

What is moved is written down first, so that whatever was killed meanwhile is undone by the next
`mlscaffold new` in that folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import MlscaffoldError
from .staging import abandoned

NOTE = "arrival.json"
Mark = list[int]  # what tells one file from another one at the same place


@dataclass
class Arrival:
    """The move of the files below `staged` to `destination`, without those that are there."""

    staged: Path
    destination: Path
    files: dict[str, Mark] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)  # files that are there already

    @classmethod
    def plan(cls, staged: Path, destination: Path) -> Arrival:
        """Look at what would be moved."""
        arrival = cls(staged, destination)
        for path in walk(staged):
            name = path.relative_to(staged).as_posix()
            target = destination / name
            if is_folder(path):
                if not os.path.lexists(target):
                    arrival.folders.append(name)
            elif os.path.lexists(target) or not all(
                is_folder(place) for place in folders_between(destination, target)
            ):
                arrival.clashes.append(name)
            else:
                arrival.files[name] = mark(path)
        return arrival

    def move(self) -> None:
        """Move the files, the repository last; raise where one has appeared there meanwhile."""
        for name in self.folders:
            if not (name == ".git" or name.startswith(".git/")):
                (self.destination / name).mkdir(exist_ok=True)
        inside = [name for name in self.files if not name.startswith(".git/")]
        for name in inside:
            move_beside(self.staged / name, self.destination / name)
        if ".git" in self.folders:
            try:
                (self.staged / ".git").rename(self.destination / ".git")
            except OSError as error:
                raise appeared(self.destination / ".git") from error

    def undo(self) -> None:
        """Take away what was moved and is as it was; what others put there stays."""
        for name, before in self.files.items():
            path = self.destination / name
            if os.path.lexists(path) and mark(path) == before:
                path.unlink()
        for name in sorted(self.folders, reverse=True):
            try:
                (self.destination / name).rmdir()
            except OSError:  # something of others is in it, or it was not made
                continue

    def write_down(self, head: str) -> None:
        """Leave a note beside what is staged; `head` is the newest commit before."""
        note = {"files": self.files, "folders": self.folders, "head": head}
        (self.staged.parents[1] / NOTE).write_text(json.dumps(note), "utf-8")

    def done(self) -> None:
        """Take the note away: from here on nothing is undone."""
        (self.staged.parents[1] / NOTE).unlink()


def clear_away(place: Path) -> None:
    """Undo and remove in the folder `place` what a killed `new` has left."""
    for folder in abandoned(place):
        try:
            note = json.loads((folder / NOTE).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        arrived = ".git" in note["folders"] and (place / ".git").exists()
        if not arrived and note["head"] == head_of(place):
            Arrival(folder, place, note["files"], note["folders"]).undo()


def head_of(folder: Path) -> str:
    """Return the newest commit in the repository at `folder`; an empty text where there is none."""
    from . import git

    if (folder / ".git").exists() and git.has_commits(folder):
        return git.git("rev-parse", "HEAD", cwd=folder)
    return ""


def walk(folder: Path) -> Iterator[Path]:
    """Yield all that is below `folder`, folders before what is in them; links are not followed."""
    for path in sorted(folder.iterdir()):
        yield path
        if is_folder(path):
            yield from walk(path)


def is_folder(path: Path) -> bool:
    """Tell whether `path` is a folder, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def folders_between(top: Path, path: Path) -> list[Path]:
    """Return the folders below `top` that `path` lies in and that exist."""
    places = list(path.parents)
    return [place for place in places[: places.index(top)] if os.path.lexists(place)]


def mark(path: Path) -> Mark:
    """Return what tells the file at `path` from any other, and from itself once it is changed."""
    found = path.lstat()
    return [found.st_ino, found.st_size, found.st_mtime_ns]


def move_beside(path: Path, target: Path) -> None:
    """Move the file at `path` to `target`, where there is none: a rename would replace one."""
    try:
        os.link(path, target, follow_symlinks=False)
    except FileExistsError as error:
        raise appeared(target) from error
    except OSError:  # a disk without hard links
        if os.path.lexists(target):
            raise
        path.rename(target)
    else:
        path.unlink()


def appeared(path: Path) -> MlscaffoldError:
    """Return the error for something at `path` that was not there when it began."""
    return MlscaffoldError(
        f"`{path}` appeared while the project was made, and stays as it is",
        "nothing of the project was left there; look at it, or choose another place",
    )
