"""What is predicted and how it is judged; the ladder of models, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline

from .costs import compare_costs, make_policy, reliability, trade_offs
from .features import Lookup, for_lines, for_trees, seasons
from .kit import Stop
from .kit.intervals import Rows, Vector
from .kit.results import Results
from .kit.settings import Columns, Settings

LABELS = {"log_loss": "log loss", "average_precision": "average precision", "roc_auc": "ROC-AUC"}
AREAS = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}
Grid = dict[str, tuple[Any, ...]]
PRIOR = 10  # rows that stand for the whole in every group of the rule of thumb


def read_target(values: pd.Series[Any], settings: Settings) -> pd.Series[float]:
    """Return the place of each row's class among the declared ones; a gap stays a gap."""
    text = values.astype("string").str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    codes, needed = text.map(settings.codes).astype(float), 2 * settings.split.folds
    if unknown := sorted(set(text[codes.isna() & text.notna()])):
        hint = "name it under [classes], or list it in data.read.na_values"
        raise Stop(f"{values.name!r} holds {unknown[0]!r}, which is not a declared class", hint)
    for name, count in describe_target(codes, settings)["classes"].items():
        if count < needed:
            message = f"class {name!r} has {count} rows; {settings.split.folds} folds need {needed}"
            raise Stop(message, "give it the name of a similar class, or bring more rows of it")
    return codes


def describe_target(y: pd.Series[float], settings: Settings) -> dict[str, Any]:
    """Return how many rows each class has."""
    return {"classes": {name: int((y == code).sum()) for code, name in enumerate(settings.names)}}


def describe_pattern(rows: pd.DataFrame, settings: Settings, strength: dict[str, float]) -> Results:
    """Return the first figure's data: shares of the classes by the most telling feature."""
    columns, y, groups = settings.columns, rows[settings.columns.target], []
    feature = max(strength, key=lambda name: (strength[name], rows[name].nunique()))
    values, names = rows[feature], len(settings.names)
    values = values.fillna("missing") if values.dtype.kind == "O" else values
    if binned := values.dtype.kind in "fM" and values.nunique() > 8:
        values = pd.qcut(values, 6, duplicates="drop")
    for value in sorted(values.value_counts().index[:8]):
        part = y[values == value]
        ends = rows.loc[part.index, feature].agg(["min", "max"]) if binned else [value]
        groups.append({
            "name": " to ".join(columns.category(feature, end) for end in ends), "rows": len(part),
            "shares": [(part == code).mean() for code in range(names)],
        })  # fmt: skip
    return {"along": feature, "label": columns.label(feature), "groups": groups}


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return name, direction and best value of the deciding score."""
    name = settings.metric.name
    direction, best = ("higher", 1.0) if name in AREAS else ("lower", 0.0)
    return {"name": name, "label": LABELS[name], "direction": direction, "best": best, "unit": ""}


def score(name: str, y: Vector, p: Vector) -> float:
    """Return the score `name` of probabilities; of more than two classes the mean area of each."""
    if name == "log_loss":
        return float(row_errors(y, p).mean())
    codes = [1] if p.shape[1] == 2 else np.unique(y.astype(int))
    return float(np.mean([AREAS[name](y == code, p[:, code]) for code in codes]))


def row_errors(y: Vector, p: Vector, _: str = "") -> Vector:
    """Return minus the logarithm of the probability that each row's class was given."""
    return np.asarray(-np.log(np.clip(p[np.arange(len(y)), y.astype(int)], 1e-15, 1)))


def constant(_: str, y: Vector) -> Vector:
    """Return the best probabilities that are the same for every row: the shares of the classes."""
    return np.tile(np.bincount(y.astype(int), minlength=2) / len(y), (len(y), 1))


def outputs(y: Vector, p: Vector, settings: Settings) -> dict[str, Any]:
    """Return what the list of the worst rows shows of each."""
    names, given = np.array(settings.names), np.exp(-row_errors(y, p))
    columns = {"actual": names[y.astype(int)], "most_probable": names[p.argmax(axis=1)]}
    return columns | {"probability_of_actual": given}


def doubt(y: Vector, p: Vector, leaks: dict[str, Any], columns: Columns) -> str | None:
    """Return a warning if probabilities are too good to be true, else None."""
    share = score("log_loss", y, p) / score("log_loss", y, constant("", y))
    strongest = columns.label(max(leaks["alone"], key=leaks["alone"].get))
    sentence = f"{1 - share:.1%} of the uncertainty is gone: can {strongest} be known beforehand?"
    return sentence if share < 0.03 else None


