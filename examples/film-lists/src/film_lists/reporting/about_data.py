"""Blocks about the question, the data, the split, and what made the numbers."""

from __future__ import annotations

from ..models import find_rung
from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table

SYNTHETIC = (
    "> **These data are SYNTHETIC**: invented people and items, made by `sample.py`. They show "
    "that the pipeline works and answer no question. For a project to show, take a real set, such "
    "as `movietweetings`."
)

HARDER = {
    "random": " Validation scores are lower than test scores by construction: what the test split "
    "hides is unknown there, and counts as a miss where it is recommended."
}


def question(results: Results, settings: Settings) -> str:
    """State who decides what, from which data."""
    project, data = settings.project, settings.data
    text = (
        f"{project.question} {project.decision_maker} {project.decision}. Data: {data.description}"
    )
    return f"{text}\n\n{SYNTHETIC}" if data.demo else text


def success(results: Results, settings: Settings) -> str:
    """State the win condition, and by how much the test result passed or missed it."""
    test = results["test"]
    text = (
        f"{settings.project.success} Written down first: at least {percent(test['wanted'])} above "
        f"the most popular items. Measured on the test users: {percent(test['improvement'])}, "
        f"{'reached' if test['success'] else 'not reached'}."
    )
    if test["success"] and not find_rung(results["choice"]["chosen"]).personal:
        text += " One list for everybody reached it: this does not speak for personal lists."
    return text


def data(results: Results, settings: Settings) -> str:
    """State the source of the data, their shape, and what may be done with them."""
    source, facts = settings.data, results["data"]
    licence = f"[{source.licence}]({source.licence_url})" if source.licence_url else source.licence
    lines = [
        f"- Interactions: {facts['interactions']:,} of {facts['users']:,} users with "
        f"{facts['items']:,} items ({settings.feedback.kind} feedback); "
        f"{percent(facts['density'])} of all pairs",
        f"- Long tail: the best-known tenth of the items has {percent(facts['top_tenth_share'])} "
        f"of the interactions; {facts['items_once']:,} items and {facts['users_once']:,} users "
        "have only one",
        f"- Source: {source.homepage or source.url or 'sample.py of this project'}",
        f"- Retrieved: {source.retrieved or 'not stated'}",
        f"- Licence: {licence}",
        f"- Citation: {source.citation or 'not stated'}",
    ]
    return "\n".join([SYNTHETIC, "", *lines] if source.demo else lines)


def cleaning(results: Results, settings: Settings) -> str:
    """List what was missing, repeated or removed."""
    facts = results["data"]
    missing = ", ".join(f"`{name}` {n:,}" for name, n in facts["missing"].items()) or "none"
    touched = [[rule["rule"], f"{rule['rows']:,}"] for rule in facts["cleaning"] if rule["rows"]]
    rules = table(["cleaning", "rows"], touched) if touched else "No cleaning rule touched a row."
    return f"Missing values: {missing}. Rows in the file: {facts['rows']:,}.\n\n{rules}"


def split(results: Results, settings: Settings) -> str:
    """State how interactions were hidden."""
    facts, card = results["data"], results["data"]["split"]
    kinds = {
        "time": "everything after one moment is hidden",
        "last": "the last interactions of each user are hidden",
        "random": "some interactions of each user, drawn by chance, are hidden",
    }
    text = (
        f"{card['kind'].capitalize()} split, {kinds[card['kind']]}: {facts['train_rows']:,} "
        f"training and {facts['test_rows']:,} test interactions"
    )
    drawn = facts["validation"]["users"] == settings.split.most_users
    if card["kind"] == "time":
        text += f" ({' to '.join(card['train_range'])}; then {' to '.join(card['test_range'])})"
    return (
        f"{text}. The ladder was compared on {facts['validation']['users']:,} users"
        f"{', drawn from more,' if drawn else ','} with {facts['validation']['rows']:,} training "
        f"interactions hidden in the same way. Lists are ranked from all {facts['items']:,} items, "
        "not from a sample; hidden items without a past count as misses."
        f"{HARDER.get(card['kind'], '')}"
    )


def leakage(results: Results, settings: Settings) -> str:
    """State what the leakage audit found."""
    audit = results["leakage"]
    future, moment = audit["known_from_later"], audit["same_moment"]
    rows = [
        ["user-item pairs in training and test", f"{audit['pairs_on_both_sides']:,}"],
        ["validation pairs that are test pairs", f"{audit['validation_in_test']:,}"],
        [
            "training interactions later than the first test one",
            "no times" if future is None else f"{future:,}",
        ],
        [
            "interactions that share user and moment with another",
            "no times" if moment is None else f"{moment:,}",
        ],
    ]
    text = table(["leakage audit", "found"], rows)
    if future:
        text += (
            "\n\nThis split is not by time: personal models also learn from what other users did "
            "after the moment of a list. Only the popular lists are cut at that moment."
        )
    return text


def split_comparison(results: Results, settings: Settings) -> str:
    """Show what other splits would have promised."""
    both = results["split_comparison"]
    if len(both["table"]) == 1:
        return (
            "The data have no times, so nothing but a random split is possible: how the scores "
            "hold over time is unknown."
        )
    names = list(both["table"][-1]["scores"])  # the random one is always there
    rows = [
        [
            row["kind"],
            f"{row['users']:,}",
            *(number(row["scores"][name]) if row["scores"] else "too few users" for name in names),
        ]
        for row in both["table"]
    ]
    shown = picture("splits", findings.splits(results, settings))
    return f"{shown}\n\n{table(['split', 'users', *names], rows)}"


def openings(results: Results, settings: Settings) -> str:
    """State how often the test set was opened."""
    n = results["test"]["openings"]
    ledger = "the [ledger](reports/ledger.jsonl) lists each with its commit and score"
    return f"The test set was opened {n} {'time' if n == 1 else 'times'}; {ledger}."


def run(results: Results, settings: Settings) -> str:
    """State what made the numbers: commit, machine, versions, time."""
    facts = results["run"]
    machine, seconds = facts["machine"], sum(facts["seconds"].values())
    hardware = f"{machine['cores']} cores ({machine['cpu']})"
    versions = ", ".join(f"{name} {version}" for name, version in facts["libraries"].items())
    state = " with uncommitted changes" if facts["dirty"] else ""
    return (
        f"Commit `{facts['commit']}`{state}, {facts['date']}; {number(seconds, 2)} s on "
        f"{hardware}. Python {facts['python']}, {versions}."
    )
