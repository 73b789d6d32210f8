"""The rows of a workbook: its largest sheet, with those under it that have the same columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .formats import written
from .header import tidy

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # where a workbook is locked
HEAD = 10  # rows of a sheet that may hold names
Row = Sequence[str]
Cells = list[list[Any]]


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, and the cells that it holds."""

    name: str
    cells: Cells

    @property
    def header(self) -> int:
        """The place of the first row that can hold names: two words and more, nothing else."""
        for place, row in enumerate(self.cells[:HEAD]):
            filled = [cell for cell in row if cell not in (None, "")]
            if len(filled) > 1 and all(isinstance(cell, str) for cell in filled):
                return place
        return -1

    @property
    def names(self) -> list[str]:
        """What its header says."""
        return [written(cell).strip() for cell in self.cells[self.header]] if self.cells else []


def read_sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook that hold anything."""
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(str(path))
        sheets = [
            Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=True))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        if ENCRYPTED in path.read_bytes():
            hint = "open it with its password, and save it without one, or as CSV"
            raise MlscaffoldError(f"`{path}` is encrypted with a password", hint) from None
        raise MlscaffoldError(
            f"`{path}` cannot be read as a workbook: {error}", "save it as CSV"
        ) from None
    sheets = [sheet for sheet in sheets if sheet.cells]
    if not sheets:
        raise MlscaffoldError(f"no sheet of `{path}` holds anything", "check the export")
    return sheets


def choose_sheets(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheet with the most cells, and those of the same columns, in their order."""
    largest = max(sheets, key=lambda sheet: sum(map(len, sheet.cells)))
    if largest.header < 0:
        return [largest]
    chosen: list[Sheet] = []
    for sheet in sheets:
        alike = sheet.header >= 0 and sheet.names == largest.names
        if alike and all(each.cells != sheet.cells for each in chosen):
            chosen.append(sheet)
    return chosen


def read_workbook(path: Path) -> tuple[str, Iterator[Row]]:
    """Return which sheets of a workbook are read and which are not, and the rows of those."""
    sheets = read_sheets(path)
    chosen = choose_sheets(sheets)
    return said_of(chosen, sheets), rows_of(chosen)


def said_of(chosen: Sequence[Sheet], sheets: Sequence[Sheet]) -> str:
    """Return which sheets are read, and which are not."""
    names = [sheet.name for sheet in chosen]
    left = [sheet.name for sheet in sheets if sheet.name not in names]
    said = f"{len(names)} sheets of the same columns stacked: {quoted(names)}"
    if len(chosen) == 1:
        said = f"the largest sheet, {quoted(names)}" if left else f"the sheet {quoted(names)}"
    return f"{said}; left out: {quoted(left)}" if left else said


def quoted(names: Sequence[str]) -> str:
    """Return names as they are written, of many the first."""
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(f"`{name}`" for name in names[:6]) + more


def rows_of(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """Return the rows of sheets, with the name of each where they are several."""
    for number, sheet in enumerate(sheets):
        for place, row in enumerate(sheet.cells):
            if number and place <= sheet.header:
                continue
            cells = [written(cell) for cell in row]
            cells = [tidy(cell) for cell in cells] if place < HEAD else cells
            if len(sheets) > 1:
                said = "sheet" if place == sheet.header else sheet.name
                cells.append(said if place >= sheet.header else "")
            yield cells
