"""Blocks about probabilities: are they right, do they rank, and does rarity harm them."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .about_decisions import per_1000
from .markdown import number, percent, picture, table
from .wording import cost_label, money, to_find


def imbalance(results: Results, settings: Settings) -> str:
    """Compare what can be done about a rare class."""
    rows = [
        [
            item["treatment"], number(1 - item["roc_auc"]), number(1 - item["average_precision"]),
            number(item["log_loss"]), percent(item["mean_claimed"]),
            per_1000(item["cost_usual"]), per_1000(item["cost_chosen"]),
        ]
        for item in results["imbalance"]["treatments"]
    ]  # fmt: skip
    header = [
        "treatment (inside the folds)", "ROC-AUC", "average precision", "log loss",
        f"mean probability of {to_find(settings)}",
        f"{cost_label(settings)}: most probable class", "decided by costs",
    ]  # fmt: skip
    return f"{imbalance_finding(results, settings)}.\n\n{table(header, rows)}"


def imbalance_finding(results: Results, settings: Settings) -> str:
    """Say which treatment is the cheapest once the decision rule follows the costs."""
    items = results["imbalance"]["treatments"]
    plain = next(item for item in items if item["treatment"] == "nothing")
    best = min(items, key=lambda item: item["cost_chosen"])
    if best["high"] >= 0:
        return "Once decisions follow the costs, no treatment is clearly cheaper than doing nothing"
    return (
        f"Once decisions follow the costs, `{best['treatment']}` is the cheapest: "
        f"{money(best['cost_chosen'], settings)}, against {per_1000(plain['cost_chosen'])} with "
        "nothing done"
    )


def calibration_finding(results: Results, settings: Settings) -> str:
    """Say how far stated probabilities are from what happened, on the test rows."""
    parts = results["test"]["reliability"]["after"]
    off = [part for part in parts if not part["low"] <= part["claimed"] <= part["high"]]
    if not off:
        return "On test rows, probabilities and what came true differ by no more than chance"
    worst = max(off, key=lambda part: abs(part["claimed"] - part["held"]))
    return (
        f"In {len(off)} of {len(parts)} equal parts of the test rows, probabilities miss the 95% "
        f"range (by chance in {0.05 * len(parts):.1g}): at worst the model says "
        f"{percent(worst['claimed'])} and {percent(worst['held'])} come true"
    )


def calibration(results: Results, settings: Settings) -> str:
    """Show the reliability, and what a correction brought."""
    facts, test = results["calibration"], results["test"]["calibration"]
    adopted = "adopted" if facts["adopted"] else "not adopted, as the folds show no clear gain"
    rows = [
        [
            name,
            *(
                number(part[key][loss])
                for loss in ("log_loss", "brier")
                for key in ("before", "after")
            ),
        ]
        for name, part in {"out of fold": facts, "test rows": test}.items()
    ]
    header = ["", "log loss before", "after", "Brier before", "after"]
    return (
        f"{facts['method']}: {adopted}.\n\n{table(header, rows)}\n\n"
        f"{picture('reliability', calibration_finding(results, settings))}"
    )


def ranking_finding(results: Results, settings: Settings) -> str:
    """Say both areas beside the share of the class, which a random order reaches."""
    test, curve = results["test"], results["test"]["curves"][-1]
    return (
        f"ROC-AUC {number(test['roc_auc'])} (a random order has 0.5), average precision "
        f"{number(test['average_precision'])} ({curve['class']}: a random order has "
        f"{number(curve['prevalence'])})"
    )


def ranking(results: Results, settings: Settings) -> str:
    """Show ROC and precision-recall curves."""
    return picture("ranking", ranking_finding(results, settings))
