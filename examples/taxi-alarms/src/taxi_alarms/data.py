"""Checks the data against the declared columns and cleans by rules that leave a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .command import ProjectError
from .files import fetch, fetch_more, read
from .labels import keep_some, mark_windows, read_windows, to_flags
from .project import MADE, Settings
from .series import put_in_order

FEWEST = 50  # rows: below, none of the three parts says anything


def load(root: Path, settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the files and their cleaning.

    The index is the number of the row over all files, so that a case can be looked up later.
    """
    frame = pd.concat(read(path, settings) for path in fetch(root, settings))
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    check_columns(frame, settings)
    missing = frame.isna().sum()
    facts: dict[str, Any] = {
        "rows": len(frame),
        "columns": frame.shape[1],
        "missing": {name: int(count) for name, count in missing.items() if count},
        "duplicates": int(frame.duplicated().sum()),
        "labelled": settings.labelled,
    }
    frame, log = clean(convert(frame, settings), settings)
    frame, moments = put_in_order(frame, settings)
    frame, marks = label(root, frame, settings)
    facts |= {"cleaning": [*log, *moments.pop("cleaning"), *marks], "times": moments}
    return frame, facts | {"target": summarise(frame, settings)}


def complete(frame: pd.DataFrame, _: Settings) -> pd.DataFrame:
    """Return the table as it is: no column of this type is made from others."""
    return frame


def check_columns(frame: pd.DataFrame, settings: Settings) -> None:
    """Refuse files whose columns are not exactly the declared ones."""
    declared, there = settings.columns.declared, list(frame.columns)
    if settings.labels.windows:  # the label is made, from the windows
        declared = [name for name in declared if name != settings.columns.target]
    if absent := [name for name in declared if name not in there]:
        raise ProjectError(
            f"the data has no column {absent[0]!r}; it has {', '.join(map(repr, there))}",
            "correct [columns] or data.separator in project.toml",
        )
    if new := [name for name in there if name not in [*declared, MADE]]:
        raise ProjectError(
            f"column {new[0]!r} is in the data but not declared",
            "give it a role under [columns], or a reason under [columns.drop]",
        )


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with numbers and times as such; a value that is neither is an error."""
    columns, frame = settings.columns, frame.copy()
    for name in columns.numeric:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        refuse_values(frame[name], numbers, "a number")
        frame[name] = numbers.astype(float)
    if columns.time:
        times = pd.to_datetime(frame[columns.time], errors="coerce", format="ISO8601")
        refuse_values(frame[columns.time], times, "a time such as 2024-12-31 18:30")
        frame[columns.time] = times
    return frame


def refuse_values(before: pd.Series[Any], after: pd.Series[Any], wanted: str) -> None:
    """Raise an error for the first value that was there and could not be converted."""
    lost = before[after.isna() & before.notna()]
    if len(lost):
        raise ProjectError(
            f"column {before.name!r}, row {lost.index[0]}: {lost.iloc[0]!r} is not {wanted}"
            f" ({len(lost)} such values)",
            "declare another role for the column, or list the value under data.na_values",
        )


def clean(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that can be used, and for each rule the number of rows it touched."""
    columns, log = settings.columns, []
    infinite = np.isinf(frame[columns.numeric]).any(axis=1)
    frame[columns.numeric] = frame[columns.numeric].replace([np.inf, -np.inf], np.nan)
    log.append({"rule": "infinite numbers count as missing", "rows": int(infinite.sum())})
    if settings.data.duplicates == "remove":
        double = frame.duplicated()
        frame = frame[~double]
        log.append({"rule": "repeated rows removed", "rows": int(double.sum())})
    for name in columns.features:
        if len(frame[name].unique()) == 1:
            rule = f"`{name}` has one value only: detectors leave it out"
            log.append({"rule": rule, "rows": len(frame)})
    if len(frame) < FEWEST:
        raise ProjectError(
            f"only {len(frame)} rows can be used; three parts need {FEWEST}", "bring more rows"
        )
    return frame, log


def label(
    root: Path, frame: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows with 1 for anomalies and 0 for others as target, if there are labels."""
    if not settings.labelled:
        return frame, []
    if settings.labels.windows:
        file = settings.labels.windows
        windows = read_windows(fetch_more(root, file), frame, settings)
        return mark_windows(frame, windows, settings), []
    return keep_some(to_flags(frame, settings), settings)


def summarise(frame: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """Return how many anomalies there are, as far as anybody knows."""
    if not settings.labelled:
        return {"unit": settings.columns.unit}
    y = frame[settings.columns.target]
    known = int(y.notna().sum())
    return {
        "unit": settings.columns.unit, "known": known, "anomalies": int(y.sum()),
        "share": float(y.mean()), "unlabelled": len(y) - known,
    }  # fmt: skip
