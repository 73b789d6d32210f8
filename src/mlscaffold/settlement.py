"""Decides what a merge means for each file: what changes, what stays, and what is to be named."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path

from . import definitions
from .git import call
from .merge import Merge
from .statements import DoubtError
from .trees import LINK, Commits, Difference, Entry, Scratch


class Kind(Enum):
    """Why a file is named after a merge."""

    DEFINITIONS = "merged by definition"
    TWICE = "defines a name twice now"
    DROPPED = "stays: you edited it, and the templates have it no longer"
    KEPT = "moved: you edited it, and the templates have it no longer"
    REBUILT = "moved: you edited it, and the templates wrote it anew"
    DELETED = "stays deleted, though the templates changed it"
    IGNORED = "stays as it is, because git ignores it, though the templates changed it"
    FOLLOWED = "you renamed it: it has what the templates changed"
    RETURNED = "looks like a file that you deleted, under a new name"
    MOVED = "the templates renamed it: it has your edits"
    MIGRATED = "yours, written anew as the new version reads it: values and comments stay"
    STALE = "yours, with blocks that nothing fills any more: take them out, their numbers are old"


@dataclass(frozen=True)
class Notice:
    """A file, by its path in the project, that nobody should be silent about."""

    kind: Kind
    path: str
    detail: str = ""


# Takes a path in the project, and those of all files that the templates have now.
Successor = Callable[[str, Container[str]], str]


@dataclass
class Plan:
    """What becomes of each file that changes, by its path in the work tree; None is nothing.

    Of each file with a conflict it holds the versions: 1 base, 2 the learner's, 3 the templates'.
    """

    changes: dict[str, Entry | None]
    known: set[str]  # those of them that the newest commit has
    conflicts: dict[str, dict[int, Entry]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    """What a settlement has to know of the project and the two versions."""

    prefix: str  # what the path of every file of the project begins with
    record: str  # the path of the file that says what the project was made from
    label: str  # what conflicts call the new side
    project: Path
    drop: Callable[[str], str]  # where an edited file goes that the templates have no longer
    successor: Successor  # what has its place in them, if anything


def settle(scratch: Scratch, commits: Commits, merged: Merge, terms: Terms) -> Plan:
    """Return the plan that a merge leads to."""
    return Settlement(scratch, commits, merged, terms).settle()


class Settlement:
    """The settlement of one merge."""

    def __init__(self, scratch: Scratch, commits: Commits, merged: Merge, terms: Terms) -> None:
        self.scratch, self.commits, self.merged, self.terms = scratch, commits, merged, terms
        result = scratch.compare(commits.newest, merged.tree)
        self.plan = Plan(
            {path: after for path, (_, after) in result.items()},
            {path for path, (before, _) in result.items() if before},
        )
        self.mine: Difference = scratch.compare(commits.base, commits.yours)
        self.theirs: Difference = scratch.compare(commits.base, commits.wanted)

    @cached_property
    def formatter(self) -> definitions.Formatter | None:
        """What formats Python as the project does."""
        return definitions.find_formatter(self.terms.project)

    @cached_property
    def wanted(self) -> set[str]:
        """The files that the templates have now, by their paths in the project."""
        return {self.inside(path) for path in self.scratch.list_tree(self.commits.wanted)}

    def settle(self) -> Plan:
        """Go through all that clashes, then look at what merged without a clash."""
        clashes = [stages for stages in self.merged.stages.values() if set(stages) == {1, 2, 3}]
        self.scratch.fetch(entry.blob for stages in clashes for entry in stages.values())
        for path, stages in self.merged.stages.items():
            if path != self.terms.record:
                self.settle_clash(path, stages)
        for path in self.mine.keys() & self.theirs.keys() - self.merged.stages.keys():
            gone = self.mine[path][1] is None and self.theirs[path][1] is None
            if gone and (self.scratch.top / path).is_file():
                self.note(Kind.IGNORED, path)
        self.name_sides()
        self.follow_renames()
        self.check_definitions()
        _, record = self.theirs.get(self.terms.record, (None, None))
        if record:
            self.plan.changes[self.terms.record] = record
        self.plan.notices.sort(key=lambda notice: (notice.kind.value, notice.path))
        return self.plan

    def note(self, kind: Kind, path: str, detail: str = "") -> None:
        """Remember to name the file at `path`."""
        self.plan.notices.append(Notice(kind, self.inside(path), self.inside(detail)))

    def inside(self, path: str) -> str:
        """Return the path, in the project, of what is at `path` of the work tree."""
        return path.removeprefix(self.terms.prefix)

    def settle_clash(self, path: str, stages: dict[int, Entry]) -> None:
        """Decide about a file where both sides did something, as far as that can be decided."""
        kinds = {message.kind for message in self.merged.messages if path in message.paths}
        deleted = any(kind.endswith("/delete)") for kind in kinds)
        if deleted and 2 not in stages:
            self.leave_deleted(path)
        elif deleted and 3 not in stages:
            self.drop(path, stages[2])
        elif not (kinds & {"CONFLICT (contents)"} and self.resolve(path, stages)):
            self.plan.conflicts[path] = stages

    def leave_deleted(self, path: str) -> None:
        """Leave alone what the learner deleted, or keeps where git does not look.

        What the templates renamed is as good as new, and so is what git merely takes for renamed.
        """
        if is_new(self.theirs, path):
            self.note(Kind.RETURNED, path)
            return
        self.plan.changes.pop(path, None)
        is_there = (self.scratch.top / path).is_file()
        self.note(Kind.IGNORED if is_there else Kind.DELETED, path)

    def drop(self, path: str, mine: Entry) -> None:
        """Do what is to be done with an edited file that the templates have no longer."""
        place = self.terms.drop(path)
        successor = self.terms.successor(self.inside(path), self.wanted)
        instead = f"instead of it: {successor}" if successor else ""
        if place == path:
            self.note(Kind.DROPPED, path, instead)
        else:
            self.plan.changes |= {path: None, place: mine}
            self.plan.known.add(path)
            self.note(Kind.KEPT, path, f"to {self.inside(place)}{instead and f'; {instead}'}")

    def resolve(self, path: str, stages: dict[int, Entry]) -> bool:
        """Merge otherwise a file that git could not merge, and tell whether it worked.

        A reason can be that the learner gave the file other line ends, so that all lines differ,
        or that both sides put something of their own in the same place.
        """
        if set(stages) != {1, 2, 3} or any(entry.mode == LINK for entry in stages.values()):
            return False
        base, yours, theirs = (self.scratch.read(stages[stage].blob) for stage in (1, 2, 3))
        content: bytes | None
        if ends_differ(base, yours, theirs):
            base, theirs = (text.replace(b"\n", b"\r\n") for text in (base, theirs))
            content, clean = self.merge_lines(base, yours, theirs)
        else:
            content, clean = None, False
        if not clean and path.endswith(".py"):
            text = merge_python(base, yours, theirs, self.formatter)
            if text is not None:
                content, clean = text.encode(), True
                self.note(Kind.DEFINITIONS, path)
        if content is not None:
            was = self.plan.changes.get(path) or stages[2]
            self.plan.changes[path] = Entry(was.mode, self.scratch.write(content))
        return clean

    def merge_lines(self, base: bytes, yours: bytes, theirs: bytes) -> tuple[bytes, bool]:
        """Merge three texts line by line, and tell whether nothing clashes."""
        with tempfile.TemporaryDirectory(prefix="mlscaffold-") as folder:
            places = [Path(folder) / name for name in ("yours", "base", "theirs")]
            for place, text in zip(places, (yours, base, theirs), strict=True):
                place.write_bytes(text)
            labels = ("-L", "yours", "-L", "base", "-L", self.terms.label)
            command = ("merge-file", "--stdout", "--quiet", *labels)
            content = call(*command, *places, cwd=self.scratch.top, statuses=range(128))
        return content, b"<<<<<<< yours" not in content

    def name_sides(self) -> None:
        """Write the names of the sides where git wrote those of its commits."""
        names = {self.commits.yours: "yours", self.commits.wanted: self.terms.label}

        def named(path: str) -> str:
            for commit, name in names.items():
                path = path.replace(f"~{commit}", f"~{name}")
            return path

        plan = self.plan
        plan.changes = {named(path): entry for path, entry in plan.changes.items()}
        plan.conflicts = {named(path): stages for path, stages in plan.conflicts.items()}
        for path in self.plan.conflicts:
            entry = self.plan.changes.get(path)
            if entry and entry.mode != LINK:
                content = self.scratch.read(entry.blob)
                text = content
                for commit, name in names.items():
                    text = text.replace(f" {commit}".encode(), f" {name}".encode())
                if text != content:
                    self.plan.changes[path] = Entry(entry.mode, self.scratch.write(text))

    def follow_renames(self) -> None:
        """Name what either side renamed and the other changed."""
        changes = self.plan.changes
        gone = {path for path, (_, after) in self.mine.items() if after is None}
        taken = {path for path in changes if is_new(self.mine, path) and path not in self.theirs}
        if gone and taken:
            renamed = self.scratch.renames(self.commits.base, self.commits.yours)
            for old, new in renamed.items():
                if new in taken and old in self.theirs:
                    self.note(Kind.FOLLOWED, new, old)
        moved = {path for path in changes if changes[path] is None and path in self.mine}
        if moved:
            renamed = self.scratch.renames(self.commits.base, self.commits.wanted)
            for old in moved & renamed.keys():
                self.note(Kind.MOVED, old, renamed[old])

    def check_definitions(self) -> None:
        """Name the Python files that both sides changed and where a name now stands twice."""
        both = self.mine.keys() & self.theirs.keys() - self.plan.conflicts.keys()
        merged = {
            path: entry
            for path, entry in self.plan.changes.items()
            if entry and path in both and path.endswith(".py")
        }
        self.scratch.fetch(entry.blob for entry in merged.values())
        for path, entry in merged.items():
            twice = self.find_twice(entry)
            sides = [side[path][1] for side in (self.mine, self.theirs)] if twice else []
            before = {name for side in sides for name in self.find_twice(side)}
            for name in twice:
                if name not in before:
                    self.note(Kind.TWICE, path, name)

    def find_twice(self, entry: Entry | None) -> list[str]:
        """Return the names that a Python file defines twice; none where it cannot be read."""
        if entry is None:
            return []
        try:
            return definitions.defined_twice(self.scratch.read(entry.blob).decode())
        except (SyntaxError, ValueError, DoubtError):
            return []


def is_new(difference: Difference, path: str) -> bool:
    """Tell whether a side has a file at `path` that the base does not have."""
    return path in difference and difference[path][0] is None


def ends_differ(base: bytes, yours: bytes, theirs: bytes) -> bool:
    """Tell whether the learner's file has the line ends of Windows, and the templates' not."""
    lines = yours.count(b"\n")
    return bool(lines) and lines == yours.count(b"\r\n") and b"\r\n" not in base + theirs


def merge_python(
    base: bytes, yours: bytes, theirs: bytes, formatter: definitions.Formatter | None
) -> str | None:
    """Merge three Python texts by definition, or return None."""
    try:
        texts = [text.decode() for text in (base, yours, theirs)]
    except UnicodeDecodeError:
        return None
    return definitions.merge(texts[0], texts[1], texts[2], formatter=formatter)
