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
from .kit import Stop, command, say
from .kit.intervals import Rows, Vector
from .kit.results import check_fresh, load_model, read_results, write_file, write_results
from .kit.settings import Settings, load_settings
from .kit.slices import declared, measure
from .models import average_precision, build, strangeness
from .split import Part, Study, prepare, units
from .train import Saved, fitted_rows

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # of the training rows
CASES, COUNT = Path("reports/errors.csv"), 20
ADVICE = {  # bias, variance
    (True, False): ("high bias", "Look for features in which anomalies stand out."),
    (False, True): ("high variance", "Fit to more rows, or take a simpler detector."),
    (True, True): ("high bias and variance", "Look for features in which anomalies stand out."),
    (False, False): ("balanced", "Look at the doubtful cases: are they of another kind?"),
}


@command
def main() -> None:
    """Measure bias and variance, learning, importance, groups and doubtful cases."""
    start, settings, results = time.perf_counter(), load_settings(), read_results("train")
    check_fresh(results, settings.data.file)
    study, saved = prepare(settings), load_model(results)
    name = results["train"]["choice"]["chosen"]
    say("learning curve, importance of the features, groups of rows, doubtful cases")
    part, strange = study.validation, strangeness(saved.detector, study.validation.X)
    verdict = judge(results["train"], settings)
    found = {
        "bias_variance": verdict, "curves": {"learning": {"points": learn(name, study, settings)}},
        "importance": importance(saved, part), "slices": by_group(part, strange, settings),
        "worst": write_cases(saved, part, strange, settings),
    }  # fmt: skip
    write_results("diagnose", found, time.perf_counter() - start, settings.data.file)
    say(f"verdict: {verdict['verdict']}; your notes belong into {CASES}")


def judge(train: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the verdict on bias and variance; without labelled anomalies there is none.

    Bias: validation rows miss what the goal asks for. Variance: a quarter of the score on the
    training rows is lost on validation rows.
    """
    rungs = {rung["name"]: rung for rung in train["ladder"]}
    chosen, rule = rungs[train["choice"]["chosen"]], rungs["rule_of_thumb"]["score"]
    fitted, seen = chosen["train_score"], chosen["score"]
    wanted = min(rule * (1 + settings.project.goal), 1.0) if rule and seen else None
    verdict = ("unknown", "Note what the alerts are: these are the first labels.")
    if seen and wanted:
        verdict = ADVICE[seen < wanted, bool(fitted) and seen < 0.75 * fitted]
    facts = {"train": fitted, "validation": seen, "rule_of_thumb": rule, "wanted": wanted}
    return facts | dict(zip(("verdict", "advice"), verdict, strict=True))


def quality(y: Vector, strange: Vector, reference: Vector) -> float:
    """Return the average precision; without anomalies, the rank correlation with `reference`."""
    if (y == 1).any():
        return average_precision(y, strange)
    return float(spearmanr(strange, reference).statistic)


def learn(name: str, study: Study, settings: Settings) -> list[dict[str, Any]]:
    """Return what more normal history brings: the quality on validation rows, by rows fitted to.

    Of a series the latest rows are taken, of a table three random draws.
    """
    X, part = fitted_rows(study.train, settings), study.validation

    def fitted(rows: Any) -> Vector:
        return strangeness(build(name, settings).fit(X.iloc[rows]), part.X)

    points, full = [], fitted(slice(None))
    for count in sorted({max(20, round(share * len(X))) for share in SHARES}):
        orders = [np.random.default_rng(seed).permutation(len(X)) for seed in range(3)]
        draws = [range(-count, 0)] if settings.columns.time else [o[:count] for o in orders]
        values = [quality(part.y, fitted(rows), full) for rows in draws]
        points.append({"rows": count, "validation": np.mean(values), "sd": np.std(values)})
    return points


def importance(saved: Saved, part: Part) -> list[dict[str, Any]]:
    """Return by how much the quality falls when a feature is shuffled, on 5,000 rows at most."""
    part = part.take(np.random.default_rng(0).permutation(len(part.y))[:5000])
    own = strangeness(saved.detector, part.X)

    def reach(detector: Any, X: pd.DataFrame, y: Vector) -> float:
        return quality(y, strangeness(detector, X), own)

    found = permutation_importance(saved.detector, part.X, part.y, scoring=reach, random_state=0)
    rows = zip(part.X.columns, found.importances_mean, found.importances_std, strict=True)
    table = [
        {"feature": name, "label": name, "mean": mean, "sd": sd}
        for name, mean, sd in rows
        if not name.startswith(RULE)
    ]
    return sorted(table, key=lambda row: -row["mean"])


def by_group(part: Part, strange: Vector, settings: Settings) -> list[dict[str, Any]]:
    """Return how well anomalies are ranked within declared groups, and by the time of the week."""
    rows, groups = part.rows, declared(part.rows, settings.columns)
    if time := settings.columns.time:
        rows = rows.assign(day=rows[time].dt.dayofweek)
        groups.append({"name": "it is a weekday", "kind": "declared", "where": "day < 5"})
        groups.append({"name": "it is a weekend", "kind": "declared", "where": "day >= 5"})

    def reach(places: Rows) -> float:
        return average_precision(part.y[places], strange[places])

    return measure(rows, groups, units(part, settings), reach, lambda places: part.y[places].mean())


def write_cases(saved: Saved, part: Part, strange: Vector, settings: Settings) -> dict[str, Any]:
    """Write the most doubtful validation rows, with a column for notes; what you noted stays.

    First the strangest row of each false alert and of each missed anomaly, then those of right
    alerts, then the rows that would be flagged next.
    """
    flagged, notes = strange >= saved.threshold, read_notes()
    table = pd.DataFrame({"strange": strange, "y": part.y, "event": part.event, "seen": flagged})
    alerts = table[flagged].groupby(number_alerts(flagged, part, settings))
    right, place = alerts["y"].max() == 1, alerts["strange"].idxmax()
    events = table[table["event"] >= 0].groupby("event")
    missed = events["strange"].idxmax()[~events["seen"].any()]
    rest = table["strange"][~flagged].nlargest(COUNT).index.to_series()
    kinds = {"false alert": place[~right], "missed": missed, "right alert": place[right]}
    kinds |= {"no alert": rest}
    what = pd.concat([pd.Series(kind, places) for kind, places in kinds.items()]).head(COUNT)
    noted = part.rows.index.get_indexer(notes.index.difference(part.rows.index[what.index]))
    what = pd.concat([what, pd.Series("noted before", noted[noted >= 0])])
    shown = part.rows.iloc[what.index].rename_axis("row")
    for name, values in (("strangeness", strange[what.index]), ("what", what.to_numpy())):
        shown.insert(0, name, values)
    shown.insert(0, "note", notes.reindex(shown.index))
    write_file(CASES, shown.to_csv(lineterminator="\n", float_format="%.6g").encode())
    return {"file": CASES.as_posix(), "false": (~right).sum(), "missed": len(missed)}


def read_notes() -> pd.Series[str]:
    """Return what you noted so far, by the number of the row."""
    if not CASES.exists():
        return pd.Series(dtype=str)
    try:
        return pd.read_csv(CASES, index_col="row", usecols=["row", "note"])["note"].dropna()
    except ValueError:
        raise Stop(f"{CASES} has lost a column", "restore it with git, or delete it") from None
