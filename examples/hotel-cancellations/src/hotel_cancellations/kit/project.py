"""What project.toml says about the project and its data file; fetches and reads that file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import numpy as np
import pandas as pd
import pooch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sklearn import datasets

from . import Stop, write_file

Share = Annotated[float, Field(gt=0, lt=1)]
Text = Annotated[str, Field(min_length=1)]
SMALL = "breast_cancer", "diabetes", "digits", "iris", "wine"  # come with scikit-learn
Keyword = Literal[
    "sep", "encoding", "decimal", "thousands", "skiprows", "header", "names", "na_values",
    "skipfooter", "comment",
]  # fmt: skip


class Table(BaseModel):
    """A table of project.toml: unknown keys are errors, types are not guessed, values stay."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @classmethod
    def load(cls, path: Path = Path("project.toml")) -> Self:
        """Return the content of `path`; name every value that is wrong at once."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise Stop(f"there is no {path} here", "run this in the project's folder") from None
        except ValidationError as error:
            mistakes = "\n  ".join(describe_error(each, cls) for each in error.errors())
            raise Stop(f"{path}:\n  {mistakes}", "correct these values") from None
        except ValueError as error:  # of tomllib, or bytes that are not UTF-8
            raise Stop(f"{path} is not valid TOML: {error}", "correct that line") from None


class Project(Table):
    """The question, who decides what with the answer, and what was called a success in advance."""

    title: Text
    question: Text
    decision_maker: Text
    decision: Text
    success: Text
    goal: Share  # by which share the rule of thumb must be beaten


class Data(Table):
    """Where the data come from, what may be done with them, and how the file is read."""

    source: Text
    url: str = ""
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    licence: Text
    licence_url: str = ""
    citation: str = ""
    homepage: str = ""
    retrieved: str = ""
    description: Text
    demo: bool = False
    duplicates: Literal["keep", "remove"] = "keep"
    read: dict[Keyword, Any] = Field(default_factory=dict)  # for `pandas.read_csv`
    dates: dict[str, Text] = Field(default_factory=dict)  # column = strptime format
    join: dict[str, list[Text]] = Field(default_factory=dict)  # new column = columns to join
    strip: dict[str, Text] = Field(default_factory=dict)  # column = characters around its numbers
    made_from: dict[str, Any] = Field(default_factory=dict)  # how the tool made the file

    @property
    def file(self) -> Path:
        """Where the data lie: in the project's `data/`, which git ignores."""
        name = self.source.removeprefix("sklearn:")
        return Path("data") / (name if name == self.source else f"{name}.csv")


def describe_error(error: Any, table: Any) -> str:
    """Return in words what is wrong with a value, and which keys are allowed in its place."""
    for name in error["loc"][:-1]:
        if field := getattr(table, "model_fields", {}).get(name):
            table = (get_args(field.annotation) or [field.annotation])[0]  # without `| None`
    place = ".".join(map(str, error["loc"]))  # empty where tables disagree
    if error["type"] == "extra_forbidden":
        return f"{place}: unknown key; allowed here: {', '.join(table.model_fields)}"
    given = error["input"]  # a whole table where a key is missing or tables disagree
    found = "" if isinstance(given, dict | BaseModel) else f", not {given!r}"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}{found}".removeprefix(": ")


def fetch(data: Data) -> Path:
    """Return the data file, downloaded first if missing; refuse one with another checksum."""
    path = data.file
    if path.stem in SMALL and data.source.startswith("sklearn:") and not path.exists():
        scaled = {"scaled": False} if path.stem == "diabetes" else {}
        table = getattr(datasets, f"load_{path.stem}")(as_frame=True, **scaled).frame
        write_file(path, table.convert_dtypes().to_csv(index=False, lineterminator="\n").encode())
    elif data.url and not path.exists():
        try:
            pooch.retrieve(data.url, data.sha256 or None, path.name, path.parent)
        except (OSError, ValueError) as error:  # no network, an error of the server, other bytes
            hint = f"download it by hand and save it as {path}"
            raise Stop(f"{data.url}: {str(error).splitlines()[0]}", hint) from None
    if not path.exists():
        raise Stop(f"there is no {path}", "put the file there, or correct data.source or data.url")
    if data.sha256 and pooch.file_hash(str(path)) != data.sha256:
        hint = f"bring the old file back, or record the new one: `mlscaffold data {path}`"
        raise Stop(f"{path} is not the file whose SHA-256 is data.sha256", hint)
    return path


