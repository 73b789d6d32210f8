"""Blocks about the features: are they bell-shaped, do they go together, and does it matter."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import METRIC, value


def gaussian(results: Results, settings: Settings) -> str:
    """List the features that are least bell-shaped, before and after a transformation."""
    facts = results["diagnosis"]["gaussian"]
    worst = sorted(facts["features"], key=lambda item: item["before"] - item["after"])[:5]
    rows = [
        [item["feature"], number(item["skew_before"], 2), number(item["skew_after"], 2),
         number(item["before"]), number(item["after"])]
        for item in worst
    ]  # fmt: skip
    head = ["feature", "skew", "after Yeo-Johnson", "log-likelihood", "after"]
    text = f"{picture('gaussian', findings.gaussian(results, settings))}\n\n{table(head, rows)}"
    if facts["precision"]:
        before, after = facts["precision"]["before"], facts["precision"]["after"]
        text += f"\n\nDiagonal Gaussian: {METRIC} {number(before)}, after {number(after)}."
    return text


def correlated(results: Results, settings: Settings) -> str:
    """Set diagonal, full and no Gaussian side by side, with the closest pair of features."""
    facts = results["correlated"]
    first, second = facts["features"]
    pairs = (
        f"{facts['strong_pairs']:,} of {facts['pairs']:,} pairs of features correlate above 0.8; "
        f"the closest are {first} and {second} ({number(facts['correlation'])})."
    )
    names = ("gaussian diagonal", "gaussian full", "isolation forest")
    rows = [
        [rung["name"], rung["why"], value(rung.get("score")), percent(rung["stability"])]
        for rung in results["ladder"]
        if rung["name"] in names
    ]
    return f"{pairs}\n\n{table(['detector', 'what it can see', METRIC, 'stability'], rows)}"
