"""The figures that every study of detectors needs: ladder, learning curve, features."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..project import Settings
from ..results import Results
from . import findings
from .canvas import BLUE, GREY, LIGHT, ORANGE, canvas, shorten
from .markdown import number
from .wording import metric_label

THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}")


def ladder(results: Results, settings: Settings) -> Figure:
    """Draw every detector with its interval, simplest at the top, the chosen one in colour."""
    rungs = results["ladder"]
    figure, (axes,) = canvas(findings.choice(results, settings), height=1.3 + 0.36 * len(rungs))
    for row, rung in enumerate(rungs):
        colour = ORANGE if rung["name"] == results["choice"]["chosen"] else BLUE
        value = rung.get("score", rung["stability"])
        if "low" in rung:
            axes.plot([rung["low"], rung["high"]], [row, row], color=LIGHT, lw=5)
        axes.plot(value, row, "D", color=colour, markersize=8)
        axes.annotate(number(value), (value, row - 0.26), ha="center", color=colour, fontsize=9)
    name_rows(axes, [rung["name"] for rung in rungs])
    bar = "; bar: 95% interval" if settings.labelled else ""
    axes.set_xlabel(f"{metric_label(settings)} on validation rows{bar}")
    return figure


def learning_curve(results: Results, settings: Settings) -> Figure:
    """Draw what detectors fitted to more and more rows reach on validation rows."""
    points = results["diagnosis"]["learning_curve"]
    rows = [point["rows"] for point in points]
    middle = [point["validation"] for point in points]
    low = [point["validation"] - point["sd"] for point in points]
    high = [point["validation"] + point["sd"] for point in points]
    figure, (axes,) = canvas(findings.more_data(results, settings))
    axes.fill_between(rows, low, high, color=BLUE, alpha=0.15, lw=0)
    axes.plot(rows, middle, "o-", color=BLUE, label="validation (± sd)")
    if "baseline" in results["diagnosis"]:
        axes.axhline(results["diagnosis"]["baseline"], color=GREY, lw=1, ls="--", label="chance")
    label = metric_label(settings) if settings.labelled else "rank correlation with all rows"
    finish(axes, "training rows", label)
    return figure


def importance(results: Results, settings: Settings) -> Figure:
    """Draw how much each feature adds to the strongest alerts, for the 12 largest."""
    items = sorted(results["diagnosis"]["importance"], key=lambda item: -item["mean"])[:12]
    figure, (axes,) = canvas(findings.importance(results, settings), height=1.3 + 0.27 * len(items))
    places = range(len(items))
    axes.barh(places, [100 * item["mean"] for item in items], color=BLUE, height=0.6)
    name_rows(axes, [shorten(item["feature"]) for item in items])
    axes.set_xlabel("share of what makes the strongest validation alerts strange (%)")
    return figure


def name_rows(axes: Axes, names: list[str]) -> None:
    """Label the rows of a chart of rows, the first at the top."""
    axes.set_yticks(range(len(names)), [textwrap.fill(name, 42) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(THOUSANDS)
    axes.locator_params(axis="x", nbins=6)  # long numbers must not touch each other


def finish(axes: Axes, x: str, y: str, *, legend: bool = True) -> None:
    """Name the axes, write large numbers with thousands separators, and place the legend."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.yaxis.set_major_formatter(THOUSANDS)
    if axes.get_xscale() == "linear" and not axes.xaxis.have_units():
        axes.xaxis.set_major_formatter(THOUSANDS)
    if legend:  # above the data, so that it never hides them
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2, columnspacing=1.2
        )
