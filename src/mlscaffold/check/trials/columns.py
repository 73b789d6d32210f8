"""Columns by which rows could be divided: moments, and names that come back."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

MOST = 2  # of each kind
NAMES = re.compile(
    r"(?:^|[ _])(?:id|no|nr|number|key|code)(?:$|[ _])|(?-i:[a-z](?:ID|Id|No)$)"
    r"|customer|user|client|patient|person|machine|device|store|shop|account|station|agent|company|host",
    re.IGNORECASE,
)


def find_moments(frame: pd.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    """Return the column of dates with the most values, as numbers."""
    found = {}
    for name in names:
        moments = as_moments(frame[name])
        if moments is not None:
            found[name] = moments
    best = sorted(found, key=lambda name: -len(np.unique(found[name])))[:1]
    return {name: found[name] for name in best}


def as_moments(values: Any) -> Any:
    """Return dates as numbers, or nothing where values are no dates."""
    if values.dtype.kind != "M":
        if values.dtype.kind in "biuf" or values.nunique() < 20:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas tells how it guesses a format
            values = pd.to_datetime(values, errors="coerce", utc=True)
    if values.isna().any() or values.nunique() < 20:
        return None
    return values.to_numpy().astype("int64")


def find_groups(frame: pd.DataFrame, names: Iterable[str], kept: Collection[str]) -> dict[str, Any]:
    """Return columns whose values come back in some rows each, as customers and patients do.

    A number is a name only where its column says so: counts come back as well.
    """
    found: dict[str, Any] = {}
    for name in names:
        values = frame[name]
        count, rows = values.nunique(), len(values)
        if name in kept or values.dtype.kind == "M" or values.isna().any():
            continue
        if values.dtype.kind in "iuf" and not NAMES.search(name):
            continue
        if count > 20 and 1.2 * count < rows < 50 * count and len(found) < MOST:
            found[name] = np.asarray(values.astype(str))
    return found
