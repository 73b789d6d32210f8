"""Divides rows into three parts: to learn what is normal, to set the threshold, and to test."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from .data import load, series_of
from .features import History, make_features
from .kit import Stop
from .kit.intervals import Rows, Vector
from .kit.settings import Settings

BLOCKS = 50  # per series: the bootstrap draws each as a whole


class Part(NamedTuple):
    """Rows as they are in the files, and what is known of each of them."""

    rows: pd.DataFrame
    X: pd.DataFrame  # what detectors are given
    y: Vector  # 1 for an anomaly, 0 for none, nan where nobody knows
    event: Rows  # the number of the anomaly: of a row, of a window of a series; -1 outside
    seconds: Vector  # since the first row; series lie far apart
    periods: Vector  # which share of the period of the alert budget the row stands for

    def take(self, index: Any) -> Part:
        """Return some of the rows."""
        return Part(*(each[index] for each in (self.rows.iloc, self.X.iloc, *self[2:])))


class Study(NamedTuple):
    """The rows to fit to, those to set the threshold on, those to test on."""

    train: Part
    validation: Part
    test: Part
    facts: dict[str, Any]  # of the data and of the split
    past: dict[str, History]  # what the features of later rows need


def prepare(settings: Settings) -> Study:
    """Return the three parts as project.toml declares them.

    Rows without a label can be fitted to, but nothing can be measured on them.
    """
    frame, data = load(settings)
    X, past = make_features({}, frame, settings)
    full = full_part(frame, X, settings)
    if settings.columns.time:
        warmed_up = position_in_series(frame, settings) >= settings.history.warm_up
        data["cleaning"]["first rows of each series: they set its level"] = (~warmed_up).sum()
        full = full.take(warmed_up)
    data["cleaning"] = [{"rule": rule, "rows": rows} for rule, rows in data["cleaning"].items()]
    assign = {"random": at_random, "group": by_group, "time": by_time}[settings.split.kind]
    part = assign(full, settings)
    known = ~np.isnan(full.y) | (part == 0) | (not settings.columns.target)
    parts = [full.take(known & (part == index)) for index in range(3)]
    if min(len(part.y) for part in parts) < 5:
        raise Stop("a part has fewer than five rows", "bring more rows, or change [split]")
    facts = {"data": data, "split": describe(parts, settings)}
    return Study(parts[0], parts[1], parts[2], facts, past)


def full_part(frame: pd.DataFrame, X: pd.DataFrame, settings: Settings) -> Part:
    """Return all rows with their labels, events and times."""
    columns, count = settings.columns, len(frame)
    y = frame[columns.target].to_numpy(float) if columns.target else np.full(count, np.nan)
    seconds, periods = np.arange(count, dtype=float), np.full(count, 1 / settings.alerts.rows)
    starts = y == 1
    if columns.time:
        names, time = series_of(frame, settings), frame[columns.time]
        seconds = (time - time.min()).dt.total_seconds().to_numpy() + 1e12 * names.factorize()[0]
        step = time.groupby(names).transform(lambda moments: moments.diff().median())
        periods = step.dt.total_seconds().to_numpy() / 86400
        starts &= ~((np.append(0, y[:-1]) == 1) & (names == names.shift()).to_numpy())
    return Part(frame, X, y, np.where(y == 1, starts.cumsum() - 1, -1), seconds, periods)


def position_in_series(frame: pd.DataFrame, settings: Settings) -> Vector:
    """Return the share of its series that lies before each row."""
    names = series_of(frame, settings)
    return np.asarray(names.groupby(names).cumcount() / names.map(names.value_counts()))


def at_random(full: Part, settings: Settings) -> Rows:
    """Draw rows; each part gets its share of the anomalies. Rows without a label are fitted to."""
    rule, part = settings.split, np.zeros(len(full.y), dtype=int)
    known = np.flatnonzero(~np.isnan(full.y) | (not settings.columns.target))
    # A handful of anomalies cannot be shared out: then chance alone decides.
    stratified = min((full.y == side).sum() for side in (0, 1)) * (1 - rule.test) >= 3
    labels = full.y == 1 if stratified else np.zeros(len(part))
    options = {"random_state": rule.seed, "shuffle": True}
    rest, test = train_test_split(known, test_size=rule.test, stratify=labels[known], **options)
    share = rule.validation / (1 - rule.test)
    _, validation = train_test_split(rest, test_size=share, stratify=labels[rest], **options)
    part[validation], part[test] = 1, 2
    return part


def by_group(full: Part, settings: Settings) -> Rows:
    """Draw whole groups: experiments, machines, customers."""
    rule, names = settings.split, full.rows[settings.split.by]
    if names.isna().any() or (count := names.nunique()) < 3:
        raise Stop(f"{rule.by!r} needs a value in every row", "and three groups at least")
    order, part = np.random.default_rng(rule.seed).permutation(count), np.zeros(count, dtype=int)
    tests, validations = (max(1, round(share * count)) for share in (rule.test, rule.validation))
    part[order[:tests]], part[order[tests : tests + validations]] = 2, 1
    return np.asarray(part[names.factorize()[0]])


def by_time(full: Part, settings: Settings) -> Rows:
    """Cut every series at the same shares of its rows, but never inside of a labelled window.

    A window goes to the earlier part as a whole: of one that is cut, detectors might be fitted to
    the beginning and tested on the end.
    """
    split = settings.split
    cuts = (1 - split.validation - split.test, 1 - split.test)
    part = pd.Series(np.searchsorted(cuts, position_in_series(full.rows, settings), side="right"))
    first = part.groupby(full.event).transform("min")
    return np.where(full.event >= 0, first, part)


def make_units(part: Part, settings: Settings) -> Rows:
    """Return the bootstrap unit of each row: itself, its group, or its block of time.

    A block is a whole labelled window, elsewhere a fiftieth of all rows.
    """
    if settings.split.kind == "group":
        return np.asarray(part.rows[settings.split.by].factorize()[0])
    if not settings.columns.time:
        return np.arange(len(part.y))
    series, count = series_of(part.rows, settings).factorize()[0], len(part.y)
    block = BLOCKS * series + np.arange(count) * BLOCKS // count
    return np.where(part.event >= 0, -1 - part.event, block)


def describe(parts: list[Part], settings: Settings) -> dict[str, Any]:
    """Return how the rows were divided, in numbers that can be checked."""
    facts: dict[str, Any] = {"kind": settings.split.kind, "by": settings.split.by, "folds": 0}
    for name, part in zip(("train", "validation", "test"), parts, strict=True):
        facts |= {f"{name}_rows": len(part.y), f"{name}_anomalies": int(np.nansum(part.y))}
        facts[f"{name}_events"] = len(np.unique(part.event[part.event >= 0]))
        if time := settings.columns.time:
            facts[f"{name}_range"] = part.rows[time].agg(["min", "max"]).astype(str)
    return facts
