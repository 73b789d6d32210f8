"""Values that give the target away: only one class, or one stretch of a number, has them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from . import words
from .columns import Column
from .numbers import percent
from .relations import Rows, told_of_class, told_of_number
from .roles import Role
from .table import Table

PRESENCE = 0.8  # what it may tell at most whether a column has a value
HALF = 0.5  # what a column must tell alone to be looked at more closely
BANDS = 40  # at most, that a number is put into
ENOUGH = 10  # rows that set a class apart
SURE = 0.995  # share of them that must be of it
USED = {"numeric", "categorical", "date", "text"}
LEAST = 30  # rows with a value
OFTEN = 10  # rows of each category, on average


def given_away(table: Table, column: Column, goal: Column, role: Role, *, classes: bool) -> str:
    """Return how the values of a column give the target away, or nothing."""
    if (told := told_by_presence(table, column, goal, classes=classes)) >= PRESENCE:
        role.flags.append("presence")
        return f"suspected leak: whether it has a value tells {percent(told)} of the target"
    if classes and role.role == "numeric" and (up := set_apart(table, column, goal)):
        return f"suspected leak: {up}"
    if role.power <= HALF:
        return ""
    if not classes and bands_of(table, column, goal):
        return f"bands of {goal.name}: no two of its {column.distinct} values overlap in it"
    if determines(table, column, goal, role):
        return f"suspected leak: each of its {column.distinct} values goes with one of {goal.name}"
    return ""


def mark_details(table: Table, columns: list[Column], roles: dict[str, Role]) -> None:
    """Drop what has a value only where a column has one whose presence gives the target away."""
    for first in [each for each in columns if "presence" in roles[each.name].flags]:
        cells = table.columns[first.place]
        for column in columns:
            role = roles[column.name]
            if role.role not in USED or column.missing < first.missing:
                continue
            there = table.columns[column.place]
            within = [
                a in first.counts for a, b in zip(cells, there, strict=True) if b in column.counts
            ]
            if len(within) >= LEAST and sum(within) >= SURE * len(within):
                role.becomes("drop", f"set only where {first.name} is", "leak", 0.8)


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


def bands_of(table: Table, column: Column, goal: Column) -> bool:
    """Return whether each of a few values of a column goes with a stretch of the target alone."""
    if not 3 <= column.distinct <= min(BANDS, goal.distinct / 3):
        return False
    ends: dict[str, list[float]] = {}
    for cell, said in zip(table.columns[column.place], table.columns[goal.place], strict=True):
        if cell in column.counts and (value := goal.numbers.get(said)) is not None:
            low, high = ends.get(cell, (value, value))
            ends[cell] = [min(low, value), max(high, value)]
    stretches = sorted(ends.values())
    return len(stretches) > 2 and all(a[1] < b[0] for a, b in pairwise(stretches))


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
