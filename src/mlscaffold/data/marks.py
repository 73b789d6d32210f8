"""Signs that people write beside a number: about, less than, see the note; thousands as letters."""

from __future__ import annotations

import re

TIMES = {"k": 1e3, "K": 1e3, "tsd": 1e3, "m": 1e6, "M": 1e6, "mio": 1e6, "mn": 1e6, "bn": 1e9,
         "B": 1e9, "mrd": 1e9,
         "lac": 1e5, "lacs": 1e5, "lakh": 1e5, "cr": 1e7, "crore": 1e7}  # fmt: skip
BEFORE = re.compile(
    r"(~|\u2248|\u00b1|[<>\u2264\u2265]=?|ca\.?|c\.|circa|approx\.?|about)\s*(?=[\d.,-])",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"(?<=\d)\s*(\*+|\u2020|\u2021|\+|[\u00b9\u00b2\u00b3]|\[\w{1,2}\]|\((?:est|e|p|r|prov|[a-z]|\d)\.?\))$",
    re.IGNORECASE,
)


def without_marks(text: str) -> tuple[str, list[str]]:
    """Return a number without the marks around it, and these marks."""
    marks = []
    if found := BEFORE.match(text):
        marks.append(found[1])
        text = text[found.end() :]
    if found := BEHIND.search(text):
        marks.append(found[1])
        text = text[: found.start()]
    return text, marks
