"""What an update rewrites of the learner's own files: project.toml, to the keys of new templates.

Values stay, and so do comments. What new templates do not read is taken out and stands as a comment
at the end: the file is strict, and an unknown key would stop every command. So would a table that
is asked for and missing: the rule of thumb, which templates before 1.3 looked for themselves.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, MutableMapping
from typing import Any

from .leftovers import Schema, comment_out

Read = Callable[[str], bytes | None]
SETTINGS = "project.toml"

# Old place, new place. Later ones may build on earlier ones.
RENAMED = (
    ("project.success_improvement", "project.goal"),
    ("data.separator", "data.read.sep"),
    ("data.decimal", "data.read.decimal"),
    ("data.encoding", "data.read.encoding"),
    ("data.na_values", "data.read.na_values"),
    ("data.names", "data.read.names"),
    ("items.separator", "items.read.sep"),
    ("items.encoding", "items.read.encoding"),
    ("items.names", "items.read.names"),
    ("windows", "history"),
    ("columns.types", "columns.id"),  # kinds of anomaly: still declared, still no features
)
MADE = ("data.read", "data.join", "items.read")  # tables that 0.x does not know
# What the invented data are called: place, old value, new value.
INVENTED = (
    ("data.source", "sample:ratings", "invented_visits.csv"),
    ("columns.item", "item", "film"),
    ("columns.time", "time", "day"),
    ("columns.time_format", "seconds", "%Y-%m-%d %H:%M:%S"),
)
NOT_INVENTED = ("items", "columns.rating", "feedback.relevant")  # 1.0 invents visits only
# In files of attributes, cases and votes: 1.0 names the columns in project.toml.
VOTES = (("items.item", "attribute", "code"), ("columns.item", "attribute", "code"))
VOTES_COLUMNS = ("kind", "code", "number", "title", "address", "more")
# How the parts of a date are written, in data that come with the tool.
FORMATS = {
    ("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"): "%Y %B %d",
}
GOAL = "against the rule of thumb now, no more against one number for all rows: set it anew"
JOINED = "with blanks between them: say under [data.dates] how that is written, as in %Y %m %d"
RULE = "rule_of_thumb"
LOOKED_UP = "taken so far without a word: what would be done without a model?"
GONE = "Templates 1.0 do not read these any more:"
GONE_SINCE = "The templates do not read these any more:"


def migrate_to_one(schema: Schema, read: Read) -> dict[str, bytes | None]:
    """Return project.toml with the keys of 1.0, whose JSON schema is `schema`.

    A file that cannot be read stays as it is: the project's own commands say what is wrong with it.
    """
    import tomlkit

    document = parse(read)
    if document is None:
        return {}
    present = {place for place in MADE if table_at(document, place)}
    for old, new in RENAMED:
        rename(document, old, new)
    if "goal" in document["project"]:
        document["project"]["goal"].comment(GOAL)
    invented = str(table_at(document, "data").get("source", "")).startswith("sample:")
    name_files(document)
    join_dates(document)
    write_conditions(document)
    shorten_labels(document)
    declare_rule(document, schema)
    comment_out(document, schema, GONE, NOT_INVENTED if invented else ())
    for place in MADE:
        if place not in present and (table := table_at(document, place)):
            table.add(tomlkit.nl())
    return {SETTINGS: tomlkit.dumps(document).encode()}


def migrate_within_one(schema: Schema, read: Read) -> dict[str, bytes | None]:
    """Return project.toml of 1.0 or later as `schema`, that of a later release, asks for it."""
    import tomlkit

    document = parse(read)
    if document is None:
        return {}
    declare_rule(document, schema)
    comment_out(document, schema, GONE_SINCE)
    return {SETTINGS: tomlkit.dumps(document).encode()}


def parse(read: Read) -> Any:
    """Return project.toml as a document; None where that is none of a project."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse((read(SETTINGS) or b"").decode())
    except (UnicodeDecodeError, TOMLKitError):
        return None
    return document if isinstance(document.get("project"), MutableMapping) else None


def table_at(document: Any, place: str) -> Any:
    """Return the table at `place`; an empty one that is not in `document` where there is none."""
    for name in filter(None, place.split(".")):
        document = document.get(name)
        if not isinstance(document, MutableMapping):
            return {}
    return document


def put(document: Any, place: str, value: object) -> None:
    """Write `value` at `place`, whose tables are made where they are missing."""
    import tomlkit

    *tables, last = place.split(".")
    for name in tables:
        if name not in document:
            document[name] = tomlkit.table()
        document = document[name]
    document[last] = value


