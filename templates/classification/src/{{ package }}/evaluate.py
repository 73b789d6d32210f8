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
from .kit.settings import RuleOfThumb, Settings, load_settings
from .kit.slices import measure
from .models import LABELS, constant, doubt, make_lookup, part_score, predict, score
from .split import split, units
from .train import prepare

SHOWN = 200  # points of a curve


def headline(
    settings: Settings, metric: dict[str, Any], y: Vector, p: Vector, today: Vector, together: Rows
) -> dict[str, Any]:
    """Return the score of the model beside that of today's way, with paired intervals.

    The improvement is in the loss: how much nearer to the best possible score the model is.
    """

    def both(rows: Rows) -> Vector:
        model, rule = (score(metric["name"], y[rows], side[rows]) for side in (p, today))
        return np.array([model, rule, 1 - abs(metric["best"] - model) / abs(metric["best"] - rule)])

    value, rule, improvement = both(np.arange(len(y)))
    (low, rule_low, least), (high, rule_high, most) = bootstrap(both, together)
    wanted = settings.project.goal
    return {
        "rows": len(y), "value": value, "low": low, "high": high,
        "rule_of_thumb": {"value": rule, "low": rule_low, "high": rule_high},
        "improvement": improvement, "improvement_low": least, "improvement_high": most,
        "goal": {"text": settings.project.success, "wanted": wanted, "met": improvement >= wanted},
    }  # fmt: skip


def scores(y: Vector, p: Vector) -> dict[str, float]:
    """Return every score, whichever decides."""
    found = {name: score(name, y, p) for name in LABELS}
    brier = brier_score_loss(y, p[:, 1] if p.shape[1] == 2 else p)
    return found | {"brier": brier, "accuracy": (p.argmax(axis=1) == y).mean()}


def curves(y: Vector, p: Vector, today: Vector, names: list[str]) -> list[dict[str, Any]]:
    """Return precision and recall of the class to find, or of each against the rest."""
    found = []
    for code in [1] if len(names) == 2 else range(len(names)):
        entry: dict[str, Any] = {"class": names[code]}
        for side, told in {"model": p, "rule_of_thumb": today}.items():
            precision, recall, _ = precision_recall_curve(y == code, told[:, code])
            kept = np.unique(np.linspace(0, len(recall) - 2, SHOWN).astype(int))
            entry[side] = {"precision": precision[kept], "recall": recall[kept]}
        found.append(entry)
    return found


@command
def main() -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    trained, columns, names = results["train"], settings.columns, settings.names
    metric, policy = trained["metric"], trained["policy"]
    rows, test = split(load(settings)[0], settings)
    study = prepare(settings, rows, RuleOfThumb.model_validate(trained["rule_of_thumb"]))
    X, y = test[columns.given], test[columns.target].to_numpy(dtype=int)
    lookup = make_lookup(settings, study.rule).fit(study.X, study.y)
    p = predict(load_model(results), X, test[columns.target])
    today, together = predict(lookup, X, test[columns.target]), units(test, settings.split)
    shares = np.bincount(study.y.astype(int), minlength=len(names)) / len(study.y)
    found = headline(settings, metric, y, p, today, together) | metric | {"metric": metric["name"]}
    found["doubt"] = doubt(y, p, trained["leakage"], columns)
    found["rule_of_thumb"] |= {"name": study.rule.kind, "label": study.rule.label}
    same = score(metric["name"], y, np.tile(shares, (len(y), 1)))
    found["constant"] = {"label": "the same probabilities for all rows", "value": same}
    found["frozen"] = settings.split.kind == "time" and study.rule.kind != "constant"
    groups = results.get("diagnose", {"slices": []})["slices"]
    slices = measure(
        test, [{key: each[key] for key in ("name", "kind", "where")} for each in groups], together,
        lambda part: part_score(metric["name"], y[part], p[part]),
        lambda part: part_score(metric["name"], y[part], constant(metric["name"], y[part])),
    )  # fmt: skip
    measured = {
        "classes": {name: (y == code).sum() for code, name in enumerate(names)},
        "scores": {"model": scores(y, p), "rule_of_thumb": scores(y, today)},
        "costs": compare_costs(y, p, today, together, policy, settings),
        "curves": curves(y, p, today, names),
        "reliability": {"model": reliability(y, p), "rule_of_thumb": reliability(y, today)},
    }
    facts = {key: found[key] for key in ("metric", "value", "low", "high", "improvement")}
    run = trained["run"]
    entry = facts | {"model": trained["choice"]["chosen"], "date": run["date"], "commit": run["commit"]}
    openings = log_opening(entry | run["hashes"])
    done = {"headline": found, "test": measured, "slices": slices, "openings": openings}
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    say(
        f"{metric['label']} {found['value']:.4g} ({found['low']:.4g} to {found['high']:.4g}) on test"
        f" rows; rule of thumb {found['rule_of_thumb']['value']:.4g}; opening {openings}"
    )
