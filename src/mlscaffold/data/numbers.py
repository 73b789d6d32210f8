"""How numbers are written: the sign before decimals, the one between thousands, signs around."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
COMMA = re.compile(r"[-+]?\d+,\d+([eE][-+]?\d+)?|[-+]?\d{1,3}(\.\d{3})+(,\d+)?")
GROUPED = {
    ",": re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d{1,2}(,\d\d)+,\d{3}(\.\d+)?"),  # lakhs
    ".": re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?"),
    " ": re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d+)?"),
    "'": re.compile(r"[-+]?\d{1,3}(['\u2019]\d{3})+(\.\d+)?"),
}
MONEY = (
    r"(?:US|CA|AU|NZ|HK|R|A|C|S)?\$|[€£¥₹₩₽₺₦₫฿₴₪]|Rs\.?|[Kk]r\.?|zł|Kč|Ft|Fr\.?"
    r"|EUR|USD|GBP|CHF|CAD|AUD|SEK|NOK|DKK|PLN|CZK|JPY|CNY|INR|BRL|HUF"
)
AROUND = re.compile(
    rf"(?P<before>{MONEY})?\s?"
    r"(?P<number>[-+]?[\d.,'\u2019 \u00a0\u202f]*\d(?:[eE][-+]?\d+)?)"
    rf"\s?(?P<after>%|{MONEY}|kg|km|cm|mm|kWh|°C|°F|mph)?"
)


MEASURED = re.compile(r"([-+]?[\d.,' ]*\d)\s?([A-Za-z\u00b0\u00b5\u03a9/]{1,6}|\"|'')")
LETTERS = {*"ghklmsKMVWx"}  # single ones that are units rather than parts of codes


@dataclass(frozen=True)
class Style:
    """How a file writes its numbers."""

    decimal: str = "."
    thousands: str = ""

    def number(self, text: str) -> float | None:
        """Return the number that `text` is, if it is one."""
        if self.thousands and self.thousands in text:
            if not GROUPED[self.thousands].fullmatch(text):
                return None
            text = text.replace(self.thousands, "")
        if self.decimal != ".":
            if "." in text:
                return None
            text = text.replace(self.decimal, ".")
        return float(text) if PLAIN.fullmatch(text) else None


def find_style(columns: Iterable[Counter[str]], separator: str) -> Style:
    """Return the style of a file; where separators are commas, one in a number means thousands."""
    commas = dots = grouped_comma = grouped_dot = grouped_space = grouped_quote = 0
    for values in columns:
        bare = [strip(value)[0] for value in [*values][:300] if any(map(str.isdigit, value))]
        if not bare or sum(looks_numeric(value) for value in bare) < 0.9 * len(bare):
            continue
        by_comma = [value for value in bare if "," in value]
        by_dot = [value for value in bare if "." in value]
        certain_comma = any(COMMA.fullmatch(v) and not GROUPED[","].fullmatch(v) for v in by_comma)
        certain_dot = any(PLAIN.fullmatch(v) and not GROUPED["."].fullmatch(v) for v in by_dot)
        both = any("," in value and "." in value for value in bare)
        commas += certain_comma
        dots += certain_dot
        grouped_comma += bool(by_comma) and not certain_comma and (both or separator != ";")
        grouped_dot += bool(by_dot) and not certain_dot
        grouped_space += any(GROUPED[" "].fullmatch(value) for value in bare)
        grouped_quote += any(GROUPED["'"].fullmatch(value) for value in bare)
    if commas > dots:
        return Style(",", "." if grouped_dot else " " if grouped_space else "")
    thousands = "," if grouped_comma else " " if grouped_space else "'" if grouped_quote else ""
    return Style(".", thousands)


def looks_numeric(value: str) -> bool:
    """Return whether a value is a number in one style or another."""
    return bool(
        PLAIN.fullmatch(value)
        or COMMA.fullmatch(value)
        or any(grouped.fullmatch(value) for grouped in GROUPED.values())
    )


def strip(value: str) -> tuple[str, str]:
    """Return a value without the sign of money or measure around it, and that sign."""
    found = AROUND.fullmatch(value)
    if not found:
        return value, ""
    return found["number"].strip(), (found["before"] or "") + (found["after"] or "")


def measured(values: Iterable[str]) -> str:
    """Return the unit that stands behind every number, the same one: GB, by 8GB and 16GB."""
    found = [MEASURED.fullmatch(value) for value in values]
    units = {each[2] if each else "" for each in found}
    if len(units) != 1 or len(found) < 3:
        return ""
    unit = units.pop()
    return unit if len(unit) != 1 or not unit.isalpha() or unit in LETTERS else ""


def percent(share: float) -> str:
    """Return a share with as many digits as it takes not to be rounded to all or to nothing."""
    rest = min(share, 1 - share)
    if 1e-9 < rest < 5e-5:
        return "over 99.99%" if share > rest else "under 0.01%"
    digits = max(0, math.ceil(-math.log10(100 * rest))) if rest > 1e-9 else 0
    return f"{share:.{digits}%}"
