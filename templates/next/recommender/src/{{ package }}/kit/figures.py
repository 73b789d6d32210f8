"""The four figures of the report, and what its texts use beside results and settings."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import PACKAGE, Results
from .settings import Settings


def number(value: float | None) -> str:
    """Return three significant digits."""
    return "none" if value is None else f"{value:#.3g}".rstrip(".") if value else "0"


def share(value: float) -> str:
    """Return a share as per cent, small ones with a digit more."""
    if 0 < abs(value) < 0.0005:
        return "under 0.1%"
    return f"{value:.0%}" if abs(value) >= 0.0995 or value == 0 else f"{value:.1%}"


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return names and sentences for the texts."""
    train, test = results["train"], results["evaluate"]
    rows = {row["name"]: row for row in train["ladder"]}
    chosen = rows[train["choice"]["chosen"]]
    user, item = settings.called("user"), settings.called("item")
    past = [group for group in test["slices"] if group["gain_low"] <= 0]
    return {
        "number": number,
        "share": share,
        "user": user,
        "users": f"{user}s",
        "items": f"{item}s",
        "item": item,
        "took": settings.feedback.took,
        "labels": {name: row["label"] for name, row in rows.items()},
        "chosen": chosen,
        "package": PACKAGE.name,
        "thumb": name_thumb(results, settings),
        "against_rule": name_gain(test["headline"]),
        "undecided": past,
        "best": max(rows.values(), key=lambda row: row["score"] if row["personal"] else -1),
    }


def name_thumb(results: Results, settings: Settings) -> str:
    """Say what the rule of thumb shows."""
    rows = results["train"]["ladder"]
    window = next(row["parameters"] for row in rows if row["role"] == "rule_of_thumb").get("window")
    most = f"the {settings.called('item')}s that most {settings.called('user')}s"
    most += f" {settings.feedback.took}"
    if window is None:
        return most
    return f"{most} in the last {'day' if window == 1 else f'{window:g} days'}"


def name_gain(head: dict[str, Any]) -> str:
    """Say by how much the rule of thumb is beaten, and how sure that is."""
    value, low, high = (head[f"improvement{end}"] for end in ("", "_low", "_high"))
    if head["value"] == head["rule_of_thumb"]["value"]:
        return "the rule of thumb itself was chosen"
    if value is None or low is None or low <= 0 <= high:
        return "not clearly better or worse"
    word = "better" if value > 0 else "worse"
    ends = sorted([abs(low), abs(high)])
    return f"{share(abs(value))} {word} (95% interval {share(ends[0])} to {share(ends[1])})"


def draw(
    finding: str, settings: Settings, height: float, panels: int = 1
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure whose title is the finding, and says so where data are invented."""
    return canvas(f"{finding} (invented data)" if settings.data.demo else finding, height, panels)


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw the long tail and, where there are times, how fast favourites change."""
    data, user, item = results["train"]["data"], settings.called("user"), settings.called("item")
    taken, fashion = data["tail"], data["fashion"]
    finding = f"A tenth of the {item}s has {taken[4]:.0%} of all that {user}s "
    finding += settings.feedback.took
    if fashion:
        left = fashion[min(2, len(fashion) - 1)]
        finding += f"; {left['kept']:.1f} of ten favourites are left {left['days']} days later"
    shape, panels = draw(finding, settings, 5.4 if fashion else 3.4, 2 if fashion else 1)
    panels[0].fill_between(np.linspace(0, 1, 41), taken, color=LIGHT, edgecolor=BLUE)
    panels[0].set(xlabel=f"{item}s, the best-known first", ylabel="share of interactions")
    for axis in (panels[0].xaxis, panels[0].yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    if fashion:
        days, kept = zip(*(point.values() for point in fashion), strict=True)
        panels[1].bar([str(day) for day in days], kept, color=BLUE, width=0.6)
        panels[1].set(xlabel="days later", ylabel="of a week's ten favourites", ylim=(0, 10))
    return shape


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw the chosen list beside the rule of thumb on the test."""
    head, test = results["evaluate"]["headline"], results["evaluate"]["test"]["lists"]
    label, thumb = words(results, settings)["chosen"]["label"], head["rule_of_thumb"]
    hits = [share(test[name]["hit_rate"]) for name in ("chosen", "rule_of_thumb")]
    finding = f"{hits[0]} of {settings.called('user')}s find a {settings.called('item')} "
    finding += f"that they {settings.feedback.took} later among the {settings.metric.k}"
    finding += "" if thumb["label"] == label else f"; {hits[1]} with the rule of thumb"
    shape, (axes,) = draw(finding, settings, 2.6)
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
    groups, user = results["evaluate"]["slices"], settings.called("user")
    clear = sum(group["gain_low"] > 0 for group in groups)
    finding = (
        f"Clearly better than the rule of thumb for {clear} of {len(groups)} groups of {user}s"
    )
    if not words(results, settings)["chosen"]["personal"]:
        finding = f"One list for all, by how much of the {user}s' past is known"
    if not groups:
        finding = f"No group of {user}s is large enough to say for whom the list pays"
    shape, (axes,) = draw(finding, settings, 3.4)
    places, scores = range(len(groups)), np.array([group["score"] for group in groups])
    ends = np.array([[group[end] for group in groups] for end in ("low", "high")])
    reach = np.abs(ends - scores)
    axes.errorbar(places, scores, yerr=reach, fmt="o-", color=BLUE, label="chosen list")
    thumb = [group["constant"] for group in groups]
    axes.plot(places, thumb, "s--", color=ORANGE, label="rule of thumb")
    axes.set_xticks(places, [f"{group['name']}\n({group['rows']:,})" for group in groups])
    axes.set(xlabel=f"past interactions (and how many {user}s)", ylim=(0, None))
    axes.set_ylabel(results["evaluate"]["headline"]["label"])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw what newcomers get by how much is known of them, or else the learning curve."""
    found, user = results["diagnose"], settings.called("user")
    label, told = results["train"]["metric"]["label"], found["newcomers"]
    curve = told["curve"] if told else found["curves"]["learning"]["points"]
    by, score = ("past", "score") if told else ("rows", "validation")
    gain = number(found["curves"]["learning"]["gain_from_twice"]["estimate"])
    finding = f"Twice the {user}s would add about {gain} to {label}"
    if told:
        finding = "Told only the latest of a longer past, the list does not beat the rule of thumb"
        if enough := [point["past"] for point in curve if point["gain_low"] > 0]:
            known = f"Told the latest {enough[0]} interactions of {user}s it never saw"
            finding = f"{known}, the model beats the rule of thumb"
    shape, (axes,) = draw(finding, settings, 3.4)
    axes.plot([point[by] for point in curve], [point[score] for point in curve], "o-", color=BLUE)
    axes.set(xlabel="interactions told" if told else f"{user}s fitted to", ylabel=label)
    if told:
        axes.axhline(curve[0][score], color=ORANGE, linestyle="--", label="rule of thumb")
        axes.legend()
    axes.set_ylim(0, None)
    return shape
