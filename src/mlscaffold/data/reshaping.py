"""Tables whose rows are not the cases: on their side, or a row for each value of a sensor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from . import words
from .columns import Column
from .header import VALUE
from .moments import read
from .table import Table

Row = Sequence[str]
SENSORS = {  # which of several things was measured
    *"""
    channel indicator item kpi label measure measurement messgroesse messgröße metric parameter
    point property quantity sensor signal tag type variable
    """.split()
}
READINGS = {*"measurement messwert reading val value wert".split()}  # what was measured
MOST = 200  # sensors that become columns
ASIDE = 2  # more columns, as units or marks of quality, which are left out
SIDE = 500  # rows of a table on its side: names of columns
PURE = 0.9  # share of its rows that hold one kind of thing, and of its columns that do not
PLACE = re.compile(r"[(\[]?\s*(-?\d{1,2}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*[)\]]?")
POINT = re.compile(
    r"POINT ?\(\s*(?P<lon>-?\d{1,3}\.\d+) (?P<lat>-?\d{1,2}\.\d+)\s*\)", re.IGNORECASE
)


def lies_on_its_side(table: Table) -> bool:
    """Return whether rows rather than columns hold one kind of thing each, after their names."""
    if not table.whole or len(table.names) < 20 or not 3 <= table.seen <= SIDE:
        return False
    first, rest = table.columns[0], table.columns[1:]
    if len({*first}) < len(first) or any(VALUE.fullmatch(name) for name in first):
        return False
    pure_columns = (column for column in rest if kind_of(column) != "both")
    if len([*islice(pure_columns, int((1 - PURE) * len(rest)) + 1)]) > (1 - PURE) * len(rest):
        return False  # as in any other table
    rows = [*zip(*rest, strict=True)]
    kinds = Counter(kind_of(row) for row in rows)
    pure = kinds["numbers"] + kinds["words"]
    both = min(kinds["numbers"], kinds["words"]) >= max(2, 0.1 * len(rows))
    return both and pure >= PURE * len(rows)


def kind_of(cells: Sequence[str]) -> str:
    """Return whether cells are numbers, words, or both."""
    known = [cell for cell in cells if cell]
    numbers = sum(bool(VALUE.fullmatch(cell)) for cell in known)
    return "numbers" if numbers == len(known) else "both" if numbers else "words"


def turned(rows: Iterator[Row], *, named: bool) -> Iterator[Row]:
    """Return a table with rows for columns; `named`: its header names the cases."""
    names = next(rows)
    body = [*rows]
    yield [*(["case"] if named else []), *(row[0] for row in body)]
    for place in range(1, len(names)):
        yield [*([names[place]] if named else []), *(row[place] for row in body)]


def find_places(columns: Sequence[Column]) -> dict[str, str]:
    """Return the columns that hold latitude and longitude together, with what they are called."""
    found = {}
    for column in columns:
        if column.distinct > 10 and all(map(place_of, column.counts)):
            what = column.name.strip()
            found[column.name] = "" if words.has(what, words.PLACES | {"geo"}) else f"{what}_"
    return found


def place_of(text: str) -> tuple[str, str] | None:
    """Return the latitude and longitude in a text."""
    if found := POINT.fullmatch(text):
        return found["lat"], found["lon"]
    found = PLACE.fullmatch(text)
    if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
        return found[1], found[2]
    return None


def places_apart(rows: Iterator[Row], found: dict[str, str]) -> Iterator[Row]:
    """Return rows with two columns for each that holds a place."""
    names = next(rows)
    at = {names.index(name): stem for name, stem in found.items()}
    new = [f"{stem}{each}" for stem in at.values() for each in ("latitude", "longitude")]
    yield [*(name for place, name in enumerate(names) if place not in at), *new]
    for row in rows:
        parts = [part for place in at for part in (place_of(row[place]) or ("", ""))]
        yield [*(cell for place, cell in enumerate(row) if place not in at), *parts]


def find_sensors(table: Table, columns: Sequence[Column]) -> tuple[str, str, str] | None:
    """Return time, sensor and value of a table with a row for each value that a sensor gave.

    Most moments must have a value of most sensors, and hardly one of them two.
    """
    times = [each for each in columns if each.written and not each.written.other]
    kinds = [
        each
        for each in columns
        if not each.numeric and not each.written and 2 <= each.distinct <= MOST
    ]
    kinds = [each for each in kinds if {*words.words(each.name)} & SENSORS]
    values = [each for each in columns if each.numeric and {*words.words(each.name)} & READINGS]
    if not table.whole or len(times) != 1 or len(kinds) != 1 or len(values) != 1:
        return None
    time, kind, value = times[0], kinds[0], values[0]
    if len(columns) > 3 + ASIDE:
        return None
    pairs = {*zip(table.column(time.name), table.column(kind.name), strict=True)}
    alone = len(pairs) > 0.98 * table.seen
    full = len(pairs) > 0.5 * time.distinct * kind.distinct and time.distinct >= 50
    return (time.name, kind.name, value.name) if alone and full else None


def side_by_side(rows: Iterator[Row], found: tuple[str, str, str], column: Column) -> Iterator[Row]:
    """Return a row for each moment, in order, with a column for each sensor.

    Of two values at one moment the last one counts.
    """
    names = next(rows)
    time, kind, value = (names.index(name) for name in found)
    moments: dict[str, dict[str, str]] = {}
    kinds: dict[str, None] = {}
    for row in rows:
        moments.setdefault(row[time], {})[row[kind]] = row[value]
        kinds[row[kind]] = None
    sensors = sorted(kinds)
    form = column.written.form if column.written else ""
    ordered = sorted(moments, key=lambda said: (str(read(said, form) or ""), said))
    yield [names[time], *(sensor or "unnamed" for sensor in sensors)]
    for said in ordered:
        yield [said, *(moments[said].get(sensor, "") for sensor in sensors)]
