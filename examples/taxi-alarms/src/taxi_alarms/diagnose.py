"""Step 2: why the detector errs and whether more normal rows would help; no test row is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.inspection import permutation_importance

from .alerts import Flags, number_alerts
from .features import RULE
from .kit import Stop, say, write_file
from .kit.intervals import Vector
from .kit.results import Results, load_model, step
from .kit.settings import Settings
from .kit.slices import declared, find, measure
from .models import average_precision, build, strangeness
from .split import Part, Study, make_units, prepare
from .train import Saved, rows_to_fit

SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)  # of the training rows
CASES, EACH = Path("reports/errors.csv"), 5  # cases of each kind
ADVICE = {
    "high bias": "Look for features in which anomalies stand out.",
    "high variance": "More rows or fewer features may help.",
    "bias or variance": "No anomaly among the training rows tells which; try other features first.",
    "balanced": "Look at the doubtful cases: are they of another kind?",
    "unknown": "Note what the alerts are: these are the first labels.",
}


@step("diagnose", "train")
def main(settings: Settings, results: Results) -> Results:
    """Measure bias and variance, learning, importance, groups and doubtful cases."""
    study, saved, columns = prepare(settings), load_model(results), settings.columns
    say("learning curve, importance of the features, groups of rows, doubtful cases")
    part, scores = study.validation, strangeness(saved.detector, study.validation.X)
    verdict, flagged = bias_variance(results["train"], settings), scores >= saved.threshold
    groups = find(part.rows, (part.y == 1) & ~flagged, columns)  # where most are missed
    points = learning_curve(results["train"]["choice"]["chosen"], study, scores, settings)
    say(f"verdict: {verdict['verdict']}; write your notes into {CASES}")
    return {
        "bias_variance": verdict, "curves": {"learning": {"points": points}},
        "importance": importance(saved, part),
        "slices": score_groups(groups, part, scores, settings),
        "worst": write_cases(flagged, part, scores, settings),
    }  # fmt: skip


def bias_variance(train: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the verdict on bias and variance; without labelled anomalies there is none.

    Bias: training rows miss what the goal asks for. Variance: validation rows miss it, or a quarter
    of the score is lost on them. Where training has no labels, the two cannot be told apart.
    """
    rungs = {rung["name"]: rung for rung in train["ladder"]}
    chosen, rule = rungs[train["choice"]["chosen"]], rungs["rule_of_thumb"]["score"]
    train_score, validation, verdict, goal = chosen["train_score"], chosen["score"], "unknown", None
    if validation and rule:
        goal = min(rule * (1 + settings.project.goal), 1.0)
        missed = validation < max(goal, 0.75 * (train_score or 0))
        kind = "high variance" if train_score else "bias or variance"
        verdict = "high bias" if (train_score or goal) < goal else kind if missed else "balanced"
    facts = {"train": train_score, "validation": validation, "rule_of_thumb": rule, "wanted": goal}
    return facts | {"verdict": verdict, "advice": ADVICE[verdict]}


def quality(y: Vector, scores: Vector, reference: Vector) -> float:
    """Return the average precision; without anomalies, the rank correlation with `reference`."""
    if (y == 1).any():
        return average_precision(y, scores)
    return float(spearmanr(scores, reference).statistic)


def learning_curve(name: str, study: Study, reference: Vector, settings: Settings) -> list[Results]:
    """Return the learning curve: quality on validation rows by number of training rows.

    Of a series the latest rows are taken, of a table three random draws.
    """
    X, part = rows_to_fit(study.train, settings), study.validation

    def fitted(rows: pd.DataFrame) -> Vector:
        return strangeness(build(name, settings).fit(rows), part.X)

    points = []
    for count in sorted({min(max(20, round(share * len(X))), len(X)) for share in SHARES}):
        samples = [X.sample(count, random_state=seed) for seed in range(3 if count < len(X) else 1)]
        draws = [X.tail(count)] if settings.columns.time else samples
        values = [quality(part.y, fitted(rows), reference) for rows in draws]
        point = {"rows": count, "train": None, "validation": np.mean(values)}
        points.append(point | {"sd": np.std(values)})
    return points


