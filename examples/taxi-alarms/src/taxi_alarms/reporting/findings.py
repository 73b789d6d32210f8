"""One sentence per result: the title of its figure and its alternative text."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent
from .wording import METRIC, events_word, period, value

LEAST = 1e-6


def chosen(results: Results) -> dict[str, Any]:
    """Return the chosen rung of the ladder."""
    name = results["choice"]["chosen"]
    return next(rung for rung in results["ladder"] if rung["name"] == name)


def improvement(results: Results, settings: Settings) -> str:
    """Say what the test showed, in the words of whoever gets the alerts."""
    test = results["test"]
    seen = test["at_threshold"]
    work = f"{number(seen['per_period'])} alerts per {period(settings)}"
    if not test["labelled"]:
        return f"{work} on test rows; nobody labelled them, so nobody knows how many are right"
    found = (
        f"{seen['caught']:,} of {seen['events']:,} {events_word(settings, seen['events'])} found"
    )
    return f"{found} with {work}, of which {percent(seen['precision'])} are right"


def choice(results: Results, settings: Settings) -> str:
    """Say which detector was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    if not results["data"]["labelled"]:
        return f"{name} is the fixed choice: without labels none can be called the best"
    if not settings.labels.choose:
        first = "it" if name == best else best
        return f"{name} was fixed beforehand; the labels of validation rows put {first} in front"
    if name == best:
        return f"{name} finds most, and no simpler detector can stand beside it"
    return f"{name} is the simplest detector that the rows cannot tell from the best one, {best}"


def more_data(results: Results, settings: Settings) -> str:
    """Say what the last rows brought, beside the noise of drawing others."""
    points = results["diagnosis"]["learning_curve"]
    last, before = points[-1], points[max(len(points) - 2, 0)]
    gain, noise = last["validation"] - before["validation"], max(last["sd"], before["sd"])
    what = METRIC.capitalize() if settings.labelled else "Agreement"
    text = f"{what} changed by {value(gain)} from {before['rows']:,} to {last['rows']:,} rows"
    if noise < LEAST:  # the latest rows of a series are one draw
        return text
    return f"{text}, {'more than' if abs(gain) > noise else 'within'} the spread of {value(noise)}"


def importance(results: Results, settings: Settings) -> str:
    """Say which feature stands out most often."""
    top = max(results["diagnosis"]["importance"], key=lambda item: item["mean"])
    share = percent(top["mean"])
    return f"{top['feature']} stands out most: {share} of what makes the strongest alerts strange"


def threshold(results: Results, settings: Settings) -> str:
    """Say by which policy the threshold was set, and what it gives on validation rows."""
    facts = results["threshold"]
    taken, policy = facts["chosen"], POLICIES[facts["policy"]]
    said = f"{policy}: {number(taken['per_period'])} alerts per {period(settings)}"
    if "precision" not in taken:
        return f"{said} on validation rows"
    return f"{said}, {percent(taken['precision'])} right, {percent(taken['recall'])} found"


POLICIES = {
    "budget": "The threshold spends the alert budget",
    "f1": "The threshold has the highest F1",
    "cost": "The threshold has the lowest cost",
}


def labels(results: Results, settings: Settings) -> str:
    """Say from how many labels on a classifier finds more than the detector."""
    points, mine = results["supervised"]["points"], chosen(results)["score"]
    worse = [place for place, point in enumerate(points) if point["mean"] <= mine]
    first = worse[-1] + 1 if worse else 0  # the number from which on it stays ahead
    if first == len(points):
        most = results["supervised"]["labels"]
        return f"Even with {most:,} labelled {events_word(settings, most)} a classifier finds less"
    count = points[first]["labels"]
    return f"A classifier needs {count:,} labelled {events_word(settings, count)} to find more"


def contamination(results: Results, settings: Settings) -> str:
    """Say what anomalies among the training rows cost the chosen detector."""
    facts, name = results["contamination"], results["choice"]["chosen"]
    points = facts["points"]
    first, last = points[0], points[-1]
    return (
        f"{percent(last['share'])} anomalies among the training rows take {name} "
        f"from {number(first[name])} to {number(last[name])}"
    )


def gaussian(results: Results, settings: Settings) -> str:
    """Say for how many features a transformation makes a bell curve fit better."""
    facts = results["diagnosis"]["gaussian"]
    total = len(facts["features"])
    text = f"A transformation makes the bell curve fit better for {facts['better']} of {total}"
    return f"{text} features, such as {facts['example']['feature']}"


def slices(results: Results, settings: Settings) -> str:
    """Say where false alerts are most frequent among validation rows."""
    parts = results["errors"].get("slices") or []
    if not parts:
        return "No groups are declared, so no group can be called the worst"
    worst = max(parts, key=lambda part: part["false_share"])
    return (
        f"Most false flags where {worst['name']}: {percent(worst['false_share'])} of normal rows "
        f"({worst['rows']:,} rows)"
    )
