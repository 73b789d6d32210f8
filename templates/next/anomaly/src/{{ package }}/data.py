"""Reads the files, checks columns and values, puts series in order; every rule leaves a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .kit import Stop
from .kit.project import check_columns, dates, fetch, numbers, read_table
from .kit.settings import FILE, Data, Settings
from .labels import label

FEWEST = 50  # rows: below, none of the three parts says anything
Log = list[dict[str, Any]]


def load(settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the files and their cleaning."""
    frame = read_files(settings)
    missing = frame.isna().sum()
    facts: dict[str, Any] = {"rows": len(frame), "columns": frame.shape[1]}
    facts |= {"duplicates": frame.duplicated().sum(), "missing": missing[missing > 0].to_dict()}
    frame, cleaning = clean(convert(frame, settings), settings)
    for step in (put_in_order, label):
        frame, log = step(frame, settings)
        cleaning += log
    facts |= {"cleaning": cleaning, "target": {"unit": settings.columns.unit}}
    if name := settings.columns.target:
        facts["target"] |= {"known": frame[name].count(), "anomalies": frame[name].sum()}
    return frame, facts


def read_files(settings: Settings) -> pd.DataFrame:
    """Return all rows as they are written; where there are several files, with the file of each.

    The index is the number of the row over all files, so that a case can be looked up later.
    """
    data, columns, tables = settings.data, settings.columns, []
    made = {columns.target} if settings.labels.windows else set()  # a label that is not read
    declared = [name for name in columns.declared if name not in made]
    for source in [data, *map(data.other, data.files)]:
        table = read_file(fetch(source), source, settings)
        check_columns(table, declared)
        tables.append(table.assign(**{FILE: source.file.stem}) if data.files else table)
    frame = pd.concat(tables)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def read_file(path: Path, data: Data, settings: Settings) -> pd.DataFrame:
    """Return one file as a table; of an archive of NumPy, X becomes x1, x2, ... and y stays y."""
    columns = settings.columns
    if path.suffix != ".npz":
        words = [columns.target, columns.time, *columns.categorical, *columns.types, *columns.id]
        return read_table(path, data, words)
    arrays = np.load(path)
    if not {"X", "y"} <= set(arrays):
        raise Stop(f"{path} does not hold X and y", "bring a CSV file")
    table = pd.DataFrame(arrays["X"]).rename(columns=lambda place: f"x{place + 1}")
    return table.assign(y=arrays["y"].astype(int).astype(str))


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with numbers and times as such; a value that is neither is an error."""
    columns, frame = settings.columns, frame.copy()
    for name in columns.numeric:
        frame[name] = numbers(frame[name])
    if columns.time:
        frame[columns.time] = dates(frame[columns.time], settings.data.dates.get(columns.time))
        if len(gaps := frame.index[frame[columns.time].isna()]):
            raise Stop(f"row {gaps[0]} has no {columns.time!r}", "every row of a series needs one")
    return frame


def clean(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Log]:
    """Return the rows that can be used, and for each rule how many rows it touched."""
    columns = settings.columns
    infinite = np.isinf(frame[columns.numeric]).any(axis=1)
    frame[columns.numeric] = frame[columns.numeric].replace([np.inf, -np.inf], np.nan)
    repeated = frame.duplicated() & (settings.data.duplicates == "remove")
    frame = frame[~repeated]
    if len(frame) < FEWEST:
        raise Stop(f"three parts need {FEWEST} rows, there are {len(frame)}", "bring more rows")
    return frame, [
        {"rule": "infinite numbers count as missing", "rows": infinite.sum()},
        {"rule": "repeated rows removed", "rows": repeated.sum()},
    ]


def put_in_order(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Log]:
    """Return the rows in order of time within each series, and what was irregular.

    Of rows with the same moment the first is kept: two values for one moment cannot both follow.
    """
    if not (time := settings.columns.time):
        return frame, []
    names = series_of(frame, settings)
    back = frame.groupby(names, sort=False)[time].diff() < pd.Timedelta(0)
    frame = frame.iloc[np.lexsort([frame[time].to_numpy(), names.factorize()[0]])]
    again = frame.assign(series=names).duplicated(["series", time])
    frame = frame[~again]
    steps = frame.groupby(series_of(frame, settings))[time].diff()
    if not (steps > pd.Timedelta(0)).any():
        raise Stop(f"{time!r} never advances", "a series needs rows of several moments")
    uneven = steps.notna() & (steps != steps.median())
    return frame, [
        {"rule": "rows of a repeated moment removed, the first kept", "rows": again.sum()},
        {"rule": "jumps back in time, put in order", "rows": back.sum()},
        {"rule": "uneven steps in time, left as they are", "rows": uneven.sum()},
    ]


def series_of(frame: pd.DataFrame, settings: Settings) -> pd.Series[str]:
    """Return for each row the series that it belongs to."""
    return frame[FILE] if settings.data.files else pd.Series(settings.data.file.stem, frame.index)
