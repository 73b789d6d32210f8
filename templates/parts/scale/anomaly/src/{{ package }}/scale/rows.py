"""What a row is, and which of the three parts it is for: the rules of the study, piece by piece."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.util import hash_array

from ..kit import Stop
from ..kit.project import check_columns, numbers
from ..kit.settings import Settings
from ..labels import as_flags

PLACE = "place of the row"  # chance from 0 to 1, one for a group: first fitted to, last tested on


def texts(settings: Settings) -> list[str]:
    """Return the columns that are read as they are written."""
    columns = settings.columns
    return [name for name in (columns.target, *columns.categorical, *columns.id) if name]


def tidy(frame: pd.DataFrame, _: int, settings: Settings) -> tuple[pd.DataFrame, Any]:
    """Return the rows of a piece of a file with labels and places, and the log of cleaning."""
    columns, rule = settings.columns, settings.split
    check_columns(frame, columns.declared)
    values = frame[columns.numeric].apply(numbers)
    infinite = np.isinf(values)
    touched = int(infinite.any(axis=1).sum())
    frame = frame.assign(**values.mask(infinite))
    if columns.target:
        frame[columns.target] = as_flags(frame[columns.target], settings)
    group = frame[rule.by] if rule.kind == "group" else frame.index.to_series()
    if group.isna().any():
        said = f"row {frame.index[group.isna()][0]} has no {rule.by!r}"
        raise Stop(said, "the split needs it in every row")
    chance = hash_array(group.astype(str).to_numpy(object), hash_key=f"{rule.seed:016d}") / 2**64
    kept = [*columns.features, *filter(None, [columns.target])]
    return frame[kept].assign(**{PLACE: chance}), [
        {"rule": "infinite numbers count as missing", "rows": touched}
    ]


def read_part(path: str, number: int, settings: Settings) -> pd.DataFrame:
    """Return the rows of a part to fit to (0), to set the threshold (1), or to test on (2)."""
    test, validation = settings.split.test, settings.split.validation
    ends = (0.0, 1 - test - validation, 1 - test, 1.0)
    low, high = ends[number], ends[number + 1]
    return pd.read_parquet(path, filters=[(PLACE, ">=", low), (PLACE, "<", high)])
