"""The fitted model, and the one way to its answers: from a file, from a request, for `monitor`."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from ..kit import Stop, say, write_file
from ..kit.results import MODEL, RESULTS, Results, load_model, read_results, stale
from ..kit.settings import Settings, load_settings
from ..split import prepare
from .outcome import answer, find_disorder, move_on, put_next

Column = Any  # pandas' own types do not tell columns of text from others
FAR = 1e15  # a number beyond it is a mistake, and sums of its square overflow
YEARS = "^(1[7-9]|2[01])[0-9]{2}-"  # nanoseconds count no further; digits alone are no date
SCHEMA = WithJsonSchema({"type": "string", "format": "date", "pattern": YEARS})
KINDS: dict[str, Any] = {
    "numeric": Annotated[float, Field(strict=True, ge=-FAR, le=FAR, allow_inf_nan=False)],
    "categorical": Annotated[str, Field(max_length=1000)] | Annotated[int, Field(strict=True)],
    "date": Annotated[str, Field(pattern=YEARS), AfterValidator(datetime.fromisoformat), SCHEMA],
    "text": Annotated[str, Field(max_length=10_000)],
}
PROBLEMS = {
    "numeric": f"should be a number between -{FAR:g} and {FAR:g}",
    "date": "should be a date such as 2024-12-31, from 1700 to 2199",
}


def as_word(value: object) -> str:
    """Return a category as one spelling: programs write 1.0 for 1 where a column has gaps."""
    return re.sub(r"^(-?\d+)\.0+$", r"\1", str(value).strip())


class Opened(NamedTuple):
    """The model of these results, ready to answer."""

    settings: Settings
    results: Results
    model: Any
    inputs: list[dict[str, Any]]  # what features look like in the training rows
    version: str

    def row(self) -> type[BaseModel]:
        """Return the type of a row: every feature and no other, null where nothing is known."""
        fields: dict[str, Any] = {}
        for at, item in enumerate(self.inputs):  # x0, x1: not every name is one in Python
            named = Field(alias=item["name"], title=item["label"])
            fields[f"x{at}"] = (KINDS[item["kind"]] | None, named)
        return create_model("Row", __config__=ConfigDict(extra="forbid"), **fields)

    def read_pieces(self, path: Path) -> Iterator[pd.DataFrame]:
        """Yield the rows of a CSV file as they are written, some at a time, by their numbers."""
        data, names = self.settings.data, [item["name"] for item in self.inputs]
        read: Any = {**data.read, "dtype": str, "chunksize": 10_000, "skipfooter": 0}
        try:
            with pd.read_csv(path, skipinitialspace=True, **read) as pieces:
                for piece in filter(len, pieces):  # a file without rows is one empty piece
                    for name, (first, *others) in data.join.items():
                        if {first, *others} <= {*piece}:
                            piece[name] = piece[first].str.cat(piece[others], sep=" ")
                    if absent := [repr(name) for name in names if name not in piece]:
                        said = f"the file has no column {', '.join(absent)}"
                        raise Stop(said, "every input is needed, if only as an empty column")
                    yield piece.set_axis(piece.index + 1).rename_axis("row")
        except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
            said = f"{path} cannot be read as a table: {str(error).strip()}"
            raise Stop(said, "it is read by [data.read] of project.toml, as the data are") from None

    def read(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return rows as the model expects them, and each value that is a gap now: it was wrong."""
        kinds = {item["name"]: item["kind"] for item in self.inputs}
        X = pd.DataFrame({name: self.convert(raw[name], kind) for name, kind in kinds.items()})
        given = raw[[*kinds]]
        rows, places = np.nonzero((given.notna() & X.isna()).to_numpy())
        wrong = {"value": given.to_numpy()[rows, places], "column": X.columns[places]}
        problems = pd.DataFrame(wrong, X.index[rows])
        problems["problem"] = [PROBLEMS[kinds[name]] for name in problems["column"]]
        return X, pd.concat([problems, find_disorder(self.model, X, self.settings)])

    def convert(self, written: Column, kind: str) -> Column:
        """Return a column of texts with the type of its kind; requests bring numbers and dates."""
        data = self.settings.data
        if kind == "numeric" and pd.api.types.is_numeric_dtype(written):
            return written
        if kind == "numeric":
            plain = written.str.strip(f"{data.strip.get(written.name, '')} ")
            plain = plain.str.replace(data.read.get("thousands") or "\0", "", regex=False)
            plain = plain.str.replace(data.read.get("decimal", "."), ".", regex=False)
            numbers = pd.to_numeric(plain, errors="coerce").astype(float)
            return numbers.where(numbers.abs() <= FAR)
        if kind == "date":
            form = data.dates.get(written.name, "ISO8601")
            moments: Column = pd.to_datetime(written, errors="coerce", format=form, utc=True)
            return moments.dt.tz_localize(None).where(moments.dt.year.between(1700, 2199))
        words: Column = written.map(as_word, na_action="ignore").astype(object)
        return words.fillna("") if kind == "text" else words

    def unlike(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return where a value is beyond the training range, a new category or new kind of gap."""
        found = {}
        for item in self.inputs:
            values = X[item["name"]].to_numpy()
            gap, new = pd.isna(values), np.full(len(X), fill_value=False)
            if item["kind"] == "categorical":
                known = {each["value"] for each in item["categories"]}
                new = np.array([value not in known for value in values])
            elif item.get("low") is not None:
                low, high = np.array([item["low"], item["high"]], values.dtype)
                new = (values < low) | (values > high)
            found[item["name"]] = np.where(gap, not item["gaps"], new)
        return pd.DataFrame(found, X.index)

    def answer(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the answer for each row, and which inputs are unlike all that training had."""
        new = self.unlike(X)
        told = pd.Series([new.columns[row].tolist() for row in new.to_numpy()], X.index)
        return answer(self.model, X, self.results, self.settings).assign(outside=told)

    def score(self, piece: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a line for each row of a file, and the values that cannot be read."""
        X, problems = self.read(piece)
        answers = self.answer(X)
        move_on(self.model, X, self.settings)  # later pieces follow this one
        answers["outside"] = answers["outside"].str.join("; ")
        return answers.drop(problems.index).reindex(X.index), problems

    def known_rows(self) -> pd.DataFrame:
        """Return the training rows of this study."""
        return prepare(self.settings).train.rows


def open_model() -> Opened:
    """Return the saved model; one that cannot answer the typical row is not opened."""
    settings, results = load_settings(), read_results("train")
    try:
        for change in stale(results, settings.data.file):
            say(f"notice: {change}; the answers are still those of the model before")
        train, model = results["train"], load_model(results)
        ranked = results.get("diagnose", {}).get("importance", [])
        weight = {each["feature"]: each["mean"] for each in ranked}
        inputs = sorted(train["inputs"], key=lambda item: -weight.get(item["name"], 0))
        inputs = put_next(model, inputs)
        opened = Opened(settings, results, model, inputs, train["model"]["sha256"][:12])
        typical = {item["name"]: [item["typical"]] for item in inputs}
        opened.answer(opened.read(pd.DataFrame(typical))[0])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        said = f"the model of {RESULTS} gives no answer: {type(error).__name__} {error}"
        raise Stop(said, "run `reproduce`: results, code and model do not fit together") from None
    return opened


def find_examples(opened: Opened) -> list[dict[str, Any]]:
    """Return real rows with their target, kept beside the model for machines without data."""
    kept, settings = MODEL.with_name(f"examples-{opened.version}.json"), opened.settings
    if not kept.exists() and settings.data.file.exists():
        names = [*(item["name"] for item in opened.inputs), settings.columns.target]
        rows = opened.known_rows().filter(names).sample(40, replace=True, random_state=0)
        text = rows.drop_duplicates().to_json(orient="records", date_format="iso", date_unit="s")
        write_file(kept, text.encode())
    return list(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else []
