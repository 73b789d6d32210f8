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
    if settings.alerts.policy == "budget":
        work += f" (budget: {settings.alerts.budget:g})"
    if not test["labelled"]:
        return f"{work} on test rows; nobody labelled them, so nobody knows how many are right"
    events = events_word(settings, seen["events"])
    return (
        f"{seen['caught']:,} of {seen['events']:,} {events} found and {seen['right']:,} of "
        f"{seen['alerts']:,} alerts right, with {work}"
    )


def choice(results: Results, settings: Settings) -> str:
    """Say which detector was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    if not results["data"]["labelled"]:
        return f"{name} is the fixed choice: without labels none can be called the best"
    if not settings.labels.choose:
        first = "it" if name == best else best
        return f"{name} was fixed beforehand; by the labels of validation rows {first} leads"
    if name == best:
        return f"{name} ranks anomalies best, and every simpler detector is clearly worse"
    return f"{name} is the simplest detector that is not clearly worse than the best one, {best}"


def more_data(results: Results, settings: Settings) -> str:
    """Say what the last rows brought, beside the noise of drawing others."""
    points = results["diagnosis"]["learning_curve"]
    last, before = points[-1], points[max(len(points) - 2, 0)]
    gain, noise = last["validation"] - before["validation"], max(last["sd"], before["sd"])
    what = METRIC.capitalize() if settings.labelled else "Agreement"
    text = f"{what} changed by {value(gain)} from {before['rows']:,} to {last['rows']:,} rows"
    if noise < LEAST:  # a detector without a seed
        return text
    drawn = "seeds" if settings.columns.time else "draws"  # of a series the latest rows are taken
    side = "more than" if abs(gain) > noise else "within"
    return f"{text}, {side} the spread over {drawn}, {value(noise)}"


def importance(results: Results, settings: Settings) -> str:
    """Say which feature stands out most often."""
    top = max(results["diagnosis"]["importance"], key=lambda item: item["mean"])
    share = percent(top["mean"])
    return f"{top['feature']} stands out most: {share} of what makes the strongest alerts strange"


def threshold(results: Results, settings: Settings) -> str:
    """Say by which policy the threshold was set, and what it gives on validation rows."""
    facts = results["threshold"]
    taken, policy = facts["chosen"], POLICIES[facts["policy"]]
    said = f"{policy} on validation rows: {number(taken['per_period'])} alerts per "
    said += period(settings)
    if "precision" not in taken:
        return said
    found = f"{percent(taken['recall'])} of {events_word(settings)} found"
    return f"{said}, {percent(taken['precision'])} right, {found}"


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


def stability(results: Results) -> str:
    """Say how far the top of the list depends on which rows were there to fit to."""
    share = percent(results["diagnosis"]["seed_spread"]["stability"])
    return f"Two detectors that each had half of the training rows agree on {share} of the top"


def slices(results: Results, settings: Settings) -> str:
    """Say where false flags are most frequent among validation rows; without any, where misses."""
    parts = results["errors"]["slices"]
    worst = max(parts, key=lambda part: part["false_share"])
    if worst["false_share"]:
        share, count = percent(worst["false_share"]), worst["rows"] - worst["anomalies"]
        return f"Most false flags where {worst['name']}: {share} of {count:,} normal rows"
    worst = min(parts, key=lambda part: (not part["anomalies"], part["recall"]))
    share, count = percent(worst["recall"]), f"{worst['anomalies']:,} anomalous rows"
    return f"Most missed where {worst['name']}: {share} of {count} are flagged"
