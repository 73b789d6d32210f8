"""What project.toml says in words of a file's own: units, names of classes, question, rule."""

from __future__ import annotations

import re

from . import words
from .columns import Column
from .plan import Plan

UNITS = {  # what the last word of a name, or a sign around numbers, says about their unit
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euros"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "dollars"),
    **dict.fromkeys(("£", "gbp"), "pounds"),
    **dict.fromkeys(("%", "pct", "percent", "percentage"), "percentage points"),
    **dict.fromkeys(("h", "hrs", "hours"), "hours"),
    **dict.fromkeys(("secs", "seconds"), "seconds"),
    **dict.fromkeys(("mins", "minutes"), "minutes"),
    **dict.fromkeys(("lb", "lbs"), "pounds"),
    **dict.fromkeys(("celsius", "°c"), "°C"),
    **{each.lower(): each for each in "chf kg km cm mm ms Wh kWh MWh mph days weeks years".split()},
    "mpg": "miles per gallon",
    "sqft": "square feet",
}
UNKNOWN = "units"
OTHERS = "other classes"  # put together
SAID_YES = {"1", "yes", "true", "y", "t"}
SAID_NO = {"0", "no", "false", "n", "f"}
STATES = re.compile(r"(ed|en|able|ible|ful)$|^(won|sold|lost|gone|active|high|late|bad|good|well)$")
VAGUE = {  # where 1 may mean the good one or the bad one
    *"class credit flag grade label outcome quality rating response result risk score".split(),
    *"status target type".split(),
}
FEW = 30  # values of a number up to which its groups are the values, not bands of them
LONG = 60  # signs of a question that is still read at one glance


def unit_of(column: Column) -> str:
    """Return the unit of a number, as far as its signs or its name say it."""
    if column.strip:
        return UNITS.get(column.strip.lower(), column.strip)
    if bracket := re.search(r"[\[(]([^\])]{1,12})[\])]\s*$", column.name):
        return bracket[1]
    parts = words.words(column.name)
    if not parts:
        return UNKNOWN
    if "per" in parts[1:-1]:
        return words.human(column.name)
    if parts[-1] in UNITS:
        return UNITS[parts[-1]]
    return words.human(column.name) if is_count(column) else UNKNOWN


def row_of(plan: Plan) -> str:
    """Return what one row is, in the plural: what its identifier names, as in customer_id."""
    for name in plan.named("id"):
        column = plan.column(name)
        parts = [part.removesuffix("id") for part in words.words(name)]
        entity = next((part for part in parts if part in words.ENTITIES), "")
        if entity and column.distinct == column.seen:
            return f"{entity}s"
    return "cases"


def is_count(column: Column) -> bool:
    """Return whether whole numbers from zero on are called by a plural: so many of them."""
    last = (words.words(column.name) or [""])[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is", "series", "sales"))
    return plural and len(last) > 3 and column.whole and column.low >= 0


def name_class(column: Column, key: str) -> str:
    """Return what texts call a class: the file's own word, or more where that says yes or no."""
    keys = {re.sub(r"\.0+$", "", value).lower() for value in column.counts}
    what = re.sub(r"^(is|has|was|had) ", "", words.human(column.name))
    number = re.fullmatch(r"-?[\d.]+", key)
    binary = len(keys & SAID_YES) == len(keys & SAID_NO) == 1 and len(keys) == 2
    if not binary or len(what) < 3 or VAGUE & {*what.split()} or re.fullmatch(r"column \d+", what):
        return f"{words.human(column.name)} {key}" if number else key
    if key.lower() in SAID_YES:
        return what
    return f"{'not' if STATES.search(what.split()[-1]) else 'no'} {what}"


def question(plan: Plan) -> str:
    """Return the question of a regression or classification."""
    column, what = plan.column(plan.target), words.human(plan.target)
    if plan.kind == "regression":
        return (
            f"How many {what} will there be?" if is_count(column) else f"What will the {what} be?"
        )
    named = f"Which will it be: {' or '.join(dict.fromkeys(plan.classes.values()))}?"
    fits = len({*plan.classes.values()}) == 2 and len(named) <= LONG
    return named if fits else f"Which {what} will it be?"


def rule_label(plan: Plan) -> str:
    """Return what the rule of thumb looks up."""
    parts = []
    for name in plan.rule:
        column = plan.column(name)
        amount = plan.roles[name].role == "numeric" and column.distinct > FEW
        thing = words.entity(name) if name == plan.entity else words.human(name)
        parts.append(f"similar {thing}" if amount else f"the same {thing}")
    what = "shares" if plan.kind == "classification" else "mean"
    when = "earlier" if plan.split.value == "time" else "known"
    return f"the {what} of {when} rows with {' and '.join(parts)}"
