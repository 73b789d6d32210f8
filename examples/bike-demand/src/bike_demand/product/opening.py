"""The fitted model, and the one way to its answers: from a file, from a request, for `monitor`."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import compress
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from ..kit import Stop, say, write_file
from ..kit.project import to_dates
from ..kit.results import MODEL, RESULTS, Results, load_model, read_results, stale
from ..kit.settings import Settings, load_settings
from ..train import open_study
from .outcome import answer

FAR = 1e15  # a number beyond it is a mistake, and sums of its square overflow
YEARS = "^(1[7-9]|2[01])[0-9]{2}-"  # nanoseconds count no further; digits alone are no date
LOCAL = AfterValidator(lambda text: datetime.fromisoformat(text).replace(tzinfo=None))
SCHEMA = WithJsonSchema({"type": "string", "format": "date", "pattern": YEARS})
KINDS: dict[str, Any] = {
    "numeric": Annotated[float, Field(strict=True, ge=-FAR, le=FAR, allow_inf_nan=False)],
    "categorical": Annotated[str, Field(max_length=1000)] | Annotated[int, Field(strict=True)],
    "date": Annotated[str, Field(pattern=YEARS), LOCAL, SCHEMA],
    "text": Annotated[str, Field(max_length=10_000)],
}
PROBLEMS = {
    "numeric": f"should be a number between -{FAR:g} and {FAR:g}",
    "date": "should be a date such as 2024-12-31, from 1700 to 2199",
}


def as_category(value: object) -> Any:
    """Return one spelling of a category: pandas writes 1.0 for 1 where a column has gaps."""
    return np.nan if value is None else re.sub(r"^(-?\d+)\.0+$", r"\1", str(value).strip())


COLUMNS: dict[Any, Callable[[Any], Any]] = {  # from checked values, None where there is a gap
    "numeric": lambda values: np.array(values, float),
    "categorical": lambda values: np.array([as_category(each) for each in values], object),
    "date": lambda values: pd.to_datetime([*values]).to_numpy(),
    "text": lambda values: np.array([each or "" for each in values], object),
}


class Predictor:
    """The fitted model, with what it needs to answer."""

    def __init__(self, settings: Settings, results: Results, model: Any) -> None:
        self.settings, self.results, self.model = settings, results, model
        self.version = str(results["train"]["model"]["sha256"][:12])
        ranked = results.get("diagnose", {}).get("importance", [])
        weight = {each["feature"]: each["mean"] for each in ranked}
        inputs = sorted(results["train"]["inputs"], key=lambda item: -weight.get(item["name"], 0))
        self.inputs: list[dict[str, Any]] = inputs  # what features look like in training rows
        self.kinds = {item["name"]: item["kind"] for item in inputs}
        self.typical = {item["name"]: item["typical"] for item in inputs}

    def row(self) -> Any:
        """Return the type of a row: every feature and no other, null where nothing is known."""
        fields: dict[str, Any] = {}
        for at, item in enumerate(self.inputs):  # x0, x1: not every name is one in Python
            named = Field(alias=item["name"], title=item["label"])
            fields[f"x{at}"] = (KINDS[item["kind"]] | None, named)
        return create_model("Row", __config__=ConfigDict(extra="forbid"), **fields)

    def read_pieces(self, path: Path) -> Iterator[pd.DataFrame]:
        """Yield the rows of a CSV file as they are written, some at a time, by their numbers."""
        data, declared = self.settings.data, {*self.settings.columns.declared}
        read: Any = {**data.read, "dtype": str, "chunksize": 10_000, "skipfooter": 0}
        try:
            with pd.read_csv(path, skipinitialspace=True, index_col=False, **read) as pieces:
                for piece in filter(len, pieces):  # a file without rows is one empty piece
                    for name, (first, *others) in data.join.items():
                        if {first, *others} <= {*piece}:
                            piece[name] = piece[first].str.cat(piece[others], sep=" ")
                    if absent := ", ".join(repr(name) for name in self.kinds if name not in piece):
                        raise Stop(f"the file has no column {absent}", "leave it empty, not out")
                    if twice := [name for name in self.kinds if f"{name}.1" in {*piece} - declared]:
                        raise Stop(f"the file has {twice[0]!r} twice", "leave one column of each")
                    yield piece.set_axis(piece.index + 1).rename_axis("row")
        except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
            message = f"{path} cannot be read as a table: {str(error).strip()}"
            raise Stop(message, "[data.read] in project.toml says how it is read") from None

    def table(self, rows: Sequence[BaseModel]) -> pd.DataFrame:
        """Return checked rows of a request as the model expects them."""
        columns = zip(*(vars(row).values() for row in rows), strict=True)
        each = zip(self.kinds.items(), columns, strict=True)
        return pd.DataFrame({name: COLUMNS[kind](values) for (name, kind), values in each})

    def read(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return rows as the model expects them, and the invalid values, which become gaps."""
        X = pd.DataFrame({name: self.convert(raw[name], kind) for name, kind in self.kinds.items()})
        wrong: Any = raw[X.columns].where(X.isna()).stack().dropna()  # noqa: PD013
        problems = wrong.rename_axis(["row", "column"]).reset_index("column", name="value")
        problems["problem"] = problems["column"].map(self.kinds).map(PROBLEMS)
        return X, problems

    def convert(self, written: Any, kind: str) -> Any:
        """Return a column of texts with the type of its kind."""
        data = self.settings.data
        if kind == "numeric":
            digits = written.str.strip(f"{data.strip.get(written.name, '')} ")
            digits = digits.str.replace(data.read.get("thousands") or "\0", "", regex=False)
            digits = digits.str.replace(data.read.get("decimal", "."), ".", regex=False)
            numbers = pd.to_numeric(digits, errors="coerce").astype(float)
            return numbers.where(numbers.abs() <= FAR)
        if kind == "date":
            return to_dates(written, data.dates.get(written.name, "ISO8601"))
        given = written.astype(object).where(written.notna(), None)
        return pd.Series(COLUMNS[kind](given), written.index)

    def outside(self, X: pd.DataFrame) -> Any:
        """Return where a value is beyond the training range, a new category or new kind of gap."""
        new = np.zeros(X.shape, dtype=bool)
        for kind in {"numeric", "date"} & {*self.kinds.values()}:
            index = [i for i, item in enumerate(self.inputs) if item["kind"] == kind]
            ends = ([self.inputs[i].get(end) for i in index] for end in ("low", "high"))
            values, (low, high) = X.iloc[:, index].to_numpy(), map(COLUMNS[kind], ends)
            new[:, index] = (values < low) | (values > high)
        for i, item in enumerate(self.inputs):
            if item["kind"] == "categorical":
                new[:, i] = ~X.iloc[:, i].isin([each["value"] for each in item["categories"]])
        return np.where(X.isna(), [not item["gaps"] for item in self.inputs], new)

    def answer(self, X: pd.DataFrame) -> dict[str, Any]:
        """Return the columns of the answers, and which inputs are unlike anything in training."""
        outside = [[*compress(self.kinds, row)] for row in self.outside(X)]
        return answer(self.model, X, self.results, self.settings) | {"outside": outside}

    def score(self, piece: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a line for each row of a file, and the values that cannot be read."""
        X, problems = self.read(piece)
        answers = pd.DataFrame(self.answer(X), X.index)
        answers["outside"] = answers["outside"].str.join("; ")
        return answers.drop(problems.index).reindex(X.index), problems

    def known_rows(self) -> pd.DataFrame:
        """Return the training rows of this study."""
        return open_study(self.settings)[0].rows


def open_model() -> Predictor:
    """Return the saved model; one that cannot answer the typical row is not opened."""
    settings, results = load_settings(), read_results("train")
    try:
        for change in stale(results, settings.data.file):
            say(f"notice: {change}; the answers are still those of the model before")
        predictor = Predictor(settings, results, load_model(results))
        predictor.answer(predictor.table([predictor.row().model_validate(predictor.typical)]))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        message = f"the model of {RESULTS} gives no answer: {type(error).__name__} {error}"
        raise Stop(message, "run `reproduce`: results, code and model do not match") from None
    return predictor


def find_examples(predictor: Predictor) -> list[dict[str, Any]]:
    """Return real rows with their target, kept beside the model for machines without data."""
    path, settings = MODEL.with_name(f"examples-{predictor.version}.json"), predictor.settings
    if not path.exists() and settings.data.file.exists():
        names = [*predictor.kinds, settings.columns.target]
        rows = predictor.known_rows().filter(names).sample(40, replace=True, random_state=0)
        text = rows.drop_duplicates().to_json(orient="records", date_format="iso", date_unit="s")
        write_file(path, text.encode())
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []
