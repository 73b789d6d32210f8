"""The four figures of the README; their titles stand with the other texts, in `report.md.j2`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .results import Results
from .settings import Settings


def words(results: Results, settings: Settings) -> dict[str, Any]:
    """Return what the texts use beside results and settings."""
    head, unit = results["evaluate"]["headline"], settings.columns.unit
    fair, other = results["diagnose"]["split_comparison"].values()
    found = {"head": head, "rule": head["rule_of_thumb"], "unit": unit, "fair": fair}
    return found | {"other": other, "number": number, "percent": "{:.0%}".format}


def number(value: float | None) -> str:
    """Return a number with three digits that count."""
    if value is None or value == 0:
        return "-" if value is None else "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def phenomenon(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw the mean target along what today's way looks up."""
    pattern, columns, axes = results["train"]["pattern"], settings.columns, shape.subplots()
    for line in dict.fromkeys(point["line"] for point in pattern["points"]):
        points = [point for point in pattern["points"] if point["line"] == line]
        x = [point["x"] for point in points]  # numbers, or values that have names
        x = x if isinstance(x[0], float) else [columns.category(pattern["along"], at) for at in x]
        label = "".join(f"{columns.label(name)}: {line}" for name in pattern["beside"]) or "mean"
        axes.plot(x, [point["mean"] for point in points], "o-", label=label)
    target = f"{columns.label(columns.target)} ({columns.unit})"
    finish(axes, columns.label(pattern["along"]), target)


def result(shape: Figure, results: Results, _: Settings) -> None:
    """Draw the error of the model beside that of today's way, and the goal."""
    shape.set_figheight(2.4)
    head, axes = results["evaluate"]["headline"], shape.subplots()
    rule = head["rule_of_thumb"]
    for place, side in enumerate([rule, head]):
        reach = [[side["value"] - side["low"]], [side["high"] - side["value"]]]
        axes.barh(place, side["value"], xerr=reach, height=0.5)
        axes.text(0, place, f" {number(side['value'])}", va="center", color="white")
    axes.set_yticks([0, 1], ["rule of thumb", "the model"])
    goal = rule["value"] * (1 - head["goal"]["wanted"])
    axes.axvline(goal, color="C6", ls="--", label=f"the goal: {number(goal)}")
    axes.grid(visible=False, axis="y")
    finish(axes, f"{head['label']} on the test rows ({head['unit']}); line: 95% interval", "")


def tenths(shape: Figure, results: Results, settings: Settings) -> None:
    """Draw mean error and coverage of the intervals along tenths of the predictions."""
    shape.set_figheight(4.8)
    (above, below), test = shape.subplots(2), results["evaluate"]["test"]
    parts, promised = test["tenths"], test["coverage"]["promised"]
    places, spread = range(1, len(parts) + 1), [2 * part["error_sd"] for part in parts]
    errors, inside = ([part[key] for part in parts] for key in ("mean_error", "coverage"))
    above.errorbar(places, errors, spread, fmt="o", label="mean error, ± 2 of its sd")
    above.axhline(0, color="C6", lw=1)
    below.axhline(promised, color="C6", lw=1, ls="--", label=f"promised: {promised:.0%}")
    below.plot(places, inside, "C1o-", label="measured")
    finish(above, "", f"predicted - actual\n({settings.columns.unit})")
    finish(below, "tenth of the test rows, from lowest to highest prediction", "share inside")


def learning(shape: Figure, results: Results, _: Settings) -> None:
    """Draw error against training rows."""
    metric, diagnose, axes = results["train"]["metric"], results["diagnose"], shape.subplots()
    points = diagnose["curves"]["learning"]["points"]
    rows = [point["rows"] for point in points]
    for side, colour in (("validation", "C0"), ("train", "C6")):
        axes.plot(rows, [point[side] for point in points], f"{colour}o-", label=f"{side} rows")
    wanted = diagnose["bias_variance"]["wanted"]
    axes.axhline(wanted, color="C1", ls="--", lw=1.2, label="the goal, on the folds")
    finish(axes, "training rows", f"{metric['label']} ({metric['unit']})")


def finish(axes: Axes, x: str, y: str) -> None:
    """Name the axes, and keep the legend off the data."""
    axes.set(xlabel=x, ylabel=y)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)


FIGURES = (phenomenon, result, tenths, learning)
