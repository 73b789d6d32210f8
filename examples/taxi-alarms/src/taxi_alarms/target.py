"""How well one feature alone tells anomalies from the rest: the leakage audit asks it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

STRONG = 0.98  # ROC AUC of a single feature that should make you suspicious


def strength(feature: pd.Series[Any], y: pd.Series[float]) -> float:
    """Return the ROC AUC of a number, its distance to the middle, or the rarity of a category."""
    known = feature.notna()
    feature, y = feature[known], y[known]
    if feature.nunique() < 2 or y.nunique() < 2:
        return 0.5
    if pd.api.types.is_numeric_dtype(feature):
        ranks = feature.rank().to_numpy(dtype=float)
        orders = [ranks, np.abs(ranks - ranks.mean())]  # anomalies may lie at both ends
    else:
        orders = [feature.map(feature.value_counts()).to_numpy(dtype=float)]
    values = [float(roc_auc_score(y, order)) for order in orders]
    return max(max(value, 1 - value) for value in values)
