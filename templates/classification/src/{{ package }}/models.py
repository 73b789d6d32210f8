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
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline

from .calibration import Calibrated, PlattScaling, check_calibration, curves, reliability
from .costs import compare_costs, make_policy
from .features import Lookup, for_lines, for_trees, seasons
from .kit import Stop
from .kit.intervals import Folds, Rows, Vector
from .kit.settings import Columns, Settings

LABELS = {"log_loss": "log loss", "average_precision": "average precision", "roc_auc": "ROC-AUC"}
AREAS = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}
Grid = dict[str, tuple[Any, ...]]
PRIOR = 10  # rows that stand for the whole in every group of the rule of thumb


def read_target(values: pd.Series[Any], settings: Settings) -> pd.Series[float]:
    """Return the place of each row's class among the declared ones; a gap stays a gap."""
    said = values.astype("string").str.strip().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    codes = said.map(settings.codes)
    if lost := sorted(set(said[codes.isna() & said.notna()])):
        hint = "name it under [classes], or list it in data.read.na_values"
        raise Stop(f"{values.name!r} holds {lost[0]!r}, which is no declared class", hint)
    counts, least = codes.value_counts(), 2 * settings.split.folds
    for code, name in enumerate(settings.names):
        if (count := int(counts.get(code, 0))) < least:
            text = f"class {name!r} has {count} rows; {settings.split.folds} folds need {least}"
            raise Stop(text, "give it the name of a similar class, or bring more rows of it")
    return codes.astype(float)


def describe_target(y: pd.Series[Any], settings: Settings) -> dict[str, Any]:
    """Return how many rows each class has."""
    return {"classes": {name: int((y == code).sum()) for code, name in enumerate(settings.names)}}


def describe_pattern(
    rows: pd.DataFrame, settings: Settings, alone: dict[str, float]
) -> list[dict[str, Any]]:
    """Return the shares of the classes by two features that tell much, for the first figure."""
    columns, y, found = settings.columns, rows[settings.columns.target], []
    names = sorted([*columns.categorical, *columns.numeric], key=lambda name: -alone[name])
    codes = {name: rows[name].factorize()[0] for name in columns.categorical}
    ranks = rows[names].assign(**codes)
    alike = ranks.corr("spearman")[names[0]].abs() > 0.8  # a second one of that kind tells nothing
    for name in [names[0], *alike.index[~alike]][:2]:
        groups = group(rows[name].dropna(), columns)
        shares = pd.crosstab(groups, y[groups.index], normalize="index")
        counts = groups.value_counts(sort=False)
        found.append({"feature": name, "label": columns.label(name), "groups": [
            {"name": str(value), "rows": counts[value], "shares": shares.loc[value]}
            for value in shares.index
        ]})  # fmt: skip
    return found


def group(values: pd.Series[Any], columns: Columns) -> pd.Series[Any]:
    """Return in words the sixth of the numbers that each row is in, or its category if frequent."""
    if values.dtype.kind != "f":
        frequent = values[values.isin(values.value_counts().index[:6])]
        return frequent.map(lambda value: columns.category(str(values.name), value))
    edges = values.quantile(np.linspace(0, 1, 7)[1:-1]).unique()
    below = [f"up to {edge:.4g}" for edge in edges]
    return pd.cut(values, [-np.inf, *edges, np.inf], labels=[*below, f"above {edges[-1]:.4g}"])


def describe_metric(settings: Settings) -> dict[str, Any]:
    """Return what the deciding score is called, and which end of it is good."""
    name = settings.metric.name
    direction, best = ("higher", 1.0) if name in AREAS else ("lower", 0.0)
    facts = {"name": name, "label": LABELS[name], "direction": direction, "best": best}
    return facts | {"unit": ""}


def score(name: str, y: Vector, p: Vector) -> float:
    """Return the score `name` of probabilities; of more than two classes the mean area of each."""
    if name == "log_loss":
        return float(row_errors(y, p).mean())
    codes = [1] if p.shape[1] == 2 else np.unique(y.astype(int))
    return float(np.mean([AREAS[name](y == code, p[:, code]) for code in codes]))


