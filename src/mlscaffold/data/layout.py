"""Where the table is within a text file: lines above it, header rows, names, lines below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .dialect import Dialect, parse
from .header import Row, is_header, is_value, last_block, more_headers, spread, tidy, unique
from .strays import first_table

BELOW = re.compile(
    r"((grand|sub)[ -]?)?(total|zwischensumme|sum|summe|gesamt)\b.*"
    r"|(source|quelle|notes?|footnote|\*|©)\b.*",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""@attribute\s+(?:['"]([^'"]+)['"]|(\S+))""", re.IGNORECASE)
SPARSE = 0.3  # share of cells up to which a last row is no row of values
USUAL = 0.02  # share of rows with so few values from which they are such rows all the same
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
    if layout := of_arff(head):
        return layout
    rows = number_rows(head, dialect)
    firsts = first_table([row for _, row in rows])
    body = firsts[len(firsts) // 5 :]
    width = Counter(map(len, body)).most_common(1)[0][0]
    used = used_columns(body, width)
    bare = unmark_header(rows, width, used)
    start = find_start(rows, width, used)
    first = rows[start][1]
    after = [row for _, row in rows[start + 1 :]]
    below = rows[start + 1][0] if after else rows[start][0] + 1
    above = groups_above([row for _, row in rows[:start]], first, width, used)
    layout = Layout([], width, rows[start][0])
    if not is_header(first, after, used):
        names = [f"column_{place}" for place in range(1, width + 1)]
        layout.names, layout.keywords = names, {"names": names}
        layout.notes.append("no header: the columns are called column_1, column_2, ...")
    elif (more := more_headers(after, used)) + len(above):
        below = rows[start + 1 + more][0] if len(rows) > start + 1 + more else below + more
        join_headers(layout, [*above, first, *after[:more]], below)
    else:
        layout.names, layout.first = unique(first), below
        if len(first) < width:
            fill(layout, first, after)
        elif len(first) > width:
            cut_names(layout, first)
    if layout.first and "names" in layout.keywords:
        layout.keywords["skiprows"] = layout.first
    elif (
        "names" not in layout.keywords
        and rows[start][0]
        and any(line.strip() for line in head[: rows[start][0]])
    ):
        layout.keywords["skiprows"] = rows[start][0]
        layout.notes.append(f"{lines(start or rows[start][0])} above the header left out")
    if "names" not in layout.keywords and start == bare:
        layout.keywords |= {"names": layout.names, "skiprows": layout.first}
    if "names" not in layout.keywords:
        written = next(parse(head[rows[start][0] :], dialect), [])
        if any(cell != cell.rstrip() for cell in written):  # pandas would keep the blanks
            layout.keywords |= {"names": layout.names, "skiprows": layout.first}
    find_extras(layout, head, tail, dialect, width)
    tidy_names(layout)
    if twice := [
        name
        for name, said in zip(layout.names, first, strict=False)
        if said and name == f"{said}.1"
    ]:
        layout.notes.append(f"columns of one name: a second one is called {', '.join(twice[:4])}")
    return layout


def join_headers(layout: Layout, headers: list[Row], below: int) -> None:
    """Name columns by the words of several rows; merged cells go on to the right."""
    said = last_block([*map(spread, headers[:-1]), headers[-1]])
    joined = [" ".join(dict.fromkeys(filter(None, each))) for each in zip(*said, strict=False)]
    joined += [f"unnamed_{place}" for place in range(1, layout.width - len(joined) + 1)]
    layout.names = unique(joined[: layout.width])
    layout.keywords, layout.first = {"names": layout.names}, below
    layout.notes.append(f"{len(headers)} header rows: their words are joined to one name each")


def groups_above(above: list[Row], first: Row, width: int, used: list[int]) -> list[Row]:
    """Return rows above a header that name groups of columns, where its own names are not enough.

    They are not if some repeat or lack; a title is no such row, as it fills one cell.
    """
    names = [first[place] for place in used if place < len(first)]
    found: list[Row] = []
    if len({*names} - {""}) == len(used):
        return found
    for row in reversed(above):
        if len(row) != width or sum(map(bool, row)) < 2 or any(map(is_value, row)):
            break
        found.insert(0, row)
    return found


def cut_names(layout: Layout, first: Row) -> None:
    """Keep names that no row has a value for; names without words at the end are none."""
    named = max((place for place, name in enumerate(first) if name), default=0) + 1
    layout.width = max(layout.width, named)
    layout.names = layout.names[: layout.width]
    if layout.width < len(first):
        layout.keywords |= {"names": layout.names}


def of_arff(head: list[str]) -> Layout | None:
    """Return the layout of a file of Weka, which declares its columns first, or nothing."""
    lines = [line.strip() for line in head]
    start = next((n for n, line in enumerate(lines) if line.lower() == "@data"), 0)
    declared = [ATTRIBUTE.match(line) for line in lines[:start]]
    if not (names := unique([tidy(found[1] or found[2]) for found in declared if found])):
        return None
    keywords = {"names": names, "skiprows": start + 1}
    notes = [f"a file of Weka: {len(names)} columns as it declares them"]
    return Layout(names, len(names), start + 1, keywords, notes)


def tidy_names(layout: Layout) -> None:
    """Give columns names that queries can hold; a line end in one asks for a file of its own."""
    names = unique([tidy(name) for name in layout.names])
    if names == layout.names:
        return
    if any(re.search(r"[\n\r]", name) for name in layout.names):
        layout.reasons.append("names of columns on one line each")
    layout.names = names
    layout.keywords |= {"names": names, "skiprows": layout.first}


def unmark_header(rows: list[tuple[int, Row]], width: int, used: list[int]) -> int:
    """Take the mark of a comment off a row of names, `# a b c`, and return its place, or -1."""
    for place, (before, row) in enumerate(rows[:60]):
        if not row[0].startswith(COMMENT):
            continue
        cells = [row[0].lstrip("#%/ "), *row[1:]]
        cells = cells if cells[0] else cells[1:]
        after = [each for _, each in rows[place + 1 :] if not each[0].startswith(COMMENT)]
        last = place + 1 < len(rows) and not rows[place + 1][1][0].startswith(COMMENT)
        if last and len(cells) == width > 1 and is_header(cells, after, used):
            rows[place] = (before, cells)
            return place
    return -1


def used_columns(body: Sequence[Row], width: int) -> list[int]:
    """Return the places of columns that hold something."""
    full = [row for row in body if len(row) == width]
    return [place for place in range(width) if any(row[place] for row in full)] or [0]


def find_start(rows: list[tuple[int, Row]], width: int, used: list[int]) -> int:
    """Return the place of the first row that belongs to the table: its header, or values."""
    for place, (_, row) in enumerate(rows[:60]):
        filled = sum(place < len(row) and bool(row[place]) for place in used)
        near = len(row) >= min(width, used[-1] + 1) - 1 if width > 2 else len(row) == width
        said = row[0].startswith(COMMENT) and place + 1 < len(rows)
        if said and not (
            len(row) == width and is_header(row, [r for _, r in rows[place + 1 :]], used)
        ):
            continue
        if len(row) > width and is_above(rows[place + 1 :], width, used):
            continue
        if near and filled >= min(len(used), max(0.6 * len(used), 2 if width > 2 else 1)):
            return place
        if near and len(row) == width - 1 and filled >= len(used) - 1:
            return place
    return 0


def is_above(rows: list[tuple[int, Row]], width: int, used: list[int]) -> bool:
    """Return whether the next row is a header of the right width, so that this one is a title."""
    below = [row for _, row in rows]
    return bool(below) and len(below[0]) == width and is_header(below[0], below[1:], used)


def fill(layout: Layout, first: Row, after: Sequence[Row]) -> None:
    """Name columns that the header forgets: at the end if they are empty there, else in front."""
    lacking = layout.width - len(first)
    empty = not any(row[-1] for row in after if len(row) == layout.width)
    extra = [f"unnamed_{place}" for place in range(1, lacking + 1)]
    layout.names = [*layout.names, *extra] if empty else [*extra, *layout.names]
    layout.keywords["names"] = layout.names
    where = "at the end of each row" if empty else "in front, as R writes the names of rows"
    layout.notes.append(f"the header is shorter than the rows: {lacking} more column {where}")


def find_extras(
    layout: Layout, head: list[str], tail: list[str], dialect: Dialect, width: int
) -> None:
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
    sparse = sum(sum(map(bool, row)) <= SPARSE * width for _, row in number_rows(head, dialect))
    below, gaps = 0, sparse > USUAL * len(head)
    for before, row in reversed(rows):
        filled = [cell for cell in row if cell]
        bare = len(filled) <= SPARSE * width and not gaps
        short = width > 2 and (len(row) < width or bare)
        said = bool(filled) and bool(BELOW.fullmatch(filled[0])) and len(filled) < width
        if not (short or said) or len(rows) == len(tail) == 1:
            break
        below = len(tail) - before
    if 0 < below <= 15 and width > 2:
        layout.keywords["skipfooter"] = below
        layout.notes.append(f"{lines(below)} below the table left out")


def lines(count: int) -> str:
    """Return how many lines in words."""
    return "1 line" if count == 1 else f"{count} lines"
