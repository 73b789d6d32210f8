"""What the model says of rows, and how that is compared with what came later."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import BaseModel, model_validator

from ..costs import decide
from ..data import load
from ..kit.results import Results
from ..kit.settings import Settings
from ..models import predict, score
from ..split import split

__all__ = ["Answer", "about", "answer", "known_rows", "predict", "read_target", "score"]


class Answer(BaseModel):
    """The class to act on, which follows from the costs of mistakes, and what is how probable."""

    decision: str
    probabilities: dict[str, float]
    outside: list[str]  # inputs that are like none of the training rows

    @model_validator(mode="before")
    @classmethod
    def gather(cls, columns: dict[str, Any]) -> dict[str, Any]:
        """Take the probabilities out of the columns of a table."""
        rest = {name: columns[name] for name in ("decision", "outside")}
        shares = {name: value for name, value in columns.items() if name not in rest}
        return rest | {"probabilities": shares}


def answer(model: Any, X: pd.DataFrame, results: Results, settings: Settings) -> pd.DataFrame:
    """Return the decision and the probability of each class for each row."""
    p, names = predict(model, X), settings.names
    decided = decide(p, settings.cost_matrix(), results["train"]["policy"]["threshold"])
    found = pd.DataFrame(p, X.index, names)
    found.insert(0, "decision", [names[code] for code in decided])
    return found


def about(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the page needs to show an answer; no difference below `precision` counts."""
    threshold = results["train"]["policy"]["threshold"]
    return {"classes": settings.names, "threshold": threshold, "precision": 0.001}


def known_rows(settings: Settings) -> pd.DataFrame:
    """Return the training rows of this study."""
    return split(load(settings)[0], settings)[0]


def read_target(raw: Any, settings: Settings) -> Any:
    """Return the place of the class of new rows; what is no declared class is missing."""
    said = raw.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    return said.map(settings.codes).astype(float)