def part_score(_: str, y: Vector, p: Vector) -> float:
    """Return the log loss: an area compares some rows with each other only, not with all."""
    return score("log_loss", y, p)


def row_errors(y: Vector, p: Vector) -> Vector:
    """Return minus the logarithm of the probability that each row's class was given."""
    return np.asarray(-np.log(np.clip(p[np.arange(len(y)), y.astype(int)], 1e-15, 1)))


def constant(_: str, y: Vector) -> Vector:
    """Return the best probabilities that are the same for every row: the shares of the classes."""
    return np.tile(np.bincount(y.astype(int), minlength=2) / len(y), (len(y), 1))


def shown(y: Vector, p: Vector, settings: Settings) -> dict[str, Any]:
    """Return what the list of the worst rows says of each."""
    names, given = np.array(settings.names), p[np.arange(len(y)), y.astype(int)]
    told = {"actual": names[y.astype(int)], "most_probable": names[p.argmax(axis=1)]}
    return told | {"probability_of_actual": given}


def doubt(y: Vector, p: Vector, leaks: dict[str, Any], columns: Columns) -> str:
    """Return a sentence where probabilities are better than can be expected, else nothing."""
    certain = score("log_loss", y, p) / score("log_loss", y, constant("", y))
    if certain > 0.03:
        return ""
    said = columns.label(max(leaks["alone"], key=leaks["alone"].get))
    return f"{1 - certain:.1%} of the uncertainty is gone: can {said} be known beforehand?"


def predict(model: Any, X: pd.DataFrame, y: pd.Series[Any] | None = None) -> Vector:
    """Return the probability of each class; a rule of thumb may use classes `y` of earlier rows."""
    if not hasattr(model, "predict_proba"):
        said = f"{type(model).__name__} gives no probabilities, and costs need them"
        raise Stop(said, "use one that has predict_proba, or wrap it in CalibratedClassifierCV")
    known = [y] if isinstance(model, ClassRates) else []
    return np.asarray(model.predict_proba(X, *known), dtype=float)


