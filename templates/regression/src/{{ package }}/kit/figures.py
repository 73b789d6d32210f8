"""The four figures of the README, and the words that texts and titles share."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .report import BLUE, GREY, LIGHT, ORANGE, canvas, figure
from .results import Results
from .settings import Settings

KNOBS = {"n_estimators": "number of trees", "num_leaves": "leaves of a tree"}


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    train, diagnose, evaluate = (results[name] for name in ("train", "diagnose", "evaluate"))
    weakest = max(evaluate["slices"] or diagnose["slices"], key=lambda group: group["low"])
    fair, other = diagnose["split_comparison"].values()
    open_names = [settings.columns.label(name) for name in train["leakage"]["not_confirmed"]]
    more = f" and {len(open_names) - 3} more" if len(open_names) > 3 else ""
    unconfirmed = f"{', '.join(open_names[:3])}{more}"
    return {
        "train": train, "diagnose": diagnose, "evaluate": evaluate, "head": evaluate["headline"],
        "rule": evaluate["headline"]["rule_of_thumb"], "unit": settings.columns.unit,
        "number": number, "percent": percent, "weakest": weakest, "fair": fair, "other": other,
        "unconfirmed": unconfirmed,
        "edge": at_edge(train),
        "unsure": [
            item for item in train["choice"]["comparisons"]
            if item["model"] == "rule_of_thumb" and not item["clear"]
        ],
        "finding": {
            "phenomenon": pattern_in_words(results, settings),
            "result": result_in_words(results, settings),
            "tenths": bias_in_words(results, settings),
            "learning": learning_in_words(results, settings),
        },
    }  # fmt: skip


def at_edge(train: Results) -> list[str]:
    """Return which of the chosen numbers lie at an end of what was tried."""
    tried, chosen = train["tuning"], train["choice"]["parameters"]
    return [
        label for name, label in KNOBS.items()
        if name in tried and chosen[name] in {min(tried[name]), max(tried[name])}
    ]  # fmt: skip


def number(value: float | None) -> str:
    """Return a number with three digits that count."""
    if value is None or value == 0:
        return "-" if value is None else "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def percent(share: float | None) -> str:
    """Return a share in percent."""
    return "-" if share is None else f"{share:.0%}"


def pattern_in_words(results: Results, settings: Settings) -> str:
    """Say where the target is highest and lowest."""
    pattern, columns = results["train"]["pattern"], settings.columns
    points = pattern["points"]
    low, high = (pick(points, key=lambda point: point["mean"]) for pick in (min, max))
    label, target = columns.label(pattern["along"]), columns.label(columns.target)
    said = f"{target[0].upper()}{target[1:]}: on average {number(high['mean'])} {columns.unit} at "
    lines = [f" ({columns.label(name)}: {high['line']})" for name in pattern["beside"]]
    at, least = (columns.category(pattern["along"], end["x"]) for end in (high, low))
    return f"{said}{label} {at}{''.join(lines)}, but {number(low['mean'])} at {least}"


def result_in_words(results: Results, settings: Settings) -> str:
    """Say by how much the model beats the rule of thumb, and whether chance may have done it."""
    head = results["evaluate"]["headline"]
    share, side = abs(head["improvement"]), "smaller" if head["improvement"] > 0 else "larger"
    said = f"The model's error is {share:.0%} {side} than that of the rule of thumb"
    return said if head["improvement_low"] > 0 else f"{said}, which may be chance"


def bias_in_words(results: Results, settings: Settings) -> str:
    """Say with its sign where predictions are wrong on average, and whether intervals hold."""
    tenths, head = results["evaluate"]["test"]["tenths"], results["evaluate"]["headline"]
    worst = max(tenths, key=lambda tenth: abs(tenth["mean_error"]))
    error, unit = worst["mean_error"], settings.columns.unit
    if abs(error) < head["value"] / 4 or abs(error) < 2 * worst["error_sd"]:
        return "No tenth of the predictions is clearly too high or too low on average"
    part = {tenths[0]["high"]: "lowest", tenths[-1]["high"]: "highest"}.get(worst["high"])
    where = f"Where predictions are {part}" if part else f"Around {number(worst['high'])} {unit}"
    side = "low" if error < 0 else "high"
    return f"{where}, they are too {side} by {number(abs(error))} {unit} on average"


def learning_in_words(results: Results, settings: Settings) -> str:
    """Say what the last doubling of the rows brought, the most to expect of the next one."""
    gain = results["diagnose"]["curves"]["learning"]["gain_from_twice"]
    if gain["low"] <= 0:
        return "The last doubling of the rows brought nothing that the folds can see"
    said = f"The last doubling of the rows lowered the error by {number(gain['estimate'])}"
    return f"{said} {settings.columns.unit} ({number(gain['low'])} to {number(gain['high'])})"


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw the mean target along what tells most."""
    pattern, columns = results["train"]["pattern"], settings.columns
    shape, (axes,) = canvas(pattern_in_words(results, settings))
    for line in dict.fromkeys(point["line"] for point in pattern["points"]):
        points = [point for point in pattern["points"] if point["line"] == line]
        along = [point["x"] for point in points]
        names = [columns.category(pattern["along"], value) for value in along]
        label = "".join(f"{columns.label(name)}: {line}" for name in pattern["beside"]) or "mean"
        x = along if isinstance(along[0], float) else names
        axes.plot(x, [point["mean"] for point in points], "o-", label=label)
    label = columns.label(columns.target)
    finish(axes, columns.label(pattern["along"]), f"{label} ({columns.unit})")
    return shape


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw the error of the model beside that of today's way, and the goal."""
    head = results["evaluate"]["headline"]
    rule = head["rule_of_thumb"]
    shape, (axes,) = canvas(result_in_words(results, settings), height=2.4)
    rows = [("the model", head, ORANGE), ("rule of thumb", rule, BLUE)]
    for place, (_, side, colour) in enumerate(rows):
        axes.barh(place, side["value"], color=colour, height=0.5)
        axes.plot([side["low"], side["high"]], [place, place], color="black", lw=1.5)
        axes.text(side["high"], place, f"  {number(side['value'])}", va="center")
    goal = rule["value"] * (1 - head["goal"]["wanted"])
    axes.axvline(goal, color=GREY, ls="--", label=f"the goal: {number(goal)}")
    axes.set_yticks([0, 1], [name for name, *_ in rows])
    axes.set_xlim(0, 1.15 * max(rule["high"], head["high"]))
    axes.grid(visible=False, axis="y")
    axes.invert_yaxis()
    finish(axes, f"{head['label']} on the test rows ({head['unit']}); line: 95% interval", "")
    return shape


