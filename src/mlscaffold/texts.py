"""What an update means for the texts that belong to the learner: named, and left alone.

They are written once. So what the templates add later is shown, with the lines to paste, and so are
the blocks that the project filled with numbers and does not fill any more.
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .trees import Files

FOLDER = "mlscaffold-texts"  # in the git directory
MANY = 40  # lines of a text; more of them hide what else is said
BLOCK = re.compile(r"^<!-- ([a-z_]+) -->\r?$.*?^<!-- /\1 -->\r?$", re.DOTALL | re.MULTILINE)
MACHINE = "reports/"  # what the project writes itself; it is neither the learner's nor ours


@dataclass(frozen=True)
class Text:
    """A text of the learner, by its path in the project, and lines that the templates would add."""

    path: str
    lines: list[str]
    absent: bool = False  # no version that the learner had has this text

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
        mine = read(path)
        if mine is None and path in old:
            continue  # it was deleted
        before = old[path].content if path in old else b""
        try:
            lines = added_lines(before.decode(), new[path].content.decode(), (mine or b"").decode())
        except UnicodeDecodeError:
            continue
        if lines:
            found.append(Text(path, lines, absent=mine is None))
    return found


def find_stale(old: Files, new: Files, read: Callable[[str], bytes | None]) -> dict[str, list[str]]:
    """Return the blocks in the learner's texts that only the old version of the templates fills."""
    found = {}
    for path in sorted(name for name in old if not name.startswith(MACHINE)):
        gone = blocks(old[path].content) - (blocks(new[path].content) if path in new else set())
        if stale := gone & blocks(read(path) or b"") if gone else set():
            found[path] = sorted(stale)
    return found


def blocks(text: bytes) -> set[str]:
    """Return the names of the blocks in a text that the project fills with what it measured."""
    return set(BLOCK.findall(text.decode(errors="replace")))


def fill_blocks(text: bytes, mine: bytes) -> bytes:
    """Return `text` with its blocks as they are in `mine`: what the project fills is no edit."""
    filled = {found[1]: found[0] for found in BLOCK.finditer(mine.decode(errors="replace"))}
    shown = text.decode(errors="replace")
    return BLOCK.sub(lambda found: filled.get(found[1], found[0]), shown).encode()


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
