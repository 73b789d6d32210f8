"""Blocks about lists: their length, variety, neighbours, and what counts as a hit."""

from __future__ import annotations

from ..project import Settings
from ..results import Results
from .markdown import number, percent, table
from .wording import metric_label


def lengths(results: Results, settings: Settings) -> str:
    """List the readings for other lengths of the list."""
    rows = [
        [point["k"], *(number(point[name]) for name in ("ndcg", "precision", "recall", "hit_rate"))]
        for point in results["test"]["lengths"][results["choice"]["chosen"]]
    ]
    return (
        f"k = {settings.metric.k} is the number of places that the decision "
        f"has.\n\n{table(['k', 'NDCG', 'precision', 'recall', 'users with a hit'], rows)}"
    )


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
        f"{table(header, rows)}\n\nNovelty: the mean of -log2 of the share of users who had an "
        "item. Gini: 0 where all items are shown equally often, 1 where one item has every place."
    )


def similar(results: Results, settings: Settings) -> str:
    """List well-known items with those that the model holds most alike."""
    facts, newcomer = results["similar"], results["newcomer"]
    rows = [[item["title"], "; ".join(item["similar"])] for item in facts["items"]]
    header = ["item", f"most similar by {facts['model']}"]
    return (
        f"{table(header, rows)}\n\nA newcomer of whom only *{newcomer['had']}* are known gets: "
        f"{newcomer['shown']}."
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
        f"{table(['model', 'rating error (RMSE)', metric_label(settings)], rows)}\n\nPredictors of "
        "ratings learn only from what people chose to rate; a list is about what they will choose."
    )


def negatives(results: Results, settings: Settings) -> str:
    """State what counts as a hit and what as a negative."""
    feedback, facts = settings.feedback, results["data"]
    hit = "any hidden interaction"
    if feedback.kind == "explicit" and feedback.relevant > feedback.lowest:
        hit = f"a hidden rating of at least {feedback.relevant:g}"
    return (
        f"A hit is {hit}. Nobody said no to anything: what a user did not take is unknown rather "
        f"than disliked, so all {facts['items']:,} items are ranked, none is drawn as a negative, "
        "and a good recommendation that nobody took yet counts as a miss. ALS gives such pairs "
        "the value 0 with low confidence. Items that the user had before are "
        f"{'not shown again' if feedback.repeats == 'never' else 'ranked like others'}."
    )
