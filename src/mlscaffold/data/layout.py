"""Where the table is within a text file: lines above it, header rows, names, lines below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .dialect import TYPED, Dialect, parse

Row = list[str]
VALUE = re.compile(
    r"[-+]?[$€£]?\d[\d.,' ]*(e[-+]?\d+)?\s?[%€]?|\d+[-/.:]\d+.*|\?|true|false", re.IGNORECASE
)
BELOW = re.compile(
    r"((grand|sub)[ -]?)?(total|zwischensumme|sum|summe|gesamt)\b.*"
    r"|(source|quelle|notes?|footnote|\*|©)\b.*",
    re.IGNORECASE,
)
SUM = re.compile(r"((grand|sub)[ -]?total|total|zwischensumme|summe)\b.*", re.IGNORECASE)
COMMENT = ("#", "%", "//")
CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")


@dataclass
class Layout:
    """What pandas must be told beside separator and encoding, and what no keyword can tell it."""

    names: list[str]
    width: int
    first: int  # the number of lines before the first row of values
    keywords: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)  # to convert the file once


def number_rows(lines: list[str], dialect: Dialect) -> list[tuple[int, Row]]:
    """Return rows with the number of lines that lie before each, without empty ones."""
    found, taken = [], 0

    def feed() -> Any:
        nonlocal taken
        for line in lines:
            taken += 1
            yield line

    before = 0
    for row in parse(feed(), dialect):
        cells = [cell.strip() for cell in row]
        if any(cells) or len(cells) > 1:
            found.append((before, cells))
        before = taken
    return found


def find_layout(head: list[str], tail: list[str], dialect: Dialect) -> Layout:
    """Return the layout of a file from its first and its last lines."""
    rows = number_rows(head, dialect)
    body = [row for _, row in rows[len(rows) // 5 :]] or [row for _, row in rows]
    width = Counter(map(len, body)).most_common(1)[0][0]
    used = used_columns(body, width)
    start = find_start(rows, width, used)
    first = rows[start][1]
    after = [row for _, row in rows[start + 1 :]]
    below = rows[start + 1][0] if after else rows[start][0] + 1
    layout = Layout([], width, rows[start][0])
    if not is_header(first, after, used):
        names = [f"column_{place}" for place in range(1, width + 1)]
        layout.names, layout.keywords = names, {"names": names}
        layout.notes.append("no header: the columns are called column_1, column_2, ...")
    elif (more := more_headers(after, used)) > 0:
        rows_of_names = [spread(first), *map(spread, after[: more - 1]), after[more - 1]]
        said = last_block(rows_of_names)
        joined = [" ".join(dict.fromkeys(filter(None, each))) for each in zip(*said, strict=False)]
        joined += [f"unnamed_{place}" for place in range(1, width - len(joined) + 1)]
        layout.names = unique(joined[:width])
        below = rows[start + 1 + more][0] if len(rows) > start + 1 + more else below + more
        layout.keywords, layout.first = {"names": layout.names}, below
        layout.notes.append(f"{more + 1} header rows: their words are joined to one name each")
    else:
        layout.names = unique(first[:width] if len(first) > width else first)
        layout.first = below
        if len(first) < width:
            fill(layout, first, after)
    if layout.first and "names" in layout.keywords:
        layout.keywords["skiprows"] = layout.first
    elif (
        "names" not in layout.keywords
        and rows[start][0]
        and any(line.strip() for line in head[: rows[start][0]])
    ):
        layout.keywords["skiprows"] = rows[start][0]
        layout.notes.append(f"{lines(start or rows[start][0])} above the header left out")
    if "names" not in layout.keywords:
        written = next(parse(head[rows[start][0] :], dialect), [])
        if any(cell != cell.rstrip() for cell in written):  # pandas would keep the blanks
            layout.keywords |= {"names": layout.names, "skiprows": layout.first}
    find_extras(layout, head, tail, dialect)
    tidy_names(layout)
    if twice := [
        name
        for name, said in zip(layout.names, first, strict=False)
        if said and name == f"{said}.1"
    ]:
        layout.notes.append(f"columns of one name: a second one is called {', '.join(twice[:4])}")
    return layout


def is_stray(row: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a row among others repeats the header, or adds up those above it."""
    if row[0].strip() == names[0] and [cell.strip() for cell in row] == [*names]:
        return True
    first = next((cell.strip() for cell in row if cell.strip()), "")
    if len(names) < 4 or not SUM.fullmatch(first):
        return False
    return sum(bool(cell.strip()) for cell in row) <= len(names) / 2


def tidy(name: str) -> str:
    """Return a name on one line, and without the sign around names in queries of pandas."""
    return " ".join(name.split()).replace("`", "'") if re.search(r"[\n\r`]", name) else name


def tidy_names(layout: Layout) -> None:
    """Give columns names that queries can hold; a line end in one asks for a file of its own."""
    names = unique([tidy(name) for name in layout.names])
    if names == layout.names:
        return
    if any(re.search(r"[\n\r]", name) for name in layout.names):
        layout.reasons.append("names of columns on one line each")
    layout.names = names
    layout.keywords |= {"names": names, "skiprows": layout.first}


