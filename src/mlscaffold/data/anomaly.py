"""Decides and writes the settings of a search for anomalies."""

from __future__ import annotations

import itertools
from typing import Any

import tomlkit
from tomlkit.items import Table
from tomlkit.toml_document import TOMLDocument

from . import words
from .columns import UNITS_OF_TIME, Column, plain
from .data_section import add, data_table, inner
from .events import other_labels, perhaps_labels, whole_event
from .moments import read
from .plan import Choice, Plan
from .settings_file import ASKED, add_words, begin, said_array, slices

SHARE = 0.02  # of rows that somebody can look at, where nobody says more
LEAST = 5  # alerts in a quarter of a short series: with none there is nothing to judge
PARTS = 3  # of the rows, each with an anomaly of its own
KINDS = 10  # of anomalies, that a label may tell apart
RARE = 0.2  # share of the rows in which a flag that is called like a target may be a label
SURE = 4  # how much a name must speak for a target
CALM = 0.5  # share of anomalies up to which a label can be one


def decide_anomaly(plan: Plan, wanted: str | None) -> None:
    """Decide label, time, entity and split of a search for anomalies."""
    labelled = [
        each for each in plan.columns if words.names_anomaly(each.name) and each.distinct == 2
    ]
    plan.target = wanted or (
        labelled[0].name if labelled else whole_event(plan.table, plan.columns) or rare_flag(plan)
    )
    others: dict[str, str] = {}
    if plan.target:
        goal = plan.column(plan.target)
        others = other_labels(plan.table, plan.columns, goal)
        others |= perhaps_labels(plan.table, plan.columns, goal, others)
    for name in [plan.target] if plan.target else []:
        plan.roles[name].becomes(
            "target", "the label: detectors are judged by it and do not see it", sure=0.9
        )
    for column in plan.columns:
        role = plan.roles[column.name]
        if column.name != plan.target and words.has(column.name, {"changepoint", "change"}):
            role.becomes("drop", "a second label", "leak")
        if column.name in others or (plan.target and is_other_label(plan, column)):
            role.becomes("drop", others.get(column.name, "a second label"), "leak")
    leave_out_few(plan)
    times = [name for name in plan.flagged("time") if plan.roles[name].role == "date"]
    time = next(iter(times), "")
    for name in plan.named("date", "text"):
        if name != time:
            plan.roles[name].becomes("drop", "detectors take numbers and categories only", "", 0.8)
    if time:
        plan.roles[time].role = "time"
        for name in plan.named("categorical"):
            plan.roles[name].becomes("drop", "a series takes numbers only", "", 0.6)
        plan.split = Choice(
            "time",
            "detectors learn from the past; they are chosen and tested on what came later",
            time,
        )
    else:
        for name in plan.flagged("epoch"):
            plan.roles[name].becomes("drop", "seconds since 1970: not a measurement", "", 0.7)
        plan.split = Choice("random", "no column says when")
    groups = [name for name in plan.flagged("group") if plan.roles[name].role == "id"]
    if groups and not time:
        plan.split = Choice(
            "group",
            f"rows of the same {words.entity(groups[0])} must not be on both sides",
            groups[0],
        )


def rare_flag(plan: Plan) -> str:
    """Return the rare flag that is called like a target, or nothing: as a feature it would leak."""
    flags = [
        each
        for each in plan.columns
        if each.distinct == 2 and min(each.counts.values()) <= RARE * each.known
        and max((words.TARGETS.get(word, 0) for word in words.words(each.name)), default=0) >= SURE
    ]  # fmt: skip
    return flags[-1].name if flags else ""


def is_label(column: Column) -> bool:
    """Return whether values can say what is usual: two of them, or few and one in most rows."""
    if column.distinct == 2:
        return True
    words_or_codes = column.whole or not column.numeric
    usual = max(column.counts.values())
    return words_or_codes and column.distinct <= KINDS and usual > 0.5 * column.known


def anomalies(column: Column) -> list[str]:
    """Return what a label says of anomalies: all but the usual."""
    return [value for value, _ in column.counts.most_common()[1:]]


def leave_out_few(plan: Plan) -> None:
    """Do without the label of a series that has too few stretches of anomalies for three parts."""
    if not plan.target or not plan.flagged("time"):
        return
    column = plan.column(plan.target)
    rare = {*anomalies(column)}
    cells = plan.table.columns[column.place]
    stretches = sum(a not in rare and b in rare for a, b in itertools.pairwise(("", *cells)))
    if stretches < PARTS:
        some = f"{stretches} stretch{'es' if stretches > 1 else ''}"
        reason = f"a label with only {some} of anomalies: each of the three parts needs one"
        plan.roles[plan.target].becomes("drop", reason, "few_stretches", 0.7)
        plan.target = ""


