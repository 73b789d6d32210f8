"""Reads CSV and Parquet files of any size in pieces, and writes what was made of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ..command import ProjectError
from ..project import Data

PIECE = 5_000  # rows in memory at a time


def read_pieces(path: Path, data: Data) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file as text; the index counts them from 1.

    A CSV file is read as project.toml says of the data; `data.names` are those of its columns
    unless it has a header with some of them.
    """
    if not path.is_file():
        raise ProjectError(f"there is no file {path}", "give the path of a CSV or Parquet file")
    pieces = read_parquet(path) if path.suffix == ".parquet" else read_csv(path, data)
    start = 1
    for piece in pieces:
        piece.index = pd.RangeIndex(start, start + len(piece), name="row")
        start += len(piece)
        yield piece


def read_csv(path: Path, data: Data) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV file."""
    names: list[str] = getattr(data, "names", [])
    form: dict[str, Any] = {
        "sep": data.separator, "encoding": data.encoding, "dtype": str, "skipinitialspace": True,
    }  # fmt: skip
    try:
        first = pd.read_csv(path, nrows=1, header=None, **form)
        if names and not set(names) & set(first.iloc[0]):
            form |= {"names": names, "header": None}
        yield from pd.read_csv(path, na_values=data.na_values, chunksize=PIECE, **form)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ProjectError(
            f"{path.name} cannot be read as a table: {str(error).strip()}",
            f"it should be Parquet (.parquet), or CSV separated by {data.separator!r} as the data "
            "of project.toml",
        ) from None


def read_parquet(path: Path) -> Iterator[pd.DataFrame]:
    """Yield the rows of a Parquet file; DuckDB reads it piece by piece."""
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 2}) as connection:
        try:
            rows = connection.execute(
                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(?)", [str(path)]
            )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise ProjectError(
                f"{path.name} cannot be read as Parquet: {reason}", "check how it was written"
            ) from None
        vectors = PIECE // duckdb.__standard_vector_size__
        while len(piece := rows.fetch_df_chunk(vectors)):
            yield piece


class Output:
    """A table that grows piece by piece beside its final place, and is moved there at the end.

    An interruption leaves what was there before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}")
        self.rows = 0
        self.text: set[str] = set()  # columns

    def __enter__(self) -> Output:
        """Refuse a place where nothing can be written, before any work is done."""
        if self.path.suffix not in {".csv", ".parquet"} or self.path.is_dir():
            hint = "OUT is a file that ends in .csv or .parquet"
            raise ProjectError(f"no table can be written to {self.path}", hint)
        if not self.path.parent.is_dir():
            raise ProjectError(f"there is no folder {self.path.parent}", "create it first")
        return self

    def write(self, piece: pd.DataFrame) -> None:
        """Add rows, if there are any, with the index as the first column."""
        if piece.empty:
            return
        piece.to_csv(self.beside, mode="a", header=not self.rows, lineterminator="\n")
        self.rows += len(piece)
        kinds = {str(name): pd.api.types.infer_dtype(piece[name]) for name in piece}
        self.text |= {name for name, kind in kinds.items() if kind == "string"}

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        """Move the table to its place, as Parquet if its name says so; after an error drop it."""
        try:
            if kind is None and self.rows and self.path.suffix == ".parquet":
                to_parquet(self.beside, self.path, self.text)
            elif kind is None and self.rows:
                self.beside.replace(self.path)
            elif kind is None:  # what an earlier run left would be taken for this one's
                self.path.unlink(missing_ok=True)
        finally:
            self.beside.unlink(missing_ok=True)


def to_parquet(table: Path, path: Path, text: set[str]) -> None:
    """Write a CSV file again as Parquet, in bounded memory; text stays text, also yes and 007."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.parquet")
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 2}) as connection:
        kinds = dict.fromkeys(text, "VARCHAR")
        rows = connection.read_csv(str(table), sample_size=-1, dtype=kinds)
        rows.write_parquet(str(beside))
    beside.replace(path)
