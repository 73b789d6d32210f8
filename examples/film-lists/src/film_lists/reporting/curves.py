"""The figures that are curves: length of the list, users, past, penalty, search."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..project import Settings
from ..results import Results
from . import findings
from .canvas import BLUE, GREEN, GREY, ORANGE, canvas
from .wording import metric_label

PLAIN = FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1000 else f"{value:.4g}")


def headline(results: Results, settings: Settings) -> Figure:
    """Draw the chosen model and the popular lists against the length of the list, on test users."""
    test, k = results["test"], settings.metric.k
    figure, (axes,) = canvas(findings.hits(results, settings))
    taken = results["choice"]["chosen"]
    colours = {"most popular": GREY, "popular lately": BLUE, taken: ORANGE}
    for name, points in test["lengths"].items():
        axes.plot(
            [p["k"] for p in points],
            [p["hit_rate"] for p in points],
            "o-",
            color=colours.get(name, GREEN),
            label=name,
        )
    axes.axvline(k, color=GREY, lw=1, ls="--")
    ticks = [point["k"] for point in test["lengths"][taken]]
    axes.set_xscale("log")
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    finish(
        axes,
        f"places in the list (dashed: the {k} that the decision has)",
        "share of test users with a hit",
    )
    return figure


def learning_curve(results: Results, settings: Settings) -> Figure:
    """Draw the score against the number of fitted users, with the power law up to twice as many."""
    facts = results["diagnosis"]
    points, law = facts["learning_curve"], facts["power_law"]
    rows = np.array([point["rows"] for point in points])
    figure, (axes,) = canvas(findings.more_data(results, settings))
    axes.fill_between(
        rows, [p["low"] for p in points], [p["high"] for p in points], color=BLUE, alpha=0.15, lw=0
    )
    axes.plot(
        rows,
        [p["validation"] for p in points],
        "o-",
        color=BLUE,
        label="validation (band: 95% interval)",
    )
    ahead = np.linspace(rows[0], 2 * rows[-1], 100)
    axes.plot(
        ahead,
        law["c"] - law["a"] * ahead ** -law["b"],
        "--",
        color=ORANGE,
        label="fitted power law, to twice the users",
    )
    axes.axvline(rows[-1], color=GREY, lw=1, ls=":")
    finish(axes, "users that the model was fitted to", metric_label(settings))
    return figure


def newcomers(results: Results, settings: Settings) -> Figure:
    """Draw the score of users unknown to the model against what it is told about them."""
    curve = results["diagnosis"]["newcomers"]["curve"]
    past = [point["past"] for point in curve]
    scores, spread = (
        np.array([p["score"] for p in curve]),
        np.array([1.96 * p["sd"] for p in curve]),
    )
    figure, (axes,) = canvas(findings.newcomers(results, settings))
    axes.fill_between(past, scores - spread, scores + spread, color=BLUE, alpha=0.15, lw=0)
    axes.plot(past, scores, "o-", color=BLUE, label="folded in (band: 95% interval)")
    axes.axhline(
        scores[0],
        color=GREY,
        lw=1.5,
        ls="--",
        label=f"nothing known: {results['diagnosis']['newcomers']['fallback']}",
    )
    finish(axes, "known interactions of the newcomer", metric_label(settings))
    return figure


def validation_curve(results: Results, settings: Settings) -> Figure:
    """Draw the score of fitted and of hidden interactions along the main parameter."""
    curve = results["diagnosis"]["validation_curve"]
    best = int(np.argmax(curve["validation"]))
    figure, (axes,) = canvas(findings.complexity(results, settings))
    axes.plot(curve["values"], curve["validation"], "o-", color=BLUE, label="hidden")
    axes.plot(curve["values"], curve["train"], "s-", color=GREY, label="fitted as well")
    axes.plot(curve["values"][best], curve["validation"][best], "D", color=ORANGE, markersize=9)
    axes.set_xscale("log")
    axes.set_xticks(curve["values"], [f"{value:g}" for value in curve["values"]])
    axes.minorticks_off()
    finish(axes, f"{curve['parameter']} of {curve['model']}", metric_label(settings))
    return figure


def retrieval(results: Results, settings: Settings) -> Figure:
    """Draw how much of the exact list a search in few cells finds."""
    points = results["test"]["retrieval"]["sweep"]
    figure, (axes,) = canvas(findings.retrieval(results, settings), height=3.4)
    axes.plot(
        [100 * p["scored"] for p in points],
        [100 * p["recall"] for p in points],
        "o-",
        color=BLUE,
        label="two stages",
    )
    axes.axhline(100, color=GREY, lw=1, ls="--", label="scoring every item")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(PLAIN)
    axes.set_ylim(bottom=0)
    finish(axes, "items scored (%)", "found of the exact list (%)")
    return figure


def finish(axes: Axes, x: str, y: str) -> None:
    """Name the axes, write large numbers with thousands separators, and place the legend."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.yaxis.set_major_formatter(PLAIN)
    if axes.get_xscale() == "linear":
        axes.xaxis.set_major_formatter(PLAIN)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
