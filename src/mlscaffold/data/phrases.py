"""What project.toml says in words of a file's own: units, names of classes, the rule of thumb."""

from __future__ import annotations

import re

from . import clock, words
from .columns import Column
from .plan import Plan

UNITS = {  # what the last word of a name, or a sign around numbers, says about their unit
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euros"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "dollars"),
    **dict.fromkeys(("£", "gbp"), "pounds"),
    **dict.fromkeys(("%", "pct", "percent", "percentage"), "percentage points"),
    **dict.fromkeys(("h", "hrs", "hours"), "hours"),
    **dict.fromkeys(("secs", "seconds"), "seconds"),
    **dict.fromkeys(("min", "mins", "minutes"), "minutes"),
    **dict.fromkeys(("lb", "lbs"), "pounds"),
    **dict.fromkeys(("celsius", "°c"), "°C"),
    **{each.lower(): each for each in "chf kg km cm mm ms Wh kWh MWh mph days weeks years".split()},
    "mpg": "miles per gallon",
    "sqft": "square feet",
}
UNKNOWN = "units"
MEANS = {*"average mean median".split()}
SHORT = 30  # signs of a name that a sentence can hold
OTHERS = "other classes"  # put together
SAID_YES = {"1", "yes", "true", "y", "t", "ja", "oui", "si", "s\u00ed", "sim"}
SAID_NO = {"0", "no", "false", "n", "f", "nein", "non", "n\u00e3o", "nao"}
STATES = re.compile(  # what something can be: canceled, profitable, late
    r"[^e]ed$|...(able|ible)$|ful$|^(active|bad|broken|bought|chosen|given|gone|good|high|late"
    r"|lost|open|sold|stolen|taken|well|won)$"
)
DONE = {  # what has been done where a flag is called by the verb
    "accept": "accepted", "admit": "admitted", "approve": "approved", "buy": "bought",
    "cancel": "canceled", "click": "clicked", "convert": "converted", "pass": "passed",
    "reject": "rejected", "respond": "responded", "retain": "retained", "sell": "sold",
    "subscribe": "subscribed", "survive": "survived",
}  # fmt: skip
ACTS = {  # a flag: what those do of whom it is set, and what they are called
    "attrition": ("leave", "leavers"), "churn": ("churn", "churners"),
    "churned": ("churn", "churners"), "default": ("default", "defaults"),
    "defaulted": ("default", "defaults"), "died": ("die", "deaths"),
    "exited": ("leave", "leavers"), "failed": ("fail", "failures"),
    "failure": ("fail", "failures"), "fraud": ("turn out to be fraud", "frauds"),
    "left": ("leave", "leavers"), "lost": ("be lost", "losses"), "quit": ("leave", "leavers"),
    "resigned": ("leave", "leavers"), "response": ("respond", "responders"),
    "responded": ("respond", "responders"),
    "spam": ("turn out to be spam", "spam"), "subscribed": ("subscribe", "subscribers"),
    "survived": ("survive", "survivors"), "won": ("win", "wins"),
}  # fmt: skip
STAYED = {*"attrition exited left quit resigned".split()}  # flags of which 0 says who stays
ANY = {*"attrition churn churned default fraud spam".split()}  # of anything: customer churn
VAGUE = {  # where 1 may mean the good one or the bad one
    *"class credit flag grade label outcome quality rating result risk score".split(),
    *"status target type".split(),
}
NO_NOUNS = {  # a name that begins so is quoted after "the same"
    *"am are at by can did do does for from had has have how if in is of on to was with".split()
}
FEW = 30  # values of a number up to which its groups are the values, not bands of them


def unit_of(column: Column) -> str:
    """Return the unit of a number, as far as its signs or its name say it."""
    if column.strip:
        return UNKNOWN if column.mixed else UNITS.get(column.strip.lower(), column.strip)
    if bracket := re.search(r"[\[(]([^\])]{1,12})[\])]\s*$", column.name):
        return bracket[1]
    parts = words.words(column.name)
    if not parts:
        return UNKNOWN
    if "per" in parts[1:-1]:
        return words.human(column.name)
    if parts[-1] in UNITS:
        return UNITS[parts[-1]]
    if parts[-1] in {"score", "scores", "marks", "points"}:
        return "points"
    return words.human(column.name) if is_count(column) else UNKNOWN


def row_of(plan: Plan) -> str:
    """Return what one row is, in the plural: what its identifier names, as in customer_id."""
    for name in plan.named("id"):
        column = plan.column(name)
        parts = [part.removesuffix("id") for part in words.words(name)]
        entity = next((part for part in parts if part in words.ENTITIES), "")
        if entity and column.distinct == column.seen:
            return words.plural(entity)
    return "cases"


