"""What is measured along with the target: other statistics of it, other money, what happened."""

from __future__ import annotations

import re

from . import words
from .columns import Column
from .relations import ALONE, Rows
from .roles import Role

HALF = 0.5  # what another statistic of the target must tell alone
LITTLE = 0.05  # what the same in other money must tell alone
LATE = 0.12  # what a column of a late name or place must tell alone
GAPS = 10  # rows without a target that tell what was recorded with it
APART = 0.05  # share of them in which it may differ
PLANNED = re.compile(
    r"^(sched|scheduled|planned|crs|forecast)_?|_(sched|scheduled|planned|forecast)$", re.IGNORECASE
)
HAPPENED = re.compile(
    r"^(actual|real)?_?(dep|arr|departure|arrival|start|end)_?time$|^actual", re.IGNORECASE
)
USED = {"numeric", "categorical"}


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
        elif alike(column.name, goal.name) and HALF < role.power < ALONE:
            role.ask(f"by its name measured along with {goal.name}")
        elif bare and words.without_money(column.name) == bare and role.power > LITTLE:
            role.becomes("drop", f"by its name {goal.name} in other money", "leak", 0.7)


def mark_reactions(goal: Column, others: list[Column], roles: dict[str, Role]) -> None:
    """Ask about what people did along with what they took: ratings beside sales, likes, views."""
    if not words.has(goal.name, words.TAKEN):
        return
    for column in others:
        role = roles[column.name]
        if (
            words.has(column.name, words.REACTIONS)
            and role.role in USED
            and LATE < role.power < ALONE
        ):
            role.ask(f"by its name what people did as {goal.name} came about")


def mark_recorded(rows: Rows, goal: Column, others: list[Column], roles: dict[str, Role]) -> None:
    """Ask about what is missing just where the target is: it was recorded with it."""
    none = {place for place, cell in enumerate(rows.cells(goal)) if not cell}
    if len(none) < GAPS:
        return
    for column in others:
        role = roles[column.name]
        if role.role in USED and column.missing and LATE < role.power < ALONE:
            gaps = {place for place, cell in enumerate(rows.cells(column)) if not cell}
            if len(gaps ^ none) <= APART * len(none):
                role.ask(f"missing just where {goal.name} is, so recorded with it")


def alike(name: str, goal: str) -> bool:
    """Return whether two names say results of one kind: math score, writing score; G1, G3."""
    parts = words.words(name)
    stem = re.sub(r"\d$", "", name)
    if name != stem == re.sub(r"\d$", "", goal) and not stem[-1:].isdigit():
        return True
    same = len(parts) > 1 and parts[-1:] == words.words(goal)[-1:]
    return same and parts[-1] in words.RESULTS and parts[0] not in words.PAST


def ordered(rows: Rows, column: Column, goal: Column) -> bool:
    """Return whether one of two columns is nowhere the larger one."""
    pairs = zip(rows.numbers(column), rows.numbers(goal), strict=True)
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    above = sum(a > b for a, b in known)
    below = sum(a < b for a, b in known)
    return min(above, below) < 0.02 * len(known) and max(above, below) > 0.3 * len(known)


def mark_what_happened(columns: list[Column], roles: dict[str, Role]) -> None:
    """Ask about what happened, and when, where other columns say what was planned or forecast."""
    if not any(PLANNED.search(column.name) for column in columns):
        return
    for column in columns:
        role = roles[column.name]
        if HAPPENED.search(column.name) and role.role in USED:
            role.ask("what happened, beside what was planned")
