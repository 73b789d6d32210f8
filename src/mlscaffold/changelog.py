"""What CHANGELOG.md says of the releases of the templates."""

from __future__ import annotations

import re
from pathlib import Path

from .release import number

# In the package; a source checkout has it at its top.
PLACES = (Path(__file__).with_name("CHANGELOG.md"), Path(__file__).parents[2] / "CHANGELOG.md")


def read_changelog(before: str, after: str) -> list[str]:
    """Return the lines about the releases of the templates after `before`, up to `after`."""
    place = next((each for each in PLACES if each.is_file()), None)
    if place is None:
        return []
    _, _, templates = place.read_text("utf-8").partition("\n## Templates\n")
    lines: list[str] = []
    for section in re.split(r"^(?=### \[)", templates.partition("\n## ")[0], flags=re.MULTILINE):
        heading = re.match(r"### \[(\d+\.\d+\.\d+)\]", section)
        if heading and number(before) < number(heading[1]) <= number(after):
            lines += section.rstrip().splitlines()
    return lines
