"""Step 2: why the detector errs and whether more normal rows would help; no test row is seen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.inspection import permutation_importance

from .alerts import number_alerts
from .features import RULE
from .kit import command, say
from .kit.intervals import Rows, Vector
from .kit.results import check_fresh, load_model, read_results, write_file, write_results
from .kit.settings import Settings, load_settings
from .kit.slices import declared, measure
from .models import average_precision, build, strangeness
from .split import Part, Study, prepare, units
from .train import Saved, fitted_rows

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # of the training rows
CASES, COUNT = Path("reports/errors.csv"), 20


@command
def main() -> None:
    """Measure bias and variance, learning, importance, groups and worst cases."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    study, saved, name = prepare(settings), load_model(results), results["train"]["choice"]["chosen"]
    say("learning curve, importance of the features, groups of rows, worst cases")
    judged = study.validation
    strange = strangeness(saved.detector, judged.X)
    found = {
        "bias_variance": judge(results["train"], settings),
        "curves": {"learning": {"points": learn(name, study, settings), "gain_from_twice": None}},
        "importance": importance(saved, judged, settings),
        "slices": by_group(judged, strange, settings),
        "overall": {"rows": len(judged.y), "score": average_precision(judged.y, strange)},
        "worst": write_cases(saved, judged, strange, settings),
    }
    write_results("diagnose", found, time.perf_counter() - start, settings.data.file)
    say(f"verdict: {found['bias_variance']['verdict']}; your notes belong into {CASES}")


def judge(train: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the verdict on bias and variance; without labelled anomalies there is none.

    Bias: validation rows miss what the goal asks for. Variance: a quarter of the score on the
    training rows is lost on validation rows.
    """
    rungs = {rung["name"]: rung for rung in train["ladder"]}
    rung, rule = rungs[train["choice"]["chosen"]], rungs["rule_of_thumb"]["score"]
    seen, fitted = rung["score"], rung["train_score"]
    wanted = rule and min(rule * (1 + settings.project.goal), 1.0)
    facts = {"train": fitted, "validation": seen, "rule_of_thumb": rule, "wanted": wanted}
    if seen is None or wanted is None:
        return facts | {"verdict": "unknown", "advice": "Note what the alerts are: first labels."}
    low, wide = seen < wanted, fitted is not None and seen < 0.75 * fitted
    return facts | dict(zip(("verdict", "advice"), ADVICE[low, wide], strict=True))


ADVICE = {  # bias, variance
    (True, False): ("high bias", "Look for features in which anomalies stand out."),
    (False, True): ("high variance", "Fit to more rows, or take a simpler detector."),
    (True, True): ("high bias and variance", "Look for features in which anomalies stand out."),
    (False, False): ("balanced", "Look at the doubtful cases: are they of another kind?"),
}


def learn(name: str, study: Study, settings: Settings) -> list[dict[str, Any]]:
    """Return what more normal history brings: the score on validation rows, by rows fitted to.

    Of a series the latest rows are taken, of a table three random draws. Without anomalies it is
    the rank correlation with the detector that is fitted to all rows.
    """
    X, judged = fitted_rows(study.train, settings), study.validation
    full = strangeness(build(name, settings).fit(X), judged.X)

    def reach(rows: Rows | slice) -> float:
        strange = strangeness(build(name, settings).fit(X.iloc[rows]), judged.X)
        if (judged.y == 1).any():
            return average_precision(judged.y, strange)
        return float(spearmanr(strange, full).statistic)

    points = []
    for count in sorted({max(20, round(share * len(X))) for share in SHARES}):
        orders = [np.random.default_rng(seed).permutation(len(X))[:count] for seed in range(3)]
        values = [reach(rows) for rows in ([slice(-count, None)] if settings.columns.time else orders)]
        points.append({"rows": count, "train": None, "validation": np.mean(values), "sd": np.std(values)})
    return points


def importance(saved: Saved, judged: Part, settings: Settings) -> list[dict[str, Any]]:
    """Return by how much the score falls when a feature is shuffled; without anomalies, the order."""
    own = strangeness(saved.detector, judged.X)

    def reach(detector: Any, X: pd.DataFrame, y: Vector) -> float:
        strange = strangeness(detector, X)
        return average_precision(y, strange) if (y == 1).any() else spearmanr(strange, own).statistic

    found = permutation_importance(saved.detector, judged.X, judged.y, scoring=reach, random_state=0)
    names = zip(judged.X.columns, found.importances_mean, found.importances_std, strict=True)
    table = [
        {"feature": name, "label": settings.columns.label(name), "mean": mean, "sd": sd}
        for name, mean, sd in names if not name.startswith(RULE)
    ]  # fmt: skip
    return sorted(table, key=lambda row: -row["mean"])


def by_group(part: Part, strange: Vector, settings: Settings) -> list[dict[str, Any]]:
    """Return how well anomalies are ranked within declared groups, and by the time of the week."""
    rows, groups = part.rows, declared(part.rows, settings.columns)
    if time := settings.columns.time:
        rows = rows.assign(hour=rows[time].dt.hour, day=rows[time].dt.dayofweek)
        conditions = {"it is before 6 h": "hour < 6", "it is after 6 h": "hour >= 6",
                      "the day is a weekday": "day < 5", "the day is at a weekend": "day >= 5"}  # fmt: skip
        groups += [{"name": name, "kind": "declared", "where": where} for name, where in conditions.items()]

    def reach(places: Rows) -> float:
        return average_precision(part.y[places], strange[places])

    return measure(rows, groups, units(part, settings), reach, lambda places: part.y[places].mean())


def write_cases(saved: Saved, part: Part, strange: Vector, settings: Settings) -> dict[str, Any]:
    """Write the most doubtful validation rows, with a column for notes; notes are kept.

    First the strangest row of each false alert and of each missed anomaly, the most surprising
    first, then those of right alerts, then rows that would be the next to be flagged.
    """
    flagged = strange >= saved.threshold
    table = pd.DataFrame({"strange": strange, "y": part.y, "event": part.event, "flagged": flagged})
    alerts = table[flagged].groupby(number_alerts(flagged, part, settings))
    raised = pd.Series(np.where(alerts["y"].max() == 1, "right alert", "false alert"), alerts["strange"].idxmax())
    events = table[table["event"] >= 0].groupby("event")
    missed = events["strange"].idxmax()[~events["flagged"].any()]
    what = pd.concat([raised[raised == "false alert"], pd.Series("missed", missed), raised[raised != "false alert"]])
    order = table["strange"].drop(what.index).sort_values(ascending=False).index
    what = pd.concat([what, pd.Series("no alert", order)]).head(COUNT)
    shown = part.rows.iloc[what.index].rename_axis("row")
    notes = pd.read_csv(CASES, index_col="row")["note"] if CASES.exists() else pd.Series(dtype=str)
    known = {"note": notes.reindex(shown.index), "what": what.to_numpy(), "strangeness": strange[what.index]}
    shown = pd.concat([pd.DataFrame(known, index=shown.index), shown], axis=1)
    write_file(CASES, shown.to_csv(lineterminator="\n", float_format="%.6g").encode())
    counts = what.value_counts()
    return {"file": CASES.as_posix(), "rows": len(shown), "false": int((raised == "false alert").sum()), "missed": len(missed)}
