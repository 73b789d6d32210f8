"""Which columns have changed: by how much, and is that more than chance."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2_contingency

KEPT = 20  # categories; the rest are pooled
TENTHS = np.linspace(0.1, 0.9, 9)
NOTICE = 0.02  # PSI beyond chance that is worth a line: a shift of 0.15 standard deviations
LIMIT = 0.2  # PSI beyond chance that calls for somebody's attention
CHANCE = 0.01  # chance of a line about columns that have not changed
Finding = tuple[str, str]  # "alarm", "notice" or "score", and a sentence


def drift(new: pd.DataFrame, old: pd.DataFrame) -> list[Finding]:
    """Return which of the columns of `new` have changed.

    The population stability index (PSI) of a small file is large by chance, and the test of a
    large one finds what is too small to matter: only both together make an alarm.
    """
    findings = []
    for name in new:
        counts = count(new[name], old[name])
        shares = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
        expected = (counts.shape[1] - 1) * (1 / counts.sum(axis=1)).sum()
        psi = (np.diff(shares, axis=0) * np.diff(np.log(shares), axis=0)).sum() - expected
        p = chi2_contingency(counts, lambda_="log-likelihood").pvalue  # calm about rare values
        if psi > NOTICE and p * new.shape[1] < CHANCE:
            text = f"values changed, PSI {psi:.2f} beyond chance (limit {LIMIT:g})"
            findings.append(("alarm" if psi > LIMIT else "notice", f"{name}: {text}"))
    return findings


def count(new: Any, old: Any) -> NDArray[np.int64]:
    """Return how many new and old values, a row each, are in each tenth or category, or missing."""
    both: Any = pd.concat([new, old], ignore_index=True)
    if pd.api.types.is_numeric_dtype(old):
        places = np.searchsorted(np.unique(old.quantile(TENTHS, interpolation="lower")), both)
    else:
        places = old.value_counts().index[:KEPT].get_indexer(both)  # -1: none of them
    places = np.where(both.isna(), -2, places)
    return pd.crosstab(np.arange(len(both)) >= len(new), places).to_numpy()
