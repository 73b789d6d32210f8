"""One sentence per result: the title of its figure and its alternative text."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent
from .wording import event, period, value


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
    found = f"{seen['caught']:,} of {event(settings, seen['events'])} found"
    return f"{found} with {work}, of which {percent(seen['precision'])} are right"


def choice(results: Results, settings: Settings) -> str:
    """Say which detector was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    if not results["data"]["labelled"]:
        return f"{name} is the fixed choice: without labels none can be called the best"
    if not settings.labels.choose:
        said = "also in front" if name == best else f"{best} is in front"
        return f"{name} was fixed beforehand; by the labels of validation rows {said}"
    if name == best:
        return f"{name} finds most, and no simpler detector can stand beside it"
    return f"{name} is the simplest detector that the rows cannot tell from the best one, {best}"


def more_data(results: Results, settings: Settings) -> str:
    """Say what the last rows brought, beside the noise of drawing others."""
    points = results["diagnosis"]["learning_curve"]
    last, before = points[-1], points[max(len(points) - 2, 0)]
    gain, noise = last["validation"] - before["validation"], max(last["sd"], before["sd"])
    said = "more than" if gain > noise else "within"
    grown = f"from {before['rows']:,} to {last['rows']:,} rows"
    return f"The step {grown} changed it by {value(gain)}: {said} the spread of {value(noise)}"


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
    return f"{text} features, most for {facts['example']['feature']}"


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

