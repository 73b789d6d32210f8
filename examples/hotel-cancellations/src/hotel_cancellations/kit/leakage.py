"""Looks for ways in which the answer may have slipped into the features or across the split."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeRegressor

STRONG = 0.9  # share of the variance that one feature explains: ask how it can know
SAMPLE = 5000  # rows are enough to see that


def audit(train: pd.DataFrame, test: pd.DataFrame, y: pd.Series[Any]) -> dict[str, Any]:
    """Return how many test rows copy a training row, and which features nearly give `y` away."""
    sample = train.sample(min(SAMPLE, len(train)), random_state=0)
    strengths = {name: strength(sample[name], y[sample.index]) for name in train}
    strong = [name for name, value in strengths.items() if value > STRONG]
    return {"copies": int(copies(train, test).sum()), "alone": strengths, "strong": strong}


def copies(train: pd.DataFrame, test: pd.DataFrame) -> NDArray[np.bool_]:
    """Return for each row of `test` whether a row of `train` has the very same values."""
    hashes = pd.util.hash_pandas_object(train, index=False)
    return pd.util.hash_pandas_object(test, index=False).isin(hashes).to_numpy()


def strength(feature: pd.Series[Any], y: pd.Series[Any]) -> float:
    """Return the cross-validated R² of a small tree that sees only this feature, at least 0."""
    target = y.rank().to_frame() if y.nunique() > 10 else pd.get_dummies(y).astype(float)
    levels = feature.rank() if feature.dtype.kind in "iufM" else pd.Series(feature.factorize()[0])
    tree = DecisionTreeRegressor(min_samples_leaf=1 + len(feature) // 30, random_state=0)
    return max(0.0, float(cross_val_score(tree, levels.to_frame(), target, cv=3).mean()))
