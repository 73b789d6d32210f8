"""Cells that people write and pandas cannot be told to read, rewritten once: (1,200), 3k, offsets.

`[data.read]` of a project has one decimal sign and one format per column of dates; what needs more
than that is put into plain numbers and ISO dates here, and told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from . import words
from .columns import CODED, MARKERS, Column, leading_zeros
from .marks import TIMES, without_marks
from .moments import UNITS, find_format, read
from .numbers import Style, strip
from .quantities import find_shape, of_ranges, scale_of, units_of
from .spoken import COUNTED, span_of, spoken_day
from .table import Table

Row = Sequence[str]
MOST = 2000  # different values of a column that are tried
BARE = 0.2  # share of them that must be no bounds
BOUNDS = {*"< <= > >= \u2264 \u2265".split()}
NEARLY = 0.98  # share of them that must be readable
STYLES = (Style(), Style(",", "."), Style(".", ","), Style(",", " "), Style(",", "'"))
SPREADSHEET = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel
SERIAL = (20_000, 60_000)  # days since then: 1954 to 2064
HEIGHT = {"height", "heights", "ht"}
TALL = re.compile(r"([3-8])-(\d|1[01])")
DAY = re.compile(r"date|datum|fecha|(^|[\W_])day($|[\W_])", re.IGNORECASE)
ZONED = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?([+-]\d\d):?(\d\d)?")
ZONE = re.compile(
    r" ?\(?(GMT|UTC|CES?T|MES?Z)([+-]\d{1,2}(:?\d\d)?)?\)?$|(?<=:\d\d)[+-]\d\d(:?\d\d)?$"
)
NOON = re.compile(r"\b([ap])\. ?m\.", re.IGNORECASE)
FINE = re.compile(r"(?<=\d\d)\.\d{7,9}(?=$| [AP]M$)")
WITHIN = re.compile(r" (?:[A-Z]{3,4}|\+0000)(?= \d{4}$)")  # a zone before the year
DATE = re.compile(
    r"(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} \d\d \d\d:.* \d{4}"
    r"|'?\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ,]+\d{2,4}(?!\d).*"
)


@dataclass(frozen=True)
class Rewrite:
    """How the cells of a column become what a project reads, and what a person is told of it."""

    said: str
    cell: Callable[[str], str | None]  # nothing: the cell stays as it is


def find_rewrites(
    columns: Sequence[Column], style: Style, target: str | None = None
) -> dict[str, Rewrite]:
    """Return for each column that a project could not read how to rewrite it.

    A time of day that is the target, or is called a length of time, is taken for one, and so are
    several in a file without a date.
    """
    found: dict[str, Rewrite | None] = {}
    dated = any(column.written or column.epoch for column in columns)
    at_times = dated or sum(column.clock for column in columns) < 2
    for column in columns:
        values = [value for value in column.counts if value not in MARKERS]
        if column.distinct < 3:
            continue
        if column.numeric:
            found[column.name] = days(column) or run_of_digits(column) or ranges(column, style)
        elif not column.written and (span := spans(column, values, target, at_times=at_times)):
            found[column.name] = span
        elif not column.written and not column.clock:
            found[column.name] = (
                periods(values)
                or spoken(values)
                or (heights(values) if words.has(column.name, HEIGHT) else None)
                or moments(values)
                or (None if CODED.search(column.name) else counted(values, style))
            )
    return {name: rewrite for name, rewrite in found.items() if rewrite}


def leave_out(rows: Iterator[Row], name: str, missing: Collection[str]) -> Iterator[Row]:
    """Return a header and the rows that have a value in one column."""
    names = next(rows)
    yield names
    place = names.index(name)
    yield from (row for row in rows if row[place] not in missing)


def rewrite(rows: Iterator[Row], changes: dict[str, Rewrite]) -> Iterator[Row]:
    """Return a header and rows with the cells of some columns rewritten."""
    names = next(rows)
    yield names
    places = [(names.index(name), change.cell) for name, change in changes.items()]
    for row in rows:
        cells = list(row)
        for place, cell in places:
            new = cell(cells[place]) if cells[place] else None
            cells[place] = cells[place] if new is None else new
        yield cells


def rewrite_cells(table: Table, changes: dict[str, Rewrite]) -> None:
    """Rewrite the cells of a table that was looked at, as its file would be."""
    for name, change in changes.items():
        place = table.names.index(name)
        new = {cell: change.cell(cell) for cell in {*table.columns[place]} if cell}
        table.columns[place] = tuple(new.get(cell) or cell for cell in table.columns[place])
        table.reasons.append(f"{name}: {change.said}")


def epochs(unit: str) -> Rewrite:
    """Return how seconds since 1970, or their like, become dates."""

    def cell(text: str) -> str | None:
        moment = datetime.fromtimestamp(float(text) / UNITS[unit], UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    return Rewrite(f"{unit} since 1970 to dates", cell)


def days(column: Column) -> Rewrite | None:
    """Return how the days of a spreadsheet become dates, where a name says that these are such."""
    low, high = SERIAL
    if not DAY.search(column.name) or column.distinct < 10 or not low < column.low < high:
        return None
    if column.high > high or column.strip:
        return None

    def cell(text: str) -> str | None:
        with suppress(ValueError):
            moment = SPREADSHEET + timedelta(days=float(text))
            return moment.strftime("%Y-%m-%d" if float(text).is_integer() else "%Y-%m-%d %H:%M:%S")
        return None

    return Rewrite("days as spreadsheets count them to dates", cell)


def run_of_digits(column: Column) -> Rewrite | None:
    """Return how days like 111597 or 11151997 become dates, where one order only makes sense."""
    if not DAY.search(column.name) or not column.whole or column.high < 1_0100:
        return None
    year, digits = ("%y", 6) if column.high < 32_0000 else ("%Y", 8)
    values = [f"{int(number):0{digits}d}" for number in column.numbers.values()]
    orders = [f"%m%d{year}", f"%d%m{year}"]
    forms = [form for form in orders if all(read(each, form) for each in values)]
    if len(forms) != 1 or column.distinct < 10:
        return None

    def cell(text: str) -> str | None:
        with suppress(ValueError):
            moment = read(f"{int(float(text)):0{digits}d}", forms[0])
            return moment.strftime("%Y-%m-%d") if moment else None
        return None

    return Rewrite(f"{'six' if digits == 6 else 'eight'} digits to dates", cell)


def periods(values: Sequence[str]) -> Rewrite | None:
    """Return how weeks and quarters become their first days."""
    if not all(map(first_day, values)):
        return None
    return Rewrite("weeks, months, quarters or half years to their first day", first_day)


def spoken(values: Sequence[str]) -> Rewrite | None:
    """Return how moments with names of months are read that strptime does not know."""
    few = values[:: 1 + len(values) // MOST]
    if sum(spoken_day(value) is not None for value in few) < NEARLY * len(few):
        return None
    return Rewrite("names of months to dates", spoken_day)


def spans(
    column: Column, values: Sequence[str], target: str | None, *, at_times: bool
) -> Rewrite | None:
    """Return how lengths of time become minutes; `at_times`: `01:20` may be a time of day."""
    few = values[:: 1 + len(values) // MOST]
    told = [span for value in few if (span := span_of(value)) is not None]
    if not few or len(told) < NEARLY * len(few) or not any(told):
        return None
    counted = sum(bool(COUNTED.fullmatch(value)) for value in few) > len(few) / 2
    if counted and max(told) < timedelta(days=1) and not any("day" in value for value in few):
        if at_times and not words.has(column.name, words.SPANS) and column.name != target:
            return None  # a time of day
    elif (
        not counted
        and len({re.sub(r"[\d.]+", "1", value) for value in few}) == 1
        and all(len(re.findall(r"[\d.]+", value)) == 1 for value in few)
    ):
        return None  # one unit behind all numbers, which a project reads

    def cell(text: str) -> str | None:
        span = span_of(text)
        return None if span is None else f"{round(span.total_seconds() / 60, 4):g} min"

    return Rewrite("lengths of time to minutes", cell)


def heights(values: Sequence[str]) -> Rewrite | None:
    """Return how heights of people like 6-2, in feet and inches, become inches."""
    if not values or not all(map(TALL.fullmatch, values)):
        return None

    def cell(text: str) -> str | None:
        found = TALL.fullmatch(text)
        return str(12 * int(found[1]) + int(found[2])) if found else None

    return Rewrite("feet and inches to inches", cell)


def first_day(text: str) -> str | None:
    """Return the first day of a week or a quarter: 2011-W07, 2011Q2, Q2 2011."""
    if found := re.fullmatch(r"(?:KW|CW|W|Week|Woche) ?(\d\d?)[ /.-]{1,2}((?:19|20)\d\d)", text):
        text = f"{found[2]}W{found[1]:0>2}"
    if found := re.fullmatch(r"((?:19|20)\d\d)[- /]{0,3}(?:W|KW ?)(\d\d)", text):
        with suppress(ValueError):
            return datetime.strptime(f"{found[1]}-{found[2]}-1", "%G-%V-%u").strftime("%Y-%m-%d")  # noqa: DTZ007
    if found := re.fullmatch(r"((?:19|20)\d\d)[- ]?Q([1-4])|Q([1-4])[- /]?((?:19|20)\d\d)", text):
        month = 3 * int(found[2] or found[3]) - 2
        return f"{found[1] or found[4]}-{month:02d}-01"
    if found := re.fullmatch(r"((?:19|20)\d\d)[- ]?H([12])|H([12])[- /]?((?:19|20)\d\d)", text):
        return f"{found[1] or found[4]}-{6 * int(found[2] or found[3]) - 5:02d}-01"
    if found := re.fullmatch(r"((?:19|20)\d\d)M(0[1-9]|1[0-2])", text):
        return f"{found[1]}-{found[2]}-01"
    return None


def moments(values: Sequence[str]) -> Rewrite | None:
    """Return how moments with zones, or written in ways that can be told apart, are read."""
    few = values[:: 1 + len(values) // MOST]
    if not few or sum(bool(DATE.fullmatch(value)) for value in few) < NEARLY * len(few):
        return None
    if all(map(ZONED.fullmatch, values)):
        return zoned(values)
    forms: dict[str, str] = {}
    shapes: dict[str, list[str]] = defaultdict(list)
    for value in values:
        if DATE.fullmatch(value):
            shapes[shape(value)].append(bare(value))
    for each, alike in shapes.items():
        written = find_format(alike)
        if written is None or written.other:
            return None  # one of them mixes orders of day and month
        forms[each] = written.form
    zones = " and their zone left out" if any(map(ZONE.search, values)) else ""

    def cell(text: str) -> str | None:
        moment = read(bare(text), forms[shape(text)]) if shape(text) in forms else None
        return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else None

    ways = len({*forms.values()})
    return Rewrite(
        f"{f'{ways} ways to write dates' if ways > 1 else 'dates'} made one{zones}", cell
    )


def bare(value: str) -> str:
    """Return a moment without its zone, without parts of seconds nobody needs, and AM for a.m."""
    value = NOON.sub(lambda found: f"{found[1].upper()}M", ZONE.sub("", value.lstrip("'")))
    return FINE.sub("", WITHIN.sub("", value))


def shape(value: str) -> str:
    """Return how a moment looks: its length counts, its digits and letters do not."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", lambda part: "9" * min(len(part[0]), 4) if
                                              len(part[0]) > 2 else "9", bare(value)))  # fmt: skip


