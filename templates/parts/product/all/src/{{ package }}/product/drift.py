"""Has a column changed: by how much, and is that more than chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2_contingency

from ..kit.project import Monitor

KEPT = 20  # categories; the rest are pooled
TENTHS = np.linspace(0.1, 0.9, 9)
NOTICE = 0.02  # PSI beyond chance that is worth a line: a shift of 0.15 standard deviations
Finding = tuple[str, str]  # "alarm", "notice" or "score", and a sentence


def cut(known: pd.Series[Any]) -> Any:
    """Return what divides a column: edges of a number, its most frequent categories otherwise.

    Where most values are the same, often 0, tenths of the distinct values see the others.
    """
    if not pd.api.types.is_numeric_dtype(known):
        return known.value_counts().index[:KEPT]
    distinct = pd.Series(known.dropna().unique())
    edges = [values.quantile(TENTHS, interpolation="lower") for values in (known, distinct)]
    return np.unique(pd.concat(edges).dropna())


def count(values: pd.Series[Any], bins: Any) -> NDArray[np.int64]:
    """Return how many values lie in each bin; the last two are for the rest and for gaps."""
    if isinstance(bins, pd.Index):
        places = bins.get_indexer(pd.Index(values)) % (len(bins) + 1)  # -1: none of them
    else:
        places = np.searchsorted(bins, values.to_numpy(dtype=float))
    return np.bincount(np.where(values.isna(), len(bins) + 1, places), minlength=len(bins) + 2)


def compare(name: str, counts: NDArray[np.int64], columns: int, limits: Monitor) -> list[Finding]:
    """Return what is to be said of counts of new (first row) and old values, if anything.

    The population stability index (PSI) of a small file is large by chance, and the test of a
    large one finds what is too small to matter: only both together make an alarm.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    new, old = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
    chance = (counts.shape[1] - 1) * (1 / counts.sum(axis=1)).sum()
    beyond = ((new - old) * np.log(new / old)).sum() - chance
    if beyond < NOTICE or chi2_contingency(counts).pvalue * columns > limits.significance:
        return []
    said = f"{name}: values changed, PSI {beyond:.2f} beyond chance (limit {limits.psi:g})"
    return [("alarm" if beyond > limits.psi else "notice", said)]
