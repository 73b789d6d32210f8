"""How this project says its metric in words."""

from __future__ import annotations

from ..project import Settings
from .markdown import number


def metric_label(settings: Settings) -> str:
    """Return the short name of the metric, as for an axis or a table head."""
    return f"NDCG@{settings.metric.k}"


def people(count: int) -> str:
    """Return a number of users in words."""
    return f"{count:,} {'user' if count == 1 else 'users'}"


def seconds(value: float) -> str:
    """Return a time; below a hundredth of a second it says nothing about a model."""
    return f"{number(value, 2)} s" if value >= 0.01 else "under 0.01 s"
