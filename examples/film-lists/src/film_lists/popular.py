"""One list for everybody: what most people took, ever or lately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .arrays import Codes, Matrix, Shape, Vector


@dataclass(frozen=True)
class Popular:
    """The same list for everybody: what most people took in the last `window` days."""

    items: Codes
    times: Vector
    count: int
    window: float | None

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Count what was taken before each user's moment, so that no user sees a later fashion."""
        moments, place = np.unique(moment, return_inverse=True)
        return np.stack([self.taken(at) for at in moments])[place]

    def taken(self, at: float) -> Matrix:
        """Return how often each item was taken in the window that ends at a moment."""
        start = np.searchsorted(self.times, at - self.window) if self.window else 0
        end = np.searchsorted(self.times, at, "right")
        return np.bincount(self.items[start:end], minlength=self.count).astype(np.float32)

    def similar(self, item: int) -> None:
        """Popularity knows nothing about likeness."""


def fit_popular(frame: pd.DataFrame, shape: Shape, *, window: float | None = None) -> Popular:
    """Keep who took what when, in order of time."""
    frame = frame.sort_values("time", kind="stable")
    return Popular(frame["item"].to_numpy(), frame["time"].to_numpy(), shape[1], window)
