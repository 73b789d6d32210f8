"""The figures that every tabular study needs: ladder, curves, features, slices."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..project import Settings
from ..results import Results
from . import findings
from .canvas import BLUE, GREY, LIGHT, ORANGE, canvas, shorten
from .wording import level, metric_label, part_label, reading

THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}")


def ladder(results: Results, settings: Settings) -> Figure:
    """Draw every fold of every model, simplest at the top, the chosen one in colour."""
    rungs = sorted(results["ladder"], key=lambda rung: rung["rank"])
    figure, (axes,) = canvas(findings.choice(results, settings), height=1.3 + 0.36 * len(rungs))
    for row, rung in enumerate(rungs):
        colour = ORANGE if rung["name"] == results["choice"]["chosen"] else BLUE
        shown = reading(np.array(rung["folds"]), settings)
        axes.plot(shown, [row] * len(shown), "o", color=LIGHT)
        axes.plot(shown.mean(), row, "D", color=colour, markersize=8)
        axes.annotate(
            level(rung["score"], settings),
            (shown.mean(), row - 0.26),
            ha="center",
            color=colour,
            fontsize=9,
        )
    name_rows(axes, [rung["name"] for rung in rungs])
    axes.set_xlabel(f"{metric_label(settings)} in cross-validation: folds grey, mean as a diamond")
    return figure


def learning_curve(results: Results, settings: Settings) -> Figure:
    """Draw error against training rows, with the fitted power law up to twice the rows."""
    diagnosis = results["diagnosis"]
    points, law = diagnosis["learning_curve"], diagnosis["power_law"]
    rows = np.array([point["rows"] for point in points])
    validation, training = (
        reading(np.array([point[name] for point in points]), settings)
        for name in ("validation", "train")
    )
    spread = np.array([point["sd"] for point in points])
    figure, (axes,) = canvas(findings.more_data(results, settings))
    axes.fill_between(rows, validation - spread, validation + spread, color=BLUE, alpha=0.15, lw=0)
    axes.plot(rows, validation, "o-", color=BLUE, label="validation (± sd)")
    axes.plot(rows, training, "s-", color=GREY, label="training")
    now = diagnosis["gain_from_twice"]["rows"]
    ahead = np.linspace(rows[0], 2 * now, 100)
    fitted = reading(law["a"] * ahead ** -law["b"] + law["c"], settings)
    axes.plot(ahead, fitted, "--", color=ORANGE, label="fitted power law")
    axes.axvline(now, color=GREY, lw=1, ls=":", label="rows at hand")
    finish(axes, "training rows", metric_label(settings))
    return figure


def validation_curve(results: Results, settings: Settings) -> Figure:
    """Draw training and validation error along the main complexity parameter."""
    curve = results["diagnosis"]["validation_curve"]
    best = int(np.argmin(curve["validation"]))
    figure, (axes,) = canvas(findings.complexity(results, settings))
    validation, training = (
        reading(np.array(curve[name]), settings) for name in ("validation", "train")
    )
    axes.plot(curve["values"], validation, "o-", color=BLUE, label="validation")
    axes.plot(curve["values"], training, "s-", color=GREY, label="training")
    axes.plot(curve["values"][best], validation[best], "D", color=ORANGE, markersize=9)
    scale_values(axes, curve["values"])
    finish(axes, f"{curve['parameter']} of {curve['model']}", metric_label(settings))
    return figure


def importance(results: Results, settings: Settings) -> Figure:
    """Draw by how much shuffling each feature raises the error, for the 12 largest."""
    items = sorted(results["diagnosis"]["importance"], key=lambda item: -item["mean"])[:12]
    figure, (axes,) = canvas(findings.importance(results, settings), height=1.3 + 0.27 * len(items))
    places = range(len(items))
    axes.barh(places, [item["mean"] for item in items], color=BLUE, height=0.6)
    axes.errorbar(
        [item["mean"] for item in items],
        places,
        xerr=[item["sd"] for item in items],
        fmt="none",
        ecolor=ORANGE,
        lw=1.5,
    )
    name_rows(axes, [item["feature"] for item in items])
    axes.set_xlabel(
        f"cost of shuffling in {metric_label(settings)}; line: sd over folds and repeats"
    )
    return figure


def slices(results: Results, settings: Settings) -> Figure:
    """Draw the error of each slice with its interval, beside that of the best constant."""
    parts = sorted(results["errors"]["slices"], key=lambda part: -part["low"])[:12]
    figure, (axes,) = canvas(findings.slices(results, settings), height=1.4 + 0.36 * len(parts))
    for row, part in enumerate(parts):
        axes.plot([part["low"], part["high"]], [row, row], color=LIGHT, lw=5, solid_capstyle="butt")
        axes.plot(part["score"], row, "D", color=ORANGE if row == 0 else BLUE, markersize=7)
        axes.plot(part["constant"], row, "|", color=GREY, markersize=12)
    axes.axvline(results["errors"]["overall"]["score"], color=GREY, lw=1, ls="--")
    name_rows(axes, [f"{part['name']} (n\u00a0=\u00a0{part['rows']:,})" for part in parts])
    marks = "bar: 95% interval, dashed: all rows, |: best constant"
    # Names of slices leave the axes too little width for a label of their own.
    figure.supxlabel(f"{part_label(settings)}; {marks}", fontsize=10)
    return figure


def feature(name: str, width: int = 34) -> str:
    """Return the name of a column that `features` made, without scikit-learn's own words."""
    said = name.replace("_infrequent_sklearn", ": rare").replace("missingindicator_", "missing ")
    return shorten(said, width)


def name_rows(axes: Axes, names: list[str]) -> None:
    """Label the rows of a chart of rows, the first at the top."""
    axes.set_yticks(range(len(names)), [textwrap.fill(name, 42) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(THOUSANDS)
    axes.locator_params(axis="x", nbins=6)  # long numbers must not touch each other


def scale_values(axes: Axes, values: list[float]) -> None:
    """Use a logarithmic axis where the values of a parameter grow by factors."""
    if min(values) > 0 and max(values) / min(values) > 20:
        axes.set_xscale("log")
        if len(values) < 9:
            axes.set_xticks(values, [f"{value:g}" for value in values])
            axes.minorticks_off()


def finish(axes: Axes, x: str, y: str, *, legend: bool = True) -> None:
    """Name the axes, write large numbers with thousands separators, and place the legend."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.yaxis.set_major_formatter(THOUSANDS)
    if axes.get_xscale() == "linear":
        axes.xaxis.set_major_formatter(THOUSANDS)
    if legend:  # above the data, so that it never hides them
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2, columnspacing=1.2
        )
