"""Asks the chosen model: bias or variance, how sensitive, how sure, and what other splits say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .command import ProjectError
from .models import find_rung
from .ranking import Ranked
from .results import Results
from .slices import FEWEST
from .split import Holdout, Task, hide, lighten, task
from .study import Study

LARGE_GAP = 0.5


def judge(study: Study, results: Results, ranked: Ranked) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three scores and the win condition.

    The training score asks for the same hidden interactions after they were fitted as well. High
    bias: even then the model misses the score that would count as success. High variance: more
    than half of the training score is lost when the interactions are really hidden.
    """
    baseline = next(rung["score"] for rung in results["ladder"] if rung["baseline"])
    target = baseline * (1 + study.settings.project.success_improvement)
    fitted = study.fit(pd.concat([study.holdout.known, study.holdout.hidden]))
    train, validation = (
        float(study.rank(fitted).ndcg(study.k).mean()),
        float(ranked.ndcg(study.k).mean()),
    )
    bias, variance = train < target, train > 0 and (train - validation) / train > LARGE_GAP
    verdict, advice = ADVICE[bias, bool(variance)]
    return {
        "fitted_share": study.share,
        "baseline": baseline,
        "target_level": target,
        "train": train,
        "validation": validation,
        "large_gap": LARGE_GAP,
        "verdict": verdict,
        "advice": advice,
    }


ADVICE = {
    (True, False): (
        "high bias",
        "More users will not help: other signals (time, content, context) may.",
    ),
    (False, True): (
        "high variance",
        "More interactions or a stronger penalty may help; see both curves.",
    ),
    (True, True): (
        "both",
        "Better signals come first: the model can neither remember nor foresee enough.",
    ),
    (False, False): (
        "balanced",
        "The target is reached and little is lost: read the worst lists before another model.",
    ),
}


def validation_curve(study: Study, results: Results) -> dict[str, Any]:
    """Return training and validation score along the main parameter of the chosen model."""
    if not study.rung.grid:
        return {}
    name = next(iter(study.rung.grid))
    both = pd.concat([study.holdout.known, study.holdout.hidden])
    tried = next(item for item in results["tuning"] if item["model"] == study.rung.name)["tried"]
    curve: dict[str, Any] = {
        "model": study.rung.name,
        "parameter": name,
        "values": [],
        "train": [],
        "validation": [],
    }
    for value in study.rung.grid[name]:
        curve["values"].append(value)
        curve["train"].append(
            study.rank(study.fit(both, changed={name: value})).ndcg(study.k).mean()
        )
        curve["validation"].append(
            study.rank(study.fit(study.holdout.known, changed={name: value})).ndcg(study.k).mean()
        )
    return curve | {"tried": len(tried)}


def seed_spread(study: Study) -> dict[str, Any]:
    """Return the score of the same study under other circumstances that should not matter.

    With times: had it been made earlier. Without: with other interactions hidden.
    """
    rule, done = study.settings.split, {}
    for part in (1.0, 0.85, 0.7):
        if rule.kind == "random":
            holdout = hide(study.training, rule.model_copy(update={"seed": round(100 * part)}))
        else:
            holdout = hide(study.training.iloc[: int(part * len(study.training))], rule)
        if asked := able(study, holdout):
            known = lighten(holdout, rule).known
            done[part] = study.rank(study.fit(known), asked).ndcg(study.k).mean()
    parts = ", ".join(f"{part:.0%}" for part in done)
    what = f"made with the first {parts} of the interactions"
    scores = list(done.values())
    return {
        "what": "hiding other interactions" if rule.kind == "random" else what,
        "scores": scores,
        "sd": np.std(scores, ddof=1) if len(scores) > 1 else 0.0,
        "min": min(scores),
        "max": max(scores),
    }


def compare_splits(study: Study, results: Results) -> dict[str, Any]:
    """Return the whole ladder under the split of this study and under others.

    Only a split by time has an end from which interactions age.
    """
    own, names = study.settings.split.kind, [rung["name"] for rung in results["ladder"]]
    table: list[dict[str, Any]] = []
    for kind in ("time", "last", "random") if study.settings.columns.time else ("random",):
        holdout = hide(study.training, study.settings.split, kind)
        asked = able(study, holdout)
        scores: dict[str, float] = {}
        if asked and (kind in {own, "random"} or len(asked.users) >= FEWEST):
            known = lighten(holdout, study.settings.split).known
            for name in names:
                ageing = kind != own and "half_life" in study.tuned[name]
                model = study.fit(known, find_rung(name), {"half_life": None} if ageing else {})
                scores[name] = study.rank(model, asked).ndcg(study.k).mean()
        users = len(asked.users) if asked else 0
        best = max(scores, key=lambda name: scores[name]) if scores else None
        table.append({"kind": kind, "users": users, "scores": scores, "best": best})
    both = {row["kind"]: row["scores"] for row in table if row["kind"] in {own, "random"}}
    honest, random = (
        {"kind": kind, "score": both[kind][study.rung.name]} for kind in (own, "random")
    )
    others = [row["kind"] for row in table if row["scores"] and row["kind"] != own]
    return {"honest": honest, "random": random, "others": others, "table": table}


def able(study: Study, holdout: Holdout) -> Task | None:
    """Return the task, or nothing where no user has both a past and something hidden."""
    try:
        return task(holdout, study.log, study.settings)
    except ProjectError:
        return None