class ClassRates(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The rule of thumb: the share of each class among earlier rows of the same group."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fit(self, X: pd.DataFrame, y: pd.Series[Any]) -> ClassRates:
        """Remember the rows, once per class."""
        self.classes_ = np.arange(len(self.settings.names))
        empty = Lookup(self.settings.rule_of_thumb, self.settings.split, PRIOR)
        self.lookups_ = [clone(empty).fit(X, (y == code).astype(float)) for code in self.classes_]
        return self

    def predict_proba(self, X: pd.DataFrame, y: pd.Series[Any] | None = None) -> Vector:
        """Return the shares for each row; given classes `y`, earlier rows of `X` count as well."""
        hits = [None if y is None else (y == code).astype(float) for code in self.classes_]
        pairs = zip(self.lookups_, hits, strict=True)
        return np.column_stack([lookup.predict(X, hit) for lookup, hit in pairs])


def make_constant(_: Settings) -> Any:
    """Give every row the shares of the classes among the training rows."""
    return DummyClassifier(strategy="prior")


make_lookup = ClassRates  # what would be done without a model


def make_line(
    settings: Settings, *, curves: bool = False, season: bool = True, C: float = 1
) -> Pipeline:
    """Add up features, or smooth curves of them, into log-odds, with a penalty on the weights."""
    # Newton steps: with far more rows than columns the fastest, and exact for any scale.
    logistic = LogisticRegression(C=C, solver="newton-cholesky", max_iter=200)
    return make_pipeline(for_lines(settings, season=season, curves=curves), logistic)


def make_forest(settings: Settings, *, season: bool = True) -> Pipeline:
    """Average the class shares in the leaves of 200 trees, each on a bootstrap sample of rows."""
    seed = settings.split.seed
    forest = RandomForestClassifier(200, min_samples_leaf=3, random_state=seed)
    return make_pipeline(for_trees(settings, season=season), forest)


def make_boosting(settings: Settings, *, season: bool = True, **tuned: Any) -> Pipeline:
    """Add small trees one after another, each fitted to what is still wrong."""
    boosting = LGBMClassifier(
        learning_rate=0.05,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.8,
        n_jobs=1,  # the same sums on every machine; folds run side by side instead
        random_state=settings.split.seed,
        deterministic=True,
        force_col_wise=True,
        verbose=-1,
        categorical_column=[*range(len(settings.columns.categorical))],  # their codes come first
        **tuned,
    )
    return make_pipeline(for_trees(settings, season=season), boosting)


def line_grid(settings: Settings) -> Grid:
    """Try penalties (scikit-learn's C: the smaller, the stronger), and dates with their season."""
    return {**seasons(settings), "C": (1.0, 0.01, 0.1, 10.0, 100.0)}


def boosting_grid(settings: Settings) -> Grid:
    """Try the number and size of trees."""
    size = {"n_estimators": (200, 50, 100, 400, 800), "num_leaves": (15, 4, 8, 31, 63)}
    return {**size, **seasons(settings)}


class Rung(NamedTuple):
    """One model of the ladder; `grid` holds what is tuned on the folds, from the first value on."""

    name: str
    why: str
    make: Callable[..., Any]
    grid: Callable[[Settings], Grid] = lambda _: {}


LADDER = (  # in order of simplicity
    Rung("constant", "what no features at all can do", make_constant),
    Rung("rule_of_thumb", "what would be done without a model", make_lookup),
    Rung("logistic", "a weight per feature; every odds ratio can be read", make_line, line_grid),
    Rung("curves", "a smooth curve per number; effects still add up",
         partial(make_line, curves=True), line_grid),
    Rung("forest", "finds thresholds and interactions by itself", make_forest, seasons),
    Rung("boosting", "LightGBM: small trees that correct each other", make_boosting, boosting_grid),
)  # fmt: skip


def lacking(parts: list[Vector], settings: Settings) -> str:
    """Return which class some part of the rows lacks, so that nothing can be said of it."""
    absent = [set(range(len(settings.names))) - set(part) for part in parts]
    return next((f"no row of class {settings.names[min(each)]!r}" for each in absent if each), "")


def refusal(predictions: list[Vector], settings: Settings) -> str:
    """Return why a model cannot be chosen, from its probabilities on each fold, or nothing."""
    p, costs = np.concatenate(predictions), settings.cost_matrix()
    if np.ptp(p, axis=0).max() == 0:
        return "gives every row the same probabilities"
    decided = [p.argmax(axis=1), (p @ costs).argmin(axis=1)]
    same = all(np.ptp(each) == 0 for each in decided)
    return f"calls every row {settings.names[decided[0][0]]}" if same else ""


def calibrate(
    model: Any, y: list[Vector], p: list[Vector], folds: Folds, settings: Settings
) -> tuple[Any, dict[str, Any]]:
    """Return the model with its probabilities corrected if that helps, and how to decide by it.

    `y` and `p` are the classes and the probabilities of the validation rows of each fold.
    """
    y = [each.astype(int) for each in y]
    facts, used = check_calibration(y, p, folds, by_time=settings.split.kind == "time")
    if facts["adopted"]:
        model = Calibrated(model, PlattScaling().fit(np.concatenate(p), np.concatenate(y)))
    policy = make_policy(np.concatenate(y), np.concatenate(used), settings)
    return model, {"calibration": facts, "policy": policy}


def judge(
    y: Vector, told: dict[str, Vector], units: Rows, trained: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return what the test rows say beyond the headline: scores, costs, curves, calibration."""
    y, names, scores = y.astype(int), settings.names, {}
    for side, p in told.items():
        scores[side] = {name: score(name, y, p) for name in LABELS}
        brier = brier_score_loss(y, p[:, 1] if len(names) == 2 else p)
        scores[side] |= {"brier": brier, "accuracy": (p.argmax(axis=1) == y).mean()}
    return {
        **describe_target(pd.Series(y), settings),
        "scores": scores,
        "costs": compare_costs(y, told, units, trained["policy"], settings),
        "curves": curves(y, told, names),
        "reliability": {side: reliability(y, told[side]) for side in ("model", "rule_of_thumb")},
    }
