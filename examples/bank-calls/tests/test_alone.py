"""The audit trusts no feature that explains itself, and misses none that gives the target away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bank_calls.target import STRONG, strength

RANDOM = np.random.default_rng(0)
Y = pd.Series((RANDOM.uniform(size=2000) < 0.2).astype(int))
NOISE = pd.Series(RANDOM.normal(size=2000))

SAYS_NOTHING: dict[str, pd.Series[Any]] = {
    "noise": NOISE,
    "one value but for three rows, and gaps": pd.Series("no", Y.index)
    .where(NOISE < 0.8)
    .mask(Y.index < 3, "yes"),
    "a category for each row": Y.index.astype(str).to_series(Y.index),
    "one value": pd.Series(1.0, Y.index),
    "no value": pd.Series(np.nan, Y.index),
}
SAYS_ALL: dict[str, pd.Series[Any]] = {
    "a copy": Y.astype(float),
    "a number beyond noise": Y * 20 + NOISE,
    "both ends of a number": NOISE * np.where(Y == 0, 1, 10 / NOISE.abs()),
    "gaps": NOISE.where(Y == 0),
    "gaps in a category": pd.Series("known", Y.index).where(Y == 0),
    "a date": pd.Timestamp("2024-01-01") + pd.to_timedelta(Y * 100 + NOISE, unit="D"),
}


@pytest.mark.parametrize("name", SAYS_NOTHING)
def test_a_feature_that_says_nothing_is_not_called_strong(name: str) -> None:
    assert strength(SAYS_NOTHING[name], Y) < 0.55


@pytest.mark.parametrize("name", SAYS_ALL)
def test_a_feature_that_says_all_is_called_strong(name: str) -> None:
    assert strength(SAYS_ALL[name], Y) > STRONG
