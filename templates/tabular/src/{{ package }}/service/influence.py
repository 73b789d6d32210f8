"""Which inputs moved an answer: what it would be if one of them were typical."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .answers import Scorer, explained


def effects(scorer: Scorer, row: pd.DataFrame) -> list[dict[str, Any]]:
    """Return by how much each input of one row moves the answer away from that with a typical one.

    The effects do not add up: features act together.
    """
    names = [item["name"] for item in scorer.inputs]
    changed = pd.concat([row] * (len(names) + 1), ignore_index=True)
    for place, item in enumerate(scorer.inputs, 1):
        typical = item.get("typical")
        if item["kind"] == "date" and typical:
            typical = np.datetime64(typical, "us")
        changed.loc[place, item["name"]] = np.nan if typical is None else typical
    answer, *others = explained(scorer, changed)
    moved = [
        {
            "input": name, "value": readable(row[name].iloc[0]),
            "typical": readable(changed[name].iloc[place]), "effect": difference(answer, other),
        }
        for place, (name, other) in enumerate(zip(names, others, strict=True), 1)
    ]  # fmt: skip
    return sorted(moved, key=lambda each: -abs(each["effect"]))


def difference(answer: float, other: float) -> float:
    """Return `answer` - `other`, or 0 where both agree in all the digits that sums of floats keep.

    A model may multiply one row and many in another order, and the last bits then differ.
    """
    return 0.0 if np.isclose(answer, other, rtol=1e-9, atol=0) else float(answer - other)


def readable(value: Any) -> str:
    """Return a value as people write it: four digits of a number, a date without midnight."""
    if pd.isna(value):
        return "missing"
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ", "minutes").removesuffix(" 00:00")
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
