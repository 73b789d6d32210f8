"""Does the winner depend on how interactions are hidden? The whole ladder under every split."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..diagnose import FEWEST
from ..kit import Stop, say
from ..kit.ranking import interval
from ..kit.results import Results, step
from ..kit.settings import Settings
from ..split import hide, set_task, subsample
from ..train import Study, pick, prepare, without_ageing

KINDS = ("time", "last", "random")


def score_ladder(study: Study, results: Results, kind: str) -> list[dict[str, Any]]:
    """Return the score of every rung when interactions are hidden in this way.

    The tuned values stay, but only under a split by time do interactions age, or come too early.
    """
    rule = study.settings.split
    everything = pd.concat(study.holdout).sort_values("time", kind="stable")
    holdout = hide(everything, rule, kind)
    other = study._replace(task=set_task(holdout, study.log, study.settings))
    if len(other.task.users) < FEWEST:
        return []
    found, known, ladder = [], subsample(holdout.known, rule), results["train"]["ladder"]
    for row in ladder:
        rung, tuned = pick(ladder, row["name"])
        parameters = tuned if kind == "time" else without_ageing(tuned)
        scores = other.ask(other.fit(rung, parameters, known)).ndcg()
        low, high = interval(scores)
        facts = {"label": rung.label, "score": scores.mean(), "low": low, "high": high}
        found.append({"name": rung.name, **facts, "users": len(scores)})
    return found


@step("studies.splits", "train")
def main(settings: Settings, results: Results) -> Results:
    """Measure the ladder under every split that the data allow; sees training rows only."""
    study, _, _ = prepare(settings)
    tables = {}
    for kind in KINDS if settings.columns.time else KINDS[2:]:
        say(f"  {kind}")
        try:
            tables[kind] = score_ladder(study, results, kind)
        except Stop:  # nobody has both a past and something hidden
            tables[kind] = []
    return {"own": settings.split.kind, "tables": tables}


if __name__ == "__main__":
    main()
