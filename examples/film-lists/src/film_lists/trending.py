"""What is popular lately, reordered for each user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .arrays import Matrix, Shape, Vector
from .popular import Popular, fit_popular
from .weights import ItemWeights, fit_ease


@dataclass(frozen=True)
class Trending:
    """What is popular lately, moved up or down by what the user had before."""

    popular: Popular
    personal: ItemWeights
    strength: float

    def scores(self, history: sp.csr_matrix, moment: Vector) -> Matrix:
        """Add the personal score, scaled to at most `strength`, to the logarithm of the count."""
        personal = np.maximum(self.personal.scores(history, moment), 0)
        top = personal.max(axis=1, keepdims=True) + 1e-9
        trend = np.log(self.popular.scores(history, moment) + 0.1)
        return np.asarray(trend + self.strength * personal / top, dtype=np.float32)

    def similar(self, item: int) -> Vector | None:
        """Return the personal part's weights."""
        return self.personal.similar(item)


def fit_trending(
    frame: pd.DataFrame,
    shape: Shape,
    *,
    window: float | None = 30,
    strength: float = 2,
    **personal: Any,
) -> Trending:
    """Fit both parts."""
    return Trending(
        fit_popular(frame, shape, window=window), fit_ease(frame, shape, **personal), strength
    )
