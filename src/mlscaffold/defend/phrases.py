"""Reads the words around numbers: what is hedged, compared, denied, or the end of a range."""

from __future__ import annotations

import re
from dataclasses import replace

from .numerals import spell_out
from .quantities import (
    Quantity,
    Span,
    decades,
    fractions,
    moments,
    numbers,
    shares_of_counts,
    turns,
)
from .signs import (
    ASIDE,
    BOUND,
    BY,
    DENIED,
    FORMER,
    GAP,
    HEDGE,
    LATER_HEDGE,
    METRIC,
    NAMES,
    RATE,
    RELATIVE,
    SECONDS,
    SIDE,
    SPREAD,
)

SIZES = ("low", "high", "precision", "rough")


def find_quantities(answer: str) -> tuple[str, list[Quantity]]:
    """Return the answer with digits for words, and what it says in numbers, in order."""
    text = NAMES.sub(lambda found: "·" * len(found[0]), spell_out(answer))
    found: list[Quantity] = []
    for quantity in (
        *shares_of_counts(text),
        *decades(text),
        *fractions(text),
        *turns(text),
        *moments(text),
        *numbers(text),
    ):
        taken = any(
            q.span.start < quantity.span.end and quantity.span.start < q.span.end for q in found
        )
        if not taken:
            found.append(describe(text, quantity))
    found = add_moments(text, sorted(found, key=lambda each: each.span))
    return text, merge_ranges(text, found)


def describe(text: str, quantity: Quantity) -> Quantity:
    """Return the quantity with what the words around it say of it."""
    before, after = text[: quantity.span.start], text[quantity.span.end :]
    period = re.match(r"\s?(?:[a-z]+ )?(?:a|an|per|each|every) (hour|day|week|month|year)\b", after)
    if rate := RATE.match(after):  # four in two months
        period, times = re.match("(.*)", rate[2]), float(rate[1]) or 1.0
        scaled = {name: getattr(quantity, name) / times for name in SIZES}
        quantity = replace(quantity, **scaled)
    bound, metric = BOUND.search(before), METRIC.search(before)
    hedged = bool(HEDGE.search(before) or LATER_HEDGE.match(after))
    compared = bool(ASIDE.search(before)) and (not bound or "better" in before or "worse" in before)
    side = SIDE.search(before)
    word = re.search(r"([a-z']+)\s[$€£]?$", before)
    return replace(
        quantity,
        unit=unit_after(after, quantity),
        period=period[1] if period else "",
        hedged=quantity.hedged or hedged,
        bound="" if not bound or hedged else ("less" if bound["less"] else "more"),
        side="" if not side else "more" if side["more"] else "less",
        aside=(compared and not hedged) or bool(FORMER.match(after)),
        denied=bool(DENIED.search(before)),
        spread=bool(SPREAD.search(before)),
        relative=bool(RELATIVE.match(after) or GAP.search(before))
        or (quantity.share and bool(BY.search(before))),
        before=word[1] if word else "",
        metric=metric[1] if metric else "",
    )


def unit_after(after: str, quantity: Quantity) -> str:
    """Return the word after a number: its unit, or whatever stands there."""
    if quantity.fraction and (unit := re.match(r"\s?(?:an?|of an) ([a-z]+)", after)):
        return unit[1]  # half an hour
    unit = re.match(r"[\s-]?\s?(?:times )?([a-z]+)", after)
    return unit[1] if unit else ""


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
            merged.append(join(merged.pop(), quantity))
        else:
            merged.append(quantity)
    return merged


def join(first: Quantity, second: Quantity) -> Quantity:
    """Return two numbers as the ends of one range; in `60 to 70%` the sign is for both."""
    low = first.low / 100 if second.share and not first.share else first.low
    same = first.share == second.share
    ends = sorted((low, second.high))
    return replace(
        second,
        low=ends[0],
        high=ends[1],
        precision=max(first.precision, second.precision) if same else second.precision,
        span=Span(first.span.start, second.span.end),
        share=first.share or second.share,
        aside=False,
        spread=first.spread,
        before=first.before,
        denied=first.denied,
        hedged=False,
    )


def is_range(text: str, first: Quantity, second: Quantity) -> bool:
    """Tell whether two numbers are the ends of one range, and no change from one to the other."""
    between = text[first.span.end : second.span.start]
    before = text[max(0, first.span.start - 12) : first.span.start]
    if first.low != first.high or second.low != second.high:
        return False
    if "between" in before and re.fullmatch(r"\s?(?:[a-z$%]+ )?(?:and|to)\s[$€£]?", between):
        return True
    if between == ", ":
        return before.endswith(("[", "("))
    if between.strip() == "or":
        return 0 < second.low - first.low <= 0.2 * abs(second.low)
    changed = re.search(r"\bfrom [$€£]?$", before) and first.low > second.low
    joined = re.fullmatch(r"\s?(?:to|-|\.\.\.?)\s?[$€£]?", between)
    return bool(joined) and not changed and second.low > first.low
