"""Chooses the type of project, the split, the metric, the rule of thumb and the folds."""

from __future__ import annotations

from dataclasses import replace

from . import clock, panel, words
from .numbers import percent
from .plan import FEWEST, GAPS, Choice, Plan
from .relations import Rows, groups_of, power, told_of_class, told_of_number
from .roles import Role
from .times import few_moments

LEAST_FOLDS = 3
FOLD = 10  # rows with a target for each fold, at least: a project asks for them
RARE = 0.2  # share of a class from which an average over all rows would hide it
RARELY = 0.2  # share of later rows about known things: left out, the answer is an exact one
TAIL = 8.0  # times the usual distance from the median, from which few rows decide a squared error


def choose_split(plan: Plan) -> Choice:
    """Return how test rows are kept apart."""
    times = [
        name for name in plan.flagged("time") if plan.roles[name].role in {"date", "numeric", "id"}
    ]
    times = [n for n in times if n in plan.joined or plan.column(n).share_missing <= GAPS]
    times += [*plan.joined]
    entity, what = plan.entity, words.entity(plan.entity)
    fewest = panel.FEWEST if entity in plan.flagged("panel") else FEWEST
    by_time = next((name for name in times if moments(plan, name) >= fewest), "")
    if entity and by_time and panel.never_changes(plan, entity):
        reason = f"{words.human(plan.target)} never changes within a {what}"
        choice = Choice("group", f"{reason}, so test rows are about new ones", entity)
        if not panel.keeps_arriving(plan, by_time, entity):
            return choice
        plan.before = choice, []
        return Choice("time", f"{reason}, so test rows are about later, new ones", by_time, entity)
    in_time = entity in plan.flagged("panel") or (by_time and panel.follows_time(plan, by_time))
    if entity and not in_time:
        return Choice("group", f"rows of the same {what} must not be on both sides", entity)
    if by_time:
        reason = "the question is about later rows, so the latest rows are the test rows"
        choice = Choice("time", f"{reason}{said_of_entity(plan, by_time, within=True)}", by_time)
        older = f"{reason}{said_of_entity(plan, by_time, within=False)}"
        plan.before = replace(choice, reason=older), []
        known = panel.share_known(plan, by_time, entity) if entity else None
        if known is None or known >= RARELY or not panel.keeps_arriving(plan, by_time, entity):
            return choice
        return replace(choice, reason=f"{reason}; a {what} rarely comes back", group=entity)
    few = few_moments(plan)
    lacks = f"{few} has too few values, and there is no group" if few else "no date and no group"
    if plan.kind == "classification":
        return Choice("stratified", f"{lacks}, so every part gets its share of each class")
    return Choice("random", f"{lacks}, so rows are taken as exchangeable")


def said_of_entity(plan: Plan, by_time: str, *, within: bool) -> str:
    """Return what a division by time means for the things that the rows are about.

    `within`: whether templates can divide by time and thing at once.
    """
    if not plan.entity:
        return ""
    what, known = words.entity(plan.entity), panel.share_known(plan, by_time, plan.entity)
    if known is not None and known < 0.1:
        return f"; hardly any of them is about a {what} seen in earlier rows"
    share = "some" if known is None else percent(known)
    come = within and known is not None and known < panel.COMING  # enough rows of new ones
    way = "add group" if come else 'set kind = "group" and by'
    return (
        f"; {share} of them are about a {what} seen in earlier rows; if the model is for new ones, "
        f'{way} = "{plan.entity}"'
    )


def moments(plan: Plan, name: str) -> int:
    """Return how many different moments a column has, or several columns together."""
    if name not in plan.joined:
        return plan.column(name).distinct
    columns = [plan.table.column(each) for each in plan.joined[name][0]]
    return len({*zip(*columns, strict=True)})


