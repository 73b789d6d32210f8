"""The four figures of the README, and the words that texts and titles share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import Results
from .settings import Settings


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    train, diagnose, evaluate = (results[name] for name in ("train", "diagnose", "evaluate"))
    ways, names = evaluate["test"]["costs"]["ways"], settings.names
    return {
        "train": train, "diagnose": diagnose, "evaluate": evaluate, "head": evaluate["headline"],
        "rule": evaluate["headline"]["rule_of_thumb"], "unit": settings.columns.unit,
        "number": number, "percent": percent, "names": names, "last": names[-1],
        "ours": ways["model"], "theirs": ways["rule_of_thumb"],
        "finding": {
            "phenomenon": pattern_in_words(results, settings),
            "costs": costs_in_words(results, settings),
            "threshold": threshold_in_words(results, settings),
            "calibration": calibration_in_words(results, settings),
        },
    }  # fmt: skip


def percent(share: float | None, _: Any = None) -> str:
    """Return a share in percent; an axis gives the place of its mark as well."""
    return "-" if share is None else f"{share:.0%}"


def number(value: float | None) -> str:
    """Return a score or an amount without false precision: three digits that count."""
    if not value:
        return "-" if value is None else "0"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def pattern_in_words(results: Results, settings: Settings) -> str:
    """Say where the class to find (of several, the one that differs most) is rare and frequent."""
    found, names = results["train"]["pattern"], settings.names
    groups = [each for each in found["groups"] if each["rows"] >= 20] or found["groups"]
    code = 1 if len(names) == 2 else np.ptp([each["shares"] for each in groups], axis=0).argmax()
    ordered = sorted(groups, key=lambda each: each["shares"][code])
    least, most = ordered[0], ordered[-1]
    low, high = percent(least["shares"][code]), percent(most["shares"][code])
    said = f"What tells most is {found['label']}: from {low} {names[code]} ({least['name']}) "
    return f"{said}to {high} ({most['name']})"


def costs_in_words(results: Results, settings: Settings) -> str:
    """Say what decisions by the model cost, and whether that is less than without it."""
    found = results["evaluate"]["test"]["costs"]
    saving, rival = found["saving"], found["rival"]
    ours, theirs = found["ways"]["model"]["cost"], found["ways"][rival]["cost"]
    side = "less" if saving["value"] > 0 else "more"
    than = "by the rule of thumb" if rival == "rule_of_thumb" else f"with {rival}"
    chance = "" if saving["low"] > 0 or saving["high"] < 0 else ", which may be chance"
    unit, share = settings.columns.unit, percent(abs(1 - ours / theirs))
    said = f"Decisions by the model cost {number(ours)} {settings.costs.unit} per 1,000 {unit}, "
    return f"{said}{share} {side} than {than}{chance}"


def threshold_in_words(results: Results, settings: Settings) -> str:
    """Say what sets the threshold; of several classes, which is found least."""
    policy, unit = results["train"]["policy"], settings.columns.unit
    if policy["threshold"] is None:
        counts = np.array(results["evaluate"]["test"]["costs"]["ways"]["model"]["counts"])
        found = counts.diagonal() / counts.sum(axis=1)
        least = settings.names[found.argmin()]
        return f"Hardest to find is {least}: {percent(found.min())} are found"
    chosen, alone = percent(policy["threshold"]), percent(policy["by_costs"])
    capacity = f"as capacity demands; the costs alone would say {alone}"
    reason = "as the costs demand" if chosen == alone else capacity
    return f"From {chosen} on, {unit} count as {settings.names[-1]}, {reason}"


def calibration_in_words(results: Results, settings: Settings) -> str:
    """Say where the probabilities miss most on the test rows."""
    tenths = results["evaluate"]["test"]["reliability"]["model"]
    worst = max(tenths, key=lambda tenth: abs(tenth["happened"] - tenth["claimed"]))
    claimed, happened = percent(worst["claimed"]), percent(worst["happened"])
    chance = ", which may be chance" if worst["low"] <= worst["claimed"] <= worst["high"] else ""
    return f"At worst the probabilities say {claimed} where {happened} happened{chance}"


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw how often each class is there, along the feature that tells most."""
    found, binary = results["train"]["pattern"], len(settings.names) == 2
    names = settings.names[binary:]  # of two classes the first is the rest
    shape, (axes,) = canvas(pattern_in_words(results, settings), 3.4)
    shares = [each["shares"][binary:] for each in found["groups"]]
    stack(axes, [each["name"] for each in found["groups"]], shares, names)
    share = f"share {names[0]}" if binary else f"share of {settings.columns.unit}"
    axes.set(xlabel=share, ylabel=found["label"])
    axes.xaxis.set_major_formatter(percent)
    return shape


