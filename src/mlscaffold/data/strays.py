"""Rows that are no cases: the header again, sums of others, numbers of pages, a second table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .header import Row, is_value, tidy, unique

SUM = re.compile(r"((grand|sub)[ -]?total|total|zwischensumme|summe)\b.*", re.IGNORECASE)
PAGE = re.compile(
    r"(page|seite|pagina|p\u00e1gina|p\.) ?\d+( ?(of|von|/|de|di|sur) ?\d+)?", re.IGNORECASE
)
ANOTHER = 0.7  # share of the names of a table that a second one repeats


def stray_kind(row: Sequence[str], names: Sequence[str]) -> str:
    """Return whether a row repeats the header, adds up those above it or numbers a page, or ''."""
    if row[0].strip(" \t\ufeff") == names[0] and named(row) == [*names]:
        return "again"
    first = next((cell.strip() for cell in row if cell.strip()), "")
    paged, summed = PAGE.fullmatch(first), SUM.fullmatch(first)
    if not paged and not summed:
        return ""
    filled = sum(bool(cell.strip()) for cell in row)
    if paged:
        return "pages" if filled == 1 else ""
    return "sums" if len(names) > 3 and filled <= len(names) / 2 else ""


def begins_another(row: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a row is the header of a second table: most of these names, but not all."""
    common = len({cell.strip() for cell in row} & {*names})
    return len(names) > 2 and common > ANOTHER * len(names) and named(row) != [*names]


def first_table(rows: list[Row]) -> list[Row]:
    """Return the rows above the header of a second table, if there are enough of them."""
    header = next(
        (row for row in rows if len({*row} - {""}) > 2 and not any(map(is_value, row))), []
    )
    names = unique([*map(tidy, header)])
    place = next((n for n, row in enumerate(rows) if begins_another(row, names)), len(rows))
    return rows[:place] if place > len(rows) / 3 else rows


def named(row: Sequence[str]) -> list[str]:
    """Return the cells of a row as they are put where they are names."""
    return unique([tidy(cell.strip()) for cell in row])
