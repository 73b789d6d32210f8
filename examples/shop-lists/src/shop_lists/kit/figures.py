"""The four figures of the report, and what its texts use beside results and settings."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import Results
from .settings import Settings


def number(value: float | None) -> str:
    """Return three significant digits."""
    return "none" if value is None else f"{value:.3g}"


def share(value: float) -> str:
    """Return a share as per cent, small ones with a digit more."""
    return f"{value:.0%}" if abs(value) >= 0.0995 or value == 0 else f"{value:.1%}"


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return names and sentences for the texts."""
    rows = {row["name"]: row for row in results["train"]["ladder"]}
    user, item = settings.called("user"), settings.called("item")
    thumb = f"the {item}s that most {user}s {settings.feedback.took}"
    if window := rows[settings.rule_of_thumb.kind]["parameters"].get("window"):
        thumb += f" in the last {window:g} days"
    return {
        "number": number,
        "share": share,
        "user": user,
        "users": f"{user}s",
        "items": f"{item}s",
        "took": settings.feedback.took,
        "rungs": rows,
        "chosen": rows[results["train"]["choice"]["chosen"]],
        "thumb": thumb,
    }


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw the long tail: how much the best-known items have of all that was taken."""
    tail, items = results["train"]["data"]["tail"], f"{settings.called('item')}s"
    taken = f"{tail[4]:.0%} of all that {settings.called('user')}s {settings.feedback.took}"
    shape, (axes,) = canvas(f"The best-known tenth of the {items} has {taken}", 3)
    percent = 100 * np.array(tail)
    axes.fill_between(np.linspace(0, 100, len(tail)), percent, color=LIGHT, edgecolor=BLUE)
    axes.set(xlabel=f"% of {items}, the best-known first", ylabel="% of interactions")
    return shape


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw the chosen list beside the rule of thumb on the test."""
    head, found = results["evaluate"]["headline"], results["evaluate"]["test"]["lists"]
    label, thumb = words(results, settings)["chosen"]["label"], head["rule_of_thumb"]
    own, today = (share(found[name]["hit_rate"]) for name in ("chosen", "rule_of_thumb"))
    finding = f"{own} of {settings.called('user')}s find on their list {settings.called('item')}s "
    finding += f"that they {settings.feedback.took} later; with the rule of thumb {today}"
    shape, (axes,) = canvas(finding, 2.6)
    rows = {head["constant"]["label"]: (head["constant"], LIGHT)}
    rows |= {thumb["label"]: (thumb, GREY), label: (head, BLUE)}
    for place, (row, color) in enumerate(rows.values()):
        axes.barh(place, row["value"], color=color, height=0.6)
        axes.plot([row.get("low"), row.get("high")], [place, place], color="black", linewidth=1.5)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xlabel(f"{head['label']} on the test, with 95% intervals")
    return shape


@figure("evaluate")
def activity(results: Results, settings: Settings) -> Figure:
    """Draw for whom the list is worth it: by how much of their past is known."""
    groups, users = results["evaluate"]["slices"], f"{settings.called('user')}s"
    clear = sum(group["gain_low"] > 0 for group in groups)
    better = f"for {clear} of {len(groups)} groups of {users}"
    shape, (axes,) = canvas(f"Clearly better than the rule of thumb {better}", 3.4)
    names = [f"{group['name']}\n({group['rows']:,})" for group in groups]
    score, low, high, thumb = (
        np.array([group[key] for group in groups]) for key in ("score", "low", "high", "constant")
    )
    axes.errorbar(names, score, (score - low, high - score), fmt="o-", color=BLUE, label="chosen")
    axes.plot(names, thumb, "s--", color=ORANGE, label="rule of thumb")
    axes.set(xlabel=f"past interactions (and how many {users})", ylim=(0, None))
    axes.set_ylabel(results["evaluate"]["headline"]["label"])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw the score against the number of users that the model was fitted to."""
    curve, users = results["diagnose"]["curves"]["learning"], f"{settings.called('user')}s"
    label, gain = results["train"]["metric"]["label"], curve["gain_from_twice"]["estimate"]
    shape, (axes,) = canvas(f"Twice the {users} would add about {number(gain)} to {label}", 3)
    sizes, scores = ([point[key] for point in curve["points"]] for key in ("rows", "validation"))
    axes.plot(sizes, scores, "o-", color=BLUE, clip_on=False)
    axes.set(xlabel=f"{users} fitted to", ylabel=f"{label} in validation", ylim=(0, None))
    return shape
