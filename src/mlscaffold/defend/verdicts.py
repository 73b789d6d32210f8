"""What a program may say of an answer, and what is known to be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How an answer compares with the truth; in doubt nobody is accused."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"  # what was asked for is not in the answer
    UNSURE = "cannot judge"


@dataclass(frozen=True)
class Judgement:
    """A verdict and its reason, in a sentence without a full stop."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Number:
    """A number that the answer should hold.

    `kind` says how it is told: a `number` has a unit, a `share` may be told as 0.24, 24 % or a
    quarter, a `gain` is a share that two scores imply as well, and a `count` is whole. `others` are
    true numbers of the same project: named in passing, they are no mistake. `label` is the metric:
    a number that follows the name of another metric is about something else.
    """

    value: float
    kind: str = "number"
    unit: str = ""
    period: str = ""
    label: str = ""
    others: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Interval:
    """Two ends that the answer should hold."""

    low: float
    high: float
    share: bool = False


@dataclass(frozen=True)
class Direction:
    """One of two or three ways a thing can go; `cues` names the words that tell which."""

    value: str
    cues: str


@dataclass(frozen=True)
class Choice:
    """One of several names; `names` holds what each is called, `also` what is as good as right."""

    value: str
    names: Mapping[str, tuple[str, ...]]
    also: tuple[str, ...] = ()


Truth = Number | Interval | Direction | Choice
