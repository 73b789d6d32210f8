"""What columns know of the target that they should not: copies, sums, what is known later."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from . import words
from .columns import Column
from .events import other_labels, perhaps_labels
from .formulas import Formula, find_formula
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
    told_of_class,
    told_of_number,
)
from .roles import Role, is_scale
from .table import Table
from .totals import mark_totals

PRESENCE = 0.8  # what it may tell at most whether a column has a value
MOMENTS = {*"duration month months t week".split()}  # more often when than for how long
BEFORE = {*"lag last prev previous prior yesterday".split()}
HALF = 0.5  # what another statistic of the target must tell alone
TERMS = 12  # different lengths of time up to which they are terms that were agreed on
ENOUGH = 10  # rows that set a class apart
SURE = 0.995  # share of them that must be of it
OFTEN = 10  # rows of each category, on average
LITTLE = 0.05  # what the answer of a model must tell alone
LATE = 0.12  # what a column of a late name must tell alone to be left out


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
    for name, other in find_copies(rows, [goal, *others]).items():
        if "row_number" in roles[other].flags and not by_name[name].whole:
            continue  # it grows along the file, as many measurements do
        what = "the target in other words" if other == target else f"a copy of {other}"
        roles[name].becomes("drop", what, "leak" if other == target else "copy", 0.95)
    kept = [each for each in [goal, *others] if roles[each.name].role != "drop"]
    for name, other in find_codes(rows, kept).items():
        if other == target and name != target:
            roles[name].becomes("drop", "the target in other words", "leak", 0.95)
        elif name == target:
            roles[other].becomes("drop", "the target in other words", "leak", 0.95)
        elif roles[name].role == "categorical":  # as an amount it knows an order that words do not
            roles[name].becomes("drop", f"the codes of {other}", "copy", 0.95)
    kept = [each for each in others if roles[each.name].role == "numeric"]
    for name, other in find_rounded(rows, kept).items():
        roles[name].becomes("drop", f"in step with {other}, but for rounding", "copy", 0.9)
    if kind == "regression":
        mark_sums(rows, goal, others, roles)
        mark_totals(rows, goal, others, roles)
    mark_statistics(rows, goal, others, roles)
    works = any(words.WORKS & {*words.words(each.name)} for each in columns)
    for column in others:
        mark_follow_up(column, goal, roles[column.name])
        late = comes_late(column) and not (works and words.has(column.name, words.SPANS))
        mark_leak(table, column, goal, roles[column.name], classes=classes, late=late)
    if classes:
        mark_labels(table, goal, [goal, *others], roles)
    mark_later_dates(rows, others, roles)


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
        formula: Formula | None = Formula(f"{first} {sign} {second}", [first, second])
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
    if not words.has(column.name, words.LATER):
        return False
    if column.numeric or {*words.words(column.name)} & words.LATER != {"status"}:
        return True
    said = {word for value in [*column.counts][:50] for word in words.words(value)}
    return bool(said & words.STATES)


def mark_statistics(rows: Rows, goal: Column, others: list[Column], roles: dict[str, Role]) -> None:
    """Drop another statistic of what the target is one of, and the same amount in other money."""
    thing, said = words.without_statistics(goal.name)
    bare = words.without_money(goal.name)
    for column in others:
        role, (rest, other) = roles[column.name], words.without_statistics(column.name)
        if role.role != "numeric" or not goal.numeric:
            continue
        if said and other and rest == thing and role.power > HALF and ordered(rows, column, goal):
            reason = f"by its name measured together with {goal.name}, which it bounds"
            role.becomes("drop", reason, "later", 0.5)
        elif alike(column.name, goal.name) and role.power > HALF:
            role.ask(f"by its name measured along with {goal.name}")
        elif bare and words.without_money(column.name) == bare and role.power > LITTLE:
            role.becomes("drop", f"by its name {goal.name} in other money", "leak", 0.7)


def alike(name: str, goal: str) -> bool:
    """Return whether two names say results of one kind: math score, writing score."""
    one, two = words.words(name), words.words(goal)
    same = len(one) == len(two) > 1 and one[-1] == two[-1]
    return same and one[-1] in words.RESULTS and one[0] not in words.PAST


def ordered(rows: Rows, column: Column, goal: Column) -> bool:
    """Return whether one of two columns is nowhere the larger one."""
    pairs = zip(rows.numbers(column), rows.numbers(goal), strict=True)
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    above = sum(a > b for a, b in known)
    below = sum(a < b for a, b in known)
    return min(above, below) < 0.02 * len(known) and max(above, below) > 0.3 * len(known)


def mark_leak(
    table: Table, column: Column, goal: Column, role: Role, *, classes: bool, late: bool
) -> None:
    """Drop a column that tells the target alone, or tells much and is known only later by name."""
    if role.role in {"drop", "id"} or counts_time(table, column):
        return
    if (told := told_by_presence(table, column, goal, classes=classes)) >= PRESENCE:
        said = f"suspected leak: whether it has a value tells {percent(told)} of the target"
        role.becomes("drop", said, "leak", 0.8)
    if role.role in {"drop", "text"}:
        return
    late = late and "sensitive" not in role.flags and not words.has(column.name, words.PLACES)
    total = words.has(column.name, words.TOTALS) and role.power > 0.85
    rare = min(goal.counts, key=lambda value: goal.counts[value])
    flags = sure_flag(table, column, goal, rare) if classes else 0
    if classes and not flags and role.role == "numeric" and (up := set_apart(table, column, goal)):
        role.becomes("drop", f"suspected leak: {up}", "leak", 0.7)
        return
    if role.power > HALF and determines(table, column, goal, role):
        said = f"suspected leak: each of its {column.distinct} values goes with one of {goal.name}"
        role.becomes("drop", said, "leak", 0.7)
        return
    said, ends = column.name.lower(), goal.name.lower()
    prefix = said.removesuffix(ends).rstrip("_ .") if said.endswith(ends) else said
    if words.has(column.name, words.MODELS) and role.power > LITTLE:
        reason = f"by its name what a model said of {goal.name}: it may have seen the answer"
        role.becomes("drop", reason, "leak", 0.7)
    elif len(goal.name) > 3 and prefix != said and prefix in words.MADE and role.power > 0.01:
        role.becomes("drop", f"by its name it is made of {goal.name}", "leak", 0.7)
    elif role.power >= ALONE:
        role.becomes(
            "drop", f"suspected leak: it tells {percent(role.power)} of the target", "leak", 0.8
        )
    elif flags:
        reason = f"suspected leak: in all {flags} rows where it is set, the target is {rare}"
        role.becomes("drop", reason, "leak", 0.7)
    elif (total or (late and role.power >= LATE)) and not column.written:
        often = "by its name it is known only afterwards, and it tells much of the target"
        role.becomes("drop", f"{often} ({percent(role.power)})", "later", 0.5)
    elif (late and role.power > 0.04) or (role.power > 0.9 and not words.has(column.name, BEFORE)):
        role.flags.append("late?")


def counts_time(table: Table, column: Column) -> bool:
    """Return whether a column counts years, days or the like up along the file: a series' time."""
    if not column.whole or column.missing or not {*words.words(column.name)} <= words.CALENDAR:
        return False
    values = [column.numbers[cell] for cell in table.columns[column.place]]
    return all(a <= b for a, b in pairwise(values))