def zoned(values: Sequence[str]) -> Rewrite:
    """Return how moments with an offset are read: by the clock on the wall, if zones are alike."""
    offsets = {int(found[2]) for value in values if (found := ZONED.fullmatch(value))}
    local = max(offsets) - min(offsets) <= 1  # summer and winter of one place

    def cell(text: str) -> str | None:
        if not (found := ZONED.fullmatch(text)):
            return None
        if local:
            return found[1].replace("T", " ")
        moment = datetime.fromisoformat(f"{found[1]}{found[2]}:{found[3] or '00'}").astimezone(UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    return Rewrite("offsets left out, local time stays" if local else "all times to UTC", cell)


def amounts(values: Sequence[str], style: Style) -> Rewrite | None:
    """Return how amounts are read that are no plain numbers in the style of the file."""
    digits = [value for value in values if any(map(str.isdigit, value))]
    odd = any(style.number(strip(value)[0]) is None for value in digits)
    if scale_of(units_of(digits)):
        return None  # 900 m and 2 km are no millions
    if len(digits) < max(3, NEARLY * len(values)) or not odd or leading_zeros(digits):
        return None
    bare = sum(not {*without_marks(value)[1]} & BOUNDS for value in digits)
    if bare < max(3, BARE * len(digits)):
        return None  # classes: <=50K and >50K
    for each in (style, *STYLES):
        told = [amount(value, style=each) for value in digits]
        if sum(number is not None for number in told) >= NEARLY * len(digits):
            marks = sorted({mark for value in digits for mark in without_marks(value)[1]})
            said = f"; marks left out: {' '.join(marks[:6])}" if marks else ""
            read_as = partial(amount, style=each, file=style)
            return Rewrite(f"made plain numbers{said}", read_as)
    return None


def counted(values: Sequence[str], style: Style) -> Rewrite | None:
    """Return how numbers are read that are no plain ones."""
    few = values[:: 1 + len(values) // MOST]
    return amounts(few, style) or quantities(few, style)


def ranges(column: Column, style: Style) -> Rewrite | None:
    """Return how the few ranges are read among numbers that a project can read."""
    odd = [marker for marker in column.markers if marker not in MARKERS]
    found = of_ranges([*column.numbers, *odd], style) if odd and not column.strip else None
    return shaped_as(found, style) if found else None


def quantities(values: Sequence[str], style: Style) -> Rewrite | None:
    """Return how numbers are read that have units or other numbers beside them."""
    found = find_shape(values, style)
    return shaped_as(found, style) if found and not leading_zeros([*values]) else None


def shaped_as(found: tuple[str, Callable[[str], float | None]], style: Style) -> Rewrite:
    """Return how cells of a shape become plain numbers."""
    said, number = found

    def cell(text: str) -> str | None:
        value = number(text)
        return None if value is None else f"{value:.12g}".replace(".", style.decimal)

    return Rewrite(said, cell)


def amount(text: str, style: Style, file: Style | None = None) -> str | None:
    """Return an amount as a plain number in the style of a file.

    In brackets it is negative, as with a minus behind it.
    """
    bare = re.sub(r"[\u00a0\u202f\u2009]", " ", text).strip().lstrip("'").replace("\u2019", "'")
    bare = re.sub(r"(?<=\d)_(?=\d{3})", "", re.sub(r"[.,]-{1,2}$", "", bare.replace("\u2212", "-")))
    bare = re.sub(r"^-\s?([^\d\s.,()-]{1,4}\s?)(?=[\d.])", r"\1-", bare)  # -$5 is $-5
    bare = re.sub(r"^([^\d\s.,()-]{1,4})\s?\((.+)\)$", r"(\1\2)", bare)  # as $(5) is ($5)
    sign = ""
    if found := re.fullmatch(r"\((.+)\)|(.+\d)\s?-", bare):
        sign, bare = "-", (found[1] or found[2]).strip()
    bare, _ = strip(bare) if style.number(bare) is None else (bare, "")
    factor = 1.0
    if (found := re.fullmatch(r"([^A-Za-z]*\d)\s?([A-Za-z]{1,5})\.?", bare)) and (
        times := TIMES.get(found[2], TIMES.get(found[2].lower(), 0.0))
    ):
        bare, factor = strip(found[1])[0], times
    number = style.number(bare)
    if number is None:
        number = style.number(strip(without_marks(bare)[0])[0])
    if number is None:
        return None
    value = float(f"{number * factor:.15g}")
    said = str(int(value) if value.is_integer() and abs(value) < 1e15 else value)
    return sign + said.replace(".", file.decimal if file else ".")


def mixes_dates(column: Column) -> bool:
    """Return whether a column holds moments that are written in ways nobody can tell apart."""
    values = [value for value in column.counts if value not in MARKERS]
    values = values[:: 1 + len(values) // MOST]
    dated = sum(bool(DATE.fullmatch(value)) for value in values)
    return column.distinct > 10 and dated >= NEARLY * len(values)
