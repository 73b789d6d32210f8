"""One sentence per result: the title of its figure and its alternative text."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent
from .wording import metric_label

LITTLE = 0.01  # a smaller share of the score is not worth a number


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
    word = "higher" if share >= 0 else "lower"
    return (
        f"On test users, {name} scores {percent(abs(share))} {word} than the list of the most "
        "popular items"
    )


def hits(results: Results, settings: Settings) -> str:
    """Say how many test users find something in the list, and how many in the popular one."""
    name, k = results["choice"]["chosen"], settings.metric.k
    found = {
        rival: next(point["hit_rate"] for point in points if point["k"] == k)
        for rival, points in results["test"]["lengths"].items()
    }
    who = "synthetic test users" if settings.data.demo else "test users"
    text = f"{percent(found[name])} of the {who} find something they took among the {k}"
    if name == "most popular":
        return f"{text} most popular items; no other model did better"
    return f"{text} places of {name}, {percent(found['most popular'])} among the most popular items"


def choice(results: Results, settings: Settings) -> str:
    """Say which model was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    first = name[0].upper() + name[1:]
    if name == best:
        label = metric_label(settings)
        return f"{first} has the highest {label}, and every simpler kind of model is clearly behind"
    return f"{first} is level with {best}, which has the highest score, and is simpler"


def more_data(results: Results, settings: Settings) -> str:
    """Say what twice the users would bring, from the fitted power law."""
    gain, now = results["diagnosis"]["gain_from_twice"], results["diagnosis"]["validation"]
    share, label = gain["estimate"] / now if now else 0, metric_label(settings)
    if share < LITTLE:
        return f"Twice the users would raise {label} by less than {percent(LITTLE)}"
    return (
        f"Twice the users would raise {label} by about {percent(share)}: "
        f"{number(gain['estimate'])} ({number(gain['low'])} to {number(gain['high'])})"
    )


def newcomers(results: Results, settings: Settings) -> str:
    """Say from how many interactions on a newcomer gets a better list than what is popular."""
    facts = results["diagnosis"]["newcomers"]
    start, *later = facts["curve"]
    last, name = later[-1], facts["model"]
    scores = f"{number(start['score'])} without any, {number(last['score'])} with {last['past']}"
    if last["low"] <= 0:
        known = f"{last['past']} known interactions"
        if last["high"] < 0:
            return f"For newcomers, the popular list beats {name} even with {known}: {scores}"
        return f"For newcomers, {known} make no clear difference: {scores}"
    behind = max((place for place, point in enumerate(later) if point["low"] <= 0), default=-1)
    first = later[behind + 1]["past"]
    word = "interaction" if first == 1 else "interactions"
    return f"For newcomers, {name} beats what is popular from {first} known {word} on: {scores}"


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
    """Say for which users the lists are worst, and whether chance would explain it."""
    worst, mean = lowest(results), results["diagnosis"]["validation"]
    sure = worst["high"] < mean
    return (
        f"Lists {'are worst' if sure else 'score lowest'} for users with {worst['name']}: "
        f"{metric_label(settings)} {number(worst['score'])} ({number(worst['low'])} to "
        f"{number(worst['high'])}, {worst['rows']:,} users), against {number(mean)} for all"
        f"{'' if sure else ', perhaps by chance'}"
    )


def lowest(results: Results) -> dict[str, Any]:
    """Return the group of users with the lowest score: of those surely below all, if any is."""
    parts, mean = results["errors"]["slices"], results["diagnosis"]["validation"]
    sure = [part for part in parts if part["high"] < mean]
    return min(sure or parts, key=lambda part: float(part["score"]))


def personal(results: Results) -> str:
    """Say for how many groups the chosen model differs from the best one of the other kind."""
    chosen, rival = results["choice"]["chosen"], results["errors"]["rival"]
    parts = results["errors"]["slices"]
    better = sum(part["rival"]["low"] > 0 for part in parts)
    worse = sum(part["rival"]["high"] < 0 for part in parts)
    if not better and not worse:
        return f"No group of users by activity is clearly better served by *{chosen}* or *{rival}*"
    return (
        f"Compared with *{rival}*, *{chosen}* is clearly better for {better or 'none'} of "
        f"{len(parts)} groups of users by activity, and worse for {worse or 'none'}"
    )


def blend(results: Results) -> str:
    """Say so where what users had did not help in the blend, whatever its weight; else nothing."""
    tried = next((item for item in results["tuning"] if item["model"] == "EASE + trend"), None)
    if not tried or tried["chosen"]["strength"] > min(each["value"] for each in tried["tried"]):
        return ""
    return " More weight on what users had did not raise the score of *EASE + trend* either."


def splits(results: Results, settings: Settings) -> str:
    """Say what a random split would have promised, and whether it would have chosen otherwise."""
    table = {row["kind"]: row for row in results["split_comparison"]["table"]}
    kind, name = settings.split.kind, results["choice"]["chosen"]
    score, promised = table[kind]["scores"], table["random"]["scores"]
    winner = table["random"]["best"]
    if kind == "random":
        return f"A random split gives {name} {number(promised[name])}"
    if winner != table[kind]["best"]:
        return (
            f"A random split would have picked {winner} ({number(promised[winner])}); under the "
            f"{kind} split it has {number(score[winner])}, and {name} {number(score[name])}"
        )
    return (
        f"A random split promises {number(promised[name])} for {name}, the {kind} split "
        f"{number(score[name])}"
    )


def retrieval(results: Results, settings: Settings) -> str:
    """Say how many items must be scored to find nearly all of the exact list."""
    facts = results["test"]["retrieval"]
    enough = next(point for point in facts["sweep"] if point["recall"] >= 0.9)
    scored, found = percent(enough["scored"]), percent(enough["recall"])
    return f"Scoring {scored} of the items finds {found} of the exact list"
