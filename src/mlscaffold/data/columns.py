"""The facts of a column, counted from its distinct values."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from .moments import CLOCK, Written, find_epoch, find_format
from .numbers import Style, find_style, measured, strip
from .table import Table

# What pandas takes for missing without being told.
MISSING = frozenset(
    ["", "#N/A N/A", *"#N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA".split()]
).union("NULL NaN None n/a nan null".split())
ALWAYS = frozenset("? - -- --- . .. \\N (null) #DIV/0! #VALUE! #REF!".split())
MARKERS = ALWAYS | {  # what people write in its place among numbers or dates
    "not available", "keine Angabe", "k. A.", *"k.A. #NV #N/V unbekannt".split(),
    *"... (blank) #NAME? #NULL! N.A. n.a. na Na NONE none nil NIL".split(),
    *"* \u2014 \u2013 inf -inf Inf -Inf Infinity -Infinity".split(),
    *"?? missing Missing MISSING Null NAN N/a unknown Unknown UNKNOWN x X".split(),
}  # fmt: skip
SENTINELS = frozenset([-1.0, *(sign * (10.0**n - 1) for n in range(1, 10) for sign in (1, -1))]) - {
    9.0
}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"(\+|00)\d[\d ()/-]{7,}|\(\d{3}\) ?\d{3}[ -]?\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4}")
PEOPLE = {
    "e-mail addresses": EMAIL,
    "telephone numbers": PHONE,
    "account numbers": re.compile(r"[A-Z]{2}\d{2} ?[A-Z\d]{4}( ?[A-Z\d]{4}){2,6}( ?[A-Z\d]{1,4})?"),
    "addresses of computers": re.compile(
        r"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)"
    ),
}
TIMED = re.compile(
    r"time|date|stamp|created|epoch|pick_?up|drop_?off|(^|_)(ts|at|when|moment|start|end)($|_)",
    re.IGNORECASE,
)
NEVER = ("0000", "00/00", "0001-01-01", "9999-12-31", "2999-12-31", "31.12.9999", "31/12/9999")
DATED = re.compile(r"[A-Za-z]{3,9}[ ,/.-]+\d")  # a month or day before a number
UNITS_OF_TIME = {"D": 86_400, "h": 3600, "min": 60}
FEW = 0.02  # share of values that may be markers or slips in a column of numbers or dates
WORDS = 0.6  # share that may be one word or two in the place of a number: `keine Angabe`
CODED = re.compile(r"(^|[\W_])(zip|postal|post|plz)([\W_]|code|$)", re.IGNORECASE)
DIGIT = re.compile(r"\d")


@dataclass
class Column:
    """What the values of a column are."""

    name: str
    place: int
    seen: int  # rows that were looked at
    counts: Counter[str]  # of the values that are there
    missing: int
    markers: list[str] = field(default_factory=list)  # beyond those that pandas knows
    sentinel: str = ""  # a number that seems to stand for missing
    strip: str = ""  # signs around its numbers
    mixed: tuple[str, ...] = ()  # signs of several units among them
    numbers: dict[str, float] = field(
        default_factory=dict
    )  # of each distinct value, if it is numeric
    written: Written | None = None  # if it holds moments
    epoch: str = ""  # the unit, if it holds seconds since 1970 or the like
    clock: bool = False  # a time of day without a date
    words: float = 0.0  # in a value, on average
    personal: str = ""  # what kind of personal data it seems to hold

    @property
    def known(self) -> int:
        """The number of values that are there."""
        return self.seen - self.missing

    @property
    def distinct(self) -> int:
        """The number of different values."""
        return len(self.counts)

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers."""
        return bool(self.numbers)

    @property
    def whole(self) -> bool:
        """Whether all values are whole numbers."""
        return self.numeric and all(value.is_integer() for value in self.numbers.values())

    @property
    def low(self) -> float:
        """The least number."""
        return min(self.numbers.values())

    @property
    def high(self) -> float:
        """The largest number."""
        return max(self.numbers.values())

    @property
    def share_missing(self) -> float:
        """The share of rows without a value."""
        return self.missing / max(self.seen, 1)

    def values(self, cells: tuple[str, ...]) -> list[float | None]:
        """Return cells as numbers, with None where one is missing."""
        return [self.numbers.get(cell) for cell in cells]


