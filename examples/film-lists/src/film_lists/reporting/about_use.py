"""Blocks about use: newcomers, what serving costs, and the test with real users."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import metric_label


def fashion(results: Results, settings: Settings) -> str:
    """Set the chosen model beside what was popular, since ever and lately."""
    rows = [
        [
            f"{results['choice']['chosen']} - {name}",
            number(item["score"]),
            number(item["difference"]),
            f"{number(item['low'])} to {number(item['high'])}",
            "yes" if item["distinguishable"] else "no",
        ]
        for name, item in results["test"]["against"].items()
    ]
    if not rows:
        return "The chosen list is itself the one of the most popular items."
    return table(
        [
            "on test users",
            f"{metric_label(settings)} of the latter",
            "difference",
            "95% interval",
            "distinguishable",
        ],
        rows,
    )


def cold_start(results: Results, settings: Settings) -> str:
    """State how much of the test has no past, and what is done about it."""
    cold, new, card = (
        results["test"]["cold_start"],
        results["test"]["new_items"],
        results["diagnosis"]["newcomers"],
    )
    text = (
        f"{percent(cold['new_user_share'])} of the test interactions are of users without a past, "
        f"{percent(cold['new_item_share'])} are with items without one."
    )
    if "score" in cold:
        text += (
            f" {cold['users']:,} such users got the list *{cold['model']}*: "
            f"{metric_label(settings)} {number(cold['score'])} ({number(cold['low'])} to "
            f"{number(cold['high'])})."
        )
    if card:
        finding = findings.newcomers(results, settings)
        text += f" {finding} ({card['users']:,} users whom the model never saw)."
    if new:
        text += (
            f" New items: ranked by {new['by']}, a list of {settings.metric.k} of the "
            f"{new['new_items']:,} new ones has {percent(new['recall'])} of those that "
            f"{new['users']:,} users took; chance would have {percent(new['chance'])}."
        )
    else:
        text += " New items cannot be ranked by what is written about them: too few are new."
    return text


def retrieval(results: Results, settings: Settings) -> str:
    """State what exact and two-stage search cost."""
    facts = results["test"]["retrieval"]
    rows = [
        [
            point["probed"],
            percent(point["scored"]),
            percent(point["recall"]),
            number(point["milliseconds"], 2),
        ]
        for point in facts["sweep"]
    ]
    return (
        f"Factors of {facts['items']:,} items in {facts['cells']} cells; first the most promising "
        "cells, then exact scores of their items. All items at once: "
        f"{number(facts['exact_milliseconds'], 2)} ms per user; of a million items, made by "
        f"repeating these: {number(facts['exact_million_milliseconds'], 2)} ms.\n\n"
        f"{table(['cells searched', 'items scored', 'of the exact list', 'ms per user'], rows)}\n\n"
        f"{picture('retrieval', findings.retrieval(results, settings))}"
    )


def experiment(results: Results, settings: Settings) -> str:
    """State how many users an A/B test would need."""
    plan, chosen = results["test"]["experiment"], results["test"]["variety"]
    users = plan["users_per_arm"]
    needed = (
        f"{users:,} users in each arm"
        if users
        else "more users than can be computed from a rate of 0 or 1"
    )
    return (
        f"Metric: share of users with a hit in the first {settings.metric.k} places, "
        f"{percent(plan['rate'])} offline. To find a rise by {percent(plan['lift'])} of it with "
        f"{percent(plan['power'])} power at the {percent(plan['significance'])} level: {needed} "
        "(two proportions, normal approximation). Guardrail: the share of the catalogue that is "
        f"shown, {percent(chosen['coverage'])} now. The offline rate only stands in for the rate "
        "of clicks: measure that for a week first."
    )
