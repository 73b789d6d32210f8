"""Step 1: climbs the ladder on the same folds, chooses by the stated rule, fits and saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import parallel_config
from sklearn.model_selection import cross_validate
from threadpoolctl import threadpool_limits

from . import models
from .data import describe_inputs, load
from .kit import Stop, say
from .kit.intervals import Folds, Vector, paired_difference
from .kit.leakage import audit, copies
from .kit.results import Results, save_model, step
from .kit.settings import Settings
from .split import describe_split, make_folds, split

SECONDS = 240  # that one rung may take on the folds
KEPT = 0.98  # of the best one's lead: simplicity may cost the rest
RULE = f"the simplest not clearly worse than the best, with {KEPT:.0%} of its lead over a constant"


class Study(NamedTuple):
    """The training rows, with all that is fitted to them and measured on them."""

    settings: Settings
    rows: pd.DataFrame
    X: pd.DataFrame
    y: pd.Series[float]
    folds: Folds
    sign: int  # 1 where smaller scores are better, else -1

    def build(self, name: str, parameters: dict[str, Any]) -> Any:
        """Return the model of a rung, unfitted."""
        make = next(rung.make for rung in models.LADDER if rung.name == name)
        return make(self.settings, **parameters)

    def score(self, model: Any, X: pd.DataFrame, y: pd.Series[float]) -> float:
        """Return the score of a fitted model on rows."""
        return models.score(self.settings.metric.name, y.to_numpy(), models.predict(model, X, y))

    def validate(self, model: Any, folds: Folds, *, train: bool = False) -> Results:
        """Fit `model` on every fold, side by side, and score it on the rows kept aside."""
        kw = {"scoring": self.score, "return_train_score": train, "return_estimator": True}
        with parallel_config("threading", n_jobs=-1):
            return dict(cross_validate(model, self.X, self.y, cv=folds, error_score="raise", **kw))

    def loss(self, model: Any) -> float:
        """Return the mean loss on the latest folds, with features encoded once: they see no `y`."""
        encoded = self._replace(X=model[:-1].fit_transform(self.X))
        return self.sign * float(encoded.validate(model[-1], self.folds[-5:])["test_score"].mean())

    def predict(self, fits: Results) -> tuple[Vector, Vector]:
        """Return what the fits predict for the rows kept aside, and what is true of them."""
        vals = [val for _, val in self.folds]
        pairs = zip(fits["estimator"], vals, strict=True)
        preds = [models.predict(model, self.X.iloc[val], self.y.iloc[val]) for model, val in pairs]
        return np.concatenate(preds), self.y.to_numpy()[np.concatenate(vals)]


def prepare(settings: Settings, rows: pd.DataFrame) -> Study:
    """Return the study of these training rows."""
    X, y = rows[settings.columns.given], rows[settings.columns.target]
    sign = 1 if models.describe_metric(settings)["direction"] == "lower" else -1
    return Study(settings, rows, X, y, make_folds(rows, y, settings.split), sign)


def open_study(settings: Settings) -> tuple[Study, pd.DataFrame, dict[str, Any]]:
    """Return the study of the training rows, the test rows, and facts about the file."""
    threadpool_limits(1, user_api="blas")  # on matrices this small its threads wait for each other
    frame, facts = load(settings)
    rows, test = split(frame, settings)
    return prepare(settings, rows), test, facts


def climb(study: Study) -> tuple[list[Results], dict[str, Results]]:
    """Tune and cross-validate every rung on the same folds; leave out what takes too long."""
    ladder, climbed = [], {}
    for rung in models.LADDER:
        grid, name, label = rung.grid(study.settings), rung.name, rung.name.replace("_", " ")
        role = name if name in {"constant", "rule_of_thumb"} else "model"
        entry: dict[str, Any] = {"name": name, "label": label, "role": role, "why": rung.why}
        ladder.append(entry)
        parameters = {name: values[0] for name, values in grid.items()}
        start = time.process_time()  # the same however busy the machine is
        study.validate(study.build(name, parameters), study.folds[-1:])
        seconds = (time.process_time() - start) * len(study.folds)
        if seconds > SECONDS:
            entry |= {"score": None, "folds": [], "skipped": f"{seconds:.0f} s on the folds"}
            continue
        if grid and seconds * sum(map(len, grid.values())) < SECONDS:
            tune(study, name, grid, parameters)
        fits = study.validate(study.build(name, parameters), study.folds, train=True)
        train, score, fit = (fits[key] for key in ("train_score", "test_score", "fit_time"))
        entry |= {"score": score.mean(), "folds": score, "train_score": train.mean()}
        entry |= {"fit_seconds": fit.mean(), "parameters": parameters}
        if role == "model" and np.ptp(models.predict(fits["estimator"][-1], study.X)) == 0:
            entry["refused"] = "gives every row the same answer"
        climbed[name] = fits
        say(f"  {label}: {score.mean():.5g}, {fit.mean():.2f} s a fit")
    return ladder, climbed


def tune(study: Study, name: str, grid: models.Grid, chosen: dict[str, Any]) -> None:
    """Walk from each parameter's first value up or down while the score improves, one by one."""
    best = study.loss(study.build(name, chosen))
    for parameter, values in [*grid.items()] * 2:  # what is best depends on the others
        for order in (sorted(values), sorted(values, reverse=True)):
            for value in order[order.index(chosen[parameter]) + 1 :]:
                if (found := study.loss(study.build(name, chosen | {parameter: value}))) >= best:
                    break  # the next ones would be worse still
                best, chosen[parameter] = found, value
        say(f"    {name}: {parameter} {chosen[parameter]}")


