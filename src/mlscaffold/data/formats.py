"""The rows of tables that are no text: workbooks, JSON, Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .header import tidy, unique
from .source import Source, open_bytes

HEAD = 10  # rows of a sheet that may hold names
Row = Sequence[str]


def excel_rows(path: Path) -> Iterator[Row]:
    """Return the rows of the sheet with the most cells."""
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(str(path))
        sheets = [
            book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            for name in book.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise MlscaffoldError(
            f"`{path}` cannot be read as a workbook: {error}", "save it as CSV"
        ) from None
    if not any(sheets):
        raise MlscaffoldError(f"no sheet of `{path}` holds anything", "check the export")
    for place, row in enumerate(max(sheets, key=lambda sheet: sum(map(len, sheet)))):
        cells = [written(cell) for cell in row]
        yield [tidy(cell) for cell in cells] if place < HEAD else cells


def written(cell: object) -> str:
    """Return a cell as text: moments as ISO 8601 says, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)


def json_rows(source: Source) -> Iterator[Row]:
    """Return the rows of JSON lines, or of a list of objects; what is nested becomes `a.b`."""
    with open_bytes(source) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace").read()
    try:
        objects = read_objects(text)
    except ValueError as error:
        said = f"`{source.path}` is JSON, but neither one object a line nor a list of them: {error}"
        raise MlscaffoldError(said, "save it as CSV") from None
    flat = [flatten(each) for each in objects]
    names = list(dict.fromkeys(name for each in flat for name in each))
    yield unique([tidy(name) for name in names])
    for each in flat:
        yield [written(each.get(name)) for name in names]


def read_objects(text: str) -> list[dict[str, Any]]:
    """Return the objects of a text."""
    try:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
        if len(found) == 1 and isinstance(found[0], list | dict):
            raise ValueError
    except ValueError:
        found = json.loads(text)
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = max(lists, key=len, default=[])
    if not found or not all(isinstance(each, dict) for each in found):
        raise ValueError("no objects")
    return found


def flatten(value: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return an object without objects in it."""
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            found |= flatten(inner, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = inner
    return found


def parquet_rows(path: Path) -> Iterator[Row]:
    """Return the rows of a Parquet file, a piece at a time."""
    import duckdb

    with duckdb.connect() as connection:
        try:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise MlscaffoldError(
                f"`{path}` cannot be read as Parquet: {said}", "fetch it again"
            ) from None
        yield unique([tidy(each[0]) for each in found.description or ()])
        while block := found.fetchmany(10_000):
            for row in block:
                yield [written(cell) for cell in row]