def describe(table: Table) -> tuple[list[Column], Style]:
    """Return the facts of all columns, and how the file writes numbers."""
    counted = [Counter(cells) for cells in table.columns]
    style = find_style(counted, table.dialect.separator)
    columns = []
    for place, (name, counts) in enumerate(zip(table.names, counted, strict=True)):
        missing = sum(counts.pop(marker, 0) for marker in MISSING & counts.keys())
        column = Column(name, place, table.seen, counts, missing)
        judge(column, style, table.columns[place])
        columns.append(column)
    share_sentinels(columns)
    return columns, style


def judge(column: Column, style: Style, cells: tuple[str, ...]) -> None:
    """Find out whether the values of a column are numbers, moments or words."""
    odd = MARKERS & column.counts.keys()
    bare = [value for value in column.counts if value not in odd]
    if bare:
        if not read_measured(column, style, bare, odd):
            read_numbers(column, style, bare, odd)
        find_moments(column, bare, odd, cells)
    if not column.numeric and not column.written:
        usual = "-" if column.counts["-"] > column.seen / 2 else ""  # no alert: a class of its own
        set_aside(column, [each for each in ALWAYS & odd if column.distinct > 2 and each != usual])
        describe_words(column)
    elif column.numeric and not column.written:
        find_sentinel(column)


def read_measured(column: Column, style: Style, bare: list[str], odd: frozenset[str]) -> bool:
    """Take a column as numbers if the same unit stands behind each of them."""
    unit = "" if CODED.search(column.name) else measured(bare)
    bald = {value: value.removesuffix(unit).strip() for value in bare} if unit else {}
    numbers = {value: style.number(text) for value, text in bald.items()}
    if not unit or None in numbers.values() or leading_zeros([*bald.values()]):
        return False
    column.numbers = {value: number for value, number in numbers.items() if number is not None}
    column.strip = unit
    set_aside(column, [*odd])
    return True


def read_numbers(column: Column, style: Style, bare: list[str], odd: frozenset[str]) -> None:
    """Take a column as numbers if its values are, but for a few markers."""
    found: dict[str, float] = {}
    signs: Counter[str] = Counter()
    wrong = []
    for value in bare:
        number, sign = style.number(value), ""
        if number is None:
            plain, sign = strip(value)
            number = style.number(plain)
        if number is None:
            wrong.append(value)
            if len(wrong) > 10:
                return
        else:
            found[value] = number
            signs[sign] += column.counts[value]
    slips = sum(column.counts[value] for value in wrong)
    words = len(wrong) <= 2 and len(found) > 20 and not any(map(DIGIT.search, wrong))
    most = WORDS if words else FEW
    if not found or slips > most * column.known or (wrong and any("/" in each for each in wrong)):
        return
    if wrong and len({*found.values()}) <= len(wrong):
        return  # categories: 0, a, b
    if leading_zeros(bare):
        return  # a code: 01907 is not 1907
    column.numbers = found
    column.strip = "".join(dict.fromkeys("".join(signs)))
    column.mixed = tuple(sign for sign in signs if sign) if len({*signs} - {""}) > 1 else ()
    set_aside(column, [*odd, *wrong])


def leading_zeros(values: list[str]) -> bool:
    """Return whether values are codes of equal length that begin with zeros."""
    digits = [value for value in values if value.isdigit()]
    zeros = sum(value.startswith("0") and len(value) > 1 for value in digits)
    return zeros > 0 and len({len(value) for value in digits if len(value) > 1}) == 1


