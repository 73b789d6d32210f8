"""The probes: each measures by how much one thing flatters a score, in the unit of that score."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .subject import Array, Cut, Subject, Trial, attempt

OTHERS = 10  # seeds beside that of the project
SLOW = 5.0  # seconds of a fit; then three other seeds must do
ONE_SIDED = 1.65  # standard deviations: one of twenty honest draws is as kind
SHUFFLES = 5
CUTS = 5  # by group: each keeps other groups aside
STRETCHES = 50  # of rows in order of time: neighbours err together
Measurement = dict[str, Any]


class Bench:
    """Runs the probes on one subject; the split as it is stands beside every one of them."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        start = time.perf_counter()
        self.cut = subject.divide(0)
        self.own = attempt(subject, self.cut)
        count = OTHERS if time.perf_counter() - start < SLOW else 3
        self.seeds = range(1, 1 if subject.kind == "time" else count + 1)
        self.others: list[Trial] = []

    def probes(self) -> Iterator[tuple[str, Callable[[], Iterator[Measurement]]]]:
        """Yield name and function of each probe, in the order in which they run."""
        yield "as it is", self.as_it_is
        yield "seed", self.other_seeds
        yield "time", self.in_order
        yield "group", self.by_group
        yield "copies", self.without_copies
        yield "shuffled", self.with_shuffled_target

    def as_it_is(self) -> Iterator[Measurement]:
        """Compare what the author states with the split as it is."""
        if (stated := self.subject.reported) is not None:
            yield self.tell("as it is", "as measured", self.own.value, 2 * self.own.error, stated)

    def other_seeds(self) -> Iterator[Measurement]:
        """Draw the split again with other seeds."""
        self.others = [attempt(self.subject, self.subject.divide(seed)) for seed in self.seeds]
        if not self.others:
            return
        values = [each.value for each in self.others]
        noise = ONE_SIDED * self.spread() * np.sqrt(1 + 1 / len(values))
        ends = {"least": min(values), "most": max(values), "count": len(values)}
        said = f"over {len(values)} other seeds"
        yield self.tell("seed", said, np.mean(values), noise, self.own.value) | ends

    def in_order(self) -> Iterator[Measurement]:
        """Fit to earlier rows, score later ones; as many of each as before."""
        if self.subject.kind == "time":
            return
        for name, moments in self.subject.moments.items():
            cut = in_time(moments, self.cut)
            stretches = np.arange(len(cut[1])) * STRETCHES // len(cut[1])
            trial = attempt(self.subject, cut, units=stretches)
            spread = max(self.spread(), trial.error)
            noise = 2 * spread * np.sqrt(1 + 1 / len(self.all()))
            yield self.tell("time", f"in order of `{name}`", trial.value, noise)

    def by_group(self) -> Iterator[Measurement]:
        """Keep groups whole: none is on both sides."""
        for name, groups in self.subject.groups.items():
            cuts = [whole_groups(groups, self.cut, seed) for seed in range(CUTS)]
            values = [attempt(self.subject, cut).value for cut in cuts]
            own = np.std(values, ddof=1) / np.sqrt(CUTS)
            noise = 2 * np.hypot(own, self.spread() / np.sqrt(len(self.all())))
            yield self.tell("group", f"with every `{name}` on one side", np.mean(values), noise)

    def without_copies(self) -> Iterator[Measurement]:
        """Take from the fit what the scored rows repeat; beside it as many other rows."""
        marks = marks_of(self.subject.features)
        if marks is None:
            return
        fit, seen = self.cut
        same = np.isin(marks[fit], marks[seen])
        copies = int(np.isin(marks[seen], marks[fit]).sum())
        if not copies or by_chance(self.subject.features, marks):
            return
        generator = np.random.default_rng(0)
        fresh = fit[~same]
        keep = max(len(fresh) - int(same.sum()), 0)
        thinned = np.sort(np.concatenate([fit[same], generator.permutation(fresh)[:keep]]))
        y = self.subject.target
        told = [self.subject.predict((each, seen), y) for each in (thinned, fresh)]
        with_copies, without = (self.subject.score(y[seen], each) for each in told)
        noise = 2 * paired_error(self.subject, y[seen], *told)
        said = f"without the training rows that {copies:,} scored rows repeat"
        yield self.tell("copies", said, without, noise, with_copies) | {"count": copies}

    def with_shuffled_target(self) -> Iterator[Measurement]:
        """Shuffle the target of all rows; beside it a model that learns from yet another order.

        The second cannot know anything. What the first is better by has come from outside of the
        rows that it was fitted to.
        """
        gains, values, plain, errors = [], [], [], []
        for seed in range(SHUFFLES):
            subject, generator = self.subject, np.random.default_rng(seed)
            y = generator.permutation(subject.target)
            if subject.shuffled:
                subject = subject.shuffled(seed)
                y = subject.target
            fit, seen = cut = subject.divide(0)
            again = y.copy()
            again[fit] = generator.permutation(y[fit])
            told = [subject.predict(cut, target) for target in (y, again)]
            one, other = (subject.score(y[seen], each) for each in told)
            gains.append(subject.better(one, other))
            values.append(one)
            plain.append(other)
            errors.append(paired_error(subject, y[seen], *told))
        spread = max(float(np.std(gains, ddof=1)), float(np.mean(errors)))
        noise = 2 * spread / np.sqrt(SHUFFLES)
        yield self.tell("shuffled", "where nothing can be known", np.mean(plain), noise,
                        float(np.mean(values)))  # fmt: skip

    def all(self) -> list[Trial]:
        """Return every trial of the split as it is."""
        return [self.own, *self.others]

    def spread(self) -> float:
        """Return the standard deviation of one trial, from seeds and from rows."""
        values = [each.value for each in self.all()]
        seeds = float(np.std(values, ddof=1)) if len(values) > 2 else 0.0
        return max(seeds, 0.0 if len(values) > 5 else mean_error(self.all()))

    def tell(
        self, probe: str, what: str, value: float, noise: float, reported: float | None = None
    ) -> Measurement:
        """Return a measurement; `gap` above nought says that the reported score flatters."""
        usual = float(np.mean([each.value for each in self.all()]))
        said = usual if reported is None else reported
        cut = self.cut
        plain = self.subject.constant(cut, self.subject.target)
        if not np.isfinite([said, value, noise]).all():
            raise ValueError(f"{self.subject.label} is not a number on these rows")
        return {
            "probe": probe,
            "what": what,
            "label": self.subject.label,
            "unit": self.subject.unit,
            "reported": float(said),
            "measured": float(value),
            "gap": float(self.subject.better(said, value)),
            "noise": float(noise),
            "constant": float(self.subject.score(self.subject.target[cut[1]], plain)),
        }


