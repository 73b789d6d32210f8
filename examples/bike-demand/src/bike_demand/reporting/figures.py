"""The figures of a regression study: which there are, and those that only regression needs."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..project import Settings
from ..results import Results
from . import blocks, curves
from .canvas import BLUE, GREY, LIGHT, ORANGE, canvas
from .curves import feature, finish, scale_values
from .part import Part
from .wording import metric_label


def headline(results: Results, settings: Settings) -> Figure:
    """Draw predicted against actual values of the test set."""
    shown = results["test"]["predictions"]
    figure, (axes,) = canvas(blocks.improvement(results, settings), height=4.4)
    span = [min(shown["actual"]), max(shown["actual"])]
    axes.plot(span, span, color=GREY, lw=1.5, label="predicted = actual")
    axes.plot(
        shown["predicted"],
        shown["actual"],
        "o",
        color=BLUE,
        alpha=0.35,
        markeredgewidth=0,
        label=f"{len(shown['actual']):,} of {results['test']['rows']:,} test rows",
    )
    target, unit = settings.columns.target, settings.columns.unit
    finish(axes, f"predicted {target} ({unit})", f"actual {target} ({unit})")
    return figure


def residuals(results: Results, settings: Settings) -> Figure:
    """Draw error and interval coverage along tenths of the predicted values."""
    deciles = results["test"]["deciles"]
    target = results["test"]["interval_coverage"]["target"]
    figure, (above, below) = canvas(
        blocks.residual_finding(results, settings), height=5.2, panels=2
    )
    places = np.arange(1, len(deciles) + 1)
    above.vlines(
        places,
        [part["p10"] for part in deciles],
        [part["p90"] for part in deciles],
        color=LIGHT,
        lw=9,
        label="middle 80% of the errors",
    )
    above.plot(
        places, [part["mean_error"] for part in deciles], "D", color=BLUE, label="mean error"
    )
    above.axhline(0, color=GREY, lw=1)
    below.axhline(100 * target, color=GREY, lw=1, ls="--", label=f"promised: {target:.0%}")
    below.plot(
        places, [100 * part["coverage"] for part in deciles], "o-", color=ORANGE, label="measured"
    )
    finish(above, "", f"predicted - actual\n({settings.columns.unit})")
    finish(
        below,
        "tenth of the test rows, from lowest to highest prediction",
        "rows inside their\ninterval (%)",
    )
    for axes in (above, below):
        axes.set_xticks(places)
    return figure


def regularisation(results: Results, settings: Settings) -> Figure:
    """Draw validation error and coefficients along the strength of the penalty."""
    path = results["diagnosis"]["regularisation_path"]
    largest = list(path["coefficients"])[:8]
    figure, (above, below) = canvas(blocks.penalty_finding(results, settings), height=5.2, panels=2)
    above.plot(path["alphas"], path["validation"], "o-", color=BLUE)
    for name in largest:
        below.plot(path["alphas"], path["coefficients"][name], label=feature(name, 24))
    for axes in (above, below):
        axes.axvline(path["best"], color=GREY, lw=1, ls="--")
        scale_values(axes, path["alphas"])
    finish(above, "", f"validation\n{metric_label(settings)}", legend=False)
    finish(
        below,
        f"{path['parameter']}: strength of the penalty",
        "coefficient of\nthe scaled feature",
        legend=False,
    )
    figure.legend(loc="outside right lower", fontsize=9)
    return figure


FIGURES: dict[str, Part[Figure]] = {
    "headline": Part(headline, ("test.predictions", "test.improvement", "test.rows")),
    "ladder": Part(curves.ladder, ("ladder", "choice")),
    "learning_curve": Part(
        curves.learning_curve,
        (
            "diagnosis.learning_curve",
            "diagnosis.power_law",
            "diagnosis.gain_from_twice",
            "diagnosis.validation",
        ),
    ),
    "validation_curve": Part(
        curves.validation_curve, ("diagnosis.validation_curve.values", "diagnosis.validation_curve")
    ),
    "regularisation": Part(regularisation, ("diagnosis.regularisation_path",)),
    "importance": Part(curves.importance, ("diagnosis.importance",)),
    "slices": Part(curves.slices, ("errors.slices", "errors.overall")),
    "residuals": Part(residuals, ("test.deciles", "test.interval_coverage")),
}
