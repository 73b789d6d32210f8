"""JSON schemas of results.json, which is the same for all types, and of each type's project.toml.

A type's schema is what its own settings say. They import what projects install and the tool does
not, so `templates/schemas/TYPE.json` keeps it; a test holds the two together.
"""

from __future__ import annotations

import json
from typing import Any

from .catalog import Catalog
from .errors import MlscaffoldError
from .store import open_store


def results_schema() -> dict[str, Any]:
    """Return the schema of `reports/results.json`."""
    from .contract import Results

    return Results.model_json_schema()


def project_schema(project_type: str) -> dict[str, Any]:
    """Return the schema of `project.toml` of a type, in the newest template release."""
    catalog = Catalog(open_store().newest)
    path = catalog.template / "schemas" / f"{catalog.project_type(project_type).name}.json"
    try:
        schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise MlscaffoldError(
            f"these templates have no schema for `{project_type}`", "upgrade `mlscaffold-cli`"
        ) from None
    return schema
