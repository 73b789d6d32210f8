"""Step 1: climbs the ladder on the same folds, chooses by the stated rule, fits and saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from .data import load
from .kit import command, say
from .kit.intervals import Folds, Rows, Vector, paired_difference
from .kit.leakage import audit
from .kit.results import save_model, write_results
from .kit.settings import RuleOfThumb, Settings, load_settings
from .models import LADDER, Rung, calibrate, describe_metric, predict, score
from .split import describe_split, make_folds, split

SECONDS = 240  # that one rung may take on the folds
RULE = (
    "the simplest model that is not distinguishably worse than the best one; what uses no model is"
    " never taken where it loses on every fold"
)


class Study(NamedTuple):
    """The training rows with everything that is asked about them."""

    settings: Settings
    rows: pd.DataFrame
    X: pd.DataFrame
    y: pd.Series[float]
    folds: Folds
    rule: RuleOfThumb

    def build(self, name: str, parameters: dict[str, Any]) -> Any:
        """Return the model of a rung, unfitted."""
        return find_rung(name).make(self.settings, self.rule, **parameters)


class Validated(NamedTuple):
    """A model fitted once per fold, with what each fit predicts for the rows it has not seen."""

    models: list[Any]
    folds: Folds
    predictions: list[Vector]
    seconds: float

    def scores(self, metric: str, y: pd.Series[float]) -> list[float]:
        """Return the score on the validation rows of each fold."""
        parts = zip(self.folds, self.predictions, strict=True)
        return [score(metric, y.iloc[seen].to_numpy(), told) for (_, seen), told in parts]

    def train_score(self, metric: str, X: pd.DataFrame, y: pd.Series[float]) -> float:
        """Return the mean score of each fit on the very rows that it was fitted to."""
        parts = zip(self.folds, self.models, strict=True)
        told = [(y.iloc[fit], predict(model, X.iloc[fit])) for (fit, _), model in parts]
        return float(np.mean([score(metric, actual.to_numpy(), said) for actual, said in told]))

    def out_of_fold(self) -> tuple[Rows, Vector]:
        """Return the positions that some fold predicted, and their predictions."""
        return np.concatenate([seen for _, seen in self.folds]), np.concatenate(self.predictions)


def find_rung(name: str) -> Rung:
    """Return the rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)


def validate(model: Any, X: pd.DataFrame, y: pd.Series[float], folds: Folds) -> Validated:
    """Fit `model` on every fold, side by side, and predict the rows that the fold kept aside."""

    def run(fit: Rows, seen: Rows) -> tuple[Any, Vector, float]:
        start = time.perf_counter()
        fitted = clone(model).fit(X.iloc[fit], y.iloc[fit])
        seconds = time.perf_counter() - start
        return fitted, predict(fitted, X.iloc[seen], y.iloc[seen]), seconds

    done = Parallel(n_jobs=-1, prefer="threads")(delayed(run)(*fold) for fold in folds)
    models, predictions, seconds = zip(*done, strict=True)
    return Validated(list(models), folds, list(predictions), float(np.mean(seconds)))


def prepare(settings: Settings, rows: pd.DataFrame, rule: RuleOfThumb) -> Study:
    """Return the study of these training rows."""
    X, y = rows[settings.columns.given], rows[settings.columns.target]
    return Study(settings, rows, X, y, make_folds(rows, y, settings.split), rule)


def choose_rule(settings: Settings, alone: dict[str, float]) -> RuleOfThumb:
    """Return the declared rule of thumb, or the mean per value of what tells most by itself."""
    if settings.rule_of_thumb:
        return settings.rule_of_thumb
    columns = settings.columns
    names = [*columns.numeric, *columns.categorical]
    if not names:
        return RuleOfThumb(kind="last_known", label="the latest value")
    best = max(names, key=lambda name: alone[name])
    said = f"the mean of earlier rows with a similar {columns.label(best)}"
    return RuleOfThumb(kind="group_mean", by=[best], label=said)


def loss(study: Study, name: str, parameters: dict[str, Any], folds: Folds) -> float:
    """Return the mean validation score of a rung, turned so that smaller is better."""
    metric = describe_metric(study.settings)
    done = validate(study.build(name, parameters), study.X, study.y, folds)
    sign = 1 if metric["direction"] == "lower" else -1
    return sign * float(np.mean(done.scores(metric["name"], study.y)))


def tune(study: Study, rung: Rung) -> dict[str, Any]:
    """Return the best value of each parameter, one after the other, and whether it ends a grid.

    The folds that tune also score the rung: with so few candidates that flatters it by less than
    the folds' own noise, and the test set has the last word.
    """
    folds = study.folds[-3:] if len(study.X) > 5000 else study.folds
    chosen = {name: values[0] for name, values in rung.grid.items()}
    edges = []
    for name, values in rung.grid.items():
        if name == "calendar" and not study.settings.columns.date:
            continue
        losses = {value: loss(study, rung.name, {**chosen, name: value}, folds) for value in values}
        chosen[name] = min(losses, key=losses.__getitem__)
        say(f"    {rung.name}: {name} = {chosen[name]}")
        if isinstance(values[0], int) and chosen[name] in {min(values), max(values)}:
            edges.append(name)
    return {"chosen": chosen, "at_edge": edges}