def predict(model: Any, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
    """Return the probability of each class; a rule of thumb may use classes `y` of earlier rows."""
    past = [y] if isinstance(model, ClassRates) else []
    return np.asarray(model.predict_proba(X, *past), dtype=float)


class ClassRates(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The rule of thumb: the share of each class among earlier rows of the same group."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fit(self, X: pd.DataFrame, y: pd.Series[float]) -> ClassRates:
        """Remember the rows, once per class."""
        self.classes_ = np.arange(len(self.settings.names))
        empty = Lookup(self.settings.rule_of_thumb, self.settings.split, PRIOR)
        self.lookups_ = [clone(empty).fit(X, (y == code).astype(float)) for code in self.classes_]
        return self

    def predict_proba(self, X: pd.DataFrame, y: pd.Series[float] | None = None) -> Vector:
        """Return the shares for each row; given classes `y`, earlier rows of `X` count as well."""
        targets = [None if y is None else (y == code).astype(float) for code in self.classes_]
        return np.column_stack([*map(Lookup.predict, self.lookups_, [X] * len(targets), targets)])


def make_line(settings: Settings, *, C: float, season: bool = True, curves: bool = False) -> Any:
    """Add up features, or smooth curves of them, into log-odds, with a penalty on the weights."""
    # Newton steps: with far more rows than columns the fastest, and exact for any scale.
    logistic = LogisticRegression(C=C, solver="newton-cholesky", max_iter=200)
    return make_pipeline(for_lines(settings, season=season, curves=curves), logistic)


def make_boosting(settings: Settings, *, season: bool = True, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    tuned |= {"subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.8, "learning_rate": 0.05}
    # The same sums on every machine; folds run side by side instead of the threads of one fit.
    tuned |= {"n_jobs": 1, "deterministic": True, "force_col_wise": True, "verbose": -1}
    tuned["categorical_column"] = [*range(len(settings.columns.categorical))]  # they come first
    return make_pipeline(for_trees(settings, season=season), LGBMClassifier(**tuned))


def line_grid(settings: Settings) -> Grid:
    """Try penalties: scikit-learn's C, the smaller, the stronger."""
    return {"C": (1.0, 0.01, 0.1, 10.0, 100.0), **seasons(settings)}


def boosting_grid(settings: Settings) -> Grid:
    """Try number and size of trees, and smaller leaves."""
    size = {"n_estimators": (200, 50, 100, 400, 800), "num_leaves": (15, 4, 8, 31, 63)}
    return {**size, "min_child_samples": (20, 5), **seasons(settings)}


class Rung(NamedTuple):
    """One model of the ladder; of a pipeline `grid` is what is tuned, from the first value on."""

    name: str
    why: str
    make: Callable[..., Any]
    grid: Callable[[Settings], Grid] = lambda _: {}


LADDER = (  # in order of simplicity
    Rung("constant", "what no features at all can do", lambda _: DummyClassifier(strategy="prior")),
    Rung("rule_of_thumb", "what would be done without a model", ClassRates),
    Rung("logistic", "a weight per feature, which multiplies the odds", make_line, line_grid),
    Rung("curves", "a smooth curve per number; effects still add up",
         partial(make_line, curves=True), line_grid),
    Rung("boosting", "small trees that correct each other: effects depend on each other",
         make_boosting, boosting_grid),
)  # fmt: skip


def missing_class(parts: list[Vector], settings: Settings) -> str:
    """Return which class some part of the rows lacks, so that nothing can be said of it."""
    absent = [set(range(len(settings.names))) - set(part) for part in parts]
    return next((f"no row of class {settings.names[min(each)]!r}" for each in absent if each), "")


def refusal(p: Vector, settings: Settings) -> str:
    """Return why a model cannot be chosen, from its probabilities on the folds, or nothing."""
    if np.ptp(p, axis=0).max() == 0:
        return "gives every row the same probabilities"
    decided = p.argmax(axis=1), (p @ settings.cost_matrix()).argmin(axis=1)
    same = max(map(np.ptp, decided)) == 0
    return f"calls every row {settings.names[decided[0][0]]}" if same else ""


def calibrate(y: Vector, p: Vector, settings: Settings) -> dict[str, Any]:
    """Return how to decide by probabilities, from rows that the model had not seen.

    All models minimise log loss, which asks for right probabilities; `evaluate` says if they are.
    """
    return {"policy": make_policy(y.astype(int), p, settings)}


def test_details(
    y: Vector, preds: dict[str, Vector], units: Rows, trained: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return what the test rows say beyond the headline: scores, costs, curves, calibration."""
    y, scores, binary = y.astype(int), {}, len(settings.names) == 2
    for side, p in preds.items():
        scores[side] = {name: score(name, y, p) for name in LABELS}
        scores[side]["brier"] = brier_score_loss(y, p[:, 1] if binary else p)
        scores[side]["accuracy"] = (p.argmax(axis=1) == y).mean()
    return {
        **describe_target(pd.Series(y), settings),
        "scores": scores,
        "costs": compare_costs(y, preds, units, trained["policy"], settings),
        "trade_offs": trade_offs(y, preds["model"], settings.names),
        "reliability": {
            side: reliability(y, preds[side], units) for side in ("model", "rule_of_thumb")
        },
    }
