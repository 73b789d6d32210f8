"""Blocks about the question, the data, the split, and what made the numbers."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, table


def question(results: Results, settings: Settings) -> str:
    """State who decides what, from which data."""
    project, data = settings.project, settings.data
    decides = f"{project.decision_maker} {project.decision}"
    return f"{project.question} {decides}. Data: {data.description}"


def data(results: Results, settings: Settings) -> str:
    """State the source of the data and what may be done with them."""
    source, facts = settings.data, results["data"]
    licence = f"[{source.licence}]({source.licence_url})" if source.licence_url else source.licence
    lines = [
        f"- Rows and columns: {facts['rows']:,} and {facts['columns']}",
        f"- Source: {source.homepage or source.url or source.source}",
        f"- Retrieved: {source.retrieved or 'not stated'}",
        f"- Licence: {licence}",
        f"- Citation: {source.citation or 'not stated'}",
    ]
    demo = (
        "> Demonstration data: they show that the pipeline works, and answer no question of mine."
    )
    return "\n".join([demo, "", *lines] if source.demo else lines)


def cleaning(results: Results, settings: Settings) -> str:
    """List what was missing, repeated or treated."""
    facts = results["data"]
    missing = ", ".join(f"`{name}` {n:,}" for name, n in facts["missing"].items()) or "none"
    touched = [[rule["rule"], f"{rule['rows']:,}"] for rule in facts["cleaning"] if rule["rows"]]
    rules = (
        table(["cleaning", "rows"], touched) if touched else "No rule of cleaning touched a row."
    )
    return f"Missing values: {missing}. Repeated rows: {facts['duplicates']:,}.\n\n{rules}"


def leakage(results: Results, settings: Settings) -> str:
    """State what the leakage audit found."""
    audit, known = results["leakage"], settings.known_at_prediction
    strongest = max(audit["alone"], key=audit["alone"].get)
    unanswered = [name for name in settings.columns.features if known.get(name, "") == ""]
    return table(
        ["leakage audit", "found"],
        [
            [
                "test rows with the same features as a training row",
                f"{audit['duplicates_across_split']:,}",
            ],
            ["features that predict almost alone", listed(audit["strong_features"])],
            [
                "strongest feature alone (1: it tells everything)",
                f"{strongest}, {number(audit['alone'][strongest], 2)}",
            ],
            ["features that look like an identifier", listed(audit["id_like"])],
            ["features not yet confirmed as known at prediction", listed(unanswered)],
        ],
    )


def listed(names: list[str]) -> str:
    """Return the names, or the first few and how many follow."""
    if len(names) <= 5:
        return ", ".join(names) or "none"
    return f"{', '.join(names[:4])} and {len(names) - 4} more"


def openings(results: Results, settings: Settings) -> str:
    """State how often the test set was opened."""
    n = results["test"]["openings"]
    ledger = "the [ledger](reports/ledger.jsonl) lists each with its commit and score"
    return f"The test set was opened {n} {'time' if n == 1 else 'times'}; {ledger}."


def run(results: Results, settings: Settings) -> str:
    """State what made the numbers: commit, machine, versions, time."""
    facts = results["run"]
    machine, seconds = facts["machine"], sum(facts["seconds"].values())
    versions = ", ".join(f"{name} {version}" for name, version in facts["libraries"].items())
    return (
        f"{stamp(results)}; {number(seconds, 2)} s on {machine['cores']} cores "
        f"({machine['cpu']}). Python {facts['python']}, {versions}."
    )


def stamp(results: Results) -> str:
    """Return from which state of the code the numbers come, and from which day."""
    facts = results["run"]
    commit = "No commit" if facts["commit"] == "none" else f"Commit `{facts['commit']}`"
    return f"{commit}{' with uncommitted changes' if facts['dirty'] else ''}, {facts['date']}"
