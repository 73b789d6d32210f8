"""Rows as they travel: in a request, in the address of the page, in a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from ..predict import score_file
from ..project import Settings, load_settings
from ..results import Results
from ..study import training_rows
from .answers import number_in, number_of, open_scorer, values
from .exchange import Exchange

ROWS = 20


def one_by_one(root: Path, settings: Settings, results: Results) -> list[Exchange]:
    """Return a request for each of some training rows, drawn by chance."""
    X = training_rows(root, settings)
    X = X.iloc[np.sort(np.random.default_rng(0).permutation(len(X))[:ROWS])]
    expected = values(open_scorer(root, settings, results), X)
    return [
        Exchange("POST", "/predict", {"rows": [row]}, [float(value)], last_number, page_of(row))
        for row, value in zip(as_json(X), expected, strict=True)
    ]


def as_json(X: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as a request writes them: dates as text, gaps as null."""
    texts = X.assign(**{
        str(name): X[name].map(pd.Timestamp.isoformat, na_action="ignore")
        for name in X.select_dtypes("datetime")
    })  # fmt: skip
    filled = texts.astype(object).where(texts.notna(), None)
    return [dict(zip(X.columns, row, strict=True)) for row in filled.to_numpy().tolist()]


def page_of(row: dict[str, Any]) -> str:
    """Return the address of the page with the values of a row."""
    return "/#" + urlencode({name: "" if value is None else value for name, value in row.items()})


def last_number(content: Any) -> list[float]:
    """Return the number in the last answer of a response."""
    return [number_of(content["predictions"][-1])]


def batch_answers(root: Path, asked: list[Exchange]) -> list[list[float]]:
    """Return the numbers that `predict` writes for the last row of each request."""
    rows = pd.DataFrame([each.body["rows"][-1] for each in asked if each.body])
    data = load_settings(root).data
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "rows.csv", Path(name) / "answers.csv"
        rows.to_csv(
            source, sep=data.separator, decimal=data.decimal, encoding=data.encoding, index=False
        )
        score_file(root, source, target)
        return [[value] for value in number_in(pd.read_csv(target))]