def find_moments(
    column: Column, bare: list[str], odd: frozenset[str], cells: tuple[str, ...]
) -> None:
    """Take a column as moments if its values are, but for a few markers."""
    if column.numeric and not column.strip:
        low, high = column.low, column.high
        named = bool(TIMED.search(column.name))
        column.epoch = find_epoch(low, high, whole=column.whole, named=named)
        if not column.whole or not 19_000_000 <= low <= high <= 21_010_000_000_000:
            return
    elif all(CLOCK.fullmatch(value) for value in bare[:200]):
        column.clock = True
        return
    words = [
        value for value in bare
        if CLOCK.fullmatch(value) or not (DIGIT.match(value) or DATED.match(value))
    ]  # fmt: skip
    if sum(column.counts[value] for value in words) > max(FEW * column.known, 2):
        words = []
    off = [value for value in bare if value.startswith(NEVER)] + words
    usual = [value for value in bare if value not in off]
    known = column.counts
    runs = [cell for cell in cells[:3000] if cell in known and cell not in odd]
    column.written = find_format(usual, in_order=runs) if usual else None
    if column.written:
        column.numbers, column.epoch = {}, ""
        set_aside(column, [*odd, *off])


def plain(value: str) -> str:
    """Return a cell as programs write it that take 1.0 for 1."""
    return re.sub(r"^(-?\d+)\.0+$", r"\1", value)


def set_aside(column: Column, markers: list[str]) -> None:
    """Count values as missing."""
    for marker in markers:
        column.missing += column.counts.pop(marker)
        column.numbers.pop(marker, None)
    column.markers = sorted([*column.markers, *markers])


def find_sentinel(column: Column) -> None:
    """Name a number far from all others that many rows have: it seems to stand for missing."""
    values = sorted({*column.numbers.values()})
    if len(values) < 4:
        return
    for end, rest in ((values[0], values[1:]), (values[-1], values[:-1])):
        round_one = end <= -100 and end % 10 == 0
        if end not in SENTINELS and not (round_one and rest[0] >= end / 2):
            continue
        text = [value for value, number in column.numbers.items() if number == end]
        count = sum(column.counts[value] for value in text)
        far = min(abs(end - rest[0]), abs(end - rest[-1])) > 3 * (rest[-1] - rest[0])
        lonely = end < 0 <= rest[0] and (abs(end) > 5 or stands_out(column, count, rest[0]))
        alone = end > 0 and set_apart(column, count, end, rest)
        if count >= max(3, 0.002 * column.known) and (far or lonely or alone):
            column.sentinel = text[0]


def share_sentinels(columns: list[Column]) -> None:
    """Take a negative number that is for missing in two columns for missing in all others, too."""
    said = Counter(float(each.sentinel) for each in columns if each.sentinel)
    for column in columns:
        values = sorted({*column.numbers.values()})
        if len(values) > 3 and not column.sentinel and values[0] < 0 <= values[1]:
            same = (cell for cell, n in column.numbers.items() if said[n] > 1 and n < 0)
            column.sentinel = next(same, "")


def set_apart(column: Column, count: int, end: float, rest: list[float]) -> bool:
    """Return whether a number of nines has a gap below it, and far more rows than those next to it.

    A limit that values stop at has no gap below it.
    """
    if column.distinct <= 20 or end - rest[-1] < 0.2 * (rest[-1] - rest[0]):
        return False
    near = dict.fromkeys(rest[-5:], 0)
    for value, number in column.numbers.items():
        if number in near:
            near[number] += column.counts[value]
    return count >= max(0.01 * column.known, 3 * max(near.values()))


def stands_out(column: Column, count: int, other: float) -> bool:
    """Return whether the only negative number has many rows, and far more than the next one."""
    next_one = sum(column.counts[value] for value, n in column.numbers.items() if n == other)
    return column.distinct > 20 and count >= max(0.01 * column.known, 5 * next_one)


def describe_words(column: Column) -> None:
    """Count the words in values, and tell e-mail addresses and telephone numbers."""
    sample = [*column.counts][:500]
    if not sample:
        return
    column.words = sum(len(value.split()) for value in sample) / len(sample)
    for kind, form in PEOPLE.items():
        if sum(bool(form.fullmatch(value)) for value in sample) > 0.8 * len(sample):
            column.personal = kind
