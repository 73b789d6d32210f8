"""What the detector says of rows, and what it remembers of the series that they continue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from ..data import series_of
from ..features import follow
from ..kit.intervals import Vector
from ..kit.results import Results
from ..kit.settings import Settings
from ..models import average_precision, strangeness
from ..split import prepare
from ..train import Saved
from .rows import Inputs

Example = dict[str, Any]


class Answer(BaseModel):
    """How strange a row is, and whether that is worth a look."""

    strangeness: float
    alert: bool
    outside: list[str]  # inputs that are like none of the training rows


def answer(model: Saved, X: pd.DataFrame, _: Results, settings: Settings) -> pd.DataFrame:
    """Return score and alert of each row; one that a series cannot take next has none."""
    rows = in_order(model, X, settings)
    strange = pd.Series(np.nan, X.index)
    if len(rows):
        table, _ = follow(model.past, rows, settings)
        strange.loc[rows.index] = strangeness(model.detector, table)
    return pd.DataFrame({"strangeness": strange, "alert": strange >= model.threshold})


def in_order(model: Saved, X: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows that series can take next, in order of time; of a table all rows."""
    if not settings.columns.time:
        return X
    fine = ~X.index.isin(find_disorder(model, X, settings).index)
    return X[fine].sort_values(settings.columns.time, kind="stable")


def find_disorder(model: Saved, X: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return a line for each row of a series that is not later than what is known of it."""
    found = pd.DataFrame({"value": "", "column": settings.columns.time, "problem": ""}, X.index)
    if not settings.columns.time:
        return found[:0]
    time, names = X[settings.columns.time], series_of(X, settings)
    last = names.map({name: history.rows.index[-1] for name, history in model.past.items()})
    again = pd.DataFrame({"name": names, "time": time}).duplicated()
    found["problem"] = "should follow " + last.astype(str) + " of its series within a year, once"
    found.loc[last.isna(), "problem"] = "belongs to a series that training had not"
    due = (time > last) & (time < last + pd.Timedelta(366, "D")) & ~again
    return found.assign(value=time.astype(str))[~due]


def move_on(model: Saved, X: pd.DataFrame, settings: Settings) -> None:
    """Add rows to what is known of their series."""
    if len(rows := in_order(model, X, settings)):
        model.past.update(follow(model.past, rows, settings)[1])


def put_next(model: Saved, inputs: Inputs) -> Inputs:
    """Return the inputs with the moment at which the next row of a series is due as typical."""
    ends = [history.rows.index[-2:] for history in model.past.values()]
    due = str(max((both[-1] + (both[-1] - both[0])).isoformat() for both in ends)) if ends else ""
    return [item | ({"typical": due} if item["kind"] == "date" else {}) for item in inputs]


def as_next(model: Saved, examples: list[Example], settings: Settings) -> list[Example]:
    """Return rows of the past as if they came next, at their own time of the week."""
    if not (name := settings.columns.time):
        return examples
    end, week = max(each.rows.index[-1] for each in model.past.values()), pd.Timedelta(7, "D")
    found = []
    for example in examples:
        then = pd.Timestamp(example["row"][name])
        moved = then + week * (max(0, (end - then) // week) + 1)
        found.append(example | {"row": example["row"] | {name: moved.isoformat()}})
    return found


def about(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the page needs to show an answer; no difference below `precision` counts."""
    threshold = results["train"]["threshold"]["threshold"]
    size = abs(threshold) or 1.0
    return {"threshold": threshold, "precision": float(10 ** np.floor(np.log10(size / 50)))}


def known_rows(settings: Settings) -> pd.DataFrame:
    """Return the training rows of this study."""
    return prepare(settings).train.rows


def read_target(raw: Any, settings: Settings) -> Any:
    """Return 1 for an anomaly, 0 for another label, a gap where there is none."""
    said = raw.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    return said.isin(settings.labels.anomaly).astype(float).where(raw.notna())


def score(_: str, y: Vector, told: Vector) -> float:
    """Return the average precision, as `train` measures it."""
    return average_precision(y, told)
