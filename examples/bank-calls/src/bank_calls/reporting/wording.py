"""How this project says its metric in words: name, short name, value with its unit."""

from __future__ import annotations

from ..project import Settings
from .markdown import number

NAMES = {"log_loss": "log loss", "average_precision": "AP loss", "roc_auc": "AUC loss"}
LABELS = {
    "log_loss": "log loss",
    "average_precision": "AP loss (1 - average precision)",
    "roc_auc": "AUC loss (1 - ROC-AUC)",
}


def metric_name(settings: Settings) -> str:
    """Return the metric in words."""
    return NAMES[settings.metric.name]


def metric_label(settings: Settings) -> str:
    """Return the metric as for an axis or a table head."""
    return LABELS[settings.metric.name]


def amount(value: float, settings: Settings) -> str:
    """Return `value` with the name of the loss."""
    return f"{number(value)} {metric_name(settings)}"


def money(value: float, settings: Settings) -> str:
    """Return a cost with its unit."""
    return f"{number(value)} {settings.costs.unit}"


def to_find(settings: Settings) -> str:
    """Return the last class: of two it is the one to find."""
    return settings.names[-1]
