"""The journal of a change to a project: what was there before, so that it can be undone.

It lies in the git directory, from the moment before the first file changes until all is in place;
where there are conflicts, until the person is done with them. It is written before what it tells
of, so whatever stops a run leaves enough to bring everything back.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import disk
from .errors import MlscaffoldError
from .git import git
from .index import find_unmerged, forget_changes

FOLDER = "mlscaffold"
PLACING, OPEN = "placing", "open"


@dataclass(frozen=True)
class Step:
    """One file that changes: whether there was one, and the digest of the one that will be."""

    path: str
    had: bool
    digest: str | None


@dataclass(frozen=True)
class Conflict:
    """A file that the person has to decide about, and the marker lines to be gone from it."""

    path: str
    markers: tuple[str, ...]


@dataclass
class Journal:
    """What was begun in the work tree `top`, kept in `folder`."""

    top: Path
    folder: Path
    title: str  # what messages call the change
    commands: list[str]  # what to type once it is finished
    prefix: str  # where in the work tree the project lies
    head: str
    state: str = PLACING
    steps: list[Step] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    made: list[str] = field(default_factory=list)  # the folders that were not there

    @property
    def old(self) -> Path:
        """Where the files lie that were there before, each by the number of its step."""
        return self.folder / "old"

    @property
    def new(self) -> Path:
        """Where the new files lie until they are put in place."""
        return self.folder / "new"

    def write(self) -> None:
        """Write the journal to the disk, at once or not at all."""
        data = {key: value for key, value in asdict(self).items() if key not in ("top", "folder")}
        path = self.folder / "journal.json"
        beside = path.with_suffix(".new")
        with beside.open("w", encoding="ascii") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        disk.sync_folder(self.folder)

    def close(self) -> None:
        """Forget all: what is in place now is to stay."""
        (self.folder / "journal.json").unlink()
        disk.sync_folder(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self) -> None:
        """Put the new files in place, in the order of the steps."""
        for step in self.steps:
            target = self.top / step.path
            if step.digest is None:
                target.unlink(missing_ok=True)
                disk.remove_empty(target.parent, self.top / self.prefix)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.is_dir() and not target.is_symlink():
                    disk.remove_empty_below(target)  # git knows no folders without files
                disk.move(self.new / step.path, target)

    def undo(self) -> list[Path]:
        """Bring everything back, and return where edits made since are kept."""
        saved = self.save_edits()
        paths = {*(step.path for step in self.steps), *(each.path for each in self.conflicts)}
        if self.conflicts and head(self.top) == self.head:
            forget_changes(self.top, self.folder, paths)
        for number, step in reversed(list(enumerate(self.steps))):
            target = self.top / step.path
            if step.had:
                self.bring_back(self.old / str(number), target)
            elif not target.is_dir() or target.is_symlink():
                target.unlink(missing_ok=True)
        for name in sorted(self.made, key=len, reverse=True):
            with suppress(OSError):  # it was not made yet, or holds something else
                (self.top / name).rmdir()
        self.close()
        return saved

    def bring_back(self, kept: Path, target: Path) -> None:
        """Put the old file `kept` where it was."""
        if disk.same(kept, target):
            return
        if target.is_dir() and not target.is_symlink():
            disk.remove_empty_below(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = self.folder / "back"
        copy.unlink(missing_ok=True)
        disk.link(kept, copy)
        disk.move(copy, target)

    def save_edits(self) -> list[Path]:
        """Copy what the person changed since to a folder that stays, and return the copies."""
        saved: list[Path] = []
        folder = None
        for find in (self.find_in_the_way, self.find_edits):
            for path in find():
                folder = folder or disk.new_folder(self.folder.with_name(f"{FOLDER}-saved"))
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.top / path, folder / path, follow_symlinks=False)
                (self.top / path).unlink()
                saved.append(folder / path)
        return saved

    def find_in_the_way(self) -> list[str]:
        """Return the files and links that the person put where the change had folders.

        Nothing can be brought back below a file, and what lies beyond a link is not the project's.
        """
        ours = {step.path for step in self.steps}
        folders = {each.as_posix() for step in self.steps for each in Path(step.path).parents}
        places = ((name, self.top / name) for name in sorted(folders - ours - {"."}))
        found = [name for name, place in places if place.is_symlink() or place.is_file()]
        return [name for name in found if not any(name.startswith(f"{top}/") for top in found)]

    def find_edits(self) -> list[str]:
        """Return the files in the places of all steps that only the person made so."""
        return [path for number, step in enumerate(self.steps) for path in self.edits(number, step)]

    def edits(self, number: int, step: Step) -> list[str]:
        """Return the files, at the place of `step` or below it, that only the person made so."""
        place = self.top / step.path
        if place.is_dir() and not place.is_symlink():
            ours = {each.path for each in self.steps}
            below = (path for path in place.rglob("*") if path.is_symlink() or path.is_file())
            names = (path.relative_to(self.top).as_posix() for path in below)
            return [name for name in names if step.had and name not in ours]
        if not os.path.lexists(place) or disk.digest(place) == step.digest:
            return []
        return [] if step.had and disk.same(self.old / str(number), place) else [step.path]

    def find_undecided(self) -> dict[str, str]:
        """Return the files that still wait for a decision, and what shows it."""
        unmerged = find_unmerged(self.top)
        found = {}
        for each in self.conflicts:
            left = markers_in(self.top / each.path, each.markers)
            if left:
                found[each.path] = f"`{left[0]}` is still in it"
            elif not each.markers and each.path in unmerged and self.has(each.path):
                found[each.path] = "keep one of the two"
        return found

    def has(self, path: str) -> bool:
        """Tell whether anything is at `path`: whoever removed it has decided."""
        return os.path.lexists(self.top / path)

    def is_taken_back(self) -> bool:
        """Tell whether the file that the change wrote last, its record, is as it was before.

        That is what `git reset --hard` does, or another branch.
        """
        number, last = next(reversed(list(enumerate(self.steps))))
        place = self.top / last.path
        back = last.had and disk.same(self.old / str(number), place)
        return back and disk.digest(place) != last.digest

    def finish(self) -> None:
        """Close after conflicts: the result stays, uncommitted as that of any other run."""
        if head(self.top) == self.head:
            forget_changes(self.top, self.folder, {each.path for each in self.conflicts})
        self.close()


def find_folder(project: Path) -> Path:
    """Return where the journal of the work tree lies that `project` is in."""
    return (project / git("rev-parse", "--git-path", FOLDER, cwd=project)).resolve()


def read_journal(top: Path, folder: Path) -> Journal | None:
    """Return what is unfinished in the work tree `top`, or None."""
    try:
        data = json.loads((folder / "journal.json").read_text("ascii"))
        data["steps"] = [Step(**each) for each in data["steps"]]
        data["conflicts"] = [
            Conflict(each["path"], tuple(each["markers"])) for each in data["conflicts"]
        ]
        return Journal(top=top, folder=folder, **data)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, KeyError) as error:  # the last two: of another version
        raise MlscaffoldError(
            f"the journal `{folder / 'journal.json'}` is damaged",
            f"the files as they were before are in `{folder / 'old'}`; then remove `{folder}`",
        ) from error


def head(top: Path) -> str:
    """Return the newest commit."""
    return git("rev-parse", "HEAD", cwd=top)


def markers_in(path: Path, markers: tuple[str, ...]) -> list[str]:
    """Return those of the marker lines `markers` that the file at `path` has."""
    if path.is_symlink() or not path.is_file():
        return []
    lines = {line.rstrip(b"\r") for line in path.read_bytes().split(b"\n")}
    return [marker for marker in markers if os.fsencode(marker) in lines]
