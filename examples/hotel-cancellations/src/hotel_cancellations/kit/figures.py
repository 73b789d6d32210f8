"""The four figures of the README; their titles stand with the other texts, in `report.md.j2`."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from . import number, percent
from .results import Results
from .settings import Settings


def phenomenon(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw the share of each class by the most telling feature."""
    found, binary, axes = results["train"]["pattern"], len(settings.names) == 2, figure.subplots()
    names = settings.names[binary:]  # of two classes the first is the rest
    shares = [each["shares"][binary:] for each in found["groups"]]
    stack(axes, [each["name"] for each in found["groups"]], shares, names)
    share = f"share {names[0]}" if binary else f"share of {settings.columns.unit}"
    axes.set(xlabel=share, ylabel=found["label"])
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")


def stack(axes: Axes, labels: list[str], parts: Any, names: list[str]) -> None:
    """Draw a bar per row of `parts`, from the top, one part beside the other."""
    pd.DataFrame(parts, labels, names).plot.barh(stacked=True, width=0.8, legend=False, ax=axes)
    if len(names) > 1:
        axes.figure.legend(loc="outside lower center", ncols=len(names))
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


def costs(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw what decisions cost by the model, by the rule of thumb, and for all rows alike."""
    figure.set_figheight(2.9)
    ways, axes = results["evaluate"]["test"]["costs"]["ways"], figure.subplots()
    labels = [name.replace("_", " ") for name in ways]
    labels[-1] += "\n(beyond capacity)" if settings.costs.capacity else ""
    names, binary = settings.names, len(settings.names) == 2
    others = names[::-1] if binary else ["another class"] * len(names)
    missed = [f"{name}, treated as {other}" for name, other in zip(names, others, strict=True)]
    stack(axes, labels, [way["costs"] for way in ways.values()], missed)
    highest = sorted(way["high"] for way in ways.values())
    end = min(highest[-1], 3 * highest[-2])  # a way that nobody takes is cut off
    for place, way in enumerate(ways.values()):
        axes.plot([way["low"], way["high"]], [place, place], color="black", linewidth=1.5)
        cost = number(way["cost"])
        if way["high"] > end:
            axes.text(1.1 * end, place, f"{cost} →", ha="right", va="center", color="white")
        else:
            axes.text(1.01 * way["high"], place, f" {cost}", va="center")
    axes.set(xlabel=money(settings), xlim=(0, 1.12 * end))
    axes.xaxis.set(major_formatter="{x:,.0f}", major_locator=MaxNLocator(5))


def money(settings: Settings) -> str:
    """Return the unit of costs."""
    return f"{settings.costs.unit} per 1,000 {settings.columns.unit}"


def threshold(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw the cost at every threshold, and precision against recall on the test rows."""
    policy, test = results["train"]["policy"], results["evaluate"]["test"]
    binary, ways = policy["threshold"] is not None, test["costs"]["ways"]
    *left, axes = figure.subplots(1, 1 + binary, squeeze=False)[0]
    for curve in test["trade_offs"]:
        axes.plot(curve["recall"], curve["precision"], label="" if binary else curve["class"])
    if binary:
        draw_cost_curve(left[0], policy, settings)
        for side, color in (("model", "C0"), ("rule_of_thumb", "C6")):
            at, label = ways[side], side.replace("_", " ")
            axes.plot(at["recall"], at["precision"] or 0.0, "o", color=color, label=label)
    axes.set(xlabel="share found", ylabel="share right, of those named", ylim=(0, 1.02))
    in_percent(axes)


def draw_cost_curve(axes: Axes, policy: dict[str, Any], settings: Settings) -> None:
    """Draw what each threshold would have cost on the folds, and the chosen one."""
    curve, chosen = policy["curve"], policy["threshold"]
    axes.plot(curve["thresholds"], curve["costs"])
    axes.axvline(chosen, color="C1", label=f"threshold {percent(chosen)}")
    if policy["by_costs"] != chosen:
        axes.axvline(policy["by_costs"], color="C6", linestyle="--", label="by costs alone")
    top = min(max(curve["costs"]), 5 * min(curve["costs"]))
    axes.set(xlabel=f"threshold for {settings.names[-1]}", ylabel=money(settings), ylim=(0, top))
    in_percent(axes)
    axes.yaxis.set_major_formatter("{x:,.0f}")


def calibration(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw observed shares against predicted probabilities, by tenths of the rows."""
    found, axes = results["evaluate"]["test"]["reliability"], figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.8", linewidth=1, label="predicted = observed")
    for side, color in (("rule_of_thumb", "C6"), ("model", "C0")):
        tenths, label = pd.DataFrame(found[side]), f"{side.replace('_', ' ')}, by tenths"
        axes.plot(tenths["claimed"], tenths["happened"], "o-", color=color, label=label)
    axes.vlines(tenths["claimed"], tenths["low"], tenths["high"], color="C0")
    what = settings.names[-1] if len(settings.names) == 2 else "right"
    axes.set(xlabel=f"predicted {what}", ylabel=f"observed {what}", xlim=(0, 1.02), ylim=(0, 1.02))
    in_percent(axes)


def in_percent(axes: Axes) -> None:
    """Give both axes marks in percent, and the figure a legend."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    axes.legend()
