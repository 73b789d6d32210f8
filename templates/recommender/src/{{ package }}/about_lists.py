"""Blocks about what only recommenders are asked: length, fashion, newcomers, variety, serving."""

from __future__ import annotations

from . import findings
from .markdown import number, percent, picture, table
from .project import Settings
from .results import Results
from .wording import metric_label


def lengths(results: Results, settings: Settings) -> str:
    """List the readings for other lengths of the list."""
    rows = [
        [point["k"], *(number(point[name]) for name in ("ndcg", "precision", "recall", "hit_rate"))]
        for point in results["test"]["lengths"][results["choice"]["chosen"]]
    ]
    return (
        f"k = {settings.metric.k} is the number of places that the decision has.\n\n"
        f"{table(['k', 'NDCG', 'precision', 'recall', 'users with a hit'], rows)}"
    )


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
            f"{metric_label(settings)} "
            f"{number(cold['score'])} ({number(cold['low'])} to {number(cold['high'])})."
        )
    if card:
        finding = findings.newcomers(results, settings)
        text += f" {finding} ({card['users']:,} users whom the model never saw)."
    if new:
        text += (
            f" New items: ranked by {new['by']}, a list of {settings.metric.k} of the "
            f"{new['new_items']:,} new "
            f"ones has {percent(new['recall'])} of those that {new['users']:,} users took; chance "
            "would have "
            f"{percent(new['chance'])}."
        )
    else:
        text += " New items cannot be ranked by what is written about them: too few are new."
    return text


def variety(results: Results, settings: Settings) -> str:
    """List how much of the catalogue each model shows."""
    rows = [
        [
            rung["name"],
            number(rung["score"]),
            percent(rung["coverage"]),
            number(rung["novelty"]),
            number(rung["gini"]),
        ]
        for rung in results["ladder"]
    ]
    header = ["model", metric_label(settings), "catalogue shown", "novelty (bits)", "Gini"]
    return (
        f"{table(header, rows)}\n\n"
        "Novelty: the mean of -log2 of the share of users who had an item. Gini: 0 where all items "
        "are shown "
        "equally often, 1 where one item has every place."
    )


def similar(results: Results, settings: Settings) -> str:
    """List well-known items with those that the model holds most alike."""
    facts, newcomer = results["similar"], results["newcomer"]
    rows = [[item["title"], "; ".join(item["similar"])] for item in facts["items"]]
    header = ["item", f"most similar by {facts['model']}"]
    return (
        f"{table(header, rows)}\n\n"
        f"Somebody of whom only this is known: {newcomer['had']}, gets: {newcomer['shown']}."
    )


def ratings(results: Results, settings: Settings) -> str:
    """Set rating error beside the quality of lists."""
    if "losses" not in results:
        return "Feedback is implicit: there are no ratings to predict."
    rows = [
        [
            item["model"],
            "-" if item["rmse"] is None else number(item["rmse"]),
            "-" if item["ndcg"] is None else number(item["ndcg"]),
        ]
        for item in results["losses"]
    ]
    return (
        f"{table(['model', 'rating error (RMSE)', metric_label(settings)], rows)}\n\n"
        "Predictors of ratings learn only from what people chose to rate; a list is about what "
        "they will choose."
    )


def negatives(results: Results, settings: Settings) -> str:
    """State what counts as a hit and what as a negative."""
    feedback, facts = settings.feedback, results["data"]
    hit = "any hidden interaction"
    if feedback.kind == "explicit" and feedback.relevant > feedback.lowest:
        hit = f"a hidden rating of at least {feedback.relevant:g}"
    return (
        f"A hit is {hit}. Nobody said no to anything: what a user did not take is unknown rather "
        "than disliked, "
        f"so all {facts['items']:,} items are ranked, none is drawn as a negative, and a good "
        "recommendation "
        "that nobody took yet counts as a miss. ALS gives such pairs the value 0 with low "
        "confidence. "
        "Items that the user had before are "
        f"{'not shown again' if feedback.repeats == 'never' else 'ranked like others'}."
    )


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
        "cells, then "
        f"exact scores of their items. All items at once: {number(facts['exact_milliseconds'], 2)} "
        "ms per user; of a "
        f"million items, made by repeating these: {number(facts['exact_million_milliseconds'], 2)} "
        "ms.\n\n"
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
        f"{percent(plan['rate'])} offline. To "
        f"find a rise by {percent(plan['lift'])} of it with {percent(plan['power'])} power at the "
        f"{percent(plan['significance'])} level: {needed} (two proportions, normal approximation). "
        "Guardrail: "
        f"the share of the catalogue that is shown, {percent(chosen['coverage'])} now. The offline "
        "rate only stands in "
        "for the rate of clicks: measure that for a week first."
    )
