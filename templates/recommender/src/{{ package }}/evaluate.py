"""Step 3: opens the test, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from .data import Log, load
from .diagnose import FEWEST, Tuned, best_personal, by_activity
from .kit import command, say
from .kit.intervals import Vector, bootstrap
from .kit.ranking import Ranked, variety
from .kit.results import (
    Results,
    check_fresh,
    load_model,
    log_opening,
    read_results,
    write_results,
)
from .kit.settings import Settings, load_settings
from .models import Recommender, fit_popular, make_lists
from .split import Holdout, Task, hide, set_first_task, set_task


@command
def main() -> None:
    """Score the saved model on the hidden interactions and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train")
    check_fresh(results, settings.data.file)
    recommender: Recommender = load_model(results)
    log, _ = load(settings)
    outer = hide(log.frame, settings.split)
    task, k = set_task(outer, log, settings), settings.metric.k
    models = {
        "chosen": recommender.model,
        "rule_of_thumb": recommender.newcomers,
        "constant": fit_popular(outer.known, log.shape),
    }
    lists = {name: make_lists(model, task, settings, max(20, k)) for name, model in models.items()}
    counts = np.bincount(outer.known["item"], minlength=len(log.items))
    found: dict[str, Any] = {
        "headline": headline(lists, results, settings),
        "test": {
            "lists": {name: measure(each, k, counts, log) for name, each in lists.items()},
            "popularity": by_popularity(lists["chosen"], task, k, counts),
            "newcomers": judge_newcomers(recommender, outer, log, settings),
            "rival": judge_rival(best_personal(results), lists, outer, task, log, settings),
        },
        "slices": by_activity(lists["chosen"], lists["rule_of_thumb"], task, k),
    }
    found["openings"] = log_opening(entry(found["headline"], results))
    write_results("evaluate", found, time.perf_counter() - start, settings.data.file)
    say("test {label} {value:.4f} against {0:.4f}".format(lists["rule_of_thumb"].ndcg(k).mean(), **found["headline"]))


def entry(measured: dict[str, Any], results: Results) -> dict[str, Any]:
    """Return the line of the ledger."""
    run = results["train"]["run"]
    kept = {name: measured[name] for name in ("label", "value", "low", "high")}
    chosen = {"model": results["train"]["choice"]["chosen"]}
    return {"date": run["date"], "commit": run["commit"], **chosen, **kept, **run["hashes"]}


def headline(lists: dict[str, Ranked], results: Results, settings: Settings) -> dict[str, Any]:
    """Return the score beside that of the rule of thumb; all intervals from the same draws."""
    k, goal, train = settings.metric.k, settings.project.goal, results["train"]
    scores = np.column_stack([each.ndcg(k) for each in lists.values()])

    def draw(rows: Any) -> Vector:
        means = scores[rows].mean(axis=0)
        return np.array([*means, means[0] / means[1] - 1 if means[1] else np.nan])

    everybody = np.arange(len(scores))
    values, (low, high) = draw(everybody), bootstrap(draw, everybody)
    thumb = next(row for row in train["ladder"] if row["role"] == "rule_of_thumb")
    return {
        **{key: train["metric"][key] for key in ("label", "direction", "unit")},
        "metric": train["metric"]["name"],
        "value": values[0],
        "low": low[0],
        "high": high[0],
        "rows": len(scores),
        "rule_of_thumb": {
            "name": thumb["name"],
            "label": thumb["label"],
            "value": values[1],
            "low": low[1],
            "high": high[1],
        },
        "constant": {"label": "popular ever", "value": values[2]},
        "improvement": values[3],
        "improvement_low": low[3],
        "improvement_high": high[3],
        "goal": {
            "text": settings.project.success,
            "wanted": goal,
            "met": bool(values[3] >= goal),
        },
        "frozen": False,  # both lists rest on what was known at the same moment
        "doubt": TOO_GOOD if values[0] > 0.8 else None,
    }


TOO_GOOD = "four fifths of a perfect list are too good to be true: look for what names the answer"


def measure(ranked: Ranked, k: int, counts: Vector, log: Log) -> dict[str, float]:
    """Return other readings of the same lists."""
    return {
        "hit_rate": ranked.hit_rate(k).mean(),
        "recall_20": ranked.recall(20).mean(),
        **variety(ranked.lists[:, :k], counts, log.shape[0]),
    }


def by_popularity(ranked: Ranked, task: Task, k: int, counts: Vector) -> list[dict[str, Any]]:
    """Return the share of hidden interactions that lists have, for well-known and rare items."""
    users, items = task.hidden.nonzero()
    hit = (ranked.lists[users, :k] == items[:, None]).any(axis=1)
    place = np.empty(len(counts), dtype=np.int64)
    place[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    share, new = place[items] / len(counts), counts[items] == 0
    parts = {
        "the best-known 1%": (share < 0.01) & ~new,
        "the next 9%": (share >= 0.01) & (share < 0.1) & ~new,
        "the other 90%": (share >= 0.1) & ~new,
        "new since the split": new,
    }
    return [
        {"name": name, "rows": int(part.sum()), "recall": hit[part].mean()}
        for name, part in parts.items()
        if part.any()
    ]


def judge_newcomers(
    recommender: Recommender, holdout: Holdout, log: Log, settings: Settings
) -> dict[str, Any] | None:
    """Return how good the list is that somebody without any past gets."""
    task, k = set_first_task(holdout, log, settings), settings.metric.k
    if len(task.users) < FEWEST:
        return None
    scores = make_lists(recommender.newcomers, task, settings).ndcg(k)
    low, high = bootstrap(lambda rows: scores[rows].mean(), np.arange(len(scores)))
    return {"users": len(scores), "score": scores.mean(), "low": low, "high": high}


def judge_rival(
    rival: Tuned | None,
    lists: dict[str, Ranked],
    holdout: Holdout,
    task: Task,
    log: Log,
    settings: Settings,
) -> dict[str, Any] | None:
    """Return the best personal model beside a chosen list for all; nothing where it was chosen."""
    k, chosen = settings.metric.k, lists["chosen"]
    if rival is None or not np.array_equal(chosen.lists, lists["rule_of_thumb"].lists):
        return None
    rung, parameters = rival
    model = rung.fit(holdout.known, log.shape, **parameters)
    gaps = make_lists(model, task, settings).ndcg(k) - chosen.ndcg(k)
    low, high = bootstrap(lambda rows: gaps[rows].mean(), np.arange(len(gaps)))
    score = gaps.mean() + chosen.ndcg(k).mean()
    return {"label": rung.label, "score": score, "gap": gaps.mean(), "low": low, "high": high}
