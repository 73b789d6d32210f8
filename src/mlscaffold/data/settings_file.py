"""Writes project.toml from a plan, each decision with a comment that says why."""

from __future__ import annotations

import tomlkit
from tomlkit.items import Array, Table
from tomlkit.toml_document import TOMLDocument

from . import clock, phrases, titles, words
from .columns import Column
from .data_section import add, data_table, inner, long_array
from .plan import Plan
from .roles import Role

USUAL = {"numbers", "dates", "two values"}  # reasons that go without saying
ASKED = "Is the value there at the moment of prediction? Answer true, or move the column to drop."


def write_supervised(plan: Plan) -> TOMLDocument:
    """Return the settings of a regression or classification."""
    document = begin(plan)
    document.add("data", data_table(plan))
    document.add("columns", columns_table(plan))
    if plan.kind == "classification":
        classes = tomlkit.table()
        for said, name in plan.classes.items():
            classes.add(said, name)
        said = "what the file says = what the texts say; of two, the second is the one to find"
        if [*plan.classes] == ["0", "1"]:
            said += "; does 1 mean yes?"
        classes.comment(said)
        document.add("classes", classes)
    document.add("split", split_table(plan))
    metric = tomlkit.table()
    add(metric, "name", plan.metric.value, plan.metric.reason)
    if plan.kind == "regression":
        add(metric, "coverage", 0.9, "of the prediction intervals")
    document.add("metric", metric)
    document.add("rule_of_thumb", rule_table(plan))
    if plan.kind == "classification":
        document.add("costs", costs_table(plan))
    document.add(tomlkit.nl())
    document.add(tomlkit.comment(ASKED))
    known = tomlkit.table()
    for name in plan.features:
        known.add(name, "")
    document.add("known_at_prediction", known)
    return document


