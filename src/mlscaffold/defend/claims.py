"""Tells which numbers in an answer can be meant as the answer, and how well they fit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from .phrases import SIZES
from .quantities import Quantity, Span
from .signs import DAYS, SECONDS
from .verdicts import Number

# Nouns that are counted beside the point: `5 folds` says nothing about an error.
COUNTED = frozenset(
    """
    rows row fold folds feature features column columns model models user users item items member
    members day days week weeks month months year years tree trees rounds epochs neighbours
    neighbors times time seeds runs samples patients customers stations sizes steps cases classes
    groups percent points digits decimals tenths buckets slices people ideas things experiments
    leaves splits estimators layers neurons clusters cores lines commits files tests bins quantiles
    attempts tries versions datasets sets tables classifiers regressors iterations draws resamples
    bootstraps questions others reasons metrics percentiles leaf estimator layer cluster try
    different other approaches kinds ways trials
    alerts interactions sessions products films parameters hyperparameters candidates rungs levels
    """.split()
)
EVENTS = frozenset("window windows event events episode episodes incident incidents".split())
ABOUT = {  # words by which people mean one of the other numbers
    "the rule of thumb": r"rule|thumb|table|baseline|naive|today|lookup|popular|dispatcher|routine"
    r"|currently|heuristic|benchmark|old way|z-?score",
    "the constant": r"constant|dummy|one number|trivial|majority|same for",
    "train": r"train|fitted|in-sample|own rows",
    "validation": r"validation|fold|cross|cv\b",
    "wanted": r"should|promis|want|goal|target|nominal|suppos|claim|aim|meant",
    "random flags": r"random|chance|by luck",
    "test rows": r"rows|test",
    "train rows": r"rows|train",
    "goal": r"goal|wanted|aim|target|set out",
    "the improvement": r"improve|got|ended up|reach|measure|turned out|beat|achiev|result"
    r"|in the end",
    "the rest": r"wrong|false|rest|others?|missed|lost|remain|never|in vain",
    "the rows that were left": r"clean|left|remain|after|kept",
    "the threshold": r"threshold|from|cut|\bat \d",
    "the capacity": r"capacity|budget|limit|room for|up to|allow",
    "the repeated rows": r"repeat|drop|remov|delet|clean|threw",
}
COARSE = 0.3  # of the value: rounding that leaves no more than that says nothing
NONE = re.compile(
    r"^\W*(?:none|no|not 1|not one|not any|nobody|nothing|there are none)\b"
    r"(?=\W*$|[,.;]| of| at| row| twin| cop|\s*\w*$)"
    r"|\b(?:none|not a single \w+|no (?:rows?|twins?|copies|duplicates|cases))\b"
)
ALL = re.compile(
    r"^\W*(?:all|every (?:single )?one|each)\b(?: \d+\b)?"
    r"(?=\W*$| of (?:them|it)| \w+$|(?: \w+)? (?:were|was|are|is)\b)"
)
TWICE = re.compile(r"\btwice as (?:good|accurate|precise)\b")
CORRECTED = re.compile(
    r"\b(?:no|wait|sorry|i mean|actually|rather|correction|scratch that"
    r"|(?:came|turned) out|but it (?:was|is))\b"
)
PREPOSITIONS = frozenset("on after with in for of at across among".split())
FILLERS = frozenset(
    """
    and but so or which while whereas against versus vs on in at for of the to a an per each every
    i we it is was as if than when then because since thanks i'd or off more less better worse lower
    higher compared instead rather beat beats after before with without by from at overall roughly
    about around on now or not no though although down up still only just when where who that
    """.split()
)


def in_a_word(text: str, truth: Number) -> list[Quantity]:
    """Return the quantity of `none`, `all of them` and `twice as good`."""
    found = []
    whole = whole_of(truth)
    if truth.kind in {"share", "gain"}:
        whole = 1.0
    if truth.kind != "number" and (said := NONE.search(text)):
        found.append(Quantity(0, 0, 0.4 if truth.kind == "count" else 0.004, Span(*said.span())))
    if truth.kind != "number" and whole is not None and (said := ALL.search(text)):
        found.append(Quantity(whole, whole, 0.004, Span(*said.span()), share=truth.kind != "count"))
    if truth.kind == "gain" and (said := TWICE.search(text)):  # half of the error, or double
        found.append(Quantity(0.5, 1.0, 0.0, Span(*said.span()), share=True))
    return found


def whole_of(truth: Number) -> float | None:
    """Return what a count is part of, where that is known."""
    return next((value for name, value in truth.others.items() if name.startswith("all")), None)


def convert(each: Quantity, truth: Number, *, priced: bool = False) -> Quantity:
    """Return the quantity in the unit and the scale of the truth.

    Where an answer names sums of money (`priced`), whole numbers are no percent.
    """
    factor = 1.0
    whole = whole_of(truth)
    if truth.kind == "count" and each.share and whole and not each.relative:
        scaled = {name: getattr(each, name) * whole for name in SIZES}
        each = replace(each, **scaled, share=False, fraction=False, hedged=True, unit="")
    elif truth.kind == "count" and each.part is not None:
        each = replace(
            each, low=each.part, high=each.part, precision=0.4, share=False, fraction=False
        )
    unit, wanted = each.unit, truth.unit
    if unit in SECONDS and wanted in SECONDS and not each.share:
        factor = SECONDS[unit] / SECONDS[wanted]
    german = truth.value >= 1000 and each.precision == 0.0005 and 1 <= each.high < 1000
    if german and "." in f"{each.high}":
        factor = 1000.0  # 23.480 is how half of Europe writes 23,480
    if truth.period in DAYS and each.period in DAYS and not each.share:
        factor *= DAYS[truth.period] / DAYS[each.period]
    hundred = (
        not priced
        and truth.kind in {"share", "gain"}
        and not each.share
        and (not unit or unit in FILLERS)
    )
    if (
        hundred
        and 1 < abs(each.high) <= 100
        and float(each.high).is_integer()
        and not explained(each, truth)
    ):
        factor = 0.01
    if factor == 1.0 and unit not in SECONDS:
        return each
    resized: Any = {name: getattr(each, name) * factor for name in SIZES}
    unit = wanted if unit in SECONDS and wanted in SECONDS else unit
    share = each.share or (hundred and factor == 0.01)
    return replace(each, **resized, unit=unit, share=share)


def is_claim(each: Quantity, truth: Number) -> bool:
    """Tell whether a number can be meant as an answer to what was asked."""
    if (
        each.spread
        or each.before == "per"
        or (each.metric and truth.label and not same_metric(each.metric, truth.label))
    ):
        return False
    noun = each.unit
    ours = {truth.unit.rstrip("s"), truth.unit}
    if truth.kind in {"share", "gain"}:
        if truth.kind == "gain" and each.part is not None and noun in COUNTED:
            return False  # better in 9 of 10 weeks
        if truth.kind == "share" and each.relative and (each.share or each.fraction):
            return False
        nouned = each.share or truth.kind == "share" or not each.unit or each.unit in FILLERS
        if not nouned or (not each.share and abs(each.high) > 1):
            return bool(explained(each, truth))
        return each.share or noun not in COUNTED or abs(each.high) < 1
    if each.share or (each.fraction and not noun):
        return False
    if each.metric or is_exact(each, truth):
        return True
    if noun.rstrip("s") in ours or noun in ours:
        return True
    if truth.kind == "count" and noun in {"time", "times", "x"}:
        return True
    others = (noun in SECONDS and truth.unit not in SECONDS) or (noun in EVENTS and truth.unit)
    if noun in COUNTED or others:
        return bool(explained(each, truth)) and truth.kind == "count"
    if (each.relative and each.before != "by") or (noun == "of" and truth.kind == "number"):
        return False
    named = bool(noun) and noun not in FILLERS
    few = truth.kind == "count" and 0 < each.high < 0.001 * truth.value  # two hotels, of rows
    return not (named and (few or each.before in PREPOSITIONS))


def is_exact(each: Quantity, truth: Number) -> bool:
    """Tell whether a number is the truth to three digits, whatever it is said to count.

    Of thousands two digits are enough: nothing else of a project is likely to be as many.
    """
    if truth.kind == "count" and truth.value >= 1000 and fit(each, truth) == "fits":
        return True
    digits = len(f"{each.low:g}".replace(".", "").strip("-0"))
    return digits >= 3 and each.low == each.high and close(each, truth.value, each.precision)


def same_metric(said: str, label: str) -> bool:
    """Tell whether two names of metrics mean the same one."""
    short = "".join(word[0] for word in re.findall(r"[a-z]+", label.lower()))
    said, label = (re.sub("[ -]", "", each.lower()) for each in (said, label))
    if said in {"error", "deviation", "score"}:
        return True
    return said in {short, label} or (said in label and said not in {"precision", "bias"})


def explained(each: Quantity, truth: Number) -> str:
    """Return the name of the other true number that this is, or nothing."""
    rest = {"the rest": 1 - truth.value} if is_index(truth) and truth.kind == "share" else {}
    for name, value in {**truth.others, **truth.shares, **rest}.items():
        shown = value * 100 if each.share and value > 1 else value
        for candidate in (shown, value):
            coarse = min(each.precision, COARSE * abs(candidate))
            if close(each, candidate, coarse + 0.005 * abs(candidate)):
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
    slack = max(each.precision if each.precision < COARSE * abs(value) else 0.0, 0.01 * size)
    if abs(value) >= 1000:
        slack = max(slack, min(each.rough, 0.025 * abs(value)))
    if truth.kind == "count" and value < 100 and not each.hedged:
        slack = min(slack, 0.5)
    if truth.period and value < 1:  # once in two weeks, as people say a rate
        slack = max(slack, 0.05 * value)
    if each.hedged:
        slack = max(slack, min(max(each.rough, 0.05 * size), 0.1 * (size or 1)))
    slack += 1e-9 * max(1.0, abs(value))
    if each.side:
        return fit_side(each, value, slack, size)
    if close(each, value, slack):
        return "fits"
    reach = 1.2 if each.hedged else 1.6
    return "near" if close(each, value, reach * slack) and truth.kind != "count" else "off"


def fit_side(each: Quantity, value: float, slack: float, size: float) -> str:
    """Return how `just over` and `nearly` fit: with more room on the side that they say."""
    off = value - each.high if each.side == "more" else each.low - value
    fine = each.precision if each.precision < 0.02 * size else 0.01 * size
    if -fine <= off <= max(slack, 0.06 * size):
        return "fits"
    return "near" if -slack <= off <= max(1.6 * slack, 0.2 * size) else "off"


def is_index(truth: Number) -> bool:
    """Tell whether the truth lies between 0 and 1, so that 0.98 for 0.96 halves the error."""
    return truth.kind in {"share", "gain"} and 0 <= truth.value <= 1
