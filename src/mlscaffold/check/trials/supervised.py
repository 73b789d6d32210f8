"""Projects of the tool that predict a number or a class."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from .columns import find_groups, find_moments
from .subject import Array, Cut, Subject


def open_project(package: str, results: dict[str, Any], shuffle: int | None = None) -> Subject:
    """Return the chosen model with all rows; with `shuffle` the target is shuffled in the file."""
    data, models, split = (
        import_module(f"{package}.{name}") for name in ("data", "models", "split")
    )
    settings = import_module(f"{package}.kit.settings").load_settings()
    columns, choice = settings.columns, results["train"]["choice"]
    frame = load(data, settings, shuffle)
    X, y = frame[columns.given], frame[columns.target]
    make = next(rung.make for rung in models.LADDER if rung.name == choice["chosen"])
    metric = models.describe_metric(settings)

    def divide(number: int) -> Cut:
        rule = settings.split.model_copy(update={"seed": settings.split.seed + number})
        sides = split.split(frame, settings.model_copy(update={"split": rule}))
        fit, seen = (frame.index.get_indexer(side.index) for side in sides)
        return fit, seen

    def predict(cut: Cut, target: Array) -> Array:
        given = pd.Series(target, y.index, name=y.name)
        model = make(settings, **choice["parameters"])
        model.fit(X.iloc[cut[0]], given.iloc[cut[0]])
        return models.predict(model, X.iloc[cut[1]])

    def constant(cut: Cut, target: Array) -> Array:
        return np.repeat(models.constant(metric["name"], target[cut[0]])[:1], len(cut[1]), axis=0)

    kept = {columns.target, *columns.numeric, settings.split.by}
    moments = find_moments(frame, [*columns.date, *columns.id, *columns.drop])
    return Subject(
        label=metric["label"],
        unit=metric["unit"],
        direction=metric["direction"],
        target=y.to_numpy(),
        kind=settings.split.kind,
        divide=divide,
        predict=predict,
        score=lambda actual, told: models.score(metric["name"], actual, told),
        constant=constant,
        features=X[columns.features],
        moments=moments,
        groups=find_groups(frame, [*columns.id, *columns.drop], {*kept, *moments}),
        shuffled=lambda seed: open_project(package, results, seed),
    )


def load(data: Any, settings: Any, shuffle: int | None) -> pd.DataFrame:
    """Return the clean rows; a target is shuffled before any code of the project sees it."""
    read = data.read_table
    if shuffle is None:
        return data.load(settings)[0]

    def mixed(*given: Any) -> pd.DataFrame:
        frame, name = read(*given), settings.columns.target
        order = np.random.default_rng(shuffle).permutation(len(frame))
        return frame.assign(**{name: frame[name].to_numpy()[order]})

    data.read_table = mixed
    try:
        return data.load(settings)[0]
    finally:
        data.read_table = read
