"""Step 2: asks why the chosen model errs and what would help; sees training interactions only."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import nnls

from .kit import Stop, command, say
from .kit.intervals import Rows, Vector, bootstrap
from .kit.ranking import Ranked
from .kit.results import Results, check_fresh, read_results, write_file, write_results
from .kit.settings import load_settings
from .models import LADDER, Rung, make_lists
from .split import Task, hide, lighten, set_task
from .train import Study, prepare

ERRORS = Path("reports/errors.csv")
FEWEST = 20  # users; the mean over fewer is mostly luck
EDGES = (1, 2, 3, 6, 11, 21, 51, 101)  # past interactions
SHARES = (0.1, 0.18, 0.32, 0.56, 1.0)
PASTS = (0, 1, 2, 3, 5, 10)
LARGE_GAP = 0.5  # of the training score

ADVICE = {
    (True, False): ("high bias", "other signals (time, content) may help, more users will not"),
    (False, True): ("high variance", "more interactions or a stronger penalty may help"),
    (True, True): ("both", "better signals come first: it can neither remember nor foresee enough"),
    (False, False): ("balanced", "read the worst lists before you try another model"),
}


@command
def main() -> None:
    """Measure bias, variance, learning curves, newcomers and the worst lists."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train")
    check_fresh(results, settings.data.file)
    study, _, _ = prepare(settings)
    chosen, thumb = pick(results, results["train"]["choice"]["chosen"]), pick_thumb(results)
    say(f"diagnosing {chosen[0].label}: bias and variance, slices, worst lists")
    lists, beside = (study.ask(study.fit(*rung)) for rung in (chosen, thumb))
    found: dict[str, Any] = {
        "bias_variance": judge(study, chosen, lists, beside),
        "slices": by_activity(lists, beside, study.task, settings.metric.k),
        "worst": write_worst(study, lists),
    }
    say("learning curves, newcomers, the other split")
    personal = chosen if chosen[0].personal else best_personal(results)
    found |= {
        "curves": {"learning": learning_curve(study, chosen), "history": history(study, chosen)},
        "importance": [],
        "newcomers": newcomers(study, personal, thumb) if personal else None,
        "split_comparison": compare_splits(study, chosen, thumb),
    }
    write_results("diagnose", found, time.perf_counter() - start, settings.data.file)
    say("verdict: {verdict}; {advice}".format(**found["bias_variance"]))


Tuned = tuple[Rung, dict[str, Any]]


def pick(results: Results, name: str) -> Tuned:
    """Return a rung with the values that validation chose for it."""
    row = next(row for row in results["train"]["ladder"] if row["name"] == name)
    return next(rung for rung in LADDER if rung.name == name), row["parameters"]


def pick_thumb(results: Results) -> Tuned:
    """Return the rule of thumb."""
    roles = {row["role"]: row["name"] for row in results["train"]["ladder"]}
    return pick(results, roles["rule_of_thumb"])


def best_personal(results: Results) -> Tuned | None:
    """Return the best rung whose lists differ between users; none where all were refused."""
    rows = [row for row in results["train"]["ladder"] if row["personal"] and not row["refused"]]
    return pick(results, max(rows, key=lambda row: row["score"])["name"]) if rows else None


