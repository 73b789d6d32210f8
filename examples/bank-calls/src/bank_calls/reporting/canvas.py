"""The look of every figure: one size, five colours, and the finding as its title."""

from __future__ import annotations

import textwrap
from math import ceil
from typing import Any

from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Told apart by people with any kind of colour vision (Okabe and Ito, 2008).
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
GREY, LIGHT = "#6E6E6E", "#C8C8C8"

STYLE: Any = {  # the type that matplotlib gives such a table changes with its version
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.prop_cycle": cycler(
        color=[BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#E69F00", GREY, "#000000"]
    ),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.facecolor": "white",  # its own background: readable on a light and on a dark page
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "font.size": 10,
    "grid.color": "#E8E8E8",
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 5,
}


def canvas(finding: str, *, height: float = 3.9, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure that is 7 inches wide with `finding` as its title, and its panels."""
    lines = ceil(len(finding) / 74)
    title = textwrap.fill(finding, min(74, len(finding) // lines + 10))  # lines of similar length
    figure = Figure(figsize=(7, height + 0.2 * title.count("\n")), layout="constrained")
    figure.suptitle(title, x=0.014, ha="left", fontsize=11.5, fontweight="bold")
    return figure, list(figure.subplots(panels, 1, squeeze=False).flat)


def shorten(text: str, width: int = 34) -> str:
    """Return `text` cut in the middle, where names of columns differ least."""
    if len(text) <= width:
        return text
    half = (width - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