def climb(study: Study) -> tuple[list[dict[str, Any]], dict[str, Validated]]:
    """Tune and cross-validate every rung on the same folds; leave out what takes too long."""
    ladder, climbed, metric = [], {}, study.settings.metric.name
    for rung in LADDER:
        parameters = {name: values[0] for name, values in rung.grid.items()}
        entry = {key: getattr(rung, key) for key in ("name", "label", "role", "family", "why")}
        first = validate(study.build(rung.name, parameters), study.X, study.y, study.folds[-1:])
        tries = 1 + sum(map(len, rung.grid.values()))
        if (needed := first.seconds * len(study.folds)) > SECONDS:
            said = f"left out: {first.seconds:.0f} s a fit, {needed:.0f} s on the folds"
            ladder.append(entry | {"skipped": said, "score": None, "folds": []})
            say(f"  {rung.label} {said}")
            continue
        tuned = {"chosen": parameters, "at_edge": []}
        if needed * tries < SECONDS:
            tuned = tune(study, rung)
        done = validate(study.build(rung.name, tuned["chosen"]), study.X, study.y, study.folds)
        scores = done.scores(metric, study.y)
        entry |= {
            "score": np.mean(scores), "folds": scores, "fit_seconds": done.seconds,
            "train_score": done.train_score(metric, study.X, study.y),
            "parameters": tuned["chosen"], "at_edge": tuned["at_edge"],
        }  # fmt: skip
        if rung.role == "model" and np.ptp(done.out_of_fold()[1]) == 0:
            entry["refused"] = "gives every row the same answer"
        ladder.append(entry)
        climbed[rung.name] = done
        say(f"  {rung.label}: {np.mean(scores):.5g}, {done.seconds:.2f} s a fit")
    return ladder, climbed


def choose(ladder: list[dict[str, Any]], folds: Folds, metric: dict[str, Any]) -> dict[str, Any]:
    """Choose from rungs in order of simplicity by the rule, and state what it rests on."""
    sign = 1 if metric["direction"] == "lower" else -1
    able = [rung for rung in ladder if not {"skipped", "refused"} & rung.keys()]
    losses = {rung["name"]: sign * np.array(rung["folds"]) for rung in able}
    best = min(losses, key=lambda name: losses[name].mean())
    found = {name: paired_difference(each, losses[best], folds) for name, each in losses.items()}
    tied = [
        rung for rung in able
        if rung["name"] == best or not (
            found[rung["name"]]["clear"]
            or (rung["role"] != "model" and (losses[rung["name"]] > losses[best]).all())
        )
    ]  # fmt: skip
    chosen = tied[0]
    if chosen["name"] == best:
        reason = f"{chosen['label']} scores best, and every simpler model is clearly worse"
    else:
        others = ", ".join(rung["label"] for rung in tied[1:])
        reason = f"{chosen['label']} is the simplest that the folds cannot tell from {others}"
    comparisons = [
        {"model": name, "against": best, **item} for name, item in found.items() if name != best
    ]
    return {
        "rule": RULE, "chosen": chosen["name"], "best": best, "reason": reason,
        "parameters": chosen["parameters"], "comparisons": comparisons,
    }  # fmt: skip


def describe_inputs(X: pd.DataFrame, settings: Settings) -> list[dict[str, Any]]:
    """Return kind, range or categories, and a typical value of every feature."""
    columns, found = settings.columns, []
    for kind in ("numeric", "categorical", "date", "text"):
        for name in getattr(columns, kind):
            known = X[name].dropna().sort_values()
            counts = known.value_counts() if kind == "categorical" else pd.Series(dtype=float)
            ends = [None, None, None]
            if kind in {"numeric", "date"} and len(known):
                ends = [known.iloc[0], known.iloc[-1], known.iloc[len(known) // 2]]
            low, high, middle = (str(end) if kind == "date" and len(known) else end for end in ends)
            typical = counts.index[0] if len(counts) else middle
            found.append({
                "name": name, "label": columns.label(name), "kind": kind, "low": low, "high": high,
                "typical": typical if X[name].notna().mean() > 0.5 else None,
                "gaps": bool(X[name].isna().any()),
                "categories": [
                    {"value": each, "label": columns.category(name, each)} for each in counts.index
                ],
            })  # fmt: skip
    return found


@command
def main() -> None:
    """Climb the ladder on the training rows, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings()
    threadpool_limits(1, user_api="blas")  # on matrices this small its threads wait for each other
    frame, facts = load(settings)
    rows, test = split(frame, settings)
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    leaks = audit(rows, test, settings.columns, rows[settings.columns.target])
    study = prepare(settings, rows, choose_rule(settings, leaks["alone"]))
    ladder, climbed = climb(study)
    metric = describe_metric(settings)
    choice = choose(ladder, study.folds, metric)
    model = study.build(choice["chosen"], choice["parameters"]).fit(study.X, study.y)
    seen, predicted = climbed[choice["chosen"]].out_of_fold()
    known = settings.known_at_prediction
    found = {
        "data": facts,
        "split": describe_split(rows, test, settings.split),
        "metric": metric,
        "rule_of_thumb": study.rule.model_dump(),
        "leakage": leaks | {"not_confirmed": [name for name in study.X if not known.get(name)]},
        "ladder": ladder,
        "choice": choice,
        "inputs": describe_inputs(study.X, settings),
        **calibrate(study.y.to_numpy()[seen], predicted, settings),
        "model": save_model(model),
    }
    write_results("train", found, time.perf_counter() - start, settings.data.file)
    say(f"chosen: {choice['reason']}")
