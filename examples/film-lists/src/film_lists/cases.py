"""Writes the users with the worst lists to reports/errors.csv, where you note what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .command import ProjectError
from .data import Log
from .ranking import Ranked
from .results import write_text
from .split import Task

CASES = Path("reports") / "errors.csv"
COUNT = 20
SHOWN = 5  # titles per cell


def worst_users(root: Path, log: Log, task: Task, ranked: Ranked, k: int) -> dict[str, Any]:
    """Write the users for whom a list with most to find found least; return the first five.

    Your notes stay; users with a note that are no longer among the worst follow below the others.
    """
    lost = ranked.relevant * (1 - ranked.ndcg(k))
    worst = [int(row) for row in np.argsort(-lost, kind="stable")[:COUNT]]
    notes = read_notes(root / CASES)
    rows = {str(log.users[user]): row for row, user in enumerate(task.users)}
    labels = [str(log.users[task.users[row]]) for row in worst]
    table = pd.DataFrame(
        [
            case(log, task, ranked, rows[label], label, k) if label in rows else {"user": label}
            for label in [*labels, *(label for label in notes if label not in labels)]
        ]
    )
    table.insert(1, "my_note", [notes.get(label, "") for label in table["user"]])
    write_text(root / CASES, table.to_csv(index=False, lineterminator="\n", float_format="%.6g"))
    examples = table.head(5).drop(columns="my_note").to_dict("records")
    return {"worst": CASES.as_posix(), "examples": examples}


def case(log: Log, task: Task, ranked: Ranked, row: int, label: str, k: int) -> dict[str, Any]:
    """Return one user: what they had, what the list showed, what they took instead."""
    past, hidden = task.history[row].indices, task.hidden[row].indices
    return {
        "user": label,
        "ndcg": ranked.ndcg(k)[row],
        "past": len(past),
        "hidden": len(hidden),
        "had": titles(log, past),
        "shown": titles(log, ranked.lists[row]),
        "took": titles(log, hidden),
    }


def titles(log: Log, items: Any) -> str:
    """Return the first titles, separated by semicolons."""
    return "; ".join(log.items["title"].iloc[[item for item in items if item >= 0][:SHOWN]])


def read_notes(path: Path) -> dict[str, str]:
    """Return the notes that were written so far, by user."""
    if not path.exists():
        return {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python")
    if not {"user", "my_note"} <= set(table.columns):
        raise ProjectError(
            f"{CASES} has lost its columns `user` and `my_note`",
            "restore it with git, or delete it",
        )
    noted = table[table["my_note"].str.strip() != ""]
    return dict(zip(noted["user"], noted["my_note"], strict=True))
