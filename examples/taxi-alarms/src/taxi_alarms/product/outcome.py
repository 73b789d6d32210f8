"""What the detector says of rows, and what it remembers of the series that they continue."""

from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from ..data import series_of
from ..features import make_features
from ..kit.results import Results
from ..kit.settings import Settings
from ..models import strangeness
from ..train import Saved

Rows = list[dict[str, Any]]


class Answer(BaseModel):
    """How strange a row is, and whether that is worth a look."""

    strangeness: float
    alert: bool
    outside: list[str]  # inputs that are like none of the training rows


def answer(model: Saved, X: pd.DataFrame, _: Results, settings: Settings) -> dict[str, Any]:
    """Return score and alert of each row; one that a series cannot take next has none."""
    rows, scores = next_rows(model, X, settings), pd.Series(np.nan, X.index)
    if len(rows):
        table, _ = make_features(model.past, rows, settings)
        scores.loc[rows.index] = strangeness(model.detector, table)
    return {"strangeness": scores.to_numpy(), "alert": (scores >= model.threshold).tolist()}


def update_history(model: Saved, X: pd.DataFrame, settings: Settings) -> None:
    """Add rows to what is known of their series: later ones are judged by them."""
    if len(rows := next_rows(model, X, settings)):
        model.past.update(make_features(model.past, rows, settings)[1])


def next_rows(model: Saved, X: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rows that series can take next, in order of time; of a table all rows."""
    late = find_out_of_order(model, X, settings).index
    return X.drop(late).sort_values(settings.columns.time or [], kind="stable")


def find_out_of_order(model: Saved, X: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return a line for each row of a series that is not later than what is known of it."""
    if not (column := settings.columns.time):
        return pd.DataFrame()
    names, time = series_of(X, settings), X[column]
    last = names.map({name: history.rows.index[-1] for name, history in model.past.items()})
    repeated = pd.DataFrame({"name": names, "time": time}).duplicated()
    valid = (time > last) & (time < last + pd.Timedelta(366, "D")) & ~repeated
    problem = "should follow " + last.astype(str) + " of its series within a year, once"
    problem = problem.where(last.notna(), "belongs to a series that training had not")
    problems = pd.DataFrame({"value": time.astype(str), "column": column, "problem": problem})
    return problems[~valid]


def set_next_time(model: Saved, inputs: Rows) -> Rows:
    """Return the inputs with the moment at which the next row of a series is due as typical."""
    ends = [history.rows.index[-2:] for history in model.past.values()]
    due = str(max((both[-1] + (both[-1] - both[0])).isoformat() for both in ends)) if ends else ""
    moment = {"date": {"typical": due}}
    return [{"categories": []} | item | moment.get(item["kind"], {}) for item in inputs]


def to_future(model: Saved, examples: Rows, settings: Settings) -> Rows:
    """Return rows of the past as if they came next, at their own time of the week."""
    if not (name := settings.columns.time):
        return examples
    end, week = max(each.rows.index[-1] for each in model.past.values()), pd.Timedelta(7, "D")
    before = [pd.Timestamp(row[name]) for row in examples]
    times = [then + week * max(1, (end - then) // week + 1) for then in before]
    return [row | {name: time.isoformat()} for row, time in zip(examples, times, strict=True)]


def about(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the page needs to show an answer; no difference below `precision` counts."""
    threshold = results["train"]["threshold"]["threshold"]
    size = abs(threshold) or 1.0
    return {"threshold": threshold, "precision": float(10 ** np.floor(np.log10(size / 50)))}