def stack(axes: Axes, labels: list[str], parts: Any, names: list[str]) -> None:
    """Draw a bar per row of `parts`, from the top, one part beside the other."""
    pd.DataFrame(parts, labels, names).plot.barh(stacked=True, width=0.8, legend=False, ax=axes)
    if len(names) > 1:
        axes.figure.legend(loc="outside lower center", ncols=len(names))
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


@figure("evaluate")
def costs(results: Results, settings: Settings) -> Figure:
    """Draw what decisions cost by the model, by the rule of thumb, and for all rows alike."""
    ways, names = results["evaluate"]["test"]["costs"]["ways"], settings.names
    labels = [name.replace("_", " ") for name in ways]
    labels[-1] += "\n(beyond capacity)" if settings.costs.capacity else ""
    shape, (axes,) = canvas(costs_in_words(results, settings), 2.9)
    missed = [f"{name}, not recognised" for name in names]
    stack(axes, labels, [way["costs"] for way in ways.values()], missed)
    dearest = sorted(way["high"] for way in ways.values())
    end = min(dearest[-1], 3 * dearest[-2])  # a way that nobody takes is cut off
    for place, way in enumerate(ways.values()):
        axes.plot([way["low"], way["high"]], [place, place], color="black", linewidth=1.5)
        axes.text(min(1.01 * way["high"], end), place, f" {number(way['cost'])}", va="center")
    axes.set_xlabel(f"{settings.costs.unit} per 1,000 {settings.columns.unit}")
    axes.set_xlim(0, 1.12 * end)
    axes.xaxis.set(major_formatter="{x:,.0f}", major_locator=MaxNLocator(5))
    return shape


@figure("evaluate")
def threshold(results: Results, settings: Settings) -> Figure:
    """Draw the cost at every threshold, and precision against recall on the test rows."""
    policy, test = results["train"]["policy"], results["evaluate"]["test"]
    binary, ways = policy["threshold"] is not None, test["costs"]["ways"]
    shape, panels = canvas(threshold_in_words(results, settings), 3.4, columns=1 + binary)
    axes = panels[-1]
    for curve in test["trade_offs"]:
        axes.plot(curve["recall"], curve["precision"], label="" if binary else curve["class"])
    if binary:
        draw_cost_curve(panels[0], policy, settings)
        for side, color in (("model", BLUE), ("rule_of_thumb", GREY)):
            at = ways[side]
            axes.plot(at["recall"], at["precision"], "o", color=color, label=side.replace("_", " "))
    axes.set(xlabel="share found", ylabel="share right, of those named", ylim=(0, 1.02))
    in_percent(axes)
    return shape


def draw_cost_curve(axes: Axes, policy: dict[str, Any], settings: Settings) -> None:
    """Draw what each threshold would have cost on the folds, and the chosen one."""
    curve, chosen = policy["curve"], policy["threshold"]
    axes.plot(curve["thresholds"], curve["costs"])
    axes.axvline(chosen, color=ORANGE, label=f"threshold {percent(chosen)}")
    if policy["by_costs"] != chosen:
        axes.axvline(policy["by_costs"], color=GREY, linestyle="--", label="by costs alone")
    top = min(max(curve["costs"]), 5 * min(curve["costs"]))
    money = f"{settings.costs.unit} per 1,000 {settings.columns.unit}"
    axes.set(xlabel=f"{settings.names[-1]} from here on", ylabel=money, ylim=(0, top))
    in_percent(axes)
    axes.yaxis.set_major_formatter("{x:,.0f}")


@figure("evaluate")
def calibration(results: Results, settings: Settings) -> Figure:
    """Draw how often it was so against how probable the model called it, by tenths of the rows."""
    found = results["evaluate"]["test"]["reliability"]
    shape, (axes,) = canvas(calibration_in_words(results, settings), 3.8)
    axes.plot([0, 1], [0, 1], color=LIGHT, linewidth=1, label="claimed = happened")
    for side, color in (("rule_of_thumb", GREY), ("model", BLUE)):
        tenths = pd.DataFrame(found[side])
        label = f"{side.replace('_', ' ')}, by tenths"
        axes.plot(tenths["claimed"], tenths["happened"], "o-", color=color, label=label)
    axes.vlines(tenths["claimed"], tenths["low"], tenths["high"], color=BLUE)
    what = settings.names[-1] if len(settings.names) == 2 else "right"
    axes.set(xlabel=f"claimed to be {what}", ylabel=f"were {what}", xlim=(0, 1.02), ylim=(0, 1.02))
    in_percent(axes)
    return shape


def in_percent(axes: Axes) -> None:
    """Give both axes marks in percent, and the figure a legend."""
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter(percent)
    axes.legend()
