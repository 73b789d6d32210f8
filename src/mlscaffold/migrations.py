"""What an update rewrites of the learner's own files: project.toml of 0.x, to the keys of 1.0.

Values stay, and so do comments. What 1.0 does not read is taken out and stands as a comment at the
end: the file is strict, and an unknown key would stop every command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

Read = Callable[[str], bytes | None]
Schema = Mapping[str, Any]
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
)
GOAL = "against the rule of thumb now, no more against one number for all rows: set it anew"


def migrate_to_one(schema: Schema, read: Read) -> dict[str, bytes | None]:
    """Return project.toml with the keys of 1.0, whose JSON schema is `schema`.

    A file that cannot be read stays as it is: the project's own commands say what is wrong with it.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    content = read(SETTINGS)
    try:
        document = tomlkit.parse((content or b"").decode())
    except (UnicodeDecodeError, TOMLKitError):
        return {}
    if not isinstance(document.get("project"), MutableMapping):
        return {}
    for old, new in RENAMED:
        rename(document, old.split("."), new.split("."))
    if "goal" in document["project"]:
        document["project"]["goal"].comment(GOAL)
    gone = list(prune(document, schema, schema, ()))
    if gone:
        document.add(tomlkit.nl())
        document.add(tomlkit.comment("Templates 1.0 do not read these any more:"))
        for line in "".join(map(written, gone)).splitlines():
            document.add(tomlkit.comment(line))
    return {SETTINGS: tomlkit.dumps(document).encode()}


Gone = tuple[tuple[str, ...], Any]  # its place, its value


def written(gone: Gone) -> str:
    """Return a value with its place and its comments, as it stood in the file."""
    from tomlkit.items import AoT, Table

    place, value = ".".join(gone[0]), gone[1]
    if isinstance(value, AoT):
        return "".join(f"[[{place}]]\n{table.as_string().rstrip()}\n" for table in value)
    if isinstance(value, Table):
        return f"[{place}]\n{value.as_string().rstrip()}\n"
    return f"{place} = {value.as_string()}{value.trivia.comment_ws}{value.trivia.comment}\n"


def rename(document: MutableMapping[str, Any], old: list[str], new: list[str]) -> None:
    """Move the value at the place `old` to `new`, whose last table is made where it is missing."""
    import tomlkit

    table: Any = document
    for name in old[:-1]:
        table = table.get(name)
        if not isinstance(table, MutableMapping):
            return
    if old[-1] not in table:
        return
    value = table.pop(old[-1])
    target: Any = document
    for name in new[:-1]:
        if name not in target:
            target[name] = tomlkit.table()
        target = target[name]
    target[new[-1]] = value


def prune(
    table: MutableMapping[str, Any], schema: Schema, whole: Schema, place: tuple[str, ...]
) -> Iterator[Gone]:
    """Take what `schema` does not allow out of `table`; yield its place and value."""
    schema = resolve(schema, whole)
    known = schema.get("properties", {})
    for name in list(table):
        here = (*place, name)
        allowed = known.get(name, schema.get("additionalProperties", True))
        if allowed is False or not accepts(allowed, table[name], whole):
            value = table.pop(name)
            yield here, value
        elif isinstance(table[name], MutableMapping) and isinstance(allowed, Mapping):
            yield from prune(table[name], allowed, whole, here)


def resolve(schema: Any, whole: Schema) -> Schema:
    """Return the object that a schema stands for: what it refers to, or what is not null."""
    while isinstance(schema, Mapping):
        if "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        elif forms := [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]:
            schema = forms[0] if len(forms) == 1 else {}
        else:
            return schema
    return {}


def accepts(schema: Any, value: object, whole: Schema) -> bool:
    """Tell whether a key with this schema takes `value`, going by lists and tables alone."""
    kind = resolve(schema, whole).get("type")
    if kind == "object":
        inner = resolve(schema, whole).get("additionalProperties")
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            return all(accepts(inner, each, whole) for each in value.values())
        return isinstance(value, Mapping)
    if kind == "array":
        return isinstance(value, list)
    return not (
        kind in {"string", "number", "integer", "boolean"} and isinstance(value, list | dict)
    )
