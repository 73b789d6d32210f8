"""Step 1: climbs the ladder on the same folds, chooses by the stated rule, fits and saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from . import models
from .data import describe_inputs, load
from .kit import Stop, command, say
from .kit.intervals import Folds, Rows, Vector, paired_difference
from .kit.leakage import audit, copies
from .kit.results import Results, save_model, write_results
from .kit.settings import RuleOfThumb, Settings, load_settings
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
    sign: int  # 1 where smaller scores are better, else -1

    @property
    def few(self) -> Folds:
        """The folds that suffice for what many fits are needed for."""
        count = 3 if len(self.X) > 20_000 else 5
        return self.folds[-count:] if len(self.X) > 5000 else self.folds

    def build(self, name: str, parameters: dict[str, Any]) -> Any:
        """Return the model of a rung, unfitted."""
        make = next(rung.make for rung in models.LADDER if rung.name == name)
        return make(self.settings, self.rule, **parameters)

    def score(self, rows: Rows, predicted: Vector) -> float:
        """Return the score of predictions for the rows at these positions."""
        return models.score(self.settings.metric.name, self.y.to_numpy()[rows], predicted)

    def validate(self, model: Any, folds: Folds) -> Validated:
        """Fit `model` on every fold, side by side, and score it on the rows kept aside."""

        def run(fit: Rows, seen: Rows) -> tuple[Any, Vector, float, float]:
            start, fitted = time.thread_time(), clone(model)  # however busy the machine is
            fitted.fit(self.X.iloc[fit], self.y.iloc[fit])
            seconds = time.thread_time() - start
            told = models.predict(fitted, self.X.iloc[seen], self.y.iloc[seen])
            return fitted, told, self.score(seen, told), seconds

        done = Parallel(-1, prefer="threads")(delayed(run)(*fold) for fold in folds)
        fitted, told, scores, seconds = zip(*done, strict=True)
        return Validated(list(fitted), list(told), list(scores), float(np.mean(seconds)))

    def train_score(self, done: Validated, folds: Folds) -> float:
        """Return the mean score of each fit on the very rows that it was fitted to."""
        parts = [(fit, model) for (fit, _), model in zip(folds, done.models, strict=True)]
        told = [self.score(fit, models.predict(model, self.X.iloc[fit])) for fit, model in parts]
        return float(np.mean(told))


def prepare(settings: Settings, rows: pd.DataFrame, rule: RuleOfThumb) -> Study:
    """Return the study of these training rows."""
    X, y = rows[settings.columns.given], rows[settings.columns.target]
    sign = 1 if models.describe_metric(settings)["direction"] == "lower" else -1
    folds = make_folds(rows, y, settings.split)
    if lack := models.lacking([y.to_numpy()[side] for fold in folds for side in fold], settings):
        raise Stop(f"a fold has {lack}", "lower split.folds, or bring more rows of that kind")
    return Study(settings, rule, rows, X, y, folds, sign)


def reopen(settings: Settings, results: Results) -> tuple[Study, pd.DataFrame]:
    """Return the study as `train` left it, and the test rows."""
    rows, test = split(load(settings)[0], settings)
    rule = RuleOfThumb.model_validate(results["train"]["rule_of_thumb"])
    return prepare(settings, rows, rule), test


def default_rule(settings: Settings, alone: dict[str, float]) -> RuleOfThumb:
    """Return the rule that nobody declared: the mean per value of what tells most by itself."""
    columns = settings.columns
    if not (names := [*columns.numeric, *columns.categorical]):
        return RuleOfThumb(kind="last_known", label="the latest value")
    best = max(names, key=lambda name: alone[name])
    said = f"the mean of earlier rows with a similar {columns.label(best)}"
    return RuleOfThumb(kind="group_mean", by=[best], label=said)


def tune(study: Study, rung: models.Rung) -> dict[str, Any]:
    """Return the best value of each parameter, found one after the other.

    A calendar other than the usual one must be clearly better. The folds that tune also score the
    rung: with so few candidates that flatters it by less than the folds' own noise.
    """
    chosen = {name: values[0] for name, values in rung.grid(study.settings).items()}
    for name, values in rung.grid(study.settings).items():
        if len(values) > 1:
            folds, losses = study.folds if name == "calendar" else study.few, {}
            for value in values:
                model = study.build(rung.name, chosen | {name: value})
                losses[value] = np.multiply(study.sign, study.validate(model, folds).scores)
            best = min(values, key=lambda value: losses[value].mean())
            gain = paired_difference(losses[values[0]], losses[best], folds)
            chosen[name] = best if gain["clear"] or name != "calendar" else values[0]
            say(f"    {rung.label}: {name} {chosen[name]}")
    return chosen


def climb(study: Study) -> tuple[Ladder, dict[str, Validated]]:
    """Tune and cross-validate every rung on the same folds; leave out what takes too long."""
    ladder, climbed, folds = [], {}, study.folds
    for rung in models.LADDER:
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
        parameters = tune(study, rung) if needed * tries < SECONDS else parameters
        done = climbed[rung.name] = study.validate(study.build(rung.name, parameters), folds)
        entry |= {
            "score": np.mean(done.scores), "folds": done.scores, "fit_seconds": done.seconds,
            "train_score": study.train_score(done, folds), "parameters": parameters,
        }  # fmt: skip
        if rung.role == "model" and (reason := models.refusal(done.predictions, study.settings)):
            entry["refused"] = reason
        say(f"  {rung.label}: {entry['score']:.5g}, {done.seconds:.2f} s a fit")
    return ladder, climbed


def choose(study: Study, ladder: Ladder) -> dict[str, Any]:
    """Choose from models in order of simplicity by the rule, and state what it rests on."""
    able = [rung for rung in ladder if not {"skipped", "refused"} & rung.keys()]
    losses = {rung["name"]: np.multiply(study.sign, rung["folds"]) for rung in able}
    rungs = {rung["name"]: rung for rung in able if rung["role"] == "model"}
    if not rungs:
        raise Stop("no model gives answers that differ", "add features, or rungs to `models`")
    best = min(rungs, key=lambda name: losses[name].mean())
    found = [
        {"model": name, "against": best, **paired_difference(each, losses[best], study.folds)}
        for name, each in losses.items() if name != best
    ]  # fmt: skip
    worse = {item["model"] for item in found if item["clear"]}
    tied = [rung for name, rung in rungs.items() if name not in worse]
    reason = f"{tied[0]['label']} scores best, and every simpler model is clearly worse"
    if tied[0]["name"] != best:
        others = " or ".join(rung["label"] for rung in tied[1:])
        reason = f"{tied[0]['label']} is the simplest that the folds cannot tell from {others}"
    if min(losses, key=lambda name: losses[name].mean()) != best:
        reason += "; no model beats the rule of thumb on the folds"
    facts = {"rule": RULE, "chosen": tied[0]["name"], "best": best, "reason": reason}
    return facts | {"parameters": tied[0]["parameters"], "comparisons": found}


def copies_effect(study: Study, done: Validated) -> dict[str, Any]:
    """Return the validation score with and without rows that copy one the fold was fitted to."""
    X = study.X[study.settings.columns.features]
    fresh = ~np.concatenate([copies(X.iloc[fit], X.iloc[seen]) for fit, seen in study.folds])
    seen, told = np.concatenate([seen for _, seen in study.folds]), np.concatenate(done.predictions)
    without = study.score(seen[fresh], told[fresh]) if fresh.any() else None
    return {"rows": int((~fresh).sum()), "with": study.score(seen, told), "without": without}


def describe_tuning(grid: models.Grid, chosen: dict[str, Any]) -> dict[str, Any]:
    """Return what was tried, and which of the chosen numbers lie at an end of it."""
    numbers = {name: tried for name, tried in grid.items() if not isinstance(tried[0], str)}
    edge = [name for name, tried in numbers.items() if chosen[name] in {min(tried), max(tried)}]
    return {"grid": grid, "chosen": chosen, "at_edge": bool(edge), "edge": edge}


@command
def main() -> None:
    """Climb the ladder on the training rows, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings()
    threadpool_limits(1, user_api="blas")  # on matrices this small its threads wait for each other
    frame, facts = load(settings)
    rows, test = split(frame, settings)
    if lack := models.lacking([test[settings.columns.target].to_numpy()], settings):
        raise Stop(f"the test set has {lack}", "raise split.test, or bring more rows of that kind")
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    columns, known = settings.columns, settings.known_at_prediction
    leaks = audit(rows, test, columns, rows[columns.target])
    rule = settings.rule_of_thumb or default_rule(settings, leaks["alone"])
    study = prepare(settings, rows, rule)
    ladder, climbed = climb(study)
    choice = choose(study, ladder)
    name, parameters = choice["chosen"], choice["parameters"]
    leaks["copies_effect"] = copies_effect(study, climbed[name])
    leaks["not_confirmed"] = [each for each in columns.features if not known.get(each)]
    told, actual = climbed[name].predictions, [study.y.to_numpy()[seen] for _, seen in study.folds]
    model = study.build(name, parameters).fit(study.X, study.y)
    model, promise = models.calibrate(model, actual, told, study.folds, settings)
    grid = next(rung.grid(settings) for rung in models.LADDER if rung.name == name)
    found = {
        "data": facts, "split": describe_split(rows, test, settings.split),
        "metric": models.describe_metric(settings), "rule_of_thumb": rule.model_dump(),
        "leakage": leaks, "ladder": ladder, "choice": choice, "model": save_model(model),
        "inputs": describe_inputs(study.X, columns), "tuning": describe_tuning(grid, parameters),
        "pattern": models.describe_pattern(rows, settings, leaks["alone"]), **promise,
    }  # fmt: skip
    write_results("train", found, time.perf_counter() - start, settings.data.file)
    say(f"chosen: {choice['reason']}")
    if doubt := models.doubt(np.concatenate(actual), np.concatenate(told), leaks, columns):
        say(f"too good to be true? {doubt}")
