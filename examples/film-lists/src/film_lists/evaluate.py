"""Opens the test set, and writes down that it did."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from .command import run_command, say
from .comparison import difference, fit
from .content import rank_new_items
from .data import Log, load, popularity
from .experiment import sample_size
from .factors import Factors
from .models import Model, counterpart, fallback, find_rung
from .profile import rehearse
from .project import Settings, load_settings
from .ranking import LENGTHS, Ranked, by_length, interval, measure, rank, variety
from .results import append_to_ledger, check_fresh, read_results, update_results
from .retrieval import time_retrieval
from .slices import by_activity, by_popularity
from .split import Holdout, Task, card, hide, matrix, task
from .storage import load_model


def main() -> None:
    """Run this step as a command."""
    run_command(evaluate)


def evaluate(root: Path) -> None:
    """Score the saved model on the hidden interactions and add a line to the ledger."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    check_fresh(root, settings, results)
    model = load_model(root, results)
    log, _ = load(root, settings)
    holdout = hide(log.frame, settings.split)
    asked, k = task(holdout, log, settings), settings.metric.k
    tuned = {rung["name"]: rung["parameters"] for rung in results["ladder"]}
    chosen = results["choice"]["chosen"]
    rival = counterpart(chosen, results["ladder"]).name
    rivals = {
        name: rank_all(fit(find_rung(name), tuned[name], settings, log, holdout), asked, settings)
        for name in dict.fromkeys(["most popular", "popular lately", rival])
        if name in tuned
    }
    ranked = rank_all(model, asked, settings)
    known = popularity(holdout.known, log)
    measured = {
        **headline(settings, ranked, rivals, chosen),
        "lengths": {name: by_length(each, k) for name, each in {**rivals, chosen: ranked}.items()},
        "variety": variety(ranked, k, known),
        "rival": rival,
        "slices": by_activity(ranked, rivals[rival], asked, k),
        "popularity_slices": by_popularity(ranked, asked, k, known),
        "cold_start": cold_start(settings, log, holdout, tuned),
        "new_items": rank_new_items(log, holdout, settings),
        "retrieval": retrieval(settings, log, holdout, asked, tuned),
        "experiment": sample_size(ranked.hit_rate(k), settings.experiment),
    }
    facts = results["run"]
    entry = {key: measured[key] for key in ("metric", "score", "low", "high", "baseline")}
    entry |= {
        "date": facts["date"],
        "commit": facts["commit"],
        "model": chosen,
        **facts["hashes"],
    }
    measured["openings"] = append_to_ledger(root, entry)
    monitoring, seconds = rehearse(holdout, settings), {"evaluate": time.perf_counter() - start}
    update_results(root, {"test": measured, "monitoring": monitoring}, seconds)
    say(
        f"test {measured['metric']} {measured['score']:.4f} ({measured['low']:.4f} to "
        f"{measured['high']:.4f}), baseline {measured['baseline']:.4f}; openings of the "
        f"test set so far: {measured['openings']}"
    )


def rank_all(model: Model, asked: Task, settings: Settings) -> Ranked:
    """Return the lists of the test users."""
    depth = max(settings.metric.k, *LENGTHS)
    return rank(model, asked, depth, repeats=settings.feedback.repeats == "allowed")


def headline(
    settings: Settings, ranked: Ranked, rivals: dict[str, Ranked], chosen: str
) -> dict[str, Any]:
    """Return the deciding score with its interval, beside the popular lists and other readings."""
    k, scores = settings.metric.k, ranked.ndcg(settings.metric.k)
    low, high = interval(scores)
    baseline, wanted = rivals["most popular"].ndcg(k).mean(), settings.project.success_improvement
    gain = scores.mean() / baseline - 1 if baseline else 0.0
    return {
        "metric": f"NDCG@{k}",
        "rows": len(scores),
        "score": scores.mean(),
        "low": low,
        "high": high,
        "baseline": baseline,
        "improvement": gain,
        "wanted": wanted,
        "success": bool(gain >= wanted),
        "against": {
            name: {"score": other.ndcg(k).mean()} | difference(scores, other.ndcg(k))
            for name, other in rivals.items()
            if name != chosen
        },
        "recall_20": ranked.recall(min(20, ranked.lists.shape[1])).mean(),
        **measure(ranked, k),
    }


def cold_start(
    settings: Settings, log: Log, holdout: Holdout, tuned: dict[str, Any]
) -> dict[str, Any]:
    """Return how much of the test has no past, and how good the list for such users is."""
    facts = card(holdout, settings.columns.time)
    found = {
        name: facts[name] for name in ("new_user_share", "new_item_share", "new_users", "new_items")
    }
    hidden = holdout.hidden
    fresh = hidden[~hidden["user"].isin(holdout.known["user"])]
    if settings.feedback.kind == "explicit":
        fresh = fresh[fresh["rating"] >= settings.feedback.relevant]
    if fresh["user"].nunique() < 20:
        return found
    rung = fallback(tuned)
    model = fit(rung, tuned[rung.name], settings, log, holdout)
    k, users = settings.metric.k, np.unique(fresh["user"])[: settings.split.most_users]
    empty = matrix(fresh.iloc[:0], users, log)
    asked = Task(
        users, empty, matrix(fresh, users, log), np.full(len(users), holdout.known["time"].max())
    )
    scores = rank(model, asked, k).ndcg(k)
    low, high = interval(scores)
    return found | {
        "model": rung.name,
        "users": len(users),
        "score": scores.mean(),
        "low": low,
        "high": high,
    }


def retrieval(
    settings: Settings, log: Log, holdout: Holdout, asked: Task, tuned: dict[str, Any]
) -> dict[str, Any]:
    """Return what finding k items costs with factors, which scale to large catalogues."""
    model = fit(find_rung("ALS"), tuned["ALS"], settings, log, holdout)
    return time_retrieval(model, asked, settings.metric.k) if isinstance(model, Factors) else {}


if __name__ == "__main__":
    main()
