"""Compares the numbers in an answer with the one that is true.

A number is right within the rounding it was told with; one that was hedged may be further off. A
true number of the same project, named in passing, is no mistake. Wrong is only an answer in which
no number fits and none is explained by something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .quantities import DAYS, SECONDS, Quantity, find_quantities
from .verdicts import Interval, Judgement, Number, Verdict

# Nouns that are counted beside the point: `5 folds` says nothing about an error.
COUNTED = frozenset(
    """
    rows row fold folds feature features column columns model models user users item items member
    members day days week weeks month months year years tree trees rounds epochs neighbours neighbors
    times time seeds runs samples patients customers stations sizes steps cases classes groups
    percent points digits decimals tenths buckets slices people ideas things experiments alerts
    interactions sessions products films parameters hyperparameters candidates rungs levels
    """.split()
)
ABOUT = {  # words by which people mean one of the other numbers
    "the rule of thumb": r"rule|thumb|table|baseline|naive|today|lookup|popular|dispatcher|currently"
    r"|heuristic|benchmark|old way|routine|zscore|z-score",
    "the constant": r"constant|dummy|one number|trivial|majority|same for",
    "train": r"train|fitted|in-sample|own rows",
    "validation": r"validation|fold|cross|cv\b",
    "wanted": r"should|promis|want|goal|target|nominal|suppos|claim|aim|meant",
    "random flags": r"random|chance|by luck",
    "test rows": r"rows|test",
    "train rows": r"rows|train",
    "goal": r"goal|wanted|aim|target|set out",
}
CORRECTED = re.compile(r"\b(?:no|wait|sorry|i mean|actually|rather|correction|scratch that)\b")
PREPOSITIONS = frozenset("on after with in for of at across among".split())
FILLERS = frozenset(
    """
    and but so or which while whereas against versus vs on in at for of the to a an per each every
    i we it is was as if than when then because since thanks i'd or off more less better worse lower
    higher compared instead rather beat beats after before with without by from at overall roughly
    about around on now or not no though although down up still only just when where who that
    """.split()
)


def judge_number(answer: str, truth: Number) -> Judgement:
    """Compare what the answer says in numbers with the truth."""
    text, found = find_quantities(answer)
    found = [convert(each, truth) for each in found]
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


def judge_fit(
    text: str, fits: Sequence[Quantity], strange: Sequence[Quantity], told: Sequence[Quantity], truth: Number
) -> Judgement:
    """Judge an answer in which a number fits."""
    exact = f"it is {show(truth.value, truth)}"
    last = told[-1]
    corrected = CORRECTED.search(text[fits[0].span.end : last.span.start])
    if last in strange and corrected and last not in fits:
        if fit(last, truth) == "near":
            return Judgement(Verdict.UNSURE, f"you corrected yourself; {exact}")
        return Judgement(Verdict.WRONG, f"you settled on {say(last, truth)}; {exact}")
    if last in fits or not strange:
        if others_are_swapped(text, fits, truth):
            return Judgement(Verdict.UNSURE, f"both numbers are there, but whose is which? {exact}")
        if strange and not CORRECTED.search(text[strange[-1].span.end : last.span.start]):
            return Judgement(Verdict.UNSURE, f"one of your numbers fits, another one does not; {exact}")
        return Judgement(Verdict.RIGHT, exact)
    return Judgement(Verdict.UNSURE, f"one of your numbers fits, another one does not; {exact}")


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
    """Judge an answer that holds true numbers of the project, but not the one that was asked for."""
    exact = f"it is {show(truth.value, truth)}"
    if truth.kind == "gain" and len({name for _, name in known}) + any(each.aside for each in claims) > 1:
        return Judgement(Verdict.RIGHT, f"the two scores say it: {exact}")
    each, name = known[0]
    meant = re.search(ABOUT.get(name, re.escape(name)), text)
    if len(known) > 1 or meant or each.relative:
        return Judgement(Verdict.MISSING, f"true, but not what was asked; {exact}")
    return Judgement(Verdict.WRONG, f"{say(each, truth)} is {name}; {exact}")


def judge_rest(limits: Sequence[Quantity], claims: Sequence[Quantity], truth: Number) -> Judgement:
    """Judge an answer without a number that could be it: limits, denials, or nothing at all."""
    exact = f"it is {show(truth.value, truth)}"
    if any(fit(each, truth) == "fits" and not (each.aside or each.denied) for each in limits):
        return Judgement(Verdict.RIGHT, exact)
    for each in limits:
        slack = max(each.precision, 0.01 * abs(truth.value))
        broken = (
            truth.value > each.high + slack if each.bound == "less" else truth.value < each.low - slack
        )
        if broken and not each.aside and not explained(each, truth):
            return Judgement(Verdict.WRONG, f"not {each.bound} than {say(each, truth)}; {exact}")
    if any(each.denied and fit(each, truth) == "fits" for each in claims):
        return Judgement(Verdict.WRONG, f"just that is the number; {exact}")
    return Judgement(Verdict.MISSING, f"a number was asked for; {exact}")


def judge_interval(answer: str, truth: Interval) -> Judgement:
    """Compare the two ends that the answer names, or its middle and spread, with the truth."""
    number = Number((truth.low + truth.high) / 2, "share" if truth.share else "number")
    exact = f"it goes from {show(truth.low, number)} to {show(truth.high, number)}"
    _, found = find_quantities(answer)
    found = [convert(each, number) for each in found]
    slack = 0.06 * (truth.high - truth.low)
    if spread := next((each for each in found if each.spread), None):
        half = (truth.high - truth.low) / 2
        good = abs(spread.middle - half) <= max(spread.precision, 0.15 * half)
        return Judgement(Verdict.RIGHT if good else Verdict.UNSURE, exact)

    def near(value: float, end: float, each: Quantity) -> bool:
        rough = each.rough if each.hedged else each.precision
        return abs(value - end) <= max(rough, each.precision, slack)

    def pair(ends: tuple[Quantity, Quantity]) -> bool:
        low, high = ends
        return near(low.low, truth.low, low) and near(high.high, truth.high, high)

    ranges = [(each, each) for each in found if each.low != each.high]
    singles = [each for each in found if each.low == each.high]
    pairs = ranges or list(zip(singles, singles[1:], strict=False))
    if any(map(pair, pairs)):
        return Judgement(Verdict.RIGHT, exact)
    if ranges:
        return Judgement(Verdict.WRONG, f"not {ranges[0][0].low:g} to {ranges[0][0].high:g}; {exact}")
    if len(singles) > 1:
        return Judgement(Verdict.UNSURE, f"two numbers, but not these; {exact}")
    return Judgement(Verdict.MISSING, f"two ends were asked for; {exact}")


def convert(each: Quantity, truth: Number) -> Quantity:
    """Return the quantity in the unit and the scale of the truth."""
    factor = 1.0
    unit, wanted = each.unit, truth.unit
    if unit in SECONDS and wanted in SECONDS and not each.share:
        factor = SECONDS[unit] / SECONDS[wanted]
    german = truth.value >= 1000 and each.precision == 0.0005 and 1 <= each.high < 1000
    if german and "." in f"{each.high}":
        factor = 1000.0  # 23.480 is how half of Europe writes 23,480
    if truth.period in DAYS and each.period in DAYS and not each.share:
        factor *= DAYS[truth.period] / DAYS[each.period]
    whole = truth.kind in {"share", "gain"} and not each.share and (not unit or unit in FILLERS)
    if whole and 1 < abs(each.high) <= 100 and float(each.high).is_integer() and not explained(each, truth):
        factor = 0.01
    if factor == 1.0 and unit not in SECONDS:
        return each
    scaled: dict[str, float] = {
        name: getattr(each, name) * factor for name in ("low", "high", "precision", "rough")
    }
    unit = wanted if unit in SECONDS and wanted in SECONDS else unit
    share = each.share or (whole and factor == 0.01)
    return Quantity(**{**vars(each), **scaled, "unit": unit, "share": share})


def is_claim(each: Quantity, truth: Number) -> bool:
    """Tell whether a number can be meant as an answer to what was asked."""
    if each.spread or (each.metric and truth.label and not same_metric(each.metric, truth.label)):
        return False
    noun = each.unit
    ours = {truth.unit.rstrip("s"), truth.unit}
    if truth.kind in {"share", "gain"}:
        if truth.kind == "share" and each.relative and (each.share or each.fraction):
            return False
        nouned = each.share or truth.kind == "share" or not each.unit or each.unit in FILLERS
        if not nouned or (not each.share and abs(each.high) > 1):
            return bool(explained(each, truth))
        return each.share or noun not in COUNTED or abs(each.high) < 1
    if each.share or (each.fraction and not noun):
        return False
    if noun.rstrip("s") in ours or noun in ours:
        return True
    if truth.kind == "count" and noun in {"time", "times", "x"}:
        return True
    if noun in COUNTED or (noun in SECONDS and truth.unit not in SECONDS):
        return bool(explained(each, truth)) and truth.kind == "count"
    if each.relative and each.before != "by":
        return False
    placed = each.before in PREPOSITIONS and noun and noun not in FILLERS
    return not placed


def same_metric(said: str, label: str) -> bool:
    """Tell whether two names of metrics mean the same one."""
    short = "".join(word[0] for word in re.findall(r"[a-z]+", label.lower()))
    return said.replace(" ", "") in {short, label.lower().replace(" ", "")} or said in label.lower()


def explained(each: Quantity, truth: Number) -> str:
    """Return the name of the other true number that this is, or nothing."""
    for name, value in {**truth.others, **truth.shares}.items():
        shown = value * 100 if each.share and value > 1 else value
        candidates = (shown, value)
        if any(close(each, candidate, each.precision + 0.005 * abs(candidate)) for candidate in candidates):
            return name
    return ""


def close(each: Quantity, value: float, slack: float) -> bool:
    """Tell whether `value` lies within the quantity and a slack around it."""
    return each.low - slack <= value <= each.high + slack


def fit(each: Quantity, truth: Number) -> str:
    """Return whether the quantity `fits` the truth, is `near` it, or is `off`."""
    value = truth.value
    size = min(abs(value), abs(1 - value)) if is_index(truth) else abs(value)
    wide = each.high - each.low
    if wide > max(0.6 * abs(value), 0.2 * is_index(truth)):
        return "near" if each.low <= value <= each.high else "off"
    slack = max(each.precision if each.precision < 0.2 * abs(value) else 0.0, 0.01 * size)
    if abs(value) >= 1000:
        slack = max(slack, min(each.rough, 0.025 * abs(value)))
    if truth.kind == "count" and value < 100 and not each.hedged:
        slack = min(slack, 0.5)
    if each.hedged:
        slack = max(slack, min(max(each.rough, 0.05 * size), 0.1 * (size or 1)))
    slack += 1e-9 * max(1.0, abs(value))
    if close(each, value, slack):
        return "fits"
    return "near" if close(each, value, 1.6 * slack) and truth.kind != "count" else "off"


def is_index(truth: Number) -> bool:
    """Tell whether the truth lies between 0 and 1, so that 0.98 for 0.96 halves the error."""
    return truth.kind in {"share", "gain"} and 0 <= truth.value <= 1


def others_are_swapped(text: str, fits: Sequence[Quantity], truth: Number) -> bool:
    """Tell whether the number that fits stands in a clause about something else."""
    each = fits[0]
    start = max((text.rfind(mark, 0, each.span.start) for mark in ",.;:"), default=-1) + 1
    ends = [end for mark in ",;" if (end := text.find(mark, each.span.end)) >= 0]
    clause = text[start : min(ends, default=len(text))]
    if len(clause) > 60 or not truth.others:
        return False
    rule = re.search(r"\b(?:rule of thumb|the table|baseline|naive|lookup|popularity|dummy)\b", clause)
    return bool(rule and rule.start() < clause.find(text[each.span.start : each.span.end])
                and not re.search(r"\b(?:model|mine|ours|we|i|than|against|from|vs)\b", clause))  # fmt: skip


def show(value: float, truth: Number) -> str:
    """Return a number as people say it."""
    if truth.kind in {"share", "gain"} and abs(value) <= 1:
        return f"{value:.3f} ({value:.1%})".replace(".0%", "%")
    digits = f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.4g}"
    return f"{digits} {truth.unit}".rstrip()


def say(each: Quantity, truth: Number) -> str:
    """Return a quantity of the answer as it was understood."""
    told: Callable[[float], str] = lambda value: (  # noqa: E731
        f"{value:.4g}" if truth.kind not in {"share", "gain"} or abs(value) > 1 else f"{value:.3g}"
    )
    return told(each.low) if each.low == each.high else f"{told(each.low)} to {told(each.high)}"
