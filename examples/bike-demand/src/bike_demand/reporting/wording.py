"""How this project says its metric in words: name, short name, value with its unit."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from .markdown import number

NAMES = {"mae": "mean absolute error", "rmse": "root mean squared error"}


def metric_name(settings: Settings) -> str:
    """Return the metric in words."""
    return NAMES[settings.metric.name]


def metric_label(settings: Settings) -> str:
    """Return the short name of the metric and its unit, as for an axis or a table head."""
    return f"{settings.metric.name.upper()} ({settings.columns.unit})"


def reading(loss: Any, settings: Settings) -> Any:
    """Return losses as people read them: an error needs no translation."""
    return loss


def level(loss: float, settings: Settings) -> str:
    """Return an error without its unit."""
    return number(loss)


def span(losses: list[float], settings: Settings) -> str:
    """Return the lowest and the highest error."""
    return f"{number(min(losses))} to {number(max(losses))}"


def amount(value: float, settings: Settings) -> str:
    """Return `value` with the unit of the target."""
    return f"{number(value)} {settings.columns.unit}"


# Differences of errors, and errors of parts of the rows, have the same unit.
change, part_label, part_amount = amount, metric_label, amount
