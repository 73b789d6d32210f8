"""Numbers with units that vary, or in other shapes: 4.1/5, 10 - 20, five foot eleven, degrees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from .marks import TIMES
from .numbers import LETTERS, Style

NEARLY = 0.98  # share of values that must have one shape
FEW = 20  # values up to which their units may tell kinds apart
UNITS = 4  # different ones behind the numbers of a column
NUMBER = r"[-+]?\d[\d.,' \u00a0\u202f]*\d|\d"
UNIT = re.compile(
    rf"({NUMBER})\s?((?:[A-Za-z\u00b0\u00b5\u03a9]{{1,8}}|%)"
    r"(?:[./ ]{1,2}[A-Za-z\u00b2\u00b3.]{1,6})?)"
)
OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:/|out of|von|of) ?(\d{1,3})")
RANGE = re.compile(rf"({NUMBER}) ?(?:-|\u2013|\u2014|to|bis) ?({NUMBER})")
FEET = re.compile(r"(\d)(?:'|\u2032| ?ft) ?(\d{1,2})?(?:\"|''|\u2033| ?in)?")
DEGREES = re.compile(
    r"(\d{1,3})\u00b0 ?(?:(\d{1,2})['\u2032\u2019] ?)?"
    r"(?:(\d{1,2}(?:\.\d+)?)[\"\u2033\u201d] ?)?([NSEWO])"
)
TWO = re.compile(
    rf"({NUMBER}) *([A-Za-z]{{1,4}})? *(?:\([\d.]+ ?[A-Za-z]*\))?"
    r"(?: *(?P<at>@|at|/) *[\d.,+/ ~-]+(?:rpm)?)?(?: *\(([A-Za-z]{1,4})@ ?rpm\))? *",
    re.IGNORECASE,
)
GROUPED = re.compile(r"\d{1,3}(,\d\d)*(,\d{3})?(\.\d+)?")
INDIAN = re.compile(r"\d{1,2}(,\d\d)+,\d{3}(\.\d+)?")

SCALES: tuple[dict[str, float], ...] = (
    {"mm": 0.001, "cm": 0.01, "m": 1, "km": 1000},
    {"mg": 0.001, "g": 1, "kg": 1000, "t": 1_000_000, "oz": 28.35, "lb": 453.6, "lbs": 453.6},
    {"ml": 0.001, "cl": 0.01, "l": 1},
    {"kb": 1, "mb": 1e3, "gb": 1e6, "tb": 1e9},
    {"w": 1, "kw": 1e3, "mw": 1e6},
    {"wh": 1, "kwh": 1e3, "mwh": 1e6},
    {"nm": 1, "kgm": 9.80665},
)

Reader = Callable[[str], float | None]


def find_shape(values: Sequence[str], style: Style) -> tuple[str, Reader] | None:
    """Return what the numbers of a column have around or between them, and how they are read."""
    if shaped(values, FEET):
        return "feet and inches to inches", in_inches
    if shaped(values, DEGREES):
        return "degrees, minutes and seconds to degrees", in_degrees
    if any(map(INDIAN.fullmatch, values)) and shaped(values, GROUPED):
        return "made plain numbers", ungrouped
    if shaped(values, OUT_OF) and len({whole_of(value) for value in values} - {""}) == 1:
        whole = next(whole for value in values if (whole := whole_of(value)))
        return f"numbers out of {whole} made plain", lambda text: part_of(text, style)
    return of_two(values, style) or of_ranges(values, style) or of_units(values, style)


def of_two(values: Sequence[str], style: Style) -> tuple[str, Reader] | None:
    """Return how the first of two quantities is read, where it is said at which other one it is."""
    found = [TWO.fullmatch(value) for value in values if has_digit(value)]
    units = Counter(unit_of_two(each) for each in found if each)
    both = [unit for unit in units if unit]
    scale = scale_of(both)
    at = sum((each["at"] or "").lower() in {"@", "at"} for each in found if each)
    if at < max(3, 0.5 * len(found)) or sum(map(bool, found)) < NEARLY * len(found):
        return None
    if both[1:] and not scale:
        return None
    main = max(both, key=lambda unit: units[unit]) if both else ""

    def first(text: str) -> float | None:
        if not (each := TWO.fullmatch(text)):
            return None
        value, unit = style.number(each[1].strip()), unit_of_two(each) or main
        return value if value is None or not scale else value * scale[unit] / scale[main]

    spelled = (each[2] for each in found if each and (each[2] or "").lower() == main)
    read = f"in {next(spelled, main)}, " if main else ""
    return f"the first of two numbers in a cell, {read}the second left out", first


def unit_of_two(found: re.Match[str]) -> str:
    """Return the unit of the first of two quantities: behind it, or in brackets at the end."""
    return (found[2] or found[4] or "").lower()


def shaped(values: Sequence[str], form: re.Pattern[str]) -> bool:
    """Return whether values have one shape; a word or two in the place of a number may not."""
    odd = [value for value in values if not form.fullmatch(value)]
    words = len(odd) <= 2 and len(values) > 20 and not any(map(has_digit, odd))
    return words or len(values) - len(odd) >= NEARLY * len(values) > 2


def has_digit(text: str) -> bool:
    """Return whether there is a number in a text."""
    return any(map(str.isdigit, text))


def in_inches(text: str) -> float | None:
    """Return a height in inches."""
    found = FEET.fullmatch(text)
    return 12.0 * int(found[1]) + int(found[2] or 0) if found else None


def in_degrees(text: str) -> float | None:
    """Return a latitude or longitude with decimals; south and west are negative."""
    if not (found := DEGREES.fullmatch(text)):
        return None
    value = int(found[1]) + int(found[2] or 0) / 60 + float(found[3] or 0) / 3600
    return round(-value if found[4] in "SW" else value, 6)


def ungrouped(text: str) -> float | None:
    """Return a number with lakhs set apart: 1,23,456."""
    return float(text.replace(",", "")) if GROUPED.fullmatch(text) else None


def whole_of(text: str) -> str:
    """Return of how many a number is said to be."""
    found = OUT_OF.fullmatch(text)
    return found[2] if found else ""


def part_of(text: str, style: Style) -> float | None:
    """Return the number that is said to be out of another one."""
    if not (found := OUT_OF.fullmatch(text)):
        return None
    return style.number(found[1].replace(",", ".") if style.decimal == "." else found[1])


def of_ranges(values: Sequence[str], style: Style) -> tuple[str, Reader] | None:
    """Return how the few ranges among plain numbers are read: as their middle."""

    def middle(text: str) -> float | None:
        if (plain := style.number(text)) is not None:
            return plain
        found = RANGE.fullmatch(text)
        low, high = (
            (style.number(each.strip()) for each in found.groups()) if found else (None, None)
        )
        return (low + high) / 2 if low is not None and high is not None and low < high else None

    plain = sum(style.number(value) is not None for value in values)
    ranges = sum(middle(value) is not None for value in values) - plain
    if ranges and plain >= 0.5 * len(values) and plain + ranges >= NEARLY * len(values):
        return f"{ranges} ranges to their middle", middle
    return None


def of_units(values: Sequence[str], style: Style) -> tuple[str, Reader] | None:
    """Return how numbers are read behind which one of a few units stands, and which."""
    words = sum(not has_digit(value) for value in values)
    if words > 2 or (words and len(values) <= FEW):
        return None
    found = [UNIT.fullmatch(value) for value in values if has_digit(value)]
    units = Counter(each[2].strip(" .") for each in found if each)
    scale = scale_of(units)
    if scale and not {*map(str.lower, units)} <= {*scale}:
        return None  # 256GB SSD and 1TB HDD
    plain = sum(style.number(value) is not None for value in values)
    told = sum(units.values())
    if not 1 <= len({unit.lower() for unit in units}) <= UNITS or (
        {*units} & {*TIMES} and not scale
    ):
        return None
    if told + plain < NEARLY * len(found) or told < 0.5 * len(found) or len(found) < 3:
        return None
    if any(
        not scale and len(unit) == 1 and unit.isalpha() and unit not in LETTERS for unit in units
    ):
        return None  # 12A and 12B are codes

    if not scale and are_codes(found):
        return None  # 2013FAIL and 2013PASS
    main = units.most_common(1)[0][0]

    def number(text: str) -> float | None:
        if not (each := UNIT.fullmatch(text)):
            return style.number(text)
        value, unit = style.number(each[1].strip()), each[2].strip(" .").lower()
        return value if value is None or not scale else value * scale[unit] / scale[main.lower()]

    numbers = [value for text in values if (value := number(text)) is not None]
    if len(numbers) < NEARLY * len(found):
        return None
    if len(numbers) <= FEW and len({*numbers}) < len(numbers):
        return None  # 1.5Fin and 1.5Unf are two kinds
    if not scale and not of_one_size(found, style):
        return None  # 90 min and 2 Seasons
    if scale:
        return f"{' and '.join(sorted(units))} made {main}", number
    return f"numbers without the {' and '.join(sorted(units))} behind them", number


def are_codes(found: Iterable[re.Match[str] | None]) -> bool:
    """Return whether words in capitals stand right behind whole numbers of the same length."""
    known = [each for each in found if each]
    lengths = {len(each[1]) for each in known if each[1].isdigit()}
    words = {each[2] for each in known}
    together = all(each[0] == each[1] + each[2] for each in known)
    return together and len(lengths) == 1 and len(words) > 1 and all(
        word.isupper() and len(word) > 2 for word in words
    )  # fmt: skip


def of_one_size(found: Iterable[re.Match[str] | None], style: Style) -> bool:
    """Return whether numbers with one unit lie among those with the most frequent one."""
    by: dict[str, list[float]] = {}
    for each in found:
        if each and (value := style.number(each[1].strip())) is not None:
            by.setdefault(each[2].strip(" .").lower().removesuffix("s"), []).append(value)
    main = max(by.values(), key=len, default=[])
    middles = [sorted(values)[len(values) // 2] for values in by.values()]
    return bool(main) and all(min(main) <= middle <= max(main) for middle in middles)


def units_of(values: Iterable[str]) -> set[str]:
    """Return what stands behind numbers."""
    return {found[2].strip(" .") for value in values if (found := UNIT.fullmatch(value))}


def scale_of(units: Iterable[str]) -> dict[str, float]:
    """Return the scale that units of different size are of, by their first words."""
    first = {unit.split()[0].lower() for unit in units}
    return next((scale for scale in SCALES if len(first) > 1 and first <= {*scale}), {})
