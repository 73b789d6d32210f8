"""A last row that is no case: the sums or the means of the rows above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import pstdev

LEAST = 20  # rows, of which a sum is no chance
MANY = 200  # rows that tell whether a column has few numbers
ENOUGH = 3  # columns that are not summed up
CLOSE = 0.002  # how far a rounded mean may be from the exact one
SPREAD = 0.02  # and how far in terms of how far values lie apart


def sums_up(columns: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a last row holds the sum or the mean of two columns and most of its numbers.

    Columns of few numbers do not count: many a row of theirs is like the mean.
    """
    told = said = 0
    for cells in columns:
        last = number(cells[-1])
        if last is None or (len(cells) > MANY and len({*cells[:MANY]}) < LEAST):
            continue
        if said - told >= ENOUGH > told:
            return False  # the rest would only cost time
        above = [number(cell) for cell in cells[:-1] if cell]
        values = [value for value in above if value is not None]
        if len(values) < max(LEAST, 0.9 * len(above)) or len({*values}) < LEAST:
            continue
        said += 1
        total = math.fsum(values)
        mean = total / len(values)
        near = min(CLOSE * abs(mean), SPREAD * pstdev(values))  # places of one town are all near
        told += abs(last - total) <= CLOSE * abs(total) or abs(last - mean) <= near
    return told >= 2 and told > said / 2


def number(cell: str) -> float | None:
    """Return a plain number."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