def set_apart(table: Table, column: Column, goal: Column) -> str:
    """Return which class all rows are of that have a value, or another than the usual one.

    Nothing where that class is the most frequent one, or where most of its rows are not told.
    """
    usual, most = column.counts.most_common(1)[0]
    usual = usual if column.missing < 0.3 * column.seen and most > 0.5 * column.known else ""
    if not usual and column.missing < 0.3 * column.seen:
        return ""
    told: Counter[str] = Counter()
    for cell, said in zip(table.columns[column.place], table.columns[goal.place], strict=True):
        if said in goal.counts and cell in column.counts and cell != usual:
            told[said] += 1
    rows = sum(told.values())
    if rows < ENOUGH:
        return ""
    said, count = told.most_common(1)[0]
    often = goal.counts[said] / goal.known
    if count < SURE * rows or often > HALF or count < HALF * goal.counts[said]:
        return ""
    what = f"it is not {usual}" if usual else "it has a value"
    return f"in all {rows:,} rows where {what}, the target is {said}"


def determines(table: Table, column: Column, goal: Column, role: Role) -> bool:
    """Return whether each of a few categories goes with one value of the target, everywhere."""
    few = 3 <= column.distinct <= column.known / OFTEN and goal.distinct >= 3
    if role.role != "categorical" or not few or "sensitive" in role.flags:
        return False
    said: dict[str, str] = {}
    pairs = zip(table.columns[column.place], table.columns[goal.place], strict=True)
    return all(
        said.setdefault(a, b) == b for a, b in pairs if a in column.counts if b in goal.counts
    )


def told_by_presence(table: Table, column: Column, goal: Column, *, classes: bool) -> float:
    """Return how much it tells of the target that a column has a value or none."""
    if not 0.01 < column.share_missing < 0.99:
        return 0.0
    rows = Rows.of(table)
    groups = ["1" if cell else "0" for cell in rows.cells(column)]
    if classes:
        return told_of_class(groups, rows.cells(goal))
    return told_of_number(groups, rows.numbers(goal))


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


def later_share(rows: Rows, column: Column, first: Column) -> float:
    """Return in which share of rows one date does not come before another."""
    forms = [each.written.form if each.written else "" for each in (first, column)]
    pairs = list(zip(rows.cells(first), rows.cells(column), strict=True))[:500]
    moments = [(read(a, forms[0]), read(b, forms[1])) for a, b in pairs if a and b]
    known = [(a, b) for a, b in moments if a and b]
    return sum(b >= a for a, b in known) / max(len(known), 1)
