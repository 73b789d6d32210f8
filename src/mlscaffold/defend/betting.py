"""Predict, then measure: the learner commits to a number before it is known."""

from __future__ import annotations

from collections.abc import Callable

import click

from ..errors import MlscaffoldError
from ..workspace import copied
from .bank import Bank
from .diary import Bet, Diary, calibration
from .experiments import Experiment, find_experiments
from .facts import rounded
from .phrases import find_quantities
from .session import prompt, say


def bet(bank: Bank, diary: Diary, ask: Callable[[str], str] = prompt) -> None:
    """Offer experiments until the learner has enough, those not yet bet on first."""
    if not bank.repository.results:
        hint = "`uv run reproduce` writes it; this works in projects of `mlscaffold new`"
        raise MlscaffoldError("there is no reports/results.json to bet against", hint)
    experiments = list(find_experiments(bank.facts))
    if not experiments:
        raise MlscaffoldError(
            "this project offers no experiment", "`mlscaffold defend` asks instead"
        )
    known = [each.experiment for each in diary.read()[1]]
    experiments.sort(key=lambda each: known.count(each.key))
    try:
        for experiment in experiments:
            if not play(bank, diary, experiment, ask):
                break
    except (click.Abort, KeyboardInterrupt):
        say("\nStopped; what was measured is kept.")
    say(f"\nSo far {calibration(diary.read()[1])}")


def play(bank: Bank, diary: Diary, experiment: Experiment, ask: Callable[[str], str]) -> bool:
    """Take a bet, measure, and show both; tell whether the learner wants to go on."""
    say(f"\n{experiment.what}: {rounded(experiment.before)} now. And {experiment.question}?")
    guess = read_numbers(ask, "Your guess (/skip, /quit)", 1)
    if guess is None or guess == []:
        return guess is not None
    bounds = read_numbers(ask, "Between which two values, to be right 8 times of 10?", 2)
    if bounds is None or bounds == []:
        return bounds is not None
    seconds = bank.facts["train"].get("run", {}).get("seconds", 0)
    say(f"Measured in a copy, on training rows; `train` took {seconds:.0f} s.")
    with copied(bank.repository) as workspace:
        experiment.apply(workspace.root)
        measured = experiment.read(workspace.train())
    if measured is None:
        say("The model could not be fitted that way; no bet.")
        return True
    made = Bet(experiment.key, guess[0], min(bounds), max(bounds), experiment.before, measured)
    diary.add(made)
    where = "inside your bounds" if made.inside else "outside your bounds"
    say(f"Measured: {rounded(measured)}. Your guess: {rounded(guess[0])}; it lies {where}.")
    return True


def read_numbers(ask: Callable[[str], str], question: str, count: int) -> list[float] | None:
    """Return so many numbers; none where the learner skips, None where they quit."""
    while True:
        said = ask(f"{question}:").strip()
        if said == "/quit":
            return None
        if said in {"", "/skip"}:
            return []
        _, found = find_quantities(said)
        ends = [end for each in found for end in dict.fromkeys((each.low, each.high))]
        if len(ends) == count:
            return ends
        say(f"{'One number' if count == 1 else 'Two numbers'}, please.")
