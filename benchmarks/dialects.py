"""Separators and clean tables against DuckDB, CleverCSV and pandas: `dialects.py POLLOCK [MOST]`.

POLLOCK is a checkout of HPI-Information-Systems/Pollock, not part of this repository. First the
right separators of the public part of its survey, labelled by people; then, for each kind of
pollution, the share of cells that come out as in the clean version, each kind with equal weight;
last the same for the files of its survey that were cleaned by hand.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import signal
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from mlscaffold.data.dialect import ask_clevercsv, ask_duckdb, find_dialect
from mlscaffold.data.source import open_source
from mlscaffold.data.sources import find
from mlscaffold.data.table import cut, read_table
from mlscaffold.errors import MlscaffoldError

Grid = list[list[str]]
PATIENCE = 30  # seconds for a file


def main(folder: Path, most: int) -> None:
    """Print the three tables."""
    survey(folder / "survey_sample", most)
    pollution(folder / "polluted_files", most)
    sample(folder / "survey_sample")


def survey(folder: Path, most: int) -> None:
    """Count right separators; its larger half are pointers to a store that is not public."""
    known = {}
    for path in sorted((folder / "parameters").glob("*.json")):
        separator = json.loads(path.read_text("utf-8", "replace")).get("delimiter", "")
        data = folder / "csv" / path.name.removesuffix("_parameters.json")
        if data.is_file() and separator in set(",;\t|: "):
            known[data] = separator
    names = random.Random(0).sample(sorted(known), min(most, len(known)))
    askers: dict[str, Callable[[str], str]] = {
        "ours": lambda text: find_dialect(text).separator, "DuckDB": ask_duckdb,
        "CleverCSV": ask_clevercsv, "csv.Sniffer": sniff,
    }  # fmt: skip
    right = dict.fromkeys(askers, 0)
    for path in names:
        text = decoded(path)
        for name, asker in askers.items():
            wanted = r"\s+" if known[path] == " " else known[path]
            right[name] += asker(text) == wanted
    print(f"separators right, of {len(names)}: {right}")


def decoded(path: Path) -> str:
    """Return the beginning of a file as text."""
    raw = path.read_bytes()[: 1 << 17]
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "".join(cut(raw, encoding, whole=True))
    return ""


def sniff(text: str) -> str:
    """Return what the standard library finds."""
    try:
        found = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|: ").delimiter
    except csv.Error:
        return ""
    return r"\s+" if found == " " else found


def pollution(folder: Path, most: int) -> None:
    """Print for each kind of pollution how much of the clean table each reader gives."""
    kinds: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((folder / "csv").iterdir()):
        kinds[re.sub(r"_?(row)?\d.*|\.csv$", "", path.name) or path.stem].append(path)
    total: dict[str, list[float]] = defaultdict(list)
    for kind, paths in sorted(kinds.items()):
        chosen = random.Random(0).sample(paths, min(max(most // 20, 1), len(paths)))
        scores = {
            name: sum(score(reader, path) for path in chosen) / len(chosen)
            for name, reader in READERS.items()
        }
        print(f"{kind:<34}" + "  ".join(f"{name} {value:.2f}" for name, value in scores.items()))
        for name, value in scores.items():
            total[name].append(value)
    print("mean of kinds: " + ", ".join(f"{n} {sum(v) / len(v):.3f}" for n, v in total.items()))


def sample(folder: Path) -> None:
    """Print how much of the tables that people cleaned each reader gives."""
    paths = [
        each for each in sorted((folder / "csv").iterdir())
        if (folder / "clean" / each.name).is_file()
    ]  # fmt: skip
    for name, reader in READERS.items():
        scores = [score(reader, path) for path in paths]
        whole = sum(each > 0.99 for each in scores)
        mean = sum(scores) / len(scores)
        print(f"survey sample, {len(paths)} files: {name} {mean:.3f}, {whole} as a whole")


def score(reader: Callable[[Path], Grid], path: Path) -> float:
    """Return the share of the cells that come out as in the clean version.

    Names that stand in the clean version only count for nobody: the file has no header.
    """
    clean = path.parent.parent / "clean" / path.name
    wanted = list(csv.reader(io.StringIO(clean.read_text("utf-8", "replace"))))
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        found = reader(path)
    except Exception:  # noqa: BLE001 - a reader that fails has read nothing
        found = []
    finally:
        signal.alarm(0)
    if wanted and wanted[0] and wanted[0][0] not in path.read_text("latin-1"):
        body = wanted[1:]
        return max(alike(found, body), alike(found[1:], body))
    return alike(found, wanted)


def give_up(*_: object) -> None:
    """Stop a reader that takes too long."""
    raise TimeoutError


def alike(found: Grid, wanted: Grid) -> float:
    """Return the share of equal cells.

    Names that a reader numbers because they lack or repeat count as what stands in the file, and
    empty cells at the end of a row for nobody.
    """
    found = [trimmed(row) for row in [[*map(bare, row)] for row in found[:1]] + found[1:]]
    wanted = [trimmed(row) for row in [[*map(bare, row)] for row in wanted[:1]] + wanted[1:]]
    cells = sum(map(len, wanted))
    same = sum(
        a.strip() == b.strip()
        for mine, theirs in zip(found, wanted, strict=False)
        for a, b in zip(mine, theirs, strict=False)
    )
    size = max(cells, sum(map(len, found)))
    return same / size if size else float(not found)


def bare(name: str) -> str:
    """Return a name without what readers put behind or in the place of it."""
    return re.sub(r"^(Unnamed: \d+|unnamed_\d+|column\d+)$|[._]\d+$", "", name)


def trimmed(row: list[str]) -> list[str]:
    """Return a row without empty cells at its end."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    return row[: filled[-1] + 1] if filled else []


def by_us(path: Path) -> Grid:
    """Read as `mlscaffold` does, converting where it would."""
    try:
        table = find(str(path)).table
    except MlscaffoldError:
        table = read_table(open_source(str(path)))
    rows = list(map(list, zip(*table.columns, strict=True)))
    return rows if table.names[0] == "column_1" else [table.names, *rows]


def by_duckdb(path: Path) -> Grid:
    """Read as DuckDB does by itself."""
    import duckdb

    with duckdb.connect() as base:
        found = base.read_csv(str(path), all_varchar=True)
        return [list(found.columns), *([cell or "" for cell in row] for row in found.fetchall())]


def by_pandas(path: Path) -> Grid:
    """Read as pandas does by itself."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [list(map(str, frame.columns)), *frame.astype(str).to_numpy().tolist()]


def by_clevercsv(path: Path) -> Grid:
    """Read as CleverCSV does by itself."""
    import clevercsv

    return [list(map(str, row)) for row in clevercsv.read_table(str(path))]


READERS = {"ours": by_us, "DuckDB": by_duckdb, "CleverCSV": by_clevercsv, "pandas": by_pandas}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 400)
