"""What a feature, or a rule of cleaning, is worth: the same model fitted again without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .comparison import Validated, difference, validate
from .data import load
from .project import Columns
from .split import complete, folds
from .study import Study

MOST = 5  # features, the most important ones first
ROLES = ("numeric", "categorical", "date", "text")


def drop_features(
    study: Study, done: Validated, importance: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return by how much the loss rises when a model is fitted without an important feature.

    Shuffling a feature asks what this model leans on; leaving it out asks what is lost, because
    another feature may say the same.
    """
    metric, settings, found = study.settings.metric.name, study.settings, []
    usual = done.scores(metric, study.y)
    for item in sorted(importance, key=lambda item: -item["mean"])[:MOST]:
        if len(study.X.columns) == 1:
            break  # nothing would be left to fit
        fewer = settings.model_copy(update={"columns": without(settings.columns, item["feature"])})
        model = study.rung.make(fewer, settings.split.seed, **study.parameters)
        again = validate(model, study.X[fewer.columns.features], study.y, study.folds)
        scores = again.scores(metric, study.y)
        found.append({"feature": item["feature"]} | difference(scores, usual, study.folds))
    return found


def without(columns: Columns, name: str) -> Columns:
    """Return the columns without one feature."""
    left = {role: [each for each in getattr(columns, role) if each != name] for role in ROLES}
    return columns.model_copy(update=left)


def other_cleaning(root: Path, study: Study, done: Validated) -> list[dict[str, Any]]:
    """Return the score under other rules of cleaning than those of this study."""
    metric, found = study.settings.metric.name, []
    whole = study.X.notna().all(axis=1).to_numpy()
    parts = [(fit[whole[fit]], seen) for fit, seen in study.folds]
    if not whole.all() and min(len(fit) for fit, _ in parts) > 50 and complete(study.y, parts):
        rule = f"fitted to the {whole.mean():.1%} of rows without missing values, none filled"
        found.append({"rule": rule, "score": study.mean_score(study.model(), parts)})
    rows = other_repeats(root, study)
    if len(rows) != len(study.rows):
        y, columns = rows[study.settings.columns.target], study.settings.columns
        again = validate(
            study.model(), rows[columns.features], y, folds(rows, y, study.settings.split)
        )
        change = "kept" if len(rows) > len(study.rows) else "removed"
        score = float(np.mean(again.scores(metric, y)))
        found.append({"rule": f"repeated rows {change}: {len(rows):,} rows", "score": score})
    return [{"rule": "as it is", "score": np.mean(done.scores(metric, study.y))}, *found]


def other_repeats(root: Path, study: Study) -> pd.DataFrame:
    """Return the training rows with their exact copies if these were removed, else without them.

    Only rows with the content of a training row are taken, so no test row is looked at.
    """
    settings, rule = study.settings, study.settings.split
    turned = {"keep": "remove", "remove": "keep"}[settings.data.duplicates]
    data = settings.data.model_copy(update={"duplicates": turned})
    rows = load(root, settings.model_copy(update={"data": data}))[0]
    known = pd.util.hash_pandas_object(study.rows, index=False)
    rows = rows[pd.util.hash_pandas_object(rows, index=False).isin(known)]
    in_time = rule.kind == "time" and rule.by in rows
    return rows.sort_values(rule.by, kind="stable") if in_time else rows
