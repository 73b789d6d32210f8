"""The column to predict: its classes as codes, what it must look like, how one feature tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from .alone import foretell
from .command import ProjectError
from .project import Settings

if TYPE_CHECKING:
    from .split import Folds

LABELS = True  # the file is read as text here: `1`, `1.0` and `yes` shall stay what they are
WANTED = "one of the declared classes"
REMEDY = "name it under [classes], or list it under data.na_values"
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


def check_test(y: pd.Series[Any], settings: Settings) -> None:
    """Refuse test rows among which a class is absent: nothing about it could be measured."""
    if absent := set(range(len(settings.names))) - set(y):
        raise ProjectError(
            f"no test row has the class {settings.names[min(absent)]!r}",
            "raise split.test, or give a rare class the name of a similar one under [classes]",
        )


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
    hits = [(codes == code).astype(int) for code in codes.unique()]
    return float(np.mean([roc_auc_score(hit, foretell(feature, hit)) for hit in hits]))
