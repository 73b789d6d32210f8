"""Groups of rows as pandas conditions: those that were declared, and the worst of all others."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .intervals import Rows, bootstrap

FEWEST = 20  # rows; the score of fewer is mostly luck
Group = dict[str, Any]  # its name for people, its kind, its condition for pandas


def declared(rows: pd.DataFrame, columns: Any) -> list[Group]:
    """Return the groups that project.toml asks for."""
    return [group for name in columns.slices for group in divide(rows[name], "declared", columns)]


def find(rows: pd.DataFrame, errors: NDArray[Any], columns: Any) -> list[Group]:
    """Return the four groups, of a twentieth of the rows or more, with the largest mean error."""
    names = [*columns.numeric, *columns.categorical]
    groups = [group for name in names for group in divide(rows[name], "found", columns)]
    least = max(FEWEST, len(rows) // 20)
    large = [group for group in groups if len(members(rows, group)) >= least]
    return sorted(large, key=lambda group: -errors[members(rows, group)].mean())[:4]


def divide(values: pd.Series[Any], kind: str, columns: Any) -> list[Group]:
    """Return a group for each quarter of a number, or for each of the frequent values."""
    name, label = f"`{values.name}`", columns.label(values.name)
    if values.dtype.kind not in "iuf" or values.nunique() <= 8:
        parts = [
            (f"{label} is {columns.category(values.name, value)}", f"{name} == {value!r}")
            for value in values.value_counts().index[:15]
        ]
    else:
        edges = [float(f"{edge:.4g}") for edge in values.quantile([0.25, 0.5, 0.75]).unique()]
        parts = [(f"{label} is at most {edges[0]:,g}", f"{name} <= {edges[0]}")]
        for low, high in pairwise(edges):
            where = f"{name} > {low} and {name} <= {high}"
            parts.append((f"{label} is between {low:,g} and {high:,g}", where))
        parts.append((f"{label} is above {edges[-1]:,g}", f"{name} > {edges[-1]}"))
    return [{"name": said, "kind": kind, "where": where} for said, where in parts]


def members(rows: pd.DataFrame, group: Group) -> Rows:
    """Return the positions of the rows of a group."""
    return np.flatnonzero(np.asarray(rows.eval(group["where"], engine="python")))


def measure(
    rows: pd.DataFrame,
    groups: list[Group],
    units: Rows,
    score: Callable[[Rows], float],
    constant: Callable[[Rows], float],
) -> list[dict[str, Any]]:
    """Return size, score and interval of every group with enough rows.

    `score` and `constant` get positions of rows; the latter is the score of the best constant
    answer there: how hard the group is.
    """
    found = []
    for group in groups:
        kept = members(rows, group)
        if len(kept) >= FEWEST:
            redraw = functools.partial(lambda kept, drawn: score(kept[drawn]), kept)
            low, high = bootstrap(redraw, units[kept], draws=200)
            facts = {"rows": len(kept), "score": score(kept), "constant": constant(kept)}
            found.append(group | facts | {"low": low, "high": high})
    return found
