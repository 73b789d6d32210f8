"""The rows of tables that are no text: JSON and Parquet; and how a cell is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .header import tidy, unique
from .source import Source, open_bytes

Row = Sequence[str]
NAMES, ROWS = ("columns", "header", "headers", "fields"), ("data", "rows", "values", "records")
CUT = 200  # signs at the end of a text in which its last value cannot be read
BETWEEN = re.compile(r"[\s,\ufeff]+")


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
        raw = file.read()
    text = raw.decode(json.detect_encoding(raw), "replace")
    try:
        objects = read_objects(text)
    except ValueError as error:
        said = f"`{source.path}` is JSON, but no table: {error}"
        hint = "write one object a line, a list of objects, or CSV"
        if isinstance(error, json.JSONDecodeError) and error.pos >= len(text.rstrip()) - CUT:
            said, hint = f"`{source.path}` is JSON that breaks off at its end", "fetch it again"
        raise MlscaffoldError(said, hint) from None
    flat = [flatten(each) for each in objects]
    names = list(dict.fromkeys(name for each in flat for name in each))
    yield unique([tidy(name) for name in names])
    for each in flat:
        yield [written(each.get(name)) for name in names]


def read_objects(text: str) -> list[dict[str, Any]]:
    """Return the objects of a text."""
    found: Any = [*read_values(text)]
    if len(found) == 1:
        found = found[0]
    if isinstance(found, dict):
        found = by_column(found) or max(lists_in(found), key=richness, default=[])
    if found and all(isinstance(each, list) for each in found):
        names = [written(name) for name in found[0]]
        found = [dict(zip(names, each, strict=False)) for each in found[1:]]
    if not found or not all(isinstance(each, dict) for each in found):
        raise ValueError("no objects")
    return list(found)


def read_values(text: str) -> Iterator[Any]:
    """Yield the values that follow each other in a text, with commas and line ends between them."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        if found := BETWEEN.match(text, place):
            place = found.end()
        if place < len(text):
            value, place = decoder.raw_decode(text, place)
            yield value


def lists_in(said: dict[str, Any], depth: int = 3) -> Iterator[list[Any]]:
    """Yield the lists in an object, and in objects within it."""
    for value in said.values():
        if isinstance(value, list):
            yield value
        elif isinstance(value, dict) and depth:
            yield from lists_in(value, depth - 1)


def richness(cells: list[Any]) -> tuple[bool, int]:
    """Return how much like a table a list is: objects first, then how many they are."""
    return any(isinstance(cell, dict | list) for cell in cells), len(cells)


def by_column(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects of a table that pandas wrote by columns, by rows, or split; or nothing."""
    names, data = names_in(said), next((said[key] for key in ROWS if key in said), None)
    if names and isinstance(data, list) and data and isinstance(data[0], list):
        return [dict(zip(names, row, strict=False)) for row in data]
    parts = [*said.values()]
    if len(parts) < 2 or not all(isinstance(part, type(parts[0])) for part in parts):
        return []
    if isinstance(parts[0], list):
        equal = len({len(part) for part in parts}) == 1
        if not equal or any(isinstance(cell, dict) for cell in parts[0]):
            return []
        return [dict(zip(said, row, strict=True)) for row in zip(*parts, strict=True)]
    if not isinstance(parts[0], dict) or len({*parts[0]} & {*parts[-1]}) < len(parts[0]) / 2:
        return []
    if all(map(str.isdigit, said)) or not all(map(str.isdigit, parts[0])):
        return parts  # an object for each row, under its name
    return [{name: part.get(row) for name, part in said.items()} for row in parts[0]]


def names_in(said: dict[str, Any]) -> list[str]:
    """Return the names of columns beside rows without names; Socrata keeps them in its `meta`."""
    meta = said.get("meta")
    view = meta.get("view", meta) if isinstance(meta, dict) else {}
    found: Any = next((each[key] for each in (said, view) for key in NAMES if key in each), [])
    named = [each.get("name", "") if isinstance(each, dict) else each for each in found]
    return [*map(str, named)] if isinstance(found, list) else []


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
