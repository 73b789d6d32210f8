"""Leaves out of project.toml what the templates at hand do not know."""

from __future__ import annotations

from typing import Any

import tomlkit
from tomlkit.toml_document import TOMLDocument

from ..errors import MlscaffoldError

Schema = dict[str, Any]
UNUSED = "free text: no model of this type reads it"


def newest_schema(kind: str) -> Schema:
    """Return the schema of the newest templates; an empty one where they have none."""
    from ..schemas import project_schema

    try:
        return project_schema(kind)
    except MlscaffoldError:
        return {}


def fit(document: TOMLDocument, schema: Schema) -> TOMLDocument:
    """Return the document without keys that the schema does not allow.

    Columns of text that no model reads are left out with that reason, not silently.
    """
    if schema:
        columns = document.get("columns", {})
        known = properties(schema, schema.get("properties", {}).get("columns", {}))
        if "text" in columns and known and "text" not in known:
            drop = columns.setdefault("drop", tomlkit.table())
            for name in columns["text"]:
                drop[name] = UNUSED
                document.get("known_at_prediction", {}).pop(name, None)
        prune(document, schema, schema)
    return document


def knows_groups(schema: Schema) -> bool:
    """Return whether templates know `split.group`, and parts of dates as a rule of thumb."""
    return "group" in properties(schema, schema.get("properties", {}).get("split", {}))


def prune(table: Any, part: Schema, schema: Schema) -> None:
    """Remove from a table, and from those in it, what is not among the allowed keys."""
    known = properties(schema, part)
    if not known:
        return
    for key in [key for key in table if key not in known]:
        del table[key]
    for key, value in table.items():
        if isinstance(value, dict):
            prune(value, known[key], schema)


def properties(schema: Schema, part: Schema) -> Schema:
    """Return the allowed keys of a table, or none where any key is allowed."""
    while "$ref" in part or "allOf" in part or "anyOf" in part:
        choice = part.get("allOf") or part.get("anyOf") or [part]
        reference = next((each["$ref"] for each in choice if "$ref" in each), "")
        if not reference:
            return {}
        part = schema["$defs"][reference.rsplit("/", 1)[-1]]
    found: Schema = part.get("properties", {})
    return found
