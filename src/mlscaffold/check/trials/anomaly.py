"""Projects of the tool that find anomalies in tables: detectors see no labels, scores do."""

from __future__ import annotations

from copy import deepcopy
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from .columns import find_groups, find_moments
from .subject import Array, Cut, Subject


def open_project(package: str, results: dict[str, Any]) -> Subject:
    """Return the chosen detector with all rows that have a label or are fitted to."""
    models, split = (import_module(f"{package}.{name}") for name in ("models", "split"))
    settings = import_module(f"{package}.kit.settings").load_settings()
    loaded = split.load(settings)  # once: the seed may decide which rows are kept at all
    vars(split)["load"] = lambda _: deepcopy(loaded)
    parts = split.prepare(settings)[:3]
    X = pd.concat([part.X for part in parts]).sort_index()
    rows = pd.concat([part.rows for part in parts]).sort_index()
    order = np.argsort(np.concatenate([part.X.index for part in parts]), kind="stable")
    y = np.concatenate([part.y for part in parts])[order]
    if not (y == 1).any():
        raise LookupError("no row has a label: nothing can be scored")
    normal, chosen = settings.labels.fit == "normal", results["train"]["choice"]["chosen"]

    def divide(number: int) -> Cut:
        rule = settings.split.model_copy(update={"seed": settings.split.seed + number})
        drawn = split.prepare(settings.model_copy(update={"split": rule}))
        return X.index.get_indexer(drawn.train.X.index), X.index.get_indexer(drawn.test.X.index)

    def predict(cut: Cut, target: Array) -> Array:
        fit = cut[0][target[cut[0]] == 0] if normal else cut[0]
        return models.strangeness(models.build(chosen, settings).fit(X.iloc[fit]), X.iloc[cut[1]])

    def score(actual: Array, told: Array) -> float:
        known = ~np.isnan(actual)
        reached = models.average_precision(actual[known], told[known])
        return float("nan") if reached is None else float(reached)

    columns = settings.columns
    extra = [name for name in (*columns.id, *columns.drop) if name in rows]
    series = bool(columns.time)
    moments = {} if series else find_moments(rows, extra)
    return Subject(
        label="average precision",
        unit="",
        direction="higher",
        target=y,
        kind="time" if series else settings.split.kind,
        divide=divide,
        predict=predict,
        score=score,
        constant=lambda cut, _: np.zeros(len(cut[1])),
        features=None if series else X,
        moments=moments,
        groups={} if series else find_groups(rows, extra, {settings.split.by, *moments}),
    )
