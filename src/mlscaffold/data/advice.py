"""Which type of project a file suits, and what it cannot support."""

from __future__ import annotations

from ..errors import MlscaffoldError
from . import words
from .columns import Column
from .plan import Plan
from .target import candidates
from .times import few_moments

TYPES = ("regression", "classification", "recommender", "anomaly")


def choose_type(plan: Plan, kind: str | None, wanted: str | None) -> None:
    """Set the type of the project and the reason for it."""
    users = find_users(plan)
    if kind and kind not in TYPES:
        hint = f"there are {', '.join(TYPES)}; to name the project, add `--name {kind}`"
        raise MlscaffoldError(f"there is no project type `{kind}`", hint)
    if kind:
        plan.kind, plan.why = kind, "you said so"
    elif wanted and words.names_anomaly(wanted) and plan.flagged("time"):
        plan.kind, plan.why = "anomaly", "a series with a label of anomalies"
    elif wanted:
        plan.kind, plan.why = "classification", "you named the target"
        column = plan.column(wanted)
        if column.numeric and column.distinct != 2:
            plan.kind = "regression"
    elif users and is_log(plan, users):
        plan.kind, plan.why = "recommender", "it says which user took which item"
    elif is_series(plan):
        labelled = any(words.names_anomaly(each.name) for each in plan.columns)
        what = "a label of anomalies" if labelled else "nothing that looks like a target"
        plan.kind, plan.why = "anomaly", f"measurements with {what}"
    else:
        found = candidates(plan.columns, plan.roles, None)
        measured = bool(plan.named("numeric"))
        plan.kind = found[0].kind if found else "anomaly" if measured else "classification"
        plan.why = (
            f"{found[0].name} is a {'number' if plan.kind == 'regression' else 'class'}"
            if found
            else "no target"
        )
    if plan.kind == "recommender":
        plan.users = users


def lacking(plan: Plan) -> list[str]:
    """Return what the file cannot support, each with what is missing."""
    found = []
    if not find_users(plan):
        found.append("recommender (no column says who took what)")
    timed = bool(plan.users.get("time")) or any(
        {"time", "joined_to"} & {*role.flags} for role in plan.roles.values()
    )
    if not timed:
        found.append(f"split by time ({why_untimed(plan)})")
    if plan.kind == "anomaly" and not plan.target:
        few = bool(plan.flagged("few_stretches"))
        why = "too few anomalies are labelled" if few else "nothing is labelled"
        found.append(f"judging alerts ({why})")
    return found


def why_untimed(plan: Plan) -> str:
    """Return why rows cannot be divided by time."""
    if name := few_moments(plan):
        return f"{name} has too few values"
    for name in plan.flagged("counter"):
        return f"{name} counts the rows of each {words.entity(plan.entity)}"
    return "no column says when"


def find_users(plan: Plan) -> dict[str, str]:
    """Return the columns of user, item, rating and time, where there are users and items."""
    found: dict[str, str] = {}
    for role, known in (("user", words.USERS), ("item", words.ITEMS)):
        named = [
            each
            for each in plan.columns
            if words.has(each.name, known) and 2 < each.distinct < each.known
        ]
        named = [each for each in named if each.words < 3 and each.name not in found.values()]
        if named:
            found[role] = max(named, key=lambda each: (words.is_id(each.name), each.distinct)).name
    if len(found) < 2 and looks_like_log(plan):
        found = dict(zip(("user", "item"), plan.table.names[:2], strict=True))
    if len(found) < 2:
        return {}
    rest = [each for each in plan.columns if each.name not in found.values()]
    rated = [each for each in rest if each.numeric and words.has(each.name, words.RATINGS)]
    rated = rated or [each for each in rest if is_rating(each) and looks_like_log(plan)]
    found["rating"] = rated[0].name if rated else ""
    timed = [
        each
        for each in rest
        if "time" in plan.roles[each.name].flags or "ambiguous" in plan.roles[each.name].flags
    ]
    timed = timed or [each for each in rest if is_epoch(each)]
    found["time"] = timed[0].name if timed else ""
    return found


def is_rating(column: Column) -> bool:
    """Return whether a column holds few numbers, as ratings are."""
    return column.numeric and 2 <= column.distinct <= 21 and -1 <= column.low <= column.high <= 100


def is_epoch(column: Column) -> bool:
    """Return whether a column without a telling name holds seconds of the last decades."""
    return column.whole and column.distinct > 20 and 6e8 <= column.low <= column.high <= 2.2e9


def looks_like_log(plan: Plan) -> bool:
    """Return whether a narrow file without names is user, item, rating and perhaps time."""
    if not 3 <= len(plan.columns) <= 4 or not plan.table.names[0].startswith("column_"):
        return False
    user, item, rating = plan.columns[:3]
    last = plan.columns[3:]
    return (
        user.distinct < 0.6 * user.known and item.distinct < 0.6 * item.known
        and is_rating(rating) and all(map(is_epoch, last))
    )  # fmt: skip


def is_log(plan: Plan, users: dict[str, str]) -> bool:
    """Return whether a file is about users and items and little else."""
    user, item = plan.column(users["user"]), plan.column(users["item"])
    rated = plan.roles.get(users["rating"])
    narrow = len(plan.columns) <= 4 + bool(rated) * 4 or (
        len(plan.columns) <= 10 and bool(users["time"])
    )
    several = user.known / user.distinct >= 1.5 or plan.table.rows < 1000
    return narrow and several and item.distinct > 10 and item.known / item.distinct >= 1.0


def is_series(plan: Plan) -> bool:
    """Return whether rows are a moment and numbers, and nothing is called like a target."""
    timed = [name for name, role in plan.roles.items() if "time" in role.flags]
    rest = [each for each in plan.columns if each.name not in timed]
    if any("group" in plan.roles[e.name].flags and e.known < SHORT * e.distinct for e in rest):
        return False  # a log of visitors, each of whom comes a few times
    labelled = any(words.names_anomaly(each.name) for each in rest)
    if labelled:
        return True
    telling = candidates(plan.columns, plan.roles, None)
    named = any(each.score >= 4.5 and each.name not in VALUES for each in telling)
    return bool(timed) and all(each.numeric for each in rest) and not named


VALUES = {"value"}
SHORT = 10  # rows of a thing, on average, that are no series yet
