"""The file as it lies there: where it comes from, what it really is, its bytes and their hash."""

from __future__ import annotations

import bz2
import codecs
import gzip
import hashlib
import lzma
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ..errors import MlscaffoldError

BLOCK = 1 << 20
MOST = 64 << 30  # bytes after unpacking: more is no table that anybody studies on one machine
PACKED = 1000  # times larger after unpacking: no table shrinks so well, only a trap does
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "excel",
    b"SQLite format 3": "an SQLite database",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x05\x06": "an empty archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x7fELF": "a program",
    b"\x89HDF": "an HDF5 file",
    b"RDX": "an R data file",
    b"\x80\x04\x95": "a pickle of Python",
    b"\x80\x05\x95": "a pickle of Python",
    b"\x93NUMPY": "an array of NumPy",
    b"ARROW1": "an Arrow file",
    b"$FL2": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    b"version https://git-lfs": "a pointer of Git LFS, not the file itself",
}
OPENERS = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}
SUFFIXES = {"gzip": ".gz", "bz2": ".bz2", "xz": ".xz"}
MARKS = {  # longest first: the mark of UTF-32 begins like that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Source:
    """A file, what its first bytes say it is, and the URL it came from."""

    path: Path
    kind: str  # "text", or what MAGIC says
    url: str = ""

    @property
    def packed(self) -> bool:
        """Whether pandas reads it as text after unpacking it by its name."""
        return self.kind in OPENERS

    @property
    def named_well(self) -> bool:
        """Whether its name tells pandas how to unpack it."""
        return self.path.suffix.lower() == SUFFIXES.get(self.kind, self.path.suffix.lower())


@dataclass(frozen=True)
class Fingerprint:
    """What one pass over all bytes finds."""

    sha256: str
    size: int  # bytes in the file
    length: int  # bytes after unpacking
    lines: int
    utf8: bool
    strange: bytes  # lines with bytes that are not ASCII, to tell the encoding from


def open_source(given: str) -> Source:
    """Return what `given`, a path, is; refuse what cannot be a table."""
    path = Path(given).expanduser()
    if path.is_dir():
        raise MlscaffoldError(
            f"`{given}` is a folder", "name a file in it, or stack: 'FOLDER/*.csv'"
        )
    if path.is_symlink() and not leads_on(path):
        hint = f"it leads to `{path.readlink()}`: name the file itself, or mend the link"
        raise MlscaffoldError(f"`{given}` is a link that leads to no file", hint)
    if not path.exists():
        near = similar(path.name, [each.name for each in path.parent.glob("*")])
        hint = f"did you mean `{path.parent / near}`?" if near else "check the path"
        raise MlscaffoldError(f"there is no file `{given}`", hint)
    if not path.is_file():  # a pipe would be waited for without end, and be read only once
        hint = "write what comes out of it to a file, and name that"
        raise MlscaffoldError(f"`{given}` is a pipe or a device, not a file", hint)
    try:
        with path.open("rb") as file:
            start = file.read(BLOCK)
    except PermissionError:
        hint = "change its permissions, or copy it to a place of your own"
        raise MlscaffoldError(f"you may not read `{given}`", hint) from None
    if not start.strip(b"\x00 \r\n\t"):
        raise MlscaffoldError(
            f"`{given}` is empty", "check that the export or download was complete"
        )
    kind = next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), "")
    kind = kind or text_kind(start)
    if kind.split()[0] in {"a", "an"}:
        raise MlscaffoldError(f"`{given}` is {kind}, not a table", "save the table as CSV")
    if kind in OPENERS:
        kind = unpacked_kind(path, kind)
    return Source(path, inside(path) if kind == "zip" else kind)


def unpacked_kind(path: Path, kind: str) -> str:
    """Return what a packed file is, `tar` where it is an archive; refuse what is no text inside."""
    with open_bytes(Source(path, kind)) as file:
        start = file.read(512)
    if start[257:262] == b"ustar":
        return "tar"
    other = next((said for magic, said in MAGIC.items() if start.startswith(magic)), "")
    if other.split(" ")[0] in {"a", "an"}:
        raise MlscaffoldError(f"`{path}` holds {other}, not a table", "save the table as CSV")
    return kind


def leads_on(path: Path) -> bool:
    """Return whether a link leads to something; one in a circle is an error to some systems."""
    try:
        return path.exists()
    except (OSError, RuntimeError):
        return False


