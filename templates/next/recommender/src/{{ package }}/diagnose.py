"""Step 2: asks why the chosen model errs and what would help; sees training interactions only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .kit import Stop, command, say
from .kit.intervals import Rows, bootstrap
from .kit.ranking import Ranked, interval
from .kit.results import Results, check_fresh, read_results, write_file, write_results
from .kit.settings import load_settings
from .models import LADDER, Rung, make_lists
from .split import Task, hide, lighten, set_task, to_matrix
from .train import Study, prepare

ERRORS = Path("reports/errors.csv")
FEWEST = 20  # users; the mean over fewer is mostly luck
EDGES = (1, 2, 3, 6, 11, 21, 51, 101)  # past interactions
HALVES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
PASTS = (0, 1, 2, 3, 5, 10)
LARGE_GAP = 0.5  # of the training score

ADVICE = {
    (True, False): ("high bias", "other signals (time, content) may help, more users will not"),
    (False, True): ("high variance", "more interactions or a stronger penalty may help"),
    (True, True): ("both", "better signals come first: it can neither remember nor foresee enough"),
    (False, False): ("balanced", "reading the worst lists comes before another model"),
}

Tuned = tuple[Rung, dict[str, Any]]


@command
def main() -> None:
    """Measure bias, variance, learning curves, newcomers and the worst lists."""
    start, settings = time.perf_counter(), load_settings()
    results = read_results("train")
    check_fresh(results, settings.data.file)
    study, _, _ = prepare(settings)
    chosen = pick(results, results["train"]["choice"]["chosen"])
    thumb = pick(results, settings.rule_of_thumb.kind)
    say(f"diagnosing {chosen[0].label}: bias and variance, slices, worst lists")
    lists, beside = (study.ask(study.fit(*rung)) for rung in (chosen, thumb))
    found: dict[str, Any] = {
        "bias_variance": judge(study, chosen, lists, beside),
        "slices": by_activity(lists, beside, study.task, settings.metric.k),
        "worst": write_worst(study, lists),
    }
    say("learning curves, newcomers, the other split")
    personal = pick(results, best_personal(results) or chosen[0].name)
    found |= {
        "curves": {"learning": learning_curve(study, chosen), "history": history(study, chosen)},
        "newcomers": newcomers(study, personal, thumb),
        "split_comparison": compare_splits(study, chosen, thumb, found["bias_variance"]),
    }
    write_results("diagnose", found, time.perf_counter() - start, settings.data.file)
    say(f"{found['bias_variance']['verdict']}: {found['bias_variance']['advice']}")


def pick(results: Results, name: str) -> Tuned:
    """Return a rung with the values that validation chose for it."""
    row = next(row for row in results["train"]["ladder"] if row["name"] == name)
    return next(rung for rung in LADDER if rung.name == name), row["parameters"]


def best_personal(results: Results) -> str | None:
    """Return the chosen rung or, if that is one list for all, the best that was not refused."""
    rows = [row for row in results["train"]["ladder"] if row["personal"] and not row["refused"]]
    chosen = results["train"]["choice"]["chosen"]
    order = sorted(rows, key=lambda row: (row["name"] == chosen, row["score"]))
    return order[-1]["name"] if order else None


def judge(study: Study, chosen: Tuned, lists: Ranked, beside: Ranked) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three scores and the goal.

    The training score asks for the same interactions after they were fitted as well. High bias:
    even then the model misses the goal. High variance: more than half of it is lost when they are
    really hidden.
    """
    k = study.settings.metric.k
    train = study.score(study.fit(*chosen, pd.concat(study.holdout[:2])))
    validation, thumb = lists.ndcg(k).mean(), beside.ndcg(k).mean()
    wanted = thumb * (1 + study.settings.project.goal)
    verdict, advice = ADVICE[bool(train < wanted), bool(train - validation > LARGE_GAP * train)]
    scores = {"train": train, "validation": validation, "rule_of_thumb": thumb, "wanted": wanted}
    return scores | {"verdict": verdict, "advice": advice}


def by_activity(lists: Ranked, beside: Ranked, task: Task, k: int) -> list[dict[str, Any]]:
    """Return NDCG of users with few and with many past interactions, beside the rule of thumb."""
    past, own, thumb = np.diff(task.history.indptr), lists.ndcg(k), beside.ndcg(k)
    scores, found = np.column_stack([own, thumb, own - thumb]), []
    for low, high in zip(EDGES, [*(edge - 1 for edge in EDGES[1:]), past.max()], strict=True):
        group = scores[(past >= low) & (past <= high)]
        if len(group) < FEWEST:
            continue
        (score, constant, gain), (lows, highs) = group.mean(axis=0), interval(group)
        name = (
            f"{low} or more" if low == EDGES[-1] else f"{low} to {high}" if high > low else f"{low}"
        )
        where = f"past >= {low} and past <= {high}"
        row = {"name": name, "kind": "declared", "where": where, "rows": len(group)}
        row |= {"score": score, "low": lows[0], "high": highs[0], "constant": constant}
        found.append(row | {"gain": gain, "gain_low": lows[2], "gain_high": highs[2]})
    return found


