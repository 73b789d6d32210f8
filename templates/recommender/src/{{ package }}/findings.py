"""One sentence per result: the title of its figure and its alternative text."""

from __future__ import annotations

from typing import Any

from .markdown import number, percent
from .project import Settings
from .results import Results
from .wording import metric_label


def chosen(results: Results) -> dict[str, Any]:
    """Return the chosen rung of the ladder."""
    name = results["choice"]["chosen"]
    return next(rung for rung in results["ladder"] if rung["name"] == name)


def improvement(results: Results, settings: Settings) -> str:
    """Say how the test score compares with that of the most popular items."""
    test, name = results["test"], results["choice"]["chosen"]
    if name == "most popular":
        reached = f"{metric_label(settings)} {number(test['score'])}"
        return f"Nothing beat the list of the most popular items: {reached}"
    share = test["improvement"]
    word = "above" if share >= 0 else "below"
    return (
        f"On test users {name} is {percent(abs(share))} {word} the list of the most popular items"
    )


def choice(results: Results, settings: Settings) -> str:
    """Say which model was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    if name == best:
        label = metric_label(settings)
        return f"{name} has the highest {label}, and no simpler model can stand beside it"
    return f"{name} is the simplest model that these users cannot tell from the best one, {best}"


def more_data(results: Results, settings: Settings) -> str:
    """Say what twice the users would bring, from the fitted power law."""
    gain, now = results["diagnosis"]["gain_from_twice"], results["diagnosis"]["validation"]
    return (
        f"Twice the users would raise {metric_label(settings)} by about "
        f"{percent(gain['estimate'] / now)}: "
        f"{number(gain['estimate'])} ({number(gain['low'])} to {number(gain['high'])})"
    )


def newcomers(results: Results, settings: Settings) -> str:
    """Say from how many interactions on a newcomer gets a better list than what is popular."""
    facts = results["diagnosis"]["newcomers"]
    start, *later = facts["curve"]
    better = [point["past"] for point in later if point["score"] > start["score"]]
    if not better:
        reached = number(start["score"])
        return f"For newcomers nothing that is known of them beats the popular list ({reached})"
    last = later[-1]
    return (
        f"For newcomers {facts['model']} beats what is popular from {better[0]} known "
        f"{'interaction' if better[0] == 1 else 'interactions'} on: {number(start['score'])} "
        "without any, "
        f"{number(last['score'])} with {last['past']}"
    )


def complexity(results: Results, settings: Settings) -> str:
    """Say where the validation score is highest along the main parameter."""
    curve = results["diagnosis"]["validation_curve"]
    best = curve["validation"].index(max(curve["validation"]))
    return (
        f"{metric_label(settings)} of {curve['model']} is highest at {curve['parameter']} = "
        f"{curve['values'][best]:g}; {number(curve['train'][best])} for interactions that were "
        "fitted as well"
    )


def slices(results: Results, settings: Settings) -> str:
    """Say for which users the lists are worst."""
    worst = min(results["errors"]["slices"], key=lambda part: part["score"])
    return (
        f"Worst for users with {worst['name']}: {metric_label(settings)} {number(worst['score'])} "
        "for "
        f"{worst['rows']:,} users, against {number(chosen(results)['score'])} for all"
    )


def splits(results: Results, settings: Settings) -> str:
    """Say what another split would have promised."""
    both, name = results["split_comparison"], results["choice"]["chosen"]
    winners = {row["kind"]: row["best"] for row in both["table"]}
    ratio = (
        both["random"]["score"] / both["honest"]["score"]
        if both["honest"]["score"]
        else float("nan")
    )
    kind = both["honest"]["kind"]
    text = f"A random split shows {number(ratio, 2)} times the score of the {kind} split for {name}"
    if kind == "random":
        text = f"A random split gives {name} {number(both['random']['score'])}"
    if winners["random"] != winners[both["honest"]["kind"]]:
        text += f", and another winner: {winners['random']}"
    return text


def retrieval(results: Results, settings: Settings) -> str:
    """Say how many items must be scored to find nearly all of the exact list."""
    facts = results["test"]["retrieval"]
    enough = next(point for point in facts["sweep"] if point["recall"] >= 0.9)
    scored, found = percent(enough["scored"]), percent(enough["recall"])
    return f"Scoring {scored} of the items finds {found} of the exact list"