def used_columns(body: Sequence[Row], width: int) -> list[int]:
    """Return the places of columns that hold something."""
    full = [row for row in body if len(row) == width]
    return [place for place in range(width) if any(row[place] for row in full)] or [0]


def find_start(rows: list[tuple[int, Row]], width: int, used: list[int]) -> int:
    """Return the place of the first row that belongs to the table: its header, or values."""
    for place, (_, row) in enumerate(rows[:60]):
        filled = sum(place < len(row) and bool(row[place]) for place in used)
        near = len(row) >= width - 1 if width > 2 else len(row) == width
        said = row[0].startswith(COMMENT) and place + 1 < len(rows)
        if said and not (
            len(row) == width and is_header(row, [r for _, r in rows[place + 1 :]], used)
        ):
            continue
        if near and filled >= min(len(used), max(0.6 * len(used), 2 if width > 2 else 1)):
            return place
        if near and len(row) == width - 1 and filled >= len(used) - 1:
            return place
    return 0


def is_header(first: Row, after: Sequence[Row], used: Sequence[int]) -> bool:
    """Return whether a row holds names: words that differ from each other and from what follows."""
    cells = [first[place] for place in used if place < len(first)]
    named = [cell for cell in cells if cell]
    odd = [cell for cell in named if VALUE.fullmatch(cell) and not YEAR.fullmatch(cell)]
    if not named or (odd and not of_periods(first, after)):
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


LETTER = re.compile(r"\w")
PERIOD = re.compile(
    r"(19|20)\d\d([-/.](\d{1,2}|Q[1-4])){0,2}|\d{1,2}([-/.]\d{1,2})?[-/.](19|20)\d\d"
)
YEAR = re.compile(r"(19|20)\d\d")


def more_headers(after: Sequence[Row], used: Sequence[int]) -> int:
    """Return how many rows below the first are header as well: without a value, unlike the next."""
    first_values = next(
        (place for place, row in enumerate(after[:5]) if sum(map(is_value, row)) > 0), len(after)
    )
    if not 0 < first_values < 5 or first_values == len(after):
        return 0
    places = [place for place, cell in enumerate(after[first_values]) if is_value(cell)]
    for row in after[:first_values]:
        cells = [row[place] for place in places if place < len(row)]
        if not any(cell and not TYPED.fullmatch(cell) for cell in cells):
            return 0
        below = {
            each[place] for each in after[first_values:60] for place in used if place < len(each)
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
    found: list[str] = []
    for place, cell in enumerate(cells):
        name = wanted = cell or f"Unnamed: {place}"
        again = 0
        while name in found:
            again += 1
            name = f"{wanted}.{again}"
        found.append(name)
    return found


def fill(layout: Layout, first: Row, after: Sequence[Row]) -> None:
    """Name columns that the header forgets: at the end if they are empty there, else in front."""
    lacking = layout.width - len(first)
    empty = not any(row[-1] for row in after if len(row) == layout.width)
    extra = [f"unnamed_{place}" for place in range(1, lacking + 1)]
    layout.names = [*layout.names, *extra] if empty else [*extra, *layout.names]
    layout.keywords["names"] = layout.names
    where = "at the end of each row" if empty else "in front, as R writes the names of rows"
    layout.notes.append(f"the header is shorter than the rows: {lacking} more column {where}")


def find_extras(layout: Layout, head: list[str], tail: list[str], dialect: Dialect) -> None:
    """Note what stands among the rows: comments, marks of a git conflict, lines below the table."""
    if sum(line.startswith(CONFLICT[0]) for line in head) and any(
        line.startswith(CONFLICT[2]) for line in [*head, *tail]
    ):
        layout.reasons.append("marks of a git conflict: the rows of both sides are kept, once each")
    inner = [line for line in head[layout.first :] if line.startswith("#")]
    if inner and len(inner) < len(head) / 3:
        if any("#" in line[1:] for line in head[layout.first :]):
            layout.reasons.append("comment lines among the rows, and # within cells")
        else:
            layout.keywords["comment"] = "#"
    rows = number_rows(tail, dialect)[-20:]
    below = 0
    for before, row in reversed(rows):
        filled = [cell for cell in row if cell]
        short = layout.width > 2 and (len(row) < layout.width or len(filled) <= 0.3 * layout.width)
        said = bool(filled) and bool(BELOW.fullmatch(filled[0])) and len(filled) < layout.width
        if not (short or said) or len(rows) == len(tail) == 1:
            break
        below = len(tail) - before
    if 0 < below <= 15 and layout.width > 2:
        layout.keywords["skipfooter"] = below
        layout.notes.append(f"{lines(below)} below the table left out")


def lines(count: int) -> str:
    """Return how many lines in words."""
    return "1 line" if count == 1 else f"{count} lines"
