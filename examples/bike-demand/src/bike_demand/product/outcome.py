"""What the model answers for rows, and what the page needs to show it."""

from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from ..kit.results import Results
from ..kit.settings import Settings
from ..models import half_widths, predict


class Answer(BaseModel):
    """A prediction, and the interval that the actual value falls into for most such rows."""

    value: float
    low: float
    high: float
    outside: list[str]  # inputs that are like none of the training rows


def answer(model: Any, X: pd.DataFrame, results: Results, _: Settings) -> dict[str, Any]:
    """Return value and interval of each row; where no target is negative, no interval is."""
    value, train = predict(model, X), results["train"]
    half = half_widths(value, train["conformal"])
    floor = 0.0 if train["data"]["target"]["min"] >= 0 else -np.inf
    return {"value": value, "low": np.maximum(value - half, floor), "high": value + half}


def about(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the page needs to show an answer; no difference below `precision` counts."""
    target = results["train"]["data"]["target"]
    size = target["p90"] - target["p10"] or abs(target["max"]) or 1.0
    precision = float(10 ** np.floor(np.log10(size / 50)))
    return {**target, "coverage": settings.metric.coverage, "precision": precision}
