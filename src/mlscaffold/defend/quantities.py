"""Finds what a sentence says in numbers: digits, words, shares, ranges, and how sure it sounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .numerals import spell_out

MULTIPLES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9}
FRACTIONS = {
    "half": 2, "halves": 2, "halve": 2, "halved": 2, "halving": 2, "third": 3, "quarter": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10,
}  # fmt: skip
SECONDS = {
    name: size
    for names, size in (("s sec secs second seconds", 1), ("min mins minute minutes", 60),
                        ("h hr hrs hour hours", 3600), ("day days", 86400))
    for name in names.split()
}  # fmt: skip
DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "year": 365.25}

LITERAL = r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?(?!\d)|\d+[.,]\d+|[.]\d+|\d+"
NUMBER = re.compile(
    rf"(?P<money>[$€£]\s?)?(?P<minus>(?<![\w.])-)?(?P<digits>{LITERAL})"
    r"(?P<half>\s?(?:1/2|and a half))?(?:\s?(?P<multiple>k|m|mn|bn|thousand|million)\b)?"
    r"(?P<percent>\s?(?:%|percent\b|per ?cent\b|pct\b))?"
)
FRACTION = re.compile(
    r"(?P<count>\b(?:a|an|one|\d+)[ -])?(?P<name>half|halves|halved?|halving|"
    r"thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|tenths?)\b(?! (?:a )?(?:second|later))"
)
OUT_OF = re.compile(r"(\d+)(?: times| cases)? (?:in|out of|of)(?: the| every| all)? (\d+)\b(?!\s?%)")
DECADE = re.compile(r"\b(low|mid|high|upper|lower)?[ -]?(\d0|twent|thirt|fort|fift|sixt|sevent|"
                    r"eight|ninet)(?:'?s|ies)\b")  # fmt: skip
DECADES = dict(zip("twent thirt fort fift sixt sevent eight ninet".split(), range(20, 100, 10),
                   strict=True))  # fmt: skip

# Numbers that are part of a name or of a set-up, and no statement about a result.
NAMES = re.compile(
    r"""
    \b[a-z_]+@\s?\d+ | \b[a-z]\d+\b | \btop[ -]?\d+\b | \b(?:k|n|c|alpha|lambda|depth|max_depth|seed|random_state|n_estimators|n_splits|cv|lr|epochs)\s?=\s?\d+(?:\.\d+)?
    | \b\d+(?:\.\d+)?\s?(?:%|percent|per\ ?cent)(?=[ ](?:confidence|prediction|bootstrap|conformal|
      credible)?\s?(?:intervals?|ci\b|bands?|level|confiden))(?!\ interval\ holds)
    | \b\d+[ -](?:fold|folds|nearest|neighbou?rs|seeds)\b | \b\d\d/\d\d\b | \bat\ (?:10|5|20)\b(?!\s?[%.p\d])
    | \b(?:step|fold|version|section|chapter|figure|table|week|seed|number)\ \d+\b
    | \b(?:19|20)\d\d(?=-\d\d) | \bin\ (?:19|20)\d\d\b
    """,
    re.VERBOSE,
)
HEDGE = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|circa|some|ca\.?|~|maybe|perhaps|nearly|almost|"
    r"just (?:under|over|above|below)|close to|something like|more or less|a (?:bit|little) "
    r"(?:less|more|over|under|above|below)(?: than)?|(?:slightly|little|bit) "
    r"(?:less|more|over|under|above|below)(?: than)?)\s(?:a |an |the |of )?[$€£]?$"
)
LATER_HEDGE = re.compile(
    r"^\W{0,2}(?:\w+\W+){0,2}(?:or so|more or less|give or take|roughly|approximately|ish\b|and a bit|"
    r"and something|or thereabouts)|^-?ish\b"
)
BOUND = re.compile(
    r"(?:(?P<less>less than|under|below|fewer than|at most|up to|no more than|lower than)|"
    r"(?P<more>more than|over|above|at least|higher than|no less than))\s(?:a |the )?[$€£]?$"
)
SPREAD = re.compile(r"(?:\+ ?/ ?-|±|plus or minus|plus minus|give or take)\s*[$€£]?$")
ASIDE = re.compile(
    r"(?:\bthan|\bversus|\bvs\.?|\bagainst|compared (?:with|to)|instead of|rather than|\bunlike|"
    r"down from|up from|\bfrom|\bover)\s(?:just |only |the |a |about |around |its |our )*[$€£]?$"
)
DENIED = re.compile(r"(?:\bnot|n't be|n't|isn't|wasn't|\bnor)\s(?:the |a |about |just )*[$€£]?$")
RELATIVE = re.compile(
    r"^\s?(?:rentals |points |of the error )?(?:better|worse|lower|higher|less|more|fewer|smaller|below|above|"
    r"improvement|reduction|gain|beyond)\b"
)


BY = re.compile(r"\bby (?:about |a |some |around )*$")
MOMENT = re.compile(r"(?:^|\b(?:is|by|about|around|almost|nearly|over|under|than|roughly|of|like|say) )an? "
                    r"(?=(?:hour|minute|second|day)\b)")  # fmt: skip


METRIC = re.compile(
    r"\b(precision|recall|accuracy|f1|r2|auc|roc-auc|mae|rmse|mape|mse|log ?loss|brier|ndcg|hit rate|"
    r"coverage|bias|training error|train error)(?: score)?(?:\s?[:=]| is| was| of| at| came out at)?\s(?:about |around |only )*$"
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
    aside: bool = False  # what something is compared with
    denied: bool = False  # said not to be so
    spread: bool = False  # what stands after ±
    relative: bool = False  # 24 % better
    before: str = ""  # the word before it
    metric: str = ""  # the metric that is named before it

    @property
    def middle(self) -> float:
        """The middle of a range, or the number."""
        return (self.low + self.high) / 2


def find_quantities(answer: str) -> tuple[str, list[Quantity]]:
    """Return the answer with digits for words, and what it says in numbers, in order."""
    text = NAMES.sub(lambda found: "·" * len(found[0]), spell_out(answer))
    found: list[Quantity] = []
    for quantity in (*shares_of_counts(text), *decades(text), *fractions(text), *moments(text), *numbers(text)):
        taken = any(q.span.start < quantity.span.end and quantity.span.start < q.span.end for q in found)
        if not taken:
            found.append(describe(text, quantity))
    found = add_moments(text, sorted(found, key=lambda each: each.span))
    return text, merge_ranges(text, found)


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
        yield Quantity(value, value, precision, Span(*found.span()), bool(found["percent"]), rough=rough)


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
        if re.search(r"\band $", before) or text[found.end() :].startswith((" of the year", " past")):
            continue
        many = int(count) if count.isdigit() else 1
        size = FRACTIONS[found["name"].rstrip("s") if found["name"] != "halves" else "halves"]
        value, slack = many / size, 0.02 if size < 10 else 0.015
        hour = re.match(r" an? (hour|minute|day)", text[found.end() :])
        yield Quantity(value, value, slack, Span(*found.span()), not hour, fraction=True, rough=slack)


def moments(text: str) -> Iterator[Quantity]:
    """Yield an hour and a minute."""
    for found in MOMENT.finditer(text):
        half = re.match(r"\w+ and a half", text[found.end() :])
        value = 1.5 if half else 1.0
        yield Quantity(value, value, 0.1, Span(found.end() - 2, found.end() - 1), rough=0.25)


def shares_of_counts(text: str) -> Iterator[Quantity]:
    """Yield shares told as counts: 4 out of 10."""
    for found in OUT_OF.finditer(text):
        part, whole = int(found[1]), int(found[2])
        if 0 <= part < whole:
            value, span = part / whole, Span(*found.span())
            slack = min(0.5 / whole, 0.25 * min(value, 1 - value))
            yield Quantity(value, value, max(slack, 0.005), span, True, fraction=True, rough=slack)


def decades(text: str) -> Iterator[Quantity]:
    """Yield the mid sixties."""
    for found in DECADE.finditer(text):
        if not found[1] and found[2].isdigit():
            continue
        start = DECADES.get(found[2]) or float(found[2])
        ends = {"low": (0, 4), "lower": (0, 4), "mid": (3, 7), "high": (6, 10), "upper": (6, 10)}
        low, high = ends.get(found[1] or "", (0, 10))
        yield Quantity(start + low, start + high, 0.5, Span(*found.span()), hedged=True, rough=0.5)


def describe(text: str, quantity: Quantity) -> Quantity:
    """Return the quantity with what the words around it say of it."""
    before, after = text[: quantity.span.start], text[quantity.span.end :]
    unit = re.match(r"[\s-]?\s?(?:times )?([a-z]+)", after)
    period = re.match(r"\s?(?:[a-z]+ )?(?:a|an|per|each|every) (hour|day|week|month|year)\b", after)
    bound = BOUND.search(before)
    hedged = bool(HEDGE.search(before) or LATER_HEDGE.match(after))
    metric = METRIC.search(before)
    word = re.search(r"([a-z']+)\s[$€£]?$", before)
    if unit and unit[1] in {"a", "an", "of"} and (hour := re.match(r"\s?(?:an?|of an) ([a-z]+)", after)):
        unit = hour if quantity.fraction else unit
    return replace(
        quantity,
        unit=unit[1] if unit else "",
        period=period[1] if period else "",
        hedged=quantity.hedged or hedged,
        bound="" if not bound or hedged else ("less" if bound["less"] else "more"),
        aside=bool(ASIDE.search(before)) and not hedged and not (bound and not re.search(r"better|worse", before)),
        denied=bool(DENIED.search(before)),
        spread=bool(SPREAD.search(before)),
        relative=bool(RELATIVE.match(after)) or (quantity.share and bool(BY.search(before))),
        before=word[1] if word else "",
        metric=metric[1] if metric else "",
    )


def add_moments(text: str, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with lengths of time, 12 min 24 s, made one each."""
    merged: list[Quantity] = []
    for each in found:
        last = merged[-1] if merged else each
        between = text[last.span.end : each.span.start]
        sizes = SECONDS.get(last.unit, 0), SECONDS.get(each.unit, 0)
        if re.fullmatch(r"\s?[a-z]+,?(?: and)? ", between) and sizes[0] > sizes[1] > 0:
            value = last.low + each.low * sizes[1] / sizes[0]
            precision = each.precision * sizes[1] / sizes[0]
            merged[-1] = replace(last, low=value, high=value, precision=precision)
        else:
            merged.append(each)
    return merged


