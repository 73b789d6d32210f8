"""Blocks about what only anomaly detection asks: thresholds, work, kinds, contamination, events."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import METRIC, NO_LABELS, events_word, period, value


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
    """Show what other thresholds would give on validation rows."""
    shown = picture("threshold", findings.threshold(results, settings))
    if not results["threshold"]["expected"]:
        return shown
    low, high = map(number, results["threshold"]["expected"])
    return (
        f"{shown}\n\nValidation rows place the threshold only roughly: expect between {low} and "
        f"{high} alerts per {period(settings)} of new rows on average (95%)."
    )


def capacity(results: Results, settings: Settings) -> str:
    """List what smaller and larger workloads bring on test rows."""
    rows = [
        [number(part["budget"]), number(part["per_period"]), f"{part['alerts']:,}",
         percent(part["precision"]) if "precision" in part else "unknown",
         percent(part["recall"]) if "recall" in part else "unknown"]
        for part in results["test"]["capacity"]
    ]  # fmt: skip
    head = [f"budget per {period(settings)}", "alerts", "in all", "right", "anomalies found"]
    return table(head, rows)


def supervised(results: Results, settings: Settings) -> str:
    """Set the detector beside classifiers that know few labels, and many."""
    if not results["supervised"]:
        return NO_LABELS
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
    rows = [
        [item["kind"], f"{item['rows']:,}", percent(item["detector"]), percent(item["classifier"]),
         "-" if item["classifier_with"] is None else percent(item["classifier_with"])]
        for item in sorted(results["kinds"], key=lambda item: item["detector"])[:8]
    ]  # fmt: skip
    head = ["kind left out", "rows", "found by the detector", "by a classifier that never saw it",
            "by one that did"]  # fmt: skip
    named = settings.columns.types or settings.columns.time
    origin = "" if named else " Nobody named kinds: they are groups found by k-means."
    return f"{table(head, rows)}\n\nAll flag the same share of the other rows.{origin}"


def contamination(results: Results, settings: Settings) -> str:
    """Show what anomalies among the training rows do."""
    if not results["contamination"] or len(results["contamination"]["points"]) < 2:
        return NO_LABELS
    return picture("contamination", findings.contamination(results, settings))


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
    return f"{pairs}\n\n{table(['detector', 'what it can see', METRIC, 'two lists agree'], rows)}"


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
