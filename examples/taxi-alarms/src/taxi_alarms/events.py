"""Time series, event by event: which windows are found, how late, with how many false alerts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .alerts import find_events, outcome, watch
from .metric import Flags
from .project import Settings
from .series import days, names_of

DRAWS = 100


def measure_events(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """Return every event with its delay, and the same flags thrown at random beside it."""
    time, events = settings.columns.time, find_events(rows, settings)
    hits = set(rows.index[flagged])
    found, delays = [], []
    for _, places in events.groupby(events):
        mine = rows.loc[places.index]
        caught = [row for row in mine.index if row in hits]
        start = mine[time].iloc[0]
        delay = (mine[time].loc[caught[0]] - start).total_seconds() / 3600 if caught else None
        delays += [] if delay is None else [delay]
        found.append({
            "series": names_of(mine, settings).iloc[0], "start": str(start),
            "end": str(mine[time].iloc[-1]), "found": bool(caught), "delay_hours": delay,
        })  # fmt: skip
    return {
        "list": found, "events": len(found), "found": len(delays),
        "median_delay_hours": float(np.median(delays)) if delays else None,
        **false_alerts(flagged, rows, settings),
    }  # fmt: skip


def false_alerts(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """Return false alerts a day, and what flags that keep their runs but start anywhere find.

    Windows are wide, so chance finds some of them: it is what to compare with, not zero.
    """
    seen, long = watch(rows, settings), days(rows, settings)
    random, drawn = np.random.default_rng(settings.split.seed), []
    for start in [0, *random.integers(1, len(flagged), DRAWS)]:
        counted = outcome(np.roll(flagged, start), seen)
        drawn.append((counted["caught"], (counted["alerts"] - counted["right"]) / long))
    found, wrong = np.mean(drawn[1:], axis=0)
    return {
        "false_per_day": drawn[0][1],
        "random": {"found": float(found), "false_per_day": float(wrong)},
    }
