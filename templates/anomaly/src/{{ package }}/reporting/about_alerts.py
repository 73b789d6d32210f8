"""Blocks about what only anomaly detection asks: thresholds, work, kinds, contamination, events."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import METRIC, NO_LABELS, period, value


def success(results: Results, settings: Settings) -> str:
    """State the win condition, and by how much the test result passed or missed it."""
    test, project = results["test"], settings.project
    wanted = f"at least {percent(project.success_improvement)} of the way from chance to perfect"
    if not test["labelled"]:
        return f"{project.success} Written down first: {wanted}. {NO_LABELS}"
    return (
        f"{project.success} Written down first: {wanted}, by {METRIC}. Measured on the test set: "
        f"{percent(test['improvement'])}, {'reached' if test['success'] else 'not reached'}."
    )


def split(results: Results, settings: Settings) -> str:
    """State how rows were divided into three parts."""
    facts, card = results["data"], results["data"]["split"]
    rows = []
    for name, use in PARTS.items():
        anomalies = facts.get(f"{name}_anomalies")
        span = " to ".join(card.get(f"{name}_range", []))
        rows.append([
            name, use, f"{facts[f'{name}_rows']:,}",
            "unknown" if anomalies is None else f"{anomalies:,}", span,
        ])  # fmt: skip
    text = f"{card['kind'].capitalize()} split"
    if card["kind"] == "group":
        text += f": {card['shared_groups']} values of `{card['by']}` are in two parts"
    head = ["part", "used to", "rows", "anomalous rows", "from, to"]
    return f"{text}.\n\n{table(head, rows)}"


PARTS = {
    "train": "fit, without labels",
    "validation": "compare and set the threshold",
    "test": "judge, once",
}


def threshold(results: Results, settings: Settings) -> str:
    """Show what other thresholds would give on validation rows."""
    return picture("threshold", findings.threshold(results, settings))


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
    """Set the detector beside classifiers with all labels and with ten."""
    facts = results["supervised"]
    if not facts:
        return NO_LABELS
    taken = findings.chosen(results)
    rows = [
        ["chance", "0", number(results["diagnosis"]["baseline"])],
        [taken["name"], "0", number(taken["score"])],
        ["classifier", str(facts["few_labels"]), f"{number(facts['few'])} ± {number(facts['few_sd'], 2)}"],
        ["classifier", f"{facts['labels']:,}", number(facts["all"])],
    ]
    return table(["on validation rows", "labelled anomalies", METRIC], rows)


def kinds(results: Results, settings: Settings) -> str:
    """List who finds a kind of anomaly that was not there before."""
    if not results["kinds"]:
        return NO_LABELS
    rows = [
        [item["kind"], f"{item['measured_on']:,}", percent(item["detector"]),
         percent(item["classifier"]), percent(item["classifier_with"])]
        for item in results["kinds"]
    ]  # fmt: skip
    head = ["kind left out", "rows", "found by the detector", "by a classifier that never saw it",
            "by one that did"]  # fmt: skip
    named = "" if settings.columns.types else " Kinds are groups found by k-means."
    return f"{table(head, rows)}\n\nAll flag the same share of the other rows.{named}"


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


def events(results: Results, settings: Settings) -> str:
    """List the labelled windows of the test part, and what chance would find of them."""
    facts = results["test"].get("events")
    if not facts:
        return "Rows are not ordered in time, or nobody labelled windows: there are no events."
    rows = [
        [item["series"], item["start"], item["end"], "yes" if item["found"] else "no",
         "" if item["delay_hours"] is None else f"{number(item['delay_hours'])} h"]
        for item in facts["list"][:12]
    ]  # fmt: skip
    chance = facts["random"]
    text = (
        f"Found {facts['found']} of {facts['events']} windows with "
        f"{number(facts['false_per_day'])} false alerts a day. The same flags, moved to a random "
        f"place: {number(chance['found'])} windows, {number(chance['false_per_day'])} false alerts "
        f"a day."
    )
    if facts["median_delay_hours"] is not None:
        text += f" Median delay after the start of a window: {number(facts['median_delay_hours'])} h."
    return f"{text}\n\n{table(['series', 'from', 'to', 'found', 'delay'], rows)}"


def moments(results: Results, settings: Settings) -> str:
    """State how regular the time stamps are."""
    facts = results["data"]["times"]
    if not facts:
        return "Rows have no time: anomalies are single rows, and no hour or season is known."
    uneven = next(rule["rows"] for rule in results["data"]["cleaning"] if "uneven" in rule["rule"])
    season = settings.windows.season
    kind = "none" if season == "none" else f"same time of the {season}, from earlier rows only"
    return (
        f"{facts['series']} series, {number(facts['days'])} days, usual step "
        f"{number(facts['step_seconds'])} s; uneven steps: {uneven:,}. Season: {kind}."
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
