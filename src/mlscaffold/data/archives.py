"""The one table in an archive, or in what is packed several times, unpacked for reading."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from .source import MOST, Source, open_bytes, open_source

LAYERS = 3  # of packing: what is packed more often is a trap
TABLES = tuple(".csv .tsv .txt .dat .data .json .jsonl .xlsx .xls .ods .parquet .gz".split())
JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "._", "~$")
ONE = "unpack it and name one file, or several of the same columns as 'FOLDER/*.csv'"
PART = re.compile(r"(^|[\W_])(test|valid|validation|submission|submit)([\W_]|$)", re.IGNORECASE)
TALK = ("readme", "license", "licence", "notice", "names", "description", "changelog")


def opened(source: Source, folder: Path, steps: list[str]) -> Source:
    """Return the one table in a packed file, unpacked into a folder; what was done is added."""
    for layer in range(LAYERS + 1):
        if source.kind not in {"zip", "tar"} and not source.inner:
            return source
        if layer == LAYERS:
            break
        way = {"zip": unpack, "tar": untar}.get(source.kind, peel)
        found = way(source, folder, steps)
        steps.append(f"unpacked {found.path.name} from {source.path.name}")
        source, folder = found, folder / "inner"
        folder.mkdir(exist_ok=True)
    said = f"`{source.path.name}` is packed more than {LAYERS} times"
    raise MlscaffoldError(said, "unpack it yourself, and name the file in it")


def peel(source: Source, folder: Path, _: list[str]) -> Source:
    """Return what a packed file holds that is no text, unpacked into a folder."""
    place = folder / source.path.stem
    with open_bytes(source) as packed, place.open("wb") as file:
        copy(packed, file)
    return open_source(str(place))


def unpack(source: Source, folder: Path, steps: list[str]) -> Source:
    """Return the one table that a zip archive holds, unpacked into a folder."""
    with zipfile.ZipFile(source.path) as archive:
        names = [each.filename for each in archive.infolist() if not each.is_dir()]
        tables = for_training(tables_among(names, or_any=True), steps)
        if not tables:
            raise MlscaffoldError(f"`{source.path}` holds no files", "fetch it again")
        if len(tables) > 1:
            said = f"`{source.path}` holds several tables: {', '.join(tables[:8])}"
            raise MlscaffoldError(said, ONE)
        place = folder / Path(tables[0]).name
        try:
            with archive.open(tables[0]) as packed, place.open("wb") as file:
                copy(packed, file)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:  # a password, say
            raise MlscaffoldError(
                f"`{source.path}` cannot be unpacked: {error}", "unpack it yourself"
            ) from None
    return open_source(str(place))


def tables_among(names: Iterable[str], *, or_any: bool) -> list[str]:
    """Return the names that tables have, or `or_any` other; without junk, nor texts about them."""
    kept = [name for name in names if not any(junk in name for junk in JUNK)]
    tables = [name for name in kept if name.lower().endswith(TABLES)] or (kept if or_any else [])
    return [name for name in tables if not any(word in name.lower() for word in TALK)] or tables


def for_training(tables: list[str], steps: list[str]) -> list[str]:
    """Return the one table for training if all others are for testing; what is left is said."""
    stems = {name: Path(name).stem.lower() for name in tables}
    kept = [name for name, stem in stems.items() if "train" in stem]
    others = [Path(name).name for name, stem in stems.items() if PART.search(stem)]
    if len(kept) != 1 or not others or len(others) + 1 < len(tables):
        return tables
    steps.append(f"left aside {', '.join(others[:8])}: without answers, or to be divided anew")
    return kept


def unwrap(source: Source, folder: Path) -> Source | None:
    """Return a file without the quotes around each of its rows, if it has them, else nothing.

    Spreadsheets write them where a file was opened with another separator: `"a,""b"",c"`.
    """
    with open_bytes(source) as raw:
        head = raw.read(1 << 16).splitlines()[:50]
        rows = [line[1:-1].replace(b'""', b"") for line in head if line.strip()]
        wrapped = all(line[:1] == line.rstrip()[-1:] == b'"' for line in head if line.strip())
        signs = [sign for sign in (b",", b";", b"\t") if all(sign in row for row in rows)]
        if len(rows) < 3 or not wrapped or not signs or any(b'"' in row for row in rows):
            return None
        raw.seek(0)
        place = folder / source.path.name
        with place.open("wb") as file:
            for line in raw:
                file.write(line.strip()[1:-1].replace(b'""', b'"') + b"\n")
    return open_source(str(place))


def untar(source: Source, folder: Path, steps: list[str]) -> Source:
    """Return the one table that a tar archive holds, unpacked into a folder."""
    with tarfile.open(source.path) as archive:
        files = {each.name: each for each in archive.getmembers() if each.isfile()}
        tables = for_training(tables_among(files, or_any=False), steps)
        if len(tables) != 1:
            names = ", ".join(tables[:8]) or "none"
            raise MlscaffoldError(f"`{source.path}` holds not one table but: {names}", ONE)
        place = folder / Path(tables[0]).name
        packed = archive.extractfile(files[tables[0]])
        with place.open("wb") as file:
            copy(packed, file)
    return open_source(str(place))


def copy(packed: Any, file: Any) -> None:
    """Copy an unpacked file, but not without end."""
    length = 0
    while block := packed.read(1 << 20):
        length += len(block)
        if length > MOST:
            raise MlscaffoldError(
                "the archive unpacks without end", "get it from a place that you trust"
            )
        file.write(block)
