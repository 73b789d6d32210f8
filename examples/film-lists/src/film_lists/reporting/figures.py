"""The figures of a recommender study, and those that have a row for each name."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..project import Settings
from ..results import Results
from . import curves, findings
from .canvas import BLUE, GREY, LIGHT, ORANGE, canvas, shorten
from .curves import PLAIN
from .markdown import number
from .part import Part
from .wording import metric_label


def ladder(results: Results, settings: Settings) -> Figure:
    """Draw score and interval of every model, simplest at the top, the chosen one in colour."""
    rungs = sorted(results["ladder"], key=lambda rung: rung["rank"])
    figure, (axes,) = canvas(findings.choice(results, settings), height=1.3 + 0.36 * len(rungs))
    for row, rung in enumerate(rungs):
        colour = ORANGE if rung["name"] == results["choice"]["chosen"] else BLUE
        axes.plot([rung["low"], rung["high"]], [row, row], color=LIGHT, lw=5, solid_capstyle="butt")
        axes.plot(rung["score"], row, "D", color=colour, markersize=7)
        axes.annotate(
            number(rung["score"]),
            (rung["score"], row),
            (0, 7),
            textcoords="offset points",
            ha="center",
            color=colour,
            fontsize=9,
        )
    name_rows(axes, [rung["name"] for rung in rungs])
    axes.set_xlabel(f"{metric_label(settings)} of validation users; bar: 95% interval")
    return figure


def slices(results: Results, settings: Settings) -> Figure:
    """Draw the score by activity of users with intervals, beside a rival's and that of all."""
    parts, lowest = results["errors"]["slices"], findings.lowest(results)
    figure, (axes,) = canvas(findings.slices(results, settings), height=1.6 + 0.32 * len(parts))
    for row, part in enumerate(parts):
        axes.plot([part["low"], part["high"]], [row, row], color=LIGHT, lw=5, solid_capstyle="butt")
    rows, scores = range(len(parts)), [part["score"] for part in parts]
    others = [part["rival"]["score"] for part in parts]
    axes.plot(others, rows, "o", color=GREY, markersize=6, label=results["errors"]["rival"])
    axes.plot(scores, rows, "D", color=BLUE, markersize=7, label=results["choice"]["chosen"])
    axes.plot(lowest["score"], parts.index(lowest), "D", color=ORANGE, markersize=7)
    axes.axvline(results["diagnosis"]["validation"], color=GREY, lw=1, ls="--")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    name_rows(axes, [f"{part['name']}  (n = {part['rows']:,})" for part in parts])
    axes.set_xlabel(f"{metric_label(settings)}; bar: 95% interval, dashed: all users")
    return figure


def splits(results: Results, settings: Settings) -> Figure:
    """Draw the whole ladder under each kind of split."""
    table = results["split_comparison"]["table"]
    names = list(table[-1]["scores"])
    figure, (axes,) = canvas(findings.splits(results, settings), height=1.7 + 0.36 * len(names))
    markers = {"time": ("D", ORANGE), "last": ("o", BLUE), "random": ("s", GREY)}
    for line in filter(lambda line: line["scores"], table):
        marker, colour = markers[line["kind"]]
        axes.plot(
            [line["scores"][name] for name in names],
            range(len(names)),
            marker,
            color=colour,
            label=f"{line['kind']} split",
            markersize=8,
        )
    name_rows(axes, names)
    axes.set_xlabel(f"{metric_label(settings)} on training interactions hidden by each split")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return figure


def name_rows(axes: Axes, names: list[str]) -> None:
    """Label the rows of a chart of rows, the first at the top."""
    axes.set_yticks(range(len(names)), [shorten(name, 44) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(PLAIN)


FIGURES: dict[str, Part[Figure]] = {
    "headline": Part(curves.headline, ("test", "choice")),
    "ladder": Part(ladder, ("ladder", "choice")),
    "learning_curve": Part(curves.learning_curve, ("diagnosis",)),
    "newcomers": Part(curves.newcomers, ("diagnosis.newcomers",)),
    "validation_curve": Part(curves.validation_curve, ("diagnosis.validation_curve",)),
    "slices": Part(slices, ("errors.slices", "errors.rival", "diagnosis", "choice")),
    "splits": Part(splits, ("split_comparison", "split_comparison.others", "choice")),
    "retrieval": Part(curves.retrieval, ("test.retrieval",)),
}
