"""Numbers as people say them: digits, fractions, counts out of a whole, decades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .signs import (
    DECADE,
    DECADES,
    EVERY,
    FRACTION,
    FRACTIONS,
    MOMENT,
    MULTIPLES,
    NUMBER,
    OUT_OF,
)


class Span(NamedTuple):
    """Where something stands in a text."""

    start: int
    end: int


@dataclass(frozen=True)
class Quantity:
    """A number as it was said; `low` and `high` differ where a range was."""

    low: float
    high: float
    precision: float  # half of a unit of the last digit that was told
    span: Span
    share: bool = False  # told in percent or as a fraction
    hedged: bool = False
    fraction: bool = False
    rough: float = 0.0  # half of a unit of the last digit that is not 0
    unit: str = ""  # the word after it
    period: str = ""  # a week, per day
    bound: str = ""  # "less" or "more": only a limit was told
    side: str = ""  # "more" for `just over 66`, "less" for `nearly 67`
    aside: bool = False  # what something is compared with
    denied: bool = False  # said not to be so
    spread: bool = False  # what stands after ±
    relative: bool = False  # 24 % better
    before: str = ""  # the word before it
    part: float | None = None  # of a share of counts, 6 in 6 of 8
    metric: str = ""  # the metric that is named before it

    @property
    def middle(self) -> float:
        """The middle of a range, or the number."""
        return (self.low + self.high) / 2


def numbers(text: str) -> Iterator[Quantity]:
    """Yield what is written in digits."""
    for found in NUMBER.finditer(text):
        value, precision, rough = read_literal(found["digits"])
        factor = MULTIPLES.get(found["multiple"] or "", 1.0)
        if found["half"]:
            value, precision, rough = value + 0.5, 0.25, 0.25
        value, precision, rough = value * factor, precision * factor, rough * factor
        if found["percent"]:
            value, precision, rough = value / 100, precision / 100, rough / 100
        value = -value if found["minus"] else value
        yield Quantity(
            value, value, precision, Span(*found.span()), bool(found["percent"]), rough=rough
        )


def read_literal(digits: str) -> tuple[float, float, float]:
    """Return a number, half of a unit of its last digit, and of its last digit but zeros.

    `12,165` has a thousands separator, `66,1` a decimal comma.
    """
    grouped = re.fullmatch(r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?", digits) and digits[0] != "0"
    plain = re.sub(r"[, ']", "", digits) if grouped else digits.replace(",", ".")
    _, _, decimals = plain.partition(".")
    precision = 0.5 * 10 ** -len(decimals)
    zeros = len(plain) - len(plain.rstrip("0")) if not decimals else 0
    rough = 0.5 * 10 ** min(zeros, max(len(plain) - 1, 0)) if not decimals else precision
    if not decimals and plain.endswith("5"):
        rough = 2.5
    return float(plain), precision, rough


def fractions(text: str) -> Iterator[Quantity]:
    """Yield halves, thirds and quarters."""
    for found in FRACTION.finditer(text):
        before = text[: found.start()]
        count = (found["count"] or "").strip(" -")
        if before.endswith("and ") or text[found.end() :].startswith((" of the year", " past")):
            continue
        many = int(count) if count.isdigit() else 1
        size = FRACTIONS[found["name"].rstrip("s")]
        value, slack = many / size, 0.02 if size < 10 else 0.015
        hour = re.match(r" (?:of )?an? (hour|minute|day)", text[found.end() :])
        yield Quantity(
            value, value, slack, Span(*found.span()), not hour, fraction=True, rough=slack
        )


def turns(text: str) -> Iterator[Quantity]:
    """Yield every second one."""
    for found in EVERY.finditer(text):
        value = 1 / {"second": 2, "other": 2, **FRACTIONS}[found[1]]
        yield Quantity(
            value, value, 0.02, Span(*found.span()), share=True, fraction=True, rough=0.02
        )


def moments(text: str) -> Iterator[Quantity]:
    """Yield an hour and a minute."""
    for found in MOMENT.finditer(text):
        half = re.match(r"\w+ and a half", text[found.end() :])
        value = 1.5 if half else 1.0
        yield Quantity(value, value, 0.1, Span(found.end() - 2, found.end() - 1), rough=0.25)


def shares_of_counts(text: str) -> Iterator[Quantity]:
    """Yield shares told as counts: 4 out of 10."""
    for found in OUT_OF.finditer(text):
        part, whole = int(found[1]), read_whole(found[2])
        if 0 <= part <= whole > 0:
            value, span = part / whole, Span(*found.span())
            slack = min(0.5 / whole, 0.25 * min(value, 1 - value))
            yield Quantity(
                value,
                value,
                max(slack, 0.005),
                span,
                share=True,
                fraction=True,
                rough=slack,
                part=part,
            )


def read_whole(told: str) -> int:
    """Return the whole that a count is out of: `100`, `1,000`, `1 thousand`."""
    digits, _, multiple = told.partition(" ")
    return int(int(digits.replace(",", "")) * MULTIPLES.get(multiple, 1))


def decades(text: str) -> Iterator[Quantity]:
    """Yield the mid sixties."""
    for found in DECADE.finditer(text):
        if not found[1] and found[2].isdigit():
            continue
        start = DECADES.get(found[2]) or float(found[2])
        ends = {"low": (0, 4), "lower": (0, 4), "mid": (3, 7), "high": (6, 10), "upper": (6, 10)}
        low, high = ends.get(found[1] or "", (0, 10))
        yield Quantity(start + low, start + high, 0.5, Span(*found.span()), hedged=True, rough=0.5)
