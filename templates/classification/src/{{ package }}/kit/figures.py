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

SAID = {
    "model": "the model", "rule_of_thumb": "the rule of thumb", "C": "penalty",
    "n_estimators": "number of trees", "num_leaves": "size of trees",
}  # fmt: skip


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    train, diagnose, evaluate = (results[name] for name in ("train", "diagnose", "evaluate"))
    weakest = sorted(evaluate["slices"] or diagnose["slices"], key=lambda part: -part["score"])
    fair, other = diagnose["split_comparison"].values()
    best = train["metric"]["best"]
    miss, usual = (abs(best - (each["score"] or best)) for each in (other, fair))
    ways, names = evaluate["test"]["costs"]["ways"], settings.names
    return {
        "train": train, "diagnose": diagnose, "evaluate": evaluate, "head": evaluate["headline"],
        "rule": evaluate["headline"]["rule_of_thumb"], "unit": settings.columns.unit,
        "number": number, "percent": percent, "money": money, "names": names, "last": names[-1],
        "fair": fair, "other": other, "harder": miss > 1.2 * usual, "easier": 0 < miss < usual,
        "weakest": weakest[:3], "edge": at_edge(train),
        "ours": ways["model"], "theirs": ways["rule_of_thumb"],
        "finding": {
            "phenomenon": pattern_in_words(results, settings),
            "costs": costs_in_words(results, settings),
            "threshold": threshold_in_words(results, settings),
            "calibration": calibration_in_words(results, settings),
        },
    }  # fmt: skip


def at_edge(train: dict[str, Any]) -> list[str]:
    """Return which of the chosen numbers lie at an end of what was tried."""
    chosen = train["choice"]["parameters"]
    ends = {name: {min(tried), max(tried)} for name, tried in train["tuning"].items()}
    return [SAID[name] for name in ends if name in SAID and chosen[name] in ends[name]]


def percent(share: float | None, _: Any = None) -> str:
    """Return a share in percent."""
    return "-" if share is None else f"{share:.0%}"


def number(value: float | None) -> str:
    """Return a score with three digits, without an exponent."""
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def money(value: float) -> str:
    """Return an amount without false precision: three digits that count."""
    digits = 2 - int(np.floor(np.log10(max(abs(value), 100))))
    return f"{round(value, digits):,.0f}"


