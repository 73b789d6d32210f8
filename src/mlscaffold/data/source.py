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
from .signatures import EXPORT, decodes, name_kind

BLOCK = 1 << 20
MOST = 64 << 30  # bytes after unpacking: more is no table that anybody studies on one machine
PACKED = 1000  # times larger after unpacking: no table shrinks so well, only a trap does
OPENERS = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}
ZIPPED = {  # by the names of files in it
    ".iwa": "a document of Numbers or Pages",
    "word/document": "a document of Word",
    "ppt/": "slides of PowerPoint",
}
SUFFIXES = {"gzip": ".gz", "bz2": ".bz2", "xz": ".xz"}


@dataclass(frozen=True)
class Source:
    """A file, what its first bytes say it is, and the URL it came from."""

    path: Path
    kind: str  # "text", or what its first bytes say
    url: str = ""
    inner: str = ""  # what a packed file holds, where it is no text

    @property
    def packed(self) -> bool:
        """Whether pandas reads it as text after unpacking it by its name."""
        return self.kind in OPENERS and not self.inner

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
    kind = name_kind(start, f"`{given}` is", path)
    if kind in OPENERS:
        return open_packed(path, kind)
    return Source(path, inside(path) if kind == "zip" else kind)


def open_packed(path: Path, kind: str) -> Source:
    """Return what a packed file is: text, something else inside, or an archive of several files."""
    with open_bytes(Source(path, kind)) as file:
        start = file.read(BLOCK)
    if not start.strip(b"\x00 \r\n\t"):
        raise MlscaffoldError(
            f"`{path}` holds an empty file", "check that the download was complete"
        )
    inner = name_kind(start, f"`{path}` holds", path)
    if inner == "tar":
        return Source(path, "tar")
    return Source(path, kind, inner="" if inner == "text" else inner)


def leads_on(path: Path) -> bool:
    """Return whether a link leads to something; one in a circle is an error to some systems."""
    try:
        return path.exists()
    except (OSError, RuntimeError):
        return False


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
    if what := next((said for part, said in ZIPPED.items() if part in " ".join(names)), ""):
        raise MlscaffoldError(f"`{path}` is {what}, which mlscaffold does not read", EXPORT)
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
