"""Writes the worst predictions to reports/errors.csv, where you note what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from .command import ProjectError
from .metric import Vector
from .results import write_text

CASES = Path("reports") / "errors.csv"
COUNT = 20


def worst_cases(
    root: Path, features: pd.DataFrame, said: dict[str, Vector], wrong: Vector, telling: list[str]
) -> dict[str, Any]:
    """Write the rows that are most `wrong`, with what was `said` of them; return the first five.

    Your notes stay; rows with a note that are no longer among the worst follow below the others.
    """
    table = pd.concat([pd.DataFrame(said, index=features.index), features], axis=1)
    worst = list(pd.Series(wrong, index=table.index).nlargest(COUNT).index)
    notes = read_notes(root / CASES)
    kept = table.reindex([*worst, *(row for row in notes if row not in worst)])
    kept.insert(0, "my_note", [notes.get(row, "") for row in kept.index])
    write_text(root / CASES, kept.to_csv(lineterminator="\n", float_format="%.6g"))
    examples = [
        {"row": row}
        | {name: table.loc[row, name] for name in said}
        | {"values": {name: readable(table.loc[row, name]) for name in telling}}
        for row in worst[:5]
    ]
    return {"worst": CASES.as_posix(), "examples": examples}


def readable(value: Any) -> str:
    """Return a value as people write it."""
    if pd.isna(value):
        return "missing"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def read_notes(path: Path) -> dict[int, str]:
    """Return the notes that were written so far, by row."""
    if not path.exists():
        return {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python")
    if not {"row", "my_note"} <= set(table.columns):
        lost = f"{CASES.as_posix()} has lost its columns `row` and `my_note`"
        raise ProjectError(lost, "restore it with git, or delete it")
    noted = table[table["my_note"].str.strip() != ""]
    return dict(zip(noted["row"].astype(int), noted["my_note"], strict=True))
