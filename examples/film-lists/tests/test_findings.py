"""Findings claim no more than the intervals allow."""

from pathlib import Path
from typing import Any

import pytest

from film_lists.project import load_settings
from film_lists.reporting import findings


def point(past: int, low: float, high: float) -> dict[str, Any]:
    return {"past": past, "score": 0.1 + (low + high) / 2, "low": low, "high": high}


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ([point(1, -0.02, -0.01), point(2, 0.01, 0.02), point(3, 0.01, 0.02)], "from 2 known"),
        ([point(1, 0.01, 0.02), point(2, -0.01, 0.02), point(3, 0.01, 0.02)], "from 3 known"),
        ([point(1, 0.01, 0.02), point(2, 0.01, 0.02)], "from 1 known interaction on"),
        ([point(1, 0.01, 0.02), point(2, -0.01, 0.02)], "no clear difference"),
        ([point(1, 0.01, 0.02), point(2, -0.02, -0.01)], "the popular list beats EASE even with 2"),
    ],
)
def test_a_newcomers_list_is_better_only_from_where_the_intervals_say_so(
    project: Path, later: list[dict[str, Any]], said: str
) -> None:
    facts = {"model": "EASE", "curve": [point(0, 0, 0), *later]}
    text = findings.newcomers({"diagnosis": {"newcomers": facts}}, load_settings(project))
    assert said in text
