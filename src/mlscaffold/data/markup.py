"""The rows of a table in a web page, or in what portals and old Excel call .xls: HTML and XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from ..errors import MlscaffoldError
from .header import tidy
from .signatures import MARKS, SIGN_IN
from .source import Source, open_bytes

Row = Sequence[str]
ROWS, CELLS = {"tr", "row"}, {"td", "th", "cell"}  # of HTML, and of Excel 2003
BREAKS = {"br", "p", "div", "li"}
UNSEEN = {"script", "style", "sup", "head"}  # a raised sign is a footnote
LEAST = (3, 2)  # rows and columns of what is a table
CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
MOST = 1000  # columns that a cell may say it spans


def markup_rows(source: Source) -> Iterator[Row]:
    """Return the rows of the table with the most cells."""
    with open_bytes(source) as file:
        text = decoded(file.read())
    page = Page()
    page.feed(text)
    tables = [table for table in page.tables if len(table) >= LEAST[0]]
    table = max(tables, key=lambda rows: sum(map(len, rows)), default=[])
    if max(map(len, table), default=0) < LEAST[1]:
        raise MlscaffoldError(
            f"`{source.path}` is a web page without a table of {LEAST[0]} rows", SIGN_IN
        )
    width = max(map(len, table))
    yield from ([tidy(cell) for cell in row] + [""] * (width - len(row)) for row in table)


def decoded(raw: bytes) -> str:
    """Return a page as text, in the encoding that it names or that fits."""
    mark = next((name for mark, name in MARKS.items() if raw.startswith(mark)), "")
    named = [found[1].decode("ascii") for found in CHARSET.finditer(raw[:2000])]
    for encoding in (mark, "utf-8", *named, "cp1252"):
        try:
            return raw.decode(encoding) if encoding else raw.decode("ascii")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


class Page(HTMLParser):
    """Collects the tables of a page: rows of cells, each cell once for every row and column."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []  # tables that are not closed, the innermost last
        self.cell: list[str] | None = None
        self.unseen = 0
        self.span = 1
        self.down: dict[int, tuple[int, str]] = {}  # place: rows that its cell goes on for

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        said = dict(attrs)
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "table":
            self.close_cell()
            self.open.append([])
            self.down = {}
        elif tag in ROWS and self.open:
            self.close_cell()
            self.open[-1].append([])
            self.fill_down()
        elif tag in CELLS and self.open and self.open[-1]:
            self.close_cell()
            row = self.open[-1][-1]
            if place := number(said.get("ss:index"), 0):  # Excel leaves out empty cells before it
                row += [""] * (place - 1 - len(row))
            self.cell = []
            self.span = number(said.get("colspan"), 1) + number(said.get("ss:mergeacross"), 0)
            if (rows := number(said.get("rowspan"), 1)) > 1:
                self.down[len(row)] = (rows - 1, "")
        elif tag in BREAKS and self.cell is not None:
            self.cell.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<Cell/>` for an empty cell."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a cell, a row or a table."""
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in CELLS | ROWS:
            self.close_cell()
        elif tag == "table" and self.open:
            self.close_cell()
            rows = self.open.pop()
            self.tables.append([row for row in rows if any(row)])

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self.cell is not None and not self.unseen:
            self.cell.append(data)

    def close_cell(self) -> None:
        """Put a cell into its row, and once more for each column that it spans."""
        if self.cell is None:
            return
        row, text = self.open[-1][-1], " ".join("".join(self.cell).split())
        place = len(row)
        if place in self.down:
            self.down[place] = (self.down[place][0], text)
        row += [text] * self.span
        self.cell, self.span = None, 1
        self.fill_down(len(row) - 1)

    def fill_down(self, done: int = -1) -> None:
        """Put cells from rows above into a row, from where it ends."""
        row = self.open[-1][-1]
        while (place := len(row)) in self.down and place > done:
            left, text = self.down.pop(place)
            row.append(text)
            if left > 1:
                self.down[place] = (left - 1, text)


def number(said: str | None, usual: int) -> int:
    """Return the number that an attribute says, within reason."""
    return min(int(said), MOST) if said and said.isdigit() else usual
