"""Flags that are labels of the same event as the target: its kinds, or what it is a kind of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import words
from .columns import Column
from .phrases import SAID_YES
from .table import Table

MOST = 100  # flags that are looked at
LEAST = 10  # rows of a kind
SURE = 0.995  # share of the rows of a kind that are of the event: people correct single cells
COVERED = 0.9  # share of an event that its kinds must make up
CHANCE = 1e-4  # that flags without relation lie so
RARE = 0.2  # share of the rows in which a label is set


@dataclass(frozen=True)
class Event:
    """A flag that is set where one of several others is, its kinds."""

    name: str
    kinds: tuple[str, ...]


def rows_of(table: Table, column: Column) -> int:
    """Return the rows with the rarer value of a flag, a bit each."""
    up = min(column.counts, key=lambda value: column.counts[value])
    return int("".join("1" if cell == up else "0" for cell in table.columns[column.place]), 2)


def flags_of(table: Table, columns: Sequence[Column]) -> dict[str, int]:
    """Return the rows in which each flag is set."""
    flags = [each for each in columns if each.distinct == 2 and not each.written][:MOST]
    return {each.name: rows_of(table, each) for each in flags}


def within(part: int, whole: int) -> bool:
    """Return whether a flag is set only where another one is."""
    return (part & whole).bit_count() >= SURE * part.bit_count() > 0


def find_events(flags: dict[str, int]) -> Iterator[Event]:
    """Yield each flag that is the `or` of several others."""
    often = {name: rows for name, rows in flags.items() if rows.bit_count() >= LEAST}
    for name, rows in often.items():
        inside = [
            each
            for each, part in often.items()
            if part.bit_count() < rows.bit_count() and within(part, rows)
        ]
        made = 0
        for each in inside:
            made |= often[each]
        if len(inside) > 1 and (made & rows).bit_count() >= COVERED * rows.bit_count():
            yield Event(name, tuple(inside))


def whole_event(table: Table, columns: Sequence[Column]) -> str:
    """Return the rare flag that several others are kinds of, or nothing."""
    flags = flags_of(table, columns)
    found = [each for each in find_events(flags) if is_rare(table, flags[each.name])]
    return max(found, key=lambda each: len(each.kinds)).name if found else ""


def wider(table: Table, columns: Sequence[Column], goal: Column) -> tuple[str, int]:
    """Return the rare flag with the fewest rows that is set wherever the target is, and them."""
    flags = flags_of(table, columns)
    own = flags.pop(goal.name, 0)
    around = [
        (rows.bit_count(), name)
        for name, rows in flags.items()
        if within(own, rows) and is_rare(table, rows) and rows.bit_count() > own.bit_count()
    ]
    count, name = min(around, default=(0, ""))
    return name, count


def is_rare(table: Table, rows: int) -> bool:
    """Return whether a flag is set in few rows."""
    return rows.bit_count() <= RARE * table.seen


def other_labels(table: Table, columns: Sequence[Column], goal: Column) -> dict[str, str]:
    """Return flags that are surely labels of the event that the target is about, with reasons."""
    flags, found = flags_of(table, columns), dict[str, str]()
    if goal.name not in flags:
        return {}
    for event in find_events(flags):
        if goal.name == event.name:
            said = f"a kind of {goal.name}: only set where that is, and together they make it up"
            found |= dict.fromkeys(event.kinds, said)
        elif goal.name in event.kinds:
            found[event.name] = f"{goal.name} is a kind of it: a label of the same event"
            for name in event.kinds:
                found.setdefault(name, f"a kind of {event.name}, as {goal.name} is: another label")
    found |= partners(table, columns, goal)
    found.pop(goal.name, None)
    return found


def partners(table: Table, columns: Sequence[Column], goal: Column) -> dict[str, str]:
    """Return flags called like the target of which, with it, exactly one is set in each row."""
    stem = re.match(r"(.+?)[_. =:-]", goal.name)
    alike = [each for each in columns if stem and each.name.startswith(stem[0])]
    if len(alike) < 2 or any(set(each.counts) != set(goal.counts) for each in alike):
        return {}
    up = next((value for value in goal.counts if value.lower() in SAID_YES), "")
    rows = zip(*(table.columns[each.place] for each in alike), strict=True)
    once = sum(row.count(up) == 1 for row in rows)
    if not up or once < SURE * table.seen:
        return {}
    said = f"one of {len(alike)} flags of which each row has exactly one, as {goal.name} is"
    return {each.name: said for each in alike if each is not goal}


def perhaps_labels(
    table: Table, columns: Sequence[Column], goal: Column, sure: dict[str, str]
) -> dict[str, str]:
    """Return flags that may be labels of the same event, by where they are set or stand."""
    flags, found = flags_of(table, columns), dict[str, str]()
    if goal.name not in flags:
        return {}
    target = flags[goal.name]
    for name, rows in flags.items():
        share = rows.bit_count() / max(table.seen, 1)
        set_always = share < 0.5 and within(target, rows) and name != goal.name
        called = words.has(name, words.ANOMALIES | {"failure"})
        if set_always and (called or share ** target.bit_count() < CHANCE):
            found[name] = f"set wherever {goal.name} is: perhaps a label of the same event"
    if len(sure) > 1:
        found |= neighbours(columns, flags, {goal.name, *sure}, table)
    return {name: said for name, said in found.items() if name not in sure}


def neighbours(
    columns: Sequence[Column], flags: dict[str, int], labels: set[str], table: Table
) -> dict[str, str]:
    """Return rare flags that stand in one row with labels, if they are the fewer of both."""
    found: dict[str, str] = {}
    for ordered in (columns, columns[::-1]):
        before = ""
        for each in ordered:
            rare = each.name in flags and is_rare(table, flags[each.name])
            if each.name in labels:
                before = each.name
            elif before and rare:
                found[each.name] = f"a rare flag next to the label {before}: perhaps another label"
            else:
                before = ""
    return found if len(found) < len(labels) else {}  # else it is a row of flags of any kind
