"""Scores as people and programs write them: `ROC-AUC of 0.85`, `accuracy: 91.2 %`, `RMSE | 66`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

NAMES = {
    "accuracy": r"acc(?:uracy)?",
    "ROC-AUC": r"roc[-_ ]?auc|auc(?:[- ]?roc)?",
    "F1": r"f1",
    "average precision": r"average[-_ ]precision|pr[-_ ]?auc|map@\d+",
    "precision": r"precision(?:@\d+)?",
    "recall": r"recall(?:@\d+)?",
    "NDCG": r"ndcg(?:@\d+)?",
    "RMSE": r"rmse|root[-_ ]mean[-_ ]squared?[-_ ]error",
    "MAE": r"mae|mean[-_ ]absolute[-_ ]error",
    "R²": r"r2|r²|r\^2|r[- ]squared",
    "log loss": r"log[-_ ]?loss",
}
ERRORS = frozenset({"RMSE", "MAE"})
METRIC = re.compile(
    "|".join(f"(?P<m{number}>{words})" for number, words in enumerate(NAMES.values())),
    re.IGNORECASE,
)
NAMED = re.compile(rf"(?<![a-z])(?P<name>{METRIC.pattern})(?![a-z])(?P<rest>[^\n]*)", re.IGNORECASE)
LITERAL = r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
NUMBER = re.compile(rf"(?<![\w.@-])(?P<digits>{LITERAL})\s?(?P<percent>%)?(?![\w@-])")
AHEAD = re.compile(
    r"(?<![\w.@-])(?P<digits>\d+[.,]\d+|\d+(?=\s?%))\s?(?P<percent>%)?\s(?:(?:test|validation)\s)?\**$"
)
NEAR = 25  # letters between the name of a metric and its value, in a sentence


@dataclass(frozen=True)
class Score:
    """A score that somebody states; a percentage is kept as a share."""

    metric: str
    value: float
    shown: str
    precision: float  # half of a unit of the last digit
    place: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0 and 1 by its nature."""
        return self.metric not in ERRORS and self.value <= 1


def find_scores(lines: Iterable[str], path: str = "") -> Iterator[Score]:
    """Yield what is stated: a metric with the number beside it, or in the column below it."""
    columns: dict[int, re.Match[str]] = {}
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}" if path else ""
        if "|" not in line:
            columns = {}
        elif not columns:
            columns = read_header(line)
        else:
            yield from read_row(line, columns, place)
            continue
        yield from read_line(line, place)


def read_line(line: str, place: str) -> Iterator[Score]:
    """Yield the scores in a sentence: `accuracy of 0.85`, `85 % accuracy`."""
    start = 0
    while match := NAMED.search(line, start):
        start = match.end("name")
        rest = up_to_next(match)
        value = NUMBER.search(rest)
        between = rest[: value.start()] if value else ""
        if before := AHEAD.search(line[: match.start("name")]):
            yield read(match, before, place)
        elif value and len(between) <= NEAR and "." not in between:
            yield read(match, value, place)


def read_header(line: str) -> dict[int, re.Match[str]]:
    """Return the columns of a table that are named after a metric, without a number in the name."""
    cells = enumerate(line.strip().strip("|").split("|"))
    found = ((place, NAMED.search(cell)) for place, cell in cells if not NUMBER.search(cell))
    return {place: match for place, match in found if match and place}


def read_row(line: str, columns: dict[int, re.Match[str]], place: str) -> Iterator[Score]:
    """Yield the scores in a row of a table."""
    cells = line.strip().strip("|").split("|")
    for column, match in columns.items():
        if column < len(cells) and (value := NUMBER.search(cells[column])):
            yield read(match, value, place)


def find_printed(lines: Iterable[str], metric: str) -> Iterator[float]:
    """Yield every number that a program prints in a line behind the name of a metric."""
    for line in lines:
        start = 0
        while match := NAMED.search(line, start):
            start = match.end("name")
            if name_of(match) == metric:
                yield from (read(match, each).value for each in NUMBER.finditer(up_to_next(match)))


def up_to_next(match: re.Match[str]) -> str:
    """Return what follows the name of a metric, up to the next name."""
    following = NAMED.search(match["rest"])
    return match["rest"][: following.start("name")] if following else match["rest"]


def read(match: re.Match[str], value: re.Match[str], place: str = "") -> Score:
    """Return the score of a metric and a number."""
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", value["digits"])
    digits = value["digits"].replace(",", "" if grouped else ".")
    decimals = len(digits.partition(".")[2])
    scale = 100 if value["percent"] else 1
    shown = f"{match['name']} {value['digits']}{value['percent'] or ''}"
    exact = 0.5 * 10**-decimals / scale
    return Score(name_of(match), float(digits) / scale, shown, exact, place)


def name_of(match: re.Match[str]) -> str:
    """Return the metric that was named, whatever it was called."""
    names = list(NAMES)
    return next(name for place, name in enumerate(names) if match[f"m{place}"] is not None)
