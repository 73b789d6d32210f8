"""A model with its rows, as every probe sees it, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any  # numpy arrays; the tool itself has no numpy
Cut = tuple[Array, Array]  # positions of rows to fit to, and of rows to score


@dataclass(frozen=True)
class Subject:
    """How a model is fitted and scored, and by what else its rows could be divided."""

    label: str  # of the metric
    unit: str
    direction: str  # "lower" or "higher"
    target: Array
    kind: str  # of the split: random, stratified, group, time
    divide: Callable[[int], Cut]  # the split as it is, drawn with its own seed plus this number
    predict: Callable[[Cut, Array], Array]  # fitted to rows with these targets
    score: Callable[[Array, Array], float]
    constant: Callable[[Cut, Array], Array]  # one answer for all rows
    features: Any = None  # a table, where copies can be looked for
    moments: Mapping[str, Array] = field(default_factory=dict)
    groups: Mapping[str, Array] = field(default_factory=dict)
    shuffled: Callable[[int], Subject] | None = None  # all over again, with a shuffled target
    reported: float | None = None  # where the author states it

    def better(self, one: float, other: float) -> float:
        """Return by how much `one` is better than `other`."""
        return one - other if self.direction == "higher" else other - one


@dataclass(frozen=True)
class Trial:
    """A score on rows, and the spread that comes from having just these rows."""

    value: float
    error: float  # standard error, over units that err together


def attempt(
    subject: Subject, cut: Cut, target: Array | None = None, units: Array | None = None
) -> Trial:
    """Fit to one part of the rows and score the other."""
    y = subject.target if target is None else target
    told = subject.predict(cut, y)
    return judge(subject, y[cut[1]], told, units)


def judge(subject: Subject, y: Array, told: Array, units: Array | None = None) -> Trial:
    """Score predictions; draw the units again and again for the standard error."""
    own = np.arange(len(y)) if units is None else np.unique(units, return_inverse=True)[1]
    order = np.argsort(own, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(own[order])) + 1)
    generator, found = np.random.default_rng(0), []
    for _ in range(100):
        drawn = generator.integers(len(members), size=len(members))
        rows = np.concatenate([members[each] for each in drawn])
        try:
            found.append(subject.score(y[rows], told[rows]))
        except ValueError:  # a draw with one class only has no area under a curve
            continue
    return Trial(float(subject.score(y, told)), float(np.nanstd(found)) if found else 0.0)
