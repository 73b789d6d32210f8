"""Blocks about use: newcomers, what serving costs, and the test with real users."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from . import findings
from .markdown import number, percent, picture, table
from .wording import metric_label


def fashion(results: Results, settings: Settings) -> str:
    """Set the chosen model beside what was popular, ever and lately, and the best other kind."""
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
    label = metric_label(settings)
    header = ["on test users", f"{label} of the second", "difference", "95% interval"]
    return table([*header, "distinguishable"], rows)


def cold_start(results: Results, settings: Settings) -> str:
    """State how much of the test has no past, and what is done about it."""
    cold, new, card = (
        results["test"]["cold_start"],
        results["test"]["new_items"],
        results["diagnosis"]["newcomers"],
    )
    text = (
        f"{percent(cold['new_user_share'])} of the test interactions come from users without a "
        f"past, {percent(cold['new_item_share'])} concern items without one."
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
            f" New items can only be ranked by their {new['by']}: the best {settings.metric.k} of "
            f"{new['new_items']:,} hold {percent(new['recall'])} of the new items that "
            f"{new['users']:,} users took, where chance would hold {percent(new['chance'])}."
        )
    else:
        text += " How well new items can be ranked was not measured: there are too few."
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
        f"The {facts['items']:,} points that ALS makes of the items lie in {facts['cells']} cells. "
        "Stage one finds the most promising cells, stage two scores their items. Scoring every "
        f"item takes {number(facts['exact_milliseconds'], 2)} ms per user, and "
        f"{number(facts['exact_million_milliseconds'], 2)} ms for a million items, made by "
        "repeating these.\n\n"
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
        f"{percent(plan['rate'])} offline. Finding a relative rise of {percent(plan['lift'])} with "
        f"{percent(plan['power'])} power at the {percent(plan['significance'])} level takes "
        f"{needed} (two proportions, normal approximation). Guardrail: the share of the catalogue "
        f"that is shown, {percent(chosen['coverage'])} now. The offline rate only stands in for "
        "the rate of clicks: measure that for a week first."
    )