def text_kind(start: bytes) -> str:
    """Return what a file of no known magic is: text, JSON, a web page or something binary."""
    if start.startswith(tuple(MARKS)) or is_wide(start):
        return "text"
    odd = {*start[:4096]} - PRINTED
    if len(odd) > 20 or (start.count(b"\x00") > len(start) / 1000 and not is_text(start)):
        return "a binary file"
    head = start.lstrip(b" \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<div")):
        return (
            "a web page (perhaps the page around a download, or a table that a portal calls .xls)"
        )
    if head.startswith((b"create table", b"insert into", b"-- mysql dump", b"-- postgresql")):
        return "an SQL dump"
    if head.startswith((b"<?xml", b"<svg")):
        return "an XML document"
    if head.startswith((b'{"', b"[{", b"[[", b"{\n", b"{ ", b"[\n")):
        return "json"
    return "text"


def is_text(start: bytes) -> bool:
    """Return whether bytes are text but for the zero bytes that some programs leave in cells."""
    lines = start.count(b"\n") or start.count(b"\r")
    text = start.replace(b"\x00", b"")[: -4 if len(start) == BLOCK else None]
    decoder = codecs.getincrementaldecoder("utf-8")()
    plain = not {*text} - PRINTED and decodes(decoder, text)
    return plain and lines > 2 and len(text) > len(start) / 2


PRINTED = {*range(32, 256), 9, 10, 11, 12, 13, 26, 28, 29, 30, 31}


def is_wide(start: bytes) -> str:
    """Return the encoding where every other byte is zero, as in UTF-16 without a mark."""
    odd, even = start[1:2000:2].count(0), start[:2000:2].count(0)
    half = len(start[:2000]) / 2
    return (
        "utf-16-le" if odd > 0.7 * half > even else "utf-16-be" if even > 0.7 * half > odd else ""
    )


def inside(path: Path) -> str:
    """Return what a zip archive is: a workbook, or an archive with tables."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise MlscaffoldError(f"`{path}` is a broken zip archive", "fetch it again") from None
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    if total > MOST or (total > 1 << 30 and total > PACKED * path.stat().st_size):
        said = f"`{path}` would unpack to {total / 1e9:,.0f} GB: a trap rather than a table"
        raise MlscaffoldError(said, "get the file from a place that you trust")
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return "excel"
    if names and all(name.endswith(".npy") for name in names):
        hint = "write them as CSV, with numpy.savetxt or pandas"
        raise MlscaffoldError(f"`{path}` holds NumPy arrays, not a table", hint)
    return "zip"


@contextmanager
def open_bytes(source: Source) -> Iterator[IO[bytes]]:
    """Open the file as bytes, unpacked; damage is the person's to know."""
    opener: Any = OPENERS.get(source.kind)
    try:
        with opener(source.path, "rb") if opener else source.path.open("rb") as file:
            yield cast("IO[bytes]", file)
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise MlscaffoldError(f"`{source.path}` is damaged: {error}", "fetch it again") from None


def fingerprint(source: Source) -> Fingerprint:
    """Read all bytes once: their hash, the lines, whether they are UTF-8, and those that differ."""
    sha256 = file_hash(source.path) if source.packed else ""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    length, lines, utf8, strange, last = 0, 0, True, bytearray(), b"\n"
    size = source.path.stat().st_size
    with open_bytes(source) as file:
        while block := file.read(BLOCK):
            digest.update(block)
            length, last = length + len(block), block[-1:]
            lines += block.count(b"\n") or block.count(b"\r")
            if length > MOST or (source.packed and length > max(1 << 30, PACKED * size)):
                said = f"`{source.path}` unpacks to more than {length / 1e9:,.0f} GB"
                raise MlscaffoldError(said, "get the file from a place that you trust")
            if utf8:
                utf8 = decodes(decoder, block)
            if len(strange) < BLOCK and not block.isascii():
                strange += b"\n".join(each for each in block.split(b"\n") if not each.isascii())
    lines += last not in (b"\n", b"\r")
    return Fingerprint(
        sha256 or digest.hexdigest(), size, length, lines, utf8, bytes(strange[:BLOCK])
    )


def decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    """Return whether a block goes on in UTF-8."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def similar(name: str, names: list[str]) -> str:
    """Return the most similar of `names`, or nothing."""
    from difflib import get_close_matches

    folded = {each.casefold(): each for each in names}
    found = get_close_matches(name.casefold(), [*folded], 1, 0.6)
    return folded[found[0]] if found else ""