def is_count(column: Column) -> bool:
    """Return whether whole numbers from zero on are called by a plural: so many of them."""
    last = (words.words(column.name) or [""])[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is", "series", "sales"))
    if not plural or len(last) < 4 or not column.whole or column.low < 0:
        return False
    return any(number % 10 for number in column.numbers.values())  # else measured in tens


def is_yes_or_no(column: Column) -> bool:
    """Return whether the values of a column are yes and no, in one way or another."""
    keys = {re.sub(r"\.0+$", "", value).lower() for value in column.counts}
    return bool(keys & SAID_YES and keys & SAID_NO) and keys <= SAID_YES | SAID_NO


def said_of_flag(column: Column) -> str:
    """Return what a flag says where it is set: churn, by `has_churn`; approved, by `approve`."""
    said = re.sub(r"^(is|has|was|had) ", "", words.human(column.name))
    return DONE.get(said, said)


def thing_of(column: Column) -> str:
    """Return the thing that a name of two words is about: a machine, by machine failure."""
    parts = words.words(column.name)
    things = (words.ENTITIES | {"loan"}) - words.AMBIGUOUS
    return parts[0] if len(parts) == 2 and parts[0] in things else ""


def stands_alone(column: Column) -> bool:
    """Return whether a flag says one word, of a thing or of anything; heart failure does not."""
    return len(said_of_flag(column).split()) == 1 or bool(thing_of(column))


def act_said(column: Column, place: int = 0) -> str:
    """Return what those do of whom a flag is set, or, at place 1, what they are called."""
    last = said_of_flag(column).split()[-1]
    known = last in ACTS and (last in ANY or stands_alone(column))
    return ACTS[last][place] if known else ""


def without_unit(column: Column) -> str:
    """Return what people call a number, without a unit at the end of its name."""
    said = re.sub(r"\s*[\[(][^\])]{1,12}[\])]\s*$", "", words.human(column.name))
    parts = said.split()
    counted = said.startswith("number of ")
    if len(parts) < 2 or parts[-1] not in UNITS or "per" in parts or counted:
        return said or column.name
    return re.sub(r" (in|of)$", "", " ".join(parts[:-1]))


def name_class(column: Column, key: str) -> str:
    """Return what texts call a class: the file's own word, or more where that says yes or no."""
    what = said_of_flag(column)
    number = re.fullmatch(r"-?[\d.]+", key)
    vague = len(what) < 3 or VAGUE & {*what.split()} or words.is_numbered(what)
    if not is_yes_or_no(column) or vague:
        return f"{words.human(column.name)} {key}" if number else key
    if key.lower() in SAID_YES:
        return act_said(column, 1) or what
    if what.split()[-1] in STAYED and act_said(column):
        return "stayers"
    none = "without" if len(what.split()) > 2 else "no"
    return f"{'not' if STATES.search(what.split()[-1]) else none} {what}"


def rule_label(plan: Plan) -> str:
    """Return what the rule of thumb looks up."""
    same, alike = [], []
    parts = tuple(clock.split_part(plan, name)[1] for name in plan.rule)
    for name in [] if parts in clock.SPOKEN else plan.rule:
        column = plan.column(name)
        if plan.roles[name].role == "numeric" and column.distinct > FEW:
            alike.append(without_unit(column))
        else:
            called = words.entity(name) if name == plan.entity else words.human(name)
            same.append(f'"{called}"' if called.split()[0].lower() in NO_NOUNS else called)
    similar = "similar " if alike and alike[0].endswith("s") else "a similar "
    said = ["the same " + " and ".join(same)] if same else []
    said += [similar + " and ".join(alike)] if alike else []
    rows = "earlier rows" if plan.split.value == "time" else "rows"
    which = f"{rows} with {' and '.join(said)}"
    if parts in clock.SPOKEN:
        which = ("" if plan.window else "earlier rows ") + clock.SPOKEN[parts]
        which += clock.said_of_window(plan.window)
    if plan.kind == "classification":
        return f"the share of each class {'' if plan.window else 'among '}{which}"
    column, what = plan.column(plan.target), without_unit(plan.column(plan.target))
    if is_count(column) and what == words.human(column.name):
        what = f"number of {what}"
    plain = len(what) <= SHORT and "?" not in what and what.split()[0] not in MEANS
    plain = plain and not words.is_numbered(what)
    what = f" {what}" if plain else ""
    return f"the mean{what} {'' if plan.window else 'of '}{which}"
