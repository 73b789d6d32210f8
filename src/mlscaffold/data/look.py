"""Looks at a file and decides, with the person where it is unsure."""

from __future__ import annotations

from collections.abc import Sequence

from ..asking import Ask
from ..errors import MlscaffoldError
from . import choices, classes, dangers, events, leaks, panel, phrases, target, words
from .advice import choose_type
from .anomaly import decide_anomaly, is_label
from .columns import Column, describe
from .numbers import Style, percent
from .plan import Choice, Plan
from .questions import Questions
from .recommender import decide_recommender
from .roles import first_roles, is_scale
from .source import similar
from .stretches import settle_classes
from .table import Table
from .times import find_joins

CLEAR = 3.0  # how much must speak for a column to be taken as the target unasked
FEW = 3  # candidates, of which the one that is called like a target is taken
AHEAD = 1.5  # and how much more than for the next


class TargetMissingError(MlscaffoldError):
    """Several columns could be the target, and nobody is there to say which."""

    def __init__(self, message: str, hint: str, plan: Plan) -> None:
        super().__init__(message, hint)
        self.plan = plan  # as far as it goes without a target


def make_plan(
    table: Table,
    kind: str | None,
    wanted: str | None,
    ask: Ask | None = None,
    described: tuple[list[Column], Style] | None = None,
) -> Plan:
    """Return what is decided about a table; `kind` and `wanted`, the target, may be given.

    So may the facts of its columns, which are the plan's from then on.
    """
    questions = Questions(ask)
    columns, style = described or describe(table)
    roles = first_roles(table, columns)
    plan = Plan(table, columns, roles, style)
    if wanted is not None:
        wanted = named_in(table.names, wanted)
        check_target(plan, wanted, kind)
    choose_type(plan, kind, wanted)
    questions.dates(plan)
    if plan.kind == "anomaly":
        decide_anomaly(plan, wanted)
    elif plan.kind == "recommender":
        check_users(plan)
        decide_recommender(plan)
    else:
        plan.target = wanted or choose_target(plan, questions, kind)
        plan.kind = kind or target.kind_of(plan.column(plan.target))
        plan.why += said_of_scale(plan)
        decide(plan, questions)
    plan.dangers = dangers.find_dangers(plan)
    if plan.kind != "recommender" and not plan.features:
        reasons = "; ".join(f"{name}: {role.reason}" for name, role in [*plan.roles.items()][:5])
        alone = [name for name, role in plan.roles.items() if "row_number" not in role.flags]
        if len(alone) == 1:
            reasons = f"{alone[0]} is all there is: a series needs a column that says when, too"
        raise MlscaffoldError(f"no column of `{plan.table.name}` can be used as a feature", reasons)
    return plan


def named_in(names: Sequence[str], wanted: str) -> str:
    """Return the one name that `wanted` begins, with its unit behind it, or else `wanted`."""
    longer = [name for name in names if name.startswith((f"{wanted} ", f"{wanted}["))]
    return longer[0] if wanted not in names and len(longer) == 1 else wanted


def said_of_scale(plan: Plan) -> str:
    """Return why few numbers of a target are taken for an amount or for classes, if they are."""
    column = plan.column(plan.target)
    if not column.numeric or column.distinct < 3 or not is_scale(column):
        return ""
    numbers = f"; its {column.distinct} numbers are taken for "
    if plan.kind == "regression":
        return (
            f"{numbers}an amount, as their order counts; `new classification` takes them "
            "for classes, with a cost for each mistake"
        )
    return f"{numbers}classes; `new regression` takes them for an amount, whose order counts"


def check_users(plan: Plan) -> None:
    """Refuse a file that does not say which user took which item."""
    if not plan.users:
        raise MlscaffoldError(
            f"`{plan.table.name}` does not say which user took which item",
            "a recommender needs a row per user and item; is one of its columns a user?",
        )


def decide(plan: Plan, questions: Questions) -> None:
    """Take all decisions of a regression or classification; later ones rest on earlier ones."""
    goal = plan.column(plan.target)
    check_rows(plan)
    if plan.kind == "classification":
        classes.set_aside_unknown(goal)
        plan.classes = classes.name_classes(goal)
        classes.spell_alike(plan)
        classes.settle_rare(plan)
        check_classes(plan)
    leaks.judge_by_target(plan.table, plan.columns, plan.roles, plan.target, plan.kind)
    questions.late(plan)
    find_joins(plan)
    panel.find_entity(plan)
    plan.split = choices.choose_split(plan)
    plan.folds = choices.choose_folds(plan)
    if plan.kind == "classification":
        settle_classes(plan)
    panel.learn_levels(plan)
    plan.metric = choices.choose_metric(plan)
    choices.choose_rule(plan)
    share = dangers.copies(plan, numbered=True)  # what a project finds and can remove
    if share and not dangers.copies_are_likely(plan):
        said = f"{percent(share)} of the rows repeat another one"
        plan.duplicates = Choice("remove", f"{said}: a model would know them by heart")
    plan.unit = phrases.unit_of(goal) if plan.kind == "regression" else phrases.row_of(plan)


