"""Rows from outside as the model expects them: of a request, of a file, of what `monitor` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from ..kit import Stop
from ..kit.project import Data

Column = Any  # pandas' own types do not tell columns of text from others
Inputs = Sequence[dict[str, Any]]  # what features look like in the training rows: `train` says it
FAR = 1e15  # a number beyond it is a mistake, and sums of its square overflow
FIRST, LAST = pd.Timestamp(1700, 1, 1), pd.Timestamp(2261, 12, 31)  # nanoseconds count no further
DATE = {"type": "string", "format": "date", "pattern": "^(1[7-9]|2[01])"}
KINDS: dict[str, Any] = {
    "numeric": Annotated[float, Field(strict=True, ge=-FAR, le=FAR, allow_inf_nan=False)],
    "categorical": Annotated[str, Field(max_length=1000)] | Annotated[int, Field(strict=True)],
    "date": Annotated[str, WithJsonSchema(DATE)],
    "text": Annotated[str, Field(max_length=10_000)],
}
PROBLEMS = {
    "numeric": f"should be a number between -{FAR:g} and {FAR:g}",
    "date": f"should be a date such as 2024-12-31, from {FIRST.year} to {LAST.year}",
}


def make_row(inputs: Inputs) -> type[BaseModel]:
    """Return the type of a row: every feature and no other, null where nothing is known."""
    fields: dict[str, Any] = {}
    for place, item in enumerate(inputs):  # x0, x1, ... stand for names that Python does not allow
        facts = Field(alias=item["name"], title=item["label"], examples=[item["typical"]])
        fields[f"x{place}"] = (KINDS[item["kind"]] | None, facts)
    return create_model("Row", __config__=ConfigDict(extra="forbid"), **fields)


def read_pieces(path: Path, data: Data) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV file as they are written, some at a time, by their numbers."""
    read: Any = {**data.read, "dtype": str, "chunksize": 10_000, "skipfooter": 0}
    try:
        with pd.read_csv(path, skipinitialspace=True, **read) as pieces:
            for piece in filter(len, pieces):  # a file without rows is one empty piece
                yield piece.set_axis(piece.index + 1).rename_axis("row")
    except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
        said = f"{path} cannot be read as a table: {str(error).strip()}"
        raise Stop(said, "it is read by [data.read] of project.toml, as the data are") from None


def conform(raw: pd.DataFrame, inputs: Inputs, data: Data) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the inputs with their types, and a line for each value that cannot be read.

    Such a value is a gap from then on, and a column that is absent is nothing but gaps.
    """
    columns, problems = {}, []
    for item in inputs:
        name, said = item["name"], PROBLEMS.get(item["kind"])
        written: Column = raw[name] if name in raw else pd.Series(None, raw.index, dtype=str)
        columns[name] = values = typed(written, item["kind"], data)
        lost = written[written.notna() & values.isna()].to_frame("value")
        problems.append(lost.assign(column=name, problem=said))
    return pd.DataFrame(columns), pd.concat(problems)


def typed(written: Column, kind: str, data: Data) -> Column:
    """Return one column with the type of its kind; numbers may be numbers already."""
    if kind == "numeric" and written.dtype != float:
        plain = written.str.strip(f"{data.strip.get(written.name, '')} ")
        plain = plain.str.replace(data.read.get("thousands") or "\0", "", regex=False)
        plain = plain.str.replace(data.read.get("decimal", "."), ".", regex=False)
        written = pd.to_numeric(plain, errors="coerce").astype(float)
    if kind == "numeric":
        return written.where(written.abs() <= FAR)
    if kind == "date":
        form = data.dates.get(written.name, "ISO8601")
        moments: Column = pd.to_datetime(written, errors="coerce", format=form, utc=True)
        return moments.dt.tz_localize(None).where(lambda moment: moment.between(FIRST, LAST))
    words = written.map(str, na_action="ignore").astype(object)
    # Programs write 1.0 for 1 where a column has gaps.
    return words.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)


def unlike(X: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return where a value is beyond the training range, a new category or a new kind of gap."""
    found = {}
    for item in inputs:
        values: Column = X[item["name"]]
        known = values.notna()
        if item["kind"] == "categorical":
            known = values.isin([each["value"] for each in item["categories"]])
        elif item["low"] is not None:
            known = values.between(item["low"], item["high"])
        found[item["name"]] = ~known & (values.notna() | (not item["gaps"]))
    return pd.DataFrame(found)
