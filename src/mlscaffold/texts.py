"""What is new in the texts that belong to the learner: named, with the lines to paste."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .trees import Files

FOLDER = "mlscaffold-texts"  # in the git directory
MANY = 40  # lines of a text; more of them hide what else is said
MACHINE = "reports/"  # what the project writes itself; it is neither the learner's nor ours


@dataclass(frozen=True)
class Text:
    """A text of the learner, by its path in the project, and lines that the templates would add."""

    path: str
    lines: list[str]

    @property
    def is_long(self) -> bool:
        """Tell whether messages show only its beginning, so that all of it has to be kept."""
        return len(self.lines) > MANY

    @property
    def beginning(self) -> list[str]:
        """What messages show of a long one."""
        return self.lines[:MANY]


def find_texts(old: Files, new: Files, read: Callable[[str], bytes | None]) -> list[Text]:
    """Return what the templates add to the learner's texts, but for what these have already."""
    found = []
    for path in sorted(new):
        if path.startswith(MACHINE) or new[path] == old.get(path):
            continue
        if (mine := read(path)) is None:
            continue
        before = old[path].content if path in old else b""
        try:
            lines = added_lines(before.decode(), new[path].content.decode(), mine.decode())
        except UnicodeDecodeError:
            continue
        if lines:
            found.append(Text(path, lines))
    return found


def added_lines(old: str, new: str, mine: str) -> list[str]:
    """Return the lines of `new` that are neither in `old` nor in `mine`, in blocks."""
    before, after, known = old.splitlines(), new.splitlines(), set(mine.splitlines())
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for what, _, _, start, end in matcher.get_opcodes():
        block = [line for line in after[start:end] if line not in known or not line.strip()]
        if what in {"insert", "replace"} and any(line.strip() for line in block):
            lines += [*([""] if lines else []), *"\n".join(block).strip("\n").split("\n")]
    return lines


def keep_texts(texts: list[Text], folder: Path) -> Path | None:
    """Write the lines of each long text to a file in `folder`, instead of what was kept before.

    Return `folder`, or None where nothing is kept, be it that the disk is full.
    """
    forget_texts(folder)
    long = [text for text in texts if text.is_long]
    try:
        for text in long:
            place = folder / text.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("\n".join([*text.lines, ""]), "utf-8")
    except OSError:  # the project is changed by now: messages show all lines instead
        forget_texts(folder)
        return None
    return folder if long else None


def forget_texts(folder: Path) -> None:
    """Remove what was kept in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
