"""Where projects come from: anything that turns a version and answers into a tree of files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Source(Protocol):
    """A template that can render any of its versions."""

    @property
    def name(self) -> str:
        """What messages and labels call it, such as `templates`."""

    def versions(self) -> list[str]:
        """Return its releases, the oldest first; none where it has no history."""

    def newest(self) -> str:
        """Return the version that an update leads to."""

    def check_way(self, old: str, new: str) -> None:
        """Refuse an update from `old` to `new` that takes more than merging files."""

    def render(
        self, version: str, answers: Mapping[str, object], folder: Path, *, update: bool = False
    ) -> None:
        """Render `version` with `answers` into the new `folder`, the record of both included.

        With `update`, what belongs to the learner after the creation is left out.
        """


def readable(version: str) -> str:
    """Return `version` as people read it: a hash is too long for them."""
    return version[:12] if re.fullmatch(r"[0-9a-f]{40,64}", version) else version


def is_older(version: str, other: str) -> bool:
    """Tell whether `version` comes before `other`, as far as both are numbers."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) < Version(other)
    except InvalidVersion:
        return False


@dataclass(frozen=True)
class Record:
    """What a project says it was made from."""

    source: Source
    version: str
    answers: dict[str, object]
    file: str  # the path, in the project, of the file that says so
    skip: tuple[str, ...] = ()  # patterns of the files that an update leaves alone
