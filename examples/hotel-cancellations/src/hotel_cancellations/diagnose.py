"""Step 2: asks why the chosen model errs and what would help; looks at training rows only."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.inspection import permutation_importance

from . import models
from .kit import Stop, say, write_file
from .kit.intervals import Vector, paired_difference
from .kit.results import Results, step
from .kit.settings import ROW, Settings
from .kit.slices import declared, find, measure
from .split import make_folds, make_units
from .train import Study, open_study

ERRORS = Path("reports/errors.csv")
SHARES = (0.125, 0.25, 0.5, 1.0)  # of the rows, for the learning curve
LARGE_GAP = 0.25  # share of the lead over the rule of thumb that is lost on rows not fitted to
ADVICE = {
    (True, False): ("high bias", "Better features come first."),
    (False, True): ("high variance", "Beyond tuning, more rows or fewer features may help."),
    (True, True): ("bias and variance", "Features first: rows and penalties alone are not enough."),
    (False, False): ("balanced", "What is left may be noise: look at the worst rows first."),
}


def bias_variance(study: Study, results: Results, fits: Results, more: bool) -> dict[str, Any]:
    """Return whether training rows miss the goal (bias), and others lose much (variance)."""
    rungs = {rung["role"]: rung for rung in results["train"]["ladder"]}
    baseline, best = rungs["rule_of_thumb"]["score"], results["train"]["metric"]["best"]
    goal = baseline + study.settings.project.goal * (best - baseline)
    train, validation = fits["train_score"].mean(), fits["test_score"].mean()
    bias, missed = (abs(score - best) > abs(goal - best) for score in (train, validation))
    variance = missed > bias or more or abs(validation - train) > LARGE_GAP * abs(baseline - train)
    scores = {"train": train, "validation": validation, "rule_of_thumb": baseline, "wanted": goal}
    return scores | dict(zip(("verdict", "advice"), ADVICE[bias, variance], strict=True))


def learning_curve(study: Study, model: Any) -> dict[str, Any]:
    """Return scores for growing shares of the rows; by time the latest ones, else random ones."""
    points, losses, rng = [], [], np.random.default_rng(0)
    by_time = study.settings.split.kind == "time"
    orders = [fit[::-1] if by_time else rng.permutation(fit) for fit, _ in study.folds]
    for share in SHARES:
        say(f"  learning curve: {share:.0%} of the rows")
        subsets = [np.sort(order[: max(20, int(share * len(order)))]) for order in orders]
        parts = [(fit, val) for fit, (_, val) in zip(subsets, study.folds, strict=True)]
        if study.missing_class(parts):
            continue  # so few rows of one class that none of them is among these
        fits = study.validate(model, parts, train=True)
        losses.append(study.sign * fits["test_score"])
        point = {"train": fits["train_score"].mean(), "validation": fits["test_score"].mean()}
        points.append(point | {"rows": np.mean([len(fit) for fit in subsets])})
    doubling = paired_difference(losses[-2], losses[-1], study.folds)  # of the last doubling
    gain = {"estimate": doubling["difference"], "low": doubling["low"], "high": doubling["high"]}
    return {"points": points, "gain_from_twice": gain | {"rows": len(study.X)}}


def importance(study: Study, fits: Results) -> list[dict[str, Any]]:
    """Return how much worse the score gets when a feature is shuffled in validation rows."""
    columns, losses = study.settings.columns, []
    for model, (_, val) in zip(fits["estimator"], study.folds, strict=True):
        X, y = study.X.iloc[val], study.y.iloc[val]
        drops = permutation_importance(model, X, y, scoring=study.score, random_state=0)
        losses.append(-study.sign * drops["importances"])
    found = [
        {"feature": name, "label": columns.label(name), "mean": loss.mean(), "sd": loss.std(ddof=1)}
        for name, loss in zip(study.X, np.hstack(losses), strict=True)
        if name in columns.features
    ]
    return sorted(found, key=lambda item: -item["mean"])


def compare_splits(study: Study, model: Any, honest: float) -> dict[str, Any]:
    """Return the score next to that of other folds: shuffled, or in file order."""
    rule = study.settings.split
    name, kind, by = ("shuffled", "random", "") if rule.by else ("in_order", "time", ROW)
    folds = make_folds(study.rows, study.y, rule.model_copy(update={"kind": kind, "by": by}))
    missing = study.missing_class(folds)
    other = None if missing else study.validate(model, folds)["test_score"].mean()
    return {"honest": {"kind": rule.kind, "score": honest}, name: {"kind": kind, "score": other}}


def write_worst(rows: pd.DataFrame, predictions: dict[str, Any], errors: Vector) -> dict[str, Any]:
    """Write the 20 worst rows; notes already written next to rows are kept."""
    table = pd.DataFrame({"note": "", **predictions}, index=rows.index).join(rows, rsuffix="_given")
    worst = list(pd.Series(errors, rows.index).nlargest(20).index)
    if ERRORS.exists():
        try:
            notes = pd.read_csv(ERRORS, index_col="row", dtype={"note": str})["note"].dropna()
            table.update(notes)
        except (LookupError, TypeError, ValueError) as error:
            raise Stop(f"{ERRORS} cannot be read: {error}", "restore or delete it") from None
        worst = [*worst, *notes.index.intersection(table.index).difference(worst)]
    write_file(ERRORS, table.loc[worst].to_csv(lineterminator="\n", float_format="%.6g").encode())
    return {"file": ERRORS.as_posix(), "rows": len(worst)}


@step("diagnose", "train")
def main(settings: Settings, results: Results) -> Results:
    """Measure bias, variance, learning curve, importance and errors of the chosen model."""
    study, *_ = open_study(settings)
    choice, columns, metric = results["train"]["choice"], settings.columns, "log_loss"
    model = study.build(choice["chosen"], choice["parameters"])
    say(f"diagnosing {choice['chosen']}: folds, importance, groups, worst rows")
    fits = study.validate(model, study.folds, train=True)
    val, (pred, y) = np.concatenate([val for _, val in study.folds]), study.predict(fits)
    rows, units = study.rows.iloc[val], make_units(study.rows, settings.split)[val]
    errors = models.row_errors(y, pred, metric)
    groups = {each["name"]: each for each in declared(rows, columns) + find(rows, errors, columns)}
    curve = learning_curve(study, model)
    verdict = bias_variance(study, results, fits, curve["gain_from_twice"]["low"] > 0)
    found: dict[str, Any] = {"bias_variance": verdict, "curves": {"learning": curve}}
    # An area, the metric of some studies, compares the rows of a group with each other only.
    by: Any = {"score": partial(models.score, metric), "constant": partial(models.constant, metric)}
    found["slices"] = measure(rows, [*groups.values()], units, y=y, pred=pred, **by)
    found["worst"] = write_worst(rows[columns.features], models.outputs(y, pred, settings), errors)
    found["importance"] = importance(study, fits)
    say(f"{verdict['verdict']}: {verdict['advice']}")
    return found | {"split_comparison": compare_splits(study, model, verdict["validation"])}
