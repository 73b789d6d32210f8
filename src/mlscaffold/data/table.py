"""A text file as a table: how it is read, and its cells, all of them or a sample."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .dialect import Dialect, find_dialect, parse
from .encoding import errors_of, find_encoding
from .footers import sums_up
from .layout import Layout, find_layout
from .numbers import looks_numeric
from .repairs import GARBLED
from .source import Fingerprint, Source, fingerprint, open_bytes
from .spacing import WIDE
from .strays import begins_another, stray_kind

HEAD = 1 << 18  # bytes that dialect and layout are told from
WHOLE = 20 << 20  # bytes: of larger files a sample is looked at
BLOCKS, BLOCK = 48, 1 << 16  # of that sample, spread over the file
MOST_COLUMNS = 20_000
PADDED, REPEATED = 0.02, 50  # share of words with blanks behind them, and how many there are
STRAY = {"again": "the header again", "sums": "sums of other rows", "pages": "numbers of pages"}
LOST = 0.3  # share of rows with more values than names from which a file is refused


@dataclass
class Table:
    """Names and cells of a table, and what `pandas.read_csv` must be told to read it."""

    name: str
    names: list[str]
    columns: list[tuple[str, ...]]
    rows: int  # in the file; estimated where a sample was looked at
    whole: bool
    keywords: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)  # to convert the file once
    sha256: str = ""
    dialect: Dialect = field(default_factory=Dialect)
    encoding: str = "utf-8"
    size: int = 0
    first: int = 0  # lines before the first row of values

    @property
    def seen(self) -> int:
        """The number of rows that were looked at."""
        return len(self.columns[0]) if self.columns else 0

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column."""
        return self.columns[self.names.index(name)]


def read_table(source: Source) -> Table:
    """Look at a text file, packed or not."""
    found = fingerprint(source)
    with open_bytes(source) as file:
        start = file.read(HEAD)
    encoding = find_encoding(start, found)
    head = cut(start, encoding, whole=len(start) == found.length)
    dialect = find_dialect("".join(head))
    texts = list(read_texts(source, found, encoding))
    tail = io.StringIO(texts[-1][-20_000:]).readlines()
    layout = find_layout(head, tail if len(texts) > 1 or len(texts[0]) > 20_000 else head, dialect)
    check_width(source.path, layout)
    rows, odd = read_rows(texts, dialect, layout, whole=len(texts) == 1)
    if not rows:
        raise MlscaffoldError(f"`{source.path}` has a header and no rows", "check the export")
    if odd["lost"] > LOST * len(rows):
        said = (
            f"{odd['lost']:,} of {len(rows):,} rows of `{source.path}` have more values than names"
        )
        raise MlscaffoldError(said, "put quotes around cells that hold the separator")
    columns = transpose(rows, layout.width)
    if len(texts) == 1 and dialect.plain and ends_in_blanks(rows, columns):
        layout.reasons.append("blanks behind cells cut off")
    if len(texts) == 1 and len(rows) > 1 and "skipfooter" not in layout.keywords:
        columns = without_sums(columns, rows, layout)
    table = Table(source.path.name, layout.names, columns, 0, len(texts) == 1)
    table.rows = len(rows) if table.whole else estimate(found, texts, layout, len(rows))
    table.dialect, table.encoding, table.size = dialect, encoding, found.size
    table.sha256, table.notes, table.first = found.sha256, layout.notes, layout.first
    if len(GARBLED.findall("".join(head))) > 2:
        table.notes.append("letters like Ã¤ for ä: saved once in a wrong encoding: export it again")
    table.reasons = [*layout.reasons, *reasons(source, dialect, odd)]
    if encoding.startswith("utf-8") and not found.utf8:
        table.reasons.append("some lines are not in UTF-8 as the others are: read as cp1252")
    if "skipfooter" in layout.keywords and found.length > WHOLE:
        table.reasons.append("lines below the table of a large file")
    table.keywords = keywords(encoding, dialect) | layout.keywords
    return table


def cut(block: bytes, encoding: str, *, whole: bool) -> list[str]:
    """Return the whole lines in the first bytes of a file, with any line end as a newline."""
    text = block.decode(encoding, errors_of(encoding)).lstrip("\ufeff").replace("\r\n", "\n")
    lines = io.StringIO(text.replace("\r", "\n")).readlines()
    return lines if whole or len(lines) < 2 else lines[:-1]


