"""The four figures of the README, and the words that texts and titles share."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import Results
from .settings import Settings

SAID = {"model": "the model", "rule_of_thumb": "the rule of thumb"}


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    evaluate = results["evaluate"]
    weakest = sorted(results["diagnose"]["slices"], key=lambda part: -part["score"])[:3]
    promised, best = results["diagnose"]["split_comparison"], results["train"]["metric"]["best"]
    loss = {name: abs(best - each["score"]) for name, each in promised.items()}
    return {
        **results, "head": evaluate["headline"], "rule": evaluate["headline"]["rule_of_thumb"],
        "ours": evaluate["test"]["costs"]["ways"]["model"], "weakest": weakest, "harder": loss.get("in_order", 0) > 1.2 * loss["honest"],
        "theirs": evaluate["test"]["costs"]["ways"]["rule_of_thumb"], "unit": settings.columns.unit,
        "percent": percent, "number": number, "money": money, "last": settings.names[-1],
        "finding": {
            "phenomenon": pattern_in_words(results, settings),
            "costs": costs_in_words(results, settings),
            "threshold": threshold_in_words(results, settings),
            "calibration": calibration_in_words(results, settings),
        },
    }  # fmt: skip


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share in percent."""
    return "-" if share is None else f"{share:.{digits}%}"


def number(value: float | None) -> str:
    """Return a score with three digits, without an exponent."""
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def money(value: float) -> str:
    """Return an amount without false precision: three digits that count."""
    digits = 2 - int(np.floor(np.log10(max(abs(value), 100))))
    return f"{round(value, digits):,.0f}"


def pattern_in_words(results: Results, settings: Settings) -> str:
    """Say where the class to find is most and least frequent."""
    first, last = results["train"]["pattern"][0], settings.names[-1]
    groups = [each for each in first["groups"] if each["rows"] >= 20] or first["groups"]
    most, least = (pick(groups, key=lambda each: each["shares"][-1]) for pick in (max, min))
    label, unit = first["label"], settings.columns.unit
    return (
        f"{label[0].upper()}{label[1:]} tells most: {percent(most['shares'][-1])} of {unit} are "
        f"{last} at “{most['name']}”, {percent(least['shares'][-1])} at “{least['name']}”"
    )


def costs_in_words(results: Results, settings: Settings) -> str:
    """Say what decisions by the model cost, and whether that is less than without it."""
    found, saving = results["evaluate"]["test"]["costs"], results["evaluate"]["test"]["costs"]["saving"]
    ours, theirs = found["ways"]["model"]["cost"], found["ways"][found["rival"]]["cost"]
    by = "by the rule of thumb" if found["rival"] == "rule_of_thumb" else f"with {found['rival']}"
    said = f"Decisions by the model cost {money(ours)} {settings.costs.unit} per 1,000 {settings.columns.unit}"
    said += f", {percent(abs(1 - ours / theirs))} {'less' if saving['value'] > 0 else 'more'} than {by}"
    return said if saving["low"] > 0 or saving["high"] < 0 else f"{said}, which may be chance"


def threshold_in_words(results: Results, settings: Settings) -> str:
    """Say what sets the threshold."""
    policy, unit = results["train"]["policy"], settings.columns.unit
    if policy["threshold"] is None:
        return "Each row gets the class with the least expected cost"
    said = f"{unit[0].upper()}{unit[1:]} count as {settings.names[-1]} from {percent(policy['threshold'])} on"
    if policy["threshold"] > policy["by_costs"]:
        return f"{said}: capacity sets the threshold; the costs alone would say {percent(policy['by_costs'])}"
    if policy["by_costs"] == policy["theory"]:
        return f"{said}, as the costs demand; no other threshold is clearly cheaper on the folds"
    return f"{said}: clearly cheaper on the folds than the {percent(policy['theory'])} that the costs demand"


def calibration_in_words(results: Results, settings: Settings) -> str:
    """Say whether the probabilities hold on the test rows, and where they miss most."""
    test = results["evaluate"]["test"]
    binary, tenths = len(settings.names) == 2, test["reliability"]["model"]
    what = settings.names[-1] if binary else "right"
    off = [tenth for tenth in tenths if not tenth["low"] <= tenth["claimed"] <= tenth["high"]]
    total = sum(each["rows"] for each in tenths)
    claimed, happened = (
        sum(each["rows"] * each[key] for each in tenths) / total for key in ("claimed", "happened")
    )
    said = f"Probabilities hold: {percent(claimed)} claimed to be {what}, {percent(happened)} were"
    if len(off) > 2:
        worst = max(off, key=lambda tenth: abs(tenth["happened"] - tenth["claimed"]))
        side = "low" if worst["happened"] > worst["claimed"] else "high"
        said = (
            f"Probabilities are too {side}: where {percent(worst['claimed'])} were claimed to be "
            f"{what}, {percent(worst['happened'])} were"
        )
    return said