def read_table(path: Path, data: Data, text: list[str]) -> pd.DataFrame:
    """Return the file as a table with numbered rows; the columns `text` stay as written."""
    raw: Any = {"dtype": dict.fromkeys([*text, *data.dates, *data.strip], str), "index_col": False}
    try:
        frame = arrange(pd.read_csv(path, skipinitialspace=True, **raw, **data.read), data)
    except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
        hint = "compare its first lines with [data] in project.toml"
        raise Stop(f"{path} cannot be read as a table: {str(error).strip()}", hint) from None
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")  # to look a case up later
    return frame


def arrange(frame: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Return the rows with columns joined, and numbers stripped of surrounding characters."""
    for name, parts in data.join.items():
        frame[name] = frame[parts].astype(str).agg(" ".join, axis=1)
    for name in data.strip.keys() & set(frame):
        plain = frame[name].str.strip(f"{data.strip[name]} ")
        plain = plain.str.replace(data.read.get("thousands", "\0"), "", regex=False)
        frame[name] = plain.str.replace(data.read.get("decimal", "."), ".", regex=False)
    return frame


def check_columns(frame: pd.DataFrame, declared: list[str]) -> None:
    """Refuse a file whose columns are not exactly the declared ones; name all that differ."""
    wrong = [f"the data have no column {name!r}" for name in declared if name not in frame]
    wrong += [f"column {name!r} is not declared" for name in frame if name not in declared]
    if wrong:
        raise Stop("; ".join(wrong), "give it a role in [columns], or a reason in [columns.drop]")


def numbers(column: pd.Series[Any]) -> pd.Series[float]:
    """Return a column as numbers, infinite ones as missing; name the first row without one."""
    found = pd.to_numeric(column, errors="coerce").where(lambda x: np.isinf(x) | (x.abs() <= 1e15))
    refuse(column, found, "a number up to 1e15", "another role, or data.read.na_values, helps")
    return found.astype(float).replace([np.inf, -np.inf], np.nan)


def to_dates(column: pd.Series[str], written: str) -> pd.Series[Any]:
    """Return texts or moments as dates without an offset; none from 1700 to 2199 is a gap."""
    local = column.replace(r"(:\d\d(\.\d+)?) ?(Z|[+-]\d\d(:?\d\d)?)$", r"\1", regex=True)
    try:
        found = pd.to_datetime(local, errors="coerce", format=written.replace("%z", "").strip())
    except (ValueError, re.error) as error:  # no such directive, or one twice
        raise Stop(f"{written!r}: {error}", 'write a date format as "%d.%m.%Y %H:%M"') from None
    return found.dt.tz_localize(None).where(found.dt.year.between(1700, 2199))


def dates(column: pd.Series[str], written: str | None) -> pd.Series[Any]:
    """Return a column as dates, read by the strptime format `written` or as ISO 8601."""
    hint = f'write its format: [data.dates] {column.name} = "%d.%m.%Y"'
    return refuse(column, to_dates(column, written or "ISO8601"), "a date from 1700 to 2199", hint)


def refuse(before: pd.Series[Any], after: pd.Series[Any], wanted: str, hint: str) -> pd.Series[Any]:
    """Return a converted column; stop where a value was there and could not be converted."""
    lost = before[after.isna() & before.notna()]
    if len(lost):
        place = f"column {before.name!r}, row {lost.index[0]}: {lost.tolist()[0]!r}"
        raise Stop(f"{place} is not {wanted} ({len(lost)} such values)", hint)
    return after
