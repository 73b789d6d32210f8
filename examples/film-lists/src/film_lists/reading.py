"""Gets the files and reads them as tables of texts, whatever their layout."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from .command import ProjectError
from .download import download
from .project import Data, Items
from .results import write_text
from .sample import make_sample


def fetch(root: Path, source: Data | Items) -> Path:
    """Return a file of the data; get it first if it is not in `data/` yet."""
    path = source.file(root)
    if source.source.startswith("sample:") and not path.exists():
        ratings, items = make_sample()
        table = ratings if source.source == "sample:ratings" else items
        write_text(path, table.to_csv(index=False, lineterminator="\n"))
    elif source.url:
        download(source.url, source.sha256, path)
    if not path.exists():
        raise ProjectError(
            f"there is no {path.relative_to(root)}", "put the file there, or give its url"
        )
    return path


def read(path: Path, source: Data | Items) -> pd.DataFrame:
    """Return the file as a table of texts, as they are written."""
    na_values = source.na_values if isinstance(source, Data) else []
    try:
        if source.layout == "dst":
            return read_dst(path, votes=isinstance(source, Data))
        if len(source.separator) > 1:
            return read_long_separator(path, source)
        return pd.read_csv(
            path,
            sep=source.separator,
            encoding=source.encoding,
            dtype=str,
            na_values=na_values,
            names=source.names or None,
            header=None if source.names else 0,
        )
    except (
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        LookupError,
        ValueError,
    ) as error:
        raise ProjectError(
            f"{path.name} cannot be read as a table: {str(error).strip()}",
            f"it should have columns separated by {source.separator!r}; see project.toml",
        ) from None


def read_long_separator(path: Path, source: Data | Items) -> pd.DataFrame:
    """Return a file such as `1::0111161::9`, which pandas reads only with its slow engine."""
    lines = path.read_text(encoding=source.encoding).splitlines()
    cells = [line.split(source.separator) for line in lines]
    header, rows = (source.names, cells) if source.names else (cells[0], cells[1:])
    if wrong := [place for place, row in enumerate(rows, 1) if len(row) != len(header)]:
        raise ValueError(f"row {wrong[0]} does not have {len(header)} columns")
    return pd.DataFrame(rows, columns=pd.Index(header), dtype=str).replace("", np.nan)


def read_dst(path: Path, *, votes: bool) -> pd.DataFrame:
    """Return the votes, or the attributes, of a file in UCI's DST layout.

    A,1287,1,"title","/address" describes an item; C,"10001",10001 begins a user, V,1000,1 is a
    visit of that user to an item.
    """
    rows, case = [], ""
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            if line[0] == "C":
                case = line[2]
            elif line[0] == "V" and votes:
                rows.append([case, line[1]])
            elif line[0] == "A" and not votes:
                rows.append([line[1], line[3]])
    return pd.DataFrame(rows, columns=["case", "attribute"] if votes else ["attribute", "title"])


def check_columns(frame: pd.DataFrame, wanted: list[str], source: str) -> None:
    """Refuse a file that lacks a declared column."""
    if absent := [name for name in wanted if name not in frame.columns]:
        raise ProjectError(
            f"{source} has no column {absent[0]!r}; it has {', '.join(map(repr, frame.columns))}",
            "correct the columns, names or separator in project.toml",
        )
    if frame.empty:
        raise ProjectError(f"{source} has no rows", "bring a file with interactions")
