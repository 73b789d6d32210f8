"""The four figures of the README; their titles stand with the other texts, in `report.md.j2`."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import number
from .results import Results
from .settings import Settings


def phenomenon(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw the mean target by the columns of the rule of thumb."""
    pattern, columns, axes = results["train"]["pattern"], settings.columns, figure.subplots()
    along, named = pattern["along"], pattern["along"] in columns.categories
    for line, points in pd.DataFrame(pattern["points"]).groupby("line", sort=False):
        x: Any = [columns.category(along, at) for at in points["x"]] if named else points["x"]
        label = "".join(f"{columns.label(name)}: {line}" for name in pattern["beside"]) or "mean"
        axes.plot(x, points["mean"], "o-", label=label)
    finish(axes, columns.label(along), f"{columns.label(columns.target)} ({columns.unit})")


def result(figure: Figure, results: Results, _: Settings) -> None:
    """Draw the error of the model, that of the rule of thumb, and the goal."""
    figure.set_figheight(2.4)
    head, axes = results["evaluate"]["headline"], figure.subplots()
    sides = pd.DataFrame([head["rule_of_thumb"], head], ["rule of thumb", "the model"])
    margins = (sides["value"] - sides["low"], sides["high"] - sides["value"])
    bars = axes.barh(sides.index, sides["value"], xerr=margins, height=0.5, color=["C0", "C1"])
    axes.bar_label(bars, sides["value"].map(number), label_type="center", color="white")
    goal = head["rule_of_thumb"]["value"] * (1 - head["goal"]["wanted"])
    axes.axvline(goal, color="C6", ls="--", label=f"the goal: {number(goal)}")
    axes.grid(visible=False, axis="y")
    finish(axes, f"{head['label']} on the test rows ({head['unit']}); line: 95% interval", "")


def tenths(figure: Figure, results: Results, settings: Settings) -> None:
    """Draw mean error and coverage of the intervals along tenths of the predictions."""
    figure.set_figheight(4.8)
    (above, below), test = figure.subplots(2), results["evaluate"]["test"]
    parts, promised = pd.DataFrame(test["tenths"]), test["coverage"]["promised"]
    places, spread = parts.index + 1, 2 * parts["error_sd"]
    above.errorbar(places, parts["mean_error"], spread, fmt="o", label="mean error, 95% interval")
    above.axhline(0, color="C6", lw=1)
    below.axhline(100 * promised, color="C6", lw=1, ls="--", label=f"promised: {promised:.0%}")
    below.plot(places, 100 * parts["coverage"], "C1o-", label="measured")
    finish(above, "", f"predicted - actual\n({settings.columns.unit})")
    finish(below, "tenth of the test rows, from lowest to highest prediction", "% inside")


def learning(figure: Figure, results: Results, _: Settings) -> None:
    """Draw error against training rows."""
    metric, diagnose, axes = results["train"]["metric"], results["diagnose"], figure.subplots()
    points = pd.DataFrame(diagnose["curves"]["learning"]["points"])
    axes.plot(points["rows"], points["validation"], "C0o-", label="validation rows")
    axes.plot(points["rows"], points["train"], "C6o-", label="training rows")
    axes.axhline(diagnose["bias_variance"]["wanted"], color="C1", ls="--", label="goal on folds")
    finish(axes, "training rows", f"{metric['label']} ({metric['unit']})")


def finish(axes: Axes, x: str, y: str) -> None:
    """Name the axes, and keep the legend off the data."""
    axes.set(xlabel=x, ylabel=y)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
