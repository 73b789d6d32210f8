"""What to know of a data set before choosing it: size, licence, what it is good for, its traps."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any

from .catalog import Dataset

FACTS = Path(__file__).with_name("datasets.toml")
WIDE = 100  # signs in a line
LAYOUT = "{:<15} {:<20} {:>9}  {:>8}  {}"
KILO, MEGA = 1_000, 1_000_000


@cache
def facts() -> dict[str, dict[str, Any]]:
    """Return what is known of the data sets, by type and name."""
    return tomllib.loads(FACTS.read_text("utf-8"))


def heading() -> str:
    """Return the line above the list."""
    return LAYOUT.format("type", "name", "rows", "download", "licence")


def describe(dataset: Dataset) -> list[str]:
    """Return a line of facts, and what it is good for in an interview and goes wrong with it."""
    known = facts().get(dataset.project_type, {}).get(dataset.name, {})
    rows = f"{known['rows']:,}" if known else ""
    licence = short(dataset.licence)
    lines = [LAYOUT.format(dataset.project_type, dataset.name, rows, size(known), licence)]
    about = {dataset.title: known.get("interest"), "Traps": known.get("traps")}
    for what, said in about.items():
        text = f"{what}: {said}" if said else what
        lines += wrap(text, WIDE, initial_indent="    ", subsequent_indent="      ")
    return lines if known else lines[:2]


def size(known: dict[str, Any]) -> str:
    """Return how much is fetched."""
    if not known:
        return ""
    count = known["download"]
    if not count:
        return "built in"
    if count < MEGA:
        return f"{count / KILO:.0f} kB"
    return f"{count / MEGA:.0f} MB" if count >= 10 * MEGA else f"{count / MEGA:.1f} MB"


def short(licence: str) -> str:
    """Return the name of a licence without what is said about it."""
    return re.split(r" \(|[;:]", licence)[0]
