"""Tables whose cells are set apart by blanks: one, two, or as many as fill a fixed width."""

from __future__ import annotations

import re
from itertools import pairwise

WIDE = r"\s{2,}"
LINES = 200  # that are judged
SIGNS = ",;\t|"  # one of which stands between cells if most lines have it
MOSTLY = 0.8  # share of lines with that sign
COUNTED = re.compile(r"[\[(]?\d[\d,]* rows?\b")  # [150 rows x 5 columns]
TITLES = 4  # lines above the names
FEWEST = 10  # lines that tell columns of a fixed width
FILLED = 0.5  # share of lines that hold something in each of them


def is_aligned(text: str) -> bool:
    """Return whether cells are set in columns with blanks, and a tab before a name in quotes."""
    lines = [line for line in text.splitlines() if line.strip()][:LINES]
    if len(lines) < 3 or not all("\t" in line and "  " in line.split("\t")[0] for line in lines):
        return False
    widths = {len(re.findall(r'"[^"]*"|\S+', line)) for line in lines}
    return len(widths) == 1 and min(widths) > lines[0].count("\t") + 2


def is_spaced(text: str) -> bool:
    """Return whether two blanks and more stand between cells, and single ones within them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:LINES]
    if is_parted(lines):
        return False
    wide = {len(re.split(WIDE, line)) for line in lines}
    narrow = {len(line.split()) for line in lines}
    return len(lines) > 2 and len(wide) == 1 and min(wide) > 2 and len(narrow) > 1


def find_cuts(text: str) -> tuple[int, ...]:
    """Return where columns of a fixed width begin, or nothing.

    Needed where cells are empty or hold blanks, so that words do not tell the columns. Each of them
    must have a name in the first line, and nothing may stand between two of them in any line.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()][:LINES]
    lines = [line for line in lines if not COUNTED.match(line)]
    for above in range(min(TITLES, len(lines))):
        if cuts := cuts_of(lines[above:]):
            return cuts
    return ()


def cuts_of(lines: list[str]) -> tuple[int, ...]:
    """Return where columns begin in lines of which the first one names them, or nothing."""
    if len(lines) < FEWEST or is_parted(lines):
        return ()
    first, *others = [len(line.split()) for line in lines]
    if any("\t" in line for line in lines) or (
        len({*others}) == 1 and first in (others[0], others[0] - 1)
    ):
        return ()  # words tell the columns
    parts = named_parts(lines)
    cuts = (0, *((a[1] + b[0] + 1) // 2 for a, b in pairwise(parts)))
    columns = zip(*(split_at(line, cuts) for line in lines), strict=True)
    filled = all(sum(map(bool, column)) >= FILLED * len(lines) for column in columns)
    return cuts if len(cuts) > 2 and filled else ()


def is_parted(lines: list[str]) -> bool:
    """Return whether a sign other than a blank stands between cells."""
    return any(sum(sign in line for line in lines) > MOSTLY * len(lines) for sign in SIGNS)


def named_parts(lines: list[str]) -> list[tuple[int, int]]:
    """Return where columns begin and end that no line writes between, and the first line names.

    What has no name there belongs to its nearer neighbour: a word before others, say.
    """
    width = max(map(len, lines))
    used = [any(line[place : place + 1].strip() for line in lines) for place in range(width)]
    edges = [place for place, (a, b) in enumerate(pairwise([False, *used, False])) if a != b]
    parts = [*zip(edges[::2], edges[1::2], strict=True)]
    place = 1  # without a name the first one holds the names of rows
    while place < len(parts):
        start, end = parts[place]
        if lines[0][start:end].strip():
            place += 1
            continue
        after = parts[place + 1 : place + 2]
        right = after[0][0] - end if after else width
        if right < start - parts[place - 1][1]:
            parts[place : place + 2] = [(start, after[0][1])]
        else:
            parts[place - 1 : place + 1] = [(parts[place - 1][0], end)]
    return parts


def split_at(line: str, cuts: tuple[int, ...]) -> list[str]:
    """Return the cells of a line in columns of a fixed width."""
    bare = line.rstrip("\r\n")
    return [bare[a:b].strip() for a, b in pairwise([*cuts, max(len(bare), cuts[-1])])]
