"""Groups of rows as pandas conditions: declared ones, and those that a shallow tree finds."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from .intervals import Rows, bootstrap

FEWEST = 20  # rows; the score of fewer is mostly luck
SIGNS = {">": "above", "<=": "up to", "==": "is", "!=": "is not"}
Condition = tuple[str, str, Any]  # column, one of the SIGNS, value
Group = dict[str, Any]  # its name for people, its kind, its condition for pandas


def declared(rows: pd.DataFrame, columns: Any) -> list[Group]:
    """Return the groups that project.toml asks for: categories, or quarters of a number."""
    groups = []
    for name in columns.slices:
        values = rows[name]
        if values.dtype.kind in "iuf" and values.nunique() > 8:
            edges = [f"{edge:.4g}" for edge in values.quantile([0.25, 0.5, 0.75]).unique()]
            above = [[], *([(name, ">", float(edge))] for edge in edges)]
            below = [*([(name, "<=", float(edge))] for edge in edges), []]
            groups += [[*low, *high] for low, high in zip(above, below, strict=True)]
        else:
            groups += [[(name, "==", value)] for value in values.value_counts().index[:8]]
    return [as_group("declared", conditions, columns) for conditions in groups]


def find(rows: pd.DataFrame, errors: NDArray[Any], columns: Any) -> list[Group]:
    """Return the leaves of a shallow tree on the size of errors."""
    table = {(name, None): rows[name].fillna(rows[name].median()) for name in columns.numeric}
    for name in columns.categorical:
        for value in rows[name].value_counts().index[:15]:
            table[name, value] = rows[name] == value
    least = max(FEWEST, len(rows) // 20)
    tree = DecisionTreeRegressor(max_depth=2, min_samples_leaf=least, random_state=0)
    if table:
        tree.fit(np.column_stack(list(table.values())).astype(float), errors)
    found = leaves(tree.tree_, list(table), 0, []) if table and tree.get_depth() else []
    return [as_group("found", conditions, columns) for conditions in found]


def leaves(tree: Any, tests: list[Any], node: int, path: list[Condition]) -> list[list[Condition]]:
    """Return the conditions of every leaf below `node`."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left == right:
        return [path]
    name, value = tests[tree.feature[node]]
    edge = float(f"{tree.threshold[node]:.4g}") if value is None else value
    signs = {left: "<=", right: ">"} if value is None else {left: "!=", right: "=="}
    ways = {child: [*path, (name, sign, edge)] for child, sign in signs.items()}
    return [leaf for child, way in ways.items() for leaf in leaves(tree, tests, child, way)]


def as_group(kind: str, conditions: list[Condition], columns: Any) -> Group:
    """Return conditions in the words of people and of pandas; of two edges the tighter counts."""
    tight = {(name, sign, sign in "!==" and value): value for name, sign, value in conditions}
    parts: dict[str, list[str]] = {}
    for (name, sign, _), value in sorted(tight.items(), key=lambda item: item[0][:2], reverse=True):
        parts.setdefault(name, []).append(f"{SIGNS[sign]} {columns.category(name, value)}")
    words = " and ".join(f"{columns.label(name)} {' '.join(said)}" for name, said in parts.items())
    where = " and ".join(f"`{name}` {sign} {value!r}" for (name, sign, _), value in tight.items())
    return {"name": words, "kind": kind, "where": where}


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
        kept = np.flatnonzero(np.asarray(rows.eval(group["where"], engine="python")))
        if len(kept) >= FEWEST:
            redraw = functools.partial(lambda kept, drawn: score(kept[drawn]), kept)
            low, high = bootstrap(redraw, units[kept], draws=200)
            facts = {"rows": len(kept), "score": score(kept), "constant": constant(kept)}
            found.append(group | facts | {"low": low, "high": high})
    return found
