"""Where merged statements stand, and how many empty lines are between them."""

from __future__ import annotations

from collections.abc import Sequence

from .statements import DOCSTRING, END, HEADER, DoubtError, Key, Statement

Side = dict[Key, Statement]
SIMPLE = {"assignment", "line", "header", "end"}


def merge_order(base: list[Key], yours: list[Key], theirs: list[Key], merged: Side) -> list[Key]:
    """Return the keys of `merged` in the order of the side that moved something, else of yours.

    What the other side added follows what it follows there.
    """
    moved = [
        [key for key in base if key in side] != [key for key in side if key in base]
        for side in (yours, theirs)
    ]
    both = set(base) & set(yours) & set(theirs)
    if all(moved) and [key for key in yours if key in both] != [
        key for key in theirs if key in both
    ]:
        raise DoubtError("both sides moved statements")
    main, other = (theirs, yours) if moved[1] and not moved[0] else (yours, theirs)
    order = [key for key in main if key in merged]
    for place, key in enumerate(other):
        if key in merged and key not in order:
            before = next((each for each in reversed(other[:place]) if each in order), None)
            position = 0 if before is None else order.index(before) + 1
            order.insert(skip_imports(order, position, merged[key], merged, base), key)
    for first in (DOCSTRING, HEADER):
        if first in merged:
            order.remove(first)
            order.insert(0, first)
    return [*(key for key in order if key != END), END]


def skip_imports(
    order: list[Key], position: int, new: Statement, merged: Side, base: list[Key]
) -> int:
    """Return where `new` goes from `position` on: an import after the new ones that it follows."""
    while new.kind == "import" and position < len(order):
        each = merged[order[position]]
        if each.key in base or each.kind != "import" or sort_key(each) > sort_key(new):
            break
        position += 1
    return position


def sort_key(statement: Statement) -> tuple[int, str, str]:
    """Return where an import stands among others."""
    return statement.section, str(statement.key[0] == "from"), statement.key[1].lower()


def choose_gap(
    key: Key, previous: Key | None, merged: Side, sides: Sequence[Side], *, top: bool
) -> int:
    """Return how many empty lines stand before the statement `key`, which follows `previous`."""
    gaps: list[int | None] = []
    for side in sides:
        keys = list(side)
        place = keys.index(key) if key in side else -1
        before = keys[place - 1] if place > 0 else None
        gaps.append(side[key].gap if key in side and before == previous else None)
    base, yours, theirs = gaps
    if yours is not None and theirs is not None:
        return theirs if yours == base else yours
    if yours is not None or theirs is not None:
        return (yours or 0) + (theirs or 0)
    if previous is None or not merged[key].text:
        return 0
    return usual_gap(merged[previous], merged[key], top=top)


def usual_gap(previous: Statement, statement: Statement, *, top: bool) -> int:
    """Return how many empty lines PEP 8 wants between two statements."""
    if "def" in {previous.kind, statement.kind}:
        return 2 if top else int(previous.kind != "header")
    if previous.kind == statement.kind == "import":
        return int(previous.section != statement.section)
    return 0 if {previous.kind, statement.kind} <= SIMPLE else 1
