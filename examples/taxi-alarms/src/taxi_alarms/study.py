"""The three parts of the rows, with the features of each, as every step needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .data import load
from .features import make_table
from .metric import Vector
from .models import Rung
from .project import Settings
from .series import warmed_up
from .split import Rows, card, split


class Part(NamedTuple):
    """Rows as they are in the files, the table that detectors are given, and labels if any."""

    rows: pd.DataFrame
    X: pd.DataFrame
    y: Vector

    def take(self, places: Rows) -> Part:
        """Return some of the rows."""
        return Part(self.rows.iloc[places], self.X.iloc[places], self.y[places])

    def normal(self) -> Part:
        """Return the rows that somebody labelled as normal."""
        return self.take(np.flatnonzero(self.y == 0))

    def labelled(self) -> Part:
        """Return the rows that somebody labelled."""
        return self.take(np.flatnonzero(~np.isnan(self.y)))


class Study(NamedTuple):
    """The rows to fit to, those to set the threshold on, and those to test on."""

    settings: Settings
    train: Part
    validation: Part
    test: Part
    facts: dict[str, Any]

    @property
    def fitted(self) -> Part:
        """The training rows that detectors are fitted to: all, or those known to be normal."""
        return self.train.normal() if self.settings.labels.fit == "normal" else self.train

    def fit(self, rung: Rung, seed: int | None = None, X: pd.DataFrame | None = None) -> Pipeline:
        """Return a detector fitted to the training rows, or to others, without their labels."""
        seed = self.settings.split.seed if seed is None else seed
        return rung.make(self.settings, seed).fit(self.fitted.X if X is None else X)


def training_rows(root: Path, settings: Settings) -> pd.DataFrame:
    """Return the training rows as a request or a file brings them."""
    return prepare(root, settings).train.rows[settings.given]


def prepare(root: Path, settings: Settings) -> Study:
    """Return the study as project.toml declares it."""
    frame, facts = load(root, settings)
    X, ready = make_table(frame, settings), warmed_up(frame, settings)
    if not ready.all():
        rule = "first rows of each series, which set its level: not scored"
        facts["cleaning"].append({"rule": rule, "rows": int((~ready).sum())})
    frame, X = frame[ready], X[ready]
    cut = split(frame, settings)
    y = frame[settings.columns.target] if settings.labelled else pd.Series(np.nan, frame.index)
    everything = Part(frame, X, y.to_numpy(dtype=float))
    train, validation, test = (everything.take(places) for places in cut)
    return Study(settings, train, validation, test, facts | card(frame, cut, settings))
