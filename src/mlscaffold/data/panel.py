"""Things that come back in a file (customers, machines, countries), and what a split owes them."""

from __future__ import annotations

from itertools import pairwise, product

from . import words
from .columns import Column
from .moments import read
from .numbers import percent
from .plan import GAPS, Plan
from .times import dated, in_order, moments_of

FEWEST = 7  # moments of a panel: three folds and a test set
THINGS = 15  # at least so many, with some rows each
UNIQUE = 0.99  # share of the pairs of thing and moment that only one row has
FILLED = 0.3  # share of all such pairs that are there: by chance, many would be there twice
FIXED = 0.05  # of how often two rows differ in the target: what belongs to the thing, not the row
COUNTED = {*"day period quarter round step tick wave week year yr".split()}
FEW_ROWS = 3  # of a thing, on average, at least
COUNTS = 0.9  # share of things that begin at the lowest number, and of steps that are of one
OFTEN = 15  # training rows from which the level of a thing can be learned
TELLS = 0.05  # share of the target that a file must tell to be a feature
MANY = 1000  # things, of which no model of ours learns each
HOLDERS = 50  # at most, that things of their own in each row belong to: managers, schools
COMING = 0.5  # share of later rows about known things: below, most are about new ones
RETURNING = 0.002  # share below which hardly a row would be left out
NEW = 20  # rows of new things that a fold needs to tell anything


def find_entity(plan: Plan) -> None:
    """Set what the rows are about again and again; where each has a row a moment, mark the time."""
    groups = [
        name
        for name in plan.flagged("group")
        if plan.roles[name].role == "id" and plan.column(name).share_missing <= GAPS
    ]
    groups = [name for name in groups if not holds_others(plan, name)]
    if groups:
        plan.entity = max(groups, key=lambda name: repeats(plan.column(name)))
    for time, name in product(times(plan), [*groups, *things(plan)]):
        if time != name and is_panel(plan, time, name):
            role, what = plan.roles[name], words.entity(name)
            if role.role == "numeric":
                role.becomes("id", f"numbers that come back in every {time}", "panel", 0.7)
            else:
                role.flags.append("panel")
            if "time" not in plan.roles[time].flags:
                plan.roles[time].becomes("numeric", f"moments of each {what}", "time", 0.7)
            plan.entity = name
            return
    if not plan.entity and plan.table.whole:
        find_counted(plan)


def holds_others(plan: Plan, name: str) -> bool:
    """Return whether rows have a number of each person, and an identifier names a few over them.

    New employees have the same managers, so these are categories, and nothing to divide by.
    """
    own = [plan.column(each) for each in plan.named("id") if each != name]
    each_row = any(
        words.ENTITIES & {*words.words(column.name)} and column.distinct == column.seen
        for column in own
    )
    if not each_row or plan.column(name).distinct > HOLDERS:
        return False
    role = plan.roles[name]
    role.becomes("categorical", "numbers that name things over several rows", sure=0.6)
    role.flags.remove("group")
    return True


def find_counted(plan: Plan) -> None:
    """Set the thing whose rows are counted from 1 on, and anew with the next one."""
    counters = [
        each
        for each in plan.columns
        if plan.roles[each.name].role in {"numeric", "categorical", "id"} and each.whole
        and not each.missing and each.low in {0, 1} and each.name != plan.target
    ]  # fmt: skip
    for column in [each for each in plan.columns if may_be_counted(plan, each)]:
        starts = starts_of(plan, column)
        if len(starts) != column.distinct or is_grid(column, starts, plan.table.seen):
            continue
        for counter in counters:
            if column is not counter and is_counted(plan, counter, starts):
                said = f"a number for each of the things that {counter.name} counts the rows of"
                plan.roles[column.name].becomes("id", said, "group", 0.8)
                plan.entity = column.name
                plan.roles[counter.name].flags.append("counter")
                find_holders(plan)
                return


def may_be_counted(plan: Plan, column: Column) -> bool:
    """Return whether a column may name things with some rows each: words, or whole numbers."""
    named = not column.numeric or (column.whole and not words.has(column.name, words.AMOUNTS))
    several = column.distinct >= THINGS and repeats(column) >= FEW_ROWS
    return named and several and not column.missing and column.name != plan.target


