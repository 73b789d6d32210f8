"""Sums that hold the target among other things, as a total holds the tip: known after it."""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .columns import Column
from .formulas import Vector, add, samples, solve
from .relations import Rows, correlation
from .roles import Role

ABOVE = 0.999  # share of rows in which a sum is no less than its part
RELATED = 0.3  # correlation of a sum with its part, at least
NAMED = (0.2, 0.9)  # how far the weight of the target may be from one, and what must be explained:
UNNAMED = (0.05, 0.98)  # by a column called a total, and by any other
MOST = 6  # columns that are tried
PARTS = 20  # numeric columns that a sum may be made of


def mark_totals(
    rows: Rows, goal: Column, columns: Sequence[Column], roles: dict[str, Role]
) -> None:
    """Drop sums that hold the target, and ask about what may be one by its name and size."""
    usable = [each for each in columns if each.numeric and roles[each.name].role == "numeric"]
    above = [each for each in usable if is_above(rows, each, goal)]
    above.sort(key=lambda each: (not words.has(each.name, words.TOTALS), -roles[each.name].power))
    for column in above[:MOST]:
        role, named = roles[column.name], words.has(column.name, words.TOTALS)
        others = [each for each in usable if each is not column][:PARTS]
        weight, told = part_of(rows, goal, column, others)
        far, least = NAMED if named else UNNAMED
        if abs(weight - 1) <= far and told >= least:
            reason = f"it holds {goal.name}: never less, and it grows by one with each one of it"
            role.becomes("drop", reason, "later", 0.6)
        elif named:
            role.becomes("numeric", f"may hold {goal.name}: a total that is never less", sure=0.5)
            role.flags += [] if "late?" in role.flags else ["late?"]


def is_above(rows: Rows, column: Column, goal: Column) -> bool:
    """Return whether a column is never less than the target, now and then more, and follows it."""
    if column.distinct < 30 or goal.low < 0 or column.high <= goal.high:
        return False
    sums, parts = rows.numbers(column), rows.numbers(goal)
    both = [(a, b) for a, b in zip(sums, parts, strict=True) if a is not None and b is not None]
    above = sum(a >= b for a, b in both) >= ABOVE * len(both) > 0
    return above and correlation(sums, parts) > RELATED


def part_of(
    rows: Rows, goal: Column, column: Column, others: Sequence[Column]
) -> tuple[float, float]:
    """Return the weight of the target in a sum of columns, and how much of it they explain."""
    cells = [rows.numbers(each) for each in (column, goal, *others)]
    whole = [[float(x) for x in row if x is not None] for row in zip(*cells, strict=True)]
    whole = [row for row in whole if len(row) == len(cells)]
    if len(whole) < max(60, 4 * len(cells)):
        return 0.0, 0.0
    y, *parts = (list(each) for each in zip(*whole, strict=True))
    ones: Vector = [1.0] * len(y)
    places = samples(y, {str(n): part for n, part in enumerate(parts)})[0]
    sampled = [[each[place] for place in places] for each in [*parts, ones, y]]
    weights = solve([sampled[-2], *sampled[:-2]], sampled[-1])
    made = add([ones, *parts], weights)
    usual = sum(y) / len(y)
    left = sum((a - b) ** 2 for a, b in zip(y, made, strict=True))
    spread = sum((a - usual) ** 2 for a in y)
    return weights[1], 1 - left / spread if spread else 0.0
