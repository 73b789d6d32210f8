"""Step 3: opens the test, and writes down that it did."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from .data import load
from .diagnose import FEWEST, best_personal, by_activity, pick
from .kit import command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.ranking import Ranked, interval, variety
from .kit.results import Results, check_fresh, load_model, log_opening, read_results, write_results
from .kit.settings import Settings, load_settings
from .models import Recommender, fit_popular, make_lists
from .split import Task, hide, set_task
from .train import Study, doubt


@command
def main() -> None:
    """Score the saved model on the hidden interactions and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train")
    check_fresh(results, settings.data.file)
    recommender: Recommender = load_model(results)
    log, _ = load(settings)
    outer, k = hide(log.frame, settings.split), settings.metric.k
    study = Study(settings, log, outer, outer.known, set_task(outer, log, settings))
    ever = fit_popular(outer.known, log.shape)
    models = {"chosen": recommender.model, "rule_of_thumb": recommender.newcomers, "constant": ever}
    lists = {name: study.ask(model, max(20, k)) for name, model in models.items()}
    counts = np.bincount(outer.known["item"], minlength=len(log.items))
    head = headline(lists, results, settings)
    test = {
        "lists": {name: measure(each, k, counts, study) for name, each in lists.items()},
        "popularity": by_popularity(lists["chosen"], study.task, k, counts),
        "newcomers": judge_newcomers(recommender, study),
        "rival": judge_rival(results, lists["chosen"], study),
    }
    found = {"headline": head, "test": test, "openings": log_opening(entry(head, results))}
    found["slices"] = by_activity(lists["chosen"], lists["rule_of_thumb"], study.task, k)
    write_results("evaluate", found, time.perf_counter() - start, settings.data.file)
    thumb = head["rule_of_thumb"]["value"]
    say(f"test {head['label']} {head['value']:.4f}, rule of thumb {thumb:.4f}")


def entry(head: dict[str, Any], results: Results) -> dict[str, Any]:
    """Return the line of the ledger."""
    run = results["train"]["run"]
    kept = {name: head[name] for name in ("label", "value", "low", "high")}
    chosen = {"model": results["train"]["choice"]["chosen"]}
    return {"date": run["date"], "commit": run["commit"], **chosen, **kept, **run["hashes"]}


def headline(lists: dict[str, Ranked], results: Results, settings: Settings) -> dict[str, Any]:
    """Return the score beside that of the rule of thumb; all intervals from the same draws."""
    k, train = settings.metric.k, results["train"]
    scores = np.column_stack([each.ndcg(k) for each in lists.values()])

    def draw(rows: Rows) -> Vector:
        own, thumb, ever = scores[rows].mean(axis=0)
        return np.array([own, thumb, ever, own / thumb - 1 if thumb else np.nan])

    everybody = np.arange(len(scores))
    value, (low, high) = draw(everybody), bootstrap(draw, everybody)
    row = next(row for row in train["ladder"] if row["role"] == "rule_of_thumb")
    thumb = {"name": row["name"], "label": row["label"]}
    thumb |= {"value": value[1], "low": low[1], "high": high[1]}
    wanted = settings.project.goal
    goal = {"text": settings.project.success, "wanted": wanted, "met": bool(value[3] >= wanted)}
    head = {key: train["metric"][key] for key in ("label", "direction", "unit")}
    head |= {"metric": train["metric"]["name"], "value": value[0], "low": low[0], "high": high[0]}
    head |= {"rows": len(scores), "rule_of_thumb": thumb, "goal": goal}
    head |= {"constant": {"label": "popular ever", "value": value[2]}, "frozen": False}
    head |= {"improvement": value[3], "improvement_low": low[3], "improvement_high": high[3]}
    return head | {"doubt": doubt(value[0])}


def measure(ranked: Ranked, k: int, counts: Rows, study: Study) -> dict[str, float]:
    """Return other readings of the same lists."""
    users = study.holdout.known["user"].nunique()
    found = {"hit_rate": ranked.hit_rate(k).mean(), "recall_20": ranked.recall(20).mean()}
    return found | variety(ranked.lists[:, :k], counts, users)


def by_popularity(ranked: Ranked, task: Task, k: int, counts: Rows) -> list[dict[str, Any]]:
    """Return the share of hidden interactions that lists have, for well-known and rare items."""
    users, items = task.hidden.nonzero()
    hit = (ranked.lists[users, :k] == items[:, None]).any(axis=1)
    place = np.argsort(np.argsort(-counts, kind="stable"))
    share = np.where(counts > 0, place / len(counts), 2)[items]
    names = {0.01: "the best-known 1%", 0.1: "the next 9%", 1: "the other 90%", 2: "new ones"}
    group = np.array([0.01, 0.1, 1, 2])[np.digitize(share, [0.01, 0.1, 1])]
    return [
        {"name": name, "rows": int((group == edge).sum()), "recall": hit[group == edge].mean()}
        for edge, name in names.items()
        if (group == edge).any()
    ]


def judge_newcomers(recommender: Recommender, study: Study) -> dict[str, Any] | None:
    """Return how good the list is that somebody without any past gets."""
    task = set_task(study.holdout, study.log, study.settings, new=True)
    if len(task.users) < FEWEST:
        return None
    lists = make_lists(recommender.newcomers, task, study.settings)
    scores = lists.ndcg(study.settings.metric.k)
    low, high = interval(scores)
    return {"users": len(scores), "score": scores.mean(), "low": low, "high": high}


def judge_rival(results: Results, chosen: Ranked, study: Study) -> dict[str, Any] | None:
    """Return the best personal model beside a list for all; nothing where it was chosen."""
    name, k = best_personal(results), study.settings.metric.k
    if name in {None, results["train"]["choice"]["chosen"]}:
        return None
    rung, parameters = pick(results, str(name))
    scores = study.ask(study.fit(rung, parameters)).ndcg(k)
    low, high = interval(scores - chosen.ndcg(k))
    return {"label": rung.label, "score": scores.mean(), "gain_low": low, "gain_high": high}