def upper(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return f"{text[0].upper()}{text[1:]}"


def pattern_in_words(results: Results, settings: Settings) -> str:
    """Say where the class to find (of several, the one that differs most) is and is not."""
    first, names = results["train"]["pattern"][0], settings.names
    groups = [each for each in first["groups"] if each["rows"] >= 20] or first["groups"]
    code = 1 if len(names) == 2 else np.ptp([each["shares"] for each in groups], axis=0).argmax()
    most, least = (pick(groups, key=lambda each: each["shares"][code]) for pick in (max, min))
    high, low = percent(most["shares"][code]), percent(least["shares"][code])
    said = f"{upper(first['label'])} tells most: {high} of {settings.columns.unit} are "
    return f"{said}{names[code]} at “{most['name']}”, {low} at “{least['name']}”"


def costs_in_words(results: Results, settings: Settings) -> str:
    """Say what decisions by the model cost, and whether that is less than without it."""
    found = results["evaluate"]["test"]["costs"]
    saving, rival = found["saving"], found["rival"]
    ours, theirs = found["ways"]["model"]["cost"], found["ways"][rival]["cost"]
    per = f"{settings.costs.unit} per 1,000 {settings.columns.unit}"
    side = "less" if saving["value"] > 0 else "more"
    than = "by the rule of thumb" if rival == "rule_of_thumb" else f"with {rival}"
    said = f"Decisions by the model cost {money(ours)} {per}, {percent(abs(1 - ours / theirs))} "
    sure = saving["low"] > 0 or saving["high"] < 0
    return f"{said}{side} than {than}{'' if sure else ', which may be chance'}"


def threshold_in_words(results: Results, settings: Settings) -> str:
    """Say what sets the threshold; of several classes, which is found least."""
    policy, unit = results["train"]["policy"], upper(settings.columns.unit)
    if policy["threshold"] is None:
        counts = np.array(results["evaluate"]["test"]["costs"]["ways"]["model"]["counts"])
        found = counts.diagonal() / counts.sum(axis=1)
        least = settings.names[found.argmin()]
        return f"Hardest to find: {least}, of which {percent(found.min())} are decided to be it"
    said = f"{unit} count as {settings.names[-1]} from {percent(policy['threshold'])} on"
    alone, theory = percent(policy["by_costs"]), percent(policy["theory"])
    if policy["threshold"] > policy["by_costs"]:
        return f"{said}: capacity sets the threshold; the costs alone would say {alone}"
    if policy["by_costs"] == policy["theory"]:
        return f"{said}, as the costs demand; no other threshold is clearly cheaper on the folds"
    return f"{said}: on the folds clearly cheaper than {theory}, as costs demand"


def calibration_in_words(results: Results, settings: Settings) -> str:
    """Say whether the probabilities hold on the test rows, and where they miss most."""
    tenths = results["evaluate"]["test"]["reliability"]["model"]
    what = settings.names[-1] if len(settings.names) == 2 else "right"
    off = [tenth for tenth in tenths if not tenth["low"] <= tenth["claimed"] <= tenth["high"]]
    if len(off) < 3:
        ends = ([tenth[key] for tenth in tenths] for key in ("claimed", "happened"))
        claimed, happened = (percent(float(np.mean(each))) for each in ends)
        return f"Probabilities hold: {claimed} claimed to be {what}, {happened} were"
    worst = max(off, key=lambda tenth: abs(tenth["happened"] - tenth["claimed"]))
    side = "low" if worst["happened"] > worst["claimed"] else "high"
    said = f"Where {percent(worst['claimed'])} were claimed to be {what}, "
    return f"{said}{percent(worst['happened'])} were: there the probabilities are too {side}"


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw how often each class is there, by two features that tell much."""
    names, panels = settings.names, results["train"]["pattern"]
    shape, axes = canvas(pattern_in_words(results, settings), 3.4, columns=len(panels))
    for side, panel in zip(axes, panels, strict=True):
        groups = [each["name"] for each in panel["groups"]]
        shares = np.array([each["shares"] for each in panel["groups"]])
        before = np.zeros(len(groups))
        for code in range(len(names)) if len(names) > 2 else [1]:
            side.barh(groups, shares[:, code], left=before, label=names[code])
            before += shares[:, code]
        side.set(xlabel=f"share {names[1]}" if len(names) == 2 else "share", title=panel["label"])
        side.xaxis.set_major_formatter(percent)
        finish_bars(side)
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
    ways, names = results["evaluate"]["test"]["costs"]["ways"], settings.names
    labels = [SAID.get(name, name) for name in ways]
    labels[-1] += "\n(beyond capacity)" if settings.costs.capacity else ""
    shape, (axes,) = canvas(costs_in_words(results, settings), 2.9)
    total = np.zeros(len(ways))
    for code, name in enumerate(names):  # a part for each class that was missed
        paid = np.array([way["costs"][code] for way in ways.values()])
        other = names[1 - code] if len(names) == 2 else "another"
        axes.barh(labels, paid, left=total, label=f"{name}, taken for {other}")
        total += paid
    dearest = sorted(way["high"] for way in ways.values())
    end = min(dearest[-1], 3 * dearest[-2])  # a way that nobody takes is cut off
    for place, way in enumerate(ways.values()):
        axes.plot([way["low"], way["high"]], [place, place], color="black", linewidth=1.5)
        axes.text(min(1.01 * way["high"], end), place, f" {money(way['cost'])}", va="center")
    axes.set_xlim(0, 1.12 * end)
    axes.set_xlabel(f"{settings.costs.unit} per 1,000 {settings.columns.unit}")
    axes.xaxis.set(major_formatter="{x:,.0f}", major_locator=MaxNLocator(5))
    axes.legend(loc="upper right")
    finish_bars(axes)
    return shape


@figure("evaluate")
def threshold(results: Results, settings: Settings) -> Figure:
    """Draw the cost at every threshold, and precision against recall on the test rows."""
    policy, test = results["train"]["policy"], results["evaluate"]["test"]
    binary = policy["threshold"] is not None
    shape, panels = canvas(threshold_in_words(results, settings), 3.4, columns=1 + binary)
    axes, at = panels[-1], test["costs"]["ways"]["model"]
    for curve in test["curves"]:
        if binary:
            rule = curve["rule_of_thumb"]
            axes.plot(rule["recall"], rule["precision"], color=GREY, label="the rule of thumb")
        label = "the model" if binary else curve["class"]
        axes.plot(curve["model"]["recall"], curve["model"]["precision"], label=label)
    if binary:
        draw_cost_curve(panels[0], policy, settings)
        axes.plot(at["recall"], at["precision"], "ko", label="at the threshold")
    axes.set(xlabel="share found", ylabel="share right, of those named", ylim=(0, 1.02))
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter(percent)
    axes.legend(loc="lower left")
    return shape


def draw_cost_curve(axes: Axes, policy: dict[str, Any], settings: Settings) -> None:
    """Draw what each threshold would have cost on the folds, and the chosen one."""
    curve, chosen = policy["curve"], policy["threshold"]
    axes.plot(curve["thresholds"], curve["costs"])
    axes.axvline(chosen, color=ORANGE, linewidth=1.5, label=f"threshold {percent(chosen)}")
    if policy["by_costs"] != chosen:
        axes.axvline(policy["by_costs"], color=GREY, linestyle="--", label="by costs alone")
    axes.set_ylim(0, min(max(curve["costs"]), 5 * min(curve["costs"])))
    axes.set_xlabel(f"{settings.names[-1]} from this probability on")
    axes.set_ylabel(f"{settings.costs.unit} per 1,000 {settings.columns.unit}")
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.legend(loc="best")


@figure("evaluate")
def calibration(results: Results, settings: Settings) -> Figure:
    """Draw how often it was so against how probable the model called it, by tenths of the rows."""
    found = results["evaluate"]["test"]["reliability"]
    shape, (axes,) = canvas(calibration_in_words(results, settings), 3.8)
    axes.plot([0, 1], [0, 1], color=LIGHT, linewidth=1, label="claimed = happened")
    for side, color in (("rule_of_thumb", GREY), ("model", BLUE)):
        x, y = ([tenth[key] for tenth in found[side]] for key in ("claimed", "happened"))
        ends = [[tenth[key] for tenth in found[side]] for key in ("low", "high")]
        reach = np.abs(np.array(ends) - y) if side == "model" else None
        axes.errorbar(x, y, reach, fmt="o-", color=color, label=f"{SAID[side]}, by tenths")
    what = settings.names[-1] if len(settings.names) == 2 else "right"
    axes.set(xlabel=f"claimed to be {what}", ylabel=f"were {what}", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter(percent)
    axes.legend(loc="upper left")
    return shape
