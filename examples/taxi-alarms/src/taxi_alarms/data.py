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
Log = dict[str, Any]  # a rule of cleaning -> how many rows it touched


def load(settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the files and their cleaning."""
    frame, log = read_files(settings), Log()
    missing, target = frame.isna().sum(), settings.columns.target
    facts = {
        "rows": len(frame), "columns": frame.shape[1], "missing": missing[missing > 0].to_dict(),
        "duplicates": frame.duplicated().sum(), "cleaning": log,
    }  # fmt: skip
    for step in (clean, sort_series, label):
        frame = step(frame, settings, log)
    known = {"known": frame[target].count(), "anomalies": frame[target].sum()} if target else {}
    return frame, facts | {"target": known | {"unit": settings.columns.unit}}


def read_files(settings: Settings) -> pd.DataFrame:
    """Return all rows as they are written; where there are several files, with the file of each.

    The index is the number of the row over all files, so that a case can be looked up later.
    """
    data, columns, tables = settings.data, settings.columns, []
    derived = settings.labels.windows and columns.target  # a label that no file holds
    for source in [data, *map(data.other, data.files)]:
        table = read_file(fetch(source), source, settings)
        check_columns(table, [name for name in columns.declared if name != derived])
        tables.append(table.assign(**{FILE: source.file.stem}) if data.files else table)
    frame = pd.concat(tables)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def read_file(path: Path, data: Data, settings: Settings) -> pd.DataFrame:
    """Return one file as a table; of an archive of NumPy, X becomes x1, x2, ... and y stays y."""
    columns = settings.columns
    if path.suffix != ".npz":
        as_text = [columns.target, columns.time, *columns.categorical, *columns.id]
        return read_table(path, data, as_text)
    arrays = np.load(path)
    if not {"X", "y"} <= set(arrays):
        raise Stop(f"{path} does not hold X and y", "bring a CSV file")
    table = pd.DataFrame(arrays["X"]).rename(columns=lambda position: f"x{position + 1}")
    return table.assign(y=arrays["y"].astype(int).astype(str))


def clean(frame: pd.DataFrame, settings: Settings, log: Log) -> pd.DataFrame:
    """Return the usable rows, with numbers and times parsed; other values are errors."""
    columns, frame = settings.columns, frame.copy()
    for name in columns.numeric:
        frame[name] = numbers(frame[name])
    if columns.time:
        frame[columns.time] = dates(frame[columns.time], settings.data.dates.get(columns.time))
        if len(gaps := frame.index[frame[columns.time].isna()]):
            raise Stop(f"row {gaps[0]} has no {columns.time!r}", "every row of a series needs one")
    repeated = frame.duplicated() & (settings.data.duplicates == "remove")
    log["repeated rows removed"] = repeated.sum()
    if (count := (~repeated).sum()) < FEWEST:
        raise Stop(f"three parts need {FEWEST} rows, there are {count}", "bring more rows")
    return frame[~repeated]


def sort_series(frame: pd.DataFrame, settings: Settings, log: Log) -> pd.DataFrame:
    """Return the rows in order of time within each series, and log what was irregular.

    Of rows with the same moment the first is kept: two values for one moment cannot both follow.
    """
    if not (time := settings.columns.time):
        return frame
    names, keys = series_of(frame, settings), [FILE, time] if settings.data.files else [time]
    backwards = frame.groupby(names)[time].diff() < pd.Timedelta(0)
    frame = frame.iloc[np.lexsort([frame[time].to_numpy(), names.factorize()[0]])]
    repeated = frame.duplicated(keys)
    frame = frame[~repeated]
    steps = frame.groupby(series_of(frame, settings))[time].diff().dropna()
    if steps.empty:
        raise Stop(f"{time!r} never advances", "a series needs rows of several moments")
    log["jumps back in time, put in order"] = backwards.sum()
    log["rows of a repeated moment removed, the first kept"] = repeated.sum()
    log["uneven steps in time, left as they are"] = (steps != steps.median()).sum()
    return frame


def series_of(frame: pd.DataFrame, settings: Settings) -> pd.Series[str]:
    """Return for each row the series that it belongs to."""
    return frame[FILE] if settings.data.files else pd.Series(settings.data.file.stem, frame.index)
