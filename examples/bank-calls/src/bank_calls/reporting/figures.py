"""The figures of a classification study: which there are, and those that only it needs."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from ..project import Settings
from ..results import Results
from . import about_decisions, about_probabilities, blocks, curves
from .canvas import BLUE, GREEN, GREY, LIGHT, ORANGE, canvas
from .curves import feature, finish, name_rows, scale_values
from .part import Part
from .wording import cost_label, to_find


def headline(results: Results, settings: Settings) -> Figure:
    """Draw what is decided about the rows of each class, per 1,000 test rows."""
    rows, names = results["test"]["confusion"], settings.names
    figure, (axes,) = canvas(
        about_decisions.outcome(results, settings), height=1.9 + 0.55 * len(rows)
    )
    for place, row in enumerate(rows):
        wrong = sum(row) - row[place]
        axes.barh(
            place, row[place], color=BLUE, height=0.6, label="decided right" if place == 0 else None
        )
        axes.barh(
            place,
            wrong,
            left=row[place],
            color=ORANGE,
            height=0.6,
            label="decided wrong" if place == 0 else None,
        )
        axes.annotate(
            f"{row[place]:,.0f} right, {wrong:,.0f} wrong",
            (sum(row), place),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_xlim(0, 1.3 * max(map(sum, rows)))
    name_rows(axes, [f"actually {name}" for name in names])
    axes.set_xlabel(f"of 1,000 {settings.columns.unit} in the test set")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure


def cost_curve(results: Results, settings: Settings) -> Figure:
    """Draw cost against threshold, with the chosen point and the capacity."""
    policy = results["policy"]
    if policy["threshold"] is None:
        return cost_bars(results, settings)
    figure, (axes,) = canvas(about_decisions.threshold_finding(results, settings))
    curve = policy["curve"]
    costs = [1000 * cost for cost in curve["costs"]]
    axes.plot(curve["thresholds"], costs, color=BLUE, label="cost on out-of-fold predictions")
    chosen = policy["threshold"], 1000 * policy["cost"]
    axes.plot(*chosen, "D", color=ORANGE, markersize=9, label="chosen")
    axes.axvline(policy["theory"], color=GREY, lw=1, ls=":", label="if probabilities were perfect")
    if "capacity" in policy:
        place = policy["capacity"]["threshold"]
        axes.axvline(
            place,
            color=GREEN,
            lw=1,
            ls="--",
            label=f"capacity: {policy['capacity']['share']:.0%} flagged",
        )
    lowest = max(min(value for value in curve["thresholds"] if value > 0), 1e-4)
    if policy["threshold"] < 0.1:
        axes.set_xscale("log")
        axes.set_xlim(lowest, 1)
    without = 1000 * policy["without_model"]
    axes.axhline(without, color=LIGHT, lw=1.5, label="without a model")
    axes.set_ylim(0, 1.25 * without)  # dearer thresholds are no candidates
    finish(axes, f"threshold: probability from which on the decision is {to_find(settings)}",
           cost_label(settings), legend=False)  # fmt: skip
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure


def cost_bars(results: Results, settings: Settings) -> Figure:
    """Draw what three ways to decide between more than two classes cost on the test rows."""
    test = results["test"]["policy"]
    ways = {
        "least expected cost": test["cost"],
        "most probable class": test["most_probable"],
        f"always {settings.names[test['without_model_class']]}": test["without_model"],
    }
    figure, (axes,) = canvas(about_decisions.saving(results, settings), height=2.6)
    costs = [1000 * cost for cost in ways.values()]
    axes.barh(range(len(ways)), costs, color=[ORANGE, BLUE, GREY], height=0.6)
    name_rows(axes, list(ways))
    axes.set_xlabel(f"{cost_label(settings)} in the test set")
    return figure


def ranking(results: Results, settings: Settings) -> Figure:
    """Draw ROC and precision-recall curves with what a random order would give."""
    shown = results["test"]["curves"]
    figure, (above, below) = canvas(
        about_probabilities.ranking_finding(results, settings), height=6.6, panels=2
    )
    for place, curve in enumerate(shown):
        colour = BLUE if len(shown) == 1 else f"C{place}"
        above.plot(curve["roc"]["x"], curve["roc"]["y"], color=colour, label=curve["class"])
        below.plot(curve["pr"]["x"], curve["pr"]["y"], color=colour)
        below.axhline(curve["prevalence"], color=colour if len(shown) > 1 else GREY, lw=1, ls="--")
    above.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--", label="random order")
    finish(above, "false alarms: share of the others that is flagged", "found: share of\nthe class")
    finish(
        below,
        "found: share of the class (dashed: random order)",
        "right when flagged",
        legend=False,
    )
    below.set_ylim(0, 1.03)
    return figure


def reliability(results: Results, settings: Settings) -> Figure:
    """Draw how often the class came true against how probable it was called."""
    both = results["test"]["reliability"]
    figure, (axes,) = canvas(about_probabilities.calibration_finding(results, settings), height=4.3)
    axes.plot([0, 1], [0, 1], color=GREY, lw=1.5, label="right probabilities")
    if results["calibration"]["adopted"]:
        claimed, held = points(both["before"])
        axes.plot(claimed, held, "s--", color=LIGHT, label="before calibration")
    used = both["after"]
    claimed, held = points(used)
    low, high = [part["low"] for part in used], [part["high"] for part in used]
    axes.vlines(claimed, low, high, color=BLUE, alpha=0.35, lw=5)
    label = "as used, by tenths of the test rows (bar: 95%)"
    axes.plot(claimed, held, "o-", color=BLUE, label=label)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    what = to_find(settings) if len(settings.names) == 2 else "the most probable class"
    finish(axes, f"probability of {what} according to the model", "share for which it was so")
    return figure


def points(parts: list[dict[str, float]]) -> tuple[list[float], list[float]]:
    """Return how probable each part was called, and how often it was so."""
    return [part["claimed"] for part in parts], [part["held"] for part in parts]


def odds(results: Results, settings: Settings) -> Figure:
    """Draw the largest odds ratios of the logistic rung with their range over the folds."""
    items = results["diagnosis"]["odds"]
    figure, (axes,) = canvas(blocks.odds_finding(results, settings), height=1.4 + 0.3 * len(items))
    for row, item in enumerate(items):
        axes.plot([item["low"], item["high"]], [row, row], color=LIGHT, lw=5, solid_capstyle="butt")
        axes.plot(
            item["ratio"], row, "D", color=ORANGE if item["ratio"] > 1 else BLUE, markersize=6
        )
    axes.axvline(1, color=GREY, lw=1, ls="--")
    many = len(settings.names) > 2
    name_rows(
        axes,
        [f"{feature(item['feature'])}{': ' + item['class'] if many else ''}" for item in items],
    )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(curves.THOUSANDS)
    axes.minorticks_off()
    label = "odds ratio per standard deviation, or for the category; bar: over the folds"
    figure.supxlabel(label, fontsize=10)  # names of features leave the axes too little width
    return figure


def regularisation(results: Results, settings: Settings) -> Figure:
    """Draw how the weights shrink as the penalty grows, and which penalty was chosen."""
    path = results["diagnosis"]["regularisation_path"]
    largest = sorted(path["coefficients"], key=lambda name: -abs(path["coefficients"][name][-1]))[
        :8
    ]
    figure, (axes,) = canvas(blocks.penalty_finding(results, settings), height=4.2)
    for place, name in enumerate(largest):
        axes.plot(
            path["alphas"], path["coefficients"][name], color=f"C{place}", label=feature(name, 26)
        )
    figure.legend(loc="outside right center", fontsize=9)
    axes.axvline(path["best"], color=GREY, lw=1, ls="--")
    scale_values(axes, path["alphas"])
    finish(axes, f"{path['parameter']}: the smaller, the stronger the penalty",
           f"weight in the log-odds\nof {path['class']}", legend=False)  # fmt: skip
    return figure


FIGURES: dict[str, Part[Figure]] = {
    "headline": Part(headline, ("test",)),
    "ladder": Part(curves.ladder, ("ladder", "choice")),
    "learning_curve": Part(curves.learning_curve, ("diagnosis",)),
    "validation_curve": Part(curves.validation_curve, ("diagnosis",)),
    "regularisation": Part(regularisation, ("diagnosis",)),
    "importance": Part(curves.importance, ("diagnosis",)),
    "slices": Part(curves.slices, ("errors.slices", "errors.overall")),
    "cost_curve": Part(cost_curve, ("policy", "test")),
    "reliability": Part(reliability, ("test", "calibration")),
    "ranking": Part(ranking, ("test",)),
    "odds": Part(odds, ("diagnosis",)),
}
