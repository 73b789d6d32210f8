"""Puts an answer into DECISIONS.md where a `why` is still open, after showing the difference."""

from __future__ import annotations

import difflib
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from ..errors import MlscaffoldError

PATH = "DECISIONS.md"
OPEN = re.compile(r"<!--\s*why:.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Proposal:
    """DECISIONS.md before and after an answer was put in."""

    place: Path
    before: str
    after: str

    @property
    def difference(self) -> list[str]:
        """The lines of the difference, as `git diff` shows it."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), PATH, PATH, n=1, lineterm=""
        )
        return list(lines)

    def write(self) -> None:
        """Write it; refuse where somebody has edited the file meanwhile."""
        if self.place.read_bytes().decode() != self.before:
            raise MlscaffoldError(f"{PATH} was edited meanwhile", "nothing was written; try again")
        self.place.write_bytes(self.after.encode())


def propose(root: Path, places: tuple[str, ...], answer: str) -> Proposal | None:
    """Return DECISIONS.md with an answer in place of the open `why` below a heading.

    `places` are the artifacts of the question: one of them is the heading. None where no `why` is
    open there.
    """
    lines = [int(each.partition(":")[2]) for each in places if each.startswith(f"{PATH}:")]
    place = root / PATH
    if not lines or place.is_symlink() or not answer.strip():
        return None
    try:
        text = place.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    start = starts[min(lines[0], len(starts)) - 1]
    following = re.compile(r"^## ", re.MULTILINE).search(text, start + 3)
    end = following.start() if following else len(text)
    found = OPEN.search(text, start, end)
    if not found:
        return None
    told = "\n".join(textwrap.wrap(answer.strip(), 100)).replace("<!--", "").replace("-->", "")
    newline = "\r\n" if "\r\n" in text else "\n"
    after = text[: found.start()] + told.replace("\n", newline) + text[found.end() :]
    return Proposal(place, text, after)
