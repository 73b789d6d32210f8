"""Reads the models: odds ratios of the logistic rung, its penalty, and one single prediction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .calibration import apply
from .cases import readable
from .metric import predict
from .models import PENALTIES, make_logistic
from .results import Results
from .study import Study

SHOWN = 12


def odds(study: Study, penalty: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the largest odds ratios of the logistic rung, with their range over the folds.

    For a number it is the factor by which the odds grow with one standard deviation, for a
    category with belonging to it. With more than two classes: odds of one class against the rest.
    """
    rows: dict[tuple[str, str], list[float]] = {}
    for fit, _ in [(np.arange(len(study.X)), None), *study.folds]:
        model = make_logistic(study.settings, 0, **penalty).fit(
            study.X.iloc[fit], study.y.iloc[fit]
        )
        names = model[0].get_feature_names_out()
        classes = study.settings.names[-len(model[-1].coef_) :]
        for label, weights in zip(classes, model[-1].coef_, strict=True):
            for name, weight in zip(names, weights, strict=True):
                rows.setdefault((label, str(name)), []).append(float(weight))
    largest = sorted(rows, key=lambda key: -abs(rows[key][0]))[:SHOWN]
    return [
        {
            "class": label, "feature": name, "ratio": float(np.exp(rows[label, name][0])),
            "low": float(np.exp(min(rows[label, name]))),
            "high": float(np.exp(max(rows[label, name]))),
        }
        for label, name in largest
    ]  # fmt: skip


def penalty_path(study: Study, results: Results) -> dict[str, Any]:
    """Return validation error and largest weights of the logistic rung for every penalty."""
    tuned = next(item for item in results["tuning"] if item["model"] == "logistic")
    weights: dict[str, list[float]] = {}
    for penalty in PENALTIES:
        model = make_logistic(study.settings, 0, C=penalty).fit(study.X, study.y)
        for name, weight in zip(model[0].get_feature_names_out(), model[-1].coef_[-1], strict=True):
            weights.setdefault(str(name), []).append(float(weight))
    largest = sorted(weights, key=lambda name: -abs(weights[name][2]))[:SHOWN]
    return {
        "model": "logistic", "parameter": "C", "alphas": list(PENALTIES),
        "validation": tuned["scores"],
        "best": tuned["chosen"]["C"], "class": study.settings.names[-1],
        "coefficients": {name: weights[name] for name in largest},
    }  # fmt: skip


def explain(
    model: Pipeline, study: Study, case: pd.DataFrame, calibration: dict[str, Any]
) -> dict[str, Any]:
    """Return how the probability of one row changes when one feature at a time becomes typical.

    Typical is the median of a number or date, and the most frequent category. The changes do not
    add up: features act together.
    """
    X, names = study.X, study.settings.names
    p = apply(predict(model, case), calibration)[0]
    said = int(p.argmax())
    changed = pd.concat([case] * X.shape[1], ignore_index=True)
    for place, name in enumerate(X.columns):
        column = X[name]
        textual = pd.api.types.is_string_dtype(column) or column.dtype == object
        changed[name] = changed[name].mask(
            changed.index == place, column.mode()[0] if textual else column.median()
        )
    drop = p[said] - apply(predict(model, changed), calibration)[:, said]
    order = np.argsort(-np.abs(drop), kind="stable")[:6]
    effects = [
        {"feature": X.columns[i], "value": readable(case.iloc[0, i]), "effect": drop[i]}
        for i in order
    ]
    row = int(case.index[0])
    return {"row": row, "class": names[said], "probability": p[said], "effects": effects}