def importance(saved: Saved, part: Part) -> list[dict[str, Any]]:
    """Return by how much the quality falls when a feature is shuffled, on 5,000 rows at most."""
    part = part.take(np.random.default_rng(0).permutation(len(part.y))[:5000])
    reference = strangeness(saved.detector, part.X)

    def scoring(detector: Any, X: pd.DataFrame, y: Vector) -> float:
        return quality(y, strangeness(detector, X), reference)

    found = permutation_importance(saved.detector, part.X, part.y, scoring=scoring, random_state=0)
    rows = zip(part.X, found.importances_mean, found.importances_std, strict=True)
    table = [{"feature": name, "label": name, "mean": mean, "sd": sd} for name, mean, sd in rows]
    table = [row for row in table if not row["feature"].startswith(RULE)]
    return sorted(table, key=lambda row: -row["mean"])


def score_groups(
    groups: list[dict[str, Any]], part: Part, scores: Vector, settings: Settings
) -> list[dict[str, Any]]:
    """Return how well anomalies are ranked within declared groups and found ones."""
    found = [group for group in groups if group["kind"] == "found"]
    groups, units = [*declared(part.rows, settings.columns), *found], make_units(part, settings)
    by: Any = {"score": average_precision, "constant": np.zeros_like}
    return measure(part.rows, groups, units, y=part.y, pred=scores, **by)


def name_cases(flagged: Flags, part: Part, scores: Vector, settings: Settings) -> pd.DataFrame:
    """Return what became of each row, and the case it belongs to; the strangest row comes first.

    A case is an alert, an anomaly that raised none, or a single row without an alert.
    """
    case = -1 - np.arange(len(flagged))
    case[flagged] = number_alerts(flagged, part, settings)
    missed = (part.event >= 0) & ~np.isin(part.event, part.event[flagged])
    case[missed] = len(case) + part.event[missed]
    right = pd.Series(part.y).groupby(case).transform("max") == 1
    kinds = {"false alert": flagged & ~right, "missed": missed, "right alert": flagged}
    kind = np.select(list(kinds.values()), list(kinds), "no alert")
    table = pd.DataFrame({"what": kind, "strangeness": scores, "case": case}, part.rows.index)
    kept = flagged | missed | (part.event < 0)  # rows beside a flag in the same window tell nothing
    return table[kept].sort_values("strangeness", ascending=False)


def write_cases(flagged: Flags, part: Part, scores: Vector, settings: Settings) -> dict[str, Any]:
    """Write the strangest cases of each kind, with a column for notes; what you noted stays."""
    table, notes = name_cases(flagged, part, scores, settings), read_notes()
    cases = table.drop_duplicates("case")
    first = cases.groupby("what").head(EACH).sort_values("what", kind="stable").index
    noted = notes.index.intersection(table.index).difference(first)
    shown = table.loc[[*first, *noted]].drop(columns="case").join(part.rows, rsuffix="_given")
    shown.insert(0, "note", notes.reindex(shown.index))
    write_file(CASES, shown.to_csv(lineterminator="\n", float_format="%.6g").encode())
    false, missed = ((cases["what"] == kind).sum() for kind in ("false alert", "missed"))
    return {"file": CASES.as_posix(), "false": false, "missed": missed}


def read_notes() -> pd.Series[str]:
    """Return what you noted so far, by the number of the row."""
    if not CASES.exists():
        return pd.Series(dtype=str)
    try:
        return pd.read_csv(CASES, index_col="row", usecols=["row", "note"])["note"].dropna()
    except (TypeError, ValueError) as error:
        raise Stop(f"{CASES} cannot be read: {error}", "restore or delete it") from None
