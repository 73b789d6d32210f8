"""Writes the most doubtful validation rows to reports/errors.csv, where you note what they are."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .alerts import Watch, number_alerts, watch
from .command import ProjectError
from .explain import reasons, typical
from .metric import Vector
from .project import Settings
from .results import write_text
from .split import Rows
from .study import Part, Study

CASES = Path("reports") / "errors.csv"
COUNT = 20
NEXT = 100  # rows


def worst_cases(root: Path, study: Study, model: Any, threshold: float) -> dict[str, Any]:
    """Write the strongest false alerts and the best hidden anomalies, and return the first five.

    Without labels these are the strongest alerts: your notes are the first labels. Notes stay;
    rows with a note that are no longer among the worst follow below the others.
    """
    part = study.validation
    scores = model.score_samples(part.X)
    places = doubtful(scores, part, threshold, study.settings)
    told = reasons(model, part.X.iloc[places], typical(study.fitted.X))
    table = part.rows.assign(score=scores, error=judge(part.y, scores, threshold))
    shown = table.iloc[places]
    shown.insert(0, "stands_out", ["; ".join(map(say_reason, reason)) for reason in told])
    notes = read_notes(root / CASES)
    others = table.loc[[row for row in notes if row in table.index and row not in shown.index]]
    kept = pd.concat([shown, others]).rename_axis("row")
    kept = kept[["error", "score", "stands_out", *part.rows.columns]]
    kept.insert(0, "my_note", [notes.get(row, "") for row in kept.index])
    write_text(root / CASES, kept.to_csv(lineterminator="\n", float_format="%.6g"))
    moments = shown.get(study.settings.columns.time, pd.Series("", shown.index)).astype(str)
    facts = zip(shown.index, shown["error"], shown["score"], moments, told, strict=True)
    keys = ("row", "error", "score", "moment", "reasons")
    examples = [dict(zip(keys, fact, strict=True)) for fact in list(facts)[:5]]
    return {"worst": CASES.as_posix(), "examples": examples}


def judge(y: Any, scores: Any, threshold: float) -> list[str]:
    """Return for each row what went wrong, if somebody knows."""
    flagged = scores <= threshold
    words = {(True, 0.0): "false alert", (False, 1.0): "missed", (True, 1.0): "found"}
    return [
        words.get((bool(hit), label), "unknown" if np.isnan(label) else "no alert, rightly")
        for hit, label in zip(flagged, y, strict=True)
    ]


def doubtful(scores: Vector, part: Part, threshold: float, settings: Settings) -> Rows:
    """Return the places of missed anomalies and false alerts in turn, the worst first.

    Each event and each alert stands there once, by its strangest row. Where nothing went wrong,
    these are the normal rows that would be the next false alerts.
    """
    order: Rows = np.argsort(scores, kind="stable")
    if not settings.labelled:
        return order[:COUNT]
    seen, flagged = watch(part.rows, settings), scores <= threshold
    table = pd.DataFrame({"score": scores, "y": part.y, "flagged": flagged, "event": seen.event})
    events = table[table["event"] >= 0].groupby("event")
    missed = events["score"].idxmin()[~events["flagged"].any()]
    alarms = false_alerts(table, seen)
    if not len(missed) and not len(alarms):
        upcoming = [row for row in order if part.y[row] == 0 and not flagged[row]][:NEXT]
        alarms = false_alerts(table.assign(flagged=table.index.isin(upcoming)), seen)
    turns = zip_longest(sorted(alarms, key=scores.__getitem__),
                        sorted(missed, key=scores.__getitem__, reverse=True))  # fmt: skip
    places = [place for turn in turns for place in turn if place is not None]
    return np.array(places[:COUNT], dtype=np.int64)


def false_alerts(table: pd.DataFrame, seen: Watch) -> pd.Series[int]:
    """Return the place of the strangest row of each alert without any anomaly."""
    flagged = table["flagged"].to_numpy()
    alerts = table[flagged].groupby(number_alerts(flagged, seen))
    return alerts["score"].idxmin()[alerts["y"].max() == 0]


def say_reason(reason: dict[str, Any]) -> str:
    """Return one reason in words."""
    return f"{reason['feature']} = {reason['value']} (usual {reason['typical']})"


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
