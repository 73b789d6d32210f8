"""The section [data] of project.toml: where the file is and how it is read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import tomlkit
from tomlkit.items import Array, Table

from .numbers import percent
from .plan import Plan


def add(table: Table, key: str, value: Any, comment: str = "") -> None:
    """Add a value, with the reason behind it."""
    item = tomlkit.item(value)
    if comment:
        item.comment(comment)
        item.trivia.comment_ws = "  "
    table.add(key, item)


def data_table(plan: Plan) -> Table:
    """Return where the data come from and how the file is read."""
    table, data = tomlkit.table(), plan.data
    add(table, "source", data["source"], "in data/, which git ignores")
    if data.get("url"):
        add(table, "url", data["url"])
    add(table, "sha256", data["sha256"], "so that another file of the same name is noticed")
    add(table, "licence", "not stated", "ask its owner before you publish anything")
    add(table, "retrieved", f"{datetime.now(UTC):%Y-%m-%d}")
    rows = f"{plan.table.rows:,} rows" if plan.table.whole else f"about {plan.table.rows:,} rows"
    what = f"{rows} and {len(plan.table.names)} columns from {data['said']}"
    add(table, "description", "; ".join([what, *rows_lost(plan)]) + ".")
    if plan.duplicates.value != "keep":
        add(table, "duplicates", plan.duplicates.value, plan.duplicates.reason)
    sections = {"read": read_keywords(plan), "join": joins(plan), "dates": dates(plan)}
    sections |= {"strip": strips(plan), "made_from": data.get("made_from") or {}}
    for key, content in sections.items():
        if content:
            table.add(key, inner(content, NOTES.get(key, "")))
    return table


NOTES = {
    "read": "keywords of pandas.read_csv",
    "join": "new column = columns that say it together",
    "dates": "column = how its dates are written, as strptime knows it",
    "strip": "column = signs around its numbers",
    "made_from": "how `mlscaffold data --refresh` makes the file again",
}


def rows_lost(plan: Plan) -> list[str]:
    """Return which rows of the file no model sees: where the target is missing, and copies."""
    found = []
    if plan.target and plan.kind in {"regression", "classification"}:
        goal = plan.column(plan.target)
        if lost := goal.missing - sum(plan.left_out.values()):
            share = percent(lost / goal.seen)
            found.append(f"rows without {plan.target} ({share}) are left out")
    if plan.duplicates.value == "remove":
        found.append(f"{plan.duplicates.reason.partition(':')[0]} and are removed")
    return found


def inner(content: dict[str, Any], note: str) -> Table:
    """Return a table inside of another one."""
    table = tomlkit.table()
    for key, value in content.items():
        table.add(key, long_array(value) if isinstance(value, list) and len(value) > 8 else value)
    if note:
        table.comment(note)
    return table


def read_keywords(plan: Plan) -> dict[str, Any]:
    """Return what `pandas.read_csv` must be told."""
    found = dict(plan.table.keywords)
    if plan.style.decimal != ".":
        found["decimal"] = plan.style.decimal
    if plan.style.thousands:
        found["thousands"] = plan.style.thousands
    if missing := missing_values(plan):
        found["na_values"] = missing
    return found


def missing_values(plan: Plan) -> list[str] | dict[str, list[str]]:
    """Return markers of missing values: of the file, or of each column where one is a number."""
    marked = {each.name: [*each.markers] for each in plan.columns if each.markers}
    numbers = {each.name: each.sentinel for each in plan.columns if each.sentinel}
    if not numbers and marked:
        every = sorted({marker for markers in marked.values() for marker in markers})
        elsewhere = any(
            marker in each.counts
            for each in plan.columns
            for marker in every
            if each.name not in marked
        )
        if not elsewhere:
            return every
    for name, sentinel in numbers.items():
        marked.setdefault(name, []).append(sentinel)
    return marked


def joins(plan: Plan) -> dict[str, list[str]]:
    """Return the columns that are made of several."""
    return {name: parts for name, (parts, _) in plan.joined.items()}


def dates(plan: Plan) -> dict[str, str]:
    """Return how dates are written that are not written as ISO 8601 says."""
    found = {name: form for name, (_, form) in plan.joined.items()}
    for column in plan.columns:
        role, written = plan.roles[column.name], column.written
        used = role.role in {"date", "time"} or (role.role == "id" and plan.split.by == column.name)
        if used and written and written.form and not written.other:
            found[column.name] = written.form
    return found


def strips(plan: Plan) -> dict[str, str]:
    """Return signs that stand around numbers."""
    used = {*plan.named("numeric", "target")}
    return {each.name: each.strip for each in plan.columns if each.strip and each.name in used}


def long_array(values: list[Any]) -> Array:
    """Return an array of several lines where one would be too long."""
    array = tomlkit.array()
    array.extend(values)
    return array.multiline(sum(len(str(value)) + 4 for value in values) > 80)
