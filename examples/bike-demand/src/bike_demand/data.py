"""Gets the table, gives every column its type, and cleans by rules that leave a log."""

from typing import Any

import pandas as pd

from .kit import Stop
from .kit.project import check_columns, dates, fetch, numbers, read_table, refuse
from .kit.settings import Columns, Settings
from .models import describe_target


def load(settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the file and its cleaning."""
    columns = settings.columns
    as_text = [*columns.categorical, *columns.date, *columns.text, *columns.id]
    frame = read_table(fetch(settings.data), settings.data, as_text)
    check_columns(frame, columns.declared)
    missing, repeated = frame.isna().sum(), int(frame.duplicated().sum())
    facts: dict[str, Any] = {"rows": len(frame), "columns": frame.shape[1], "duplicates": repeated}
    frame, cleaning = clean(convert(frame, settings), settings)
    target = describe_target(frame[columns.target], settings) | {"unit": columns.unit}
    facts |= {"missing": missing[missing > 0].to_dict(), "cleaning": cleaning, "target": target}
    return frame, facts


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with numbers, dates and categories parsed; other values are errors."""
    columns, rule, frame = settings.columns, settings.split, frame.copy()
    for name in [columns.target, *columns.numeric]:
        frame[name] = numbers(frame[name])
    y, least = frame[columns.target], float("-inf") if columns.least is None else columns.least
    refuse(y, y.where(y >= least), f"at least {least:g}", "lower columns.least in project.toml")
    for name in columns.categorical:  # pandas writes 1.0 for 1 where a column has gaps
        frame[name] = frame[name].str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    frame[columns.text] = frame[columns.text].fillna("")
    split_time = [rule.by] if rule.kind == "time" and rule.by in columns.id else []
    for name in [*columns.date, *split_time]:
        frame[name] = dates(frame[name], settings.data.dates.get(name))
    return frame


def clean(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that can be used, and how many rows each rule affected."""
    columns, needed = settings.columns, 10 * settings.split.folds
    unlabelled = frame[columns.target].isna()
    repeated = frame.duplicated() & ~unlabelled & (settings.data.duplicates == "remove")
    rules = {"rows without target": unlabelled, "repeated rows removed": repeated}
    frame = frame[~unlabelled & ~repeated]
    if len(frame) < needed:
        message = f"only {len(frame)} rows can be used; {settings.split.folds} folds need {needed}"
        raise Stop(message, "bring more rows, or lower split.folds")
    return frame, [{"rule": rule, "rows": int(rows.sum())} for rule, rows in rules.items()]


def describe_inputs(X: pd.DataFrame, columns: Columns) -> list[dict[str, Any]]:
    """Return kind, range or categories, and a typical value of every feature."""
    kinds, inputs = ("numeric", "categorical", "date", "text"), []
    for name, kind in [(name, each) for each in kinds for name in getattr(columns, each)]:
        known = X[name].dropna().sort_values()
        known = known.dt.strftime("%Y-%m-%dT%H:%M:%S") if kind == "date" else known
        common = known.value_counts().index if kind == "categorical" else known.index[:0]
        names = [{"value": each, "label": columns.category(name, each)} for each in common]
        bounded = kind in {"numeric", "date"} and len(known) > 0
        low, high = known.iloc[[0, -1]] if bounded else (None, None)
        typical = [*common, *known.iloc[len(known) // 2 :]][0] if 2 * len(known) > len(X) else None
        facts: dict[str, Any] = {"name": name, "label": columns.label(name), "kind": kind}
        facts |= {"categories": names, "typical": typical, "gaps": len(known) < len(X)}
        inputs.append(facts | {"low": low, "high": high})
    return inputs
