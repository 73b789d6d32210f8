"""Gets the data, checks it against the declared columns, cleans it by rules that leave a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets

from .command import ProjectError
from .download import download
from .project import Settings
from .results import write_text
from .target import LABELS, REMEDY, WANTED, check_target, convert_target, describe


def load(root: Path, settings: Settings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the clean rows, and the facts about the file and its cleaning.

    The index is the number of the row in the file, so that a case can be looked up later.
    """
    frame = read(fetch(root, settings), settings)
    check_columns(frame, settings)
    missing = frame.isna().sum()
    facts = {
        "rows": len(frame),
        "columns": frame.shape[1] - len(settings.data.dates),
        "missing": {name: int(count) for name, count in missing.items() if count},
        "duplicates": int(frame.duplicated().sum()),
    }
    frame, facts["cleaning"] = clean(convert(frame, settings), settings)
    target = settings.columns.target
    frame[target] = check_target(frame[target], settings)
    facts["target"] = describe(frame[target], settings) | {"unit": settings.columns.unit}
    return frame, facts


def fetch(root: Path, settings: Settings) -> Path:
    """Return the data file; get it first if it is not in `data/` yet."""
    path, source = settings.data.file(root), settings.data.source
    if source.startswith("sklearn:") and not path.exists():
        loader = getattr(datasets, f"load_{source.removeprefix('sklearn:')}", None)
        if loader is None:
            raise ProjectError(f"scikit-learn has no data set {source!r}", "correct data.source")
        frame = loader(as_frame=True, **({"scaled": False} if "diabetes" in source else {})).frame
        write_text(path, frame.convert_dtypes().to_csv(index=False, lineterminator="\n"))
    elif settings.data.url:
        download(settings.data.url, settings.data.sha256, path)
    if not path.exists():
        name = path.relative_to(root).as_posix()
        raise ProjectError(f"there is no {name}", "put the file there, or give data.url")
    return path


def read(path: Path, settings: Settings) -> pd.DataFrame:
    """Return the file as a table; columns that are no numbers stay text, as they are written."""
    data, columns = settings.data, settings.columns
    as_text = dict.fromkeys([*columns.categorical, *columns.date, *columns.text, *columns.id], str)
    if LABELS:
        as_text[columns.target] = str
    try:
        frame = pd.read_csv(
            path, sep=data.separator, decimal=data.decimal, encoding=data.encoding,
            na_values=data.na_values, dtype=as_text, skipinitialspace=True, low_memory=False,
            names=data.names or None, header=None if data.names else 0,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = str(error).strip()
        raise ProjectError(
            f"{path.name} cannot be read as a table: {reason}",
            f"it should be a CSV file separated by {data.separator!r}; see [data] in project.toml",
        ) from None
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return complete(frame, settings)


def complete(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with the dates that the file keeps in several columns.

    Parts that make no date stay as they are written, for `convert` to refuse.
    """
    for name, parts in settings.data.dates.items():
        if name in frame:
            continue
        if lacking := [part for part in parts if part not in frame]:
            said = f"data.dates: the data has no column {lacking[0]!r}"
            raise ProjectError(said, "correct [data.dates] in project.toml")
        written = frame[parts].astype(str).agg("-".join, axis=1)
        dates = pd.to_datetime(written, errors="coerce", format="mixed")
        frame[name] = dates.dt.strftime("%Y-%m-%d").fillna(written)
    return frame


def check_columns(frame: pd.DataFrame, settings: Settings) -> None:
    """Refuse a file whose columns are not exactly the declared ones."""
    declared, there = settings.columns.declared, list(frame.columns)
    if absent := [name for name in declared if name not in there]:
        raise ProjectError(
            f"the data has no column {absent[0]!r}; it has {', '.join(map(repr, there))}",
            "correct [columns] or data.separator in project.toml",
        )
    if new := [name for name in there if name not in declared]:
        raise ProjectError(
            f"column {new[0]!r} is in the data but not declared",
            "give it a role under [columns], or a reason under [columns.drop]",
        )


def convert(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the table with numbers and dates as such; a value that is neither is an error."""
    columns, frame = settings.columns, frame.copy()
    target = convert_target(frame[columns.target], settings)
    refuse_values(frame[columns.target], target, WANTED, REMEDY)
    frame[columns.target] = target
    for name in columns.numeric:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        refuse_values(frame[name], numbers, "a number")
        frame[name] = numbers.astype(float)
    for name in columns.date:
        dates = pd.to_datetime(frame[name], errors="coerce", format="ISO8601")
        refuse_values(frame[name], dates, "a date such as 2024-12-31 or 2024-12-31 18:30")
        frame[name] = dates
    return frame


def refuse_values(
    before: pd.Series[Any],
    after: pd.Series[Any],
    wanted: str,
    remedy: str = "declare another role for the column, or list the value under data.na_values",
) -> None:
    """Raise an error for the first value that was there and could not be converted."""
    lost = before[after.isna() & before.notna()]
    if len(lost):
        raise ProjectError(
            f"column {before.name!r}, row {lost.index[0]}: {lost.iloc[0]!r} is not {wanted}"
            f" ({len(lost)} such values)",
            remedy,
        )


def clean(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return the rows that can be used, and for each rule the number of rows it touched."""
    columns, log = settings.columns, []
    numeric = [*columns.numeric, columns.target]
    infinite = np.isinf(frame[numeric]).any(axis=1)
    frame[numeric] = frame[numeric].replace([np.inf, -np.inf], np.nan)
    log.append({"rule": "infinite numbers count as missing", "rows": int(infinite.sum())})
    unlabelled = frame[columns.target].isna()
    frame = frame[~unlabelled]
    log.append({"rule": f"rows without `{columns.target}` removed", "rows": int(unlabelled.sum())})
    if settings.data.duplicates == "remove":
        double = frame.duplicated()
        frame = frame[~double]
        log.append({"rule": "repeated rows removed", "rows": int(double.sum())})
    for name in columns.features:
        if len(frame[name].unique()) == 1:
            rule = f"`{name}` has one value only: kept, no model can learn from it"
            log.append({"rule": rule, "rows": len(frame)})
    if len(frame) < (needed := 10 * settings.split.folds):
        raise ProjectError(
            f"only {len(frame)} rows can be used; {settings.split.folds} folds need {needed}",
            "bring more rows, or lower split.folds",
        )
    return frame, log
