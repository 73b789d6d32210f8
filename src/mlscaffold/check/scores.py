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
NUMBER = re.compile(r"(?<![\w.@-])(?P<digits>\d+(?:[.,]\d+)?)\s?(?P<percent>%)?(?![\w@-])")
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
    """Yield what is stated: a metric with the number that follows it closely."""
    for number, line in enumerate(lines, 1):
        start = 0
        while match := NAMED.search(line, start):
            start = match.end("name")
            value = NUMBER.search(match["rest"])
            between = match["rest"][: value.start()] if value else ""
            if value and len(between) <= NEAR and "." not in between:
                yield read(match, value, f"{path}:{number}" if path else "")


def find_printed(lines: Iterable[str], metric: str) -> Iterator[float]:
    """Yield every number that a program prints in a line behind the name of a metric."""
    for line in lines:
        start = 0
        while match := NAMED.search(line, start):
            start = match.end("name")
            if name_of(match) == metric:
                yield from (read(match, each).value for each in NUMBER.finditer(match["rest"]))


def read(match: re.Match[str], value: re.Match[str], place: str = "") -> Score:
    """Return the score of a metric and a number."""
    digits = value["digits"].replace(",", ".")
    decimals = len(digits.partition(".")[2])
    scale = 100 if value["percent"] else 1
    shown = f"{match['name']} {value['digits']}{value['percent'] or ''}"
    exact = 0.5 * 10**-decimals / scale
    return Score(name_of(match), float(digits) / scale, shown, exact, place)


def name_of(match: re.Match[str]) -> str:
    """Return the metric that was named, whatever it was called."""
    names = list(NAMES)
    return next(name for place, name in enumerate(names) if match[f"m{place}"] is not None)
