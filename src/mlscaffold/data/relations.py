"""What columns know of each other: copies, sums, and features that give the target away."""

from __future__ import annotations

import math
import operator
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from . import words
from .columns import Column
from .moments import read
from .table import Table

ROWS = 6000  # that relations are told from
ALONE = 0.98  # share of what can be told about the target: above, one column tells it all
PAIRS = 60  # numeric columns among which sums are looked for
CLOSE = 1e-6
CODED = 60  # different numbers that may be the codes of words in another column
SAME = 0.9999  # correlation of two numbers that are called alike, from which they say the same

Cells = Sequence[str]
Numbers = list[float | None]
MADE: dict[str, Callable[[float, float], float]] = {  # `%`: the share of the first
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": lambda a, b: a / (a + b),
}


@dataclass
class Rows:
    """Some rows of a table, the same of every column."""

    table: Table
    places: list[int]

    @classmethod
    def of(cls, table: Table, most: int = ROWS) -> Rows:
        """Return rows spread by chance, in their order."""
        places = range(table.seen)
        if table.seen > most:
            return cls(table, sorted(random.Random(0).sample(places, most)))  # noqa: S311
        return cls(table, list(places))

    def cells(self, column: Column) -> list[str]:
        """Return the cells of a column, empty where a value is missing."""
        cells = self.table.columns[column.place]
        return [cells[place] if cells[place] in column.counts else "" for place in self.places]

    def numbers(self, column: Column) -> Numbers:
        """Return the numbers of a column."""
        cells = self.table.columns[column.place]
        return [column.numbers.get(cells[place]) for place in self.places]


