"""How this project says its metric in words: name, short name, value with its unit."""

from __future__ import annotations

from typing import Any

from ..metric import of_parts
from ..project import Settings
from .markdown import number

NAMES = {"log_loss": "log loss", "average_precision": "average precision", "roc_auc": "ROC-AUC"}


def metric_label(settings: Settings) -> str:
    """Return the metric as for an axis or a table head."""
    return NAMES[settings.metric.name]


def reading(loss: Any, settings: Settings) -> Any:
    """Return losses as people read them: a log loss as it is, else the area under the curve."""
    return loss if settings.metric.name == "log_loss" else 1 - loss


def level(loss: float, settings: Settings) -> str:
    """Return the reading of a loss, without its name."""
    return number(reading(loss, settings))


def span(losses: list[float], settings: Settings) -> str:
    """Return the lowest and the highest reading."""
    low, high = sorted(reading(loss, settings) for loss in (min(losses), max(losses)))
    return f"{number(low)} to {number(high)}"


def amount(loss: float, settings: Settings) -> str:
    """Return the reading of a loss with its name."""
    return f"{metric_label(settings)} {level(loss, settings)}"


def change(difference: float, settings: Settings) -> str:
    """Return the difference of two losses with the name of the metric."""
    return f"{number(difference)} {metric_label(settings)}"


def part_label(settings: Settings) -> str:
    """Return the loss by which parts of the rows are judged, as for an axis or a table head."""
    return NAMES[of_parts(settings.metric.name)]


def part_amount(loss: float, settings: Settings) -> str:
    """Return the loss of a part of the rows with its name."""
    return f"{part_label(settings)} {number(loss)}"


def money(cost: float, settings: Settings) -> str:
    """Return the mean cost of a row as that of 1,000 rows."""
    return f"{number(1000 * cost)} {cost_label(settings)}"


def cost_label(settings: Settings) -> str:
    """Return the unit of costs, as for an axis or a table head."""
    return f"{settings.costs.unit} per 1,000 {settings.columns.unit}"


def to_find(settings: Settings) -> str:
    """Return the last class: of two it is the one to find."""
    return settings.names[-1]
