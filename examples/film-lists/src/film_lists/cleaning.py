"""Removes rows by rule, converts texts to numbers and moments, and merges repeats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .command import ProjectError
from .project import Columns, Removal, Settings

TICKS = {"seconds": 86_400, "milliseconds": 86_400_000}  # in a day
LATEST = 60_000  # days from 1970: the year 2134; later ones are another unit, or typing errors


def remove(frame: pd.DataFrame, rules: list[Removal]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that no rule removes, and for each rule how many it removed."""
    log, frame = [], frame.rename_axis("row").set_axis(range(1, len(frame) + 1))
    for rule in rules:
        column = frame[rule.column]
        if rule.empty:
            hit = column.isna()
        elif rule.at_most is not None:
            hit = pd.to_numeric(column, errors="coerce") <= rule.at_most
        else:
            hit = column.str.fullmatch(rule.matches or "").fillna(value=False).astype(bool)
        frame = frame[~hit]
        log.append({"rule": f"`{rule.column}`: {rule.reason}", "rows": int(hit.sum())})
    return frame, log


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return user, item, rating, time and row; a missing or impossible value is an error."""
    columns: Columns = settings.columns
    for name in filter(None, [columns.user, columns.item, columns.rating, columns.time]):
        if (lost := frame[name].isna()).any():
            raise ProjectError(
                f"row {frame.index[lost][0]} has no {name!r} ({lost.sum()} such rows)",
                "remove them with a rule under [[data.remove]], or bring complete rows",
            )
    rating, time = np.ones(len(frame)), np.zeros(len(frame))
    if columns.rating:
        rating = numbers(frame[columns.rating])
        check_range(frame, rating, settings)
    if columns.time:
        time = days(frame[columns.time], columns.time_format)
    return pd.DataFrame(
        {
            "user": frame[columns.user],
            "item": frame[columns.item],
            "rating": rating,
            "time": time,
            "row": frame.index,
        }
    )


def numbers(column: pd.Series[str]) -> np.ndarray:
    """Return a column as numbers."""
    values = pd.to_numeric(column, errors="coerce")
    refuse(column, values.isna() | np.isinf(values), "a number")
    return values.to_numpy(dtype=float)


def days(column: pd.Series[str], form: str) -> np.ndarray:
    """Return moments as days since 1970."""
    if form in TICKS:
        since = numbers(column) / TICKS[form]
        refuse(column, pd.Series(np.abs(since) > LATEST, column.index), f"a moment in {form}")
        return since
    try:
        moments = pd.to_datetime(column, format=form, errors="coerce")
    except ValueError as error:
        raise ProjectError(
            f"columns.time_format {form!r} is no format of time: {error}",
            f"write {', '.join(TICKS)}, or a format such as %Y-%m-%d %H:%M",
        ) from None
    refuse(column, moments.isna(), f"a moment written as {form}")
    return ((moments - pd.Timestamp(0)) / pd.Timedelta(days=1)).to_numpy(dtype=float)


def refuse(column: pd.Series[str], wrong: pd.Series[bool], wanted: str) -> None:
    """Raise an error for the first value that is not what it should be."""
    if wrong.any():
        raise ProjectError(
            f"column {column.name!r}, row {column.index[wrong][0]}: {column[wrong].iloc[0]!r} is "
            f"not {wanted} ({wrong.sum()} such values)",
            "correct columns.time_format or the file, or remove such rows under [[data.remove]]",
        )


def check_range(frame: pd.DataFrame, rating: np.ndarray, settings: Settings) -> None:
    """Refuse ratings outside of the declared scale: they are typing errors or another scale."""
    low, high = settings.feedback.lowest, settings.feedback.highest
    if settings.feedback.kind == "explicit" and (wrong := (rating < low) | (rating > high)).any():
        raise ProjectError(
            f"row {frame.index[wrong][0]}: rating {rating[wrong][0]:g} is outside of {low:g} to "
            f"{high:g} ({wrong.sum()} such rows)",
            "correct feedback.lowest and feedback.highest, or remove such rows",
        )


def merge_repeats(frame: pd.DataFrame, repeats: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return in order of time the first row of each user and item, and how many others there were.

    The first, because from then on the item is no news, and a later rating was not known yet.
    Where repeats are allowed, a later one is something to predict: only those at the same moment
    are merged.
    """
    frame = frame.sort_values("time", kind="stable")
    repeated = frame.duplicated(["user", "item", *(["time"] if repeats == "allowed" else [])])
    rule = "repeats of a user and item: the first one stays"
    return frame[~repeated], {"rule": rule, "rows": int(repeated.sum())}
