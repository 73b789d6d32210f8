"""Blocks about what only anomaly detection asks: thresholds, work, kinds, contamination, events."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import METRIC, NO_LABELS, events_word, period


def success(results: Results, settings: Settings) -> str:
    """State the win condition, and by how much the test result passed or missed it."""
    test, project = results["test"], settings.project
    wanted = f"at least {percent(project.success_improvement)} of the way from chance to perfect"
    if not test["labelled"]:
        return f"{project.success} Written down first: {wanted}. Not measured: there are no labels."
    return (
        f"{project.success} Written down first: {wanted}, by {METRIC}. Measured on the test set: "
        f"{percent(test['improvement'])}, {'reached' if test['success'] else 'not reached'}."
    )


def split(results: Results, settings: Settings) -> str:
    """State how rows were divided into three parts."""
    facts, card = results["data"], results["data"]["split"]
    head, rows = ["part", "used to", "rows", "anomalous rows"], []
    for name, use in PARTS.items():
        anomalies = facts.get(f"{name}_anomalies")
        known = "unknown" if anomalies is None else f"{anomalies:,}"
        rows.append([name, use, f"{facts[f'{name}_rows']:,}", known])
    if card["kind"] == "time":
        head = [*head, "from, to"]
        rows = [[*row, " to ".join(card[f"{row[0]}_range"])] for row in rows]
    text = f"{card['kind'].capitalize()} split"
    if card["kind"] == "group":
        text += f": {card['shared_groups']} values of `{card['by']}` are in two parts"
    if settings.labels.fit == "normal":
        text += ". Detectors are fitted to the training rows that are labelled as normal"
    return f"{text}.\n\n{table(head, rows)}"


PARTS = {
    "train": "fit detectors, which see no labels",
    "validation": "compare and set the threshold",
    "test": "judge, once",
}


def threshold(results: Results, settings: Settings) -> str:
    """Show what other thresholds would give on validation rows, and what this one gave on test."""
    facts, test = results["threshold"], results.get("test")
    parts = [picture("threshold", findings.threshold(results, settings))]
    if settings.labelled and test:
        seen = {"validation, which set it": facts["chosen"], "test": test["at_threshold"]}
        rows = [
            [name, number(part["per_period"]), f"{part['right']:,} of {part['alerts']:,}",
             f"{part['caught']:,} of {part['events']:,}", number(part["by_row"]["f1"]),
             f"{part['cost']:,g}"]
            for name, part in seen.items()
        ]  # fmt: skip
        head = [f"rows at or below {facts['value']:.4g}", f"alerts per {period(settings)}", "right",
                f"{events_word(settings)} found", "F1 row by row", "cost"]  # fmt: skip
        if facts["policy"] != "cost":
            head, rows = head[:-1], [row[:-1] for row in rows]
        parts.append(table(head, rows))
    if facts["expected"]:
        low, high = map(number, facts["expected"])
        parts.append(
            f"Validation rows place the threshold only roughly: expect between {low} and {high} "
            f"alerts per {period(settings)} of new rows on average (95%)."
        )
    return "\n\n".join(parts)


def capacity(results: Results, settings: Settings) -> str:
    """List what smaller and larger workloads bring on test rows."""
    test, unit = results["test"], period(settings)
    rows = [
        [f"{part['budget']:g}", number(part["per_period"]), f"{part['alerts']:,}",
         share_right(part),
         percent(part["recall"]) if "recall" in part else "unknown",
         percent(part["rows"] / test["rows"])]
        for part in test["budgets"]
    ]  # fmt: skip
    head = [f"budget per {unit}", f"alerts per {unit}", "alerts in all", "right",
            f"{events_word(settings)} found", "rows flagged"]  # fmt: skip
    text = "Each budget was spent on validation rows; what its threshold brings is counted on test"
    text += " rows."
    if settings.columns.time:
        text += " Where many rows are flagged, alerts grow together into a few long ones."
    return f"{table(head, rows)}\n\n{text}"


def share_right(part: dict[str, Any]) -> str:
    """Return the share of alerts that are right, if there are alerts and somebody knows."""
    if not part["alerts"]:
        return "-"
    return percent(part["precision"]) if "precision" in part else "unknown"


def supervised(results: Results, settings: Settings) -> str:
    """Set the detector beside classifiers that know few labels, and many."""
    if not results["supervised"]:
        return NO_LABELS
    known = results["supervised"]["labels"]
    if not results["supervised"]["points"]:
        return (
            f"The training rows hold {known} labelled {events_word(settings, known)}: too few for "
            "a classifier to learn from. A detector learns what is usual, and needs none."
        )
    shown = [results["supervised"]["points"][place] for place in (0, -1)]
    taken = findings.chosen(results)
    rows = [
        ["chance", "0", number(results["diagnosis"]["baseline"])],
        [taken["name"], "0", number(taken["score"])],
        *(["classifier", f"{point['labels']:,}",
           f"{number(point['mean'])} ± {number(point['sd'], 2)}"] for point in shown),
    ]  # fmt: skip
    seen = table(["on validation rows", f"labelled {events_word(settings)}", METRIC], rows)
    return f"{picture('labels', findings.labels(results, settings))}\n\n{seen}"


def kinds(results: Results, settings: Settings) -> str:
    """List who finds a kind of anomaly that was not there before."""
    if not results["kinds"]:
        return NO_LABELS
    shown = sorted(results["kinds"], key=lambda item: item["detector"])[:8]
    rows = [
        [item["kind"], f"{item['rows']:,}",
         *("-" if item[key] is None else percent(item[key])
           for key in ("detector", "classifier", "classifier_with"))]
        for item in shown
    ]  # fmt: skip
    head = ["kind left out", "rows", "flagged by the detector", "by a classifier that never saw it",
            "by one that did"]  # fmt: skip
    text = "All flag the same share of the other rows."
    if not (settings.columns.types or settings.columns.time):
        text += " Nobody named kinds: they are groups found by k-means."
    if all(item["classifier"] is None for item in shown):
        head, rows = head[:3], [row[:3] for row in rows]
        text = "No training row is labelled as an anomaly: there is no classifier to compare with."
    return f"{table(head, rows)}\n\n{text}"


def contamination(results: Results, settings: Settings) -> str:
    """Show what anomalies among the training rows do."""
    if not results["contamination"] or len(results["contamination"]["points"]) < 2:
        return NO_LABELS
    shown = picture("contamination", findings.contamination(results, settings))
    if not results["contamination"].get("lent"):
        return shown
    return (
        f"{shown}\n\nNo training row is labelled as an anomaly: half of the validation "
        f"{events_word(settings)} were mixed in, and the others judge."
    )


def explained(results: Results, settings: Settings) -> str:
    """List the five strongest test alerts, with what stands out in each."""
    words = {None: "unknown", 0: "normal", 1: "anomaly"}
    rows = [
        [
            f"{item['row']} {item['moment']}".strip(),
            words[item["label"]],
            "; ".join(
                f"{reason['feature']} = {reason['value']}, usual {reason['typical']} "
                f"({percent(reason['share'])})"
                for reason in item["reasons"]
            ),
        ]
        for item in results["test"]["explained"]
    ]
    return table(["row", "label", "what stands out (share of the score)"], rows)
