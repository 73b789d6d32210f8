"""How this project says its metric, its alerts and the lack of labels in words."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from .markdown import number

METRIC = "average precision"
NO_LABELS = "Not measured: nobody labelled anomalies here, or too few for it."


def metric_label(settings: Settings) -> str:
    """Return the name of what detectors are compared by, as for an axis or a table head."""
    return METRIC if settings.labelled else "agreement of lists"


def period(settings: Settings) -> str:
    """Return for which period alerts are counted."""
    return "day" if settings.columns.time else settings.alerts.period


def value(found: Any) -> str:
    """Return a number, or a dash for what was not measured."""
    return "–" if found is None else number(found)  # noqa: RUF001 - an en dash is meant


def event(settings: Settings, count: int) -> str:
    """Return how many events there are, in the words of tables or of time series."""
    word = "window" if settings.columns.time else "anomaly"
    plural = "windows" if settings.columns.time else "anomalies"
    return f"{count:,} {word if count == 1 else plural}"