def merge_ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities with ranges, 60 to 70, made one each."""
    merged: list[Quantity] = []
    for quantity in found:
        if merged and is_range(text, merged[-1], quantity):
            first = merged.pop()
            share = first.share or quantity.share
            low = first.low / 100 if quantity.share and not first.share else first.low
            span = Span(first.span.start, quantity.span.end)
            precision = max(first.precision, quantity.precision) if first.share == quantity.share else quantity.precision
            ends = sorted((low, quantity.high))
            quantity = replace(
                quantity, low=ends[0], high=ends[1], precision=precision, span=span, share=share,
                aside=False, spread=first.spread, before=first.before, denied=first.denied, hedged=False,
            )  # fmt: skip
        merged.append(quantity)
    return merged


def is_range(text: str, first: Quantity, second: Quantity) -> bool:
    """Tell whether two numbers are the ends of one range, and no change from one to the other."""
    between = text[first.span.end : second.span.start]
    before = text[max(0, first.span.start - 12) : first.span.start]
    if first.low != first.high or second.low != second.high:
        return False
    if re.fullmatch(r"\s?(?:[a-z$%]+ )?(?:and|to)\s[$€£]?", between) and "between" in before:
        return True
    changed = re.search(r"\bfrom [$€£]?$", before) and first.low > second.low
    joined = re.fullmatch(r"\s?(?:to|-|\.\.\.?|or)\s?[$€£]?|, ", between)
    if between == ", " or between.strip() == "or":
        return between.strip() == "or" and 0 < second.low - first.low <= 0.2 * abs(second.low) or (
            text[first.span.start - 1 : first.span.start] in {"[", "("}
        )
    return bool(joined) and not changed and second.low > first.low
