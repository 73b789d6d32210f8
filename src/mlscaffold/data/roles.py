"""The role of each column by what it holds and what it is called, with the reason."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field

from . import words
from .columns import Column
from .numbers import percent
from .rewriting import mixes_dates
from .table import Table

FEW = 6  # different numbers, as classes have
EMPTY = 0.95  # share of missing values from which a column is left out
SPARSE = 0.5  # from which it is said
HOLDER = 0.2  # share of rows from which one value stands for none: an address of no picture
PERSON = re.compile(r"\b(Mr|Mrs|Ms|Miss|Mme|Mlle|Dr|Prof|Herr|Frau|Sir|Rev)\b|^[A-Z][\w'-]+, [A-Z]")
SPAN = re.compile(r"\d+[ _-]?(mon|months?|weeks?|wk)(?![a-z])", re.IGNORECASE)  # so long, no code
FILES = {"file", "filename", "file_name", "sheet"}  # of stacks the first and last are added here
GROWN = 18  # years: if no age is above, and nothing else is said of people, it is that of things
TOO_LONG = 1e15  # a spreadsheet rounds such numbers, so they need not differ any more
NEARLY_ALL = 0.98  # share of rows that must differ in a number that names them
PARTS = 0.9  # share of rows that are one more than the row above, where parts are numbered
MANY = 50  # different words under `first` or `last`, as names are
LISTS = 0.5  # share of different values that must be lists
LONG = 4.0  # words in a value, on average, from which values are sentences


@dataclass
class Role:
    """What a column is taken for, why, how sure that is, and what else is to be known of it."""

    name: str
    role: str  # target, numeric, categorical, date, text, id or drop
    reason: str
    sure: float = 0.9
    flags: list[str] = field(default_factory=list)
    power: float = 0.0  # share of what can be told about the target that it tells alone

    def becomes(self, role: str, reason: str, flag: str = "", sure: float = 0.9) -> None:
        """Take another role, for a reason that came up later."""
        self.role, self.reason, self.sure = role, reason, sure
        if flag:
            self.flags.append(flag)

    def ask(self, reason: str) -> None:
        """Leave the role, and ask whether the column is known in time, for a reason."""
        self.reason = reason
        self.flags += [flag for flag in ("late?", "why") if flag not in self.flags]


def first_roles(table: Table, columns: list[Column]) -> dict[str, Role]:
    """Return the role of every column, as far as it follows from the column alone."""
    found = {}
    names = [words.words(column.name) for column in columns]
    parts = {part for said in names for part in [*said, "".join(said)]}
    things = bool(parts & words.THINGS) and not parts & words.PEOPLE
    for column in columns:
        role = judge(column, table)
        young = column.numeric and column.high < GROWN and not parts & words.PEOPLE
        of_people = not ("age" in words.words(column.name) and (things or young))
        measured = column.numeric and column.distinct > MANY and parts_of_sex(column.name)
        of_people = of_people and not measured  # what women earn on average in a place
        if ((is_sensitive(column.name) and of_people) or says_sex(column)) and column.distinct > 1:
            role.flags.append("sensitive")
        if column.sentinel:
            role.flags.append("sentinel")
        if SPARSE < column.share_missing < EMPTY and role.role != "drop":
            role.flags.append("mostly_empty")
        if column.strip:
            role.reason += f", without the {column.strip} around them"
        found[column.name] = role
    return found


def judge(column: Column, table: Table) -> Role:
    """Return the role of one column."""
    name, seen = column.name, max(column.known, 1)
    if column.known == 0:
        return Role(name, "drop", "it is empty", 1.0, ["empty"])
    if column.distinct == 1 and column.missing == 0:
        value = next(iter(column.counts))
        return Role(name, "drop", f"one value only: {value[:30]}", 1.0, ["constant"])
    if column.share_missing >= EMPTY:
        share = f"{percent(column.share_missing)} of its values are missing"
        return Role(name, "drop", share, 0.8, ["mostly_empty"])
    if column.distinct == 1:
        return Role(name, "categorical", "there or not", 0.6)
    if name.lower() in FILES:
        flags = ["file", "group"] if is_group(column) else ["file"]
        what = "sheet" if name.lower() == "sheet" else "file"
        return Role(name, "id", f"which {what} the row is from", 0.9, flags)
    if column.personal:
        return Role(name, "drop", f"personal data: {column.personal}", 0.95, ["personal"])
    short = words.part_of_name(name) and column.distinct > MANY and not column.clock
    if (words.names_person(name) or (short and not column.written)) and not column.numeric:
        return Role(name, "drop", "personal data: names of people", 0.9, ["personal"])
    if divides(column):
        said = "a division of the rows that the file brings along"
        return Role(name, "drop", said, 0.8, ["division"])
    if column.written:
        return judge_moments(column)
    if column.numeric:
        return judge_numbers(column, table)
    if column.clock:
        return Role(
            name, "categorical" if column.distinct < 30 else "id", "a time of day", 0.5, ["clock"]
        )
    return judge_words(column, seen)


def divides(column: Column) -> bool:
    """Return whether a column says which rows are for training, or in which fold they are."""
    if not words.names_division(column.name):
        return False
    said = {value.lower() for value in column.counts}
    if len(said & words.PARTS) > 1 and said <= words.PARTS:
        return True
    numbered = column.whole and column.low in {0, 1} and column.high <= 20
    called = "".join(words.words(column.name))
    return numbered and ("fold" in called or called.startswith("is"))


def judge_moments(column: Column) -> Role:
    """Return the role of a column of dates."""
    written = column.written
    if written and written.other:
        reason = "day or month first? Its values do not say"
        return Role(column.name, "id", reason, 0.3, ["ambiguous"])
    if words.has(column.name, words.BIRTH):
        return Role(
            column.name, "date", "a date that belongs to the thing, not the moment of the row", 0.8
        )
    return Role(column.name, "date", "dates", 0.95, ["time"])


def judge_numbers(column: Column, table: Table) -> Role:
    """Return the role of a column of numbers: amounts, codes of categories, or identifiers."""
    name, distinct = column.name, column.distinct
    if column.epoch:
        return Role(name, "numeric", f"{column.epoch} since 1970", 0.8, ["time", "epoch"])
    if counts_rows(column, table):
        return Role(name, "id", "the number of the row", 1.0, ["row_number"])
    if column.place == 0 and name.lower().startswith("unnamed") and is_index(column, table):
        return Role(name, "id", "a number for each row, without a name", 0.9, ["row_number"])
    called = (words.is_id(name) or words.names_thing(name)) and not column.strip
    if column.whole and called and (distinct > 20 or is_group(column)):
        flags = ["group"] if is_group(column) else []
        return Role(name, "id", "an identifier by its name", 0.85, flags)
    if column.whole and called and distinct > 2:
        return Role(name, "categorical", "numbers that name things", 0.7)
    if column.whole and column.high >= TOO_LONG and distinct > 20:
        return Role(name, "id", "too long a number to be counted or measured", 0.7)
    if column.whole and not words.has(name, words.AMOUNTS) and is_serial(column):
        return Role(name, "id", "a different whole number in every row", 0.7)
    if rises(column, table):
        return Role(name, "id", "a number of its own for each row, rising along the file", 0.7)
    if distinct == 2:
        return Role(name, "categorical", "two values", 0.85)
    if column.whole and is_code(column) and distinct > 0.9 * column.known > 30:
        return Role(name, "id", "a code of its own in nearly every row", 0.7)
    if column.whole and is_code(column):
        return Role(name, "categorical", "classes written as numbers", 0.7)
    if is_scale(column):
        reason = "few numbers: classes rather than an amount"
        return Role(name, "categorical", reason, 0.45, ["unsure"])
    return Role(name, "numeric", "numbers", 0.95)


def is_index(column: Column, table: Table) -> bool:
    """Return whether rows are numbered as programs do in front, once or anew for each part."""
    if not column.whole or column.missing or column.low < 0:
        return False
    values = [column.numbers[cell] for cell in table.columns[column.place]]
    steps = sum(b - a == 1 for a, b in itertools.pairwise(values))
    return column.distinct == column.known or steps > PARTS * len(values)


def is_serial(column: Column) -> bool:
    """Return whether long whole numbers differ from row to row, and are all about as long.

    Populations and revenues differ from row to row as well, but by orders of magnitude.
    """
    long = column.low >= 0 and len(str(int(column.high))) > 6
    nearly = column.known > 100 and column.distinct > NEARLY_ALL * column.known
    if not long or not nearly or column.high <= 10 * column.known:
        return False
    small = sorted(column.numbers.values())[column.distinct // 20]
    return small > column.high / 30


def counts_rows(column: Column, table: Table) -> bool:
    """Return whether whole numbers count up by one from row to row, nearly everywhere."""
    if (
        not column.whole
        or column.missing
        or column.distinct < 0.98 * column.seen
        or column.seen < 20
        or (words.has(column.name, {"year", "yr", "jahr"}) and 1700 <= column.low < 2100)
    ):
        return False
    cells = table.columns[column.place]
    values = [column.numbers[cell] for cell in cells]
    return sum(b - a == 1 for a, b in itertools.pairwise(values)) > 0.95 * (len(values) - 1)


def rises(column: Column, table: Table) -> bool:
    """Return whether the first column holds long whole numbers that rise from row to row.

    Years and other moments rise as well: they are told by name, or by how short they are.
    """
    if column.place or not column.whole or column.missing or column.distinct != column.known:
        return False
    moment = words.has(column.name, words.AMOUNTS | words.CALENDAR)
    if column.known <= 100 or len(table.names) < 4 or column.low < 2200 or moment:
        return False
    values = [column.numbers[cell] for cell in table.columns[0]]
    return all(a < b for a, b in itertools.pairwise(values))


def is_group(column: Column) -> bool:
    """Return whether an identifier names things that several rows are about."""
    repeats = column.known / max(column.distinct, 1)
    most = max(column.counts.values(), default=0)
    return repeats >= 1.2 and column.distinct >= 15 and most <= HOLDER * column.known


def is_code(column: Column) -> bool:
    """Return whether whole numbers are the codes of classes, by what the column is called."""
    parts = words.words(SPAN.sub(" ", column.name))
    if not words.has(" ".join(parts), words.CODES) or column.distinct > max(
        400, 0.1 * column.known
    ):
        return False
    if words.SENSES.search(" ".join(parts)) or words.counts_things(parts):
        return False
    if "_".join(parts) in words.CODES:
        return True  # an area code is no area
    amount = words.AMOUNTS & {*parts}
    return not amount or (parts[-1] in words.CODES and parts[0] not in words.AMOUNTS)


def is_nested(column: Column) -> bool:
    """Return whether values are objects or lists of objects, written as JSON."""
    sample = [value.strip() for value in [*column.counts][:200]]
    nested = sum(value[:2] in {'{"', "[{", "{'"} and value[-1] in "}]" for value in sample)
    return nested > 0.8 * len(sample) > 2


def parts_in(column: Column) -> int:
    """Return of how many parts the lists in most cells are made, if these come again, or 0."""
    sample = [*column.counts][:1000]
    for sign in ("|", ";", ",", "' '"):
        lists = [value.strip("[]{}()").split(sign) for value in sample]
        several = [each for each in lists if len(each) > 1]
        if len(sample) < MANY or len(several) < LISTS * len(sample):
            continue
        parts = {part.strip(" '\"").lower() for each in lists for part in each}
        worded = sum(any(map(str.isalpha, part)) for part in parts) > len(parts) / 2
        if worded and 2 * len(parts) < sum(map(len, lists)) and len(parts) < column.distinct:
            return len(parts)
    return 0


def holds_names(column: Column) -> bool:
    """Return whether values are written as the names of people are: `Brown, Mrs. Ada`, `Dr Low`."""
    sample = [*column.counts][:500]
    return sum(bool(PERSON.search(value)) for value in sample) > 0.3 * len(sample)


def says_sex(column: Column) -> bool:
    """Return whether the values of a column are the sexes, whatever it is called."""
    said = {value.strip().lower() for value in column.counts} if column.distinct < 5 else {""}
    return any(len(said & pair) == 2 for pair in ({"male", "female"}, {"m", "f"}, {"man", "woman"}))


def parts_of_sex(name: str) -> bool:
    """Return whether male or female is one of several words of a name."""
    said = words.words(name)
    return len(said) > 1 and bool({"female", "male"} & {*said})


def is_sensitive(name: str) -> bool:
    """Return whether a column says who people are; the age of a house does not."""
    parts = {part for part in words.words(name) if not part.isdigit()}  # age75
    if "age" in parts:
        return parts <= {
            "age",
            "years",
            "customer",
            "client",
            "patient",
            "person",
            "user",
            "group",
            "in",
            *"band bands bin bracket bucket cat category class groups range".split(),
        }
    return words.has(name, words.SENSITIVE)


def is_scale(column: Column) -> bool:
    """Return whether few numbers are classes: by name no amount, by their rows no count.

    Counts of things (children, earlier visits) begin at 0 and have fewer and fewer rows upwards.
    """
    values = sorted({*column.numbers.values()})
    if words.has(column.name, words.AMOUNTS) or column.known < 15 * len(values):
        return False
    in_a_row = values[-1] - values[0] == len(values) - 1
    if not (len(values) <= FEW or (len(values) <= 12 and values[0] == 1 and in_a_row)):
        return False
    by: Counter[float] = Counter()
    for cell, number in column.numbers.items():
        by[number] += column.counts[cell]
    rows = [by[value] for value in values]
    thinning = all(b <= a for a, b in itertools.pairwise(rows))
    return not (thinning and values[0] == 0) and (column.whole or column.known > 300)


def judge_words(column: Column, seen: int) -> Role:
    """Return the role of a column of words."""
    name, distinct = column.name, column.distinct
    share = distinct / seen
    called = words.is_id(name) or words.names_thing(name)
    if called and distinct > 20:
        flags = ["group"] if is_group(column) else []
        return Role(name, "id", "an identifier by its name", 0.9, flags)
    if is_nested(column):
        return Role(name, "id", "JSON in its cells: make a column of each of its parts", 0.6)
    if mixes_dates(column):
        return Role(name, "id", "dates in orders that nobody can tell apart", 0.5, ["mixed"])
    if parts := parts_in(column):
        said = f"lists of {parts:,} parts: words of a text"
        return Role(name, "text", said, 0.6)
    if share > 0.5 and seen > 50 and words.has(name, words.PERSONAL) and holds_names(column):
        return Role(name, "drop", "personal data: names of people", 0.8, ["personal"])
    if column.words >= LONG and (share > 0.3 or distinct > 1000):
        return Role(name, "text", f"sentences: {column.words:.0f} words on average", 0.85)
    if words.names_people(name) and share > 0.5 and seen > 50:
        return Role(name, "drop", "personal data by its name", 0.7, ["personal"])
    if share > 0.9 and seen > 30:
        if column.words >= 2.0:
            return Role(name, "text", "words that hardly repeat", 0.55)
        return Role(name, "id", "a different value in nearly every row", 0.85)
    if share > 0.5 and seen > 200 and column.words >= 2.5:
        return Role(name, "text", "words that seldom repeat", 0.5)
    if share > 0.5 and seen > 200:
        return Role(name, "id", "values that seldom repeat", 0.6)
    return Role(name, "categorical", f"{distinct} categories", 0.9)
