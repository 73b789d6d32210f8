"""Compares the two ends of an interval in an answer with those that were measured."""

from __future__ import annotations

import re
from itertools import pairwise

from .claims import convert
from .number_judge import show
from .phrases import find_quantities
from .quantities import Quantity
from .verdicts import Interval, Judgement, Number, Verdict

ENDS = re.compile(r"\b(?:lower|lowest|bottom|worst)\b.*\b(?:upper|highest|top|best)\b")


def judge_interval(answer: str, truth: Interval) -> Judgement:
    """Compare the two ends that the answer names, or its middle and spread, with the truth."""
    number = Number(
        (truth.low + truth.high) / 2, "share" if truth.share else "number", label="score"
    )
    exact = f"it goes from {show(truth.low, number)} to {show(truth.high, number)}"
    _, found = find_quantities(answer)
    found = [convert(each, number) for each in found]
    slack = 0.06 * (truth.high - truth.low)
    if spread := next((each for each in found if each.spread), None):
        half = (truth.high - truth.low) / 2
        if abs(spread.middle - half) <= max(spread.precision, 0.15 * half):
            return Judgement(Verdict.RIGHT, exact)
        # a standard deviation is half of it, the whole width twice as much
        other = 0.4 * half <= spread.middle <= 2.2 * half or spread.share != truth.share
        return Judgement(Verdict.UNSURE if other else Verdict.WRONG, exact)

    def near(value: float, end: float, each: Quantity) -> bool:
        rough = each.rough if each.hedged else each.precision
        return abs(value - end) <= max(rough, each.precision, slack)

    def pair(ends: tuple[Quantity, Quantity]) -> bool:
        low, high = ends
        return near(low.low, truth.low, low) and near(high.high, truth.high, high)

    ranges = [(each, each) for each in found if each.low != each.high]
    singles = [each for each in found if each.low == each.high]
    pairs = ranges or list(pairwise(singles))
    if any(map(pair, pairs)):
        return Judgement(Verdict.RIGHT, exact)
    if ranges:
        return Judgement(
            Verdict.WRONG, f"not {ranges[0][0].low:g} to {ranges[0][0].high:g}; {exact}"
        )
    if len(singles) == 2 and ENDS.search(answer.lower()):
        return Judgement(Verdict.WRONG, f"not {singles[0].low:g} to {singles[1].high:g}; {exact}")
    if len(singles) > 1:
        return Judgement(Verdict.UNSURE, f"two numbers, but not these; {exact}")
    return Judgement(Verdict.MISSING, f"two ends were asked for; {exact}")
