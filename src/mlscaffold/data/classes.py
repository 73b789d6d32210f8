"""The classes of a target: how they are spelled, and which are too small to stand alone."""

from __future__ import annotations

from collections import Counter

from .choices import LEAST_FOLDS, RARE
from .columns import ALWAYS, MARKERS, Column, plain, set_aside
from .phrases import OTHERS, SAID_YES, is_yes_or_no, name_class
from .plan import Plan

ENOUGH = 12  # rows of a class: with fewer it is put together with other such classes
MOST = 6  # names in a list
UNKNOWN = {marker.lower() for marker in MARKERS - ALWAYS if len(marker) > 2} - {"none", "nil"}
SPELLED = 500  # values of a column that are compared


def name_classes(column: Column) -> dict[str, str]:
    """Return what the file says of each class and what texts call it; the rare one comes last.

    Classes that differ in case or in the punctuation at their end have one name, as some parts of
    a file end each line with a dot, and so have all ways to say yes or no, where all are such.
    """
    both = is_yes_or_no(column)
    said: dict[str, str] = {}
    spelled: dict[str, str] = {}
    rows: Counter[str] = Counter()
    for value, count in column.counts.most_common():
        key = plain(value)
        one = str(key.lower() in SAID_YES) if both else spelling(value)
        said[key] = spelled.setdefault(one, name_class(column, key))
        rows[said[key]] += count
    if len(rows) == 2:
        positive = SAID_YES | {"positive", "bad", "fraud", "churned"}
        (first, most), (last, _) = rows.most_common()
        sure = any(said.get(key) == first and key.lower() in positive for key in said)
        if sure and most / column.known <= 1 - RARE:  # else the rare one is to be found
            first, last = last, first
        said = {key: name for side in (first, last) for key, name in said.items() if name == side}
    return said


def set_aside_unknown(column: Column) -> None:
    """Take for missing what says that nobody knows the class, where two classes are left."""
    unknown = [value for value in column.counts if value.strip().lower() in UNKNOWN]
    if column.distinct - len(unknown) >= 2:
        set_aside(column, unknown)


def spelling(value: str) -> str:
    """Return what two spellings of one class have in common; single letters may be codes."""
    bare = value.strip(" .,;:!")
    return bare.casefold() if len(bare) > 1 else bare or value


def spell_alike(plan: Plan) -> None:
    """Read all spellings of a class as its usual one, so that none is told by how it is written."""
    goal, usual = plan.column(plan.target), dict[str, str]()
    for value, _ in goal.counts.most_common():
        usual.setdefault(plan.classes[plain(value)], value)
    if len(usual) == goal.distinct:
        return
    one = {value: usual[plan.classes[plain(value)]] for value in goal.counts}
    cells = plan.table.columns[goal.place]
    plan.table.columns[goal.place] = tuple(one.get(cell, cell) for cell in cells)
    goal.counts = Counter({value: plan.rows_of_classes()[name] for name, value in usual.items()})


def settle_rare(plan: Plan) -> None:
    """Put classes of few rows together; where all of them are too few, leave their rows out."""
    rows, goal = plan.rows_of_classes(), plan.column(plan.target)
    few = {name for name, count in rows.items() if count < ENOUGH}
    if len(rows) < 3 or not few:
        return
    count = sum(rows[name] for name in few)
    if count < 2 * LEAST_FOLDS and len(rows) - len(few) > 1:
        lost = [value for value in goal.counts if plan.classes.get(plain(value)) in few]
        plan.classes = {key: name for key, name in plan.classes.items() if name not in few}
        plan.left_out = {value: goal.counts[value] for value in lost}
        set_aside(goal, lost)
    elif len(few) > 1:
        for key, name in plan.classes.items():
            plan.classes[key] = OTHERS if name in few else name


def of_classes(plan: Plan) -> list[str]:
    """Return which classes are put together or left out, and why."""
    counts, found = plan.column(plan.target).counts, []
    if few := [said for said, name in plan.classes.items() if name == OTHERS]:
        thin = all(counts.get(said, counts.get(f"{said}.0", 0)) < ENOUGH for said in few)
        why = "few rows" if thin else "of at least one some stretch of time has no row"
        found.append(
            f"classes: {listed(few)} are put together as `{OTHERS}` ({why}); "
            "do they belong together, and do labels mean the same all along?"
        )
    names = [name for name in dict.fromkeys(plan.classes.values()) if name != OTHERS]
    alike = [[said for said, each in plan.classes.items() if each == name] for name in names]
    if same := [" and ".join(f"`{said}`" for said in each) for each in alike if len(each) > 1]:
        found.append(
            f"spelling: {listed(same)} are read as one class; "
            "where they are not, give them different names under [classes]"
        )
    if plan.left_out:
        rows = listed([f"{said} ({count})" for said, count in plan.left_out.items()])
        found.append(
            f"left out: {rows}: too few rows to learn a class from, and no other rare class to put "
            "them with; bring more of them, or call them like a class that they resemble"
        )
    return found


def listed(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def spelled_twice(column: Column) -> str:
    """Return two values that differ in case or in the punctuation at their end only, or nothing."""
    first: dict[str, str] = {}
    for value, _ in column.counts.most_common(SPELLED):
        known = first.setdefault(spelling(value), value)
        if known != value and not column.numeric:
            return f"`{known}` and `{value}`"
    return ""
