"""Step 2: asks why the chosen model errs and what would help; looks at training rows only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from sklearn.inspection import permutation_importance
from threadpoolctl import threadpool_limits

from . import models
from .kit import command, say
from .kit.intervals import Vector
from .kit.results import Results, check_fresh, read_results, write_file, write_results
from .kit.settings import ROW, load_settings
from .kit.slices import declared, find, measure
from .split import make_folds, units
from .train import Study, Validated, reopen

ERRORS = Path("reports/errors.csv")
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # of the rows, for the learning curve
LARGE_GAP = 0.25  # share of the validation error that is absent on the rows fitted to
ADVICE = {
    (True, False): ("high bias", "Better features or a more flexible model come first."),
    (False, True): ("high variance", "A simpler model or a stronger penalty may help."),
    (True, True): ("both", "Features come first: neither rows nor penalties alone reach the goal."),
    (False, False): ("balanced", "What is left may be noise: look at the worst rows first."),
}


def judge(study: Study, results: Results, done: Validated) -> dict[str, Any]:
    """Return the verdict on bias and variance.

    High bias: even on the rows it was fitted to, the model misses the goal. High variance: more
    than a quarter of what validation lacks to a perfect score is absent on those rows.
    """
    rungs = {rung["role"]: rung for rung in results["train"]["ladder"]}
    thumb, best = rungs["rule_of_thumb"]["score"], results["train"]["metric"]["best"]
    wanted = thumb + study.settings.project.goal * (best - thumb)
    train, validation = study.train_score(done, study.folds), float(np.mean(done.scores))
    bias = abs(train - best) > abs(wanted - best)
    variance = abs(validation - train) > LARGE_GAP * abs(validation - best)
    verdict, advice = ADVICE[bias, variance]
    return {
        "train": train, "validation": validation, "rule_of_thumb": thumb, "wanted": wanted,
        "verdict": verdict, "advice": advice,
    }  # fmt: skip


def learning_curve(study: Study, model: Any, best: float) -> dict[str, Any]:
    """Return training and validation score for growing shares of each fold's training rows.

    By time the latest rows are taken, as if collecting had begun later; else random ones. A power
    law through the points, fitted again for drawn folds, says what twice the rows would bring.
    """
    points, misses, now = [], [], len(study.X)
    by_time, generator = study.settings.split.kind == "time", np.random.default_rng(0)
    orders = [fit[::-1] if by_time else generator.permutation(fit) for fit, _ in study.few]
    for share in SHARES:
        say(f"  learning curve: {share:.0%} of the rows")
        sizes = [max(20, int(share * len(order))) for order in orders]
        parts = [
            (np.sort(order[:size]), seen)
            for order, size, (_, seen) in zip(orders, sizes, study.few, strict=True)
        ]
        if models.lacking([study.y.to_numpy()[fit] for fit, _ in parts], study.settings):
            continue  # so few rows of one kind that none of them is among these
        done = study.validate(model, parts)
        misses.append(np.abs(np.array(done.scores) - best))
        points.append({
            "rows": np.mean(sizes), "train": study.train_score(done, parts),
            "validation": np.mean(done.scores), "sd": np.std(done.scores, ddof=1),
        })  # fmt: skip
    rows, table = np.array([point["rows"] for point in points]), np.array(misses)
    draws = generator.integers(table.shape[1], size=(200, table.shape[1]))
    gains = [gain(rows, table[:, draw].mean(axis=1), now) for draw in draws]
    low, high = np.quantile(gains, [0.025, 0.975])
    estimate = {"estimate": gain(rows, table.mean(axis=1), now), "low": low, "high": high}
    return {"points": points, "gain_from_twice": {**estimate, "rows": now}}


def gain(rows: Vector, misses: Vector, now: int) -> float:
    """Return what a power law through the points gains from `now` to twice as many rows.

    For a given exponent the law is linear, so trying exponents always finds the best one.
    """
    fits = []
    for power in np.linspace(0.05, 2, 40):
        (a, _), miss = nnls(np.column_stack([rows**-power, np.ones_like(rows)]), misses)
        fits.append((miss, a * (now**-power - (2 * now) ** -power)))
    return float(min(fits)[1])


def importance(study: Study, done: Validated) -> list[dict[str, Any]]:
    """Return how much worse the score gets when a feature is shuffled in rows not fitted to."""
    columns, name = study.settings.columns, study.settings.metric.name
    repeats = 3 if len(columns.features) < 100 else 1

    def quality(model: Any, X: pd.DataFrame, y: pd.Series[float]) -> float:
        return -study.sign * models.score(name, y.to_numpy(), models.predict(model, X))

    rises = [
        permutation_importance(
            model, study.X.iloc[seen], study.y.iloc[seen], scoring=quality, n_repeats=repeats,
            random_state=study.settings.split.seed,
        ).importances
        for (_, seen), model in list(zip(study.folds, done.models, strict=True))[-5:]
    ]  # fmt: skip
    found = [
        {"feature": name, "label": columns.label(name), "mean": row.mean(), "sd": row.std(ddof=1)}
        for name, row in zip(study.X, np.hstack(rises), strict=True) if name in columns.features
    ]  # fmt: skip
    return sorted(found, key=lambda item: -item["mean"])


def compare_splits(study: Study, model: Any, honest: float) -> dict[str, Any]:
    """Return the score beside that of other folds: shuffled, or in the order of the file."""
    rule = study.settings.split
    name, kind, by = ("shuffled", "random", "") if rule.by else ("in_order", "time", ROW)
    parts = make_folds(study.rows, study.y, rule.model_copy(update={"kind": kind, "by": by}))
    sides = [study.y.to_numpy()[side] for fold in parts for side in fold]
    lack = models.lacking(sides, study.settings)
    other = None if lack else np.mean(study.validate(model, parts).scores)
    return {"honest": {"kind": rule.kind, "score": honest}, name: {"kind": kind, "score": other}}


def write_worst(rows: pd.DataFrame, told: dict[str, Any], wrong: Vector) -> dict[str, Any]:
    """Write the 20 worst rows; notes that somebody wrote beside rows stay with them."""
    table = pd.DataFrame({"note": "", **told}, index=rows.index).join(rows, rsuffix="_given")
    worst = list(pd.Series(wrong, rows.index).nlargest(20).index)
    if ERRORS.exists():
        notes = pd.read_csv(ERRORS, index_col="row", dtype={"note": str})["note"].dropna()
        notes = notes[notes.index.isin(table.index)]
        table.loc[notes.index, "note"] = notes
        worst = list(dict.fromkeys([*worst, *notes.index]))
    content = table.loc[worst].to_csv(lineterminator="\n", float_format="%.6g")
    write_file(ERRORS, content.encode())
    return {"file": ERRORS.as_posix(), "rows": len(worst)}


@command
def main() -> None:
    """Measure bias, variance, learning curve, importance and errors of the chosen model."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    threadpool_limits(1, user_api="blas")
    study, _ = reopen(settings, results)
    choice, columns = results["train"]["choice"], settings.columns
    model = study.build(choice["chosen"], choice["parameters"])
    say(f"diagnosing {choice['chosen']}: folds, importance, groups, worst rows")
    done = study.validate(model, study.folds)
    seen, told = np.concatenate([seen for _, seen in study.folds]), np.concatenate(done.predictions)
    rows, y, metric = study.rows.iloc[seen], study.y.to_numpy()[seen], settings.metric.name
    wrong = models.row_errors(y, told)
    slices = measure(
        rows, [*declared(rows, columns), *find(rows, wrong, columns)],
        units(study.rows, settings.split)[seen],
        lambda part: models.part_score(metric, y[part], told[part]),
        lambda part: models.part_score(metric, y[part], models.constant(metric, y[part])),
    )  # fmt: skip
    verdict = judge(study, results, done)
    found = {
        "bias_variance": verdict, "importance": importance(study, done), "slices": slices,
        "overall": {"rows": len(y), "score": models.part_score(metric, y, told)},
        "worst": write_worst(rows[columns.features], models.shown(y, told, settings), wrong),
        "curves": {"learning": learning_curve(study, model, results["train"]["metric"]["best"])},
        "split_comparison": compare_splits(study, model, verdict["validation"]),
    }  # fmt: skip
    write_results("diagnose", found, time.perf_counter() - start, settings.data.file)
    say(f"{verdict['verdict']}: {verdict['advice']}")
