"""From scores to alerts: what counts as one, how many there are, and where the threshold lies."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .metric import Flags, Vector, at_threshold
from .project import Settings
from .series import days, names_of

CANDIDATES = 150


def periods(rows: pd.DataFrame, settings: Settings) -> float:
    """Return for how many periods of the budget the rows stand."""
    return days(rows, settings) if settings.columns.time else len(rows) / settings.alerts.rows


class Watch(NamedTuple):
    """Rows with all that does not depend on which of them are flagged, ready to be counted."""

    settings: Settings
    periods: float
    seconds: NDArray[np.float64]  # since the first row; series lie far apart
    event: NDArray[np.int64]  # the number of the event of each row, or -1
    y: Vector | None


def watch(rows: pd.DataFrame, settings: Settings) -> Watch:
    """Return the rows, ready to count alerts and events."""
    seconds, event = np.arange(len(rows), dtype=float), np.full(len(rows), -1)
    if settings.columns.time:
        time = rows[settings.columns.time]
        seconds = (time - time.min()).dt.total_seconds().to_numpy()
        seconds = seconds + names_of(rows, settings).factorize()[0] * 1e12
    if not settings.labelled:
        return Watch(settings, periods(rows, settings), seconds, event, None)
    events = find_events(rows, settings)
    event[rows.index.get_indexer(events.index)] = events
    y = rows[settings.columns.target].to_numpy(dtype=float)
    return Watch(settings, periods(rows, settings), seconds, event, y)


def find_events(rows: pd.DataFrame, settings: Settings) -> pd.Series[int]:
    """Return the number of the event for each anomalous row: a row, or a stretch of a series."""
    y = rows[settings.columns.target] == 1
    if not settings.columns.time:
        return pd.Series(np.arange(y.sum()), index=rows.index[y])
    names = names_of(rows, settings)
    begins = y & ~(y.groupby(names).shift(fill_value=False))
    return begins.cumsum()[y] - 1


def number_alerts(flagged: Flags, seen: Watch) -> NDArray[np.int64]:
    """Return the number of the alert for each flagged row, in order of the rows.

    A table raises an alert per row. In a series, flags are one alert until it was quiet for
    `alerts.quiet`: nobody is called again for what is still going on.
    """
    hits = np.flatnonzero(flagged)
    if not seen.settings.columns.time:
        return np.arange(len(hits))
    quiet = pd.Timedelta(seen.settings.alerts.quiet).total_seconds()
    numbers: NDArray[np.int64] = np.cumsum(np.abs(np.diff(seen.seconds[hits])) > quiet)
    return np.concatenate([[0], numbers])[: len(hits)]


def outcome(flagged: Flags, seen: Watch) -> dict[str, Any]:
    """Return the work that flags make and, where there are labels, what comes of it."""
    alerts = number_alerts(flagged, seen)
    count = len(np.unique(alerts))
    found: dict[str, Any] = {
        "alerts": count, "per_period": count / seen.periods, "rows": int(flagged.sum()),
    }  # fmt: skip
    if seen.y is None:
        return found
    events = len(np.unique(seen.event[seen.event >= 0]))
    right = len(np.unique(alerts[seen.y[flagged] == 1]))
    caught = len(np.unique(seen.event[flagged & (seen.event >= 0)]))
    costs = seen.settings.alerts
    return found | {
        "right": right, "precision": right / max(count, 1),
        "events": events, "caught": caught, "recall": caught / max(events, 1),
        "cost": costs.cost_missed * (events - caught) + costs.cost_false * (count - right),
        "by_row": at_threshold(seen.y, flagged),
    }  # fmt: skip


def sweep(scores: Vector, rows: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return the outcome of thresholds from very strict to all rows flagged."""
    order, seen = np.sort(scores), watch(rows, settings)
    ranks = np.unique(np.geomspace(1, len(order), CANDIDATES).astype(int)) - 1
    limits = {round_up(float(limit)) for limit in order[ranks]}
    return [{"threshold": limit, **outcome(scores <= limit, seen)} for limit in sorted(limits)]


def round_up(limit: float) -> float:
    """Return the six digits that results.json keeps, so that the row of the limit stays below."""
    unit = 10.0 ** (floor(log10(abs(limit))) - 5) if limit else 1.0
    return float(f"{ceil(limit / unit) * unit:.6g}")


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

    Further on, alerts of a series grow together into a few long ones: that is no saving. More than
    half of the rows are never flagged.
    """
    rare = [point for point in points if 2 * point["rows"] <= points[-1]["rows"]] or points[:1]
    passed = (place for place, point in enumerate(rare) if point["per_period"] > budget)
    return rare[max(next(passed, len(rare)) - 1, 0)]


def capacity(
    points: list[dict[str, Any]], scores: Vector, rows: pd.DataFrame, settings: Settings
) -> list[dict[str, Any]]:
    """Return what smaller and larger budgets, spent on the sweep of validation rows, bring here."""
    seen, table = watch(rows, settings), []
    for factor in (0.25, 0.5, 1, 2, 4):
        wanted = factor * settings.alerts.budget
        limit = spend(points, wanted)["threshold"]
        table.append({"budget": wanted, "threshold": limit, **outcome(scores <= limit, seen)})
    return table