def choose(study: Study, ladder: list[Results]) -> dict[str, Any]:
    """Choose from models in order of simplicity by the rule, and state what it rests on."""
    eligible = {rung["name"]: rung for rung in ladder if not {"skipped", "refused"} & rung.keys()}
    rungs = [name for name, rung in eligible.items() if rung["role"] == "model"]
    losses = {name: np.multiply(study.sign, rung["folds"]) for name, rung in eligible.items()}
    if not rungs:
        raise Stop("all models predict the same for all rows", "add features, or rungs to `models`")
    best = min(rungs, key=lambda name: losses[name].mean())
    pairs = {
        name: {"model": name, "against": best, **paired_difference(each, losses[best], study.folds)}
        for name, each in losses.items()
        if name != best
    }
    margin = (1 - KEPT) * max(losses["constant"].mean() - losses[best].mean(), 0)
    tied = {name for name, row in pairs.items() if not row["clear"] and row["difference"] <= margin}
    chosen = next(name for name in rungs if name in {best, *tied})
    reason = f"the best score is that of {eligible[best]['label']}"
    if chosen != best:
        reason += f", and the simplest model that keeps up is {eligible[chosen]['label']}"
    if "rule_of_thumb" in pairs and pairs["rule_of_thumb"]["low"] <= 0:
        reason += "; the folds show no model clearly better than the rule of thumb"
    facts = {"rule": RULE, "chosen": chosen, "parameters": eligible[chosen]["parameters"]}
    return facts | {"best": best, "reason": reason, "comparisons": [*pairs.values()]}


def copies_effect(study: Study, y: Vector, pred: Vector) -> dict[str, Any]:
    """Return the validation score with and without rows that copy one the fold was fitted to."""
    X, name = study.X[study.settings.columns.features], study.settings.metric.name
    new = ~np.concatenate([copies(X.iloc[fit], X.iloc[val]) for fit, val in study.folds])
    without = models.score(name, y[new], pred[new]) if new.any() else None
    return {"rows": (~new).sum(), "with": models.score(name, y, pred), "without": without}


@step("train")
def main(settings: Settings, _: Results) -> Results:
    """Climb the ladder on the training rows, choose, fit and save the model."""
    study, test, facts = open_study(settings)
    rows, columns, known = study.rows, settings.columns, settings.known_at_prediction
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    leaks = audit(rows[columns.features], test[columns.features], study.y)
    ladder, climbed = climb(study)
    choice = choose(study, ladder)
    pred, y = study.predict(climbed[choice["chosen"]])
    leaks["copies_effect"] = copies_effect(study, y, pred)
    leaks["not_confirmed"] = [each for each in columns.features if not known.get(each)]
    model = study.build(choice["chosen"], choice["parameters"]).fit(study.X, study.y)
    facts = {"data": facts, "split": describe_split(rows, test, settings.split), "leakage": leaks}
    facts |= {"metric": models.describe_metric(settings), "ladder": ladder, "choice": choice}
    facts |= {"pattern": models.describe_pattern(rows, settings, leaks["alone"])}
    facts |= models.calibrate(y, pred, settings)
    facts |= {"inputs": describe_inputs(study.X, columns), "model": save_model(model)}
    facts["tuning"] = next(it.grid(settings) for it in models.LADDER if it.name == choice["chosen"])
    say(f"chosen: {choice['reason']}")
    if doubt := models.doubt(y, pred, leaks, columns):
        say(f"too good to be true? {doubt}")
    return facts
