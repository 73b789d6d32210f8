"""Has a column changed: by how much, and is it more than chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest, chi2_contingency, ks_2samp

from .settings import Monitor

BINS = 10
KEPT = 20  # categories; the rest are pooled
DRAWS, SIZES, REFERENCE = 200, (200, 2000), 5000  # of the rehearsal

Column = dict[str, Any]


def compare(new: pd.DataFrame, old: pd.DataFrame, limits: Monitor) -> list[Column]:
    """Return for each column of `old` how far it has moved, the furthest first.

    A column has drifted if its population stability index (PSI) exceeds what chance gives by more
    than the limit, and a test excludes chance. Neither would do alone: the PSI of a small file is
    large by chance, and the test of a large one finds differences that are too small to matter.
    """
    found = [{"name": str(name), **measure(new[name], old[name])} for name in old.columns]
    for column in found:
        unlikely = column["p"] * len(found) < limits.significance  # Bonferroni
        column["drifted"] = bool(unlikely and column["excess"] > limits.psi)
    return sorted(found, key=lambda column: -column["excess"])


def measure(new: pd.Series[Any], old: pd.Series[Any]) -> Column:
    """Return both distributions, PSI, its excess over chance, and the p-value of a test.

    Where nothing changed, PSI is about (bins - 1) (1 / new rows + 1 / old rows).
    """
    if not pd.api.types.is_numeric_dtype(old):
        return judge(*count_categories(new, old))
    labels, counts = count_numbers(new, old)
    known = [values.dropna() for values in (new, old)]
    p = ks_2samp(*known).pvalue if all(map(len, known)) else 1.0
    gaps = np.array([[values.isna().sum(), values.notna().sum()] for values in (new, old)])
    return judge(labels, counts, min(1.0, 2 * min(p, independence(gaps))))


def judge(labels: list[str], counts: NDArray[np.int64], p: float | None = None) -> Column:
    """Return what follows from counts: a row each for new and old, a column for each bin."""
    there = counts.sum(axis=0) > 0
    counts = counts[:, there]
    shares = (counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)
    psi = float(((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum())
    chance = float((there.sum() - 1) * (1 / counts.sum(axis=1)).sum())
    new, old = counts / counts.sum(axis=1, keepdims=True)
    return {
        "psi": psi, "excess": psi - chance, "p": independence(counts) if p is None else p,
        "bins": [label for label, kept in zip(labels, there, strict=True) if kept],
        "new": new.tolist(), "old": old.tolist(),
    }  # fmt: skip


def independence(counts: NDArray[np.int64]) -> float:
    """Return the p-value of the chi-squared test, 1 where there is nothing to compare."""
    counts = counts[:, counts.sum(axis=0) > 0]
    return float(chi2_contingency(counts).pvalue) if counts.shape[1] > 1 else 1.0


def count_numbers(
    new: pd.Series[float], old: pd.Series[float]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return how many values lie in each tenth of the old ones, and how many are missing.

    Where most values are one and the same, often 0, tenths of the distinct values are added:
    otherwise nothing that happens to the others would be seen.
    """
    shares, known = np.linspace(0, 1, BINS + 1)[1:-1], old.dropna().to_numpy()
    edges = np.unique(np.quantile(known, shares)) if len(known) else known
    if 0 < len(edges) < len(shares):
        distinct = np.quantile(np.unique(known), shares, method="nearest")
        edges = np.unique(np.append(edges, distinct))
    names = [f"{edge:.4g}" for edge in edges]
    labels = [f"to {end}" for end in names] + [f"above {names[-1]}" if names else "any", "missing"]
    counts = [
        np.bincount(
            np.where(values.isna(), len(edges) + 1, np.searchsorted(edges, values.to_numpy())),
            minlength=len(labels),
        )
        for values in (new, old)
    ]
    return labels, np.stack(counts)


def count_categories(
    new: pd.Series[Any], old: pd.Series[Any]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return how often each of the old categories is there, the rest, and what is missing."""
    labels = [*map(str, old.dropna().value_counts().index[:KEPT]), "other", "missing"]
    counts = []
    for values in (new, old):
        written = values.astype(str).where(values.notna(), "missing")
        codes = pd.Index(labels).get_indexer(pd.Index(written))
        counts.append(np.bincount(np.where(codes < 0, len(labels) - 2, codes), None, len(labels)))
    return labels, np.stack(counts)


def rehearse(train: pd.DataFrame, later: pd.DataFrame, limits: Monitor) -> dict[str, Any]:
    """Return what the monitor says of later rows, where nothing changed, and of a wrong unit."""
    kept = ("name", "psi", "excess", "p", "drifted")
    return {
        "limit": limits.psi,
        "rows": len(later),
        "later": [{key: each[key] for key in kept} for each in compare(later, train, limits)],
        "false_alarms": false_alarms(train, limits),
        "unit_change": change_unit(train, later, limits),
    }


def false_alarms(rows: pd.DataFrame, limits: Monitor) -> list[dict[str, Any]]:
    """Return how often rows drawn by chance raise an alarm against others of the same rows."""
    random, found = np.random.default_rng(0), []
    half = len(rows) // 2
    for size in [size for size in SIZES if size <= half] or [half]:
        alarms = 0
        for _ in range(DRAWS):
            order = random.permutation(len(rows))[: size + REFERENCE]
            new, old = rows.iloc[order[:size]], rows.iloc[order[size:]]
            alarms += any(column["drifted"] for column in compare(new, old, limits))
        sure = binomtest(alarms, DRAWS).proportion_ci(method="wilson")
        found.append({"rows": size, "draws": DRAWS, "alarms": alarms, "high": sure.high})
    return found


def change_unit(train: pd.DataFrame, later: pd.DataFrame, limits: Monitor) -> dict[str, Any] | None:
    """Return whether a number that comes in thousandths of its unit is found, and by its name."""
    numbers = train.select_dtypes("number")
    if numbers.empty:
        return None
    name = str(numbers.std().idxmax())
    broken = compare(later.assign(**{name: later[name] * 1000}), train, limits)
    column = next(each for each in broken if each["name"] == name)
    return {"column": name, "found": column["drifted"], "psi": column["psi"]}
