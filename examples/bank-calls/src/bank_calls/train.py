"""Compares the ladder by cross-validation, chooses by the stated rule, fits and saves the model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from .calibration import calibrate
from .command import run_command, say
from .comparison import Validated, choose, climb, describe
from .costs import make_policy
from .data import load
from .inputs import describe_inputs
from .leakage import audit
from .metric import LOSSES, score
from .models import find_rung
from .project import Settings, load_settings
from .results import Results, run_facts, write_results
from .split import card, folds, split
from .storage import save
from .target import check_folds, check_test
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
    check_folds(y, parts, settings)
    check_test(test[settings.columns.target], settings)
    tuning = tune(settings, X, y, parts)
    tuned = {item["model"]: item["chosen"] for item in tuning}
    climbed = climb(settings, X, y, parts, tuned)
    ladder = [describe(settings, find_rung(name), done, X, y) for name, done in climbed.items()]
    choice = choose(ladder, parts)
    name = choice["chosen"]
    choice["parameters"] = tuned.get(name, {})
    model = find_rung(name).make(settings, settings.split.seed, **choice["parameters"]).fit(X, y)
    calibration, policy = set_policy(settings, y, climbed[name])
    results: Results = {
        "data": facts,
        "leakage": audit(rows, test, settings.columns),
        "inputs": describe_inputs(X, settings.columns.categorical),
        "tuning": tuning,
        "ladder": ladder,
        "choice": choice,
        "losses": rank_losses(y, climbed),
        "calibration": calibration,
        "policy": policy,
        "model": save(root, model),
    }
    results["run"] = run_facts(root, settings, {"train": time.perf_counter() - start})
    write_results(root, results)
    say(f"chosen: {choice['reason']}")


def set_policy(
    settings: Settings, y: pd.Series[float], done: Validated
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how probabilities are corrected and how decisions follow from them."""
    codes, (positions, _) = y.to_numpy(), done.out_of_fold()
    calibration, p = calibrate(codes, done, by_time=settings.split.kind == "time")
    policy = make_policy(codes[positions], p, settings.matrix(), settings.costs.capacity)
    return calibration, policy


def rank_losses(y: pd.Series[float], climbed: dict[str, Validated]) -> list[dict[str, Any]]:
    """Return every model under every loss, with its rank, accuracy and Brier score."""
    table = pd.DataFrame(
        {name: [np.mean(done.scores(name, y)) for done in climbed.values()] for name in LOSSES},
        index=pd.Index(climbed, name="model"),
    )
    ranks = table.rank(method="min").astype(int).add_prefix("rank_")
    found: list[dict[Any, Any]] = table.join(ranks).reset_index().to_dict("records")
    for row, done in zip(found, climbed.values(), strict=True):
        positions, p = done.out_of_fold()
        row["accuracy"] = np.mean(p.argmax(axis=1) == y.to_numpy()[positions])
        row["brier"] = score("brier", y.to_numpy()[positions], p)
    return found


if __name__ == "__main__":
    main()
