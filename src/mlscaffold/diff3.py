"""Merges the lines of two sides that changed different lines of a common text."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from .statements import DoubtError

Hunk = tuple[int, int, tuple[str, ...]]  # first and last line of the base, and what replaces them


def merge_lines(base: str, yours: str, theirs: str) -> str:
    """Return `base` with the changes of both sides, between which a line must be unchanged."""
    lines = base.split("\n")
    mine, new = (hunks(lines, text.split("\n")) for text in (yours, theirs))
    for one in mine:
        for other in new:
            if one != other and one[0] <= other[1] and other[0] <= one[1]:
                raise DoubtError("both sides changed the same lines")
    for first, last, replacement in sorted({*mine, *new}, reverse=True):
        lines[first:last] = replacement
    return "\n".join(lines)


def hunks(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """Return what makes `side` of `base`."""
    found = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [(i, j, tuple(side[k:m])) for what, i, j, k, m in found if what != "equal"]
