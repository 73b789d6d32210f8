"""Step 3: opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, precision_recall_curve
from threadpoolctl import threadpool_limits

from .calibration import reliability
from .costs import compare_costs
from .data import load
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import RuleOfThumb, load_settings
from .kit.slices import measure
from .models import (
    LABELS,
    constant,
    describe_metric,
    doubt,
    make_lookup,
    part_score,
    predict,
    score,
)
from .split import split, units
from .train import Study, prepare

SHOWN = 200  # points of a curve


def headline(study: Study, y: Vector, told: dict[str, Vector], together: Rows) -> dict[str, Any]:
    """Return the score of the model beside those of today's way and of the same for all.

    The intervals come from the same draws, so that the improvement is that of pairs. It is in the
    loss: how much nearer than the rule of thumb the model comes to a perfect score.
    """
    settings, rule, metric = study.settings, study.rule, describe_metric(study.settings)
    name, wanted = metric["name"], settings.project.goal

    def scores(rows: Rows) -> Vector:
        found = [score(name, y[rows], side[rows]) for side in told.values()]
        missing = [abs(metric["best"] - each) for each in found]
        return np.array([*found, 1 - missing[0] / missing[1] if missing[1] else np.nan])

    value, today, same, improvement = scores(np.arange(len(y)))
    low, high = bootstrap(scores, together)
    return {
        **metric, "metric": name, "rows": len(y), "value": value, "low": low[0], "high": high[0],
        "rule_of_thumb": {
            "name": rule.kind, "label": rule.label, "value": today, "low": low[1], "high": high[1],
        },
        "constant": {"label": "the same probabilities for all rows", "value": same},
        "improvement": improvement, "improvement_low": low[3], "improvement_high": high[3],
        "goal": {"text": settings.project.success, "wanted": wanted, "met": improvement >= wanted},
        "frozen": settings.split.kind == "time" and rule.kind != "constant",
    }  # fmt: skip


def scores(y: Vector, p: Vector) -> dict[str, float]:
    """Return every score, whichever decides."""
    found = {name: score(name, y, p) for name in LABELS}
    brier = brier_score_loss(y, p[:, 1] if p.shape[1] == 2 else p)
    return found | {"brier": brier, "accuracy": (p.argmax(axis=1) == y).mean()}


def curves(y: Vector, told: dict[str, Vector], names: list[str]) -> list[dict[str, Any]]:
    """Return precision and recall of the class to find, or of each against the rest."""
    found: list[dict[str, Any]] = []
    for code in [1] if len(names) == 2 else range(len(names)):
        found.append({"class": names[code]})
        for side in ("model", "rule_of_thumb"):
            precision, recall, _ = precision_recall_curve(y == code, told[side][:, code])
            kept = np.unique(np.linspace(0, len(recall) - 2, SHOWN).astype(int))
            found[-1][side] = {"precision": precision[kept], "recall": recall[kept]}
    return found


@command
def main() -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    trained, columns, names = results["train"], settings.columns, settings.names
    rows, test = split(load(settings)[0], settings)
    study = prepare(settings, rows, RuleOfThumb.model_validate(trained["rule_of_thumb"]))
    X, target, together = test[columns.given], test[columns.target], units(test, settings.split)
    y, lookup = target.to_numpy(dtype=int), make_lookup(settings, study.rule).fit(study.X, study.y)
    told = {
        "model": predict(load_model(results), X, target),
        "rule_of_thumb": predict(lookup, X, target),
        "constant": np.tile(constant("", study.y.to_numpy())[0], (len(y), 1)),
    }
    found, p = headline(study, y, told, together), told["model"]
    found["doubt"] = doubt(y, p, trained["leakage"], columns)
    slices = measure(
        test, results.get("diagnose", {"slices": []})["slices"], together,
        lambda part: part_score("", y[part], p[part]),
        lambda part: part_score("", y[part], constant("", y[part])),
    )  # fmt: skip
    measured = {
        "classes": {name: (y == code).sum() for code, name in enumerate(names)},
        "scores": {side: scores(y, each) for side, each in told.items()},
        "costs": compare_costs(y, told, together, trained["policy"], settings),
        "curves": curves(y, told, names),
        "reliability": {side: reliability(y, told[side]) for side in ("model", "rule_of_thumb")},
    }
    keys = ("metric", "value", "low", "high", "improvement")
    entry = {"model": trained["choice"]["chosen"], **{key: found[key] for key in keys}}
    entry |= {key: trained["run"][key] for key in ("date", "commit")} | trained["run"]["hashes"]
    openings = log_opening(entry)
    done = {"headline": found, "test": measured, "slices": slices, "openings": openings}
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    said = f"{found['label']} {found['value']:.4g} ({found['low']:.4g} to {found['high']:.4g})"
    rule = f"rule of thumb {found['rule_of_thumb']['value']:.4g}"
    say(f"{said} on the test rows; {rule}; opening {openings}")