def begin(plan: Plan) -> TOMLDocument:
    """Return a document with what only the learner can say, as questions."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            "The facts and decisions of this study. Code reads them here and nowhere else."
        )
    )
    document.add(
        tomlkit.comment(
            "Written after a look at the file; the comments say why. Correct what is wrong."
        )
    )
    for danger in plan.dangers:
        document.add(tomlkit.comment(f"! {danger}"))
    document.add(tomlkit.nl())
    project = tomlkit.table()
    add(project, "title", titles.title_of(plan))
    said = "ask it in the words of those who decide"
    add(project, "question", titles.question_of(plan), said)
    add(project, "decision_maker", "Somebody", "who decides something with the answer?")
    add(project, "decision", titles.decision_of(plan), "what do they do differently then?")
    blind = plan.kind == "anomaly" and not plan.target
    success = BLIND if blind else "The model beats the rule of thumb by a tenth."
    add(project, "success", success, "what would make it worth using?")
    add(project, "goal", 0.1, "the share by which it must beat the rule of thumb")
    document.add("project", project)
    return document


BLIND = "Those who look at the alerts find every second one worth it."  # nothing is labelled


def columns_table(plan: Plan) -> Table:
    """Return the roles of all columns."""
    table = tomlkit.table()
    add(table, "target", plan.target)
    add(
        table,
        "unit",
        plan.unit,
        "of the target: euros, minutes?"
        if plan.kind == "regression"
        else "what rows are, in the plural",
    )
    if plan.kind == "regression" and plan.column(plan.target).low >= 0:
        add(table, "least", 0, "no value in the file is below it")
    for role in ("numeric", "categorical", "date", "text", "id"):
        if names := plan.named(role):
            table.add(role, said_array(plan, names))
    add(table, "slices", slices(plan), "groups whose score is always reported")
    add_words(plan, table)
    return table


def add_words(plan: Plan, table: Table) -> None:
    """Add hours as a circle, what people call the columns, and reasons for those left out."""
    circle = {name: 24 for name in plan.named("numeric") if is_hour(plan.column(name))}
    if circle:
        table.add("circle", inner(circle, "after so many, a number starts anew"))
    left_out = tomlkit.table()
    for name in plan.named("drop"):
        left_out.add(name, plan.roles[name].reason)
    if left_out:
        table.add("drop", left_out.comment("every column that is not a feature, with the reason"))
    labels = {
        name: words.human(name)
        for name in [plan.target, *plan.features]
        if name and words.human(name) != name.replace("_", " ")  # which is what texts say else
    }
    if group := plan.split.group:
        labels[group] = words.entity(group)
    parts = {name: clock.split_part(plan, name)[1] for name in plan.rule}
    labels |= {name: clock.LABELS[part] for name, part in parts.items() if part}
    said = [*labels.values()]
    if own := {name: label for name, label in labels.items() if said.count(label) == 1}:
        table.add("labels", inner(own, "what people call them"))
    if days := [name for name, part in parts.items() if part == "weekday"]:
        names = tomlkit.inline_table()
        names.update({str(number): day for number, day in enumerate(clock.WEEKDAYS)})
        table.add("categories", tomlkit.table().add(days[0], names))


def is_hour(column: Column) -> bool:
    """Return whether a column is the hour of the day."""
    return (
        words.words(column.name)[-1:] in (["hr"], ["hour"])
        and column.low == 0
        and column.high == 23
    )


def said_array(plan: Plan, names: list[str]) -> Array:
    """Return names in an array, with a comment where the role does not go without saying."""
    notes = {name: said_of(plan.roles[name]) for name in names}
    if not any(notes.values()):
        return long_array(names)
    array = tomlkit.array()
    for name, said in notes.items():
        array.add_line(name, comment=said or None)
    array.add_line(indent="")
    return array


def said_of(role: Role) -> str:
    """Return what is to be said of a column in its role, or nothing."""
    plain = role.reason in USUAL or role.reason.endswith(" categories")
    said = [] if plain else [role.reason]
    said += ["sensitive: watch its groups"] if "sensitive" in role.flags else []
    said += ["known in time?"] if "late?" in role.flags else []
    return "; ".join(said)


def slices(plan: Plan) -> list[str]:
    """Return the columns by whose groups a score is reported: sensitive ones first."""
    usable = {
        name: plan.column(name)
        for name in plan.named("categorical", "numeric")
        if name not in plan.joined
    }
    sensitive = [name for name in usable if "sensitive" in plan.roles[name].flags]
    groups = [
        name
        for name, column in usable.items()
        if plan.roles[name].role == "categorical"
        and 2 <= column.distinct <= 12
        and column.share_missing < 0.3
    ]
    ranked = sorted(groups, key=lambda name: -plan.roles[name].power)
    return [*dict.fromkeys([*sensitive, *ranked])][: max(3, len(sensitive))]


def split_table(plan: Plan) -> Table:
    """Return how test rows are kept apart."""
    table = tomlkit.table()
    reason, _, more = plan.split.reason.partition("; ")
    add(table, "kind", plan.split.value, reason)
    if plan.split.by:
        add(table, "by", plan.split.by, "" if plan.split.group else more)
    if plan.split.group:
        said = "later rows of one that training rows are about are left out of the test"
        add(table, "group", plan.split.group, f"{more}: {said}" if more else said)
    add(table, "test", 0.2)
    add(table, "folds", plan.folds)
    return table


def rule_table(plan: Plan) -> Table:
    """Return what would be done without a model."""
    table = tomlkit.table()
    if not plan.rule:
        add(table, "kind", "constant", "no single column tells much; do you know better?")
        said = "the usual shares" if plan.kind == "classification" else "the mean of all rows"
        add(table, "label", said)
        return table
    add(
        table,
        "kind",
        "group_mean",
        "the columns that tell most without a model; what is done today?",
    )
    add(table, "by", plan.rule)
    if plan.window:
        add(table, "window", plan.window, "of the training rows, these days tell most")
    add(table, "label", phrases.rule_label(plan))
    return table


def costs_table(plan: Plan) -> Table:
    """Return what mistakes cost: placeholders that follow the shares of the classes."""
    table, mistakes = tomlkit.table(), tomlkit.table()
    add(table, "unit", "points", "better: euros, hours, patients; only you can know")
    names = [*dict.fromkeys(plan.classes.values())]
    if len(names) == 2:
        counts = plan.rows_of_classes()
        ratio = max(2, round(max(counts.values()) / min(counts.values())))
        mistakes.add(names[0], tomlkit.inline_table().append(names[1], 1))
        mistakes.add(names[1], tomlkit.inline_table().append(names[0], ratio))
    else:
        for name in names:
            mistakes.add(name, tomlkit.inline_table().append("other", 1))
    mistakes.comment(
        "an actual class = what it costs to take it for another; a guess, for you to decide"
    )
    table.add("mistakes", mistakes)
    return table


def write(plan: Plan) -> TOMLDocument:
    """Return the settings of a project of any type."""
    from .anomaly import write_anomaly
    from .recommender import write_recommender

    writers = {"anomaly": write_anomaly, "recommender": write_recommender}
    return writers.get(plan.kind, write_supervised)(plan)