def choose_folds(plan: Plan) -> int:
    """Return the number of folds: more of them where rows are few, fewer where they are many."""
    if plan.classes and (least := min(plan.rows_of_classes().values())) < 20:
        return max(LEAST_FOLDS, least // 2)
    rows = round(plan.table.rows * (1 - plan.column(plan.target).share_missing))
    usual = 10 if rows < 1000 else 5 if rows < 300_000 else 3
    usual = max(LEAST_FOLDS, min(usual, rows // FOLD))
    return (
        max(LEAST_FOLDS, min(usual, (moments(plan, plan.split.by) - 1) // 2))
        if plan.split.by
        else usual
    )


def choose_metric(plan: Plan) -> Choice:
    """Return which score decides; never accuracy, which is high wherever a class is rare."""
    column = plan.column(plan.target)
    if plan.kind == "regression":
        values = sorted(
            column.numbers[cell] for cell in column.counts for _ in range(column.counts[cell])
        )
        middle = values[len(values) // 2]
        distances = sorted(abs(value - middle) for value in values)
        usual, far = distances[len(values) // 2], distances[int(0.995 * len(values))]
        if usual and far / usual > TAIL:
            reason = "a few values lie far out and would dominate squared errors"
            return Choice("mae", reason)
        return Choice(
            "rmse", "a few large errors count for more than many small ones; if not, take mae"
        )
    if len(set(plan.classes.values())) > 2:
        return Choice("log_loss", "several classes: to be sure and wrong costs most")
    share = min(plan.rows_of_classes().values()) / column.known
    if share < RARE:
        reason = (
            f"only {100 * share:.2g}% of the rows are of the class to find: finding none would "
            f"be right {percent(1 - share)} of the time, so accuracy says nothing"
        )
        return Choice("average_precision", reason)
    return Choice("log_loss", "costs are weighed by probabilities, so these must be right")


def choose_rule(plan: Plan) -> None:
    """Set what somebody would look up without a model: the clock, or one or two columns."""
    plan.rule = choose_columns(plan)
    older = plan.before[0] if plan.before and plan.split.value == "time" else plan.split
    plan.before = older, plan.rule
    if habit := clock.find_habit(plan, plan.rule[0] if plan.rule else ""):
        plan.rule, plan.window = habit.by, habit.window


def choose_columns(plan: Plan) -> list[str]:
    """Return one or two columns that somebody would look up without a model."""
    usable = [
        plan.roles[name]
        for name in plan.named("numeric", "categorical")
        if not {"epoch", "late?"} & {*plan.roles[name].flags}
        and name != plan.split.by  # later rows have other moments
        and plan.column(name).share_missing < 0.3
    ]
    usable += [role] if (role := remembered(plan)) else []
    ranked = sorted(usable, key=lambda role: -role.power)
    if not ranked or ranked[0].power <= 0.005:
        return []
    first = next((role for role in ranked if is_own_past(plan, role, ranked[0])), ranked[0])
    best, pair = first.power, [first.name]
    for second in ranked[1:6]:
        together = power_of_two(plan, first, second)
        if together > 1.15 * best + 0.01:
            best, pair = together, [first.name, second.name]
    return pair


def is_own_past(plan: Plan, role: Role, best: Role) -> bool:
    """Return whether to look up what a thing did before: people do that first, if it tells much."""
    return role.name == plan.entity and plan.split.value == "time" and role.power > 0.6 * best.power


def remembered(plan: Plan) -> Role | None:
    """Return the thing that the rows are about, if later rows are about it again."""
    role = plan.roles.get(plan.entity)
    if role is None or plan.split.value != "time" or role.role != "id":
        return None
    known = panel.share_known(plan, plan.split.by, plan.entity)
    if known is not None and known < 0.5:
        return None
    column, goal = plan.column(plan.entity), plan.column(plan.target)
    classes = plan.kind == "classification"
    role.power = power(Rows.of(plan.table), column, goal, classes=classes, codes=True)
    return role


def power_of_two(plan: Plan, first: Role, second: Role) -> float:
    """Return how much two columns together tell of the target, in ten bands each."""
    rows, goal = Rows.of(plan.table), plan.column(plan.target)
    both = [
        groups_of(rows, plan.column(role.name), 10, codes=role.role == "categorical")
        for role in (first, second)
    ]
    groups = [f"{a}/{b}" for a, b in zip(*both, strict=True)]
    if plan.kind == "classification":
        return told_of_class(groups, rows.cells(goal))
    return told_of_number(groups, rows.numbers(goal))
