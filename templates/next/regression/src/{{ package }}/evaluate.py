"""Step 3: opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy.stats import binomtest
from threadpoolctl import threadpool_limits

from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.results import check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import load_settings
from .kit.slices import measure
from .models import constant, describe_metric, doubt, make_lookup, predict, score
from .split import units
from .train import Study, reopen

SHOWN = 1000  # rows in the figure


def headline(study: Study, y: Vector, told: dict[str, Vector], together: Rows) -> dict[str, Any]:
    """Return the score of the model beside those of today's way and of one number for all.

    The intervals come from the same draws, so that the improvement is that of pairs.
    """
    settings, rule = study.settings, study.rule
    name, wanted = settings.metric.name, settings.project.goal

    def scores(rows: Rows) -> Vector:
        model, today, same = (score(name, y[rows], said[rows]) for said in told.values())
        return np.array([model, today, same, 1 - model / today if today else np.nan])

    value, today, same, improvement = scores(np.arange(len(y)))
    low, high = bootstrap(scores, together)
    return {
        **describe_metric(settings), "metric": name, "rows": len(y),
        "value": value, "low": low[0], "high": high[0],
        "rule_of_thumb": {
            "name": rule.kind, "label": rule.label, "value": today, "low": low[1], "high": high[1],
        },
        "constant": {"label": "one number for all rows", "value": same},
        "improvement": improvement, "improvement_low": low[3], "improvement_high": high[3],
        "goal": {"text": settings.project.success, "wanted": wanted, "met": improvement >= wanted},
        "frozen": settings.split.kind == "time" and rule.kind != "constant",
    }  # fmt: skip


def half_widths(predicted: Vector, conformal: dict[str, Any]) -> Vector:
    """Return for each prediction how far its interval reaches to either side."""
    return np.asarray(conformal["half_widths"])[np.searchsorted(conformal["edges"], predicted)]


def tenths(y: Vector, predicted: Vector, widths: Vector) -> list[dict[str, Any]]:
    """Return mean error and coverage for each tenth of the rows, in order of prediction."""
    found = []
    for part in np.array_split(np.argsort(predicted, kind="stable"), min(10, len(y))):
        error = predicted[part] - y[part]
        found.append({
            "rows": len(part), "low": predicted[part].min(), "high": predicted[part].max(),
            "mean_actual": y[part].mean(), "mean_error": error.mean(),
            "error_sd": error.std() / np.sqrt(len(part)),
            "p10": np.quantile(error, 0.1), "p90": np.quantile(error, 0.9),
            "coverage": np.mean(np.abs(error) <= widths[part]),
        })  # fmt: skip
    return found


@command
def main() -> None:
    """Score the saved model on the test rows and add a line to the ledger."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    trained, columns, metric = results["train"], settings.columns, settings.metric.name
    study, test = reopen(settings, results)
    X, target, together = test[columns.given], test[columns.target], units(test, settings.split)
    y, lookup = target.to_numpy(), make_lookup(settings, study.rule).fit(study.X, study.y)
    told = {
        "predicted": predict(load_model(results), X, target),
        "rule_of_thumb": predict(lookup, X, target),
        "constant": np.full(len(y), constant(metric, study.y.to_numpy())[0]),
    }
    predicted, widths = told["predicted"], half_widths(told["predicted"], trained["conformal"])
    found = headline(study, y, told, together)
    found["doubt"] = doubt(y, predicted, trained["leakage"], columns)
    slices = measure(
        test, results.get("diagnose", {"slices": []})["slices"], together,
        lambda part: score(metric, y[part], predicted[part]),
        lambda part: score(metric, y[part], constant(metric, y[part])),
    )  # fmt: skip
    drawn = np.random.default_rng(0).permutation(len(y))[:SHOWN]
    inside = np.abs(predicted - y) <= widths
    sure = binomtest(int(inside.sum()), len(y)).proportion_ci(method="wilson")
    coverage = {"promised": settings.metric.coverage, "measured": inside.mean()}
    coverage |= {"low": sure.low, "high": sure.high, "mean_width": 2 * widths.mean()}
    measured = {
        "tenths": tenths(y, predicted, widths), "mean_error": (predicted - y).mean(),
        "coverage": coverage,
        "points": {"actual": y[drawn], **{name: said[drawn] for name, said in told.items()}},
    }  # fmt: skip
    keys = ("metric", "value", "low", "high", "improvement")
    entry = {"model": trained["choice"]["chosen"], **{key: found[key] for key in keys}}
    entry |= {key: trained["run"][key] for key in ("date", "commit")} | trained["run"]["hashes"]
    openings = log_opening(entry)
    done = {"headline": found, "test": measured, "slices": slices, "openings": openings}
    write_results("evaluate", done, time.perf_counter() - start, settings.data.file)
    say(
        f"{metric} {found['value']:.5g} ({found['low']:.5g} to {found['high']:.5g}) on test rows; "
        f"rule of thumb {found['rule_of_thumb']['value']:.5g}; opening {openings}"
    )
