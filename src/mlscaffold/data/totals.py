"""Sums that hold the target among other things, as a total holds the tip: known after it."""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .columns import Column
from .formulas import Vector, add, solve
from .relations import ALONE, Rows, correlation
from .roles import Role

ABOVE = 0.999  # share of rows in which a sum is no less than its part
RELATED = 0.3  # correlation of a sum with what may be its part by names and size alone
NEEDED = 0.9  # share of what a sum leaves open without its part that is left open with it
NAMED = (0.2, 0.9)  # how far the weight of the target may be from one, and what must be explained:
UNNAMED = (0.05, 0.98)  # by a column called a total, and by any other
MOST = 6  # columns that are tried
ROWS = 500  # spread over the file, that weights are told from
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
            reason = f"it contains {goal.name}: it is never less, and grows by as much"
            role.becomes("drop", reason, "later", 0.6)
        elif named and correlation(rows.numbers(column), rows.numbers(goal)) > RELATED:
            role.ask(f"a total that is never less than {goal.name} and may contain it")


def mark_parts(rows: Rows, goal: Column, columns: Sequence[Column], roles: dict[str, Role]) -> None:
    """Ask about columns that are called alike and nearly add up to the target: From Ads, From Home.

    Columns that are called as the target is are the same at other times, and no parts of it.
    """
    usable = [each for each in columns if each.numeric and 0 <= each.low <= each.high <= goal.high]
    for end in (0, -1):
        alike: dict[str, list[Column]] = {}
        for each in usable:
            if len(said := words.words(each.name)) > 1 and said[end] not in words.words(goal.name):
                alike.setdefault(said[end], []).append(each)
        for parts in alike.values():
            cells = zip(*(rows.numbers(each) for each in parts), strict=True)
            sums = [float(sum(x or 0 for x in row)) for row in cells]
            if len(parts) > 1 and correlation([*sums], rows.numbers(goal)) ** 2 > ALONE:
                for role in (roles[each.name] for each in parts):
                    if role.role == "numeric":
                        role.ask(f"together they are nearly all of {goal.name}")


def is_above(rows: Rows, column: Column, goal: Column) -> bool:
    """Return whether a column of amounts is never less than the target, and reaches higher."""
    if column.distinct < 30 or goal.low < 0 or column.high <= goal.high:
        return False
    sums, parts = rows.numbers(column), rows.numbers(goal)
    both = [(a, b) for a, b in zip(sums, parts, strict=True) if a is not None and b is not None]
    return sum(a >= b for a, b in both) >= ABOVE * len(both) > 0


def part_of(
    rows: Rows, goal: Column, column: Column, others: Sequence[Column]
) -> tuple[float, float]:
    """Return the weight of the target in a sum of columns, and how much of it they explain."""
    cells = [rows.numbers(each) for each in (column, goal, *others)]
    whole = [[float(x) for x in row if x is not None] for row in zip(*cells, strict=True)]
    whole = [row for row in whole if len(row) == len(cells)]
    whole = whole[:: len(whole) // ROWS or 1]
    if len(whole) < max(60, 4 * len(cells)):
        return 0.0, 0.0
    y, *parts = (list(each) for each in zip(*whole, strict=True))
    ones = [1.0] * len(y)
    weights, left = fitted(y, [ones, *parts])
    _, without = fitted(y, [ones, *parts[1:]])
    usual = spread(y, [sum(y) / len(y)] * len(y))
    return (weights[1], 1 - left / usual) if left < NEEDED * without else (0.0, 0.0)


def fitted(y: Vector, columns: list[Vector]) -> tuple[Vector, float]:
    """Return least-squares weights, and what they leave open."""
    weights = solve(columns, y)
    return weights, spread(y, add(columns, weights))


def spread(y: Vector, told: Vector) -> float:
    """Return the sum of squared errors."""
    return sum((a - b) ** 2 for a, b in zip(y, told, strict=True))
