"""What columns know of the target that they should not: copies, sums, what is known later."""

from __future__ import annotations

import re

from . import words
from .alongside import (
    LATE,
    mark_reactions,
    mark_recorded,
    mark_statistics,
    mark_what_happened,
)
from .columns import Column
from .events import other_labels, perhaps_labels
from .formulas import Formula, find_formula
from .giveaways import counts_time, given_away, mark_details
from .moments import read
from .numbers import percent
from .relations import (
    ALONE,
    Rows,
    find_codes,
    find_copies,
    find_rounded,
    find_sums,
    power,
    sure_flag,
)
from .roles import Role, is_scale
from .table import Table
from .totals import mark_parts, mark_totals

MOMENTS = {*"duration month months t week".split()}  # more often when than for how long
OF_TWO = re.compile(r"\d+ ?[-:\u2013] ?\d")  # how a match ended: 2:1, 6-4 3-6
BEFORE = {*"lag last prev previous prior yesterday".split()}
TERMS = 12  # different lengths of time up to which they are terms that were agreed on
LITTLE = 0.05  # what the answer of a model must tell alone
MUCH = 0.9  # what any column must tell alone to be asked about


def judge_by_target(
    table: Table, columns: list[Column], roles: dict[str, Role], target: str, kind: str
) -> None:
    """Change the roles of columns that know the target too well, or say what others say."""
    by_name = {column.name: column for column in columns}
    goal, rows = by_name[target], Rows.of(table)
    classes = kind == "classification"
    roles[target].becomes("target", "the target", sure=1.0)
    roles[target].flags = [flag for flag in roles[target].flags if flag != "sensitive"]
    others = [each for each in columns if each.name != target and roles[each.name].role != "drop"]
    if kind == "regression" and is_scale(goal):
        take_for_amounts(others, goal, roles)
    for column in others:
        codes = roles[column.name].role == "categorical"
        roles[column.name].power = power(rows, column, goal, classes=classes, codes=codes)
    mark_copies(rows, goal, others, roles)
    if kind == "regression":
        mark_sums(rows, goal, others, roles)
        mark_totals(rows, goal, others, roles)
    mark_statistics(rows, goal, others, roles)
    works = any(words.WORKS & {*words.words(each.name)} for each in columns)
    mark_what_happened(columns, roles)
    mark_reactions(goal, others, roles)
    mark_recorded(rows, goal, others, roles)
    for column in others:
        mark_follow_up(column, goal, roles[column.name])
        late = comes_late(column) and not (works and words.has(column.name, words.SPANS))
        mark_leak(table, column, goal, roles[column.name], classes=classes, late=late)
    mark_details(table, others, roles)
    if not classes:
        mark_parts(rows, goal, others, roles)
    if classes:
        mark_labels(table, goal, [goal, *others], roles)
    mark_later_dates(rows, others, roles)


def mark_copies(rows: Rows, goal: Column, others: list[Column], roles: dict[str, Role]) -> None:
    """Drop columns that say what the target or another column says, in the same words or others."""
    of = {column.name: column for column in [goal, *others]}
    for name, other in find_copies(rows, [goal, *others]).items():
        if "row_number" in roles[other].flags and not of[name].whole:
            continue  # it grows along the file, as many measurements do
        what = "the target in other words" if other == goal.name else f"a copy of {other}"
        roles[name].becomes("drop", what, "leak" if other == goal.name else "copy", 0.95)
        if "group" in roles[name].flags and roles[other].role == "id":
            roles[other].flags.append("group")  # the name of a shop, and its number
    kept = [each for each in [goal, *others] if roles[each.name].role != "drop"]
    for name, other in find_codes(rows, kept).items():
        if goal.name in {name, other}:
            told = other if name == goal.name else name
            roles[told].becomes("drop", "the target in other words", "leak", 0.95)
        elif roles[name].role == "categorical":  # as an amount it knows an order that words do not
            roles[name].becomes("drop", f"the codes of {other}", "copy", 0.95)
    kept = [each for each in others if roles[each.name].role == "numeric"]
    for name, other in find_rounded(rows, kept).items():
        roles[name].becomes("drop", f"in step with {other}, but for rounding", "copy", 0.9)


