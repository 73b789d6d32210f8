"""From scores to alerts: what counts as one, how many there are, and where the threshold lies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .metric import Flags, Vector, at_threshold
from .project import Settings
from .series import days, names_of

CANDIDATES = 150


def periods(rows: pd.DataFrame, settings: Settings) -> float:
    """Return for how many periods of the budget the rows stand."""
    return days(rows, settings) if settings.columns.time else len(rows) / settings.alerts.rows


def number_alerts(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> pd.Series[int]:
    """Return the number of the alert for each flagged row, in order of the rows.

    A table raises an alert per row. In a series, flags are one alert until it was quiet for
    `alerts.quiet`: nobody is called again for what is still going on.
    """
    hits = rows[flagged]
    if not settings.columns.time:
        return pd.Series(np.arange(len(hits)), index=hits.index)
    names = names_of(hits, settings)
    pause = hits[settings.columns.time].groupby(names).diff()
    fresh = pause.isna() | (pause > pd.Timedelta(settings.alerts.quiet))
    return fresh.cumsum() - 1


def find_events(rows: pd.DataFrame, settings: Settings) -> pd.Series[int]:
    """Return the number of the event for each labelled row: a row, or a stretch of a series."""
    y = rows[settings.columns.target] == 1
    if not settings.columns.time:
        return pd.Series(np.arange(y.sum()), index=rows.index[y])
    names = names_of(rows, settings)
    begins = y & ~(y.groupby(names).shift(fill_value=False))
    return begins.cumsum()[y] - 1


def outcome(flagged: Flags, rows: pd.DataFrame, settings: Settings) -> dict[str, Any]:
    """Return the work that flags make and, where there are labels, what comes of it."""
    alerts = number_alerts(flagged, rows, settings)
    count = int(alerts.nunique())
    found: dict[str, Any] = {
        "alerts": count, "per_period": count / periods(rows, settings), "rows": int(flagged.sum()),
    }  # fmt: skip
    if not settings.labelled:
        return found
    y, events = rows[settings.columns.target], find_events(rows, settings)
    right = int(alerts[y.loc[alerts.index] == 1].nunique())
    caught = int(events[events.index.isin(alerts.index)].nunique())
    missed, costs = int(events.nunique()) - caught, settings.alerts
    return found | {
        "right": right, "precision": right / max(count, 1), "events": int(events.nunique()),
        "caught": caught, "recall": caught / max(int(events.nunique()), 1),
        "cost": costs.cost_missed * missed + costs.cost_false * (count - right),
        "by_row": at_threshold(y.to_numpy(), flagged),
    }  # fmt: skip


def sweep(scores: Vector, rows: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return the outcome of thresholds from very strict to half of all rows flagged."""
    order = np.sort(scores)
    ranks = np.unique(np.geomspace(1, max(len(order) // 2, 1), CANDIDATES).astype(int)) - 1
    return [
        {"threshold": float(limit), **outcome(scores <= limit, rows, settings)}
        for limit in np.unique(order[ranks])
    ]


def choose_threshold(points: list[dict[str, Any]], settings: Settings) -> dict[str, Any]:
    """Return the point of the sweep that the policy of project.toml takes."""
    policy = settings.alerts.policy
    if policy == "f1":
        return max(points, key=lambda point: point["by_row"]["f1"])
    if policy == "cost":
        return min(points, key=lambda point: point["cost"])
    return spend(points, settings.alerts.budget)


def spend(points: list[dict[str, Any]], budget: float) -> dict[str, Any]:
    """Return the last point before the budget is passed for the first time.

    Further on, alerts of a series grow together into a few long ones: that is no saving.
    """
    passed = (place for place, point in enumerate(points) if point["per_period"] > budget)
    return points[max(next(passed, len(points)) - 1, 0)]


def capacity(scores: Vector, rows: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return what a smaller and a larger workload would bring, from the same scores."""
    points, table = sweep(scores, rows, settings), []
    for factor in (0.25, 0.5, 1, 2, 4):
        wanted = factor * settings.alerts.budget
        point = spend(points, wanted)
        shown = ("alerts", "per_period", "precision", "recall", "right", "caught")
        table.append({"budget": wanted} | {key: point[key] for key in shown if key in point})
    return table
