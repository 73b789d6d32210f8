"""What a row is, and whether it is one to learn from: the rules of the study, part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.util import hash_array

from ..data import clean, convert
from ..kit import Stop
from ..kit.project import check_columns
from ..kit.settings import ROW, Settings, Split

PLACE = "place of the row"  # its moment, or chance: where it is above the cut, it is for the test


def texts(settings: Settings) -> list[str]:
    """Return the columns that are read as they are written."""
    return [*settings.columns.categorical, *settings.columns.date, *settings.columns.id]


def tidy(frame: pd.DataFrame, number: int, settings: Settings) -> tuple[pd.DataFrame, Any]:
    """Return the rows of a piece of a file that the study would use, and the log of cleaning."""
    columns, rule = settings.columns, settings.split
    check_columns(frame, columns.declared)
    few = rule.model_copy(update={"folds": 0})  # a piece may be short, or lack a class
    settings = settings.model_copy(update={"split": few})
    frame, cleaning = clean(convert(frame, settings), settings)
    if rule.by in frame and len(gaps := frame.index[frame[rule.by].isna()]):
        raise Stop(f"row {gaps[0]} has no {rule.by!r}", "the split needs it in every row")
    kept = frame[[*columns.given, columns.target]]
    return kept.assign(**{PLACE: places(frame, number, rule)}), cleaning


def places(frame: pd.DataFrame, number: int, rule: Split) -> Any:
    """Return what divides the rows: their moment, or else chance, which is one for a group."""
    if rule.kind == "time":
        return number * 2**32 + frame.index if rule.by == ROW else frame[rule.by]
    known = frame[rule.by].astype(str) if rule.kind == "group" else frame.index.astype(str)
    return hash_array(known.to_numpy(object), hash_key=f"{rule.seed:016d}") / 2**64


def draw(path: str, share: float) -> pd.DataFrame:
    """Return a share of the rows of a part, the same ones each time."""
    frame = pd.read_parquet(path)
    return frame.sample(frac=min(1.0, share), random_state=0).sort_index()


def find_cut(sample: pd.DataFrame, rule: Split) -> Any:
    """Return the place where test rows begin; a sample tells it as well as all rows would."""
    values = np.sort(sample[PLACE])
    return values[int(len(values) * (1 - rule.test))] if rule.kind == "time" else 1 - rule.test


def read_side(path: str, cut: Any, *, test: bool) -> pd.DataFrame:
    """Return the training rows or the test rows of a part."""
    return pd.read_parquet(path, filters=[(PLACE, ">=" if test else "<", cut)])


def count(path: str, cut: Any) -> int:
    """Return how many training rows a part has."""
    return int((pd.read_parquet(path, columns=[PLACE])[PLACE] < cut).sum())