def mean_error(trials: list[Trial]) -> float:
    """Return the mean standard error."""
    return float(np.mean([each.error for each in trials]))


def in_time(moments: Array, cut: Cut) -> Cut:
    """Return the last rows to score and those before them to fit to, as many as in `cut`."""
    order = np.argsort(moments, kind="stable")
    first = len(order) - len(cut[1])
    later = moments[order] >= moments[order[first]]  # equal moments stay together
    return order[~later][-len(cut[0]) :], order[later]


def whole_groups(groups: Array, cut: Cut, seed: int) -> Cut:
    """Return rows to fit to and rows to score, about as many as in `cut`, no group in both."""
    names, own = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    filled = np.cumsum(np.bincount(own)[order])
    scored = order[: 1 + int(np.searchsorted(filled, len(cut[1])))]
    is_scored = np.isin(own, scored)
    return np.flatnonzero(~is_scored)[: len(cut[0])], np.flatnonzero(is_scored)


def marks_of(features: Any) -> Array | None:
    """Return a hash of each row, or nothing where rows are no table of plain values."""
    import pandas as pd

    if features is None:
        return None
    try:
        return np.asarray(pd.util.hash_pandas_object(features, index=False))
    except TypeError:
        return None


def by_chance(features: Any, marks: Array) -> bool:
    """Tell whether rows would coincide as well if each column were shuffled by itself.

    A few columns with a few values each coincide in new rows just so; these are no copies.
    """
    generator = np.random.default_rng(0)
    mixed = features.apply(lambda column: generator.permutation(np.asarray(column, dtype=object)))
    shuffled = marks_of(mixed)
    return shuffled is not None and repeated(shuffled) > repeated(marks) / 3


def repeated(marks: Array) -> int:
    """Return how many rows repeat another one."""
    return len(marks) - len(np.unique(marks))


def paired_error(subject: Subject, y: Array, one: Array, other: Array) -> float:
    """Return the standard error of the difference of two models on the same rows."""
    generator, found = np.random.default_rng(0), []
    for _ in range(100):
        rows = generator.integers(len(y), size=len(y))
        try:
            found.append(subject.score(y[rows], one[rows]) - subject.score(y[rows], other[rows]))
        except ValueError:
            continue
    return float(np.nanstd(found)) if found else 0.0
