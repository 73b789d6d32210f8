"""Moments and lengths of time as people write them out: 3. März 2017, le 1er mai, 1 h 20 min."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

MONTHS = {  # the beginnings of the months, without accents, in the languages that are told apart
    number: tuple(said.split())
    for number, said in enumerate(
        (
            "jan ene gen janv", "feb fev fevr", "mar mrz maa marz mars", "apr avr abr",
            "may mai mag mayo mei", "jun juin giu", "jul juil lug", "aug aou ago",
            "sep set sept", "oct okt out ott", "nov", "dec dez dic",
        ),
        1,
    )
}  # fmt: skip
FULL = {  # what they are called; a word of another kind that begins alike is no month
    *"""
    january february march april may june july august september october november december
    januar jaenner janner februar marz maerz mai juni juli oktober dezember
    janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre
    diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
    januari februari maart mei augustus
    """.split()
}
WEEKDAY = r"(?:[^\W\d]{2,10}\.?,? )?"
ORDINAL = r"(?:st|nd|rd|th|er|[.\u00ba\u00aa])?"
CLOCK = r"(?:(?:,| at| um| \u00e0)? (\d{1,2}):(\d\d)(?::(\d\d))?(?: Uhr)?"
CLOCK += r"(?: ?(?:GMT|UTC|Z)?(?:[+-]\d\d:?\d\d)?(?: \([^)]*\))?)?)?"
DAY_FIRST = re.compile(
    rf"{WEEKDAY}(?:(\d{{1,2}}){ORDINAL}[ -]?(?:de |of )?)?([^\W\d]{{3,12}})\.?,?[ -]?"
    rf"(?:del? )?(\d{{4}}){CLOCK}",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    rf"{WEEKDAY}([^\W\d]{{3,12}})\.? (\d{{1,2}}){ORDINAL},? (\d{{4}}){CLOCK}", re.IGNORECASE
)
SPAN = re.compile(
    r"(?:(?P<d>\d+) ?(?:d|days?|Tage?)[ ,]*)?(?:(?P<h>\d+) ?(?:h|hrs?|hours?|Std\.?)[ ,:]*)?"
    r"(?:(?P<m>\d+(?:\.\d+)?) ?(?:m|min\.?|mins|minutes?)[ ,]*)?"
    r"(?:(?P<s>\d+(?:\.\d+)?) ?(?:s|secs?\.?|seconds?))?",
    re.IGNORECASE,
)
COUNTED = re.compile(r"(?:(\d+) days?,? ?)?(\d{1,4}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")


def month_of(word: str) -> int:
    """Return the number of a month by its name or the beginning of it, or 0."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", word.lower()) if each.isalpha())
    for number, starts in MONTHS.items():
        if bare in starts or (bare in FULL and bare.startswith(starts)):
            return number
    return 0


def spoken_day(text: str) -> str | None:
    """Return a moment with the name of its month as ISO 8601 says."""
    day: str | None
    if found := DAY_FIRST.fullmatch(text):
        day, month, year, *clock = found.groups()
    elif found := MONTH_FIRST.fullmatch(text):
        month, day, year, *clock = found.groups()
    else:
        return None
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        moment = datetime(int(year), month_of(month), int(day or 1), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    return moment.isoformat(" ", "seconds") if clock[0] else moment.date().isoformat()


def span_of(text: str) -> timedelta | None:
    """Return a length of time: 01:20:00, 1 h 20 min, 0 days 01:20:00."""
    if found := COUNTED.fullmatch(text):
        days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if text.strip() and (found := SPAN.fullmatch(text)):
        parts = {name: float(part or 0) for name, part in found.groupdict().items()}
        return timedelta(days=parts["d"], hours=parts["h"], minutes=parts["m"], seconds=parts["s"])
    return None