def learning_curve(study: Study, chosen: Tuned) -> dict[str, Any]:
    """Return NDCG of the same users when the model was fitted to a part of all users."""
    users = np.random.default_rng(0).permutation(study.light["user"].unique())
    points, columns = [], []
    for share in HALVES:
        some = users[: max(2, round(share * len(users)))]
        model = study.fit(*chosen, study.light[study.light["user"].isin(some)])
        scores = study.ask(model).ndcg(study.settings.metric.k)
        columns.append(scores)
        spread = scores.std() / np.sqrt(len(scores))
        points.append({"rows": len(some), "train": None, "validation": scores.mean(), "sd": spread})
    scores = np.column_stack(columns)

    def gain(rows: Rows) -> float:
        """By a power law, each doubling adds the same share of what the one before added."""
        before, last = np.diff(scores[rows].mean(axis=0))[-2:]
        return float(last * np.clip(last / before, 0, 1)) if last > 0 and before > 0 else 0.0

    everybody = np.arange(len(scores))
    low, high = bootstrap(gain, everybody)
    twice = {"estimate": gain(everybody), "low": low, "high": high, "rows": len(users)}
    return {"points": points, "gain_from_twice": twice}


def history(study: Study, chosen: Tuned) -> list[dict[str, Any]]:
    """Return NDCG when the model was fitted to the last days only."""
    if study.settings.split.kind != "time":
        return []
    times, points = study.light["time"], []
    for days in np.multiply(HALVES, times.max() - times.min()):
        part = study.light[times >= times.max() - days]
        score = study.score(study.fit(*chosen, part))
        points.append({"days": days, "rows": len(part), "validation": score})
    return points


def newcomers(study: Study, personal: Tuned, thumb: Tuned) -> dict[str, Any] | None:
    """Return NDCG of users that the model never saw, told only the latest of what they had.

    They are folded in without fitting again; with nothing told they get the rule of thumb. All
    that they had is left out of every list.
    """
    able = np.flatnonzero(np.diff(study.task.history.indptr) >= PASTS[-1])
    rows = np.random.default_rng(0).permutation(able)[: len(able) // 2]
    if len(rows) < FEWEST:
        return None
    task, k = study.task.part(np.sort(rows)), study.settings.metric.k
    known = study.holdout.known[study.holdout.known["user"].isin(task.users)]
    others = study.light[~study.light["user"].isin(task.users)]
    popular = make_lists(study.fit(*thumb, others), task, study.settings).ndcg(k)
    model, curve = study.fit(*personal, others), []
    for past in PASTS:
        latest = known.groupby("user").tail(past)
        told = to_matrix(latest, task.users, study.log)
        scores = make_lists(model, task, study.settings, told=told).ndcg(k) if past else popular
        low, high = interval(scores - popular)
        curve.append({"past": past, "score": scores.mean(), "gain_low": low, "gain_high": high})
    return {"users": len(rows), "model": personal[0].label, "curve": curve}


def compare_splits(
    study: Study, chosen: Tuned, thumb: Tuned, judged: dict[str, Any]
) -> dict[str, Any]:
    """Return the scores under this split beside those that randomly hidden interactions promise."""
    rule, everything = study.settings.split, pd.concat(study.holdout[:2])
    holdout = hide(everything.sort_values("time", kind="stable"), rule, "random")
    asked = study._replace(task=set_task(holdout, study.log, study.settings))
    known = lighten(holdout.known, rule)
    own, popular = (asked.score(study.fit(*rung, known)) for rung in (chosen, thumb))
    honest = {"score": judged["validation"], "rule_of_thumb": judged["rule_of_thumb"]}
    shuffled = {"kind": "random", "score": own, "rule_of_thumb": popular}
    return {"honest": {"kind": rule.kind, **honest}, "shuffled": shuffled}


def write_worst(study: Study, lists: Ranked) -> dict[str, Any]:
    """Write the users whose lists missed most, with a column for your notes, which stay."""
    notes: pd.Series[str] = pd.Series(dtype=str, name="note")
    if ERRORS.exists():
        old = pd.read_csv(ERRORS, dtype=str, keep_default_na=False, sep=None, engine="python")
        if not {"user", "note"} <= set(old):
            raise Stop(f"{ERRORS} has lost its columns user and note", "restore or delete it")
        notes = old[old["note"] != ""].drop_duplicates("user").set_index("user")["note"]
    lost = lists.hidden * (1 - lists.ndcg(study.settings.metric.k))
    worst = np.argsort(-lost, kind="stable")[:20]
    table = pd.DataFrame([tell_case(study, lists, row) for row in worst])
    table.insert(1, "note", table["user"].map(notes).fillna(""))
    kept = notes[~notes.index.isin(table["user"])].rename_axis("user").reset_index()
    text = pd.concat([table, kept]).to_csv(index=False, lineterminator="\n", float_format="%.3g")
    write_file(ERRORS, text.encode())
    return {
        "file": ERRORS.as_posix(),
        "rows": table.head(3).drop(columns="note").to_dict("records"),
    }


def tell_case(study: Study, lists: Ranked, row: int) -> dict[str, Any]:
    """Return one user: what they had, what the list showed, what they took instead."""
    past, hidden = study.task.history[row].indices, study.task.hidden[row].indices
    user, ndcg = study.log.users[study.task.users[row]], lists.ndcg(study.settings.metric.k)[row]
    shown = {"had": past, "shown": lists.lists[row], "took": hidden}
    words = {
        name: "; ".join(study.log.titles.iloc[items[items >= 0][:4]])
        for name, items in shown.items()
    }
    return {"user": user, "ndcg": ndcg, "past": len(past), "hidden": len(hidden), **words}
