"""From rows to answers: the one path of the service, of batch prediction and of their tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel
from sklearn.pipeline import Pipeline

from ..calibration import apply
from ..costs import decide
from ..inputs import Input
from ..metric import Vector, predict
from ..project import Settings
from ..results import Results, model_version
from ..storage import load_for_rows
from .schema import find_outside


class Context(BaseModel):
    """What all answers of a response share; without a threshold the cheapest class is decided."""

    model_version: str
    threshold: float | None
    cost_unit: str


class Answer(BaseModel):
    """Probabilities as calibrated, and the decision under the stated costs.

    `expected_cost` is that of the decision; `outside` names inputs beyond the training range.
    """

    probabilities: dict[str, float]
    decision: str
    expected_cost: float
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


def probabilities(scorer: Scorer, X: pd.DataFrame) -> Vector:
    """Return a row of probabilities for each row, as they are used."""
    return apply(predict(scorer.model, X), scorer.results["calibration"])


def values(scorer: Scorer, X: pd.DataFrame) -> Vector:
    """Return the number in each answer that is compared: the probability of the last class."""
    return np.asarray(probabilities(scorer, X)[:, -1])


def explained(scorer: Scorer, X: pd.DataFrame) -> Vector:
    """Return what the effects of inputs are effects on: the probability of the class to find.

    Of more than two classes it is the one decided for the first row.
    """
    p, costs = probabilities(scorer, X), scorer.settings.matrix()
    first = decide(p[:1], costs, scorer.results["policy"]["threshold"])[0]
    return np.asarray(p[:, 1 if len(costs) == 2 else first])


def columns(scorer: Scorer, X: pd.DataFrame) -> dict[str, Any]:
    """Return the answers as columns: a probability for each class, the decision and its cost."""
    settings, p = scorer.settings, probabilities(scorer, X)
    costs = settings.matrix()
    decided = decide(p, costs, scorer.results["policy"]["threshold"])
    return {f"p({name})": p[:, code] for code, name in enumerate(settings.names)} | {
        "decision": np.array(settings.names, dtype=object)[decided],
        "expected_cost": (p * costs[:, decided].T).sum(axis=1),
    }


def answers(scorer: Scorer, X: pd.DataFrame) -> list[Answer]:
    """Return an answer for each row."""
    found = columns(scorer, X)
    decisions, costs = found.pop("decision"), found.pop("expected_cost")
    rows = zip(*found.values(), strict=True)
    outside = find_outside(X, scorer.inputs)
    return [
        Answer(
            probabilities=dict(zip(scorer.settings.names, p, strict=True)),
            decision=decision, expected_cost=cost, outside=beyond,
        )
        for p, decision, cost, beyond in zip(rows, decisions, costs, outside, strict=True)
    ]  # fmt: skip


def number_of(answer: dict[str, Any]) -> float:
    """Return the number in an answer of the service that is compared."""
    return float([*answer["probabilities"].values()][-1])


def number_in(answers: pd.DataFrame) -> list[float]:
    """Return the same numbers from a table of answers."""
    return answers[[name for name in answers if str(name).startswith("p(")][-1]].tolist()


def context(scorer: Scorer) -> dict[str, Any]:
    """Return what all answers of a response share."""
    return {
        "model_version": model_version(scorer.results),
        "threshold": scorer.results["policy"]["threshold"],
        "cost_unit": scorer.settings.costs.unit,
    }


def about(scorer: Scorer) -> dict[str, Any]:
    """Return what the page needs to show an answer."""
    names = scorer.settings.names
    return {"type": "classification", "classes": names, "focus": names[1]} | {
        "threshold": scorer.results["policy"]["threshold"],
        "rule": scorer.results["policy"]["rule"],
        "cost_unit": scorer.settings.costs.unit,
    }
