"""How numbers, tables and pictures are written in the texts."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isnan, log10


def number(value: float, digits: int = 3) -> str:
    """Return `value` with three significant digits: 0.0123, 4.57, 62,300."""
    if value == 0 or isnan(value):
        return "not defined" if isnan(value) else "0"
    decimals = digits - 1 - floor(log10(abs(value)))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def percent(share: float) -> str:
    """Return a share of 1 as a percentage: whole, or with one decimal below 10%."""
    if 0 < abs(share) < 0.0005:
        return "under 0.1%"
    return f"{share:.1%}" if 0 < abs(share) < 0.095 else f"{share:.0%}"


def table(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table; columns of numbers are aligned to the right."""
    cells = [[cell(item) for item in row] for row in rows]
    columns = zip(*cells, strict=True)
    rule = ["---:" if all(map(starts_a_number, column)) else "---" for column in columns]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *cells))


def starts_a_number(text: str) -> bool:
    """Return whether `text` is a number or begins with one."""
    return text[:1] in "-+0123456789"


def cell(item: object) -> str:
    """Return `item` so that it cannot end its cell or start a tag."""
    return str(item).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def picture(name: str, finding: str) -> str:
    """Return the figure `name` with the finding it shows as alternative text."""
    return f"![{finding}](reports/figures/{name}.png)"
