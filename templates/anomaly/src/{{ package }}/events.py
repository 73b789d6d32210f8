"""Time series, event by event: which windows are found, how late, with how many false alerts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .alerts import find_events, outcome
from .metric import Flags
from .project import Settings
from .series import days, names_of

DRAWS = 100


def measure_events(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """Return every event with its delay, and the same flags thrown at random beside it."""
    time, events = settings.columns.time, find_events(rows, settings)
    hits = set(rows.index[flagged])
    found = []
    for _, places in events.groupby(events):
        mine = rows.loc[places.index]
        caught = [row for row in mine.index if row in hits]
        start = mine[time].iloc[0]
        delay = (mine[time].loc[caught[0]] - start).total_seconds() / 3600 if caught else None
        found.append({
            "series": names_of(mine, settings).iloc[0], "start": str(start),
            "end": str(mine[time].iloc[-1]), "found": bool(caught), "delay_hours": delay,
        })  # fmt: skip
    seen = outcome(flagged, rows, settings)
    delays = [event["delay_hours"] for event in found if event["found"]]
    return {
        "list": found, "events": len(found), "found": len(delays),
        "median_delay_hours": float(np.median(delays)) if delays else None,
        "false_per_day": (seen["alerts"] - seen["right"]) / days(rows, settings),
        "random": by_chance(flagged, rows, settings),
    }  # fmt: skip


def by_chance(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> dict[str, float]:
    """Return what flags find that keep their runs but start anywhere: no skill, the same work.

    Windows are wide, so chance finds some of them: it is what to compare with, not zero.
    """
    random, drawn = np.random.default_rng(settings.split.seed), []
    for _ in range(DRAWS):
        moved = np.roll(flagged, random.integers(1, len(flagged)))
        seen = outcome(moved, rows, settings)
        drawn.append((seen["caught"], (seen["alerts"] - seen["right"]) / days(rows, settings)))
    caught, wrong = np.mean(drawn, axis=0)
    return {"found": float(caught), "false_per_day": float(wrong)}