def take_for_amounts(columns: list[Column], goal: Column, roles: dict[str, Role]) -> None:
    """Take other scales of few whole numbers for amounts where the target is taken for one."""
    for column in columns:
        role = roles[column.name]
        if role.role == "categorical" and "unsure" in role.flags and column.whole:
            role.becomes(
                "numeric", f"a scale of few numbers, an amount as {goal.name} is", sure=0.5
            )


def mark_labels(table: Table, goal: Column, columns: list[Column], roles: dict[str, Role]) -> None:
    """Drop flags that are labels of the same event as the target; ask about what may be one."""
    ordered = sorted(columns, key=lambda each: each.place)
    sure = other_labels(table, ordered, goal)
    for name, reason in sure.items():
        roles[name].becomes("drop", reason, "leak", 0.9)
    for name, reason in perhaps_labels(table, ordered, goal, sure).items():
        if roles[name].role in {"numeric", "categorical"}:
            roles[name].ask(reason)


def mark_sums(rows: Rows, goal: Column, others: list[Column], roles: dict[str, Role]) -> None:
    """Drop columns that together make up the target."""
    usable = [each for each in others if roles[each.name].role in {"numeric", "categorical"}]
    if found := find_sums(rows, goal, usable):
        first, sign, second = found
        said = f"{first} / ({first} + {second})" if sign == "%" else f"{first} {sign} {second}"
        formula: Formula | None = Formula(said, [first, second])
    else:
        formula = find_formula(rows, goal, usable)
    if formula:
        told = [name for name in formula.names if not is_own_past(name, goal.name)]
        for name in told or formula.names:
            roles[name].becomes("drop", f"{formula.said} = {goal.name}", "leak", 0.98)


def is_own_past(name: str, goal: str) -> bool:
    """Return whether a column is the target at an earlier time: price_1, price_lag, last_price."""
    said, stem = name.lower(), re.escape(goal.lower())
    before = r"lag|last|prev|previous|prior"
    return bool(re.fullmatch(rf"{stem}_?(\d|({before})_?\d*)|({before})_?{stem}", said))


def mark_follow_up(column: Column, goal: Column, role: Role) -> None:
    """Drop for how long somebody was followed, where the target is what it ended with."""
    joined = "".join(words.words(column.name))
    followed = column.numeric and joined in words.FOLLOWED and role.role == "numeric"
    followed = followed and column.distinct > TERMS
    if followed and goal.distinct <= 4 and words.has(goal.name, words.EVENTS):
        reason = f"by its name the time until {goal.name} or the last visit: known only then"
        if role.power > 0.04:
            role.becomes("drop", reason, "later", 0.5)
        elif joined not in MOMENTS:
            role.ask(reason)


def comes_late(column: Column) -> bool:
    """Return whether a column is known only afterwards by its name, and by what it says.

    The status of an order comes later; that of a country, or of a title to a car, is there before.
    """
    late = {*(parts := words.words(column.name)), "".join(parts)} & words.LATER
    said = [*column.counts][:50]
    ended = sum(bool(OF_TWO.match(value)) for value in said) > len(said) / 2
    if ended and words.has(column.name, words.RESULTS) and not column.numeric:
        return True
    if not late or (late == {"winner"} and parts[-1:] != ["winner"]):
        return False  # how tall the winner is was known before
    if column.numeric or late != {"status"}:
        return True
    return any({*words.words(value)} & words.STATES for value in said)


