"""Rows as requests, with the answers that the detector gave when it was fitted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..data import load
from ..history import begin, features_after
from ..project import Settings
from ..results import Results
from ..series import names_of
from ..storage import load_for_rows
from .exchange import Exchange
from .forms import ROWS, as_json, batch_answers, last_number, one_by_one, page_of

__all__ = ["batch_answers", "exchanges"]


def exchanges(root: Path, settings: Settings, results: Results) -> list[Exchange]:
    """Return requests: for each of some training rows drawn by chance, or for a growing stretch."""
    if settings.columns.time:
        return stretches(root, settings, results)
    found = one_by_one(root, settings, results)
    return sorted(found, key=lambda each: each.expected)  # the strangest is shown on the page


def stretches(root: Path, settings: Settings, results: Results) -> list[Exchange]:
    """Return requests with one row more each: right after a series ends, its last week again.

    What is expected comes from the whole series, as in training, not from what was remembered.
    """
    frame, time = load(root, settings)[0], settings.columns.time
    names = names_of(frame, settings)
    whole = frame[names == names.iloc[-1]]
    first, last, step = whole[time].iloc[0], whole[time].iloc[-1], whole[time].diff().median()
    ago = min(pd.Timedelta(days=7), last - first + step)
    new = whole[whole[time] > last - ago].head(ROWS)
    new = new.assign(**{time: new[time] + ago})
    X = features_after(begin(whole, settings), pd.concat([whole, new]), settings).tail(len(new))
    expected, rows = load_for_rows(root, results).score_samples(X), as_json(new[settings.given])
    page = page_of(rows[0])
    return [
        Exchange("POST", "/predict", {"rows": rows[:place]}, [float(value)], last_number, page)
        for place, value in enumerate(expected, 1)
    ]
