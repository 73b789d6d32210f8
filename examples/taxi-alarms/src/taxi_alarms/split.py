"""Divides rows into three parts: to fit to, to set the threshold on, and to test on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from .alerts import find_events
from .command import ProjectError
from .project import Settings
from .series import names_of

Rows = NDArray[np.int64]
BLOCKS = 50  # stretches of time that are drawn as one in a bootstrap


def split(frame: pd.DataFrame, settings: Settings) -> tuple[Rows, Rows, Rows]:
    """Return the positions of training, validation and test rows, in order.

    Rows without a label can be fitted to, but nothing can be measured on them.
    """
    cut = {"random": by_chance, "group": by_group, "time": by_time}[settings.split.kind]
    train, validation, test = (np.sort(part) for part in cut(frame, settings))
    if settings.labelled:
        known = frame[settings.columns.target].notna().to_numpy()
        validation, test = validation[known[validation]], test[known[test]]
        for name, part in {"validation": validation, "test": test}.items():
            refuse_one_class(name, frame[settings.columns.target].iloc[part])
    return train, validation, test


def refuse_one_class(name: str, y: pd.Series[float]) -> None:
    """Refuse a part in which there is nothing to find, or nothing else."""
    if y.nunique() < 2:
        raise ProjectError(
            f"the {name} part has {int(y.sum())} anomalies in {len(y)} rows with a label",
            f'make split.{name} larger or split differently; or columns.target = "" (no labels)',
        )


def by_chance(frame: pd.DataFrame, settings: Settings) -> tuple[Rows, Rows, Rows]:
    """Draw rows; each part gets its share of the anomalies. Rows without a label are fitted to."""
    rule, everything = settings.split, np.arange(len(frame))
    labels = frame[settings.columns.target] if settings.labelled else None
    known = everything if labels is None else everything[labels.notna()]
    y = None if labels is None else labels.iloc[known].to_numpy()
    chance = {"random_state": rule.seed, "shuffle": True}
    try:
        rest, test = train_test_split(known, test_size=rule.test, stratify=y, **chance)
        inner = None if labels is None else labels.iloc[rest].to_numpy()
        share = rule.validation / (1 - rule.test)
        train, validation = train_test_split(rest, test_size=share, stratify=inner, **chance)
    except ValueError as error:  # "The least populated class in y has only 1 member ..."
        raise ProjectError(
            f"the labels cannot be divided into three parts: {error}", "label more anomalies"
        ) from None
    return np.concatenate([train, np.setdiff1d(everything, known)]), validation, test


def by_group(frame: pd.DataFrame, settings: Settings) -> tuple[Rows, Rows, Rows]:
    """Draw whole groups: experiments, machines, customers."""
    rule = settings.split
    codes, names = frame[rule.by].factorize()
    if (codes < 0).any() or len(names) < 3:
        raise ProjectError(
            f"{rule.by!r} has {len(names)} values and {(codes < 0).sum()} gaps; three parts need "
            "three groups, and every row its own",
            "split by another column",
        )
    order = np.random.default_rng(rule.seed).permutation(len(names))
    tests = max(1, round(rule.test * len(names)))
    others = max(1, round(rule.validation * len(names)))
    place = np.argsort(order)[codes]
    return (
        np.flatnonzero(place >= tests + others),
        np.flatnonzero((place >= tests) & (place < tests + others)),
        np.flatnonzero(place < tests),
    )


def by_time(frame: pd.DataFrame, settings: Settings) -> tuple[Rows, Rows, Rows]:
    """Cut every series at the same shares of its rows: the past, then the two futures."""
    rule, names = settings.split, names_of(frame, settings)
    place = (names.groupby(names).cumcount() / names.groupby(names).transform("size")).to_numpy()
    first, second = 1 - rule.validation - rule.test, 1 - rule.test
    return (
        np.flatnonzero(place < first),
        np.flatnonzero((place >= first) & (place < second)),
        np.flatnonzero(place >= second),
    )


def units(rows: pd.DataFrame, settings: Settings) -> Rows:
    """Return for each row what it errs together with: itself, its group, its stretch of time.

    A stretch is a whole labelled window, elsewhere a fiftieth of all rows.
    """
    together = pd.Series(np.arange(len(rows)), rows.index).astype(str)
    if settings.split.kind == "group":
        together = rows[settings.split.by].astype(str)
    elif settings.columns.time:
        blocks = np.arange(len(rows)) * min(BLOCKS, len(rows)) // len(rows)
        together = names_of(rows, settings) + " " + blocks.astype(str)
        if settings.labelled:
            events = find_events(rows, settings)
            together.loc[events.index] = "window " + events.astype(str)
    numbers: Rows = together.factorize()[0]
    return numbers


def card(frame: pd.DataFrame, parts: tuple[Rows, Rows, Rows], settings: Settings) -> dict[str, Any]:
    """Return how the rows were divided, in numbers that can be checked."""
    rule, found = settings.split, dict[str, Any]()
    facts: dict[str, Any] = {"kind": rule.kind, "by": rule.by}
    for name, part in zip(("train", "validation", "test"), parts, strict=True):
        rows = frame.iloc[part]
        found[f"{name}_rows"] = len(rows)
        if settings.labelled:
            found[f"{name}_anomalies"] = int(rows[settings.columns.target].sum())
        if rule.kind == "time":
            time = rows[settings.columns.time]
            facts[f"{name}_range"] = [str(time.min()), str(time.max())]
    if rule.kind == "group":
        first, second, third = (set(frame[rule.by].iloc[part]) for part in parts)
        facts["shared_groups"] = len((first & second) | (first & third) | (second & third))
    return found | {"split": facts}