def is_other_label(plan: Plan, column: Column) -> bool:
    """Return whether a flag says the same as the label, or names a kind of anomaly."""
    from .relations import sure_flag

    goal = plan.column(plan.target)
    if column.name == plan.target or plan.roles[column.name].role != "categorical":
        return False
    rare = min(goal.counts, key=lambda value: goal.counts[value])
    return sure_flag(plan.table, column, goal, rare) > 0


def write_anomaly(plan: Plan) -> TOMLDocument:
    """Return the settings of a search for anomalies."""
    document, time = begin(plan), plan.split.by if plan.split.value == "time" else ""
    document.add("data", data_table(plan))
    columns = tomlkit.table()
    add(columns, "target", plan.target, "the label" if plan.target else "nothing is labelled")
    add(columns, "unit", "moments" if time else "rows", "what one row is, in the plural")
    for role in ("numeric", "categorical"):
        if names := plan.named(role):
            columns.add(role, said_array(plan, names))
    if time:
        add(columns, "time", time)
    if names := plan.named("id"):
        columns.add("id", said_array(plan, names))
    if groups := slices(plan) if not time else []:
        add(columns, "slices", groups, "groups whose alerts are reported")
    add_words(plan, columns)
    document.add("columns", columns)
    if plan.target:
        keys = [plain(each) for each in anomalies(plan.column(plan.target))]
        labels = tomlkit.table()
        rare = "the rarer value" if len(keys) == 1 else "all but the usual"
        add(labels, "anomaly", keys, f"what the label says where a row is one: {rare}")
        document.add("labels", labels)
    if time:
        document.add("history", inner(history(plan, time), "what the detector sees: only the past"))
    split = tomlkit.table()
    kind = plan.split.value
    add(split, "kind", kind, plan.split.reason)
    if kind == "group":
        add(split, "by", plan.split.by)
    add(split, "validation", 0.25)
    add(split, "test", 0.25)
    document.add("split", split)
    rule = tomlkit.table()
    add(rule, "kind", "zscore", "what would be done without a detector")
    add(rule, "label", "how far any one measurement is from its usual value")
    document.add("rule_of_thumb", rule)
    document.add("alerts", alerts(plan, time))
    document.add(tomlkit.nl())
    document.add(tomlkit.comment(ASKED.replace("prediction", "the alert")))
    document.add(
        "known_at_prediction", inner(dict.fromkeys(plan.named("numeric", "categorical"), ""), "")
    )
    return document


def step(plan: Plan, time: str) -> float:
    """Return the usual time between two rows, in seconds."""
    column = plan.column(time)
    form = column.written.form if column.written else ""
    cells = plan.table.columns[column.place][:2000]
    moments = [moment for cell in cells if (moment := read(cell, form))]
    gaps = sorted(abs((b - a).total_seconds()) for a, b in itertools.pairwise(moments))
    return max(gaps[len(gaps) // 2], 1.0) if gaps else 1.0


def history(plan: Plan, time: str) -> dict[str, Any]:
    """Return over how long detectors look back: some dozens of rows, and ten times as many."""
    seconds = step(plan, time)
    long = seconds * plan.table.rows
    season = "day" if seconds <= 3600 and long >= 14 * 86_400 else "none"
    spans = [span(12 * seconds), span(min(120 * seconds, long / 10))]
    return {"lengths": [*dict.fromkeys(spans)], "season": season, "warm_up": 0.15}


def span(seconds: float) -> str:
    """Return a length of time as pandas writes it."""
    for name, ticks in UNITS_OF_TIME.items():
        if seconds >= ticks and (seconds % ticks == 0 or seconds >= 3 * ticks):
            return f"{max(1, round(seconds / ticks))}{name}"
    return f"{max(1, round(seconds))}s"


def alerts(plan: Plan, time: str) -> Table:
    """Return how many alerts somebody can look at: a guess that the learner replaces."""
    table = tomlkit.table()
    add(
        table,
        "policy",
        "budget",
        'the threshold: "budget" needs no labels; "f1" and "cost" need some',
    )
    share = SHARE
    if plan.target:
        counts = plan.column(plan.target).counts
        share = 1 - max(counts.values()) / sum(counts.values())
    if time:
        seconds = step(plan, time)
        days = plan.table.rows * seconds / 86_400
        per_day = max(min(86_400 / seconds * SHARE, 20), LEAST / (0.25 * days))
        add(
            table,
            "budget",
            max(float(f"{per_day:.2g}"), 0.5),
            "alerts a day that somebody can look at: ask them",
        )
        add(
            table,
            "quiet",
            span(12 * step(plan, time)),
            "after this long without a flag, the next one is a new alert",
        )
    else:
        add(
            table,
            "budget",
            max(5, round(1000 * min(share, 0.1))),
            "alerts per period: ask those who look at them",
        )
        add(table, "period", "1,000 rows")
        add(table, "rows", 1000, "rows in a period")
    add(
        table,
        "contamination",
        round(min(max(share, 0.005), CALM), 3),
        "the largest share of anomalies you expect",
    )
    return table
