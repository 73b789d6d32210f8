"""Step 1: fits the ladder without labels, chooses by the stated rule, sets the threshold."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .alerts import choose_threshold, sweep
from .features import RULE, History
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.leakage import audit
from .kit.results import save_model, write_results
from .kit.settings import Settings, load_settings
from .models import LADDER, MOST_PAIRS, Rung, average_precision, build, prior, strangeness
from .split import Part, Study, prepare, units

ENOUGH, FEW = 20, 3  # anomalies in validation that err on their own: rows, windows, groups
SURE = 0.8  # share of the bootstrap draws in which the best one must be ahead of the prior
BLANK = dict.fromkeys(("score", "train_score", "fit_seconds", "skipped", "refused")) | {"folds": []}
METRIC = {"name": "average_precision", "label": "average precision", "direction": "higher"}


class Saved(NamedTuple):
    """What predicting needs: the detector, its threshold, the past of each series."""

    detector: Any
    threshold: float
    past: dict[str, History]


@command
def main() -> None:
    """Fit every detector, choose one, set its threshold, save it."""
    start, settings = time.perf_counter(), load_settings()
    study = prepare(settings)
    rows = [f"{len(part.y):,}" for part in study[:3]]
    say(f"{rows[0]} rows to fit to, {rows[1]} to choose by; {rows[2]} test rows stay closed")
    ladder, scores = climb(study, settings)
    choice = choose(ladder, scores, study.validation, settings)
    say(f"chosen: {choice['reason']}")
    detector = build(choice["chosen"], settings).fit(fitted_rows(study.train, settings))
    points = sweep(strangeness(detector, study.validation.X), study.validation, settings)
    taken = choose_threshold(points, settings)
    found = study.facts | {
        "metric": METRIC, "leakage": find_leaks(study), "ladder": ladder, "choice": choice,
        "threshold": {"policy": settings.alerts.policy, **taken},
        "inputs": describe_inputs(study.train.rows, settings),
        "model": save_model(Saved(detector, taken["threshold"], study.past)),
    }  # fmt: skip
    write_results("train", found, time.perf_counter() - start, settings.data.file)


def fitted_rows(train: Part, settings: Settings) -> pd.DataFrame:
    """Return the training rows that detectors see: all, or those known to be normal."""
    return train.X[train.y == 0] if settings.labels.fit == "normal" else train.X


def climb(study: Study, settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Vector]]:
    """Return what each detector reaches on validation rows, and its scores of them."""
    y, scores = study.validation.y, dict[str, Vector]()
    table = [BLANK | {"name": "chance", "label": "a random order", "role": "constant", "why": "",
                      "score": y.mean() if (y == 1).any() else None}]  # fmt: skip
    for rung in LADDER:
        facts = {"name": rung.name, "label": rung.label, "role": rung.role, "why": rung.why}
        row = BLANK | facts | measure(rung, study, scores, settings)
        table.append(row)
        shown = row.get("skipped") or row.get("refused") or f"{row['score']:.3f}"
        say(f"  {rung.label}: {shown}")
    return table, scores


def measure(
    rung: Rung, study: Study, scores: dict[str, Vector], settings: Settings
) -> dict[str, Any]:
    """Fit one detector; add what it says of validation rows to `scores`, unless it is refused."""
    X, judged, start = fitted_rows(study.train, settings), study.validation, time.perf_counter()
    if rung.name == "neighbours" and len(X) * len(judged.y) > MOST_PAIRS:
        return {"skipped": "too many rows: it compares all pairs of them"}
    detector = build(rung.name, settings).fit(X)
    seconds, strange = time.perf_counter() - start, strangeness(detector, judged.X)
    if np.ptp(strange) < 1e-12:
        return {"refused": "it gives every row the same score"}
    scores[rung.name] = strange
    known = study.train.take(~np.isnan(study.train.y))
    return {
        "score": average_precision(judged.y, strange), "fit_seconds": seconds,
        "train_score": average_precision(known.y, strangeness(detector, known.X)),
    }  # fmt: skip


def choose(
    ladder: list[dict[str, Any]], scores: dict[str, Vector], judged: Part, settings: Settings
) -> dict[str, Any]:
    """Return the detector to use: labels choose where there are enough of them.

    With 20 anomalies or more, the simplest that is not clearly worse than the best. With 3 to 19,
    where hardly anything is clear, a detector fixed beforehand, unless the best one is ahead of it
    in 80% of the draws. With fewer, always the one fixed beforehand.
    """
    models = [row["name"] for row in ladder if row["role"] == "model" and row["name"] in scores]
    label = {row["name"]: row["label"] for row in ladder}
    fixed, praise = prior(settings)
    fixed, together = fixed if fixed in models else models[0], units(judged, settings)
    count = len(np.unique(together[judged.y == 1]))
    reason = f"{label[fixed]}, fixed beforehand ({praise})"
    choice = {"chosen": fixed, "best": fixed, "rule": "prior", "anomalies": count,
              "reason": f"{reason}: no label can choose", "comparisons": []}  # fmt: skip
    if not count:
        return choice
    best = max(models, key=lambda name: average_precision(judged.y, scores[name]))
    pairs = compare(scores, best, judged.y, together)
    choice |= {"best": best, "comparisons": pairs}
    if count >= ENOUGH:
        clear = {row["model"] for row in pairs if row["clear"]}
        chosen = next(name for name in models if name not in clear)
        reason = f"{label[chosen]}, the simplest that is not clearly worse than {label[best]}"
        return choice | {"chosen": chosen, "rule": "labels", "reason": reason}
    ahead = next((row["ahead"] for row in pairs if row["model"] == fixed), 0.0)
    if count >= FEW and ahead >= SURE:
        reason = f"{label[best]}, ahead of {label[fixed]} in {ahead:.0%} of the draws"
        return choice | {"chosen": best, "rule": "few labels", "reason": reason}
    return choice | {"reason": f"{reason}: with {count} labelled cases none is clearly better"}


def compare(
    scores: dict[str, Vector], best: str, y: Vector, together: Rows
) -> list[dict[str, Any]]:
    """Return each detector beside the best one, over the same draws of what errs together."""
    others, ahead = [name for name in scores if name != best], []

    def differences(rows: Rows) -> Vector:
        top = average_precision(y[rows], scores[best][rows])
        return np.array([average_precision(y[rows], scores[name][rows]) - top for name in others])

    def noted(rows: Rows) -> Vector:
        ahead.append(differences(rows) < 0)
        return differences(rows)

    low, high = bootstrap(noted, together, draws=300)
    facts = zip(others, differences(np.arange(len(y))), low, high, np.mean(ahead, axis=0), strict=True)
    return [
        {"model": name, "against": best, "difference": exact, "low": bottom, "high": top,
         "clear": bool(top < 0), "ahead": share}
        for name, exact, bottom, top, share in facts
    ]  # fmt: skip


def find_leaks(study: Study) -> dict[str, Any]:
    """Return what the audit finds in the features; the labels of test rows stay unseen."""
    X = pd.concat([study.train.X, study.validation.X])
    own = [name for name in X if not str(name).startswith(RULE)]
    numeric = list(X[own].select_dtypes("number"))
    y = pd.Series(np.concatenate([study.train.y, study.validation.y]), X.index)
    columns, known = SimpleNamespace(features=own, numeric=numeric), y.notna()
    return audit(X[known], study.test.X, columns, y[known]) if y.sum() else audit(X, study.test.X, columns)


def describe_inputs(rows: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return what the columns of a row to score look like in the training rows."""
    columns, found = settings.columns, []
    for name in settings.given:
        known, number = rows[name].dropna(), name in columns.numeric
        counts = [] if number or name == columns.time else known.value_counts().index
        ends = [known.min(), known.max(), known.median()] if number else [None, None, None]
        found.append({
            "name": name, "label": columns.label(name), "low": ends[0], "high": ends[1],
            "kind": "numeric" if number else "date" if name == columns.time else "categorical",
            "typical": counts[0] if len(counts) else ends[2], "gaps": bool(rows[name].isna().any()),
            "categories": [{"value": each, "label": columns.category(name, each)} for each in counts],
        })  # fmt: skip
    return found
