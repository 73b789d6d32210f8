"""Which features moved a score: what it would be if one of them were typical."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..explain import readable
from .answers import Scorer, table


def effects(scorer: Scorer, row: pd.DataFrame) -> list[dict[str, Any]]:
    """Return by how much each feature of one row moves its score away from that with a typical one.

    The effects do not add up: features act together. Of a series, features are what looks back.
    """
    made = table(scorer, row)
    usual = scorer.usual.dropna()
    changed = pd.concat([made] * (len(usual) + 1), ignore_index=True)
    for place, (name, value) in enumerate(usual.items(), 1):
        changed.loc[place, str(name)] = value
    score, *others = scorer.model.score_samples(changed)
    moved = [
        {
            "input": str(name), "value": readable(made[name].fillna("").iloc[0]),
            "typical": readable(value), "effect": float(score - other),
        }
        for (name, value), other in zip(usual.items(), others, strict=True)
    ]  # fmt: skip
    return sorted(moved, key=lambda each: -abs(each["effect"]))
