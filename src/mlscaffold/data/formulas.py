"""Columns of which several together make up the target: sums of parts, products, weighted means.

Weights are told from a few complete rows by least squares and must then hold for nearly all others,
to the last digit that the file gives; so columns that merely explain much are never named.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, pstdev

from . import words
from .columns import Column
from .relations import Rows

MOST = 40  # numeric columns that sums are looked for in; of weighted means, which cost more, half
TRIES = 3  # samples of rows: one wrong cell among them hides a formula
AGREE = 0.99  # share of rows in which a formula must hold: people correct single cells
ROWS = 1500  # complete ones, that a formula must hold in
FINE = 0.05  # of the target's spread: a coarser last digit would agree with anything
RATES = {*"avg average mean pct per percent percentage rat rate ratio share".split()}
POWERS = {1.0: " * {}", 2.0: " * {}²", -1.0: " / {}", -2.0: " / {}²"}  # in a product

Vector = list[float]
Parts = dict[str, Vector]


@dataclass(frozen=True)
class Formula:
    """How the target is made, and the columns that give it away."""

    said: str
    names: list[str]


def find_formula(rows: Rows, goal: Column, columns: Sequence[Column]) -> Formula | None:
    """Return how several columns make up the target, if they do so in nearly every row."""
    usable = [each for each in columns if each.numeric and each.distinct > 2 and not each.written]
    usable = [each for each in usable if each.share_missing < 0.1][:MOST]
    values = [rows.numbers(each) for each in (goal, *usable)]
    whole = [row for row in zip(*values, strict=True) if None not in row]
    whole = whole[:: -(-len(whole) // ROWS) or 1]
    if len(usable) < 2 or len(whole) < max(60, 6 * len(usable)):
        return None
    y, *others = ([float(cell or 0) for cell in column] for column in zip(*whole, strict=True))
    step = last_digit(goal)
    if step > FINE * pstdev(y):
        return None
    parts = {each.name: cells for each, cells in zip(usable, others, strict=True)}
    ways: tuple[Callable[[Vector, Parts, float], Formula | None], ...] = (sums, products, means)
    found = (way(y, parts, step) for way in ways)
    return next((each for each in found if each), None)


def last_digit(column: Column) -> float:
    """Return the unit of the last decimal place that most values are given to."""
    places = sorted(len(cell.partition(".")[2].rstrip("0")) for cell in [*column.counts][:2000])
    return float(10.0 ** -places[int(0.9 * len(places))])


def sums(y: Vector, parts: Parts, step: float) -> Formula | None:
    """Return the parts whose weighted sum is the target."""
    for sample in samples(y, parts):
        goal, kept = pick(y, sample), [*parts]
        columns = {name: pick(cells, sample) for name, cells in parts.items()}
        while len(kept) > 1:
            weights = solve([columns[name] for name in kept], goal)
            told = add([columns[name] for name in kept], weights)
            if not agree(goal, told, 3 * step):
                break
            least = max(0.3 * step, 1e-3 * pstdev(goal))  # less than that is rounding
            pairs = zip(kept, weights, strict=True)
            moving = [name for name, w in pairs if abs(w) * pstdev(columns[name]) > least]
            if len(moving) == len(kept):
                weights = [nearest(w, 0.03) for w in weights]
                near = 0.01 if all(w.is_integer() for w in weights) else 0.001  # of the spread
                loose = min(step * (len(kept) + 1) / 2, near * pstdev(y))  # parts are rounded, too
                if agree(y, add([parts[name] for name in kept], weights), max(0.51 * step, loose)):
                    return Formula(weighted(dict(zip(kept, weights, strict=True))), kept)
                break
            kept = moving
    return None


def products(y: Vector, parts: Parts, step: float) -> Formula | None:
    """Return the parts whose product is the target, a share taken off among them, if any."""
    rows = [place for place, value in enumerate(y) if value > 2 * step]  # zero has no logarithm
    goal = [math.log(y[place]) for place in rows]
    logs, source = logarithms({name: pick(cells, rows) for name, cells in parts.items()})
    if len(logs) < 2 or len(rows) < max(60, 6 * len(logs)):
        return None
    for sample in samples(goal, logs):
        columns = [pick(cells, sample) for cells in logs.values()]
        found = solve([*columns, [1.0] * len(sample)], pick(goal, sample))[:-1]
        powers = {name: nearest(power) for name, power in zip(logs, found, strict=True)}
        powers = {name: power for name, power in powers.items() if power}
        if len(powers) < 2 or not {*powers.values()} <= POWERS.keys():
            continue
        made = add([logs[name] for name in powers], [*powers.values()])
        factor = math.exp(median(goal[place] - made[place] for place in sample))
        told = [factor * math.exp(each) for each in made]
        if agree(pick(y, rows), told, 0.51 * step, near=1e-4):
            above = sorted(powers, key=lambda name: powers[name] < 0)
            said = "".join(POWERS[powers[name]].format(name) for name in above)
            said += "" if abs(factor - 1) < 1e-3 else f" * {factor:.4g}"
            said = said.removeprefix(" * ") if powers[above[0]] > 0 else f"1{said}"
            return Formula(said, telling([*dict.fromkeys(source[name] for name in powers)]))
    return None


def logarithms(parts: Parts) -> tuple[Parts, dict[str, str]]:
    """Return logarithms of all that is above zero, and of what a share leaves; and whose it is."""
    found, source = {}, {}
    for name, cells in parts.items():
        if not cells or min(cells) < 0:
            continue
        if min(cells) > 0:
            found[name], source[name] = [math.log(cell) for cell in cells], name
        for whole, said in ((1, f"(1 - {name})"), (100, f"(1 - {name}/100)")):
            if max(cells) < whole and min(cells) < 0.5 * whole and (whole == 1 or max(cells) >= 1):
                found[said] = [math.log(1 - cell / whole) for cell in cells]
                source[said] = name
    return found, source


def means(y: Vector, parts: Parts, step: float) -> Formula | None:
    """Return parts whose weighted sum, divided by another one, is the target."""
    few = dict([*parts.items()][: MOST // 2])
    for name, count in few.items():
        if min(count) > 0 and len(few) > 2:
            rest = [(other, cells) for other, cells in few.items() if other != name]
            shares = {n: [a / b for a, b in zip(c, count, strict=True)] for n, c in rest}
            if found := sums(y, shares, step):
                return Formula(f"({found.said}) / {name}", [*found.names, name])
    return None


def samples(y: Vector, parts: Parts) -> list[list[int]]:
    """Return a few draws of rows, each some times as many as there are parts."""
    size = max(60, 4 * len(parts))
    return [random.Random(seed).sample(range(len(y)), size) for seed in range(TRIES)]  # noqa: S311


def pick(cells: Vector, places: list[int]) -> Vector:
    """Return the cells at some places."""
    return [cells[place] for place in places]


def solve(columns: list[Vector], goal: Vector) -> Vector:
    """Return least-squares weights; a column that others make up counts for nothing."""
    basis: list[Vector] = []
    shares: list[Vector] = []  # of each column, what lies along those before it
    for column in columns:
        rest, along = column, []
        for unit in basis:
            along.append(dot(unit, rest))
            rest = [a - along[-1] * b for a, b in zip(rest, unit, strict=True)]
        length = math.sqrt(dot(rest, rest))
        alive = length > 1e-9 * math.sqrt(dot(column, column)) > 0
        basis.append([each / length for each in rest] if alive else [0.0] * len(goal))
        shares.append([*along, length if alive else 0.0])
    left, weights = [dot(unit, goal) for unit in basis], [0.0] * len(columns)
    for place in range(len(columns) - 1, -1, -1):
        if shares[place][place]:
            taken = sum(
                weights[later] * shares[later][place] for later in range(place + 1, len(columns))
            )
            weights[place] = (left[place] - taken) / shares[place][place]
    return weights


def dot(a: Vector, b: Vector) -> float:
    """Return the inner product."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def add(columns: list[Vector], weights: Vector) -> Vector:
    """Return the weighted sum in every row."""
    return [dot(weights, [*row]) for row in zip(*columns, strict=True)]


def agree(y: Vector, told: Vector, within: float, near: float = 1e-6) -> bool:
    """Return whether a formula gives the target in nearly every row."""
    right = sum(abs(a - b) <= within + near * abs(a) for a, b in zip(y, told, strict=True))
    return right >= AGREE * len(y)


def nearest(weight: float, within: float = 0.05) -> float:
    """Return a power or weight that is whole but for rounding, else itself."""
    return float(round(weight)) if abs(weight - round(weight)) < within else weight


def weighted(parts: dict[str, float]) -> str:
    """Return a sum as people write it."""
    said = ""
    for name, weight in [*parts.items()][:6]:
        size = "" if abs(abs(weight) - 1) < 1e-3 else f"{abs(weight):.4g} * "
        said += (" - " if weight < 0 else " + " if said else "") + size + name
    return said.strip() + (" + ..." if len(parts) > 6 else "")


def telling(names: list[str]) -> list[str]:
    """Return the rates among the parts of a product, which are made of the target, else all."""
    ends = ("rate", "ratio", "pct")  # murdrate is one, too
    rates = [n for n in names if words.has(n, RATES) or n.lower().endswith(ends)]
    return rates if len(rates) == 1 else names