@figure("evaluate")
def tenths(results: Results, settings: Settings) -> Figure:
    """Draw mean error and coverage of the intervals along tenths of the predictions."""
    test, unit = results["evaluate"]["test"], settings.columns.unit
    shape, (above, below) = canvas(bias_in_words(results, settings), height=4.8, panels=2)
    parts, places = test["tenths"], np.arange(1, len(test["tenths"]) + 1)
    told = {key: [part[key] for part in parts] for key in ("p10", "p90", "mean_error", "coverage")}
    above.vlines(places, told["p10"], told["p90"], color=LIGHT, lw=9, label="middle 80%")
    above.plot(places, told["mean_error"], "D", color=BLUE, label="mean error")
    above.axhline(0, color=GREY, lw=1)
    promised = test["coverage"]["promised"]
    below.axhline(100 * promised, color=GREY, lw=1, ls="--", label=f"promised: {promised:.0%}")
    below.plot(places, np.multiply(100, told["coverage"]), "o-", color=ORANGE, label="measured")
    finish(above, "", f"predicted - actual\n({unit})")
    said = "tenth of the test rows, from lowest to highest prediction"
    finish(below, said, "inside their\ninterval (%)")
    for axes in (above, below):
        axes.set_xticks(places)
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw error against training rows."""
    points = results["diagnose"]["curves"]["learning"]["points"]
    shape, (axes,) = canvas(learning_in_words(results, settings))
    rows = [point["rows"] for point in points]
    axes.plot(rows, [point["validation"] for point in points], "o-", color=BLUE, label="validation")
    axes.plot(rows, [point["train"] for point in points], "s-", color=GREY, label="training")
    wanted = results["diagnose"]["bias_variance"]["wanted"]
    axes.axhline(wanted, color=ORANGE, ls="--", lw=1.2, label="the goal, on the folds")
    metric = results["train"]["metric"]
    finish(axes, "training rows", f"{metric['label']} ({metric['unit']})")
    return shape


def finish(axes: Axes, x: str, y: str) -> None:
    """Name the axes, write thousands with separators, and keep the legend off the data."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}")) if y else None
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
