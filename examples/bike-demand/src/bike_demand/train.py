"""Compares the ladder by cross-validation, chooses by the stated rule, fits and saves the model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .command import run_command, say
from .comparison import Validated, choose, validate
from .data import load
from .intervals import calibrate
from .leakage import audit
from .metric import LOSSES
from .models import LADDER, Rung, find_rung, rungs
from .project import Settings, load_settings
from .results import Results, run_facts, write_results
from .split import Folds, card, folds, split
from .storage import save
from .tuning import tune


def main() -> None:
    """Run this step as a command."""
    run_command(train)


def train(root: Path) -> None:
    """Compare the ladder on the training rows, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings(root)
    frame, facts = load(root, settings)
    rows, test = split(frame, settings)
    facts |= card(rows, test, settings.split)
    say(f"{len(rows):,} training rows; {len(test):,} test rows stay closed until `evaluate`")
    X, y = rows[settings.columns.features], rows[settings.columns.target]
    parts = folds(rows, settings.split)
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


def climb(
    settings: Settings, X: pd.DataFrame, y: pd.Series[float], parts: Folds, tuned: dict[str, Any]
) -> dict[str, Validated]:
    """Cross-validate every rung on the same folds."""
    climbed, metric = {}, settings.metric.name
    for rung in rungs(len(X)):
        model = rung.make(settings, settings.split.seed, **tuned.get(rung.name, {}))
        done = climbed[rung.name] = validate(model, X, y, parts)
        mean = np.mean(done.scores(metric, y))
        say(f"  {rung.name}: {metric} {mean:.5g}, {done.fit_seconds:.2f} s a fit")
    return climbed


def describe(
    settings: Settings, rung: Rung, done: Validated, X: pd.DataFrame, y: pd.Series[float]
) -> dict[str, Any]:
    """Return the row of the ladder for one rung."""
    scores, metric = done.scores(settings.metric.name, y), settings.metric.name
    return {
        "name": rung.name,
        "family": rung.family,
        "why": rung.why,
        "rank": LADDER.index(rung),
        "score": float(np.mean(scores)),
        "folds": scores,
        "train_score": float(np.mean(done.train_scores(metric, X, y))),
        "fit_seconds": done.fit_seconds,
        "baseline": rung.baseline,
    }


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
