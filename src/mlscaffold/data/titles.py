"""What a project asks, in words of the file: its title, its question, who decides what with it."""

from __future__ import annotations

import re

from . import words
from .items import called
from .phrases import (
    STATES,
    act_said,
    is_count,
    is_yes_or_no,
    name_class,
    said_of_flag,
    stands_alone,
    thing_of,
    without_unit,
)
from .plan import Plan

LONG = 60  # signs of a question that is still read at one glance
KINDS = {  # after which people ask with `which`
    *"brand breed category city class color colour country department district genre".split(),
    *"grade group kind label model product region segment sort species type variety".split(),
}


def title_of(plan: Plan) -> str:
    """Return what the project is about."""
    if plan.kind == "recommender":
        return f"Recommending {items_of(plan)}"
    if plan.kind == "anomaly":
        return f"Unusual {rows_of(plan)} in {words.human(stem(plan))}"
    if act := act_of(plan):
        return f"Predicting which {act}"
    what = asked_of(plan)
    if "?" in what:
        return f"Predicting answers to: {what}"
    if plan.kind == "regression" and counts(plan):
        return f"Predicting the number of {what}"
    bare = is_flag(plan) or is_rate(what) or words.is_numbered(what)
    if STATES.search(what) and not bare:
        return f'Predicting "{what}"'
    return f"Predicting {what}" if bare else f"Predicting the {what}"


def question_of(plan: Plan) -> str:
    """Return what is to be found out."""
    if plan.kind == "recommender":
        return f"Which {items_of(plan)} should each user see first?"
    if plan.kind == "anomaly":
        return f"Which {rows_of(plan)} look unusual?"
    if "?" in (what := asked_of(plan)):
        return what
    return ask_number(plan) if plan.kind == "regression" else ask_class(plan)


def decision_of(plan: Plan) -> str:
    """Return what somebody decides with the answer."""
    if plan.kind == "classification":
        return f"decides which {subject_of(plan)} to act on"
    if plan.kind == "recommender":
        return f"decides which {items_of(plan)} each user is shown"
    return "bases a decision on that number" if plan.kind == "regression" else LOOKS


LOOKS = "looks first at what stands out"


def ask_number(plan: Plan) -> str:
    """Return the question of a regression."""
    what = asked_of(plan)
    if counts(plan):
        return f"How many {what} will there be?"
    if is_rate(what):
        return f"How many {what} will it be?"
    if words.is_numbered(what):
        return f"What will {what} be?"
    unit = f", in {plan.unit}" if what != words.human(plan.target) else ""
    return f"What will the {what} be{unit}?"


def counts(plan: Plan) -> bool:
    """Return whether the target is how many there are of what it is called."""
    column = plan.column(plan.target)
    return is_count(column) and asked_of(plan) == words.human(column.name)


def is_rate(what: str) -> bool:
    """Return whether a name is a unit: miles per gallon; an average price per room is none."""
    return bool(re.match(r"\w+s per ", what))


def ask_class(plan: Plan) -> str:
    """Return the question of a classification."""
    what, names = asked_of(plan), [*dict.fromkeys(plan.classes.values())]
    if act := act_of(plan):
        return f"Which {act}?"
    if is_flag(plan):
        return f"{what[0].upper()}{what[1:]}: yes or no?"
    the = "it" if words.is_numbered(what) else f"the {what}"
    the = f'"{what}"' if STATES.search(what) else the
    if is_yes_or_no(plan.column(plan.target)) and {*map(str.lower, names)} == {"no", "yes"}:
        return f"Will {the} be yes or no?"
    both = [re.sub(rf"^{re.escape(what)} (?=\S)", "", name) for name in names]
    if len(names) == 2 and len(asked := f"Will {the} be {both[0]} or {both[1]}?") <= LONG:
        return asked
    if the == "it":
        return "Which class will it be?"
    return f"Which {what} will it be?" if what.split()[-1] in KINDS else f"What will {the} be?"


def act_of(plan: Plan) -> str:
    """Return who will do or be what a flag says: `machines will fail`; nothing where it is none."""
    if plan.kind != "classification" or not is_flag(plan):
        return ""
    column, last = plan.column(plan.target), asked_of(plan).split()[-1]
    act = act_said(column)
    if not act and STATES.search(last) and stands_alone(column):
        act = f"be {last}"
    sought = [*plan.classes.values()][-1] == name_class(column, "yes")
    return f"{subject_of(plan)} {'will' if sought else 'will not'} {act}" if act else ""


def subject_of(plan: Plan) -> str:
    """Return what is decided on, in the plural: machines, where the target is machine failure."""
    thing = thing_of(plan.column(plan.target))
    return words.plural(thing) if thing else plan.unit


def asked_of(plan: Plan) -> str:
    """Return what people call the target, without a unit behind it."""
    column = plan.column(plan.target)
    return said_of_flag(column) if is_yes_or_no(column) else without_unit(column)


def is_flag(plan: Plan) -> bool:
    """Return whether the target says yes or no of something that its name says."""
    column, names = plan.column(plan.target), {*plan.classes.values()}
    return is_yes_or_no(column) and name_class(column, "yes") in names - {"yes"}


def rows_of(plan: Plan) -> str:
    """Return what stands out in a search for anomalies."""
    return "moments" if plan.split.value == "time" else "rows"


def items_of(plan: Plan) -> str:
    """Return what is recommended, in the plural, by the name of its column."""
    one = called(plan).get(plan.users["item"], "")
    return words.plural(one) if len(one) > 2 else "items"


def stem(plan: Plan) -> str:
    """Return the name of the file without its endings."""
    return str(plan.data["source"]).split("/")[-1].split(".")[0]
