"""Strong references for the quality benchmarks: fits one, prints what it reached as JSON.

Runs in an environment of its own, which holds what it needs: `python references.py JOB.json`.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

Predictions = Any  # an array or a frame of class probabilities, as the library returns it


def flaml(
    train: pd.DataFrame, test: pd.DataFrame, target: str, task: str, budget: int, learners: Any
) -> Predictions:
    """Let FLAML search for `budget` seconds."""
    from flaml import AutoML

    search = AutoML()
    search.fit(
        dataframe=train,
        label=target,
        task=task,
        metric="mse" if task == "regression" else "log_loss",
        estimator_list=learners,
        time_budget=budget,
        seed=0,
        verbose=0,
    )
    features = test.drop(columns=target)
    return search.predict(features) if task == "regression" else search.predict_proba(features)


def tuned_boosting(
    train: pd.DataFrame, test: pd.DataFrame, target: str, task: str, budget: int
) -> Predictions:
    """Tune LightGBM alone."""
    return flaml(train, test, target, task, budget, ["lgbm"])


def automl(
    train: pd.DataFrame, test: pd.DataFrame, target: str, task: str, budget: int
) -> Predictions:
    """Search all of FLAML's learners."""
    return flaml(train, test, target, task, budget, "auto")


def autogluon(
    train: pd.DataFrame, test: pd.DataFrame, target: str, task: str, budget: int
) -> Predictions:
    """Stack and bag with AutoGluon's `good_quality` preset."""
    from autogluon.tabular import TabularPredictor

    with tempfile.TemporaryDirectory() as folder:
        predictor = TabularPredictor(
            target,
            problem_type=task if task == "regression" else None,
            eval_metric="root_mean_squared_error" if task == "regression" else "log_loss",
            path=folder,
            verbosity=0,
        ).fit(train, time_limit=budget, presets="good_quality", num_cpus=2)
        if task == "regression":
            return predictor.predict(test)
        return predictor.predict_proba(test)


REFERENCES: dict[str, Callable[..., Predictions]] = {
    "tuned LightGBM": tuned_boosting,
    "FLAML": automl,
    "AutoGluon": autogluon,
}


def main() -> None:
    """Fit the reference that the job names and print seconds and test predictions."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    train, test = (pd.read_csv(job[part], parse_dates=job["dates"]) for part in ("train", "test"))
    fit = REFERENCES[job["reference"]]
    before = time.perf_counter(), used()
    predictions = fit(train, test, job["target"], job["task"], job["budget"])
    spent = {"seconds": time.perf_counter() - before[0], "processor": used() - before[1]}
    table = pd.DataFrame(predictions).to_numpy().tolist()
    json.dump({"spent": spent, "predictions": table}, sys.stdout)


def used() -> float:
    """Return the seconds of the processor of this process and of those it waited for."""
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


if __name__ == "__main__":
    main()
