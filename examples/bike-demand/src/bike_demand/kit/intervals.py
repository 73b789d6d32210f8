"""How sure a number is: bootstrap over units that err together, paired differences over folds."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Vector = NDArray[np.floating[Any]]
Rows = NDArray[np.int64]
Folds = list[tuple[Rows, Rows]]  # positions to fit on, positions to predict


def bootstrap(
    statistic: Callable[[Rows], Vector | float], units: Rows, *, draws: int = 1000, seed: int = 0
) -> tuple[Vector, Vector]:
    """Return the ends of the 95% bootstrap interval of `statistic`, a function of row positions.

    Whole units (rows, groups, stretches of time, users) are drawn with replacement, because their
    rows err together. Several numbers of one `statistic` share draws: differences are paired.
    """
    order = np.argsort(units, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(units[order])) + 1)
    rng, values = np.random.default_rng(seed), []
    for _ in range(draws):
        drawn = rng.integers(len(members), size=len(members))
        single = len(members) == len(order)  # the common case, and much faster
        rows = order[drawn] if single else np.concatenate([members[each] for each in drawn])
        values.append(statistic(rows))
    low, high = np.nanquantile(np.array(values, dtype=float), [0.025, 0.975], axis=0)
    return low, high


def paired_difference(scores: ArrayLike, against: ArrayLike, folds: Folds) -> dict[str, Any]:
    """Return the mean difference over folds with the interval of Nadeau and Bengio (2003).

    Folds share training rows, so the ratio of validation to training rows is added to 1 / folds.
    """
    paired = np.subtract(scores, against)
    ratio = np.mean([len(val) / len(fit) for fit, val in folds])
    error = np.sqrt((1 / len(paired) + ratio) * paired.var(ddof=1))
    low, high = paired.mean() + stats.t.ppf([0.025, 0.975], len(paired) - 1) * error
    return {"difference": paired.mean(), "low": low, "high": high, "clear": bool(low * high > 0)}
