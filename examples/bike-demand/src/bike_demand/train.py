"""Compares the ladder by cross-validation, chooses by the stated rule, fits and saves the model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from .command import run_command, say
from .comparison import Validated, choose, climb, describe
from .data import load
from .inputs import describe_inputs
from .intervals import calibrate
from .leakage import audit
from .metric import LOSSES
from .models import find_rung
from .project import load_settings
from .results import Results, run_facts, write_results
from .split import card, folds, split
from .storage import save
from .tuning import tune


def main() -> None:
    """Run this step as a command."""
    run_command(train)


def train(root: Path) -> None:
    """Compare the ladder on the training rows, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings(root)
    threadpool_limits(1, user_api="blas")  # on matrices this small its threads wait for each other
    frame, facts = load(root, settings)
    rows, test = split(frame, settings)
    facts |= card(rows, test, settings.split)
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    X, y = rows[settings.columns.features], rows[settings.columns.target]
    parts = folds(rows, y, settings.split)
    say("tuning boosting, then every rung of the ladder on the same folds")
    tuning = tune(settings, X, y, parts)
    climbed = climb(settings, X, y, parts, {"boosting": tuning["chosen"]})
    ladder = [describe(settings, find_rung(name), done, X, y) for name, done in climbed.items()]
    choice = choose(ladder, parts)
    name = choice["chosen"]
    choice["parameters"] = tuning["chosen"] if name == tuning["model"] else {}
    model = find_rung(name).make(settings, settings.split.seed, **choice["parameters"]).fit(X, y)
    positions, predicted = climbed[name].out_of_fold()
    results: Results = {
        "data": facts,
        "leakage": audit(rows, test, settings.columns),
        "inputs": describe_inputs(X, settings.columns.categorical),
        "tuning": [tuning],
        "ladder": ladder,
        "choice": choice,
        "losses": rank_losses(y, climbed),
        "intervals": calibrate(y.to_numpy()[positions], predicted, settings.metric.coverage),
        "model": save(root, model),
    }
    results["run"] = run_facts(root, settings, {"train": time.perf_counter() - start})
    write_results(root, results)
    say(f"chosen: {choice['reason']}")


def rank_losses(y: pd.Series[float], climbed: dict[str, Validated]) -> list[dict[str, Any]]:
    """Return every model under every loss: would another metric have changed the choice."""
    names = [name for name in LOSSES if name != "log" or y.min() >= 0]
    table = pd.DataFrame(
        {name: [np.mean(done.scores(name, y)) for done in climbed.values()] for name in names},
        index=pd.Index(climbed, name="model"),
    )
    ranks = table.rank().astype(int).add_prefix("rank_")
    records: list[dict[str, Any]] = table.join(ranks).reset_index().to_dict("records")  # type: ignore[assignment]
    return records


if __name__ == "__main__":
    main()
