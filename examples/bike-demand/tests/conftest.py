"""A small study that the tests change one table at a time."""

from __future__ import annotations

from typing import Any

from bike_demand.kit.settings import Settings

STUDY: dict[str, dict[str, Any]] = {
    "project": {
        "title": "Sales", "question": "How many?", "decision_maker": "The shop", "goal": 0.1,
        "decision": "decides how much to order", "success": "Better than the table.",
    },
    "data": {"source": "sales.csv", "licence": "CC0 1.0", "description": "Sales."},
    "columns": {"target": "y", "unit": "pieces", "numeric": ["size"], "categorical": ["colour"]},
    "split": {"kind": "random", "folds": 5},
    "metric": {"name": "mae"},
    "rule_of_thumb": {"label": "the mean of all earlier rows"},
}  # fmt: skip


def a_study(**changes: dict[str, Any]) -> Settings:
    """Return settings with some tables changed."""
    return Settings.model_validate({**STUDY, **changes})
