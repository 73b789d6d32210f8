"""Blocks about what follows from probabilities: decisions, their costs, and mistakes."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from .markdown import number, percent, picture, table
from .wording import cost_label, level, metric_label, money, to_find


def outcome(results: Results, settings: Settings) -> str:
    """Say what happens to 1,000 test rows."""
    rows, unit = results["test"]["confusion"], settings.columns.unit
    if len(rows) > 2:
        right = sum(row[place] for place, row in enumerate(rows))
        return f"Of 1,000 {unit}, {right:,.0f} are classified correctly"
    (_, alarms), (missed, found) = rows
    return (
        f"Of 1,000 {unit}, {missed + found:,.0f} are {to_find(settings)}: the model finds "
        f"{found:,.0f} of them and raises {alarms:,.0f} false alarms"
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
        ["baseline", percent(test["baseline_accuracy"]), level(test["baseline"], settings)],
        [results["choice"]["chosen"], percent(test["accuracy"]), level(test["score"], settings)],
    ]
    return (
        f"Test rows: {shares}. Always naming the most frequent class is right in "
        f"{percent(test['baseline_accuracy'])} of them, and useless.\n\n"
        f"{table(['test rows', 'accuracy', metric_label(settings)], rows)}"
    )


def saving(results: Results, settings: Settings) -> str:
    """Say what the decisions cost on the test rows, against doing without a model."""
    test = results["test"]["policy"]
    without = settings.names[test["without_model_class"]]
    return (
        f"Mistakes cost {money(test['cost'], settings)} (95% interval {per_1000(test['low'])} to "
        f"{per_1000(test['high'])}), against {per_1000(test['without_model'])} for the best rule "
        f"without a model, which treats all of them as {without}"
    )


def threshold_finding(results: Results, settings: Settings) -> str:
    """Say which threshold the costs lead to, and how many others cost about as much."""
    policy = results["policy"]
    curve = policy["curve"]
    tied = [t for t, same in zip(curve["thresholds"], curve["tied"], strict=True) if same]
    return (
        f"The threshold is {number(policy['threshold'])}; between {number(tied[0])} and "
        f"{number(tied[-1])} costs differ by no more than chance, and perfect probabilities would "
        f"need {number(policy['theory'])}"
    )


def threshold(results: Results, settings: Settings) -> str:
    """Show the cost curve with the chosen point, or the rule where there is no threshold."""
    if results["policy"]["threshold"] is None:
        usual = results["test"]["policy"]["most_probable"]
        return (
            f"With more than two classes the decision is {results['policy']['rule']}. "
            f"{saving(results, settings)}. Always deciding for the most probable class costs "
            f"{per_1000(usual)}."
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
        f"If only {percent(plan['share'])} of {settings.columns.unit} can be handled, the "
        f"threshold is {number(plan['threshold'])}. On the test rows it flags "
        f"{percent(test['flagged'])}: {share(test['recall'])} of all that are {to_find(settings)} "
        f"are among them, and {share(test['precision'])} of those flagged are {to_find(settings)}."
    )


def per_1000(cost: float) -> str:
    """Return the mean cost of a row as that of 1,000 rows, without its unit."""
    return number(1000 * cost)


def share(value: float | None) -> str:
    """Return a share as a percentage, or that there is none."""
    return "none" if value is None else percent(value)


def cost_ratios(results: Results, settings: Settings) -> str:
    """Show what changes when missing the last class costs half as much, or twice."""
    rows = [
        [
            "as stated" if row["factor"] == 1 else f"{row['factor']:g} times as much",
            "least expected cost" if row["threshold"] is None else number(row["threshold"]),
            percent(row["flagged"]), share(row["recall"]), share(row["precision"]),
            per_1000(row["cost"]), per_1000(row["without_model"]),
        ]
        for row in results["test"]["policy"]["ratios"]
    ]  # fmt: skip
    header = [
        f"a missed {to_find(settings)} costs", "threshold", "flagged", "found",
        "right when flagged", cost_label(settings), "without a model",
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
