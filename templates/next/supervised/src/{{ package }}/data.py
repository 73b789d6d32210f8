"""Gets the table, gives every column its type, and cleans by rules that leave a log."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .kit import Stop
from .kit.project import check_columns, dates, fetch, numbers, read_table
from .kit.settings import Columns, Settings
from .models import describe_target, read_target

KINDS = ("numeric", "categorical", "date", "text")


def load(settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the file and its cleaning."""
    columns = settings.columns
    words = [*columns.categorical, *columns.date, *columns.text, *columns.id]
    frame = read_table(fetch(settings.data), settings.data, words)
    check_columns(frame, columns.declared)
    missing = frame.isna().sum()
    facts = {
        "rows": len(frame), "columns": frame.shape[1], "missing": missing[missing > 0].to_dict(),
        "duplicates": int(frame.duplicated().sum()),
    }  # fmt: skip
    frame, cleaning = clean(convert(frame, settings), settings)
    target = describe_target(frame[columns.target], settings)
    return frame, facts | {"cleaning": cleaning, "target": target | {"unit": columns.unit}}


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with numbers, dates and categories as such; other values are errors."""
    columns, frame = settings.columns, frame.copy()
    frame[columns.target] = read_target(frame[columns.target], settings)
    for name in columns.numeric:
        frame[name] = numbers(frame[name])
    for name in columns.date:
        frame[name] = dates(frame[name], settings.data.dates.get(name))
    for name in columns.categorical:
        frame[name] = as_category(frame[name])
    if settings.split.kind == "time" and settings.split.by in columns.id:
        by = settings.split.by
        frame[by] = dates(frame[by], settings.data.dates.get(by))
    return frame


def as_category(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return categories as one spelling each: programs write 1.0 for 1 where a column has gaps."""
    return values.str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)


def clean(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that can be used, and for each rule how many rows it touched."""
    columns, folds = settings.columns, settings.split.folds
    infinite = np.isinf(frame[columns.numeric]).any(axis=1)
    frame[columns.numeric] = frame[columns.numeric].replace([np.inf, -np.inf], np.nan)
    unlabelled = frame[columns.target].isna()
    frame = frame[~unlabelled]
    repeated = frame.duplicated() & (settings.data.duplicates == "remove")
    frame = frame[~repeated]
    rules = {
        "infinite numbers count as missing": int(infinite.sum()),
        f"rows without {columns.target} removed": int(unlabelled.sum()),
        "repeated rows removed": int(repeated.sum()),
    }
    for name in columns.features:
        if (frame[name].isna() | (frame[name] == frame[name].iloc[0])).all():
            rules[f"{name} never differs: no model can use it"] = len(frame)
    if len(frame) < (needed := 10 * folds):
        said = f"only {len(frame)} rows can be used; {folds} folds need {needed}"
        raise Stop(said, "bring more rows, or lower split.folds")
    return frame, [{"rule": rule, "rows": rows} for rule, rows in rules.items()]


def describe_inputs(X: pd.DataFrame, columns: Columns) -> list[dict[str, Any]]:
    """Return kind, range or categories, and a typical value of every feature."""
    found = []
    for name in columns.features:
        kind = next(kind for kind in KINDS if name in getattr(columns, kind))
        known = X[name].dropna().sort_values()
        known = known.dt.strftime("%Y-%m-%dT%H:%M:%S") if kind == "date" else known
        values = known.value_counts().index if kind == "categorical" else known.index[:0]
        typical = [*values, *known[len(known) // 2 :]][0] if 2 * len(known) > len(X) else None
        ordered = kind in {"numeric", "date"} and len(known) > 0
        names = [{"value": each, "label": columns.category(name, each)} for each in values]
        found.append({
            "name": name, "label": columns.label(name), "kind": kind, "categories": names,
            "low": known.iloc[0] if ordered else None, "high": known.iloc[-1] if ordered else None,
            "typical": typical, "gaps": len(known) < len(X),
        })  # fmt: skip
    return found
