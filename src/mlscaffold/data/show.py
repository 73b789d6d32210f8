"""What a look at a file found, as rows of words for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from .advice import lacking
from .columns import Column
from .numbers import percent
from .plan import Plan
from .roles import Role

WIDE = 100  # signs in a line
MOST = 60  # columns that are listed one by one


def summary(plan: Plan) -> list[str]:
    """Return what the file is and what was decided, a line each."""
    table = plan.table
    looked = "" if table.whole else f" ({table.seen:,} of them looked at)"
    rows = f"{'' if table.whole else 'about '}{table.rows:,} rows{looked}"
    lines = [f"{table.name}: {rows}, {len(table.names):,} columns, {table.encoding}"]
    lines += [
        f"  {note}"
        for note in [*table.notes, *(f"converted once: {each}" for each in table.reasons)]
    ]
    if plan.split.reason:  # else it ended before
        lines.append(f"type      {plan.kind}: {plan.why}")
    if plan.target:
        lines.append(f"target    {plan.target}")
    if plan.users:
        lines.append(
            "columns   "
            + ", ".join(f"{role} = {name}" for role, name in plan.users.items() if name)
        )
    for what, choice in (("split", plan.split), ("metric", plan.metric)):
        if choice.reason:
            by = f" by {choice.by}" if choice.by else ""
            by += f", each {choice.group} a new one" if choice.group else ""
            lines.append(f"{what:<9} {choice.value}{by}: {choice.reason}")
    if plan.rule:
        lines.append(
            f"rule      {', '.join(plan.rule)}: what somebody would look up without a model"
        )
    if plan.split.reason and (no := lacking(plan)):
        lines.append(f"not for   {', '.join(no)}")
    return [part for line in lines for part in wrap(line, 10)]


def column_rows(plan: Plan) -> list[tuple[str, ...]]:
    """Return a header and a row for each column: name, role, values, gaps, and the reason."""
    facts = {column.name: column for column in plan.columns}
    rows: list[tuple[str, ...]] = [("column", "role", "values", "gaps", "why")]
    for name, role in [*plan.roles.items()][:MOST]:
        rows.append((cut(name, 24), role.role, *values(facts.get(name)), cut(why(role), 44)))
    if len(plan.roles) > MOST:
        rows.append((f"and {len(plan.roles) - MOST} more", "", "", "", ""))
    return rows


def values(column: Column | None) -> tuple[str, str]:
    """Return the number of different values, and the share that is missing."""
    if column is None:
        return "", ""
    share = column.share_missing
    return f"{column.distinct:,}", percent(share) if share >= 0.005 else "some" if share else ""


def why(role: Role) -> str:
    """Return the reason of a role, and what else is to be known."""
    marks = [each for each in role.flags if each in {"sensitive", "sentinel", "late?", "group"}]
    said = {"late?": "known in time?", "sentinel": "a number for missing", "group": "repeats"}
    return "; ".join([role.reason, *(said.get(mark, mark) for mark in marks)])


def warnings(plan: Plan) -> list[str]:
    """Return the dangers, wrapped."""
    return [line for danger in plan.dangers for line in wrap(f"! {danger}", 2)]


def cut(text: str, most: int) -> str:
    """Return a text of at most so many signs."""
    return text if len(text) <= most else text[: most - 1] + "…"


def wrap(text: str, indent: int) -> Sequence[str]:
    """Return a text in lines that fit the terminal."""
    from textwrap import wrap as wrapped

    lead = len(text) - len(text.lstrip())
    return wrapped(text, WIDE, subsequent_indent=" " * max(indent, lead), drop_whitespace=True) or [
        ""
    ]
