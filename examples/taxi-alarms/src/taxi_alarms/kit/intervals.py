"""How sure a number is: bootstrap over units that err together."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.floating[Any]]
Rows = NDArray[np.int64]


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
