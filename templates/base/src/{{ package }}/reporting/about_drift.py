"""Blocks about drift: what the monitor says of later rows, how often it cries wolf, the rule."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent, table

SHOWN = 5


def drift(results: Results, settings: Settings) -> str:
    """List the columns of the test rows that moved most, and state what the monitor is worth."""
    found = results["monitoring"]
    rows = [
        [
            part["name"],
            number(part["psi"]),
            number(part["excess"]),
            "yes" if part["drifted"] else "",
        ]
        for part in found["later"][:SHOWN]
    ]
    drifted = sum(part["drifted"] for part in found["later"])
    head = ["test rows against training rows", "PSI", "beyond chance", "drifted"]
    said = [
        f"{drifted} of {len(found['later'])} columns drifted "
        f"(limit {number(found['limit'])} beyond chance, on {found['rows']:,} rows).",
        wolf(found),
        *unit(found["unit_change"]),
    ]
    return f"{table(head, rows)}\n\n{' '.join(said)}\n\nRule: {settings.monitor.retrain}"


def wolf(found: dict[str, Any]) -> str:
    """Say how often the monitor fires where nothing changed."""
    said = [
        f"{each['alarms']} of {each['draws']} draws of {each['rows']:,} rows (at most "
        f"{percent(each['high'])} with 95% confidence)"
        for each in found["false_alarms"]
    ]
    return f"Where nothing changed, the monitor fired on {' and '.join(said)}."


def unit(found: dict[str, Any] | None) -> list[str]:
    """Say whether a wrong unit is found, if there is a number."""
    if found is None:
        return []
    outcome = "is found" if found["found"] else "is NOT found"
    return [f"`{found['column']}` in thousandths of its unit {outcome}."]
