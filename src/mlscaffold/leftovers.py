"""What the schema of a TOML file does not allow in it, taken out and kept as comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

Schema = Mapping[str, Any]
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


def comment_out(document: Any, schema: Schema, title: str, others: tuple[str, ...] = ()) -> None:
    """Let what `schema` does not allow in `document` stand at its end, as comments below `title`.

    So do `others`, places that it would allow. Tables that are left empty go, too.
    """
    import tomlkit

    gone = list(prune(document, schema, schema, ()))
    for place in others:
        *tables, name = place.split(".")
        table = document
        for each in tables:
            table = table.get(each, {})
        if name in table:
            gone.append(((*tables, name), take(table, name)))
    if gone:
        document.add(tomlkit.nl())
        document.add(tomlkit.comment(title))
        for line in "".join(map(written, gone)).splitlines():
            document.add(tomlkit.comment(line))


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
            yield here, take(table, name)
        elif isinstance(table[name], MutableMapping) and isinstance(allowed, Mapping):
            yield from prune(table[name], allowed, whole, here)


def take(table: MutableMapping[str, Any], name: str) -> Any:
    """Take a value out of `table`; a truth value, too, which tomlkit gives without its comment."""
    import tomlkit

    value = getattr(table, "item", table.get)(name)
    del table[name]
    return tomlkit.item(value)


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
