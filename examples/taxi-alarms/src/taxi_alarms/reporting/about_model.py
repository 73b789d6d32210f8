"""Blocks about the detectors: comparison, choice, diagnosis and errors."""

from __future__ import annotations

from typing import Any

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import METRIC, value

KNOWN = ("gaussian diagonal", "isolation forest", "gaussian full")


def ladder(results: Results, settings: Settings) -> str:
    """List chance, the chosen, the best and the best known detectors: five rows at most."""
    choice, rungs = results["choice"], {rung["name"]: rung for rung in results["ladder"]}
    wanted = ["random", choice["chosen"], choice["best"], *KNOWN, *rungs]
    shown = [rungs[name] for name in list(dict.fromkeys(wanted))[:5]]
    rows = [
        [
            f"**{rung['name']}**" if rung["name"] == choice["chosen"] else rung["name"],
            value(rung.get("score")),
            f"{number(rung['low'])} to {number(rung['high'])}" if "low" in rung else "-",
            value(rung.get("roc_auc")),
            percent(rung["stability"]),
            f"{number(rung['fit_seconds'], 2)} s",
        ]
        for rung in sorted(shown, key=lambda rung: rung["rank"])
    ]
    head = ["detector", METRIC, "95% interval", "ROC AUC", "stability", "time to fit"]
    if not settings.labelled:  # three columns cannot be measured
        head, rows = [head[0], *head[4:]], [[row[0], *row[4:]] for row in rows]
    return f"{table(head, rows)}\n\n{STABILITY}"


STABILITY = (
    "All on validation rows. Stability: the share of the top 2% on which two detectors agree that "
    "were each fitted to half of the training rows."
)


def choice(results: Results, settings: Settings) -> str:
    """State the rule of choice and what it looked at."""
    facts = results["choice"]
    text = f"Rule: {facts['rule']}. Here: {facts['reason']}"
    if facts["comparisons"]:
        rows = [
            [
                f"{item['model']} - {item['against']}",
                number(item["difference"]),
                f"{number(item['low'])} to {number(item['high'])}",
                "yes" if item["distinguishable"] else "no",
            ]
            for item in facts["comparisons"]
        ]
        head = ["on the same validation rows", f"difference of {METRIC}", "95% interval",
                "clearly worse"]  # fmt: skip
        text += f"\n\n{table(head, rows)}"
    return f"{text}\n\n{picture('ladder', findings.choice(results, settings))}"


def failed(results: Results, settings: Settings) -> str:
    """List the detectors that were tried and not chosen, with how they agree with the chosen."""
    name, facts = results["choice"]["chosen"], results["agreement"]
    mine = facts["names"].index(name)
    rows = [
        [
            rung["name"], value(rung.get("score")), percent(rung["stability"]),
            number(facts["correlation"][mine][facts["names"].index(rung["name"])]),
        ]
        for rung in results["ladder"]
        if rung["name"] != name and not rung["baseline"]
    ]  # fmt: skip
    head = ["not chosen", METRIC, "stability", f"rank correlation with {name}"]
    return table(head, rows)


def overfit(results: Results, settings: Settings) -> str:
    """State the gap between training and validation rows, and the spread over seeds."""
    facts, seeds = results["diagnosis"], results["diagnosis"]["seed_spread"]
    lists = findings.stability(results)
    if not seeds["scores"]:
        return f"{lists}."
    low, high = min(seeds["scores"]), max(seeds["scores"])
    fitted, given = facts["train"], "Detectors see no labels, so they cannot fit them."
    if settings.labels.fit == "normal":
        given = "Detectors see only training rows that are labelled as normal."
    seen = "not measured, none of them is anomalous" if fitted is None else number(fitted)
    return (
        f"{given} {METRIC.capitalize()} on training rows: {seen}; on validation rows: "
        f"{number(facts['validation'])}, with {len(seeds['scores'])} seeds {number(low)} to "
        f"{number(high)}. {lists}."
    )


def diagnosis(results: Results, settings: Settings) -> str:
    """State the verdict on bias and variance, with the values it rests on."""
    facts = results["diagnosis"]
    verdict = f"Verdict: **{facts['verdict']}**. {facts['advice']}"
    if "train" not in facts:
        return f"{verdict} {findings.stability(results)}; bias cannot be measured without labels."
    rows = [
        ["chance: the share of anomalies", number(facts["baseline"])],
        ["wanted: the win condition", number(facts["target_level"])],
        ["training rows", "no anomalies" if facts["train"] is None else number(facts["train"])],
        ["validation rows", number(facts["validation"])],
    ]
    return f"{verdict}\n\n{table(['where', METRIC], rows)}"


def more_data(results: Results, settings: Settings) -> str:
    """Show the learning curve."""
    return picture("learning_curve", findings.more_data(results, settings))


def tuning(results: Results, settings: Settings) -> str:
    """State that nothing was tuned, and which numbers were stated or set."""
    return (
        "No detector was tuned: each has its default settings, and `alerts.contamination` = "
        f"{settings.alerts.contamination:g} was stated beforehand. Only the threshold was set on "
        "data, on validation rows."
    )


def importance(results: Results, settings: Settings) -> str:
    """Show which features make rows stand out."""
    return picture("importance", findings.importance(results, settings))


def slices(results: Results, settings: Settings) -> str:
    """List what is flagged and found in each group of the validation rows."""
    return groups_table(results["errors"].get("slices"))


def groups(results: Results, settings: Settings) -> str:
    """List what is flagged and found in each group of the test rows."""
    return groups_table(results["test"].get("slices"))


def groups_table(parts: list[dict[str, Any]] | None) -> str:
    """Return the table of groups."""
    if not parts:
        return "No group with enough rows is declared (`columns.slices`), or there are no labels."
    rows = [
        [
            part["name"], f"{part['rows']:,}", f"{part['anomalies']:,}",
            percent(part["false_share"]), percent(part["recall"]) if part["anomalies"] else "-",
            value(part["score"]),
            "-" if part["low"] is None else f"{number(part['low'])} to {number(part['high'])}",
        ]
        for part in parts
    ]  # fmt: skip
    head = ["rows where", "n", "anomalous rows", "normal rows flagged", "rows found", METRIC,
            "95% interval"]  # fmt: skip
    return table(head, rows)


def errors(results: Results, settings: Settings) -> str:
    """List five of the most doubtful validation rows."""
    rows = [
        [
            f"{item['row']} {item['moment']}".strip(),
            item["error"],
            "; ".join(
                f"{reason['feature']} = {reason['value']} (usual {reason['typical']})"
                for reason in item["reasons"]
            ),
        ]
        for item in results["errors"]["examples"]
    ]
    asks = "with a column for your notes" + ("" if settings.labelled else ": your first labels")
    return (
        f"{table(['row', 'what happened', 'what stands out'], rows)}\n\n"
        f"The 20 most doubtful are in [errors.csv](reports/errors.csv), {asks}."
    )