def read_texts(source: Source, found: Fingerprint, encoding: str) -> Iterator[str]:
    """Return the whole text, or the first part of a large one and pieces spread over the rest."""
    wide = encoding.startswith(("utf-16", "utf-32"))
    with open_bytes(source) as file:
        if found.length <= WHOLE:
            yield "".join(cut(file.read(), encoding, whole=True))
            return
        yield "".join(cut(file.read(BLOCK * BLOCKS // 2), encoding, whole=False))
        step = (found.length - file.tell()) // BLOCKS
        for place in range(BLOCKS if not wide else 0):
            file.seek(found.length - step * (BLOCKS - place) + (step - BLOCK))
            yield "".join(cut(file.read(BLOCK), encoding, whole=place == BLOCKS - 1)[1:])


def read_rows(
    texts: list[str], dialect: Dialect, layout: Layout, *, whole: bool
) -> tuple[list[list[str]], Counter[str]]:
    """Return the rows of values, and how many were ragged, of them long, or stray."""
    rows: list[list[str]] = []
    odd, odd_above, above, known = Counter[str](), Counter[str](), 0, {*layout.names}
    comment, below = layout.keywords.get("comment"), layout.keywords.get("skipfooter", 0)
    for number, text in enumerate(texts):
        lines = io.StringIO(text).readlines()
        lines = lines[layout.first :] if number == 0 else lines
        last = number == len(texts) - 1 and below
        for row in parse(lines[:-below] if last else lines, dialect):
            if not row or not any(row) or (comment and row[0].startswith(comment)):
                continue
            if kind := stray_kind(row, layout.names):
                odd[kind] += 1
                continue
            maybe = whole and not above and not known.isdisjoint(row)
            if maybe and begins_another(row, layout.names):
                above, odd_above = len(rows), odd.copy()
            if len(row) != layout.width:
                if not whole and number:
                    continue  # cut out of the middle: a piece of a quoted cell, perhaps
                extra = any(cell.strip() for cell in row[layout.width :])
                odd.update(ragged=1, long=len(row) > layout.width, lost=extra)
                if extra and row[0].startswith(("<<<<<<<", "=======", ">>>>>>>")):
                    continue
            rows.append(row[: layout.width])
    if above > len(rows) / 3:
        odd = odd_above
        del rows[above:]
        layout.reasons.append("a second table below the first one left out")
    return rows, odd


def transpose(rows: list[list[str]], width: int) -> list[tuple[str, ...]]:
    """Return columns, with an empty cell where a row is too short."""
    columns = [tuple(map(str.strip, column)) for column in zip_longest(*rows, fillvalue="")]
    return columns + [("",) * len(rows)] * (width - len(columns))


def ends_in_blanks(rows: list[list[str]], columns: list[tuple[str, ...]]) -> bool:
    """Return whether dates or words that repeat have blanks behind them, which a project keeps.

    It would not find a class by its name, nor read the date.
    """
    for before, after in zip(zip_longest(*rows, fillvalue=""), columns, strict=False):
        if before == after:
            continue
        odd = [bare for cell in before if cell[-1:].isspace() and (bare := cell.strip())]
        odd = [cell for cell in odd if not looks_numeric(cell)]
        repeated = len({*odd}) <= min(REPEATED, len(odd) / 2) or odd[0][0].isdigit()
        if len(odd) > PADDED * len(after) and repeated:
            return True
    return False


def without_sums(
    columns: list[tuple[str, ...]], rows: list[list[str]], layout: Layout
) -> list[tuple[str, ...]]:
    """Return columns without a last row that adds up the others, which the layout is told of."""
    if not sums_up(columns):
        return columns
    rows.pop()
    layout.keywords["skipfooter"] = 1
    layout.notes.append("the last row left out: sums or means of the others")
    return [cells[:-1] for cells in columns]


def reasons(source: Source, dialect: Dialect, odd: Counter[str]) -> list[str]:
    """Return why the keywords of a project are not enough to read this file."""
    spaced = dialect.separator == WIDE
    odd_cells = "cells set apart by two blanks" if spaced else "quotes that pandas is not told of"
    odd_cells = "cells in columns of a fixed width" if dialect.cuts else odd_cells
    found = [] if dialect.plain else [odd_cells]
    if odd["long"]:
        lost = f"{counted(odd['lost'])} left out" if odd["lost"] else "empty ones, cut off"
        found.append(f"more values than names in {counted(odd['long'])}: {lost}")
    for kind, said in STRAY.items():
        if odd[kind]:
            found.append(f"{counted(odd[kind])} left out: {said}")
    if source.packed and not source.named_well:
        found.append(f"{source.kind} under a name that does not say so")
    if source.path.suffix.lower() in {".zip", ".gz", ".bz2", ".xz"} and source.kind == "text":
        found.append(f"text under the name of a packed file, {source.path.name}")
    return found


def counted(rows: int) -> str:
    """Return how many rows in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


def keywords(encoding: str, dialect: Dialect) -> dict[str, Any]:
    """Return separator and encoding where they are not what pandas takes for granted."""
    found: dict[str, Any] = {}
    if dialect.separator != ",":
        found["sep"] = dialect.separator
    if encoding != "utf-8":
        found["encoding"] = encoding
    return found


def estimate(found: Fingerprint, texts: list[str], layout: Layout, rows: int) -> int:
    """Return how many rows a file has: its lines, unless cells in quotes go over several."""
    seen = sum(map(len, texts))
    guess = round(rows * found.length / max(seen, 1))
    lines = max(found.lines - layout.first, 1)
    return lines if guess > 0.8 * lines else guess


def check_width(path: Path, layout: Layout) -> None:
    """Refuse what is no table, or too wide a one."""
    if layout.width > MOST_COLUMNS:
        said = f"`{path}` has more columns than the {MOST_COLUMNS:,} that a project takes"
        raise MlscaffoldError(said, "choose columns first, or turn the table on its side")
    if layout.width < 2:
        said = f"`{path}` has one column: nothing to predict it from"
        raise MlscaffoldError(said, "is the separator unusual? Save the file as CSV with commas")
