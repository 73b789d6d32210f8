"""Asks how many users an A/B test needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from .arrays import Vector
from .project import Experiment


def sample_size(hits: Vector, plan: Experiment) -> dict[str, Any]:
    """Return how many users each arm of an A/B test needs to find the stated lift of the hit rate.

    Two proportions, normal approximation, two-sided. The offline hit rate stands in for the rate
    of clicks, which nobody knows before the test.
    """
    rate = float(np.mean(hits))
    lifted = min(rate * (1 + plan.lift), 1.0)
    reach = norm.ppf(1 - plan.significance / 2) + norm.ppf(plan.power)
    spread = rate * (1 - rate) + lifted * (1 - lifted)
    users = int(np.ceil(reach**2 * spread / (lifted - rate) ** 2)) if lifted > rate > 0 else None
    return {
        "rate": rate,
        "lift": plan.lift,
        "power": plan.power,
        "significance": plan.significance,
        "users_per_arm": users,
    }
