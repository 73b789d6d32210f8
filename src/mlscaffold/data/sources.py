"""From what the person named to one file that a project can read, by a recipe where needed."""

from __future__ import annotations

import glob
import re
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import MlscaffoldError
from . import convert
from .archives import copy, opened, unwrap
from .bundled import PREFIX, write_bundled
from .columns import MISSING, Column
from .numbers import percent
from .repairs import repair
from .reshaping import (
    find_places,
    find_sensors,
    lies_on_its_side,
    places_apart,
    side_by_side,
    turned,
)
from .rewriting import Rewrite, leave_out, rewrite
from .source import Source, file_hash, open_source
from .table import Table, read_table
from .workbooks import read_workbook

KINDS = {"json": "objects to columns", "markup": "the largest table of a page"}
REMOTE = ("http://", "https://")


@dataclass
class Found:
    """A table, the file that the project will read, and what that was made from."""

    table: Table
    source: Source
    origins: list[Path] = field(default_factory=list)  # of a converted file
    recipe: dict[str, Any] = field(default_factory=dict)
    folder: tempfile.TemporaryDirectory[str] | None = None  # goes when this goes

    @property
    def converted(self) -> bool:
        """Whether the file was made here."""
        return bool(self.recipe)


def find(given: str, other: str | None = None, key: str | None = None) -> Found:
    """Return the table that was named: a file, a URL, a pattern of files, with one to join."""
    if (other is None) != (key is None):
        raise MlscaffoldError("`--join` and `--on` belong together", "--join OTHER.csv --on KEY")
    folder = tempfile.TemporaryDirectory(prefix="mlscaffold-", ignore_cleanup_errors=True)
    work = Path(folder.name)
    url = given if given.startswith(REMOTE) else ""
    paths = [str(download(given, work))] if url else expand(given)
    if given.startswith(PREFIX):
        found = bundled(given, work)
    elif len(paths) > 1:
        found = stacked(given, paths, work)
    else:
        source = open_source(paths[0])
        found = single(replace(source, url=url), work)
    if other and key:
        found = joined(found, other, key, work)
    found.folder = folder
    return found


def expand(given: str) -> list[str]:
    """Return the files that a pattern names, or the file itself."""
    path = Path(given).expanduser()
    if path.exists() or not glob.has_magic(given):
        return [given]
    paths = sorted(glob.glob(str(path)), key=in_order)  # noqa: PTH207 - it may be absolute
    if not paths:
        raise MlscaffoldError(f"no file matches `{given}`", what_is_there(path.parent))
    return paths


def in_order(path: str) -> list[tuple[int, str]]:
    """Return by what paths are sorted: numbers in them count as such, 2 before 10."""
    parts = re.split(r"(\d+)", path)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def what_is_there(folder: Path) -> str:
    """Return what a folder holds, as a hint to those whose pattern met none of it."""
    if glob.has_magic(str(folder)):
        return "check the folders in it, too"
    if not folder.is_dir():
        return f"there is no folder `{folder}`"
    names = sorted(each.name for each in folder.iterdir() if not each.name.startswith("."))
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"`{folder}` holds {', '.join(names[:5]) or 'nothing'}{more}"


