"""Measures what users get whom the model never saw, by how much of their past it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from .arrays import Vector
from .comparison import difference
from .models import Model, counterpart, fallback
from .ranking import rank_by
from .results import Results
from .slices import FEWEST
from .split import Task
from .study import Study

SHARE = 0.1  # of all users: those whom the model never sees, to measure what newcomers get
LONGEST = 10  # past interactions that each of them must have
PASTS = (0, 1, 2, 3, 5, 10, 20)


def newcomers(study: Study, results: Results) -> dict[str, Any]:
    """Return NDCG of users that the model never saw, by how much of their past it is told."""
    asked, known = study.task, study.holdout.known
    able = np.flatnonzero(np.diff(asked.history.indptr) >= LONGEST)
    count = min(len(able) // 2, max(FEWEST, round(SHARE * len(study.log.users))))
    if count < FEWEST:
        return {}
    rows = np.sort(np.random.default_rng(0).permutation(able)[:count])
    users = asked.users[rows]
    asked = Task(users, asked.history[rows], asked.hidden[rows], asked.moment[rows])
    others = known[~known["user"].isin(users)]
    popular, personal = fallback(study.tuned), study.rung
    if not personal.personal:
        personal = counterpart(personal.name, results["ladder"])
    curve = by_past(study.fit(others, personal), study.fit(others, popular), asked, study.k)
    return {
        "users": len(asked.users),
        "fallback": popular.name,
        "model": personal.name,
        "curve": curve,
    }


def by_past(model: Model, popular: Model, task: Task, k: int) -> list[dict[str, Any]]:
    """Return NDCG for the same new users when only some of their past interactions are known.

    The model never saw them: with none known they get what is popular, else they are folded in.
    """
    longest = int(np.diff(task.history.indptr).min())
    curve, start = [], np.zeros(0)
    for past in [n for n in PASTS if n <= longest]:
        shorter = task._replace(history=shorten(task.history, past))
        # what was had is never shown, also while the model is not told about it
        scores = rank_without(model if past else popular, shorter, task.history, k)
        start = scores if past == 0 else start
        point = {"past": past, "score": scores.mean(), "sd": scores.std() / np.sqrt(len(scores))}
        curve.append(point | difference(scores, start))
    return curve


def rank_without(model: Model, told: Task, had: sp.csr_matrix, k: int) -> Vector:
    """Return NDCG per user of lists made from a part of the past, without all that was had."""

    def score(part: slice) -> Any:
        scores = model.scores(told.history[part], told.moment[part])
        scores[had[part].nonzero()] = -np.inf
        return scores

    return rank_by(score, told, k).ndcg(k)


def shorten(history: sp.csr_matrix, past: int) -> sp.csr_matrix:
    """Return the history with so many entries of each row, by chance; fewer are a part of more."""
    rng = np.random.default_rng(0)
    ends = zip(history.indptr, history.indptr[1:], strict=False)
    kept = [start + rng.permutation(end - start)[:past] for start, end in ends]
    places, indptr = np.concatenate(kept), np.cumsum([0, *map(len, kept)])
    return sp.csr_matrix(
        (history.data[places], history.indices[places], indptr), shape=history.shape
    )
