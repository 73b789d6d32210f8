"""The header of a table: whether a row holds names, over how many rows, and how they are put."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .dialect import TYPED

Row = list[str]
VALUE = re.compile(
    r"[-+]?[$€£]?\d[\d.,' ]*(e[-+]?\d+)?\s?[%€]?|\d+[-/.:]\d+.*|\?|true|false", re.IGNORECASE
)
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
LETTER = re.compile(r"\w")
PERIOD = re.compile(
    r"(19|20)\d\d([-/.](\d{1,2}|Q[1-4])){0,2}|\d{1,2}([-/.]\d{1,2})?[-/.](19|20)\d\d"
)
YEAR = re.compile(r"(19|20)\d\d")


def tidy(name: str) -> str:
    """Return a name on one line, without signs nobody sees, or that queries of pandas need."""
    name = UNSEEN.sub("", name)
    return " ".join(name.split()).replace("`", "'") if re.search(r"[\n\r`]", name) else name


def is_header(first: Row, after: Sequence[Row], used: Sequence[int]) -> bool:
    """Return whether a row holds names: words that differ from each other and from what follows."""
    cells = [first[place] for place in used if place < len(first)]
    named = [cell for cell in cells if cell]
    odd = [cell for cell in named if VALUE.fullmatch(cell) and not YEAR.fullmatch(cell)]
    if not named or (odd and not (of_periods(first, after) or names_most(first, after, used))):
        return False
    if len({*named}) < 0.7 * len(named) and not after:
        return False
    rows = after[:200]
    for place in used:
        below = [row[place] for row in rows if place < len(row) and row[place]]
        typed = sum(bool(TYPED.fullmatch(cell)) for cell in below)
        if below and typed > 0.7 * len(below):
            return True  # a word above numbers or dates
    recurs = sum(
        first[place] in {row[place] for row in rows if place < len(row)}
        for place in used
        if place < len(first) and first[place]
    )
    long = max(map(len, named)) > 60
    return recurs == 0 and not long and len({*named}) == len(named)


def names_most(first: Row, after: Sequence[Row], used: Sequence[int]) -> bool:
    """Return whether most numbers stand below words that differ, some below codes: price, 4046."""
    cells = [cell for cell in first if cell]
    above = [
        first[place]
        for place in used
        if place < len(first) and first[place]
        if (below := [row[place] for row in after[:20] if place < len(row) and row[place]])
        and all(map(TYPED.fullmatch, below))
    ]
    words = [cell for cell in above if not TYPED.fullmatch(cell)]
    return len({*cells}) == len(cells) and len(words) > max(2, len(above) / 2)


def of_periods(first: Row, after: Sequence[Row]) -> bool:
    """Return whether names are words and then months, days or numbers that rise, as of a pivot."""
    places = [place for place, cell in enumerate(first) if PERIOD.fullmatch(cell)]
    numbers = [int(cell) for cell in first[1:] if cell.isdigit()]
    if numbers and len(numbers) == len(first) - 1 > 2:  # of a pivot: user, 1, 2, 3, ...
        above = [row[0] for row in after[:20] if row[0]]
        rising = all(a < b for a, b in pairwise(numbers)) and not VALUE.fullmatch(first[0] or "1")
        return rising and bool(above) and all(map(TYPED.fullmatch, above))
    rest = [cell for place, cell in enumerate(first) if place not in places]
    if len(places) < 2 or not rest or any(VALUE.fullmatch(cell) for cell in rest):
        return False
    below = [row[place] for row in after[:20] for place in places if place < len(row)]
    return bool(below) and not any(map(PERIOD.fullmatch, below))


def more_headers(after: Sequence[Row], used: Sequence[int]) -> int:
    """Return how many rows below the first are header as well: without a value, unlike the next."""
    first_values = next(
        (place for place, row in enumerate(after[:5]) if sum(map(is_value, row)) > 0), len(after)
    )
    if not 0 < first_values < 5 or first_values == len(after):
        return 0
    places = [place for place, cell in enumerate(after[first_values]) if is_value(cell)]
    for row in after[:first_values]:
        if not any(row):
            continue
        cells = [row[place] for place in places if place < len(row)]
        if not any(cell and not TYPED.fullmatch(cell) for cell in cells):
            return 0
        below = {
            each[place]
            for each in after[first_values:60]
            for place in used
            if place < len(each) and each != row  # a header comes again on each page
        }
        if {cell for cell in cells if cell} & below:
            return 0
    return first_values


def last_block(rows: list[Row]) -> list[Row]:
    """Return the last rows with letters; what is above a ruled line is a title."""
    found: list[Row] = []
    ruled = False
    for row in rows:
        if not any(map(LETTER.search, row)):
            ruled = True
            continue
        found = [row] if ruled else [*found, row]
        ruled = False
    return found


def is_value(cell: str) -> bool:
    """Return whether a cell is a number, a date or the like."""
    return bool(VALUE.fullmatch(cell))


def spread(cells: Row) -> Row:
    """Return names with each gap filled by the name to its left, as merged cells are written."""
    found: Row = []
    for cell in cells:
        found.append(cell or (found[-1] if found else ""))
    return found


def unique(cells: Sequence[str]) -> list[str]:
    """Return names as pandas gives them: numbered where they are empty or repeat."""
    found: dict[str, None] = {}
    for place, cell in enumerate(cells):
        name = wanted = cell or f"Unnamed: {place}"
        again = 0
        while name in found:
            again += 1
            name = f"{wanted}.{again}"
        found[name] = None
    return [*found]
