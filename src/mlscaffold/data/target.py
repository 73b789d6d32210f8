"""The target: which column it may be, and its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from . import words
from .columns import Column
from .roles import Role

NAMED = 4  # how much a word must speak for a target to be taken unasked where it is not the last
CLASSES = 20  # more are not offered: few learners could give costs to them
LABELLED = 5  # columns, beyond which the only one of words may be a label of the numbers
NAMED_CLASSES = 50  # up to which a column can be named as the target: letters, plants, speakers


@dataclass(frozen=True)
class Candidate:
    """A column that may be the target, and how much speaks for it."""

    name: str
    score: float
    kind: str  # regression or classification
    last: bool = False
    named: bool = True  # whether its name says so: an income may be predicted, but seldom is


def kind_of(column: Column, most: int = NAMED_CLASSES) -> str:
    """Return the type of project that a target asks for, or nothing: it has `most` classes."""
    if column.known == 0 or column.distinct < 2 or column.written or column.clock:
        return ""
    if column.distinct == 2:
        return "classification"
    if column.numeric:
        called = words.has(column.name, words.CODES | CLASS_NAMES)
        few = column.whole and (column.distinct == 3 or (column.distinct <= 10 and called))
        return "classification" if few else "regression"
    return "classification" if column.distinct <= most else ""


PLACED = re.compile(r"^(lat|lon)", re.IGNORECASE)
MONEY = 3.0  # how much more must speak for one of two amounts that differ in their currency
WHERE = [["lat"], ["latitude"], ["lng"], ["lon"], ["long"], ["longitude"]]
CLASS_NAMES = {*"diagnosis grade target".split()}


def candidates(columns: list[Column], roles: dict[str, Role], kind: str | None) -> list[Candidate]:
    """Return the columns that may be the target, the most likely first."""
    found = []
    said_in_words = [each.name for each in columns if not each.numeric]
    alone = said_in_words if len(columns) > LABELLED else []  # what the numbers are told by
    for column in columns:
        most = NAMED_CLASSES if alone == [column.name] else CLASSES
        role, wanted = roles[column.name], kind_of(column, most)
        if (
            not wanted
            or words.words(column.name)[-1:] in WHERE
            or (column.name.lower() in {"x", "y"} and maps(columns))
            or role.role in {"id", "text"}
            or words.is_id(column.name)
            or (role.role == "drop" and role.sure > 0.75)
        ):
            continue
        if kind in {"regression", "classification"} and not fits(column, kind, most):
            continue
        parts = words.words(column.name)
        joined = "".join(parts)
        said = [*parts, joined, "_".join(parts), *map("".join, pairwise(parts))]
        amount = column.numeric or not {*parts} & words.PRICED  # a fare in words is a tariff
        score: float = amount * max([words.TARGETS.get(word, 0) for word in said] or [0])
        last = column.place == len(columns) - 1
        named = score >= NAMED or joined == "y" or last
        score -= 0.4 * max(len(parts) - 2, 0)
        score = max(score, 5.0 * (joined == "y"))
        score -= 3.0 * bool(words.PAST & {*parts} and parts != ["num"])
        coded = role.role == "categorical" and "unsure" not in role.flags
        score -= 3.0 * (coded and wanted == "regression")  # classes written as numbers
        ends = {*parts[:1], *parts[-1:]} & {*"date mo month year yr".split()}
        score -= 3.0 * bool({*parts} <= words.CALENDAR or ends)
        score += 2.0 * (amount and joined in words.TARGETS) + 1.0 * (parts[:1] == ["is"])
        score += 2.0 * last
        score += 0.5 * (column.place == 0) + 0.5 * (column.distinct == 2 or column.numeric)
        score -= 1.5 * ("sensitive" in role.flags) + 2 * (column.missing > 0.3 * column.seen)
        kind_said = kind if kind and fits(column, kind, most) else wanted
        found.append(Candidate(column.name, score, kind_said, last, named))
    if not any(each.named and each.score >= NAMED for each in found if [each.name] != alone):
        found = [replace(each, score=each.score + 2 * ([each.name] == alone)) for each in found]
    return sorted(found, key=lambda each: -each.score)


def maps(columns: list[Column]) -> bool:
    """Return whether a file says in other columns, too, where something is: then y is a place."""
    last = [words.words(column.name)[-1:] for column in columns]
    placed = [
        each for each in columns
        if words.words(each.name)[-1:] in WHERE or PLACED.search(each.name)
    ]  # fmt: skip
    return ["x"] in last and bool(placed)


def are_alike(first: Candidate, other: Candidate) -> bool:
    """Return whether nothing but its place speaks for one of two: math score, writing score."""
    same = words.end_alike(first.name, other.name)
    named = same and words.words(first.name)[-1] in words.TARGETS
    money = words.without_money(first.name) == words.without_money(other.name)
    return first.kind == other.kind and (named or (money and first.score - other.score < MONEY))


def rivals(first: Candidate, other: Candidate) -> bool:
    """Return whether another name says as clearly that it is the target, and of another thing."""
    clear = other.named and other.score >= NAMED
    return clear and not {*words.words(first.name)} <= {*words.words(other.name)}


def fits(column: Column, kind: str | None, most: int = NAMED_CLASSES) -> bool:
    """Return whether a column can be the target of this type of project."""
    if kind == "regression":
        return column.numeric and column.distinct > 2
    return kind == "classification" and 2 <= column.distinct <= most
