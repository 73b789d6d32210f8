"""Step 3: opens the test, and records that in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np

from .data import load
from .diagnose import by_activity
from .kit import say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.ranking import Ranked
from .kit.results import Results, load_model, log_opening, step
from .kit.settings import Settings
from .models import Recommender, fit_popular
from .split import hide, set_task
from .train import Study, doubt


@step("evaluate", "train")
def main(settings: Settings, results: Results) -> Results:
    """Score the saved model on the hidden interactions and add a line to the ledger."""
    saved: Recommender = load_model(results)
    log, _ = load(settings)
    outer, items = hide(log.frame, settings.split), len(log.items)
    study = Study(settings, log, outer, outer.known, set_task(outer, log, settings))
    popular = fit_popular(outer.known, items)
    models = {"chosen": saved.model, "rule_of_thumb": saved.newcomers, "constant": popular}
    lists = {name: study.ask(model) for name, model in models.items()}
    head = headline(lists, results, settings)
    baseline = head["rule_of_thumb"]["value"]
    say(f"test {head['label']} {head['value']:.4f}, rule of thumb {baseline:.4f}")
    return {
        "headline": head,
        "test": {"lists": {name: each.describe(items) for name, each in lists.items()}},
        "slices": by_activity(lists["chosen"], lists["rule_of_thumb"], study.task),
        "openings": log_opening(entry(head, results)),
    }


def entry(head: dict[str, Any], results: Results) -> dict[str, Any]:
    """Return the line of the ledger."""
    run = results["train"]["run"]
    kept = {name: head[name] for name in ("label", "value", "low", "high")}
    chosen = {"model": results["train"]["choice"]["chosen"]}
    return {"date": run["date"], **chosen, **kept, **run["hashes"]}


def headline(lists: dict[str, Ranked], results: Results, settings: Settings) -> dict[str, Any]:
    """Return the score beside that of the rule of thumb; all intervals from the same draws."""
    scores = np.column_stack([each.ndcg() for each in lists.values()])

    def statistic(rows: Rows) -> Vector:
        model, baseline, popular = scores[rows].mean(axis=0)
        return np.array([model, baseline, popular, model / baseline - 1 if baseline else np.nan])

    all_rows, metric = np.arange(len(scores)), results["train"]["metric"]
    value, (low, high) = statistic(all_rows), bootstrap(statistic, all_rows)
    rule = next(row for row in results["train"]["ladder"] if row["role"] == "rule_of_thumb")
    baseline = {"value": value[1], "low": low[1], "high": high[1]}
    model = {"value": value[0], "low": low[0], "high": high[0], "rows": len(scores)}
    gain = {"improvement": value[3], "improvement_low": low[3], "improvement_high": high[3]}
    wanted = settings.project.goal
    return {
        "metric": metric["name"],
        **{key: metric[key] for key in ("label", "direction", "unit")},
        **model,
        **gain,
        "rule_of_thumb": {"name": rule["name"], "label": rule["label"], **baseline},
        "constant": {"label": "popular ever", "value": value[2]},
        "goal": {"text": settings.project.success, "wanted": wanted, "met": value[3] >= wanted},
        "frozen": False,
        "doubt": doubt(value[0]),
    }
