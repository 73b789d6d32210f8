"""Compares the ladder on hidden interactions, chooses by the stated rule, saves the model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from .arrays import Vector
from .command import run_command, say
from .comparison import Climbed, choose, climb, fit
from .data import Log, load, popularity
from .models import LADDER
from .project import load_settings
from .ranking import LENGTHS, Ranked, by_length, interval, measure, variety
from .ratings import rating_table
from .results import Results, run_facts, write_results
from .split import Holdout, card, hide, shared_pairs, task
from .storage import save


def main() -> None:
    """Run this step as a command."""
    run_command(train)


def train(root: Path) -> None:
    """Tune and compare the ladder on training interactions, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings(root)
    log, facts = load(root, settings)
    if settings.data.demo:
        say("notice: these data are SYNTHETIC; a project to show needs a real set (see README.md)")
    outer = hide(log.frame, settings.split)
    task(outer, log, settings)  # refuse here, not an hour later, what could not be tested
    inner = hide(outer.known, settings.split)
    asked = task(inner, log, settings, role="validation")
    split = card(outer, settings.columns.time)
    facts |= {"train_rows": len(outer.known), "test_rows": len(outer.hidden), "split": split}
    facts["validation"] = {"rows": len(inner.hidden), "users": len(asked.users)}
    say(
        f"{len(outer.known):,} training interactions; {len(outer.hidden):,} test ones stay closed "
        "until `evaluate`"
    )
    k = settings.metric.k
    climbed = climb(settings, log, inner, asked, max(k, *LENGTHS))
    choice = choose(climbed, k)
    known = popularity(inner.known, log)
    chosen = climbed[choice["chosen"]]
    model = fit(chosen.rung, chosen.parameters, settings, log, outer)
    results: Results = {
        "data": facts,
        "leakage": audit(log, inner, outer, split),
        "tuning": [tuning(done, len(asked.users)) for done in climbed.values() if done.tried],
        "ladder": [describe(done, k, known) for done in climbed.values()],
        "choice": choice,
        "lengths": {name: by_length(done.ranked, k) for name, done in climbed.items()},
        "model": save(root, model, log),
    }
    if settings.feedback.kind == "explicit":
        results["losses"] = rating_table(settings, log, inner, asked, results["ladder"])
    results["run"] = run_facts(root, settings, {"train": time.perf_counter() - start})
    write_results(root, results)
    say(f"chosen: {choice['reason']}")


def describe(done: Climbed, k: int, known: Vector) -> dict[str, Any]:
    """Return the row of the ladder for one rung."""
    ranked: Ranked = done.ranked
    low, high = interval(ranked.ndcg(k))
    return {
        "name": done.rung.name,
        "family": done.rung.family,
        "why": done.rung.why,
        "rank": [rung.name for rung in LADDER].index(done.rung.name),
        "baseline": done.rung.baseline,
        "score": ranked.ndcg(k).mean(),
        "low": low,
        "high": high,
        "parameters": done.parameters,
        "recall_20": ranked.recall(min(20, ranked.lists.shape[1])).mean(),
        **measure(ranked, k),
        **variety(ranked, k, known),
        "fit_seconds": done.fit_seconds,
        "milliseconds_per_user": 1000 * done.rank_seconds / len(ranked.relevant),
    }


def tuning(done: Climbed, users: int) -> dict[str, Any]:
    """Return which values were tried and which was taken."""
    names = list(done.rung.grid)
    chosen = {name: done.parameters[name] for name in names}
    return {
        "model": done.rung.name,
        "parameters": names,
        "tried": done.tried,
        "chosen": chosen,
        "users": users,
    }


def audit(log: Log, inner: Holdout, outer: Holdout, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a test must not know: the same pair on both sides, and the future."""
    return {
        "pairs_on_both_sides": facts["pairs_on_both_sides"],
        "known_from_later": facts["known_from_later"],
        "validation_in_test": len(shared_pairs(inner.hidden, outer.hidden)),
        "same_moment": int(log.frame.duplicated(["user", "time"], keep=False).sum())
        if facts["by"]
        else None,
    }


if __name__ == "__main__":
    main()
