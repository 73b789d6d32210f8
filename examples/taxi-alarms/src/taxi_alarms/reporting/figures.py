"""The figures of a study of anomalies: which there are, and those that only it needs."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from ..project import Settings
from ..results import Results
from . import curves, findings
from .canvas import BLUE, GREEN, GREY, LIGHT, ORANGE, canvas, shorten
from .curves import THOUSANDS, finish
from .part import Part
from .wording import METRIC, events_word, period


def headline(results: Results, settings: Settings) -> Figure:
    """Draw the scores over time with the windows, or precision against recall, or the work."""
    figure, (axes,) = canvas(findings.improvement(results, settings))
    if results["test"]["timeline"]:
        with mpl.rc_context({"date.converter": "concise"}):
            draw_timeline(axes, results)
    elif results["test"]["labelled"]:
        draw_precision(axes, results)
    else:
        draw_scores(axes, results)
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
    axes.plot(time, strange, color=BLUE, lw=1, label=f"{shorten(shown['series'], 24)}, peaks")
    axes.axhline(-limit, color=ORANGE, lw=1.5, ls="--", label="threshold")
    axes.xaxis.get_offset_text().set_visible(False)  # it names the last day only
    finish(axes, f"{shown['time'][0]:.16} to {shown['time'][-1]:.16}", "strangeness (- score)")


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
    axes.set(xlim=(0, 1.02), ylim=(0, 1.05))
    finish(axes, "recall: share of anomalies found", "precision: share of alerts that are right")


def draw_scores(axes: Axes, results: Results) -> None:
    """Draw how strange test rows are, where nobody knows which are anomalies."""
    shown, limit = results["test"]["histogram"], results["test"]["threshold"]
    edges = -np.array(shown["edges"])
    axes.stairs(shown["counts"][::-1], edges[::-1], fill=True, color=LIGHT, label="test rows")
    axes.axvline(-limit, color=ORANGE, lw=1.5, ls="--", label="threshold")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=0)
    finish(axes, "strangeness (- score)", "test rows (logarithmic)")


def threshold(results: Results, settings: Settings) -> Figure:
    """Draw what each workload finds on validation rows, with the point that was taken."""
    facts = results["threshold"]
    points, taken = facts["sweep"], facts["chosen"]
    figure, (axes,) = canvas(findings.threshold(results, settings))
    key, name = "per_period", f"alerts per {period(settings)} on validation rows"
    if settings.columns.time:  # the number of alerts falls again where they grow together
        key, name = "rows", "validation rows flagged"
    elif facts["policy"] == "budget":
        axes.axvline(settings.alerts.budget, color=LIGHT, lw=1.5, ls="--", label="budget")
    x = [point[key] for point in points]
    if "recall" in taken:
        for shown, colour, said in (
            ("recall", BLUE, f"{events_word(settings)} found"),
            ("precision", GREY, "alerts right"),
        ):
            axes.plot(x, [100 * point[shown] for point in points], color=colour, label=said)
        if facts["policy"] != "budget":
            draw_goal(axes, x, results, settings)
        axes.set_ylim(-3, 105)
        label = "share (%)"
    else:
        strange = [-point["threshold"] for point in points]
        axes.plot(x, strange, color=BLUE, label="where alerts begin")
        label = "strangeness (- score)"
    axes.axvline(taken[key], color=ORANGE, lw=1.5, label="taken")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if max(x) < 1000 * min(x) else (1,)))
    axes.xaxis.set_major_formatter(THOUSANDS)
    axes.xaxis.set_minor_formatter(NullFormatter())
    finish(axes, name, label)
    return figure


def draw_goal(axes: Axes, x: list[float], results: Results, settings: Settings) -> None:
    """Draw what the policy looks for: the highest F1, or the lowest cost."""
    points = results["threshold"]["sweep"]
    if settings.alerts.policy == "f1":
        goal, said = [100 * point["by_row"]["f1"] for point in points], "F1, row by row"
    else:
        worst = settings.alerts.cost_missed * points[0]["events"]
        goal, said = [100 * point["cost"] / worst for point in points], "cost (100: no alerts)"
    axes.plot(x, goal, color=GREEN, label=said)


def labels(results: Results, settings: Settings) -> Figure:
    """Draw what classifiers reach with more and more labels, beside the detector without any."""
    points = results["supervised"]["points"]
    figure, (axes,) = canvas(findings.labels(results, settings))
    known, middle = [point["labels"] for point in points], [point["mean"] for point in points]
    low = [max(point["mean"] - point["sd"], 0) for point in points]
    high = [min(point["mean"] + point["sd"], 1) for point in points]
    axes.fill_between(known, low, high, color=BLUE, alpha=0.15, lw=0)
    axes.plot(known, middle, "o-", color=BLUE, label="classifier (± sd over draws)")
    taken = findings.chosen(results)
    axes.axhline(taken["score"], color=ORANGE, lw=1.5, label=f"{taken['name']}, no labels")
    axes.axhline(results["diagnosis"]["baseline"], color=GREY, lw=1, ls="--", label="chance")
    axes.set_xscale("log")
    axes.set_xticks(known, [f"{count:,}" for count in known])
    axes.minorticks_off()
    finish(axes, f"labelled {events_word(settings)}", f"{METRIC} on validation rows")
    return figure


def contamination(results: Results, settings: Settings) -> Figure:
    """Draw the average precision along the share of anomalies among the training rows."""
    facts = results["contamination"]
    figure, (axes,) = canvas(findings.contamination(results, settings))
    shares = [100 * point["share"] for point in facts["points"]]
    for name in facts["detectors"]:
        wide = 3 if name == results["choice"]["chosen"] else 1.5
        axes.plot(shares, [point[name] for point in facts["points"]], "o-", lw=wide, label=name)
    axes.axvline(100 * facts["natural"], color=GREY, lw=1, ls=":", label="in the data")
    axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
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
    "headline": Part(headline, ("test.rows", "test.at_threshold", "test.histogram", "data")),
    "ladder": Part(curves.ladder, CHOSEN),
    "learning_curve": Part(curves.learning_curve, ("diagnosis.learning_curve",)),
    "importance": Part(curves.importance, ("diagnosis.importance",)),
    "threshold": Part(threshold, ("threshold",)),
    "labels": Part(labels, ("supervised.points", "diagnosis.baseline", *CHOSEN)),
    "contamination": Part(contamination, ("contamination.points", "choice")),
    "gaussian": Part(gaussian, ("diagnosis.gaussian",)),
}