def rename(document: Any, old: str, new: str) -> None:
    """Move the value at the place `old` to `new`; a list joins the one that is there."""
    place, _, name = old.rpartition(".")
    table = table_at(document, place)
    if name in table:
        value, (place, _, last) = table.pop(name), new.rpartition(".")
        before = table_at(document, place).get(last)
        put(document, new, [*before, *value] if isinstance(before, list) else value)


def replace(document: Any, place: str, old: object, new: object) -> None:
    """Write `new` at `place`, if `old` stands there."""
    place, _, name = place.rpartition(".")
    table = table_at(document, place)
    if table.get(name) == old:
        table[name] = new


def name_files(document: Any) -> None:
    """Say what was left to the code: that data are invented, or how their columns are called."""
    data = table_at(document, "data")
    if str(data.get("source", "")).startswith("sample:"):
        for place, old, new in INVENTED:
            replace(document, place, old, new)
        put(document, "data.demo", value=True)
    if data.get("layout") == "dst":
        for place, old, new in VOTES:
            replace(document, place, old, new)
        for table in ("data", "items"):
            if table_at(document, table) and "names" not in table_at(document, f"{table}.read"):
                put(document, f"{table}.read.names", list(VOTES_COLUMNS))


def join_dates(document: Any) -> None:
    """Tell columns that are joined to a date from the format of that date."""
    import tomlkit

    dates = table_at(document, "data.dates")
    joined = {name: parts for name, parts in dates.items() if isinstance(parts, list)}
    if joined:
        put(document, "data.join", tomlkit.table())
    for name in joined:
        parts = dates.pop(name)
        document["data"]["join"][name] = parts
        if written := FORMATS.get(tuple(parts)):
            dates[name] = written
        else:
            parts.comment(JOINED)
    if joined and not dates:
        del document["data"]["dates"]


def write_conditions(document: Any) -> None:
    """Write the rules for rows to remove as conditions of pandas, each below its reason."""
    import tomlkit

    columns, data = table_at(document, "columns"), table_at(document, "data")
    texts = {columns.get(role) for role in ("user", "item", "rating", "time")}
    rules = data.get("remove")
    if not isinstance(rules, list):
        return
    conditions, left = tomlkit.table(), tomlkit.aot()
    for number, rule in enumerate(list(rules), 1):
        if where := condition(rule, texts):
            reason = str(rule.get("reason", f"rule {number}"))
            conditions[reason] = where
            if note := rule["column"].trivia.comment:
                conditions[reason].comment(note)
        else:
            left.append(rule)
    data["remove"] = conditions
    if left:
        data["remove_by_hand"] = left  # no key of 1.0: it becomes a comment


def condition(rule: Any, texts: set[str]) -> str:
    """Return the condition that a rule is; nothing where it is none, or one already.

    Columns in `texts` are read as they are written; others can be numbers by the time of the rule.
    """
    name = str(rule.get("column", ""))
    column = name if name.isidentifier() and not keyword.iskeyword(name) else f"`{name}`"
    text = column if name in texts else f"{column}.astype('str')"
    if not name or "`" in name:
        return ""
    if rule.get("empty"):
        return f"{column}.isna()"
    if "at_most" in rule:
        number = f"{column}.astype('float')" if name in texts else column
        return f"{number} <= {rule['at_most'].as_string()}"
    if "matches" in rule:
        return f"{text}.str.fullmatch({str(rule['matches'])!r})"
    return ""


def shorten_labels(document: Any) -> None:
    """Write the labels of anomalies as 1.0 reads those of the file: 1 for what was 1.0."""
    labels = table_at(document, "labels").get("anomaly")
    for place, label in enumerate(labels if isinstance(labels, list) else []):
        if isinstance(label, str):
            labels[place] = re.sub(r"^(-?\d+)\.0+$", r"\1", label)


def declare_rule(document: Any, schema: Schema) -> None:
    """Write down the rule of thumb where `schema` asks for one and none is declared.

    It is the one that the templates took so far: the mean of the group that is looked at first.
    """
    import tomlkit

    columns = table_at(document, "columns")
    if RULE in document or RULE not in schema.get("required", ()) or not columns:
        return
    roles = ("slices", "categorical", "numeric")
    named = [name for role in roles for name in columns.get(role, ())]
    table, label = tomlkit.table(), "the mean of all earlier rows"
    if named:
        words = str(named[0]).replace("_", " ")
        said = table_at(columns, "labels").get(named[0], words)
        table.add("by", [named[0]])
        label = f"the mean of earlier rows with a similar {said}"
    table.add("label", label)
    table.comment(LOOKED_UP)
    document.add(tomlkit.nl())
    document.add(RULE, table)
