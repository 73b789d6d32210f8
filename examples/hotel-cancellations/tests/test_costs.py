from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hotel_cancellations.costs import compare_costs, decide, make_policy, reliability

from conftest import a_study

COSTS = {"no": {"yes": 10}, "yes": {"no": 30}}


def chances(rows: int) -> tuple[Any, Any]:
    """Return classes, and probabilities that are right."""
    random = np.random.default_rng(0)
    p = 1 / (1 + np.exp(-random.normal(-1, 1.5, rows)))
    return (random.random(rows) < p).astype(int), np.column_stack([1 - p, p])


def test_costs_set_the_threshold_until_capacity_raises_it() -> None:
    y, p = chances(5000)
    free, tight = (a_study(costs={"mistakes": COSTS, "capacity": share}) for share in (None, 0.1))
    assert make_policy(y, p, free)["threshold"] == pytest.approx(10 / 40)
    policy = make_policy(y, p, tight)
    assert policy["threshold"] > policy["by_costs"]
    assert 0.09 < decide(p, tight.cost_matrix(), policy["threshold"]).mean() <= 0.1


def test_of_three_classes_the_one_with_the_least_expected_cost_is_taken() -> None:
    dear = np.array([[0.0, 1, 1], [1, 0, 1], [9, 9, 0]])  # whatever happens, never miss the third
    assert decide(np.array([[0.5, 0.3, 0.2]]), dear, None).tolist() == [2]


def test_the_rival_is_the_cheapest_way_that_there_is_capacity_for() -> None:
    (y, p), rule = chances(2000), np.full((2000, 2), [0.9995, 0.0005])
    for capacity, rival in ((None, "all as yes"), (0.5, "rule_of_thumb")):
        cheap = {"mistakes": {"no": {"yes": 1}, "yes": {"no": 900}}, "capacity": capacity}
        settings, pred = a_study(costs=cheap), {"model": p, "rule_of_thumb": rule}
        found = compare_costs(y, pred, np.arange(2000), make_policy(y, p, settings), settings)
        ways = found["ways"]
        assert found["rival"] == rival
        assert ways["all as no"]["cost"] == pytest.approx(900 * 1000 * y.mean())
        assert (ways["all as yes"]["recall"], ways["all as no"]["precision"]) == (1, None)
        assert ways["all as yes"]["precision"] == pytest.approx(y.mean())


def test_tenths_say_what_was_claimed_and_what_happened() -> None:
    tenths = reliability(*chances(5000), np.arange(5000))
    assert sum(tenth["low"] <= tenth["claimed"] <= tenth["high"] for tenth in tenths) >= 8


@pytest.mark.parametrize(
    ("yes", "message"),
    [({}, "take 'yes' for 'no'"), ({"maybe": 3}, "'maybe' is no class"), ({"no": 0}, "free")],
)
def test_costs_that_leave_a_decision_open_are_refused(yes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_study(costs={"mistakes": {"no": {"yes": 10}, "yes": yes}})
