"""The four figures of the report; their titles stand with the other texts, in `report.md.j2`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .results import Results
from .settings import Settings


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    rows = {row["name"]: row for row in results["train"]["ladder"]}
    user, item, took = settings.called("user"), settings.called("item"), settings.feedback.took
    found: dict[str, Any] = {"user": user, "users": f"{user}s", "items": f"{item}s", "took": took}
    found |= {"rungs": rows, "chosen": rows[results["train"]["choice"]["chosen"]]}
    return found | {"thumb": rows[settings.rule_of_thumb.kind], "number": number, "share": share}


def number(value: float | None) -> str:
    """Return three significant digits."""
    return "none" if value is None else f"{value:.3g}"


def share(value: float) -> str:
    """Return a share as per cent, small ones with a digit more."""
    return f"{value:.0%}" if abs(value) >= 0.0995 or value == 0 else f"{value:.1%}"


def phenomenon(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw the long tail: how much the best-known items have of all that was taken."""
    shape.set_figheight(3)
    percent, axes = 100 * np.array(results["train"]["data"]["tail"]), shape.subplots()
    axes.fill_between(np.linspace(0, 100, len(percent)), percent, color="0.8", edgecolor="C0")
    known = f"% of {settings.called('item')}s, the best-known first"
    axes.set(xlabel=known, ylabel="% of interactions")


def result(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw the chosen list beside the rule of thumb on the test."""
    shape.set_figheight(2.6)
    head, axes = results["evaluate"]["headline"], shape.subplots()
    label = words(results, settings)["chosen"]["label"]
    rows = {head["constant"]["label"]: (head["constant"], "0.8")}  # the rule of thumb may be it
    rows |= {head["rule_of_thumb"]["label"]: (head["rule_of_thumb"], "C6"), label: (head, "C0")}
    for place, (row, color) in enumerate(rows.values()):
        axes.barh(place, row["value"], color=color, height=0.6)
        axes.plot([row.get("low"), row.get("high")], [place, place], color="black", linewidth=1.5)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xlabel(f"{head['label']} on the test, with 95% intervals")


def activity(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw for whom the list is worth it: by how much of their past is known."""
    shape.set_figheight(3.4)
    groups, axes = results["evaluate"]["slices"], shape.subplots()
    names = [f"{group['name']}\n({group['rows']:,})" for group in groups]
    keys = ("score", "low", "high", "constant")
    score, low, high, thumb = (np.array([group[key] for group in groups]) for key in keys)
    axes.errorbar(names, score, (score - low, high - score), fmt="o-", label="chosen")
    axes.plot(names, thumb, "s--", label="rule of thumb")
    known = f"past interactions (and how many {settings.called('user')}s)"
    axes.set(xlabel=known, ylabel=results["evaluate"]["headline"]["label"], ylim=(0, None))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def learning(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw the score against the number of users that the model was fitted to."""
    shape.set_figheight(3)
    points, axes = results["diagnose"]["curves"]["learning"]["points"], shape.subplots()
    sizes, scores = ([point[key] for point in points] for key in ("rows", "validation"))
    axes.plot(sizes, scores, "o-", clip_on=False)
    label = f"{results['train']['metric']['label']} in validation"
    axes.set(xlabel=f"{settings.called('user')}s fitted to", ylabel=label, ylim=(0, None))


FIGURES = (phenomenon, result, activity, learning)
