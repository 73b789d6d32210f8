"""Gets the files, checks them against the declared columns, cleans by rules that leave a log."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets

from .command import ProjectError
from .download import download
from .labels import keep_some, mark_windows, read_windows, to_flags
from .project import MADE, File, Settings
from .results import write_text
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


def fetch(root: Path, settings: Settings) -> list[Path]:
    """Return the data files; get those first that are not in `data/` yet."""
    path, source = settings.data.file(root), settings.data.source
    if source.startswith("sklearn:") and not path.exists():
        loader = getattr(datasets, f"load_{source.removeprefix('sklearn:')}", None)
        if loader is None:
            raise ProjectError(f"scikit-learn has no data set {source!r}", "correct data.source")
        write_text(path, loader(as_frame=True).frame.to_csv(index=False, lineterminator="\n"))
    elif settings.data.url:
        download(settings.data.url, settings.data.sha256, path)
    if not path.exists():
        name = path.relative_to(root).as_posix()
        raise ProjectError(f"there is no {name}", "put the file there, or give data.url")
    return [path, *(fetch_more(root, file) for file in settings.data.files)]


def fetch_more(root: Path, file: File) -> Path:
    """Return a further file, which must have its declared checksum."""
    path = root / "data" / file.name
    if not path.exists() and not file.url:
        raise ProjectError(f"there is no data/{file.name}", "put the file there, or give its url")
    download(file.url, file.sha256, path)
    return path


def read(path: Path, settings: Settings) -> pd.DataFrame:
    """Return a file as a table; columns that are no numbers stay text, as they are written."""
    data, columns = settings.data, settings.columns
    texts = [*columns.categorical, *columns.id, *columns.types, columns.target, columns.time]
    try:
        if path.suffix == ".npz":
            frame = read_arrays(path)
        else:
            frame = pd.read_csv(
                path, sep=data.separator, decimal=data.decimal, encoding=data.encoding,
                na_values=data.na_values, dtype=dict.fromkeys(texts, str), skipinitialspace=True,
            )  # fmt: skip
    except (ValueError, KeyError, zipfile.BadZipFile) as error:  # parser errors are ValueErrors
        reason = " ".join(str(error).split())
        raise ProjectError(
            f"{path.name} cannot be read as a table: {reason}",
            f"it should be .npz, or a CSV file separated by {data.separator!r}; see [data]",
        ) from None
    return frame.assign(**{MADE: path.stem}) if data.several else frame


def read_arrays(path: Path) -> pd.DataFrame:
    """Return X as columns x1, x2, ... and y as text; pickled content is refused."""
    with np.load(path, allow_pickle=False) as arrays:
        X, y = np.asarray(arrays["X"], dtype=float), np.ravel(arrays["y"])
    names = [f"x{place}" for place in range(1, X.shape[1] + 1)]
    return pd.DataFrame(X, columns=names).assign(y=[f"{value:g}" for value in y])


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
        if frame[name].nunique(dropna=False) == 1:
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
