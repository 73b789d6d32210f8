"""Blocks about what follows from probabilities: decisions, their costs, and mistakes."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent, picture, table
from .wording import money, to_find


def outcome(results: Results, settings: Settings) -> str:
    """Say what happens to 1,000 test rows."""
    rows, unit = results["test"]["confusion"], settings.columns.unit
    if len(rows) > 2:
        right = sum(row[place] for place, row in enumerate(rows))
        return f"Of 1,000 {unit}, {right:,.0f} are named right"
    (_, alarms), (missed, found) = rows
    return (
        f"Of 1,000 {unit}, {missed + found:,.0f} are {to_find(settings)}: the model finds "
        f"{found:,.0f} of them, with {alarms:,.0f} false alarms"
    )


def confusion(results: Results, settings: Settings) -> str:
    """Count decisions per 1,000 test rows, in a table and in words."""
    names = settings.names
    rows = [
        [f"actually {name}", *(f"{count:,.0f}" for count in counts)]
        for name, counts in zip(names, results["test"]["confusion"], strict=True)
    ]
    header = [f"per 1,000 {settings.columns.unit}", *(f"decided {name}" for name in names)]
    return f"{outcome(results, settings)}.\n\n{table(header, rows)}"


def accuracy(results: Results, settings: Settings) -> str:
    """Show why accuracy is not the metric: what naming the largest class would reach."""
    test = results["test"]
    shares = ", ".join(f"{name} {percent(n / test['rows'])}" for name, n in test["classes"].items())
    rows = [
        ["baseline", percent(test["baseline_accuracy"]), number(test["baseline"])],
        [results["choice"]["chosen"], percent(test["accuracy"]), number(test["score"])],
    ]
    return (
        f"Test rows: {shares}. Always naming the class that is most frequent in training is right "
        f"in {percent(test['baseline_accuracy'])}, and "
        f"useless.\n\n{table(['test rows', 'accuracy', 'declared loss'], rows)}"
    )


def saving(results: Results, settings: Settings) -> str:
    """Say what the decisions cost on the test rows, against doing without a model."""
    test = results["test"]["policy"]
    without = settings.names[test["without_model_class"]]
    return (
        f"Deciding costs {money(test['cost'], settings)} per row of the test set (95% interval "
        f"{number(test['low'])} to {number(test['high'])}); without a model the cheapest is to "
        "take every "
        f"row for {without}: {number(test['without_model'])}"
    )


def threshold_finding(results: Results, settings: Settings) -> str:
    """Say which threshold the costs lead to, and how many others cost about as much."""
    policy = results["policy"]
    curve = policy["curve"]
    tied = [t for t, same in zip(curve["thresholds"], curve["tied"], strict=True) if same]
    return (
        f"The threshold is {number(policy['threshold'])}: on unseen training rows, "
        f"{number(tied[0])} to {number(tied[-1])} cost the same within chance; right probabilities "
        f"would need {number(policy['theory'])}"
    )


def threshold(results: Results, settings: Settings) -> str:
    """Show the cost curve with the chosen point, or the rule where there is no threshold."""
    if results["policy"]["threshold"] is None:
        usual = results["test"]["policy"]["most_probable"]
        return (
            f"With more than two classes the decision is {results['policy']['rule']}. "
            f"{saving(results, settings)}. Naming the most probable class costs {number(usual)}."
        )
    lines = [
        f"{saving(results, settings)}.",
        picture("cost_curve", threshold_finding(results, settings)),
    ]
    if "capacity" in results["policy"]:
        lines.insert(1, capacity(results, settings))
    return "\n\n".join(lines)


def capacity(results: Results, settings: Settings) -> str:
    """Say what is found if only as many rows are acted on as can be handled."""
    plan, test = results["policy"]["capacity"], results["test"]["policy"]["capacity"]
    return (
        f"Capacity: {percent(plan['share'])} of {settings.columns.unit} can be handled. The "
        f"threshold that flagged as many training rows, {number(plan['threshold'])}, flags "
        f"{percent(test['flagged'])} of the test rows: {share(test['recall'])} of all "
        f"{to_find(settings)} are among them, and {share(test['precision'])} of those flagged are "
        "right."
    )


def share(value: float | None) -> str:
    """Return a share as a percentage, or that there is none."""
    return "none" if value is None else percent(value)


def cost_ratios(results: Results, settings: Settings) -> str:
    """Show what changes when missing the last class costs half as much, or twice."""
    rows = [
        [
            f"x {row['factor']:g}",
            "least expected cost" if row["threshold"] is None else number(row["threshold"]),
            percent(row["flagged"]), share(row["recall"]), share(row["precision"]),
            number(row["cost"]), number(row["without_model"]),
        ]
        for row in results["test"]["policy"]["ratios"]
    ]  # fmt: skip
    header = [
        f"cost of missing {to_find(settings)}", "threshold", "flagged", "found",
        "right when flagged",
        f"{settings.costs.unit} per row", "without model",
    ]  # fmt: skip
    return table(header, rows)


def rates(results: Results, settings: Settings) -> str:
    """List per declared group how often the last class is found or a false alarm."""
    rows = [
        [
            part["name"], f"{part['rows']:,}", percent(part["prevalence"]),
            percent(part["flagged"]),
            with_interval(part["recall"]), with_interval(part["false_alarms"]),
        ]
        for part in results["test"]["rates"]
    ]  # fmt: skip
    name = to_find(settings)
    header = [
        "test rows where",
        "n",
        f"actually {name}",
        f"decided {name}",
        f"{name} found (n)",
        "false alarms (n)",
    ]
    return table(header, rows)


def with_interval(part: dict[str, Any] | None) -> str:
    """Return a share with its 95% interval and the rows it is of."""
    if part is None:
        return "no rows"
    low, high = number(100 * part["low"], 2), number(100 * part["high"], 2)
    return f"{percent(part['share'])}, {low} to {high} ({part['rows']:,})"
