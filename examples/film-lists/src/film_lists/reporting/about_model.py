"""Blocks about the models: comparison, choice, diagnosis and errors."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import metric_label, seconds


def ladder(results: Results, settings: Settings) -> str:
    """List the models from the simplest to the most complex."""
    rows = [
        [
            f"**{rung['name']}**" if rung["name"] == results["choice"]["chosen"] else rung["name"],
            rung["why"],
            number(rung["score"]),
            f"{number(rung['low'])} to {number(rung['high'])}",
            number(rung["recall_20"]),
            seconds(rung["fit_seconds"]),
        ]
        for rung in sorted(results["ladder"], key=lambda rung: rung["rank"])
    ]
    return table(["model", "why", metric_label(settings), "95% interval", "recall@20", "fit"], rows)


def choice(results: Results, settings: Settings) -> str:
    """State the rule of choice and the paired comparisons that it looked at."""
    rows = [
        [
            f"{item['model']} - {item['against']}",
            number(item["difference"]),
            f"{number(item['low'])} to {number(item['high'])}",
            "yes" if item["distinguishable"] else "no",
        ]
        for item in results["choice"]["comparisons"]
    ]
    header = ["difference over the same users", "mean", "95% interval", "distinguishable"]
    rule = f"Rule: {results['choice']['rule']}. {results['choice']['reason']}"
    shown = picture("ladder", findings.choice(results, settings))
    return f"{rule}\n\n{table(header, rows)}\n\n{shown}"


def failed(results: Results, settings: Settings) -> str:
    """List the models that were tried and not chosen, with what they lost."""
    taken = findings.chosen(results)
    rows = [
        [rung["name"], number(rung["score"]), number(rung["score"] - taken["score"])]
        for rung in results["ladder"]
        if rung["name"] != taken["name"]
    ]
    return table(["not chosen", metric_label(settings), f"difference to {taken['name']}"], rows)


def overfit(results: Results, settings: Settings) -> str:
    """State the gap between fitted and hidden interactions, and the spread over repetitions."""
    facts, spread = results["diagnosis"], results["diagnosis"]["seed_spread"]
    return (
        f"{metric_label(settings)} {number(facts['train'])} when the hidden interactions were "
        f"fitted as well, {number(facts['validation'])} when they were not. The same study "
        f"{spread['what']}: {', '.join(number(score) for score in spread['scores'])}."
    )


def diagnosis(results: Results, settings: Settings) -> str:
    """State the verdict on bias and variance, with the scores it rests on."""
    facts = results["diagnosis"]
    names = {
        "baseline": "most popular items",
        "target_level": "asked for in project.toml",
        "train": "training: hidden interactions that were fitted as well",
        "validation": "validation: the same interactions, really hidden",
    }
    rows = [[text, number(facts[name])] for name, text in names.items()]
    scores = table(["score", metric_label(settings)], rows)
    text = f"Verdict: **{facts['verdict']}**. {facts['advice']}\n\n{scores}"
    if facts["fitted_share"] < 1:
        text += f"\n\nFitted to a sample: {percent(facts['fitted_share'])} of what is known."
    return text


def more_data(results: Results, settings: Settings) -> str:
    """Show both learning curves: more users, and more known of one user."""
    text = picture("learning_curve", findings.more_data(results, settings))
    if results["diagnosis"]["newcomers"]:
        text += f"\n\n{picture('newcomers', findings.newcomers(results, settings))}"
    return text


def tuning(results: Results, settings: Settings) -> str:
    """List what was tuned, and what was taken."""
    rows = [
        [
            item["model"],
            ", ".join(
                f"{name} {value if value is not None else 'none'}"
                for name, value in item["chosen"].items()
            ),
            len(item["tried"]),
            number(min(t["score"] for t in item["tried"])),
            number(max(t["score"] for t in item["tried"])),
        ]
        for item in results["tuning"]
    ]
    header = ["tuned on hidden training interactions", "taken", "values tried", "worst", "best"]
    text = table(header, rows)
    if results["diagnosis"]["validation_curve"]:
        text += f"\n\n{picture('validation_curve', findings.complexity(results, settings))}"
    return text


def slices(results: Results, settings: Settings) -> str:
    """Show for which users the lists are worst, and for which lists of their own pay."""
    shown = picture("slices", findings.slices(results, settings))
    return f"{shown}\n\n{findings.personal(results)}."


def errors(results: Results, settings: Settings) -> str:
    """List the five worst lists for training users."""
    rows = [
        [item["user"], number(item["ndcg"]), item["had"], item["shown"], item["took"]]
        for item in results["errors"]["examples"]
    ]
    note = "The 20 worst are in [errors.csv](reports/errors.csv), with a column for your notes."
    return f"{table(['user', metric_label(settings), 'had', 'was shown', 'took'], rows)}\n\n{note}"


def groups(results: Results, settings: Settings) -> str:
    """List the test score by activity of users, and recall by popularity of items."""
    test = results["test"]
    users = [
        [
            part["name"],
            f"{part['rows']:,}",
            number(part["score"]),
            f"{number(part['low'])} to {number(part['high'])}",
            number(part["rival"]["score"]),
            f"{number(part['rival']['low'])} to {number(part['rival']['high'])}",
        ]
        for part in test["slices"]
    ]
    items = [
        [part["name"], f"{part['rows']:,}", percent(part["recall"])]
        for part in test["popularity_slices"]
    ]
    heads = (
        [
            "test users with",
            "users",
            metric_label(settings),
            "95% interval",
            test["rival"],
            "difference, 95% interval",
        ],
        ["hidden interactions with", "number", "found in the list"],
    )
    return f"{table(heads[0], users)}\n\n{table(heads[1], items)}"
