"""Prediction intervals: how far off the model was for rows that it had not seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from .metric import Vector

PARTS = 5
METHOD = "split conformal on out-of-fold errors, by fifths of the prediction"


def calibrate(y: Vector, predicted: Vector, coverage: float) -> dict[str, Any]:
    """Return half widths that cover the share `coverage` of rows, one per fifth of predictions.

    Errors often grow with the prediction: one width for all would be too wide for small ones and
    too narrow for large ones. (n + 1) is the finite-sample correction of split conformal.
    """
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, PARTS + 1)[1:-1]))
    part, errors, widths = np.searchsorted(edges, predicted), np.abs(y - predicted), []
    for number in range(len(edges) + 1):
        ordered = np.sort(errors[part == number] if number in part else errors)
        rank = int(np.ceil((len(ordered) + 1) * coverage))
        widths.append(ordered[min(rank, len(ordered)) - 1])
    return {"method": METHOD, "coverage": coverage, "edges": edges, "half_widths": widths}


def half_widths(predicted: Vector, intervals: dict[str, Any]) -> Vector:
    """Return for each prediction how far its interval reaches to either side."""
    part = np.searchsorted(intervals["edges"], predicted)
    return np.asarray(intervals["half_widths"])[part]
