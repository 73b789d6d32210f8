"""Decides and writes the settings of a recommender."""

from __future__ import annotations

import tomlkit
from tomlkit.items import Table
from tomlkit.toml_document import TOMLDocument

from .columns import Column
from .data_section import add, data_table, inner
from .items import called, removals, title_of
from .moments import read
from .plan import Choice, Plan
from .settings_file import begin

ACTIVE = 0.05  # share of users with a past who come back: with fewer, no moment divides the file


def decide_recommender(plan: Plan) -> None:
    """Decide how interactions are hidden."""
    if not plan.users.get("user"):
        return
    for role, name in plan.users.items():
        if name:
            plan.roles[name].becomes(
                "id" if role in {"user", "item"} else role, f"the {role}", sure=0.85
            )
    time = plan.users["time"]
    if not time or "ambiguous" in plan.roles[time].flags:
        plan.split = Choice("random", "the file has no times that can be read")
    elif recent(plan, time) < ACTIVE:
        plan.split = Choice(
            "last",
            "hardly any user comes back after any one moment, so the last items of each are hidden",
        )
    else:
        plan.split = Choice(
            "time", "the list is for tomorrow, so everything after one moment is hidden"
        )


def recent(plan: Plan, time: str) -> float:
    """Return the share of users with a past who come back in the last fifth of the time."""
    column, user = plan.column(time), plan.column(plan.users["user"])
    form = column.written.form if column.written else None
    cells = zip(plan.table.columns[column.place], plan.table.columns[user.place], strict=True)
    known: list[tuple[float, str]] = []
    moments: dict[str, float] = {}
    for cell, who in cells:
        if cell not in moments:
            moment = read(cell, form) if form is not None else None
            moments[cell] = moment.timestamp() if moment else column.numbers.get(cell, 0.0)
        known.append((moments[cell], who))
    known.sort()
    cut = int(0.8 * len(known))
    before, after = {who for _, who in known[:cut]}, {who for _, who in known[cut:]}
    return len(before & after) / max(len(before), 1)


def write_recommender(plan: Plan) -> TOMLDocument:
    """Return the settings of a recommender."""
    document, users = begin(plan), plan.users
    data = data_table(plan)
    rules = removals(plan)
    if rules:
        data.add("remove", inner(rules, "reason = which rows are left out, as a pandas query"))
    document.add("data", data)
    if title := title_of(plan):
        document.add("items", items_table(plan, title))
    columns = tomlkit.table()
    for role in ("user", "item", "rating", "time"):
        if users[role]:
            add(columns, role, users[role])
    timed = bool(users["time"]) and plan.split.value != "random"
    if timed:
        add(columns, "time_format", time_format(plan))
    elif "time" in columns:
        columns.remove("time")
    if labels := called(plan):
        columns.add("labels", inner(labels, "what one of them is called"))
    document.add("columns", columns)
    feedback = tomlkit.table()
    add(
        feedback,
        "took",
        "rated" if users["rating"] else "bought" if rules else "took",
        "past tense: bought, read, watched",
    )
    if users["rating"]:
        rating = plan.column(users["rating"])
        add(feedback, "lowest", plain(rating.low))
        add(feedback, "highest", plain(rating.high))
        add(
            feedback,
            "relevant",
            plain(rating.low),
            "a hidden rating of at least this is a hit; with the lowest, every one is",
        )
    add(
        feedback,
        "repeats",
        "never",
        '"allowed" if people take the same item again and should see it',
    )
    document.add("feedback", feedback)
    split = tomlkit.table()
    add(split, "kind", plan.split.value, plan.split.reason)
    add(split, "test", 0.2)
    document.add("split", split)
    metric = tomlkit.table()
    items = plan.column(users["item"]).distinct
    add(metric, "k", min(10, max(1, items // 3)), "how many items a user sees")
    document.add("metric", metric)
    rule = tomlkit.table()
    kind = "popular_lately" if plan.split.value == "time" else "popular_ever"
    add(rule, "kind", kind, "what would be shown without a model")
    document.add("rule_of_thumb", rule)
    return document


def items_table(plan: Plan, title: str) -> Table:
    """Return where the titles of items are: in the same file."""
    table, same = tomlkit.table(), data_table(plan)
    for key in ("source", "sha256"):
        table.add(key, same[key].unwrap())
    add(table, "item", plan.users["item"])
    add(table, "title", title, "what lists show in place of the identifier")
    if "read" in same:
        table.add("read", same["read"])
    table.comment("titles; they may come from another file")
    return table


def time_format(plan: Plan) -> str:
    """Return how times are written: a unit since 1970, or a strptime format."""
    column = plan.column(plan.users["time"])
    if column.written:
        return column.written.form or iso_format(column)
    return "milliseconds" if column.high > 1e11 else "seconds"


def iso_format(column: Column) -> str:
    """Return the format of ISO 8601 that the values have."""
    value = next(iter(column.counts))
    clock = {10: "", 16: "%H:%M", 19: "%H:%M:%S"}.get(len(value), "%H:%M:%S.%f")
    return "%Y-%m-%d" + (value[10] + clock if clock else "")


def plain(number: float) -> int | float:
    """Return a whole number as such."""
    return int(number) if number.is_integer() else number
