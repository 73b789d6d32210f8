"""Compares the numbers in an answer with the one that is true.

A number is right within the rounding it was told with; one that was hedged may be further off. A
true number of the same project, named in passing, is no mistake. Wrong is only an answer in which
no number fits and none is explained by something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..check.findings import significant
from .claims import ABOUT, CORRECTED, convert, explained, fit, in_a_word, is_claim
from .phrases import find_quantities
from .quantities import Quantity, Span
from .signs import MONEY
from .verdicts import Judgement, Number, Verdict

PERCENTAGES = frozenset({"accuracy", "precision", "recall", "coverage", "hit rate"})
RIVAL = re.compile(r"\b(?:rule of thumb|the table|baseline|naive|lookup|popularity|dummy)\b")
LIKENED = re.compile(  # `87, the same as the table` is no word about the table
    r"\bas (?:promised|wanted|planned|claimed)\b|\b(?:it|they) (?:promises?|claims?|should)\b"
    r"|\b(?:the same as|same as|no better than|as good as|as bad as|level with|like) [a-z ]+"
)
OURS = re.compile(r"\b(?:model|mine|ours|our|us|we|i|than|against|from|vs)\b")


def judge_number(answer: str, truth: Number) -> Judgement:
    """Compare what the answer says in numbers with the truth."""
    text, found = find_quantities(answer)
    words = in_a_word(text, truth)
    found = words + [each for each in found if not any(overlap(each, word) for word in words)]
    found = sorted(
        (convert(each, truth, priced=bool(MONEY.search(text))) for each in found),
        key=lambda each: each.span,
    )
    if truth.value < 0 and re.search(r"\b(?:worse|behind|lose|lost|loss|below)\b", text):
        found = [replace(each, low=-each.high, high=-each.low) for each in found if each.low >= 0]
    claims = [each for each in found if is_claim(each, truth)]
    limits = [each for each in claims if each.bound]
    claims = [each for each in claims if not each.bound]
    told = [each for each in claims if not (each.aside or each.denied)]
    fits = [each for each in told if fit(each, truth) == "fits"]
    strange = [each for each in told if each not in fits and not explained(each, truth)]
    if fits:
        return judge_fit(text, fits, strange, told, truth)
    if strange:
        return judge_strange(strange, claims, truth)
    if known := [(each, name) for each in told if (name := explained(each, truth))]:
        return judge_known(text, known, claims, truth)
    return judge_rest(limits, claims, truth)


def overlap(one: Quantity, other: Quantity) -> bool:
    """Tell whether two quantities share some of the text."""
    return one.span.start < other.span.end and other.span.start < one.span.end


def judge_fit(
    text: str,
    fits: Sequence[Quantity],
    strange: Sequence[Quantity],
    told: Sequence[Quantity],
    truth: Number,
) -> Judgement:
    """Judge an answer in which a number fits."""
    exact = f"it is {show(truth.value, truth)}"
    if clause := clause_of_rival(text, fits[0], truth):
        if given := swapped(text, clause, told, truth):
            return Judgement(Verdict.WRONG, f"{say(given, truth)} is the rule of thumb; {exact}")
        return Judgement(Verdict.UNSURE, f"both numbers are there, but whose is which? {exact}")
    last, doubt = told[-1], f"one of your numbers fits, another one does not; {exact}"
    if last in strange and CORRECTED.search(text[fits[-1].span.end : last.span.start]):
        if fit(last, truth) == "near":
            return Judgement(Verdict.UNSURE, f"you corrected yourself; {exact}")
        return Judgement(Verdict.WRONG, f"you settled on {say(last, truth)}; {exact}")
    if last in fits and strange and CORRECTED.search(text[strange[-1].span.end : last.span.start]):
        return Judgement(Verdict.RIGHT, exact)
    beside = [each for each in strange if any(same_sentence(text, each, near) for near in fits)]
    return Judgement(Verdict.UNSURE, doubt) if beside else Judgement(Verdict.RIGHT, exact)


def same_sentence(text: str, one: Quantity, other: Quantity) -> bool:
    """Tell whether two numbers stand in one sentence."""
    first, second = sorted((one, other), key=lambda each: each.span)
    return not re.search(r"[.;!?]\s", text[first.span.end : second.span.start])


def judge_strange(
    strange: Sequence[Quantity], claims: Sequence[Quantity], truth: Number
) -> Judgement:
    """Judge an answer whose numbers are neither the truth nor another true number."""
    exact = f"it is {show(truth.value, truth)}"
    if any(fit(each, truth) == "near" for each in strange):
        return Judgement(Verdict.UNSURE, f"near, but not the number; {exact}")
    if any(each.aside and fit(each, truth) == "fits" for each in claims) and len(strange) == 1:
        return Judgement(Verdict.WRONG, f"not {say(strange[0], truth)}; {exact}")
    return Judgement(Verdict.WRONG, f"not {say(strange[-1], truth)}; {exact}")


def judge_known(
    text: str, known: Sequence[tuple[Quantity, str]], claims: Sequence[Quantity], truth: Number
) -> Judgement:
    """Judge an answer that holds true numbers of the project, but not the one asked for."""
    exact = f"it is {show(truth.value, truth)}"
    if (
        truth.kind == "gain"
        and len({name for _, name in known}) + any(each.aside for each in claims) > 1
    ):
        return Judgement(Verdict.RIGHT, f"the two scores say it: {exact}")
    each, name = known[0]
    said = LIKENED.sub("", text)
    meant = re.search(ABOUT.get(name, re.escape(name)), said)
    if len(known) > 1 or meant or (each.relative and truth.kind != "gain"):
        return Judgement(Verdict.MISSING, f"true, but not what was asked; {exact}")
    return Judgement(Verdict.WRONG, f"{say(each, truth)} is {name}; {exact}")


def judge_rest(limits: Sequence[Quantity], claims: Sequence[Quantity], truth: Number) -> Judgement:
    """Judge an answer without a number that could be it: limits, denials, or nothing at all."""
    exact = f"it is {show(truth.value, truth)}"
    if len({each.bound for each in limits}) == 2:  # less than 67, more than 65
        ends = sorted(each.middle for each in limits)
        if fit(replace(limits[0], low=ends[0], high=ends[-1]), truth) == "fits":
            return Judgement(Verdict.RIGHT, exact)
    if any(fit(each, truth) == "fits" and not (each.aside or each.denied) for each in limits):
        return Judgement(Verdict.RIGHT, exact)
    for each in limits:
        slack = max(each.precision, 0.01 * abs(truth.value))
        broken = (
            truth.value > each.high + slack
            if each.bound == "less"
            else truth.value < each.low - slack
        )
        if broken and not each.aside and not explained(each, truth):
            return Judgement(Verdict.WRONG, f"not {each.bound} than {say(each, truth)}; {exact}")
    if any(each.denied and fit(each, truth) == "fits" for each in claims):
        return Judgement(Verdict.WRONG, f"just that is the number; {exact}")
    said = "that is a limit, not the number" if limits else "a number was asked for"
    return Judgement(Verdict.MISSING, f"{said}; {exact}")


def clause_of(text: str, each: Quantity) -> Span:
    """Return the part of a sentence in which a number stands."""
    start = max((text.rfind(mark, 0, each.span.start) for mark in ",.;:"), default=-1) + 1
    ends = [end for mark in ",;" if (end := text.find(mark, each.span.end)) >= 0]
    return Span(start, min(ends, default=len(text)))


def clause_of_rival(text: str, each: Quantity, truth: Number) -> Span | None:
    """Return the clause of a number that is said of the rule of thumb, if it is."""
    span = clause_of(text, each)
    clause = text[span.start : span.end]
    if len(clause) > 60 or not truth.others or OURS.search(clause):
        return None
    rule = RIVAL.search(text, span.start, span.end)
    return span if rule and rule.start() < each.span.start else None


def swapped(text: str, rival: Span, told: Sequence[Quantity], truth: Number) -> Quantity | None:
    """Return the number of the rule of thumb that is told as the model's, if one is."""
    for each in told:
        span = clause_of(text, each)
        if span != rival and explained(each, truth) == "the rule of thumb":
            return None if RIVAL.search(text, span.start, span.end) else each
    return None


def show(value: float, truth: Number) -> str:
    """Return a number as people say it, with its unit."""
    return " ".join(
        word
        for word in (written(value, truth), truth.unit, truth.period and f"a {truth.period}")
        if word
    )


def written(value: float, truth: Number) -> str:
    """Return the digits that people say: `23%`, `0.118` of an index, `4,270`."""
    if truth.kind in {"share", "gain"} and abs(value) <= 1:
        as_index = truth.label and truth.label not in PERCENTAGES
        return significant(value) if as_index else f"{value:.1%}".replace(".0%", "%")
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1 else significant(value)


def say(each: Quantity, truth: Number) -> str:
    """Return a quantity of the answer as it was understood."""
    low, high = written(each.low, truth), written(each.high, truth)
    return low if low == high else f"{low} to {high}"