@figure("evaluate")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw how often each class is there, by the two features that tell most."""
    names, panels = settings.names, results["train"]["pattern"]
    shown = range(len(names)) if len(names) > 2 else [1]
    shape, axes = canvas(pattern_in_words(results, settings), 3.4, columns=len(panels))
    for side, panel in zip(axes, panels, strict=True):
        shares = np.array([each["shares"] for each in panel["groups"]])
        before = np.zeros(len(shares))
        for code in shown:
            side.barh([each["name"] for each in panel["groups"]], shares[:, code], left=before,
                      label=names[code])  # fmt: skip
            before += shares[:, code]
        side.set(xlabel=f"share {names[1]}" if len(names) == 2 else "share", title=panel["label"])
        finish_bars(side)
        side.xaxis.set_major_formatter(lambda value, _: percent(value))
    if len(names) > 2:
        shape.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return shape


def finish_bars(axes: Axes) -> None:
    """Put the first bar on top and leave out lines between bars."""
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


@figure("evaluate")
def costs(results: Results, settings: Settings) -> Figure:
    """Draw what decisions cost by the model, by the rule of thumb, and for all rows alike."""
    found = results["evaluate"]["test"]["costs"]
    ways = {SAID.get(name, name): way for name, way in found["ways"].items()}
    shape, (axes,) = canvas(costs_in_words(results, settings), 2.9)
    before = np.zeros(len(ways))
    for code, name in enumerate(settings.names):  # a part for each class that was missed
        paid = np.array([way["costs"][code] for way in ways.values()])
        other = settings.names[1 - code] if len(settings.names) == 2 else "another"
        bars = axes.barh([*ways], paid, left=before, label=f"{name}, taken for {other}")
        before += paid
    axes.bar_label(bars, [money(each) for each in before], padding=14)
    ends = np.array([[way["low"], way["high"]] for way in ways.values()]).T
    axes.hlines(np.arange(len(ways)), *ends, color="black", linewidth=1.5)
    dearest = sorted(before)
    axes.set_xlim(0, 1.2 * min(dearest[-1], 3 * dearest[-2]))  # a way that nobody takes is cut off
    axes.set(xlabel=f"{settings.costs.unit} per 1,000 {settings.columns.unit}")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.legend(loc="upper right")
    finish_bars(axes)
    return shape


@figure("evaluate")
def threshold(results: Results, settings: Settings) -> Figure:
    """Draw the cost at every threshold, and precision against recall on the test rows."""
    policy, test = results["train"]["policy"], results["evaluate"]["test"]
    binary = policy["threshold"] is not None
    shape, axes = canvas(threshold_in_words(results, settings), 3.4, columns=1 + binary)
    if binary:
        draw_cost_curve(axes[0], policy, settings)
    for curve in test["curves"]:
        label = "the model" if binary else curve["class"]
        axes[-1].plot(curve["model"]["recall"], curve["model"]["precision"], label=label)
        if binary:
            rule = curve["rule_of_thumb"]
            axes[-1].plot(rule["recall"], rule["precision"], color=GREY, label="the rule of thumb")
            at = test["costs"]["ways"]["model"]
            axes[-1].plot(at["recall"], at["precision"], "o", color=ORANGE, label="at the threshold")
    axes[-1].set(xlabel="share found", ylabel="share right, of those named", ylim=(0, 1.02))
    for axis in (axes[-1].xaxis, axes[-1].yaxis):
        axis.set_major_formatter(lambda value, _: percent(value))
    axes[-1].legend(loc="lower left")
    return shape


def draw_cost_curve(axes: Axes, policy: dict[str, Any], settings: Settings) -> None:
    """Draw what each threshold would have cost on the folds, and the chosen one."""
    curve, chosen = policy["curve"], policy["threshold"]
    axes.plot(curve["thresholds"], curve["costs"])
    axes.axvline(chosen, color=ORANGE, linewidth=1.5, label=f"threshold {percent(chosen)}")
    if policy["by_costs"] != chosen:
        axes.axvline(policy["by_costs"], color=GREY, linestyle="--", label="by costs alone")
    lowest = min(curve["costs"])
    axes.set(xlabel=f"{settings.names[-1]} from this probability on", ylim=(0, min(max(curve["costs"]), 5 * lowest)))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel(f"{settings.costs.unit} per 1,000 {settings.columns.unit}")
    axes.xaxis.set_major_formatter(lambda value, _: percent(value))
    axes.legend(loc="best")


@figure("evaluate")
def calibration(results: Results, settings: Settings) -> Figure:
    """Draw how often it was so against how probable the model called it, by tenths of the rows."""
    found = results["evaluate"]["test"]["reliability"]
    shape, (axes,) = canvas(calibration_in_words(results, settings), 3.8)
    rule, tenths = found["rule_of_thumb"], found["model"]
    axes.plot([0, 1], [0, 1], color=LIGHT, linewidth=1, label="claimed = happened")
    axes.plot(*zip(*((each["claimed"], each["happened"]) for each in rule), strict=True), "s",
              color=GREY, markersize=4, label="the rule of thumb")  # fmt: skip
    claimed, happened = (np.array([each[key] for each in tenths]) for key in ("claimed", "happened"))
    reach = np.abs([[each[end] for each in tenths] for end in ("low", "high")] - happened)
    axes.errorbar(claimed, happened, reach, fmt="o-", color=BLUE, label="the model, by tenths")
    what = settings.names[-1] if len(settings.names) == 2 else "right"
    axes.set(xlabel=f"claimed to be {what}", ylabel=f"were {what}", xlim=(0, 1), ylim=(0, 1))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: percent(value))
    axes.legend(loc="upper left")
    return shape
