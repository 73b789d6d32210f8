"""From scores to alerts: what counts as one, how many are right, and where the threshold lies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .data import series_of
from .kit.intervals import Rows, Vector
from .kit.settings import Settings
from .split import Part

Flags = NDArray[np.bool_]
Stats = dict[str, Any]
CANDIDATES, DRAWS = 150, 200  # thresholds that are tried; random flags to compare with


def number_alerts(flagged: Flags, part: Part, settings: Settings) -> Rows:
    """Return the number of the alert of each flagged row, in order of the rows.

    A table raises an alert per row. In a series, flags are one alert until it was quiet for
    `alerts.quiet`: nobody is called again for what is still going on.
    """
    hits = np.flatnonzero(flagged)
    if not settings.columns.time:
        return np.arange(len(hits))
    quiet = pd.Timedelta(settings.alerts.quiet).total_seconds()
    return np.asarray(np.cumsum(np.abs(np.diff(part.seconds[hits], prepend=-1e15)) > quiet) - 1)


def alert_stats(flagged: Flags, part: Part, settings: Settings) -> Stats:
    """Return how many alerts flags make, and precision and recall where anomalies are known."""
    alerts, hits = number_alerts(flagged, part, settings), flagged & (part.y == 1)
    count, right = len(np.unique(alerts)), len(np.unique(alerts[hits[flagged]]))
    events, caught = len(np.unique(part.event[part.event >= 0])), len(np.unique(part.event[hits]))
    return {
        "alerts": count, "per_period": count / part.periods.sum(), "rows": flagged.sum(),
        "right": right, "precision": right / count if count and events else None,
        "events": events, "caught": caught, "recall": caught / events if events else None,
    }  # fmt: skip


def sweep(scores: Vector, part: Part, settings: Settings) -> list[Stats]:
    """Return the statistics of thresholds, from very strict to nearly half of the rows flagged."""
    order = np.sort(scores)[::-1]
    ranks = np.unique(np.geomspace(1, len(order), CANDIDATES).astype(int)) - 1
    limits = np.unique(order[ranks])[::-1]
    high = limits[(limits > np.median(order)) | (limits == order[0])]
    return [{"threshold": limit, **alert_stats(scores >= limit, part, settings)} for limit in high]


def within_budget(points: list[Stats], budget: float) -> Stats:
    """Return the last point of a sweep before the budget is passed for the first time.

    Further on, alerts of a series grow together into a few long ones: that is no saving.
    """
    over = (index for index, point in enumerate(points) if point["per_period"] > budget)
    return points[max(next(over, len(points)) - 1, 0)]


def random_baseline(flagged: Flags, part: Part, settings: Settings) -> Stats:
    """Return what as many random flags find: windows are wide, so chance finds some.

    In a series all flags move together, because flags come in runs.
    """
    rng, draws = np.random.default_rng(settings.split.seed), []
    for _ in range(DRAWS):
        shuffled = np.roll(flagged, rng.integers(1, len(flagged)))
        shuffled = shuffled if settings.columns.time else rng.permutation(flagged)
        draws.append(alert_stats(shuffled, part, settings))
    caught = np.array([each["caught"] for each in draws])
    precision = np.mean([each["precision"] or 0.0 for each in draws])
    as_many = (caught >= alert_stats(flagged, part, settings)["caught"]).mean()
    return {"caught": caught.mean(), "precision": precision, "as_many": as_many}


def list_events(flagged: Flags, part: Part, settings: Settings) -> list[Stats]:
    """Return every labelled window of a series: whether it was found, and how late."""
    if not settings.columns.time:
        return []
    times, events = part.rows[settings.columns.time], []
    for event in np.unique(part.event[part.event >= 0]):
        in_event = part.event == event
        start, caught = times[in_event].iloc[0], times[in_event & flagged]
        events.append({
            "series": series_of(part.rows[in_event], settings).iloc[0],
            "start": str(start), "end": str(times[in_event].iloc[-1]), "found": bool(len(caught)),
            "delay_hours": (caught.iloc[0] - start).total_seconds() / 3600 if len(caught) else None,
        })  # fmt: skip
    return events
