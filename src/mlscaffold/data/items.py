"""What a file says of items beside who took them: their titles, and rows that took none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from . import words
from .columns import Column
from .plan import Plan

TITLES = {*"description title titel name label headline".split()}
AMOUNTS = {*"quantity qty amount units menge".split()}
ONE = 0.9  # share of rows in which an item has its usual title
VARIED = 0.5  # titles per item, at least: categories of items are no titles


def title_of(plan: Plan) -> str:
    """Return the column that says items in words, or nothing."""
    item = plan.column(plan.users["item"])
    named = [each for each in plan.columns if words.has(each.name, TITLES)]
    for column in named:
        taken = column.name in plan.users.values() or column.numeric or column.written
        if not taken and says(plan, column, item):
            return column.name
    return ""


def says(plan: Plan, column: Column, item: Column) -> bool:
    """Return whether nearly every item has one value, and items differ in it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    cells = zip(plan.table.columns[item.place], plan.table.columns[column.place], strict=True)
    for which, said in cells:
        if said:
            found[which][said] += 1
    usual = sum(max(each.values()) for each in found.values())
    rows = sum(each.total() for each in found.values())
    return rows > 0 and usual >= ONE * rows and column.distinct >= VARIED * len(found)


def removals(plan: Plan) -> dict[str, str]:
    """Return conditions of rows by which nobody took anything: amounts of zero or less."""
    found = {}
    for column in plan.columns:
        amount = words.has(column.name, AMOUNTS) and column.name not in plan.users.values()
        if amount and column.numeric and column.low <= 0 and column.name.isidentifier():
            found["nothing taken, or given back"] = f"{column.name} <= 0"
    return found


def called(plan: Plan) -> dict[str, str]:
    """Return what one user and one item are called, where the names of their columns say it."""
    found = {}
    for role in ("user", "item"):
        name = plan.users[role]
        said = re.sub(r"[ _]?id$", "", words.human(name).lower())
        if name.lower().endswith("id") and said not in {"user", "item"} and len(said) > 2:
            found[name] = said
    return found