def starts_of(plan: Plan, column: Column) -> list[int]:
    """Return the rows at which another value of a column begins."""
    cells = plan.table.columns[column.place]
    return [0, *(now for now, (a, b) in enumerate(pairwise(cells), 1) if a != b)]


def is_grid(column: Column, starts: list[int], rows: int) -> bool:
    """Return whether there is a row for each place of a grid: equal steps, each as long."""
    if len({b - a for a, b in pairwise([*starts, rows])}) > 1:
        return False
    values = sorted(column.numbers.values())
    even = len({b - a for a, b in pairwise(values)}) == 1
    return even and not words.has(column.name, words.ENTITIES)


def is_counted(plan: Plan, counter: Column, starts: list[int]) -> bool:
    """Return whether a number counts the rows of each thing from the lowest on; a few may lack."""
    values = [counter.numbers[cell] for cell in plan.table.columns[counter.place]]
    first = {*starts}
    steps = [b - a for now, (a, b) in enumerate(pairwise(values), 1) if now not in first]
    anew = sum(values[start] == counter.low for start in starts)
    one = sum(step == 1 for step in steps)
    return min(steps) > 0 and one >= COUNTS * len(steps) and anew >= COUNTS * len(starts)


def find_holders(plan: Plan) -> None:
    """Mark numbers of what holds the things, such as litters: no amounts, and larger groups."""
    things = plan.table.column(plan.entity)
    for name in plan.named("numeric"):
        column = plan.column(name)
        if not (words.has(name, words.HOLDERS) and column.whole and not column.missing):
            continue
        inside = len({*zip(things, plan.table.column(name), strict=True)}) == len({*things})
        if inside and THINGS <= column.distinct < len({*things}):
            said = f"a number of what holds several of {plan.entity}"
            plan.roles[name].becomes("id", said, "holds", 0.7)


def times(plan: Plan) -> list[str]:
    """Return columns that may say when a row was: dates, and counted years, weeks and the like."""
    dated = [name for name in plan.flagged("time") if name in plan.table.names]
    counted = [
        each.name
        for each in plan.columns
        if plan.roles[each.name].role == "numeric" and each.whole and each.missing == 0
        and words.words(each.name)[-1:] and words.words(each.name)[-1] in COUNTED
    ]  # fmt: skip
    usable = [*dict.fromkeys([*dated, *counted])]
    return [name for name in usable if plan.column(name).distinct >= FEWEST]


def things(plan: Plan) -> list[str]:
    """Return columns whose values may be things: categories, and whole numbers."""
    usual = [
        each
        for each in plan.columns
        if each.distinct >= THINGS and repeats(each) >= FEW_ROWS and each.name != plan.target
        and (plan.roles[each.name].role == "categorical"
             or (plan.roles[each.name].role == "numeric" and each.whole
                 and not words.has(each.name, words.AMOUNTS)))
    ]  # fmt: skip
    usual.sort(key=lambda each: (plan.roles[each.name].role == "numeric", -each.distinct))
    return [each.name for each in usual]


def repeats(column: Column) -> float:
    """Return how many rows a value has, on average."""
    return column.known / max(column.distinct, 1)


def is_panel(plan: Plan, time: str, name: str) -> bool:
    """Return whether rows follow things through time: one a moment, or each thing in its order."""
    if "group" in plan.roles[name].flags and runs_forward(plan, time, name):
        return True
    pairs = [*zip(plan.table.column(time), plan.table.column(name), strict=True)]
    every = plan.column(time).distinct * plan.column(name).distinct
    filled = plan.table.whole and len(pairs) >= FILLED * every
    return filled and len({*pairs}) >= UNIQUE * len(pairs)


def runs_forward(plan: Plan, time: str, name: str) -> bool:
    """Return whether each row of a thing is later than the one before it, nearly everywhere."""
    last: dict[str, float] = {}
    later = earlier = 0
    for moment, thing in dated(plan, time, name):
        before = last.get(thing, moment)
        later, earlier = later + (moment > before), earlier + (moment < before)
        last[thing] = moment
    return later > 20 and earlier < 0.05 * (later + earlier)


