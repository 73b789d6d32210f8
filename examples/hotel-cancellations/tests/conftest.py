"""A small study that the tests change one table at a time."""

from __future__ import annotations

from typing import Any

from hotel_cancellations.kit.settings import Settings

STUDY: dict[str, dict[str, Any]] = {
    "project": {
        "title": "Sales", "question": "Who buys?", "decision_maker": "The shop", "goal": 0.1,
        "decision": "decides whom to ask", "success": "Better than the table.",
    },
    "data": {"source": "sales.csv", "licence": "CC0 1.0", "description": "Sales."},
    "columns": {"target": "bought", "unit": "rows", "numeric": ["size"], "categorical": ["colour"]},
    "classes": {"no": "no", "yes": "yes"},
    "split": {"kind": "random", "folds": 5},
    "metric": {"name": "log_loss"},
    "rule_of_thumb": {"label": "the mean of all earlier rows"},
    "costs": {"mistakes": {"no": {"yes": 1}, "yes": {"no": 5}}},
}  # fmt: skip


def a_study(**changes: dict[str, Any]) -> Settings:
    """Return settings with some tables changed; costs are in euros."""
    tables = {**STUDY, **changes}
    return Settings.model_validate({**tables, "costs": {"unit": "euros", **tables["costs"]}})
