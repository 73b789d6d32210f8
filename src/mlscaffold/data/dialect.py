"""Which sign stands between the cells of a text file, and which one around them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from .spacing import LINES, WIDE, find_cuts, is_aligned, is_spaced, split_at

SEPARATORS = (
    ",",
    ";",
    "\t",
    "|",
    "::",
    ":",
    "^",
    "~",
    "\x01",
    "\x1f",
    "||",
    "#",
    "!",
    "&",
    "*",
    "@",
)
RARE = {":", "#", "!", "&", "*", "@"}  # signs that stand in cells far more often than between them
BLANK = {" ": 0.7, r"\s+": 0.69}  # words have blanks between them, too
TYPED = re.compile(
    r"[-+]?[$€£%]?\d[\d., ]*(e[-+]?\d+)?\s?[%€$£]?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ][\d:.]+Z?)?"
    r"|\d{1,2}:\d\d(:\d\d)?(\.\d+)?|n/?an?|null|none|true|false|yes|no|\?|-|",
    re.IGNORECASE,
)
PLAIN = re.compile(r"[\w .'\u2019()&/+-]{1,40}")
SINGLE = re.compile(r"'[^'\n]+'(?:[,;\t|]'[^'\n]+')+\r?\n")  # a header all in single quotes
LOOSER = {'"': 1.02, "'": 0.9}  # how much more like a table lines must look with loose quotes
COLONS = re.compile(r"\d:\d\d|://")  # within times and addresses


@dataclass(frozen=True)
class Dialect:
    """How a line becomes cells; `quote` is empty where no sign is one."""

    separator: str = ","
    quote: str = '"'
    escape: str = ""
    loose: bool = False  # quotes stand inside of cells, too: only one before a separator ends them
    cuts: tuple[int, ...] = ()  # where columns of a fixed width begin

    @property
    def plain(self) -> bool:
        """Whether the keywords of a project are enough to read it."""
        known = self.quote in ('"', "") and self.separator != WIDE
        return known and not self.escape and not self.loose and not self.cuts


def parse(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Return the rows of cells, without the blanks before a cell; empty lines give empty rows."""
    separator = dialect.separator
    if dialect.cuts:
        yield from (split_at(line, dialect.cuts) for line in lines)
        return
    if separator == r"\s+":
        for line in lines:
            yield [cell.strip('"') for cell in re.findall(r'"[^"]*"|\S+', line)]
        return
    if separator == WIDE:
        yield from (re.split(WIDE, line.strip()) for line in lines)
        return
    if len(separator) > 1:
        for line in lines:
            yield [cell.strip() for cell in line.rstrip("\r\n").split(separator)]
        return
    if dialect.loose:
        for line in lines:
            yield split_loosely(line.rstrip("\r\n"), dialect)
        return
    reader = csv.reader(
        lines,
        delimiter=separator,
        quotechar=dialect.quote or None,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    with suppress(csv.Error):
        yield from reader


def split_loosely(line: str, dialect: Dialect) -> list[str]:
    """Return the cells of a line in which a quote ends a cell only before a separator: won't."""
    quote, separator = dialect.quote, dialect.separator
    quoted = re.compile(rf" *{quote}(.*?){quote} *(?={re.escape(separator)}|$)")
    cells, place = [], 0
    while place <= len(line):
        if found := quoted.match(line, place):
            cells.append(found[1].replace(quote * 2, quote))
            place = found.end() + 1
            continue
        end = line.find(separator, place)
        end = len(line) if end < 0 else end
        cells.append(line[place:end].lstrip())
        place = end + 1
    return cells


def find_dialect(text: str) -> Dialect:
    """Return the dialect of the beginning of a file.

    Our own measure (equal rows, cells of a known type) names one; where another one is nearly as
    good, it must be one that DuckDB or CleverCSV names.
    """
    _, arff, rows = text.partition("@data" if "@data" in text else "@DATA")
    if arff and "@attribute" in text.lower():
        text = rows
        if '"' not in text and re.search(r"(^|,) ?'[^',]*'(,|$)", text, re.MULTILINE):
            return Dialect(",", "'")
    if is_aligned(text):
        return Dialect(r"\s+")
    if is_spaced(text):
        return Dialect(WIDE)
    if cuts := find_cuts(text):
        return Dialect(WIDE, cuts=cuts)
    quote = find_quote(text)
    lines = [line for line in text.splitlines(keepends=True) if line.strip()][:LINES]
    blank = " " if '"' in text else r"\s+"  # where cells are quoted, two blanks are an empty cell
    signs = [*SEPARATORS, blank]
    scores = {each: measure(lines, Dialect(each, quote)) for each in signs}
    ranked = sorted(scores, key=lambda each: -scores[each])
    best = ranked[0]
    if scores[best] == 0:
        return Dialect(",", quote)
    if scores[best] < 1.3 * scores[ranked[1]]:
        others = {ask_duckdb("".join(lines)), ask_clevercsv("".join(lines))}
        named = [each for each in ranked if each in others and scores[each] > 0.5 * scores[best]]
        best = best if best in others or not named else named[0]
    found = Dialect(best, quote, find_escape(text, lines, best, quote))
    if len(best) == 1 and quote and quote in text:
        loose = Dialect(best, quote, loose=True)
        if measure(lines, loose) > LOOSER[quote] * measure(lines, found):
            return loose
    return found


def find_quote(text: str) -> str:
    """Return the sign around cells: the double one, unless it is clearly the single one."""
    if '"' not in text and SINGLE.match(text):
        return "'"
    found = {}
    for sign in "\"'":
        opens = len(re.findall(rf"(?:^|[,;\t|~^]) ?{sign}(?=\S)", text, re.MULTILINE))
        closes = len(re.findall(rf"(?<=\S){sign} ?(?:[,;\t|~^]|$)", text, re.MULTILINE))
        found[sign] = min(opens, closes)
    return "'" if found["'"] > max(3, 2 * found['"'], text.count("\n") / 4) else '"'


def find_escape(text: str, lines: list[str], separator: str, quote: str) -> str:
    """Return the sign that lets a quote stand inside of a cell, if that makes rows more equal."""
    plain = measure(lines, Dialect(separator, quote))
    if f"\\{quote}" in text:
        better = measure(lines, Dialect(separator, quote, "\\")) > plain
        if better or doubled(text, quote) == 0 < inner(text, "\\", quote):
            return "\\"
    return ""


def doubled(text: str, quote: str) -> int:
    """Return how often a quote is doubled inside of a cell."""
    return len(re.findall(rf"[^,;\t|\n]{quote}{quote}", text))


def inner(text: str, escape: str, quote: str) -> int:
    """Return how often an escaped quote is followed by more of its cell."""
    return len(re.findall(rf"{re.escape(escape)}{quote}(?![,;\t|\r\n]|$)", text))


def measure(lines: list[str], dialect: Dialect) -> float:
    """Return how much like a table the lines look when read in this dialect, from 0 on."""
    rows = [row for row in parse(lines, dialect) if row]
    widths = Counter(len(row) for row in rows)
    if not rows:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * min(item[0], 3), item[0]))
    if width < 2:
        return 0.0
    equal = count / len(rows)
    cells = [cell.strip() for row in rows if len(row) == width for cell in row]
    typed = sum(known(cell) for cell in cells) / len(cells)
    penalty = 0.4 if dialect.separator in RARE else BLANK.get(dialect.separator, 1.0)
    if dialect.separator == ":":
        text = "".join(lines)
        penalty *= 1 - min(1.0, len(COLONS.findall(text)) / max(text.count(":"), 1))
    fitting = quotes_fit("".join(lines), dialect)
    return equal**2 * typed * penalty * fitting * (1 - 1 / (width + 1))