def follows_time(plan: Plan, name: str) -> bool:
    """Return whether nearly every row has a moment of its own, or rows follow in time."""
    if name in plan.joined or plan.column(name).distinct > 0.5 * plan.column(name).known:
        return True
    column = plan.column(name)
    cells = [cell for cell in plan.table.columns[column.place][:5000] if cell in column.counts]
    changes = [(a, b) for a, b in pairwise(cells) if a != b][:2000]
    if form := column.written.form if column.written else "":
        moments = [(read(a, form), read(b, form)) for a, b in changes]
        forward = [a < b for a, b in moments if a and b]
    else:
        forward = [a < b for a, b in changes]
    return sum(forward) > 0.8 * max(len(forward), 1)


def never_changes(plan: Plan, name: str) -> bool:
    """Return whether the target is a fact about the thing, the same in all of its rows."""
    goal, first = plan.column(plan.target), dict[str, str]()
    same = changed = 0
    for thing, said in zip(plan.table.column(name), plan.table.column(plan.target), strict=True):
        if thing and said in goal.counts and thing in first:
            same, changed = same + (said == first[thing]), changed + (said != first[thing])
        elif thing and said in goal.counts:
            first[thing] = said
    usual = 1 - sum((count / goal.known) ** 2 for count in goal.counts.values())
    return same + changed > 0 and changed <= FIXED * usual * (same + changed)


def share_known(plan: Plan, by: str, name: str) -> float | None:
    """Return which share of the latest fifth of the rows is about a thing of earlier rows.

    Nothing where only pieces of a large file in order of things were looked at: each lies in few.
    """
    if (by, name) not in plan.known:
        plan.known[by, name] = count_known(plan, by, name)
    return plan.known[by, name]


def count_known(plan: Plan, by: str, name: str) -> float | None:
    """Return the share that `share_known` tells, which several decisions ask for."""
    if not plan.table.whole and not follows_time(plan, by):
        return None
    rows = in_order(plan, by, name)
    cut = int(0.8 * len(rows))
    earlier = {thing for _, thing in rows[:cut]}
    return sum(thing in earlier for _, thing in rows[cut:]) / max(len(rows) - cut, 1)


def keeps_arriving(plan: Plan, by: str, name: str) -> bool:
    """Return whether all the time new things come, and most later rows, or all but a few, are new.

    Then a project can leave out later rows of known things, from the test as from each fold.
    """
    known = share_known(plan, by, name)
    if known is None or not plan.table.whole or not RETURNING < known < COMING:
        return False
    kinds = {*plan.column(plan.target).counts}
    things, goals = plan.table.column(name), plan.table.column(plan.target)
    every = zip(moments_of(plan, by), things, goals, strict=True)
    rows = [(at, thing, said) for at, thing, said in every if at is not None and said in kinds]
    rows.sort(key=lambda row: row[0])
    if (size := len(rows) // 10) < NEW:
        return False
    for cut in range(5 * size, 10 * size, size):
        seen = {thing for _, thing, _ in rows[:cut]}
        new = [said for _, thing, said in rows[cut : cut + size] if thing and thing not in seen]
        lacking = plan.kind == "classification" and {*new} != kinds
        if len(new) < NEW or lacking:
            return False
    return True


def learn_levels(plan: Plan) -> None:
    """Make a feature of things that come back often enough for a model to learn each of them.

    Of stacked files, too, where test rows are of the same ones and the file tells something.
    """
    name = plan.entity
    if plan.split.value == "time" and name and comes_back(plan, name):
        reason = "comes back in later rows, with enough rows to learn its level"
        plan.roles[name].becomes("categorical", reason, sure=0.6)
    for name in plan.flagged("file"):
        told = plan.roles[name].power
        if told > TELLS and name != plan.split.by and comes_back(plan, name):
            reason = (
                f"the file tells {percent(told)} of the target; fine if new rows are of these files"
            )
            plan.roles[name].becomes("categorical", reason, sure=0.6)


def comes_back(plan: Plan, name: str) -> bool:
    """Return whether an identifier names things that test rows are about again, often enough."""
    column = plan.column(name)
    often = 0.8 * plan.table.rows / column.distinct >= OFTEN and column.distinct <= MANY
    if plan.roles[name].role != "id" or not often or column.missing:
        return False
    return plan.split.value != "time" or (share_known(plan, plan.split.by, name) or 0) > 0.9
