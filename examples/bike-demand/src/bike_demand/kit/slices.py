"""Groups of rows as pandas conditions: those that were declared, and the worst of all others."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .intervals import Rows, Vector, bootstrap

FEWEST = 20  # rows; the score of fewer is mostly luck
Group = dict[str, Any]  # its name for people, its kind, its condition for pandas


def declared(rows: pd.DataFrame, columns: Any) -> list[Group]:
    """Return the groups that project.toml asks for."""
    return [group for name in columns.slices for group in divide(rows[name], "declared", columns)]


def find(rows: pd.DataFrame, errors: NDArray[Any], columns: Any) -> list[Group]:
    """Return the four groups, of a twentieth of the rows or more, with the largest mean error."""
    names, least = [*columns.numeric, *columns.categorical], max(FEWEST, len(rows) // 20)
    groups = [group for name in names for group in divide(rows[name], "found", columns)]
    large = [group for group in groups if len(members(rows, group)) >= least]
    return sorted(large, key=lambda group: -errors[members(rows, group)].mean())[:4]


def divide(values: pd.Series[Any], kind: str, columns: Any) -> list[Group]:
    """Return a group for each quarter of a number, or for each of the frequent values."""
    name, label, parts = f"`{values.name}`", columns.label(values.name), {}
    if values.dtype.kind not in "iuf" or values.nunique() <= 8:
        for value in values.value_counts().index[:15]:
            written = str(value) if values.dtype.kind == "M" else value
            parts[f"is {columns.category(values.name, value)}"] = f"{name} == {written!r}"
    else:
        edges = [float(f"{edge:.4g}") for edge in values.quantile([0.25, 0.5, 0.75]).unique()]
        first = "is" if edges[0] <= values.min() else "is at most"
        parts[f"{first} {edges[0]:,g}"] = f"{name} <= {edges[0]}"
        for low, high in pairwise(edges):
            parts[f"is between {low:,g} and {high:,g}"] = f"{low} < {name} <= {high}"
        parts[f"is above {edges[-1]:,g}"] = f"{name} > {edges[-1]}"
    facts = {"kind": kind, "column": values.name}
    return [{"name": f"{label} {text}", **facts, "where": parts[text]} for text in parts]


def members(rows: pd.DataFrame, group: Group) -> Rows:
    """Return the positions of the rows of a group."""
    x, where = rows[group["column"]], group["where"].replace(f"`{group['column']}`", "x", 1)
    x = x.map(str) if x.dtype.kind == "M" else x  # as conditions write dates
    return np.flatnonzero(np.asarray(pd.eval(where, engine="python", local_dict={"x": x})))


def measure(
    rows: pd.DataFrame, groups: list[Group], units: Rows, *, y: Vector, pred: Vector,
    score: Callable[[Vector, Vector], float], constant: Callable[[Vector], Vector],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return size, score and interval of large enough groups, and the score of one value."""
    found = []
    for group in groups:
        if FEWEST <= len(idx := members(rows, group)) < len(rows):
            draw = functools.partial(lambda idx, drawn: score(y[idx[drawn]], pred[idx[drawn]]), idx)
            low, high = bootstrap(draw, units[idx], draws=200)
            facts = {"rows": len(idx), "score": score(y[idx], pred[idx]), "low": low, "high": high}
            found.append(group | facts | {"constant": score(y[idx], constant(y[idx]))})
    return found
