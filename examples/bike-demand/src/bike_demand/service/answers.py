"""From rows to answers: the one path of the service, of batch prediction and of their tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pydantic import BaseModel
from sklearn.pipeline import Pipeline

from ..inputs import Input
from ..intervals import half_widths
from ..metric import Vector, predict
from ..project import Settings
from ..results import Results, model_version
from ..storage import load_for_rows
from .schema import find_outside


class Context(BaseModel):
    """What all answers of a response share."""

    model_version: str
    unit: str
    coverage: float


class Answer(BaseModel):
    """A prediction with its interval; `outside` names inputs beyond the training range."""

    value: float
    low: float
    high: float
    outside: list[str]


class Scorer(NamedTuple):
    """The model, with what is needed to read its answers."""

    settings: Settings
    results: Results
    model: Pipeline

    @property
    def inputs(self) -> list[Input]:
        """What each feature looked like in the training rows."""
        found: list[Input] = self.results["inputs"]
        return found


def open_scorer(root: Path, settings: Settings, results: Results) -> Scorer:
    """Return the saved model, ready to answer."""
    return Scorer(settings, results, load_for_rows(root, results))


def values(scorer: Scorer, X: pd.DataFrame) -> Vector:
    """Return the number in each answer."""
    return predict(scorer.model, X)


explained = values  # what the effects of inputs are effects on


def columns(scorer: Scorer, X: pd.DataFrame) -> dict[str, Any]:
    """Return the answers as columns."""
    value = values(scorer, X)
    width = half_widths(value, scorer.results["intervals"])
    return {"value": value, "low": value - width, "high": value + width}


def answers(scorer: Scorer, X: pd.DataFrame) -> list[Answer]:
    """Return an answer for each row."""
    found = columns(scorer, X) | {"outside": find_outside(X, scorer.inputs)}
    return [
        Answer(value=value, low=low, high=high, outside=outside)
        for value, low, high, outside in zip(*found.values(), strict=True)
    ]


def number_of(answer: dict[str, Any]) -> float:
    """Return the number in an answer of the service."""
    return float(answer["value"])


def number_in(answers: pd.DataFrame) -> list[float]:
    """Return the same numbers from a table of answers."""
    return answers["value"].tolist()


def context(scorer: Scorer) -> dict[str, Any]:
    """Return what all answers of a response share."""
    return {
        "model_version": model_version(scorer.results),
        "unit": scorer.settings.columns.unit,
        "coverage": scorer.settings.metric.coverage,
    }


def about(scorer: Scorer) -> dict[str, Any]:
    """Return what the page needs to show an answer."""
    columns, target = scorer.settings.columns, scorer.results["data"]["target"]
    kept = ("min", "p10", "median", "p90", "max")
    return {
        "type": "regression",
        "unit": columns.unit,
        "coverage": scorer.settings.metric.coverage,
        "target": {"name": columns.target} | {key: target[key] for key in kept},
    }
