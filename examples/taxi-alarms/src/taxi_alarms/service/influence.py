"""Which features moved a score, measured as in the reasons of an alert."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..explain import contributions, readable
from .answers import Scorer, table

NOISE = 1e-9  # share of the strongest effect


def effects(scorer: Scorer, row: pd.DataFrame) -> list[dict[str, Any]]:
    """Return by how much each feature of one row moves its score away from a typical one.

    The effects do not add up: features act together. Of a series, features are what looks back.
    """
    made = table(scorer, row)
    usual = scorer.usual.reindex(made.columns)
    moved = -contributions(scorer.model, made, usual).iloc[0]
    moved[moved.abs() < NOISE * moved.abs().max()] = 0.0
    found = [
        {
            "input": str(name), "value": readable(made[name].fillna("").iloc[0]),
            "typical": readable(usual[name]), "effect": float(moved[name]),
        }
        for name in usual.dropna().index
    ]  # fmt: skip
    return sorted(found, key=lambda each: -abs(each["effect"]))
