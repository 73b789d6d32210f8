"""Finds groups of rows on which a model errs most, and measures declared ones beside them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from .cases import readable
from .metric import Vector, constant, interval, of_parts, score
from .project import Columns, Settings
from .split import Rows

FEWEST = 20  # rows; the error of fewer is mostly luck
Condition = tuple[str, str, Any]  # column, one of the TESTS, value
Group = tuple[str, list[Condition]]  # declared or found, and what holds for its rows


def find(rows: pd.DataFrame, errors: Vector, columns: Columns) -> list[list[Condition]]:
    """Return the leaves of a shallow tree on the size of errors, as lists of conditions."""
    table = as_numbers(rows, columns)
    least = max(FEWEST, len(rows) // 20)
    tree = DecisionTreeRegressor(max_depth=2, min_samples_leaf=least, random_state=0)
    tree.fit(table, errors)
    return leaves(tree.tree_, list(table.columns), 0, []) if tree.get_depth() else []


def as_numbers(rows: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Return numbers as they are and one yes/no column per frequent category, named by both."""
    table = rows[columns.numeric].copy()
    for name in columns.categorical:
        for value in rows[name].value_counts().index[:15]:
            table[f"{name}\n{value}"] = (rows[name] == value).astype(float)
    return table.fillna(table.median()).fillna(0)


def leaves(tree: Any, names: list[str], node: int, path: list[Condition]) -> list[list[Condition]]:
    """Return the conditions of every leaf below `node`."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left == right:
        return [path]
    name, _, value = names[tree.feature[node]].partition("\n")
    signs = ("is not", "is") if value else ("<=", ">")
    edge = value or float(f"{tree.threshold[node]:.4g}")  # rounded, as it is shown and applied
    return [
        leaf
        for child, sign in zip((left, right), signs, strict=True)
        for leaf in leaves(tree, names, child, [*path, (name, sign, edge)])
    ]


TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">": operator.gt, "is": operator.eq, "is not": operator.ne,
}  # fmt: skip


def holds(rows: pd.DataFrame, conditions: list[Condition]) -> NDArray[np.bool_]:
    """Return for each row whether all conditions hold; a missing number holds for none."""
    kept = np.ones(len(rows), dtype=bool)
    for name, sign, value in conditions:
        kept &= TESTS[sign](rows[name], value).to_numpy(dtype=bool, na_value=False)
    return kept


def in_words(conditions: list[Condition]) -> str:
    """Return the conditions as a sentence says them; two sides of one number as a range."""
    # Of two edges on the same side, the later is the tighter one: a tree splits parts of parts.
    tight = {(name, sign, sign[0] == "i" and value): value for name, sign, value in conditions}
    conditions = [(name, sign, value) for (name, sign, _), value in tight.items()]
    edges = {sign: value for _, sign, value in conditions}
    if len({name for name, *_ in conditions}) == 1 and set(edges) == {">", "<="}:
        return f"{readable(edges['>'])} < {conditions[0][0]} <= {readable(edges['<='])}"
    return " and ".join(f"{name} {sign} {readable(value)}" for name, sign, value in conditions)


def declared(rows: pd.DataFrame, columns: Columns) -> list[list[Condition]]:
    """Return the groups that project.toml asks for: categories, or quarters of a number."""
    groups: list[list[Condition]] = []
    for name in columns.slices:
        values = rows[name]
        if pd.api.types.is_numeric_dtype(values) and values.nunique() > 8:
            edges = [float(f"{edge:.4g}") for edge in values.quantile([0.25, 0.5, 0.75]).unique()]
            pairs = zip([None, *edges], [*edges, None], strict=True)
            groups += [
                [
                    (name, sign, edge)
                    for sign, edge in ((">", low), ("<=", high))
                    if edge is not None
                ]
                for low, high in pairs
            ]
        else:
            groups += [[(name, "is", value)] for value in values.value_counts().index[:8]]
    return groups


def measure(
    settings: Settings, rows: pd.DataFrame, predicted: Vector, units: Rows, groups: list[Group]
) -> list[dict[str, Any]]:
    """Return size, loss and interval of every group with enough rows.

    `constant` is the loss of the best answer that is the same for all its rows: how hard it is.
    """
    found, y = [], rows[settings.columns.target].to_numpy()
    metric = of_parts(settings.metric.name)
    for kind, conditions in groups:
        kept = holds(rows, conditions)
        if kept.sum() < FEWEST:
            continue
        actual, answers = y[kept], predicted[kept]
        low, high = interval(metric, actual, answers, units[kept])
        found.append({
            "name": in_words(conditions), "kind": kind, "conditions": conditions,
            "rows": int(kept.sum()), "score": score(metric, actual, answers),
            "low": low, "high": high,
            "constant": score(metric, actual, constant(metric, actual, answers)),
        })  # fmt: skip
    return found
