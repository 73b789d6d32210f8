"""The figures of a study of anomalies: which there are, and those that only it needs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..project import Settings
from ..results import Results
from . import curves, findings
from .canvas import BLUE, GREY, LIGHT, ORANGE, canvas
from .curves import finish
from .part import Part
from .wording import METRIC, period


def headline(results: Results, settings: Settings) -> Figure:
    """Draw the scores over time with the windows, or precision against recall, or the work."""
    finding = findings.improvement(results, settings)
    if results["test"]["timeline"]:
        figure, (axes,) = canvas(finding)
        draw_timeline(axes, results)
    elif results["test"]["labelled"]:
        figure, (axes,) = canvas(finding)
        draw_precision(axes, results)
    else:
        figure, (axes,) = canvas(finding)
        draw_capacity(axes, results, settings)
    return figure


def draw_timeline(axes: Axes, results: Results) -> None:
    """Draw the strangeness of one test series, with labelled windows and the threshold."""
    shown, limit = results["test"]["timeline"], results["test"]["threshold"]
    time = np.array(shown["time"], dtype="datetime64[s]")
    strange, label = -np.array(shown["score"]), np.array(shown["label"])
    axes.fill_between(
        time, 0, 1, where=label == 1, transform=axes.get_xaxis_transform(), color=LIGHT, lw=0,
        step="mid", label="labelled window",
    )  # fmt: skip
    axes.plot(time, strange, color=BLUE, lw=1, label=f"strangeness: {shown['series']}")
    axes.axhline(-limit, color=ORANGE, lw=1.5, ls="--", label="threshold")
    finish(axes, "", "- score (logarithm)")
    axes.tick_params(axis="x", labelsize=8, rotation=15)


def draw_precision(axes: Axes, results: Results) -> None:
    """Draw precision against recall on test rows, with chance and the threshold."""
    test = results["test"]
    seen = test["at_threshold"]["by_row"]
    axes.step(
        test["curve"]["recall"], test["curve"]["precision"], where="post", color=BLUE,
        label=f"{METRIC} {test['score']:.3f}",
    )  # fmt: skip
    axes.axhline(test["baseline"], color=GREY, lw=1, ls="--", label="chance: share of anomalies")
    axes.plot(seen["recall"], seen["precision"], "D", color=ORANGE, ms=9, label="threshold")
    axes.set_ylim(0, 1.05)
    finish(axes, "recall: share of the anomalies found", "precision: share of alerts that are right")


def draw_capacity(axes: Axes, results: Results, settings: Settings) -> None:
    """Draw how many alerts each budget leads to, where nobody knows which are right."""
    table = results["test"]["capacity"]
    axes.plot([part["budget"] for part in table], [part["per_period"] for part in table], "o-")
    axes.plot(
        settings.alerts.budget, results["test"]["at_threshold"]["per_period"], "D", color=ORANGE,
        ms=9, label="with the threshold of validation rows",
    )  # fmt: skip
    finish(axes, f"budget per {period(settings)}", f"test alerts per {period(settings)}")


def threshold(results: Results, settings: Settings) -> Figure:
    """Draw what each workload finds on validation rows, with the point that was taken."""
    facts = results["threshold"]
    points, taken = facts["sweep"], facts["chosen"]
    figure, (axes,) = canvas(findings.threshold(results, settings))
    x = [point["per_period"] for point in points]
    busiest = x.index(max(x)) + 1  # beyond, alerts of a series grow together
    points, x = points[:busiest], x[:busiest]
    if "recall" in taken:
        axes.plot(x, [100 * point["recall"] for point in points], color=BLUE, label="found")
        axes.plot(x, [100 * point["precision"] for point in points], color=GREY, label="right")
        axes.set_ylim(-3, 105)
        label = "anomalies found, alerts right (%)"
    else:
        axes.plot(x, [point["rows"] for point in points], color=BLUE, label="rows flagged")
        label = "rows flagged"
    axes.axvline(taken["per_period"], color=ORANGE, lw=1.5, label="taken")
    axes.axvline(settings.alerts.budget, color=LIGHT, lw=1.5, ls="--", label="budget")
    axes.set_xscale("log")
    finish(axes, f"alerts per {period(settings)} on validation rows", label)
    return figure


def contamination(results: Results, settings: Settings) -> Figure:
    """Draw the average precision along the share of anomalies among the training rows."""
    facts = results["contamination"]
    figure, (axes,) = canvas(findings.contamination(results, settings))
    shares = [100 * point["share"] for point in facts["points"]]
    for name in facts["detectors"]:
        wide = 3 if name == results["choice"]["chosen"] else 1.5
        axes.plot(shares, [point[name] for point in facts["points"]], "o-", lw=wide, label=name)
    axes.axvline(100 * facts["natural"], color=GREY, lw=1, ls=":", label="as in the data")
    finish(axes, "anomalies among the training rows (%)", f"{METRIC} on validation rows")
    return figure


def gaussian(results: Results, settings: Settings) -> Figure:
    """Draw one feature before and after the transformation, with the bell curve of each."""
    example = results["diagnosis"]["gaussian"]["example"]
    figure, panels = canvas(findings.gaussian(results, settings), height=4.8, panels=2)
    names = {"raw": f"{example['feature']}, as it is", "bent": "after Yeo-Johnson"}
    for axes, (key, name) in zip(panels, names.items(), strict=True):
        shown = example[key]
        width = shown["middle"][1] - shown["middle"][0]
        axes.bar(shown["middle"], shown["share"], width=width, color=LIGHT, label="rows")
        axes.plot(shown["middle"], shown["bell"], color=ORANGE, label="bell curve")
        finish(axes, f"{name} (standard deviations)", "density", legend=key == "raw")
    return figure


CHOSEN = ("ladder", "choice")

FIGURES: dict[str, Part[Figure]] = {
    "headline": Part(headline, ("test.rows", "test.at_threshold", "test.capacity", "data")),
    "ladder": Part(curves.ladder, CHOSEN),
    "learning_curve": Part(curves.learning_curve, ("diagnosis.learning_curve",)),
    "importance": Part(curves.importance, ("diagnosis.importance",)),
    "threshold": Part(threshold, ("threshold",)),
    "contamination": Part(contamination, ("contamination.points", "choice")),
    "gaussian": Part(gaussian, ("diagnosis.gaussian",)),
}
