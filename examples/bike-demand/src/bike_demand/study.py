"""The training rows and the chosen model, as every question of `diagnose` needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .comparison import validate
from .data import load
from .models import Rung, find_rung
from .project import Settings
from .results import Results
from .split import Folds, folds, split


class Study(NamedTuple):
    """The training rows with everything that the questions below are asked about."""

    settings: Settings
    rows: pd.DataFrame
    X: pd.DataFrame
    y: pd.Series[float]
    folds: Folds
    rung: Rung
    parameters: dict[str, Any]

    def model(self, seed: int | None = None) -> Pipeline:
        """Return the chosen model, unfitted."""
        seed = self.settings.split.seed if seed is None else seed
        return self.rung.make(self.settings, seed, **self.parameters)

    def mean_score(self, model: Pipeline, parts: Folds) -> float:
        """Return the mean validation loss of `model` over `parts`."""
        done = validate(model, self.X, self.y, parts)
        return float(np.mean(done.scores(self.settings.metric.name, self.y)))


def training_rows(root: Path, settings: Settings) -> pd.DataFrame:
    """Return what the model was given to learn from, without the target."""
    return split(load(root, settings)[0], settings)[0][settings.columns.features]


def prepare(root: Path, settings: Settings, results: Results) -> Study:
    """Return the training rows and the chosen rung as `train` left it."""
    rows, _ = split(load(root, settings)[0], settings)
    chosen = find_rung(results["choice"]["chosen"])
    X, y = rows[settings.columns.features], rows[settings.columns.target]
    parts, parameters = folds(rows, y, settings.split), results["choice"]["parameters"]
    return Study(settings, rows, X, y, parts, chosen, parameters)
