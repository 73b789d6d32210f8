"""Where a detector finds less or cries wolf more: by declared groups, by hour and day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .metric import Flags, Vector, at_threshold, interval, resample, score
from .project import MADE, Settings
from .split import units
from .study import Part

FEWEST = 15  # rows; what is measured on fewer is mostly luck
HOURS = {0: "00 to 05 h", 1: "06 to 11 h", 2: "12 to 17 h", 3: "18 to 23 h"}


def groups(rows: pd.DataFrame, settings: Settings) -> list[tuple[str, Flags]]:
    """Return name and rows of each group: declared ones, series, hours, days."""
    found = []
    for name in settings.columns.slices:
        texts = rows[name].astype(str)
        shown = list(texts.value_counts().index[:8])
        if pd.api.types.is_numeric_dtype(rows[name]) and rows[name].nunique() > 8:
            quarters = pd.qcut(rows[name], 4, duplicates="drop")
            texts = quarters.astype(object).map(say_range, na_action="ignore")
            shown = list(dict.fromkeys(map(say_range, quarters.cat.categories)))
        found += [(f"{name} {value}", (texts == value).to_numpy()) for value in shown]
    if settings.data.several and MADE not in settings.columns.slices:
        found += [(str(name), (rows[MADE] == name).to_numpy()) for name in rows[MADE].unique()]
    if settings.columns.time:
        time = rows[settings.columns.time].dt
        found += [(text, (time.hour // 6 == part).to_numpy()) for part, text in HOURS.items()]
        weekend = (time.day_of_week >= 5).to_numpy()
        found += [("weekdays", ~weekend), ("weekends", weekend)]
    return found


def say_range(part: Any) -> str:
    """Return an interval of numbers in words."""
    return f"{part.left:.4g} to {part.right:.4g}"


def measure(
    settings: Settings, part: Part, scores: Vector, threshold: float
) -> list[dict[str, Any]]:
    """Return for each group with enough rows what is flagged, found, and how well ranked."""
    table, together = [], units(part.rows, settings)
    for name, mine in groups(part.rows, settings):
        if mine.sum() < FEWEST:
            continue
        y, flagged = part.y[mine], scores[mine] <= threshold
        row: dict[str, Any] = {
            "name": name, "rows": int(mine.sum()), "anomalies": int(y.sum()),
            "false_share": float((flagged & (y == 0)).sum() / max((y == 0).sum(), 1)),
            **at_threshold(y, flagged), "score": None, "low": None, "high": None,
        }  # fmt: skip
        if 0 < y.sum() < len(y):
            row |= rank(y, scores[mine], np.asarray(together[mine]))
        table.append(row)
    return table


def rank(y: Vector, scores: Vector, together: Any) -> dict[str, float | None]:
    """Return the average precision of a group, with an interval where enough can be drawn."""
    draws = list(resample(y, together))
    found: dict[str, float | None] = {"score": score(y, scores)}
    if len(draws) >= 100:
        low, high = interval(lambda weights: score(y, scores, weights), iter(draws))
        found |= {"low": low, "high": high}
    return found
