"""Step 1: fits the ladder without labels, chooses by the stated rule, sets the threshold."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .alerts import sweep, within_budget
from .features import RULE, History
from .kit import Stop, number, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.leakage import audit, copies
from .kit.results import Results, save_model, step
from .kit.settings import FILE, Settings
from .models import LADDER, MOST_PAIRS, Rung, average_precision, build, prior, strangeness
from .split import Part, Study, make_units, prepare

ENOUGH, FEW = 20, 3  # anomalies in validation that err on their own: rows, windows, groups
METRIC = {"name": "average_precision", "label": "average precision", "direction": "higher"}
EMPTY: dict[str, Any] = dict.fromkeys(("score", "train_score", "fit_seconds", "skipped", "refused"))


class Saved(NamedTuple):
    """What predicting needs: the detector, its threshold, the past of each series."""

    detector: Any
    threshold: float
    past: dict[str, History]


@step("train")
def main(settings: Settings, _: Results) -> Results:
    """Fit every detector, choose one, set its threshold, save it."""
    study = prepare(settings)
    say(f"{len(study.train.y):,} rows to fit to, {len(study.validation.y):,} to choose by")
    ladder, scores = climb(study, settings)
    choice = choose(ladder, scores, study.validation, settings)
    say(f"chosen: {choice['reason']}")
    detector = build(choice["chosen"], settings).fit(rows_to_fit(study.train, settings))
    points = sweep(strangeness(detector, study.validation.X), study.validation, settings)
    point = within_budget(points, settings.alerts.budget)
    return study.facts | {
        "metric": METRIC, "leakage": find_leaks(study), "ladder": ladder, "choice": choice,
        "threshold": point, "inputs": describe_inputs(study.train.rows, settings),
        "model": save_model(Saved(detector, point["threshold"], study.past)),
    }  # fmt: skip


def rows_to_fit(train: Part, settings: Settings) -> pd.DataFrame:
    """Return the training rows that detectors see: all, or those known to be normal."""
    return train.X[train.y == 0] if settings.labels.fit == "normal" else train.X


def climb(study: Study, settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Vector]]:
    """Return what each detector reaches on validation rows, and its scores of them."""
    y, scores = study.validation.y, dict[str, Vector]()
    chance = {"name": "chance", "label": "a random order", "role": "constant", "why": "no look"}
    table = [EMPTY | chance | {"score": y.mean() if (y == 1).any() else None}]
    for rung in LADDER:
        row = EMPTY | rung._asdict() | measure(rung, study, scores, settings)
        del row["detect"]
        table.append(row)
        say(f"  {rung.label}: {row['skipped'] or row['refused'] or number(row['score'])}")
    return table, scores


def measure(
    rung: Rung, study: Study, scores: dict[str, Vector], settings: Settings
) -> dict[str, Any]:
    """Fit one detector; add what it says of validation rows to `scores`, unless it is refused."""
    X, val, start = rows_to_fit(study.train, settings), study.validation, time.perf_counter()
    if rung.name == "neighbours" and len(X) * len(val.y) > MOST_PAIRS:
        return {"skipped": "too many rows: it compares all pairs of them"}
    try:
        detector = build(rung.name, settings).fit(X)
    except ValueError as error:  # too few rows for a covariance, or all of them the same
        return {"skipped": f"it cannot be fitted: {str(error).splitlines()[0]}"}
    seconds, scores_val = time.perf_counter() - start, strangeness(detector, val.X)
    if np.ptp(scores_val) < 1e-12:
        return {"refused": "it gives every row the same score"}
    scores[rung.name] = scores_val
    y = study.train.y
    train_score = average_precision(y[y >= 0], strangeness(detector, study.train.X)[y >= 0])
    score = average_precision(val.y, scores_val)
    return {"score": score, "train_score": train_score, "fit_seconds": seconds}


def choose(
    ladder: list[dict[str, Any]], scores: dict[str, Vector], val: Part, settings: Settings
) -> dict[str, Any]:
    """Return the detector to use, by labels where there are enough, and why.

    With 20 anomalies or more, the simplest that is not clearly worse than the best. With fewer,
    hardly anything is clear: then the one fixed beforehand stays, unless it is clearly worse.
    """
    label = {row["name"]: row["label"] for row in ladder}
    models = [row["name"] for row in ladder if row["role"] == "model" and row["name"] in scores]
    if not models:
        raise Stop("no detector can tell rows apart", "bring features that differ between rows")
    (default, merit), units = prior(settings), make_units(val, settings)
    default = default if default in models else models[0]
    count = len(np.unique(units[val.y == 1]))
    best = max(models, key=lambda name: average_precision(val.y, scores[name]) if count else 0)
    pairs = compare(scores, best, val.y, units) if count else []
    worse = {row["model"] for row in pairs if row["clear"]}
    if count >= ENOUGH or (count >= FEW and default in worse):
        chosen, rule = next(name for name in models if name not in worse), "labels"
        simplest = f"the simplest that is not clearly worse than {label[best]}"
        reason = "the best on validation rows" if chosen == best else simplest
    else:
        chosen, rule = default, "prior"
        cases = "1 labelled case is" if count == 1 else f"{count} labelled cases are"
        reason = f"{merit}; {cases} too few to choose by"
    facts = {"chosen": chosen, "best": best, "rule": rule, "comparisons": pairs}
    return facts | {"reason": f"{label[chosen]}, {reason}", "anomalies": count}


def compare(scores: dict[str, Vector], best: str, y: Vector, units: Rows) -> list[Any]:
    """Return each detector beside the best one, over the same draws of what errs together."""
    others = [name for name in scores if name != best]

    def differences(rows: Rows) -> Vector:
        each = [average_precision(y[rows], scores[name][rows]) for name in others]
        return np.array(each) - average_precision(y[rows], scores[best][rows])

    estimate, (low, high) = differences(np.arange(len(y))), bootstrap(differences, units, draws=300)
    table = pd.DataFrame({"model": others, "difference": estimate, "low": low, "high": high})
    return table.assign(against=best, clear=high < 0).to_dict("records")


def find_leaks(study: Study) -> dict[str, Any]:
    """Return what the audit finds in the features; the labels of test rows stay unseen."""
    X = pd.concat([study.train.X, study.validation.X])
    cols = [name for name in X if not str(name).startswith(RULE)]
    y = pd.Series(np.concatenate([study.train.y, study.validation.y]), X.index).dropna()
    if not y.sum():  # nothing is labelled, so nothing can tell
        return {"copies": int(copies(X[cols], study.test.X[cols]).sum()), "alone": {}, "strong": []}
    return audit(X.loc[y.index, cols], study.test.X[cols], y)


def describe_inputs(rows: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return what the columns of a row to score look like in the training rows."""
    columns, inputs = settings.columns, []
    kinds = {columns.time: "date"} | dict.fromkeys(columns.numeric, "numeric")
    series = [FILE] if settings.data.files else []
    for name in [*series, *filter(None, [columns.time]), *columns.features]:
        values, kind = rows[name], kinds.get(name, "categorical")
        facts: dict[str, Any] = {"name": name, "label": columns.label(name), "kind": kind}
        if kind == "numeric":
            facts |= {"low": values.min(), "high": values.max(), "typical": values.median()}
        if kind == "categorical":
            common = list(values.value_counts().index)
            categories = [{"value": each, "label": columns.category(name, each)} for each in common]
            facts |= {"categories": categories, "typical": common[0]}
        inputs.append(facts | {"gaps": values.isna().any()})
    return inputs
