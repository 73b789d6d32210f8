"""Time series, window by window: which are found, how late, and what chance would find of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .alerts import find_events, outcome, watch
from .metric import Vector, score
from .project import Settings
from .series import days, names_of
from .study import Part

DRAWS = 100


def measure_events(scores: Vector, limit: float, part: Part, settings: Settings) -> dict[str, Any]:
    """Return every labelled window with its delay, and what the scores find by chance."""
    rows, time = part.rows, settings.columns.time
    found: list[dict[str, Any]] = []
    hits, events = rows.index[scores <= limit], find_events(part.rows, settings)
    for _, places in events.groupby(events):
        mine = rows.loc[places.index]
        start, caught = mine[time].iloc[0], mine.index[mine.index.isin(hits)]
        delay = (mine.loc[caught[0], time] - start).total_seconds() / 3600 if len(caught) else None
        found.append({
            "series": names_of(mine, settings).iloc[0], "start": str(start),
            "end": str(mine[time].iloc[-1]), "found": bool(len(caught)), "delay_hours": delay,
        })  # fmt: skip
    delays = [item["delay_hours"] for item in found if item["found"]]
    return {
        "list": found, "days": days(rows, settings), "flagged_share": len(hits) / len(rows),
        "median_delay_hours": float(np.median(delays)) if delays else None,
        "moved": move(scores, limit, part, settings),
    }  # fmt: skip


def move(scores: Vector, limit: float, part: Part, settings: Settings) -> dict[str, Any]:
    """Return what the same scores find when they begin at a random place, so that they fit nothing.

    Windows are wide and flags come in runs: chance finds some, and that is what to compare with.
    """
    seen, random = watch(part.rows, settings), np.random.default_rng(settings.split.seed)
    caught, precision = outcome(scores <= limit, seen)["caught"], score(part.y, scores)
    drawn = [np.roll(scores, start) for start in random.integers(1, len(scores), DRAWS)]
    windows = np.array([outcome(moved <= limit, seen)["caught"] for moved in drawn])
    scored = np.array([score(part.y, moved) for moved in drawn])
    return {
        "draws": DRAWS, "found": windows.mean(), "as_many": int((windows >= caught).sum()),
        "score": scored.mean(), "as_good": int((scored >= precision).sum()),
    }  # fmt: skip
