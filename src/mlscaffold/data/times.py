"""Which columns say when a row happened: counted days, or several that say it together."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from . import words
from .columns import Column
from .giveaways import counts_time
from .moments import read
from .plan import FEWEST, Plan
from .roles import Role

COUNTED = {*"day days week weeks month months year years period step tick".split()}
CLOCKS = {*"hour hours minute minutes second seconds time".split()}  # where they come first
DISORDER = 0.001  # share of rows that may lie before the one above them
MONTHS = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)


def find_joins(plan: Plan) -> None:
    """Join what says one moment in several columns: year, month and day, or date and time."""
    clocks = [each for each in plan.columns if each.clock]
    dates = [each for each in plan.columns if each.written and not has_time(each)]
    if len(clocks) == 1 and len(dates) == 1 and clocks[0].missing == dates[0].missing == 0:
        form = clock_form(clocks[0])
        written = dates[0].written
        day = (written.form or "%Y-%m-%d") if written and not written.other else ""
        if form and day:
            join(plan, "moment", [dates[0].name, clocks[0].name], f"{day} {form}")
    find_order(plan)
    if plan.joined or any(
        "time" in r.flags and r.role in {"date", "numeric"} for r in plan.roles.values()
    ):
        return
    for year in plan.columns:
        if parts_of(year) & {"year", "yr"} and join_parts(plan, year):
            return


def in_order(plan: Plan, by: str, other: str) -> list[tuple[float, str]]:
    """Return the moment of every row that has one, with the cell of another column, in order."""
    return sorted(dated(plan, by, other))


def dated(plan: Plan, by: str, other: str) -> list[tuple[float, str]]:
    """Return moment and cell of every row that has both, in the order of the file."""
    counts, cells = plan.column(other).counts, plan.table.column(other)
    pairs = zip(moments_of(plan, by), cells, strict=True)
    return [(moment, said) for moment, said in pairs if moment is not None and said in counts]


def moments_of(plan: Plan, by: str) -> list[float | None]:
    """Return the moment of every row, as a column or several together say it."""
    names, form = plan.joined.get(by, ([by], ""))
    known: dict[str, float] = {}
    if len(names) == 1:
        column = plan.column(names[0])
        form, known = column.written.form if column.written else "", dict(column.numbers)
    found = []
    for parts in zip(*(plan.table.column(name) for name in names), strict=True):
        text = " ".join(parts)
        if text not in known and (moment := read(text, form)):
            known[text] = moment.timestamp()
        found.append(known.get(text))
    return found


def find_order(plan: Plan) -> None:
    """Mark a column that counts days, weeks or the like up along the file as its time."""
    if any("time" in role.flags for role in plan.roles.values()):
        return
    for column in plan.columns:
        named = parts_of(column) & (COUNTED | CLOCKS if column.place == 0 else COUNTED)
        counts = named and column.whole and column.missing == 0
        if counts and column.distinct >= FEWEST and plan.roles[column.name].role == "numeric":
            values = [column.numbers[cell] for cell in plan.table.columns[column.place]]
            if sum(b < a for a, b in itertools.pairwise(values)) <= DISORDER * len(values):
                role = plan.roles[column.name]
                role.becomes("numeric", "grows along the file", "time", 0.6)
                return


def join_parts(plan: Plan, year: Column) -> bool:
    """Join a column of years with those of month, day and hour called alike, if they exist."""
    if not year.whole or not 1900 <= year.low <= year.high <= 2100 or year.missing:
        return False
    rest = parts_of(year) - {"year", "yr"}
    month = find_part(plan, rest, {"month", "mo", "mnth", "mon"}, 12)
    day = find_part(plan, rest, {"date", "day", "dayofmonth", "dom"}, 31)
    if not month:
        return False
    hour = find_part(plan, rest, {"hour", "hr"}, 23, least=0) if day else None
    names = [each.name for each in (year, month, day, hour) if each]
    form = "%Y " + month_form(month) + (" %d" if day else "") + (" %H" if hour else "")
    join(plan, " ".join(sorted(rest)) or "moment", names, form)
    return True


def parts_of(column: Column) -> set[str]:
    """Return the words of a column's name."""
    return {*words.words(column.name)}


def find_part(
    plan: Plan, rest: set[str], named: set[str], most: int, *, least: int = 1
) -> Column | None:
    """Return the column that holds month, day or hour beside a year of the same name."""
    for column in plan.columns:
        parts = parts_of(column)
        if not parts & named or not parts - named <= rest | {"of", "month"} or column.missing:
            continue
        if column.numeric and column.whole and least <= column.low <= column.high <= most:
            return column
        if not column.numeric and most == 12 and all(map(MONTHS.match, column.counts)):
            return column
    return None


def month_form(column: Column) -> str:
    """Return how a month is written."""
    if column.numeric:
        return "%m"
    return "%b" if max(map(len, column.counts)) == 3 else "%B"


def has_time(column: Column) -> bool:
    """Return whether moments say the time of day."""
    return any(":" in value for value in [*column.counts][:20])


def clock_form(column: Column) -> str:
    """Return how times of day are written."""
    if all(re.fullmatch(r"\d\d\.\d\d\.\d\d", value) for value in column.counts):
        return "%H.%M.%S"
    shapes = Counter(
        (value.count(":"), value[-1:].lower() == "m", "." in value) for value in column.counts
    )
    if len(shapes) > 1:
        return ""
    (colons, half, fraction), _ = shapes.most_common(1)[0]
    if half:
        return "%I:%M %p" if colons == 1 else "%I:%M:%S %p"
    return "%H:%M" if colons == 1 else "%H:%M:%S.%f" if fraction else "%H:%M:%S"


def join(plan: Plan, name: str, names: list[str], form: str) -> None:
    """Make one moment of several columns, which are no features then."""
    while name in plan.roles:
        name += "_joined"
    plan.joined[name] = (names, form)
    for each in names:
        plan.roles[each].becomes("drop", f"joined to {name}", "joined", 0.95)
    plan.roles[name] = Role(
        name, "date", f"joined from {', '.join(names)}", 0.9, ["time", "joined_to"]
    )


def few_moments(plan: Plan) -> str:
    """Return the number of few years, months or the like that rises along the whole file."""
    for name in plan.named("numeric", "categorical"):
        column = plan.column(name)
        if 2 < column.distinct < FEWEST and counts_time(plan.table, column):
            return name
    return ""
