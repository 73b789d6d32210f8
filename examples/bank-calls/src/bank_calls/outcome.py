"""What the target of new rows says, where they have one: does it differ, is the model worse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .data import load
from .drift import measure
from .metric import interval, measurable, predict, score
from .service.answers import Scorer
from .split import split
from .target import LABELS, convert_target

FEWEST = 30  # rows with a target: a score of fewer is mostly luck


def judge(root: Path, scorer: Scorer, X: pd.DataFrame, raw: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what new labels say, each with a sentence and whether it calls for attention."""
    settings = scorer.settings
    target, limits, metric = settings.columns.target, settings.monitor, settings.metric.name
    if target not in raw:
        return []
    y = convert_target(raw[target].astype(str), settings).replace([np.inf, -np.inf], np.nan)
    X, y = X[y.notna()], y.dropna()
    if len(y) < FEWEST:
        return []
    known = split(load(root, settings)[0], settings)[0][target]
    moved = measure(y.astype(str), known.astype(float).astype(str)) if LABELS else measure(y, known)
    drifted = moved["excess"] > limits.psi and moved["p"] < limits.significance
    found: list[dict[str, Any]] = [{
        "name": target, "alarm": drifted, **moved,
        "said": f"the target {target} {'has drifted' if drifted else 'is as before'}: "
        f"PSI {moved['psi']:.2f} on {len(y):,} rows with labels",
    }]  # fmt: skip
    if not measurable(metric, y.to_numpy()):
        return found
    predicted, before = predict(scorer.model, X), expected(scorer)
    value = score(metric, y.to_numpy(), predicted)
    low, high = interval(metric, y.to_numpy(), predicted, np.arange(len(y)))
    worse = low > before * (1 + limits.worse)
    return [*found, {
        "name": metric, "alarm": worse, "score": value, "low": low, "high": high, "before": before,
        "said": f"{metric} loss {value:.4g} (95% interval {low:.4g} to {high:.4g}) against "
        f"{before:.4g} in validation: {'worse' if worse else 'not distinguishably worse'} by the "
        f"limit of {limits.worse:.0%}",
    }]  # fmt: skip


def expected(scorer: Scorer) -> float:
    """Return the loss that the chosen model had in cross-validation."""
    results = scorer.results
    rung = next(each for each in results["ladder"] if each["name"] == results["choice"]["chosen"])
    return float(rung["score"])
