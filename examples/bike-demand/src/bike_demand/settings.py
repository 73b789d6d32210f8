"""Reads project.toml into checked, typed tables; an error names key, line, value and the fix."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .command import ProjectError

Share = Annotated[float, Field(gt=0, lt=1)]
Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table of project.toml: unknown keys are errors, types are not guessed, values stay."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Project(Table):
    """What is asked, who decides, and what was called a success before the first model."""

    title: Text
    question: Text
    decision: Text
    decision_maker: Text
    success: Text
    success_improvement: Share


class Data(Table):
    """Where the data is from, what may be done with it, and how its file is read."""

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
    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    na_values: list[str] = Field(default_factory=list)
    duplicates: Annotated[str, Field(pattern="^(keep|remove)$")] = "keep"

    def file(self, root: Path) -> Path:
        """Return where the data lies: in the project's `data/`, which git ignores."""
        name = self.source.removeprefix("sklearn:")
        return root / "data" / (name if name == self.source else f"{name}.csv")


class Monitor(Table):
    """When new data call for somebody's attention, and what is done then."""

    psi: Annotated[float, Field(gt=0)] = 0.2  # of a column, beyond what chance gives
    significance: Share = 0.01  # chance of a false alarm over all columns
    worse: Share = 0.1  # share by which the error on new labels may exceed that of validation
    retrain: Text = "Find the cause first; fit again once enough new rows have labels."


Model = TypeVar("Model", bound=BaseModel)


def read_settings(path: Path, kind: type[Model]) -> Model:
    """Return the content of `path` as `kind`."""
    try:
        text = path.read_text(encoding="utf-8")
        return kind.model_validate(tomllib.loads(text))
    except FileNotFoundError:
        hint = "run the command in the folder of the project"
        raise ProjectError(f"there is no {path.name} here", hint) from None
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path.name} is not valid TOML: {error}", "correct that line") from None
    except ValidationError as error:
        # A misspelt key is also a missing one; the unknown one is the cause.
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        place = tuple(str(part) for part in first["loc"])
        line = f", line {line_of(text, place)}, {'.'.join(place)}" if place else ""
        where = f"{path.name}{line}"
        raise ProjectError(f"{where}: {said(first)}", fix(first, kind)) from None


def said(error: Any) -> str:
    """Return in words what is wrong with a value."""
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return "missing"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"{error['msg'][0].lower()}{error['msg'][1:]}, not {error['input']!r}"


def fix(error: Any, kind: type[BaseModel]) -> str:
    """Return the keys that are allowed where one is wrong or missing, or a plain request."""
    if error["type"] not in {"missing", "extra_forbidden"}:
        return "correct this value in project.toml"
    table: Any = kind
    for part in error["loc"][:-1]:
        table = table.model_fields[part].annotation
    return f"keys allowed here: {', '.join(table.model_fields)}"


def line_of(text: str, place: tuple[str, ...]) -> int:
    """Return the line where the key at `place` stands, or that of its table, or 1."""
    table, found, lines = "", 1, text.splitlines()
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = header[1].strip()
            if table == ".".join(place[: table.count(".") + 1]):
                found = number
        key = re.match(r"\s*(\"[^\"]+\"|[\w-]+)\s*=", line)
        depth = table.count(".") + 1 if table else 0
        if key and place[: depth + 1] == (*table.split("."), key[1].strip('"'))[-depth - 1 :]:
            return number
    return found
