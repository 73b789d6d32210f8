"""The column to predict: its classes as codes, what it must look like, how one feature tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sklearn.metrics import roc_auc_score

from .command import ProjectError
from .project import Settings

if TYPE_CHECKING:
    from .split import Folds

LABELS = True  # the file is read as text here: `1`, `1.0` and `yes` shall stay what they are
WANTED = "one of the declared classes"
STRONG = 0.98  # ROC-AUC of a single feature that should make you suspicious


def convert_target(labels: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return the place of each row's class among the declared ones."""
    names = settings.names
    codes = {label: names.index(name) for label, name in settings.classes.items()}
    return labels.str.strip().map(codes).astype(float)


def check_target(codes: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return whole numbers; refuse a class with too few rows for every fold and the test."""
    needed, counts = 2 * settings.split.folds, codes.value_counts()
    if len(counts) == 1:
        raise ProjectError(
            f"every row is {settings.names[int(counts.index[0])]!r}: there is nothing to tell "
            "apart",
            "bring rows of another class, or correct [classes]",
        )
    for code, name in enumerate(settings.names):
        if (count := int(counts.get(code, 0))) < needed:
            raise ProjectError(
                f"class {name!r} has {count} {'row' if count == 1 else 'rows'}; "
                f"{settings.split.folds} folds need at least {needed}",
                "give it the name of a similar class under [classes], or bring more rows of it",
            )
    return codes.astype(int)


def check_folds(y: pd.Series[Any], folds: Folds, settings: Settings) -> None:
    """Refuse folds in which a class is absent, on the rows to fit or on those to predict."""
    for number, parts in enumerate(folds, 1):
        for rows in parts:
            if absent := set(range(len(settings.names))) - set(y.iloc[rows]):
                raise ProjectError(
                    f"fold {number} has no row of class {settings.names[min(absent)]!r} on one "
                    "side",
                    "lower split.folds, or give a rare class the name of a similar one under "
                    "[classes]",
                )


def describe(codes: pd.Series[Any], settings: Settings) -> dict[str, Any]:
    """Return how many rows each class has."""
    return {
        "classes": {name: int((codes == code).sum()) for code, name in enumerate(settings.names)}
    }


def strength(feature: pd.Series[Any], codes: pd.Series[Any]) -> float:
    """Return the ROC-AUC of one feature alone, averaged over classes against the rest."""
    known = feature.notna()
    feature, codes = feature[known], codes[known]
    if feature.nunique() < 2 or codes.nunique() < 2:
        return 0.5
    found = []
    for code in sorted(codes.unique())[1 if codes.nunique() == 2 else 0 :]:
        hit = codes == code
        value = roc_auc_score(hit, share_of_others(feature, hit))
        found.append(max(value, 1 - value))
    return float(sum(found) / len(found))


def share_of_others(feature: pd.Series[Any], hit: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers as ranks, and for a category how often its other rows are hits.

    The row itself is left out: a category with one row would explain itself.
    """
    if pd.api.types.is_numeric_dtype(feature) or pd.api.types.is_datetime64_any_dtype(feature):
        return feature.rank()
    rows = hit.astype(float).groupby(feature)
    return ((rows.transform("sum") - hit) / (rows.transform("size") - 1)).fillna(hit.mean())