def judge(study: Study, chosen: Tuned, lists: Ranked, beside: Ranked) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three scores and the goal.

    The training score asks for the same interactions after they were fitted as well. High bias:
    even then the model misses the goal. High variance: more than half of it is lost when they are
    really hidden.
    """
    k = study.settings.metric.k
    everything = pd.concat([study.holdout.known, study.holdout.hidden])
    train, validation = study.score(study.fit(*chosen, everything)), lists.ndcg(k).mean()
    thumb = beside.ndcg(k).mean()
    wanted = thumb * (1 + study.settings.project.goal)
    verdict, advice = ADVICE[bool(train < wanted), bool(train - validation > LARGE_GAP * train)]
    return {
        "train": train,
        "validation": validation,
        "rule_of_thumb": thumb,
        "wanted": wanted,
        "verdict": verdict,
        "advice": advice,
    }


def by_activity(lists: Ranked, beside: Ranked, task: Task, k: int) -> list[dict[str, Any]]:
    """Return NDCG of users with few and with many past interactions, beside the rule of thumb."""
    past = np.diff(task.history.indptr)
    scores = np.column_stack([lists.ndcg(k), beside.ndcg(k)])
    scores = np.column_stack([scores, scores[:, 0] - scores[:, 1]])
    found = []
    for low, high in zip(EDGES, [*(edge - 1 for edge in EDGES[1:]), past.max()], strict=True):
        group = scores[(past >= low) & (past <= high)]
        if len(group) < FEWEST:
            continue
        ends = bootstrap(lambda rows, group=group: group[rows].mean(axis=0), np.arange(len(group)))
        found.append(
            {
                "name": name_activity(low, None if low == EDGES[-1] else high),
                "kind": "declared",
                "where": f"past >= {low} and past <= {high}",
                "rows": len(group),
                "score": group[:, 0].mean(),
                "low": ends[0][0],
                "high": ends[1][0],
                "constant": group[:, 1].mean(),
                "gain": {"mean": group[:, 2].mean(), "low": ends[0][2], "high": ends[1][2]},
            }
        )
    return found


def name_activity(low: int, high: int | None) -> str:
    """Say in words how many past interactions users have."""
    if high is None:
        return f"{low} or more"
    return f"{low} to {high}" if high > low else f"{low}"


def learning_curve(study: Study, chosen: Tuned) -> dict[str, Any]:
    """Return NDCG of the same users when the model was fitted to a part of all users."""
    users = np.random.default_rng(0).permutation(study.light["user"].unique())
    points, scores = [], []
    for share in SHARES:
        some = users[: max(2, round(share * len(users)))]
        part = study.light[study.light["user"].isin(some)]
        values = study.ask(study.fit(*chosen, part)).ndcg(study.settings.metric.k)
        scores.append(values)
        spread = values.std() / np.sqrt(len(values))
        points.append(
            {"rows": len(some), "train": None, "validation": values.mean(), "sd": spread}
        )
    sizes = np.array([point["rows"] for point in points], dtype=float)
    return {"points": points, "gain_from_twice": extrapolate(sizes, np.array(scores))}


def extrapolate(sizes: Vector, scores: Vector) -> dict[str, Any]:
    """Return what twice the users would add, by a power law, and how far that depends on luck."""
    rng, count, gains = np.random.default_rng(0), scores.shape[1], []
    for _ in range(100):
        weight = rng.multinomial(count, np.full(count, 1 / count)) / count
        gains.append(gain(sizes, scores @ weight))
    low, high = np.quantile(gains, [0.025, 0.975])
    estimate = gain(sizes, scores.mean(axis=1))
    return {"estimate": estimate, "low": low, "high": high, "rows": int(sizes[-1])}


def gain(sizes: Vector, means: Vector) -> float:
    """Return by how much c - a * size**-b, fitted to the means, rises at twice the last size.

    For a given b this is linear least squares, so trying values of b always finds the best one.
    """
    fits = []
    for power in np.linspace(0.05, 2, 20):
        (_, slope), miss = nnls(np.column_stack([np.ones_like(sizes), -(sizes**-power)]), means)
        fits.append((miss, slope * (sizes[-1] ** -power - (2 * sizes[-1]) ** -power)))
    return float(min(fits)[1])


def history(study: Study, chosen: Tuned) -> list[dict[str, Any]]:
    """Return NDCG when the model was fitted to the last days only: does the far past help?"""
    if study.settings.split.kind != "time":
        return []
    times, points = study.light["time"], []
    for share in (0.0625, 0.125, 0.25, 0.5, 1):
        days = share * (times.max() - times.min())
        part = study.light[times >= times.max() - days]
        score = study.score(study.fit(*chosen, part))
        points.append({"days": days, "rows": len(part), "validation": score})
    return points


def newcomers(study: Study, personal: Tuned, thumb: Tuned) -> dict[str, Any] | None:
    """Return NDCG of users that the model never saw, by how much of their past it is told.

    They are folded in without fitting again; with nothing known they get the rule of thumb. What
    they had is never shown, also while the model is not told about it.
    """
    able = np.flatnonzero(np.diff(study.task.history.indptr) >= PASTS[-1])
    rows = np.random.default_rng(0).permutation(able)[: len(able) // 2]
    if len(rows) < FEWEST:
        return None
    task, k = study.task.part(np.sort(rows)), study.settings.metric.k
    others = study.light[~study.light["user"].isin(task.users)]
    popular = make_lists(study.fit(*thumb, others), task, study.settings).ndcg(k)
    model, curve = study.fit(*personal, others), []
    for past in PASTS:
        told = shorten(task.history, past)
        scores = make_lists(model, task, study.settings, told=told).ndcg(k) if past else popular
        gains = scores - popular
        low, high = bootstrap(lambda rows, gains=gains: gains[rows].mean(), np.arange(len(gains)))
        curve.append({"past": past, "score": scores.mean(), "low": low, "high": high})
    return {"users": len(rows), "model": personal[0].label, "curve": curve}


def shorten(history: sp.csr_matrix, past: int) -> sp.csr_matrix:
    """Return the history with so many entries of each row, by chance; fewer are a part of more."""
    rng = np.random.default_rng(0)
    ends = pairwise(history.indptr)
    kept = np.concatenate([start + rng.permutation(end - start)[:past] for start, end in ends])
    starts = np.arange(history.shape[0] + 1) * past
    return sp.csr_matrix((history.data[kept], history.indices[kept], starts), history.shape)


def compare_splits(study: Study, chosen: Tuned, thumb: Tuned) -> dict[str, Any]:
    """Return the scores under this split beside those that randomly hidden interactions promise."""
    found = {}
    for name, kind in {"honest": study.settings.split.kind, "shuffled": "random"}.items():
        holdout = hide(pd.concat(study.holdout[:2]), study.settings.split, kind)
        task = set_task(holdout, study.log, study.settings)
        known = lighten(holdout.known, study.settings.split)
        scores = [
            float(study._replace(task=task).score(study.fit(*rung, known)))
            for rung in (chosen, thumb)
        ]
        found[name] = {"kind": kind, "score": scores[0], "rule_of_thumb": scores[1]}
    return found


def write_worst(study: Study, lists: Ranked) -> dict[str, Any]:
    """Write the users for whom the list missed most, with room for your notes, which stay."""
    lost = lists.hidden * (1 - lists.ndcg(study.settings.metric.k))
    worst = np.argsort(-lost, kind="stable")[:20]
    table = pd.DataFrame([tell_case(study, lists, row) for row in worst])
    notes = read_notes()
    table.insert(1, "note", table["user"].map(notes).fillna(""))
    kept = notes[~notes.index.isin(table["user"])].rename_axis("user").reset_index()
    table = pd.concat([table, kept])
    write_file(ERRORS, table.to_csv(index=False, lineterminator="\n", float_format="%.3g").encode())
    return {"file": ERRORS.as_posix(), "rows": table.head(3).drop(columns="note").to_dict("records")}


def tell_case(study: Study, lists: Ranked, row: int) -> dict[str, Any]:
    """Return one user: what they had, what the list showed, what they took instead."""
    task = study.task
    past, hidden = task.history[row].indices, task.hidden[row].indices
    return {
        "user": str(study.log.users[task.users[row]]),
        "ndcg": lists.ndcg(study.settings.metric.k)[row],
        "past": len(past),
        "hidden": len(hidden),
        "had": titles(study, past),
        "shown": titles(study, lists.lists[row]),
        "took": titles(study, hidden),
    }


def titles(study: Study, items: Rows) -> str:
    """Return the first titles, separated by semicolons."""
    return "; ".join(study.log.titles.iloc[items[items >= 0][:4]])


def read_notes() -> pd.Series[str]:
    """Return the notes that were written so far, by user."""
    if not ERRORS.exists():
        return pd.Series(dtype=str, name="note")
    table = pd.read_csv(ERRORS, dtype=str, keep_default_na=False, sep=None, engine="python")
    if not {"user", "note"} <= set(table.columns):
        raise Stop(f"{ERRORS} has lost its columns `user` and `note`", "restore it, or delete it")
    return table[table["note"] != ""].drop_duplicates("user").set_index("user")["note"]
