"""Converts once what a project cannot read by itself into one plain, packed CSV file."""

from __future__ import annotations

import csv
import gzip
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..errors import MlscaffoldError
from .dialect import parse
from .encoding import errors_of
from .formats import json_rows, parquet_rows, written
from .header import unique
from .layout import CONFLICT
from .markup import markup_rows
from .overlaps import Seen
from .source import Source, open_bytes
from .strays import begins_another, stray_kind
from .table import Table, read_table
from .workbooks import read_workbook

Row = Sequence[str]


def write_csv(rows: Iterable[Row], place: Path) -> int:
    """Write rows as CSV, packed the same way every time; return how many follow the header."""
    count = -1
    with (
        place.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_plain(rows: Iterable[Row], place: Path) -> None:
    """Write rows as CSV that is not packed."""
    with place.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def rows_of(source: Source, table: Table | None = None) -> Iterator[Row]:
    """Return the header and the rows of a source of any kind."""
    if source.kind == "excel":
        return read_workbook(source.path)[1]
    if source.kind == "json":
        return json_rows(source)
    if source.kind == "markup":
        return markup_rows(source)
    if source.kind == "parquet":
        return parquet_rows(source.path)
    return text_rows(source, table or read_table(source))


def text_rows(source: Source, table: Table) -> Iterator[Row]:
    """Return the rows of a text file that pandas cannot be told to read."""
    yield table.names
    width, below = len(table.names), table.keywords.get("skipfooter", 0)
    comment = table.keywords.get("comment") or (
        "#" if any("comment" in r for r in table.reasons) else None
    )
    second = any("second table" in reason for reason in table.reasons)
    with open_bytes(source) as raw:
        lines = io.TextIOWrapper(
            raw, encoding=table.encoding, errors=errors_of(table.encoding), newline=None
        )
        clean = without_conflicts(skip(lines, table.first, below))
        for row in parse(clean, table.dialect):
            if not any(row) or (comment and row[0].startswith(comment)):
                continue
            if stray_kind(row, table.names):
                continue
            if second and begins_another(row, table.names):
                return
            if len(row) <= width or not any(row[width:]):
                cells = [cell.strip() for cell in row[:width]]
                yield cells + [""] * (width - len(cells))


def skip(lines: Iterable[str], above: int, below: int) -> Iterator[str]:
    """Return lines without the first and the last ones."""
    kept: deque[str] = deque()
    for number, line in enumerate(lines):
        if number >= above:
            kept.append(line)
            if len(kept) > below:
                yield kept.popleft()


def without_conflicts(lines: Iterable[str]) -> Iterator[str]:
    """Return lines without the marks of a git conflict; what both sides have comes once."""
    ours: set[str] = set()
    side = ""
    for line in lines:
        mark = next((mark for mark in CONFLICT if line.startswith(mark)), "")
        if mark == CONFLICT[0]:
            side, ours = "ours", set()
        elif mark == CONFLICT[2] and side:
            side = ""
        elif mark and side:
            side = "base" if mark == CONFLICT[3] else "theirs"
        elif side == "ours":
            ours.add(line)
            yield line
        elif not side or (side == "theirs" and line not in ours):
            yield line


def stack(parts: Sequence[tuple[str, str, Iterator[Row]]], said: list[str]) -> Iterator[Row]:
    """Return the rows of several tables of the same columns, with the file that each is from.

    A part is what its rows say of it, its path, and its header and rows. Rows that two files share
    where one ends and another begins come once, which is added to what is `said`.
    """
    names: list[str] = []
    seen = Seen()
    for stem, path, rows in parts:
        header = list(next(rows))
        if not names:
            names = header
            yield [*unique(header), "file"]
        if {*header} != {*names}:
            differ = ", ".join(sorted({*header} ^ {*names})[:6])
            raise MlscaffoldError(
                f"`{path}` has other columns than `{parts[0][1]}`: {differ}",
                "stack files of one kind",
            )
        order = [header.index(name) for name in names]
        ordered = ([row[place] for place in order] for row in rows)
        for row in seen.without_overlap(stem, ordered):
            yield [*row, stem]
    said += seen.said


def join(left: Path, right: Path, key: str, place: Path, *, name: str) -> tuple[int, int]:
    """Write the rows of one table with the columns of another one, `name`, for the same key.

    Return how many rows there are, and how many found their key. Refused where the key repeats
    in the other table, as each such row would become several, and where no row finds its key.
    """
    import duckdb

    quoted = '"' + key.replace('"', '""') + '"'
    repeats = f"SELECT count(*) - count(DISTINCT {quoted}) FROM b WHERE {quoted} IS NOT NULL"  # noqa: S608 - a quoted name
    both = f"SELECT a.*, b.* EXCLUDE ({quoted}) FROM a LEFT JOIN b USING ({quoted})"  # noqa: S608
    meet = f"SELECT count(*) FROM a SEMI JOIN b USING ({quoted})"  # noqa: S608
    keys = f"SELECT (SELECT min({quoted}) FROM a), (SELECT min({quoted}) FROM b)"  # noqa: S608
    with duckdb.connect() as base:
        for table, path in {"a": left, "b": right}.items():
            base.read_csv(str(path), header=True, all_varchar=True).create_view(table)
        if count := (base.execute(repeats).fetchone() or (0,))[0]:
            said = f"`{key}` repeats in {count:,} rows of `{name}`: the join would multiply rows"
            hint = "make one row of each key there first, with a mean or a count"
            raise MlscaffoldError(said, hint)
        matched = (base.execute(meet).fetchone() or (0,))[0]
        if not matched:
            one, other = base.execute(keys).fetchone() or ("", "")
            said = f"no row finds its `{key}` in `{name}`: here it is {one}, there {other}, say"
            raise MlscaffoldError(said, "are both written alike, and about the same things?")
        joined = base.execute(both)

        def rows() -> Iterator[Row]:
            yield unique([each[0] for each in joined.description or ()])
            while block := joined.fetchmany(10_000):
                yield from ([written(cell) for cell in row] for row in block)

        return write_csv(rows(), place), matched
