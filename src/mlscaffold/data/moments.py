"""How dates are written: the strptime format of a column, and whether it is the only one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?")
TIMES = (
    "| %H:%M:%S| %H:%M| %I:%M:%S %p| %I:%M %p|T%H:%M:%S| %H:%M:%S.%f|, %H:%M| %I:%M%p| %H.%M"
    "| %I.%M.%S %p| %H.%M.%S|, %H:%M:%S| %H:%M Uhr| %H:%M:%S,%f|-%H.%M.%S.%f"
).split("|")
SIGNED = "%d/%m/%Y %m/%d/%Y %d/%m/%y %m/%d/%y %Y/%m/%d %d/%b/%Y %d/%b/%y".split()
SPOKEN = "%d %b %Y|%d %B %Y|%b %d, %Y|%B %d, %Y|%b %d %Y|%d %b %y|%d. %B %Y".split("|")
DAYS = (*(form.replace("/", sign) for sign in "/.-" for form in SIGNED), *SPOKEN)
WHOLE = (
    "%Y%m%d|%Y%m%dT%H%M%S|%Y%m%d%H%M%S|%Y%m%d %H%M%S|%Y%m%d%H%M|%Y-%m|%Y/%m|%m/%Y|%b %Y|%B %Y|%b-%Y"
    "|%b-%y|%Y-%m-%dT%H:%M:%SZ|%Y-%m-%dT%H:%M:%S.%fZ|%Y-%m-%dT%H:%MZ|%Y-%m-%d %H:%M:%S UTC"
    "|%Y-%m-%d %H:%M:%S+00:00|%d/%b/%Y:%H:%M:%S|%a %b %d %H:%M:%S %Y|%H:%M:%S %d %b %Y"
    "|%d%b%Y:%H:%M:%S|%Y年%m月%d日|%Y. %m. %d."
).split("|")


def signs(text: str) -> str:
    """Return what stands between the letters and digits of a text."""
    return re.sub(r"\s+", " ", re.sub(r"[^\W_]+", "", text))


FORMATS = (*WHOLE, *(day + time for day in DAYS for time in TIMES))
ALIKE: dict[str, list[str]] = {}  # to compile them all takes half a second for each column
for _form in FORMATS:
    ALIKE.setdefault(signs(re.sub("%.", "", _form)), []).append(_form)
CLOCK = re.compile(
    r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?( ?[AaPp][Mm])?|([01]\d|2[0-3])\.[0-5]\d\.[0-5]\d"
)
YEARS = range(1700, 2101)
EPOCH = (600_000_000, 2_200_000_000)  # seconds: 1989 to 2039
UNITS = {"seconds": 1, "milliseconds": 1000, "microseconds": 1_000_000}


@dataclass(frozen=True)
class Written:
    """How a column writes its moments; `form` is empty for ISO 8601, `other` a second reading."""

    form: str
    other: str = ""


def find_format(values: Sequence[str], *, in_order: Sequence[str] = ()) -> Written | None:
    """Return how distinct values are written, if all are moments.

    Where day and month cannot be told apart by a number above 12, the order of the rows decides,
    if one reading is in order and the other is not.
    """
    sample = list(values)[:: max(1, len(values) // 1500)]
    if not sample or not any(map(str.isdigit, sample[0])):
        return None
    if all(ISO.fullmatch(value) for value in sample):
        return Written("") if all(map(is_iso, sample)) else None
    shape = bool(re.fullmatch(r"\d+", sample[0]))
    if shape and len(sample[0]) not in {8, 12, 14}:
        return None
    few = sample[:: max(1, len(sample) // 20)]
    alike = ALIKE.get(signs(sample[0]), [])
    fit = [form for form in alike if reads(few, form) and reads(sample, form)]
    fit = fit[:1] if fit and not any(swapped(form) in fit for form in fit[:1]) else fit[:2]
    if not fit:
        return None
    if len(fit) == 1:
        return Written(fit[0])
    ordered = [form for form in fit if in_time([read(value, form) for value in in_order])]
    if len(ordered) == 1:
        return Written(ordered[0])
    return Written(fit[0], fit[1])


def swapped(form: str) -> str:
    """Return a format with day and month in the other order."""
    if not re.match(r"%[dm].%[dm].", form):
        return ""
    return form.translate(str.maketrans("dm", "md"))


def is_iso(value: str) -> bool:
    """Return whether a value is a moment of the calendar."""
    with suppress(ValueError):
        return datetime.fromisoformat(value).year in YEARS
    return False


def reads(values: Sequence[str], form: str) -> bool:
    """Return whether all values are written like this, in years that people mean."""
    return all((moment := read(value, form)) and moment.year in YEARS for value in values)


def read(value: str, form: str) -> datetime | None:
    """Return the moment that a value means."""
    with suppress(ValueError):
        if form:
            return datetime.strptime(value, form).replace(tzinfo=UTC)
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return None


def in_time(moments: Sequence[datetime | None]) -> bool:
    """Return whether moments follow each other, nearly all, one way or the other."""
    known = [each for each in moments if each]
    pairs = [(a, b) for a, b in itertools.pairwise(known) if a != b]
    if len(pairs) < 5:
        return False
    up = sum(a < b for a, b in pairs) / len(pairs)
    return up > 0.98 or up < 0.02


def find_epoch(low: float, high: float, *, whole: bool, named: bool) -> str:
    """Return the unit since 1970 of numbers that are moments, or nothing."""
    for unit, ticks in UNITS.items():
        inside = EPOCH[0] * ticks <= low and high <= EPOCH[1] * ticks
        if inside and (whole or ticks == 1) and (named or high - low > 3600 * ticks):
            return unit if named or ticks > 1 else ""
    return ""