def download(url: str, folder: Path) -> Path:
    """Fetch a URL into a folder."""
    name = Path(urllib.parse.urlsplit(url).path).name or "data.csv"
    place = folder / "".join(each if each.isalnum() or each in "._-" else "_" for each in name)
    request = urllib.request.Request(url, headers={"User-Agent": "mlscaffold"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer, place.open("wb") as file:  # noqa: S310
            copy(answer, file)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise MlscaffoldError(
            f"{url} cannot be fetched: {reason}", "download it by hand and name the file"
        ) from None
    return place


def bundled(given: str, work: Path) -> Found:
    """Return a data set that comes with scikit-learn."""
    source = open_source(str(write_bundled(given, work)))
    place = work / "made" / f"{clean(source.path)}.csv.gz"
    return finish(convert.rows_of(source), place, [], [f"{given}, which scikit-learn ships"])


def single(source: Source, work: Path) -> Found:
    """Return the table of one file, converted where a project could not read it."""
    origin, steps = source.path, list[str]()
    source = opened(source, work, steps)
    if source.kind == "text" or source.packed:
        source, done = repair(source, work)
        steps += done
    if source.kind == "text" and (plain := unwrap(source, work)):
        source = plain
        steps.append("quotes around whole rows taken off")
    if source.kind == "text" or source.packed:
        table = read_table(source)
        sideways = lies_on_its_side(table)
        if not table.reasons and not steps and not sideways:
            return Found(table, source)
        steps += table.reasons
        notes = table.notes
        rows = convert.rows_of(source, table)
        if sideways:
            steps.append("the table lay on its side: its rows became columns")
            named = "names" not in table.keywords
            rows, notes = turned(rows, named=named), []
    elif source.kind == "excel":
        said, rows = read_workbook(source.path)
        steps.append(said)
        notes = []
    else:
        steps.append(KINDS.get(source.kind, source.kind))
        notes, rows = [], convert.rows_of(source)
    place = work / "made" / f"{clean(origin)}.csv.gz"
    found = finish(rows, place, [origin], steps)
    found.table.notes = [*notes, *found.table.notes]
    return found


def clean(path: Path) -> str:
    """Return the name of a file without its endings."""
    return path.name.split(".")[0] or "data"


def finish(rows: Any, place: Path, origins: Sequence[Path], steps: Sequence[str]) -> Found:
    """Write rows to their place and look at the result."""
    place.parent.mkdir(exist_ok=True)
    convert.write_csv(rows, place)
    source = open_source(str(place))
    table = read_table(source)
    recipe = {
        "steps": [*steps],
        "sources": list_sources(origins),
    }
    table.reasons = [*steps]
    return Found(table, source, [*origins], recipe)


def list_sources(origins: Sequence[Path]) -> list[dict[str, str]]:
    """Return by what name each file is kept beside the data, and its checksum."""
    names = zip(kept_as(origins), origins, strict=True)
    return [{"file": name, "sha256": file_hash(path)} for name, path in names]


def kept_as(paths: Sequence[Path]) -> list[str]:
    """Return the names of files, with their folders where two of them are called alike."""
    alike = len({path.name for path in paths}) < len(paths)
    return [f"{path.parent.name}/{path.name}" if alike else path.name for path in paths]


def stacked(given: str, paths: Sequence[str], work: Path) -> Found:
    """Return several files of the same columns as one table."""
    parts, places, twice = [], [Path(path) for path in paths], []
    seen: dict[str, Path] = {}
    for place in sorted(places, key=lambda each: (len(each.name), each)):  # the copy: `a (1).csv`
        first = seen.setdefault(file_hash(place) if place.is_file() else str(place), place)
        if first is not place:
            twice.append(f"{place.name} left out, a copy of {first.name}")
    places = [place for place in places if place in seen.values()]
    alike = len({clean(place) for place in places}) < len(places)
    for number, place in enumerate(places):
        (work / str(number)).mkdir()  # two archives may hold files of one name
        source = opened(open_source(str(place)), work / str(number), [])
        stem = f"{place.parent.name}/{clean(place)}" if alike else clean(place)
        parts.append((stem, str(place), convert.rows_of(source)))
    name = wildless(clean(Path(given))) or wildless(Path(given).absolute().parent.name)
    made = work / "made" / f"{name or 'stacked'}.csv.gz"
    steps = [f"{len(places)} files stacked", *twice]
    return finish(convert.stack(parts, steps), made, places, steps)


def wildless(pattern: str) -> str:
    """Return a pattern of names without its wild signs."""
    return "".join(each for each in pattern if each.isalnum() or each in "_-").strip("_-")


def joined(found: Found, other: str, key: str, work: Path) -> Found:
    """Return a table with the columns of another file for the same key."""
    files = expand(other)
    if len(files) > 1:
        said = f"`--join {other}` names {len(files)} files: {', '.join(files[:4])}"
        raise MlscaffoldError(said, "name one file with a row for each key")
    second = single(open_source(files[0]), work)
    for table, name in ((found.table, found.source.path.name), (second.table, other)):
        if key not in table.names:
            listed = ", ".join(table.names[:10])
            raise MlscaffoldError(f"`{name}` has no column `{key}`", f"it has {listed}")
    sides = []
    for side, each in (("left", found), ("right", second)):
        path = work / f"{side}.csv"
        convert.write_plain(
            convert.rows_of(each.source, None if each.converted else each.table), path
        )
        sides.append(path)
    origins = [*(found.origins or [found.source.path]), *(second.origins or [second.source.path])]
    place = work / "made" / f"{clean(origins[0])}_joined.csv.gz"
    place.parent.mkdir(exist_ok=True)
    rows, matched = convert.join(sides[0], sides[1], key, place, name=other)
    source = open_source(str(place))
    steps = [
        *found.recipe.get("steps", []),
        *second.recipe.get("steps", []),
        f"joined with {Path(other).name} on {key}",
    ]
    recipe = {
        "steps": steps,
        "join": Path(other).name,
        "on": key,
        "sources": list_sources(origins),
    }
    table = read_table(source)
    table.reasons = steps
    if matched < rows:
        table.notes.append(f"{rows - matched:,} of {rows:,} rows have no row of their {key} there")
    return Found(table, source, origins, recipe)


def reshaped(
    found: Found, columns: Sequence[Column], target: str | None, kind: str | None
) -> Found:
    """Return a table with columns for what its cells or its rows hold several of."""
    rows = convert.rows_of(found.source, None if found.converted else found.table)
    if places := find_places(columns):
        said = [f"{name}: latitude and longitude apart" for name in places]
        return changed(found, places_apart(rows, places), said)
    sensors = find_sensors(found.table, columns)
    if sensors and target not in sensors[1:] and (target or kind in {None, "anomaly"}):
        time = next(each for each in columns if each.name == sensors[0])
        said = [f"a row for each value became one for each {sensors[0]}: a column per {sensors[1]}"]
        if others := [name for name in found.table.names if name not in sensors]:
            said[0] += f"; left out: {', '.join(others)}"
        return changed(found, side_by_side(rows, sensors, time), said)
    return found


def rewritten(found: Found, changes: dict[str, Rewrite]) -> Found:
    """Return a table with the cells of some columns written in another way."""
    rows = convert.rows_of(found.source, None if found.converted else found.table)
    said = [f"{name}: {change.said}" for name, change in changes.items()]
    return changed(found, rewrite(rows, changes), said)


def without_gaps(found: Found, column: Column) -> Found:
    """Return a table without the rows that have no value in a column."""
    rows = convert.rows_of(found.source, None if found.converted else found.table)
    missing = {*MISSING, *column.markers}
    said = f"rows without {column.name} left out ({percent(column.share_missing)})"
    return changed(found, leave_out(rows, column.name, missing), [said])


def changed(found: Found, rows: Iterator[Sequence[str]], said: Sequence[str]) -> Found:
    """Return a table made of other rows, with what was said of it before."""
    origins = found.origins or [found.source.path]
    steps = [*found.recipe.get("steps", []), *said]
    name = found.source.path.name if found.converted else f"{clean(found.source.path)}.csv.gz"
    work = Path(found.folder.name if found.folder else ".") / f"made_{len(steps)}"
    again = finish(rows, work / name, origins, steps)
    again.recipe = {**found.recipe, **again.recipe}  # what was joined stays said
    again.folder = found.folder
    again.table.notes = [*found.table.notes, *again.table.notes]
    return again
