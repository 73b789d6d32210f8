"""One sentence per result: the title of its figure and its alternative text."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent
from .wording import amount, change, level, part_amount


def chosen(results: Results) -> dict[str, Any]:
    """Return the chosen rung of the ladder."""
    name = results["choice"]["chosen"]
    return next(rung for rung in results["ladder"] if rung["name"] == name)


def choice(results: Results, settings: Settings) -> str:
    """Say which model was chosen and how it stands to the best one."""
    name, best = results["choice"]["chosen"], results["choice"]["best"]
    if name == best:
        return f"{name} has the lowest error, and every simpler model is clearly worse"
    return f"{name} is the simplest model that the folds cannot tell from the best one, {best}"


def more_data(results: Results, settings: Settings) -> str:
    """Say what twice the rows would bring, from the fitted power law."""
    gain, now = results["diagnosis"]["gain_from_twice"], results["diagnosis"]["validation"]
    return (
        f"Twice the rows would cut the error by {percent(gain['estimate'] / now)}: "
        f"{change(gain['estimate'], settings)} ({number(gain['low'])} to {number(gain['high'])})"
    )


def complexity(results: Results, settings: Settings) -> str:
    """Say where the validation error is lowest along the main complexity parameter."""
    curve = results["diagnosis"]["validation_curve"]
    best = curve["validation"].index(min(curve["validation"]))
    gap = curve["validation"][best] - curve["train"][best]
    return (
        f"The validation error is lowest at {curve['parameter']} = {curve['values'][best]:g}; the "
        f"training error is {change(abs(gap), settings)} {'better' if gap >= 0 else 'worse'} there"
    )


def importance(results: Results, settings: Settings) -> str:
    """Say which feature matters most, and by how much."""
    top = max(results["diagnosis"]["importance"], key=lambda item: item["mean"])
    return f"{top['feature']} matters most: shuffling it costs {change(top['mean'], settings)}"


def order(results: Results, settings: Settings) -> str:
    """Say whether rows that follow in the file are harder to predict than shuffled ones."""
    both = results["split_comparison"]
    if "in_order" not in both or both["in_order"]["score"] < 1.1 * both["honest"]["score"]:
        return ""
    return (
        f"Rows that come later in the file are harder to predict than shuffled ones: "
        f"{amount(both['in_order']['score'], settings)} against "
        f"{level(both['honest']['score'], settings)}, so expect less on new rows than on this "
        "test set"
    )


def slices(results: Results, settings: Settings) -> str:
    """Say on which slice of the training rows the model is worst."""
    parts, overall = results["errors"]["slices"], results["errors"]["overall"]
    if not parts:
        return "There are too few rows to compare groups of them"
    worst = worst_slice(parts)
    return (
        f"Worst where {worst['name']}: {part_amount(worst['score'], settings)} on "
        f"{worst['rows']:,} rows, against {number(overall['score'])} over all {overall['rows']:,}"
    )


def worst_slice(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the slice with the highest low end of its interval.

    The highest score is often that of the smallest slice.
    """
    return max(parts, key=lambda part: part["low"])
