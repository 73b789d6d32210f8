"""Blocks about drift: what the monitor says of later rows, how often it cries wolf, the rule."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import percent, table

SHOWN = 5


def drift(results: Results, settings: Settings) -> str:
    """List the columns of the test rows that moved most, and state what the monitor is worth."""
    found = results["monitoring"]
    rows = [
        [
            part["name"],
            f"{part['psi']:.3f}",
            f"{part['psi'] - part['excess']:.3f}",
            "yes" if part["drifted"] else "no",
        ]
        for part in found["later"][:SHOWN]
    ]
    drifted, columns = sum(part["drifted"] for part in found["later"]), len(found["later"])
    head = ["test rows against training rows", "PSI", "of that by chance", "drifted"]
    said = [
        f"{drifted} of {columns} column{'s' * (columns != 1)} drifted (a PSI more than "
        f"{found['limit']:g} above what chance gives on {found['rows']:,} rows, and a test that "
        "excludes chance).",
        wolf(found),
        *unit(found["unit_change"]),
    ]
    return f"{table(head, rows)}\n\n{' '.join(said)}\n\nRule: {settings.monitor.retrain}"


def wolf(found: dict[str, Any]) -> str:
    """Say how often the monitor fires where nothing changed."""
    said = [
        f"{each['alarms']} of {each['draws']} draws of {each['rows']:,} rows"
        for each in found["false_alarms"]
    ]
    most = max(each["high"] for each in found["false_alarms"])
    return (
        f"Where nothing changed, the monitor fired on {' and '.join(said)}: a rate of at most "
        f"{percent(most)}, with 95% confidence."
    )


def unit(found: dict[str, Any] | None) -> list[str]:
    """Say whether a wrong unit is found, if there is a number."""
    if found is None:
        return []
    outcome = "is noticed" if found["found"] else "is NOT noticed"
    return [f"A change of unit, `{found['column']}` in thousandths, {outcome}."]
