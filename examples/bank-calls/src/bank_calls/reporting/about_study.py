"""Blocks about how the study was set up: the win condition, and how rows were divided."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import percent
from .wording import amount


def success(results: Results, settings: Settings) -> str:
    """State the win condition, and by how much the test result passed or missed it."""
    test = results["test"]
    wanted = amount(test["baseline"] * (1 - test["wanted"]), settings)
    return (
        f"{settings.project.success} Written down first: an error at least "
        f"{percent(test['wanted'])} below the baseline's, here {wanted}. Measured on the test set: "
        f"{percent(test['improvement'])} below, {amount(test['score'], settings)}: "
        f"{'reached' if test['success'] else 'not reached'}."
    )


def split(results: Results, settings: Settings) -> str:
    """State how rows were divided into training and test."""
    facts, card = results["data"], results["data"]["split"]
    train, test = f"{facts['train_rows']:,} training rows", f"{facts['test_rows']:,} test rows"
    text = f"{card['kind'].capitalize()} split: {train}, {test}"
    if card["kind"] == "stratified":
        text += " (each class has the same share in both)"
    if card["kind"] == "time":
        before, after = " to ".join(card["train_range"]), " to ".join(card["test_range"])
        text += f" ({card['by']} {before}; then {after})".replace(" 00:00:00", "")
    if card["kind"] == "group":
        text += f" ({card['shared_groups']} values of `{card['by']}` are in both)"
    folds = f"{settings.split.folds} folds of the training rows"
    return f"{text}. Cross-validation: {folds}, split the same way."
