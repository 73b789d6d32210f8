"""The four figures of the README, and the words that texts and titles share."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .report import BLUE, GREY, ORANGE, canvas, figure
from .results import Results
from .settings import Settings


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    head = results["evaluate"]["headline"]
    fair, other = results["diagnose"]["split_comparison"].values()
    findings = (say_pattern, say_result, say_bias, say_learning)
    found = {said.__name__: said(results, settings) for said in findings}
    found |= {step: results[step] for step in ("train", "diagnose", "evaluate")}
    found |= {"head": head, "rule": head["rule_of_thumb"], "unit": settings.columns.unit}
    return found | {"number": number, "percent": "{:.0%}".format, "fair": fair, "other": other}


def number(value: float | None) -> str:
    """Return a number with three digits that count."""
    if value is None or value == 0:
        return "-" if value is None else "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def say_pattern(results: Results, settings: Settings) -> str:
    """Say where the target is highest and lowest."""
    pattern, columns = results["train"]["pattern"], settings.columns
    name, points = pattern["along"], sorted(pattern["points"], key=lambda point: point["mean"])
    low, high = points[0], points[-1]
    lines = [f" ({columns.label(name)}: {high['line']})" for name in pattern["beside"]]
    at, least = (columns.category(name, point["x"]) for point in (high, low))
    target = f"{columns.label(columns.target)}: on average {number(high['mean'])} {columns.unit}"
    said = f"{target} at {columns.label(name)} {at}{''.join(lines)}"
    return f"{said[0].upper()}{said[1:]}, but {number(low['mean'])} at {least}"


def say_result(results: Results, settings: Settings) -> str:
    """Say by how much the model beats the rule of thumb, and whether chance may have done it."""
    head = results["evaluate"]["headline"]
    share, side = abs(head["improvement"]), "smaller" if head["improvement"] > 0 else "larger"
    said = f"The model's error is {share:.0%} {side} than that of the rule of thumb"
    return said if head["improvement_low"] > 0 else f"{said}, which may be chance"


def say_bias(results: Results, settings: Settings) -> str:
    """Say with its sign where predictions are wrong on average."""
    tenths, head = results["evaluate"]["test"]["tenths"], results["evaluate"]["headline"]
    worst = max(tenths, key=lambda tenth: abs(tenth["mean_error"]))
    error, unit = worst["mean_error"], settings.columns.unit
    if abs(error) < max(head["value"] / 4, 2 * worst["error_sd"]):
        return "No tenth of the predictions is clearly too high or too low on average"
    part = {tenths[0]["high"]: "lowest", tenths[-1]["high"]: "highest"}.get(worst["high"])
    where = f"Where predictions are {part}" if part else f"Around {number(worst['high'])} {unit}"
    side = "low" if error < 0 else "high"
    return f"{where}, they are too {side} by {number(abs(error))} {unit} on average"


def say_learning(results: Results, settings: Settings) -> str:
    """Say what the last doubling of the rows brought, the most to expect of the next one."""
    gain = results["diagnose"]["curves"]["learning"]["gain_from_twice"]
    if gain["low"] <= 0:
        return "The last doubling of the rows brought nothing that the folds can see"
    said = f"The last doubling of the rows lowered the error by {number(gain['estimate'])}"
    return f"{said} {settings.columns.unit} ({number(gain['low'])} to {number(gain['high'])})"


@figure("train")
def phenomenon(results: Results, settings: Settings) -> Figure:
    """Draw the mean target along what today's way looks up."""
    pattern, columns = results["train"]["pattern"], settings.columns
    shape, (axes,) = canvas(say_pattern(results, settings))
    for line in dict.fromkeys(point["line"] for point in pattern["points"]):
        points = [point for point in pattern["points"] if point["line"] == line]
        x = [point["x"] for point in points]  # numbers, or values that have names
        x = x if isinstance(x[0], float) else [columns.category(pattern["along"], at) for at in x]
        label = "".join(f"{columns.label(name)}: {line}" for name in pattern["beside"]) or "mean"
        axes.plot(x, [point["mean"] for point in points], "o-", label=label)
    label = f"{columns.label(columns.target)} ({columns.unit})"
    finish(axes, columns.label(pattern["along"]), label)
    return shape


@figure("evaluate")
def result(results: Results, settings: Settings) -> Figure:
    """Draw the error of the model beside that of today's way, and the goal."""
    head = results["evaluate"]["headline"]
    rule = head["rule_of_thumb"]
    shape, (axes,) = canvas(say_result(results, settings), height=2.4)
    for place, (side, colour) in enumerate([(rule, BLUE), (head, ORANGE)]):
        reach = [[side["value"] - side["low"]], [side["high"] - side["value"]]]
        axes.barh(place, side["value"], xerr=reach, color=colour, height=0.5)
        axes.text(0, place, f" {number(side['value'])}", va="center", color="white")
    axes.set_yticks([0, 1], ["rule of thumb", "the model"])
    goal = rule["value"] * (1 - head["goal"]["wanted"])
    axes.axvline(goal, color=GREY, ls="--", label=f"the goal: {number(goal)}")
    axes.grid(visible=False, axis="y")
    finish(axes, f"{head['label']} on the test rows ({head['unit']}); line: 95% interval", "")
    return shape


@figure("evaluate")
def tenths(results: Results, settings: Settings) -> Figure:
    """Draw mean error and coverage of the intervals along tenths of the predictions."""
    test, unit = results["evaluate"]["test"], settings.columns.unit
    shape, (above, below) = canvas(say_bias(results, settings), height=4.8, panels=2)
    places = range(1, len(test["tenths"]) + 1)
    keys = ("mean_error", "error_sd", "coverage")
    error, sd, inside = ([tenth[key] for tenth in test["tenths"]] for key in keys)
    above.errorbar(places, error, np.multiply(2, sd), fmt="o", label="mean error, ± 2 of its sd")
    above.axhline(0, color=GREY, lw=1)
    promised = test["coverage"]["promised"]
    below.axhline(promised, color=GREY, lw=1, ls="--", label=f"promised: {promised:.0%}")
    below.plot(places, inside, "o-", color=ORANGE, label="measured")
    finish(above, "", f"predicted - actual\n({unit})")
    finish(below, "tenth of the test rows, from lowest to highest prediction", "share inside")
    return shape


@figure("diagnose")
def learning(results: Results, settings: Settings) -> Figure:
    """Draw error against training rows."""
    metric, diagnose = results["train"]["metric"], results["diagnose"]
    shape, (axes,) = canvas(say_learning(results, settings))
    points = diagnose["curves"]["learning"]["points"]
    for side, colour in (("validation", BLUE), ("train", GREY)):
        rows, told = [point["rows"] for point in points], [point[side] for point in points]
        axes.plot(rows, told, "o-", color=colour, label=f"{side} rows")
    wanted = diagnose["bias_variance"]["wanted"]
    axes.axhline(wanted, color=ORANGE, ls="--", lw=1.2, label="the goal, on the folds")
    finish(axes, "training rows", f"{metric['label']} ({metric['unit']})")
    return shape


def finish(axes: Axes, x: str, y: str) -> None:
    """Name the axes, and keep the legend off the data."""
    axes.set(xlabel=x, ylabel=y)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
