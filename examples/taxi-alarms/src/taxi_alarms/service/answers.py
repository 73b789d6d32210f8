"""From rows to answers: the one path of the service, of batch prediction and of their tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel
from sklearn.pipeline import Pipeline

from ..archive import load_histories
from ..explain import reasons
from ..features import make_table
from ..inputs import Input
from ..metric import Vector
from ..project import Settings
from ..reporting.wording import period
from ..results import Results, model_version
from ..storage import load_for_rows
from .schema import find_outside
from .stretches import Histories, check_order, features, go_on


class Context(BaseModel):
    """What all answers of a response share."""

    model_version: str
    threshold: float


class Reason(BaseModel):
    """An input that stands out: its share of what makes the row strange."""

    input: str
    value: str
    typical: str
    share: float


class Answer(BaseModel):
    """A score, the lower the stranger; what stands out is told of alerts.

    `outside` names inputs beyond the training range.
    """

    score: float
    alert: bool
    stands_out: list[Reason]
    outside: list[str]


class Scorer(NamedTuple):
    """The detector, with what is needed to read its answers; `usual` are typical features."""

    settings: Settings
    results: Results
    model: Pipeline
    usual: pd.Series[Any]
    histories: Histories

    @property
    def inputs(self) -> list[Input]:
        """What each feature looked like in the training rows."""
        found: list[Input] = self.results["inputs"]
        return found

    @property
    def threshold(self) -> float:
        """The score from which on downwards a row is an alert."""
        return float(self.results["threshold"]["value"])


def open_scorer(root: Path, settings: Settings, results: Results) -> Scorer:
    """Return the saved detector, ready to answer."""
    usual = {item["name"]: item.get("typical") for item in results["inputs"]}
    if settings.columns.time:
        usual = results["history"]["typical"]
    model, histories = load_for_rows(root, results), load_histories(root, results)
    return Scorer(settings, results, model, pd.Series(usual), histories)


def table(scorer: Scorer, X: pd.DataFrame, *, by_row: bool = True) -> pd.DataFrame:
    """Return what the detector is given; rows of a series go on where the known data end."""
    if not scorer.settings.columns.time:
        return make_table(X, scorer.settings)
    check_order(X, scorer.settings, scorer.histories, by_row=by_row)
    return features(X, scorer.settings, scorer.histories)


def values(scorer: Scorer, X: pd.DataFrame) -> Vector:
    """Return the score of each row."""
    return np.asarray(scorer.model.score_samples(table(scorer, X)))


def columns(scorer: Scorer, X: pd.DataFrame) -> dict[str, Any]:
    """Return the answers as columns; of an alert, what stands out most.

    Rows of a series are remembered: the next piece of the file goes on where this one ends.
    """
    made = table(scorer, X, by_row=False)
    score = np.asarray(scorer.model.score_samples(made))
    alert = score <= scorer.threshold
    told = np.full(len(X), "", dtype=object)
    told[alert] = [
        "; ".join(f"{each.input} {each.value} (usually {each.typical})" for each in found)
        for found in stands_out(scorer, made[alert])
    ]
    if scorer.settings.columns.time:
        scorer.histories.update(go_on(X, scorer.settings, scorer.histories))
    return {"score": score, "alert": alert, "stands_out": told}


def stands_out(scorer: Scorer, made: pd.DataFrame) -> list[list[Reason]]:
    """Return what stands out in each row of the table that the detector is given."""
    if made.empty:
        return []
    found = reasons(scorer.model, made, scorer.usual.reindex(made.columns))
    return [[Reason(input=each.pop("feature"), **each) for each in row] for row in found]


def answers(scorer: Scorer, X: pd.DataFrame) -> list[Answer]:
    """Return an answer for each row; nothing is remembered of a request."""
    made = table(scorer, X)
    score = np.asarray(scorer.model.score_samples(made))
    alert = score <= scorer.threshold
    told = iter(stands_out(scorer, made[alert]))
    return [
        Answer(score=s, alert=a, stands_out=next(told) if a else [], outside=outside)
        for s, a, outside in zip(score, alert, find_outside(X, scorer.inputs), strict=True)
    ]


def number_of(answer: dict[str, Any]) -> float:
    """Return the number in an answer of the service."""
    return float(answer["score"])


def number_in(answers: pd.DataFrame) -> list[float]:
    """Return the same numbers from a table of answers."""
    return answers["score"].tolist()


def context(scorer: Scorer) -> dict[str, Any]:
    """Return what all answers of a response share."""
    return {"model_version": model_version(scorer.results), "threshold": scorer.threshold}


def about(scorer: Scorer) -> dict[str, Any]:
    """Return what the page needs to show an answer."""
    alerts = scorer.settings.alerts
    aims = {
        "budget": f"a budget of {alerts.budget:g} alerts per {period(scorer.settings)}",
        "f1": "the highest F1 on validation rows",
        "cost": "the lowest cost on validation rows",
    }
    return {
        "type": "anomaly",
        "unit": scorer.settings.columns.unit,
        "scores": scorer.results["threshold"]["scores"],
        "aim": aims[alerts.policy],
    }
