"""Blocks about what a feature, or a rule of cleaning, is worth."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, table
from .wording import amount, metric_label


def ablation(results: Results, settings: Settings) -> str:
    """List what is lost when the model is fitted without an important feature."""
    shuffled = {item["feature"]: item["mean"] for item in results["diagnosis"]["importance"]}
    rows = [
        [
            item["feature"],
            number(shuffled[item["feature"]]),
            number(item["difference"]),
            f"{number(item['low'])} to {number(item['high'])}",
        ]
        for item in results["diagnosis"]["ablation"]["features"]
    ]
    if not rows:
        return "There is one feature only: without it nothing is left to fit."
    header = [f"cost in {metric_label(settings)}", "shuffled", "left out", "95% interval"]
    note = "A feature that costs little when it is left out has others that say the same."
    return f"{table(header, rows)}\n\n{note}"


def cleaning_effect(results: Results, settings: Settings) -> str:
    """List the score under other rules of cleaning."""
    rules = results["diagnosis"]["cleaning"]["rules"]
    if len(rules) == 1:
        return "No value is missing and no row is repeated, so cleaning could change nothing."
    rows = [[item["rule"], amount(item["score"], settings)] for item in rules]
    return table(["cleaning of the training rows", "the chosen model in cross-validation"], rows)
