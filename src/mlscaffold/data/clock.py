"""What the hour and the weekday of a row's moment tell: a rule of thumb that needs no other column.

Shares are measured on the rows that a project trains on, each told from earlier days only.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from . import words
from .plan import Plan
from .relations import Rows, groups_of
from .times import moments_of

TRAIN = 0.8  # share of the rows, the earliest ones, that a project trains on
MOST = 8000  # rows that shares are told from
HOURS, DAYS = 4, 28  # different hours, and days of training, from which habits can be seen
WINDOWS = (7, 28, 91, 0)  # days to look back; 0: to the beginning
LEAST = 0.02  # share of the target that a habit must tell, beyond the level of late
ENOUGH = 0.8  # of what the best column tells: people look at the clock first, it is always known
MORE = 1.05  # times as much must two parts tell as the better one of them
NAMED = {*"clock day dow hour hr hours minute time weekday wday".split()}
SPOKEN = {
    ("hour",): "at the same hour of the day",
    ("weekday",): "on the same weekday",
    ("hour", "weekday"): "at the same hour of the same weekday",
}
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
LABELS = {"hour": "hour of the day", "weekday": "weekday"}

Target = Sequence[tuple[float, ...]]  # the number of each row, or of each class whether it is it


@dataclass(frozen=True)
class Habit:
    """A rule of thumb by parts of a date: `date.hour` over the last `days`, or over all before."""

    by: list[str]
    days: int

    @property
    def window(self) -> str:
        """What project.toml says of the days."""
        return f"{self.days}D" if self.days else ""


def split_part(plan: Plan, name: str) -> tuple[str, str]:
    """Return the date and its part that a rule looks up, or nothing where it is a column."""
    date, _, part = name.rpartition(".")
    return (date, part) if name not in plan.roles and part in LABELS else ("", "")


def said_of_window(window: str) -> str:
    """Return in words how far back a rule of thumb looks."""
    return f" over the last {window.removesuffix('D')} days" if window else ""


def find_habit(plan: Plan, best: str) -> Habit | None:
    """Return the rule that people take for a series, if it tells about as much as the best column.

    Not where rows are about things of their own, and not where a column says the hour already.
    """
    by = plan.split.by
    is_series = plan.split.value == "time" and by in plan.named("date") and not plan.entity
    if not is_series or NAMED & {*words.words(best)}:
        return None
    rows, days = training_rows(plan)
    parts = usable_parts(days)
    if not parts:
        return None
    target = targets(plan, rows)
    share, names, window = tell_best(parts, days, target)
    level = max(told_ahead([""] * len(days), days, target, window) for window in WINDOWS)
    rival = 0.0
    if best:
        column = plan.column(best)
        groups = groups_of(rows, column, 10, codes=plan.roles[best].role != "numeric")
        rival = max(told_ahead(groups, days, target, window) for window in WINDOWS)
    if share < max(LEAST, level + LEAST, ENOUGH * rival):
        return None
    return Habit([f"{by}.{name}" for name in names], window)


def tell_best(
    parts: list[str], days: list[datetime], target: Target
) -> tuple[float, tuple[str, ...], int]:
    """Return how much the best parts tell, which ones, and over how many days."""
    codes = {
        "hour": [str(day.hour) for day in days],
        "weekday": [str(day.weekday()) for day in days],
    }
    found: tuple[float, tuple[str, ...], int] = (0.0, (), 0)
    for names in [names for names in SPOKEN if {*names} <= {*parts}]:
        groups = ["/".join(each) for each in zip(*(codes[name] for name in names), strict=True)]
        for window in WINDOWS:
            share = told_ahead(groups, days, target, window)
            more = MORE if found[0] > 0 and len(names) > len(found[1]) else 1.0
            if share > more * found[0]:
                found = (share, names, window)
    return found


def training_rows(plan: Plan) -> tuple[Rows, list[datetime]]:
    """Return the earliest rows that have moment and target, in order, with their moments."""
    goal, moments = plan.column(plan.target), moments_of(plan, plan.split.by)
    cells = plan.table.columns[goal.place]
    known = [(at, place) for place, at in enumerate(moments) if at and cells[place] in goal.counts]
    known = sorted(known)[: int(TRAIN * len(known))]
    if len(known) > MOST:
        known = sorted(random.Random(0).sample(known, MOST))  # noqa: S311
    days = [datetime.fromtimestamp(at, UTC) for at, _ in known]
    return Rows(plan.table, [place for _, place in known]), days


def usable_parts(days: list[datetime]) -> list[str]:
    """Return the parts of the dates that come back often enough to tell something."""
    if not days or (days[-1] - days[0]).days < DAYS:
        return []
    hours = len({day.hour for day in days}) >= HOURS
    return [*(["hour"] if hours else []), "weekday"]


def targets(plan: Plan, rows: Rows) -> Target:
    """Return what is to be told of each row: its number, or for each class whether it is that."""
    goal = plan.column(plan.target)
    if plan.kind == "regression":
        return [(number or 0.0,) for number in rows.numbers(goal)]
    names = [*dict.fromkeys(plan.classes.values())]
    said = [plan.classes.get(cell.removesuffix(".0"), cell) for cell in rows.cells(goal)]
    return [tuple(float(each == name) for name in names) for each in said]


def told_ahead(groups: list[str], days: list[datetime], target: Target, window: int) -> float:
    """Return which share of the target's variance means of earlier days of a group explain.

    Only the later half is told: before, too little is known. No day knows its own rows.
    """
    known: dict[str, Sums] = defaultdict(lambda: Sums(len(target[0])))
    everything, today = Sums(len(target[0])), 0
    wrong = total = 0.0
    waiting: list[int] = []
    for row, moment in enumerate(days):
        day = moment.toordinal()
        if day != today:
            for each in waiting:
                known[groups[each]].add(days[each].toordinal(), target[each])
                everything.add(days[each].toordinal(), target[each])
            waiting, today = [], day
        if 2 * row >= len(days):
            usual = everything.mean(day, 0)
            told = known[groups[row]].mean(day, window) or usual
            if told and usual:
                wrong += sum((y - each) ** 2 for y, each in zip(target[row], told, strict=True))
                total += sum((y - each) ** 2 for y, each in zip(target[row], usual, strict=True))
        waiting.append(row)
    return 1 - wrong / total if total else 0.0


class Sums:
    """The sums of a group: of all days, and of the latest ones, which leave it again."""

    def __init__(self, size: int) -> None:
        self.whole, self.recent = [0.0] * (size + 1), [0.0] * (size + 1)
        self.days: deque[tuple[int, tuple[float, ...]]] = deque()

    def add(self, day: int, values: tuple[float, ...]) -> None:
        """Count a row of a day."""
        self.days.append((day, values))
        for sums in (self.whole, self.recent):
            for place, value in enumerate((*values, 1.0)):
                sums[place] += value

    def mean(self, day: int, window: int) -> list[float]:
        """Return the means before a day: over so many days, or over all where there are none."""
        while window and self.days and self.days[0][0] < day - window:
            _, values = self.days.popleft()
            for place, value in enumerate((*values, 1.0)):
                self.recent[place] -= value
        sums = self.recent if window and self.recent[-1] > 0.5 else self.whole
        return [each / sums[-1] for each in sums[:-1]] if sums[-1] else []
