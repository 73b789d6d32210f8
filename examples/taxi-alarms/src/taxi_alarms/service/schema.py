"""The row that the model expects, as a type: the service and batch prediction check with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Optional

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from ..inputs import Input

LARGEST = 1e15  # a number beyond it is a mistake, and sums of its square overflow
LONGEST_TEXT = 10_000


class Row(BaseModel):
    """One row: every feature and no other. Made from what training rows looked like."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def make_row(inputs: Sequence[Input]) -> type[Row]:
    """Return the type of a row; `x0`, `x1`, ... stand for names that Python does not allow."""
    fields: dict[str, Any] = {
        f"x{place}": (kind_of(item), Field(alias=item["name"], **facts(item)))
        for place, item in enumerate(inputs)
    }
    return create_model("Row", __base__=Row, **fields)


def kind_of(item: Input) -> Any:
    """Return the type of one feature; a gap is allowed where training rows had some."""
    numbers = Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)
    kinds: dict[str, Any] = {
        "number": Annotated[float, numbers],
        "category": Literal[tuple(item.get("values", ()))],
        "date": Annotated[datetime if item.get("time") else date, *WRITTEN],
        "text": Annotated[str, Field(max_length=LONGEST_TEXT)],
    }
    kind = kinds[item["kind"]]
    return Optional[kind] if item["missing"] else kind  # noqa: UP045 - also of an empty Literal


def written(value: Any) -> Any:
    """Refuse numbers, which would be read as seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("should be a date such as 2024-12-31")
    return value


def on_the_clock(moment: date) -> date:
    """Return the time that the clock shows: the data know no time zones."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


WRITTEN = (BeforeValidator(written), AfterValidator(on_the_clock))


def facts(item: Input) -> dict[str, Any]:
    """Return what the documentation says about a feature."""
    known: dict[str, Any] = {"examples": [example(item)]}
    if "low" in item:
        known["description"] = f"{item['low']} to {item['high']} in the training rows"
    return known


def example(item: Input) -> Any:
    """Return the typical value as a request would write it."""
    value: Any = item.get("typical")
    return value[:10] if value and item["kind"] == "date" and not item["time"] else value


def make_frame(rows: Sequence[Row], inputs: Sequence[Input]) -> pd.DataFrame:
    """Return rows as the table that the model was fitted to, column by column."""
    return pd.DataFrame({
        item["name"]: as_column([getattr(row, f"x{place}") for row in rows], item["kind"])
        for place, item in enumerate(inputs)
    })  # fmt: skip


def as_column(values: list[Any], kind: str) -> Any:
    """Return values of one feature with the type of its column."""
    if kind == "number":
        return np.array(values, dtype=float)
    if kind == "date":
        return np.array(values, dtype="datetime64[us]")
    return np.array([np.nan if value is None else value for value in values], dtype=object)


def find_outside(frame: pd.DataFrame, inputs: Sequence[Input]) -> list[list[str]]:
    """Return for each row the numbers and dates that lie outside of the training range."""
    found: list[list[str]] = [[] for _ in range(len(frame))]
    for kind, dtype in (("number", "float"), ("date", "datetime64[us]")):
        ranged = [item for item in inputs if item["kind"] == kind and "low" in item]
        if not ranged:
            continue
        values = frame[[item["name"] for item in ranged]].to_numpy(dtype)
        low, high = (np.array([item[end] for item in ranged], dtype) for end in ("low", "high"))
        for row, column in np.argwhere((values < low) | (values > high)):
            found[row].append(ranged[column]["name"])
    return found