def check_target(plan: Plan, wanted: str, kind: str | None) -> None:
    """Refuse a target that is not there, or that cannot be learned."""
    if wanted not in plan.table.names:
        near = similar(wanted, plan.table.names)
        listed = ", ".join(plan.table.names[:12]) + (", ..." if len(plan.table.names) > 12 else "")
        said = f"did you mean `{near}`? " if near else ""
        raise MlscaffoldError(
            f"`{plan.table.name}` has no column `{wanted}`", f"{said}It has {listed}"
        )
    column = plan.column(wanted)
    if column.known == 0:
        raise MlscaffoldError(f"every value of `{wanted}` is missing", "choose another target")
    if column.distinct == 1:
        value = next(iter(column.counts))
        raise MlscaffoldError(
            f"`{wanted}` is always {value}: there is nothing to predict", "choose another target"
        )
    if kind == "anomaly":
        check_label(plan, column)
    if kind in {"regression", "classification"} and not target.fits(column, kind):
        what = "holds words" if not column.numeric else f"has {column.distinct:,} different values"
        other = "classification" if kind == "regression" else "regression"
        raise MlscaffoldError(
            f"`{wanted}` {what}: it cannot be the target of a {kind}",
            f"try `mlscaffold new {other}`",
        )
    if not kind and not target.kind_of(column):
        raise MlscaffoldError(
            f"`{wanted}` cannot be a target: it has {column.distinct:,} different words",
            "group its values into classes, or choose another target",
        )


def check_label(plan: Plan, column: Column) -> None:
    """Refuse a target that does not say of each row whether it is an anomaly."""
    if is_label(column):
        return
    called = [each for each in plan.columns if words.names_anomaly(each.name)]
    near = next((f"did you mean `{each.name}`? " for each in called if is_label(each)), "")
    raise MlscaffoldError(
        f"`{column.name}` has {column.distinct:,} different values: it does not say of each row "
        "whether it is an anomaly",
        f"{near}A label has two values, or a few of which one, the usual, has most of the rows; "
        "without `--target` nothing needs to be labelled",
    )


def check_rows(plan: Plan) -> None:
    """Refuse a file with fewer rows than the folds of a project need."""
    known, least = plan.column(plan.target).known, choices.LEAST_FOLDS * choices.FOLD
    if plan.table.whole and known < least:
        raise MlscaffoldError(
            f"only {known} rows have a value of `{plan.target}`: a study needs {least} at least",
            "bring more of them (several files: 'FOLDER/*.csv'), or choose another target",
        )


def check_classes(plan: Plan) -> None:
    """Refuse a target of which the rarest class has too few rows to be learned and tested."""
    name, count = plan.rows_of_classes().most_common()[-1]
    if plan.table.whole and count < 2 * choices.LEAST_FOLDS:
        rows = "one row" if count == 1 else f"{count} rows"
        other, more = events.wider(plan.table, plan.columns, plan.column(plan.target))
        choice = f"`{other}`, which is set there as well ({more:,} rows)" if other else "another"
        has = f"class `{name}` of {plan.target} has"
        if name == phrases.OTHERS:
            has = f"the rare classes of {plan.target}, put together, have"
        raise MlscaffoldError(
            f"{has} only {rows}: too few to learn and to test",
            f"bring more of them (several files: 'FOLDER/*.csv'), or predict {choice}",
        )


def choose_target(plan: Plan, questions: Questions, kind: str | None) -> str:
    """Return the column that is clearly the target, or say which ones could be it."""
    found = target.candidates(plan.columns, plan.roles, kind)
    if not found:
        raise TargetMissingError(
            f"no column of `{plan.table.name}` looks like a target",
            "name it with `--target COLUMN`",
            plan,
        )
    ahead = len(found) > 1 and found[0].score - found[1].score >= AHEAD
    ahead = ahead and (found[0].last or not any(target.rivals(found[0], each) for each in found))
    alike = any(target.are_alike(found[0], each) for each in found[1:])
    named = found[0].named or len(found) <= FEW
    if (len(found) == 1 and found[0].score > 0) or (
        found[0].score >= CLEAR and named and ahead and not alike
    ):
        return found[0].name
    if answer := questions.target(found):
        return answer
    listed = ", ".join(f"`{each.name}` ({each.kind})" for each in found[:6])
    name = plan.table.name
    said = f"several columns of `{name}` could be the target"
    if len(found) == 1:
        said = f"one column of `{name}` could be the target, but nothing says that it is"
    raise TargetMissingError(
        f"{said}: {listed}",
        "say it with `--target COLUMN`",
        plan,
    )