def quotes_fit(text: str, dialect: Dialect) -> float:
    """Return the share of quotes that stand where a separator says that a cell begins or ends."""
    quote, separator = dialect.quote, dialect.separator
    total = text.count(quote) - 2 * text.count(quote * 2)
    if total < 4 or len(separator) > 1:
        return 1.0
    sign = re.escape(separator)
    near = len(re.findall(rf"(?:^|{sign}) *{quote}", text, re.MULTILINE))
    near += len(re.findall(rf"{quote} *(?:{sign}|\r?$)", text, re.MULTILINE))
    return 0.3 + 0.7 * min(1.0, near / total)


def known(cell: str) -> float:
    """Return how sure it is that a cell is one, and no piece or collection of others."""
    if TYPED.fullmatch(cell):
        return 1.0
    if PLAIN.fullmatch(cell):
        return 0.9
    return 0.1 if re.search(r"[;|\t]|,\S|^[\"']|[\"']$", cell) else 0.6


def ask_duckdb(text: str) -> str:
    """Return the separator that DuckDB finds."""
    import tempfile
    from pathlib import Path

    import duckdb

    with tempfile.TemporaryDirectory(prefix="mlscaffold-") as folder, duckdb.connect() as base:
        path = Path(folder, "head.csv")
        path.write_text(text, encoding="utf-8")
        try:
            row = base.execute("SELECT delimiter FROM sniff_csv(?)", [str(path)]).fetchone()
        except duckdb.Error:
            return ""
    return str(row[0]) if row else ""


def ask_clevercsv(text: str) -> str:
    """Return the separator that CleverCSV finds."""
    import clevercsv

    try:
        found = clevercsv.Sniffer().sniff(text[:20_000])
    except (clevercsv.exceptions.NoDetectionResult, ValueError):
        return ""
    return str(found.delimiter) if found else ""
