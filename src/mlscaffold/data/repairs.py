"""Text files that are damaged or written for one program only, made plain before they are read."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import MlscaffoldError
from .drawings import is_boxed, is_framed, plain_box, unframed
from .signatures import MARKS, decodes, is_wide
from .source import Source, open_bytes, open_source

START = 1 << 18  # bytes that tell
GARBLED = re.compile(
    "\u00c3[\u0080-\u00bf\u0178\u201e\u2013\u0153]|\u00e2\u201a\u00ac"
)  # UTF-8 read as cp1252
CONTROLS = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")  # \x85 ends a line in some texts
FORMULA = re.compile(rb'(^|[,;\t])="([^"\r\n]*)"(?=[,;\t\r\n]|$)', re.MULTILINE)
CURLY = re.compile(
    rb"(^|[,;\t] ?)(?:\xe2\x80[\x9c\x9e])([^\"\r\n]*?)\xe2\x80[\x9c\x9d](?=[,;\t\r\n]|$)",
    re.MULTILINE,
)
SPARSE = re.compile(rb"[-+]?[\d.]+(?:e[-+]?\d+)?(?:\s+\d+:[-+]?[\d.]+(?:e[-+]?\d+)?)*\s*(?:#.*)?")
WIDE = 2000  # columns that a sparse file may become


@dataclass(frozen=True)
class Way:
    """How the lines of a text are made plain, and what a person is told of it."""

    said: str
    fits: Callable[[bytes], bool]
    change: Callable[[bytes], bytes]


def repair(source: Source, folder: Path) -> tuple[Source, list[str]]:
    """Return a text file without its damage, and what was done to it."""
    start, steps = start_of(source), list[str]()
    if is_wide(start) or (start.startswith(tuple(MARKS)) and not start.startswith(codecs.BOM_UTF8)):
        return source, []
    for number, way in enumerate(WAYS):
        if not way.fits(start):
            continue
        better = rewritten(source, folder / f"repaired_{number}", way.change)
        if not way.fits(start_of(better)):  # else it did not help
            source, start = better, start_of(better)
            steps.append(way.said)
    if is_sparse(start):
        source = dense(source, folder)
        steps.append("LibSVM's `place:value` made columns; what is not named is 0")
    return source, steps


def start_of(source: Source) -> bytes:
    """Return the bytes that tell what is to be repaired."""
    with open_bytes(source) as raw:
        return raw.read(START)


def mostly(form: re.Pattern[bytes]) -> Callable[[bytes], bool]:
    """Return a test for whether a text holds something once a line."""

    def fits(start: bytes) -> bool:
        lines = start.splitlines()
        return len(lines) > 2 and len([*form.finditer(start)]) >= len(lines)

    return fits


def garbled(start: bytes) -> bool:
    """Return whether a text holds what only a wrong encoding makes."""
    return len(GARBLED.findall(start.decode("utf-8", "ignore"))) > 2


def controlled(start: bytes) -> bool:
    """Return whether a text in UTF-8 holds control characters that people never type."""
    found = bool(CONTROLS.search(start))
    return found and decodes(codecs.getincrementaldecoder("utf-8")(), start)


def shown(found: re.Match[bytes]) -> bytes:
    """Return a control character of latin-1 in UTF-8 as the sign that cp1252 shows for its byte."""
    return found[0][1:].decode("cp1252", "replace").encode()


def rewritten(source: Source, folder: Path, change: Callable[[bytes], bytes]) -> Source:
    """Return a file with each of its lines changed."""
    folder.mkdir(exist_ok=True)
    place = folder / (source.path.stem if source.packed else source.path.name)
    with open_bytes(source) as raw, place.open("wb") as file:
        for line in raw:
            file.write(change(line))
    return open_source(str(place))


def ungarbled(line: bytes) -> bytes:
    """Return a line as it was before its UTF-8 was read as cp1252; others stay as they are."""
    try:
        signs = line.decode("utf-8")
        bare = b"".join(byte_of(sign) for sign in signs)
        bare.decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return line
    return bare


def byte_of(sign: str) -> bytes:
    """Return the byte that cp1252 shows as a sign; five bytes it shows as they are."""
    return sign.encode("latin-1" if "\u0080" <= sign <= "\u009f" else "cp1252")


def is_sparse(start: bytes) -> bool:
    """Return whether lines are a number and pairs of a place and a value, as of LibSVM."""
    lines = [line.strip() for line in start.splitlines()[:100] if line.strip()][:-1]
    paired = sum(b":" in line and b"," not in line for line in lines)
    return paired > 0.8 * len(lines) > 2 and all(map(SPARSE.fullmatch, lines))


def dense(source: Source, folder: Path) -> Source:
    """Return a file of LibSVM as CSV, with 0 where a line does not name a place."""
    width = max((place for _, pairs in sparse_rows(source) for place in pairs), default=0)
    if not 0 < width <= WIDE:
        said = f"`{source.path}` is a file of LibSVM with {width:,} columns"
        raise MlscaffoldError(said, f"choose at most {WIDE:,} of them, and save them as CSV")
    path = folder / f"{source.path.name.split('.')[0]}_dense.csv"
    with io.TextIOWrapper(path.open("wb"), encoding="utf-8") as file:
        file.write(",".join(["target", *(f"x{place}" for place in range(1, width + 1))]) + "\n")
        for goal, pairs in sparse_rows(source):
            cells = (pairs.get(place, "0") for place in range(1, width + 1))
            file.write(",".join([goal, *cells]) + "\n")
    return open_source(str(path))


def sparse_rows(source: Source) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield the first number of each line, and its values by their places."""
    with open_bytes(source) as raw:
        for line in raw:
            goal, *pairs = line.split(b"#")[0].decode("ascii", "replace").split() or [""]
            if goal:
                split = (pair.partition(":") for pair in pairs)
                yield goal, {int(place): value for place, _, value in split if place.isdigit()}


WAYS = (
    Way(
        "NUL bytes left out",
        lambda start: b"\x00" in start,
        lambda line: line.replace(b"\x00", b""),
    ),
    Way(
        "letters like \u00c3\u00a4 put right (\u00e4): it was saved in a wrong encoding",
        garbled,
        ungarbled,
    ),
    Way(
        "control characters in the place of dashes and quotes put right",
        controlled,
        lambda line: CONTROLS.sub(shown, line),
    ),
    Way("a drawn box made plain", is_boxed, plain_box),
    Way('cells like ="1" made plain', mostly(FORMULA), lambda line: FORMULA.sub(rb'\1"\2"', line)),
    Way(
        "curly quotes around cells made plain ones",
        mostly(CURLY),
        lambda line: CURLY.sub(rb'\1"\2"', line),
    ),
    Way("the lines drawn around cells left out", is_framed, unframed),
)