def mark_leak(
    table: Table, column: Column, goal: Column, role: Role, *, classes: bool, late: bool
) -> None:
    """Drop a column that tells the target alone, or tells much and is known only later by name."""
    if role.role in {"drop", "id"} or counts_time(table, column):
        return
    if said := given_away(table, column, goal, role, classes=classes):
        role.becomes("drop", said, "leak", 0.8)
    if role.role in {"drop", "text"}:
        return
    late = late and "sensitive" not in role.flags and not words.has(column.name, words.PLACES)
    total = words.has(column.name, words.TOTALS) and role.power > 0.85
    rare = min(goal.counts, key=lambda value: goal.counts[value])
    flags = sure_flag(table, column, goal, rare) if classes else 0
    if mark_by_name(column, goal, role):
        return
    if role.power >= ALONE:
        role.becomes(
            "drop", f"suspected leak: it tells {percent(role.power)} of the target", "leak", 0.8
        )
    elif flags:
        reason = f"suspected leak: in all {flags} rows where it is set, the target is {rare}"
        role.becomes("drop", reason, "leak", 0.7)
    elif (total or (late and role.power >= LATE)) and not column.written:
        often = "by its name it is known only afterwards, and it tells much of the target"
        role.becomes("drop", f"{often} ({percent(role.power)})", "later", 0.5)
    elif (late and role.power > 0.04) or (role.power > MUCH and not words.has(column.name, BEFORE)):
        role.flags.append("late?")


def mark_by_name(column: Column, goal: Column, role: Role) -> bool:
    """Drop what a model said of the target or what is made of it, by its name; ask if in doubt."""
    said, ends = column.name.lower(), goal.name.lower()
    prefix = said.removesuffix(ends).rstrip("_ .") if said.endswith(ends) else said
    rest = {*words.words(column.name)} - {*words.words(goal.name)}
    if rest and rest <= words.AGREED:
        role.ask(f"by its name how sure those were who said {goal.name}")
    elif words.has(column.name, words.MODELS):
        other = {*words.words(column.name)} - words.MODELS - {"of", "the", "is", "y"}
        of_it = not any(map(str.isalpha, other)) or bool(other & {*words.words(goal.name)})
        if of_it and role.power > LITTLE:
            reason = f"by its name what a model said of {goal.name}: it may have seen the answer"
            role.becomes("drop", reason, "leak", 0.7)
        elif not of_it:
            role.ask("by its name what a model said: had it seen the answer?")
    elif len(goal.name) > 3 and prefix != said and prefix in words.MADE and role.power > 0.01:
        role.becomes("drop", f"by its name it is made of {goal.name}", "leak", 0.7)
    return role.role == "drop" or "late?" in role.flags


def mark_later_dates(rows: Rows, columns: list[Column], roles: dict[str, Role]) -> None:
    """Drop dates that come after another one of the same row and are named like an end."""
    dates = [each for each in columns if roles[each.name].role == "date"]
    for column in [each for each in dates if words.has(each.name, words.LATER_DATES)]:
        reason, first = "", next((each for each in dates if each is not column), None)
        if words.has(column.name, words.OUTCOMES):
            reason = "by its name the day of the outcome: not known before"
        elif first and later_share(rows, column, first) > 0.5:
            reason = f"later than {first.name}: not known at that moment"
        if reason:
            roles[column.name].becomes("drop", reason, "later", 0.75)
            dates.remove(column)
    timed = [each for each in dates if "time" in roles[each.name].flags]
    for column in timed[1:]:
        if words.has(column.name, words.EXPECTED):
            continue
        if (share := later_share(rows, column, timed[0], after=True)) > 0.5:
            often = percent(share)
            roles[column.name].ask(f"later than {timed[0].name} in {often} of the rows")


def later_share(rows: Rows, column: Column, first: Column, *, after: bool = False) -> float:
    """Return in which share of rows one date does not come before another, or comes `after` it."""
    forms = [each.written.form if each.written else "" for each in (first, column)]
    pairs = list(zip(rows.cells(first), rows.cells(column), strict=True))[:500]
    moments = [(read(a, forms[0]), read(b, forms[1])) for a, b in pairs if a and b]
    known = [(a, b) for a, b in moments if a and b]
    return sum(b > a or (b == a and not after) for a, b in known) / max(len(known), 1)
