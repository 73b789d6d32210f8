"""Merges the project with what the templates changed, by git's own merge, without a work tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import MlscaffoldError
from .git import call, git
from .trees import Commits, Entry, Scratch

OLDEST_GIT = (2, 38)
# A folder that the learner renamed must not draw new files of the templates with it, nor one that
# the templates renamed files of the learner.
SETTINGS = ("-c", "merge.directoryRenames=false", "-c", "merge.renames=true")


@dataclass(frozen=True)
class Message:
    """What git says of a merge: a kind such as `CONFLICT (contents)`, and the paths concerned."""

    kind: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """What a merge came to: a tree, and for each path that clashes its versions by stage.

    Stage 1 is the base, 2 what the learner has, 3 what the templates have.
    """

    tree: str
    stages: dict[str, dict[int, Entry]] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)


def check_git() -> None:
    """Refuse a git that cannot merge without a work tree."""
    version = git("version")
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST_GIT:
        raise MlscaffoldError(
            f"this needs git 2.38 or newer, and yours says `{version}`",
            "upgrade git; until then `copier update` does it, more slowly",
        )


def merge(scratch: Scratch, commits: Commits) -> Merge:
    """Merge the project with what is wanted."""
    output = call(
        *(*SETTINGS, "merge-tree", "--write-tree", "-z", "--messages"),
        *(commits.yours, commits.wanted),
        cwd=scratch.top,
        env=scratch.environment,
        statuses=(0, 1),
    )
    return parse(output.decode("utf-8", "surrogateescape"))


def parse(output: str) -> Merge:
    """Read what `git merge-tree -z` prints."""
    fields = iter(output.split("\0"))
    merged = Merge(next(fields))
    for line in iter(lambda: next(fields, ""), ""):
        entry, path = line.split("\t", 1)
        mode, blob, stage = entry.split(" ")
        merged.stages.setdefault(path, {})[int(stage)] = Entry(mode, blob)
    for count in fields:
        if count:
            paths = tuple(next(fields) for _ in range(int(count)))
            merged.messages.append(Message(next(fields), paths))
            next(fields)  # the sentence
    return merged
