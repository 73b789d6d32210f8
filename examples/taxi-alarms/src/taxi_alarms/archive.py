"""Keeps the histories of series in a file beside the model: serving goes on where they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from .command import ProjectError
from .history import History
from .results import Results, sha256, write_text

ARCHIVE = Path("models") / "history.json"


def save_histories(root: Path, histories: dict[str, History]) -> dict[str, Any]:
    """Write the histories in one step and return where they are, their size and their hash."""
    content = json.dumps({name: pack(history) for name, history in histories.items()})
    write_text(root / ARCHIVE, content)
    code = content.encode()
    return {"path": ARCHIVE.as_posix(), "sha256": sha256(code), "bytes": len(code)}


def load_histories(root: Path, results: Results) -> dict[str, History]:
    """Return the history of each series; none for a table."""
    if "history" not in results:
        return {}
    path = root / ARCHIVE
    if not path.exists() or sha256(path.read_bytes()) != results["history"]["sha256"]:
        raise ProjectError(f"{ARCHIVE} is not the history of these results", "run `train` first")
    packed = json.loads(path.read_text(encoding="utf-8"))
    return {name: unpack(history) for name, history in packed.items()}


def pack(history: History) -> dict[str, Any]:
    """Return a history as lists of numbers and texts; JSON keeps every digit."""
    found = {name: table.to_dict("list") for name, table in tables(history).items()}
    return found | {
        "centre": history.centre.to_dict(), "spread": history.spread.to_dict(),
        "slots": history.sums.index.tolist(),
        "times": [moment.isoformat() for moment in history.rows.index],
    }  # fmt: skip


def unpack(packed: dict[str, Any]) -> History:
    """Return a history from what `pack` made of it."""
    times = pd.DatetimeIndex(packed["times"]).as_unit("us")
    places = {"sums": packed["slots"], "counts": packed["slots"], "rows": times}
    read = {name: pd.DataFrame(packed[name], index, dtype=float) for name, index in places.items()}
    centre, spread = (pd.Series(packed[name], dtype=float) for name in ("centre", "spread"))
    return History(centre, spread, **read)


def tables(history: History) -> dict[str, pd.DataFrame]:
    """Return the parts of a history that are tables, by their names."""
    return {"sums": history.sums, "counts": history.counts, "rows": history.rows}
