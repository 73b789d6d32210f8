"""Writes the worst predictions to reports/errors.csv, where you note what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .command import ProjectError
from .costs import decide
from .metric import Vector
from .project import Settings
from .results import write_text

CASES = Path("reports") / "errors.csv"
COUNT = 20


def worst_cases(
    root: Path,
    rows: pd.DataFrame,
    p: Vector,
    settings: Settings,
    threshold: float | None,
    *,
    telling: list[str],
) -> dict[str, Any]:
    """Write the rows whose class was given the least probability and return the first five.

    Your notes stay; rows with a note that are no longer among the worst follow below the others.
    """
    columns, names = settings.columns, np.array(settings.names)
    codes = rows[columns.target].to_numpy()
    table = rows[columns.features].copy()
    table.insert(0, "actual", names[codes])
    table.insert(1, "predicted", names[decide(p, settings.matrix(), threshold)])
    table.insert(2, "probability", p[np.arange(len(p)), codes])
    worst = list(table["probability"].nsmallest(COUNT).index)
    notes = read_notes(root / CASES)
    kept = table.reindex([*worst, *(row for row in notes if row not in worst)])
    kept.insert(0, "my_note", [notes.get(row, "") for row in kept.index])
    write_text(root / CASES, kept.to_csv(lineterminator="\n", float_format="%.6g"))
    examples = [example(row, table.loc[row], telling) for row in worst[:5]]
    return {"worst": CASES.as_posix(), "examples": examples}


def read_notes(path: Path) -> dict[int, str]:
    """Return the notes that were written so far, by row."""
    if not path.exists():
        return {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python")
    if not {"row", "my_note"} <= set(table.columns):
        raise ProjectError(
            f"{CASES} has lost its columns `row` and `my_note`", "restore it with git, or delete it"
        )
    noted = table[table["my_note"].str.strip() != ""]
    return dict(zip(noted["row"].astype(int), noted["my_note"], strict=True))


def example(row: int, case: pd.Series[Any], telling: list[str]) -> dict[str, Any]:
    """Return one case as it is shown in the texts, with the features that matter most."""
    values = {name: str(case[name]) for name in telling}
    return {
        "row": row,
        **{key: case[key] for key in ("actual", "predicted", "probability")},
        "values": values,
    }
