"""Predict, then measure: the learner commits to a number before it is known."""

from __future__ import annotations

from collections.abc import Callable

import click

from ..errors import MlscaffoldError
from .bank import Bank
from .diary import Bet, Diary, calibration
from .experiments import Experiment, find_experiments
from .facts import rounded
from .phrases import find_quantities
from .session import prompt, say, upper_first


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
    shown = told_as_share if experiment.share else rounded
    before = shown(experiment.before)
    say(f"\n{upper_first(experiment.what)}: {before} now. And {experiment.question}?")
    guess = read_numbers(ask, "Your guess (/skip, /quit)", 1, share=experiment.share)
    if guess is None or guess == []:
        return guess is not None
    asked = "Between which two values, so that you would be right 8 times out of 10?"
    bounds = read_numbers(ask, asked, 2, share=experiment.share)
    if bounds is None or bounds == []:
        return bounds is not None
    if experiment.takes:
        took = f"`train` took {experiment.takes:.0f} s"
        say(f"Measured in a copy of the project, without the test rows; {took}.")
    measured = experiment.measure(bank.repository)
    if measured is None:
        say("The model could not be fitted that way, so there is nothing to bet on.")
        return True
    made = Bet(experiment.key, guess[0], min(bounds), max(bounds), experiment.before, measured)
    diary.add(made)
    where = "inside" if made.inside else "outside"
    said = f"Measured: {shown(measured)}, {where} your bounds. Your guess was {shown(guess[0])}"
    say(f"{said}; it was {before} before.")
    return True


def told_as_share(value: float) -> str:
    """Return a share in percent, without decimals that are none."""
    return f"{value:.1%}".replace(".0%", "%")


def read_numbers(
    ask: Callable[[str], str], question: str, count: int, *, share: bool
) -> list[float] | None:
    """Return so many numbers; none where the learner skips, None where they quit.

    Of a share, `80` is taken for 80%.
    """
    while True:
        said = ask(question if question.endswith("?") else f"{question}:").strip()
        if said == "/quit":
            return None
        if said in {"", "/skip"}:
            return []
        _, found = find_quantities(said)
        ends = [end for each in found for end in dict.fromkeys((each.low, each.high))]
        if len(ends) == count:
            return [end / 100 if share and abs(end) > 1 else end for end in ends]
        say(f"{'One number' if count == 1 else 'Two numbers'}, please.")