def groups_of(rows: Rows, column: Column, bands: int = 30, *, codes: bool = False) -> list[str]:
    """Return for each row the group that a column puts it in: a category or a band of numbers."""
    cells = rows.cells(column)
    if not column.numeric or codes or column.distinct <= bands:
        return cells
    ordered = sorted(column.numbers[cell] for cell in cells if cell)
    edges = sorted({ordered[place * len(ordered) // bands] for place in range(1, bands)})
    found = []
    for cell in cells:
        number = column.numbers.get(cell)
        band = bisect_right(edges, number) if number is not None else -1
        found.append(str(band))
    return found


def told_of_number(groups: list[str], target: Numbers) -> float:
    """Return the share of the target's variance that groups explain, learned on other rows."""
    pairs = [(g, y) for g, y in zip(groups, target, strict=True) if y is not None]
    random.Random(1).shuffle(pairs)  # noqa: S311 - every second row may be of one kind
    halves = pairs[::2], pairs[1::2]
    explained = []
    for learn, test in (halves, halves[::-1]):
        if len(learn) < 10:
            return 0.0
        sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for group, y in learn:
            sums[group][0] += y
            sums[group][1] += 1
        usual = sum(y for _, y in learn) / len(learn)
        residual = total = 0.0
        for group, y in test:
            mass, count = sums.get(group, (0.0, 0.0))
            residual += (y - (mass + usual) / (count + 1)) ** 2
            total += (y - usual) ** 2
        explained.append(1 - residual / total if total else 0.0)
    return max(0.0, sum(explained) / 2)


def told_of_class(groups: list[str], target: list[str]) -> float:
    """Return the share of the uncertainty about the class that groups remove, on other rows."""
    pairs = [(g, y) for g, y in zip(groups, target, strict=True) if y]
    random.Random(1).shuffle(pairs)  # noqa: S311 - every second row may be of one kind
    halves = pairs[::2], pairs[1::2]
    gains = []
    for learn, test in (halves, halves[::-1]):
        if len(learn) < 10:
            return 0.0
        total: dict[str, float] = defaultdict(float)
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for group, y in learn:
            total[y] += 1
            counts[group][y] += 1
        loss = base = 0.0
        for group, y in test:
            prior = (total.get(y, 0.0) + 0.5) / (len(learn) + 1)
            seen = counts.get(group, {})
            loss -= math.log((seen.get(y, 0.0) + prior) / (sum(seen.values()) + 1))
            base -= math.log(prior)
        gains.append(1 - loss / base if base else 0.0)
    return max(0.0, sum(gains) / 2)


def power(
    rows: Rows, column: Column, target: Column, *, classes: bool, codes: bool = False
) -> float:
    """Return how much a column alone tells about the target, from 0 to 1 (`codes`: no amounts)."""
    if column.written:
        return 0.0
    groups = groups_of(rows, column, codes=codes)
    if classes:
        return told_of_class(groups, rows.cells(target))
    if codes or not column.numeric:
        return told_of_number(groups, rows.numbers(target))
    goal = rows.numbers(target)
    straight = correlation(rows.numbers(column), without_ends(goal)) ** 2
    return max(told_of_number(groups, goal), straight)


def without_ends(numbers: Numbers) -> Numbers:
    """Return numbers without the least and the largest, as one slip would decide a line."""
    known = [each for each in numbers if each is not None]
    ends = {min(known), max(known)} if known else set()
    return [each if each not in ends else None for each in numbers]


def correlation(a: Numbers, b: Numbers) -> float:
    """Return the linear correlation of two columns."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    if len(pairs) < 10:
        return 0.0
    mean_x, mean_y = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    xx, yy = sum((x - mean_x) ** 2 for x, _ in pairs), sum((y - mean_y) ** 2 for _, y in pairs)
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else 0.0


def sure_flag(rows: Table, column: Column, target: Column, rare: str) -> int:
    """Return in how many rows a flag is up, if the rare class always goes with it, or 0."""
    if column.distinct != 2 or target.distinct != 2:
        return 0
    up = min(column.counts, key=lambda value: column.counts[value])
    pairs = zip(rows.columns[column.place], rows.columns[target.place], strict=True)
    with_it = [said for cell, said in pairs if cell == up and said]
    sure = sum(said == rare for said in with_it) >= 0.995 * len(with_it)
    covers = len(with_it) >= max(10, 0.03 * target.counts[rare])
    return len(with_it) if sure and covers else 0


def find_copies(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Return columns that say the same as an earlier one, and that one; dates count as earlier.

    Numbers in the same order (metres and feet, dates and their numbers), categories for the same
    rows; of two flags, and of words that hardly repeat, only equal values count.
    """
    found: dict[str, str] = {}
    earlier: dict[int, str] = {}
    for column in sorted(columns, key=lambda each: each is not columns[0] and not each.written):
        if column.distinct < 2 or column.seen < 50:
            continue
        shape = hash(shape_of(rows, column))
        if shape in earlier and not (column.written and earlier[shape] == columns[0].name):
            found[column.name] = earlier[shape]
        else:
            earlier[shape] = column.name
    return found


def find_codes(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Return numbers that are the codes of words in another column, and that one."""
    few = [each for each in columns if 3 <= each.distinct <= CODED and each.seen >= 50]
    shapes = {codes_of(rows.cells(each)): each.name for each in few if not each.numeric}
    coded = [each for each in few if each.numeric]
    return {
        each.name: shapes[said] for each in coded if (said := codes_of(rows.cells(each))) in shapes
    }


def find_rounded(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Return numbers that follow another one exactly but for rounding, and are called nearly alike.

    So much a minute, as `day charge` beside `day minutes`: only pairs of which one word differs.
    """
    found: dict[str, str] = {}
    usable = [each for each in columns if each.numeric and each.distinct > CODED][:PAIRS]
    for first, second in combinations(usable, 2):
        if {first.name, second.name} & found.keys() or not one_word_differs(first, second):
            continue
        if correlation(rows.numbers(first), rows.numbers(second)) > SAME:
            found[second.name] = first.name
    return found


def one_word_differs(first: Column, second: Column) -> bool:
    """Return whether two names differ in one word, which is no number: t1 and t2 are a series."""
    one, two = words.words(first.name), words.words(second.name)
    differ = [(a, b) for a, b in zip(one, two, strict=False) if a != b]
    same = len(one) == len(two) > 1 and len(differ) == 1
    return same and all(word.isalpha() for word in differ[0])


def shape_of(rows: Rows, column: Column) -> tuple[object, ...]:
    """Return what is the same of two columns that say the same."""
    cells = rows.cells(column)
    if column.distinct < 3 or (not column.numeric and column.distinct > 0.9 * column.known):
        return tuple(cells)  # names of rows of any kind would all be copies of each other
    codes: dict[str, int] = {}
    if numbers := column.numbers or moments_of(column):
        ranks = {number: rank for rank, number in enumerate(sorted({*numbers.values()}))}
        codes = {cell: ranks[number] for cell, number in numbers.items()}
        return (1, *(codes.get(cell, -1) for cell in cells))
    return codes_of(cells)


def codes_of(cells: Cells) -> tuple[object, ...]:
    """Return what is the same of two columns whose values go together, whatever they are."""
    codes: dict[str, int] = {}
    return (2, *(codes.setdefault(cell, len(codes)) for cell in cells))


def moments_of(column: Column) -> dict[str, float]:
    """Return the dates of a column as numbers: some files say each of them twice."""
    if not column.written or column.written.other:
        return {}
    found = {cell: read(cell, column.written.form) for cell in column.counts}
    return {cell: moment.timestamp() for cell, moment in found.items() if moment}


def find_sums(rows: Rows, target: Column, columns: list[Column]) -> tuple[str, str, str] | None:
    """Return two columns and the sign that makes the target of them; `%`: the first's share."""
    goal = rows.numbers(target)
    usable = [each for each in columns if each.numeric and each.distinct > 2 and not each.written]
    values = {each.name: rows.numbers(each) for each in usable[:PAIRS]}
    for (a, first), (b, second) in combinations(values.items(), 2):
        for sign in MADE:
            if made_of(goal, first, second, sign):
                return a, sign, b
            if sign in "-/%" and made_of(goal, second, first, sign):
                return b, sign, a
    return None


def made_of(goal: Numbers, first: Numbers, second: Numbers, sign: str) -> bool:
    """Return whether a column is a sum, difference, product, quotient or share of two others."""
    known, kinds, make = 0, set(), MADE[sign]
    for y, a, b in zip(goal, first, second, strict=True):
        if y is None or a is None or b is None:
            continue
        try:
            made = make(a, b)
        except ZeroDivisionError:
            continue
        if abs(made - y) > CLOSE * max(1.0, abs(y)):
            return False
        known += 1
        kinds.add((a != 0) + 2 * (b != 0))
    return known > 30 and (sign in "*/%" or 3 in kinds or len(kinds & {1, 2}) == 2)
