"""Says in words what is wrong with a value, for the service and for batch prediction alike."""

from __future__ import annotations

import textwrap
from typing import Any

from pydantic import BaseModel

LONGEST = 60  # characters of a wrong value that are repeated
WIDEST = 100  # characters of what was wanted; /docs has all values of a long list
PARTS = {("body",), ("query",), ("path",)}  # where FastAPI says that a value was

NOT_JSON = "is not JSON"
SHORT = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this model",
    "model_attributes_type": "should be an object with fields",
    "too_short": "is empty",
}


class Problem(BaseModel):
    """A field, and what is wrong with it."""

    field: str
    problem: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.field}: {self.problem}"


def describe(error: Any) -> Problem:
    """Return a problem from an error of pydantic; its place is written as in `rows[0].age`."""
    place = error["loc"][1:] if error["loc"][:1] in PARTS else error["loc"]
    if error["type"] == "json_invalid":
        place = ()
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return Problem(field=field.lstrip(".") or "body", problem=said(error))


def said(error: Any) -> str:
    """Return what is wrong in words that end with the value, as far as it is short."""
    kind = error["type"]
    if kind == "json_invalid":
        return f"{NOT_JSON}: {error['ctx']['error']}"
    if isinstance(error["input"], bytes):  # FastAPI leaves it so where the header does not say JSON
        return f"{NOT_JSON}: send it with `content-type: application/json`"
    if kind in SHORT:
        return SHORT[kind]
    if error["input"] is None:
        return SHORT["missing"]
    if kind == "too_long":
        most, found = error["ctx"]["max_length"], error["ctx"]["actual_length"]
        return f"should have at most {most:,} items, not {found:,}"
    wanted = error["msg"].removeprefix("Input ").removeprefix("Value error, ")
    wanted, value = textwrap.shorten(wanted, WIDEST, placeholder=" ..."), repr(error["input"])
    return f"{wanted}, not {value if len(value) <= LONGEST else value[:LONGEST] + '...'}"
