"""Step 1: climbs the ladder on the same folds, chooses by the stated rule, fits and saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from .data import describe_inputs, load
from .kit import Stop, command, say
from .kit.intervals import Folds, Rows, Vector, paired_difference
from .kit.leakage import audit, copies
from .kit.results import save_model, write_results
from .kit.settings import RuleOfThumb, Settings, load_settings
from .models import (
    LADDER,
    Rung,
    calibrate,
    describe_metric,
    describe_pattern,
    doubt,
    predict,
    refusal,
    score,
)
from .split import describe_split, make_folds, split

SECONDS = 240  # that one rung may take on the folds
RULE = "the simplest model that is not distinguishably worse than the best one"
Ladder = list[dict[str, Any]]


class Validated(NamedTuple):
    """A model fitted once per fold, with what each fit predicts for the rows it has not seen."""

    models: list[Any]
    predictions: list[Vector]
    scores: list[float]
    seconds: float


class Study(NamedTuple):
    """The training rows with everything that is asked about them."""

    settings: Settings
    rule: RuleOfThumb
    rows: pd.DataFrame
    X: pd.DataFrame
    y: pd.Series[float]
    folds: Folds

    @property
    def few(self) -> Folds:
        """The folds that suffice for what many fits are needed for."""
        return self.folds[-5:] if len(self.X) > 5000 else self.folds

    def build(self, name: str, parameters: dict[str, Any]) -> Any:
        """Return the model of a rung, unfitted."""
        make = next(rung.make for rung in LADDER if rung.name == name)
        return make(self.settings, self.rule, **parameters)

    def validate(self, model: Any, folds: Folds) -> Validated:
        """Fit `model` on every fold, side by side, and score it on the rows kept aside."""

        def run(fit: Rows, seen: Rows) -> tuple[Any, Vector, float, float]:
            start, fitted = time.thread_time(), clone(model)  # however busy the machine is
            fitted.fit(self.X.iloc[fit], self.y.iloc[fit])
            seconds = time.thread_time() - start
            predicted = predict(fitted, self.X.iloc[seen], self.y.iloc[seen])
            return fitted, predicted, self.score(seen, predicted), seconds

        jobs = [delayed(run)(*fold) for fold in folds]
        models, told, scores, seconds = zip(*Parallel(-1, prefer="threads")(jobs), strict=True)
        return Validated(list(models), list(told), list(scores), float(np.mean(seconds)))

    def train_score(self, done: Validated, folds: Folds) -> float:
        """Return the mean score of each fit on the very rows that it was fitted to."""
        parts = [(fit, model) for (fit, _), model in zip(folds, done.models, strict=True)]
        told = [self.score(fit, predict(model, self.X.iloc[fit])) for fit, model in parts]
        return float(np.mean(told))

    def score(self, rows: Rows, predicted: Vector) -> float:
        """Return the score of predictions for the rows at these positions."""
        return score(self.settings.metric.name, self.y.to_numpy()[rows], predicted)


def prepare(settings: Settings, rows: pd.DataFrame, rule: RuleOfThumb) -> Study:
    """Return the study of these training rows."""
    X, y = rows[settings.columns.given], rows[settings.columns.target]
    return Study(settings, rule, rows, X, y, make_folds(rows, y, settings.split))


def choose_rule(settings: Settings, alone: dict[str, float]) -> RuleOfThumb:
    """Return the declared rule of thumb, or the mean per value of what tells most by itself."""
    columns = settings.columns
    if settings.rule_of_thumb:
        return settings.rule_of_thumb
    if not (names := [*columns.numeric, *columns.categorical]):
        return RuleOfThumb(kind="last_known", label="the latest value")
    best = max(names, key=lambda name: alone[name])
    said = f"the mean of earlier rows with a similar {columns.label(best)}"
    return RuleOfThumb(kind="group_mean", by=[best], label=said)


def tune(study: Study, rung: Rung, sign: int) -> dict[str, Any]:
    """Return the best value of each parameter, found one after the other.

    A calendar other than the usual one must be clearly better. The folds that tune also score the
    rung: with so few candidates that flatters it by less than the folds' own noise.
    """
    grid = rung.grid(study.settings)
    chosen = {name: values[0] for name, values in grid.items()}
    for name, values in ((name, values) for name, values in grid.items() if len(values) > 1):
        folds = study.folds if name == "calendar" else study.few
        models = {value: study.build(rung.name, chosen | {name: value}) for value in values}
        losses = {
            value: np.multiply(sign, study.validate(model, folds).scores)
            for value, model in models.items()
        }
        best = min(values, key=lambda value: losses[value].mean())
        gain = paired_difference(losses[values[0]], losses[best], folds)
        if name != "calendar" or gain["clear"]:
            chosen[name] = best
        say(f"    {rung.label}: {name} {chosen[name]}")
    return chosen


def climb(study: Study, sign: int) -> tuple[Ladder, dict[str, Validated]]:
    """Tune and cross-validate every rung on the same folds; leave out what takes too long."""
    ladder, climbed, folds = [], {}, study.folds
    for rung in LADDER:
        grid = rung.grid(study.settings)
        parameters = {name: values[0] for name, values in grid.items()}
        first = study.validate(study.build(rung.name, parameters), folds[-1:])
        needed, tries = first.seconds * len(folds), 1 + sum(map(len, grid.values()))
        entry: dict[str, Any] = {key: getattr(rung, key) for key in rung._fields[:5]}
        ladder.append(entry)
        if needed > SECONDS:
            entry |= {"score": None, "folds": [], "skipped": f"{first.seconds:.0f} s for one fit"}
            say(f"  {rung.label} left out: {entry['skipped']}, and there are {len(folds)}")
            continue
        if needed * tries < SECONDS:
            parameters = tune(study, rung, sign)
        done = climbed[rung.name] = study.validate(study.build(rung.name, parameters), folds)
        entry |= {
            "score": np.mean(done.scores), "folds": done.scores, "fit_seconds": done.seconds,
            "train_score": study.train_score(done, folds), "parameters": parameters,
        }  # fmt: skip
        if rung.role == "model" and (reason := refusal(done.predictions, study.settings)):
            entry["refused"] = reason
        say(f"  {rung.label}: {entry['score']:.5g}, {done.seconds:.2f} s a fit")
    return ladder, climbed


def choose(ladder: Ladder, folds: Folds, sign: int) -> dict[str, Any]:
    """Choose from models in order of simplicity by the rule, and state what it rests on."""
    able = [rung for rung in ladder if not {"skipped", "refused"} & rung.keys()]
    losses = {rung["name"]: np.multiply(sign, rung["folds"]) for rung in able}
    models = {rung["name"]: rung for rung in able if rung["role"] == "model"}
    if not models:
        raise Stop("no model gives answers that differ", "add features, or rungs to `models`")
    best = min(models, key=lambda name: losses[name].mean())
    compared = {name: paired_difference(each, losses[best], folds) for name, each in losses.items()}
    del compared[best]
    tied = [rung for name, rung in models.items() if not compared.get(name, {}).get("clear")]
    reason = f"{tied[0]['label']} scores best, and every simpler model is clearly worse"
    if tied[0]["name"] != best:
        others = " or ".join(rung["label"] for rung in tied[1:])
        reason = f"{tied[0]['label']} is the simplest that the folds cannot tell from {others}"
    if min(losses, key=lambda name: losses[name].mean()) != best:
        reason += "; no model beats the rule of thumb on the folds"
    return {
        "rule": RULE, "chosen": tied[0]["name"], "best": best, "reason": reason,
        "parameters": tied[0]["parameters"],
        "comparisons": [{"model": name, "against": best} | item for name, item in compared.items()],
    }  # fmt: skip


def copies_effect(study: Study, done: Validated) -> dict[str, Any]:
    """Return the validation score with and without rows that copy one the fold was fitted to."""
    X = study.X[study.settings.columns.features]
    fresh = ~np.concatenate([copies(X.iloc[fit], X.iloc[seen]) for fit, seen in study.folds])
    seen, told = np.concatenate([seen for _, seen in study.folds]), np.concatenate(done.predictions)
    without = study.score(seen[fresh], told[fresh]) if fresh.any() else None
    return {"rows": int((~fresh).sum()), "with": study.score(seen, told), "without": without}


@command
def main() -> None:
    """Climb the ladder on the training rows, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings()
    threadpool_limits(1, user_api="blas")  # on matrices this small its threads wait for each other
    frame, facts = load(settings)
    rows, test = split(frame, settings)
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    columns, metric = settings.columns, describe_metric(settings)
    sign = 1 if metric["direction"] == "lower" else -1
    leaks = audit(rows, test, columns, rows[columns.target])
    study = prepare(settings, rows, choose_rule(settings, leaks["alone"]))
    ladder, climbed = climb(study, sign)
    choice = choose(ladder, study.folds, sign)
    name, chosen = choice["chosen"], choice["parameters"]
    grid = next(rung.grid(settings) for rung in LADDER if rung.name == name)
    numbers = {key: values for key, values in grid.items() if not isinstance(values[0], str)}
    edge = [key for key, values in numbers.items() if chosen[key] in {min(values), max(values)}]
    leaks["copies_effect"] = copies_effect(study, climbed[name])
    known = settings.known_at_prediction
    leaks["not_confirmed"] = [each for each in columns.features if not known.get(each)]
    told = climbed[name].predictions
    actual = [study.y.to_numpy()[seen] for _, seen in study.folds]
    model = study.build(name, chosen).fit(study.X, study.y)
    model, promise = calibrate(model, actual, told, study.folds, settings)
    found = {
        "data": facts, "split": describe_split(rows, test, settings.split), "metric": metric,
        "rule_of_thumb": study.rule.model_dump(), "leakage": leaks, "ladder": ladder,
        "choice": choice, "inputs": describe_inputs(study.X, columns),
        "pattern": describe_pattern(rows, settings, leaks["alone"]), "model": save_model(model),
        "tuning": {"grid": grid, "chosen": chosen, "at_edge": bool(edge), "edge": edge},
        **promise,
    }  # fmt: skip
    write_results("train", found, time.perf_counter() - start, settings.data.file)
    say(f"chosen: {choice['reason']}")
    if warning := doubt(np.concatenate(actual), np.concatenate(told), leaks, columns):
        say(f"too good to be true? {warning}")
