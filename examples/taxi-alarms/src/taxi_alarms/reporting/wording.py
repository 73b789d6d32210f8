"""How this project says its metric, its alerts and the lack of labels in words."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from .markdown import number

METRIC = "average precision"
NO_LABELS = "Not measured: training rows hold no labelled anomalies, or too few for it."


def metric_label(settings: Settings) -> str:
    """Return the name of what detectors are compared by, as for an axis or a table head."""
    return METRIC if settings.labelled else "agreement of lists"


def period(settings: Settings) -> str:
    """Return for which period alerts are counted."""
    if not settings.columns.time:
        return settings.alerts.period
    return "day and series" if settings.data.several else "day"


def value(found: Any) -> str:
    """Return a number, or a hyphen for what was not measured."""
    return "-" if found is None else number(found)


def events_word(settings: Settings, count: int = 2) -> str:
    """Return what is to be found, in the words of tables or of time series."""
    if settings.columns.time:
        return "window" if count == 1 else "windows"
    return "anomaly" if count == 1 else "anomalies"


def duration(hours: float | None) -> str:
    """Return a time in the unit that gives it a readable size."""
    if hours is None:
        return ""
    for unit, size in (("d", 24.0), ("h", 1.0), ("min", 1 / 60)):
        if hours >= 2 * size:
            return f"{number(hours / size)} {unit}"
    return f"{number(3600 * hours)} s"
