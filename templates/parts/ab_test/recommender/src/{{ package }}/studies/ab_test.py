"""How many users would an experiment need? Plans the A/B test that the offline result asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from ..kit.results import Results, step
from ..kit.settings import Settings

POWER, SIGNIFICANCE = 0.8, 0.05  # chance to find a true difference; chance of a false one
LIFTS = (0.02, 0.05, 0.1)  # of the hit rate, as shares of today's
DRAWS = 2000


def users_per_arm(rate: float, other: float) -> int | None:
    """Return the users that each list needs so that a test of two proportions sees the difference.

    Nothing where there is none. Real users click for other reasons as well: this is a lower bound.
    """
    z = norm.ppf(1 - SIGNIFICANCE / 2) + norm.ppf(POWER)
    spread = rate * (1 - rate) + other * (1 - other)
    return int(np.ceil(z**2 * spread / (other - rate) ** 2)) if rate != other else None


def simulate(today: float, other: float, users: int) -> float:
    """Return the share of simulated experiments whose difference is significant."""
    rng = np.random.default_rng(0)
    hits = rng.binomial(users, [[today], [other]], size=(2, DRAWS)) / users
    pooled = hits.mean(axis=0)
    error = np.sqrt(np.maximum(2 * pooled * (1 - pooled) / users, 1e-12))
    return float(np.mean(np.abs(hits[1] - hits[0]) > norm.ppf(1 - SIGNIFICANCE / 2) * error))


@step("studies.ab_test", "train", "evaluate")
def main(_: Settings, results: Results) -> Results:
    """Plan the experiment from the hit rates of both lists on the test."""
    lists = results["evaluate"]["test"]["lists"]
    today, model = lists["rule_of_thumb"]["hit_rate"], lists["chosen"]["hit_rate"]
    needed = users_per_arm(today, model)
    found: dict[str, Any] = {"today": today, "own": model, "users_per_arm": needed}
    found["found"] = simulate(today, model, needed) if needed else None
    found["lifts"] = [
        {"lift": lift, "users_per_arm": users_per_arm(today, min(1, today * (1 + lift)))}
        for lift in LIFTS
    ]
    return found


if __name__ == "__main__":
    main()
