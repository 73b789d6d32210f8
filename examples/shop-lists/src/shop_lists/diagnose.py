"""Step 2: asks why the chosen model errs and what would help; sees training interactions only."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .kit import Stop, say, write_file
from .kit.ranking import Ranked, interval
from .kit.results import Results, step
from .kit.settings import Settings
from .models import Rung
from .split import Task, hide, set_task, subsample, to_matrix
from .train import Study, pick, prepare, without_ageing

ERRORS = Path("reports/errors.csv")
FEWEST = 20  # users; the mean over fewer is mostly luck
ACTIVITY = (1, 3, 6, 21, 101)  # past interactions, where groups begin
SHARES = (1 / 4, 1 / 2, 1)  # of all users; those who are asked are in every part
DRAWS = 3  # which others are in a part is chance
PAST_SIZES = (0, 1, 2, 3, 5, 10)
LARGE_GAP = 0.5  # of the training score

ADVICE = {
    (True, False): ("high bias", "other signals (time, content) may help more than more users"),
    (False, True): ("high variance", "beyond tuning, longer histories may help"),
    (True, True): ("both", "look for better signals: it can neither remember nor foresee enough"),
    (False, False): ("balanced", "read the worst lists before you try another model"),
}

Tuned = tuple[Rung, dict[str, Any]]


@step("diagnose", "train")
def main(settings: Settings, results: Results) -> Results:
    """Measure bias, variance, learning curve, newcomers and the worst lists."""
    study, _, _ = prepare(settings)
    ladder, chosen_name = results["train"]["ladder"], results["train"]["choice"]["chosen"]
    chosen, rule = pick(ladder, chosen_name), pick(ladder, settings.rule_of_thumb.kind)
    say(f"diagnosing {chosen[0].label}")
    lists, baseline = (study.ask(study.fit(*rung)) for rung in (chosen, rule))
    verdict = bias_variance(study, chosen, lists, baseline)
    say(f"{verdict['verdict']}: {verdict['advice']}")
    return {
        "bias_variance": verdict,
        "slices": by_activity(lists, baseline, study.task),
        "worst": write_worst(study, lists),
        "curves": {"learning": learning_curve(study, chosen)},
        "newcomers": newcomers(study, chosen, rule),
        "split_comparison": compare_splits(study, [chosen, rule], verdict),
    }


def bias_variance(study: Study, chosen: Tuned, lists: Ranked, baseline: Ranked) -> dict[str, Any]:
    """Return the verdict on bias and variance, from three scores and the goal.

    The training score asks for the same interactions after they were fitted as well. High bias:
    even then the model misses the goal. High variance: more than half of it is lost when they are
    really hidden.
    """
    knows_all = study.fit(*chosen, pd.concat(study.holdout))
    train, validation, rule = (
        each.ndcg().mean() for each in (study.ask(knows_all), lists, baseline)
    )
    goal = rule * (1 + study.settings.project.goal)
    verdict, advice = ADVICE[bool(train < goal), bool(train - validation > LARGE_GAP * train)]
    scores = {"train": train, "validation": validation, "rule_of_thumb": rule, "wanted": goal}
    return scores | {"verdict": verdict, "advice": advice}


def by_activity(lists: Ranked, baseline: Ranked, task: Task) -> list[dict[str, Any]]:
    """Return NDCG of users with few and with many past interactions, beside the rule of thumb."""
    past, model, rule = np.diff(task.history.indptr), lists.ndcg(), baseline.ndcg()
    scores, found = np.column_stack([model, rule, model - rule]), []
    for low, high in pairwise([*ACTIVITY, np.inf]):
        group = scores[(past >= low) & (past < high)]
        if len(group) >= FEWEST:
            name = f"{low} or more" if high > past.max() else f"{low} to {high - 1}"
            row = {"name": name, "kind": "declared", "rows": len(group)}
            (score, constant, gain), (lows, highs) = group.mean(axis=0), interval(group)
            row |= {"score": score, "low": lows[0], "high": highs[0], "constant": constant}
            found.append(row | {"gain": gain, "gain_low": lows[2], "gain_high": highs[2]})
    return found


def learning_curve(study: Study, chosen: Tuned) -> dict[str, Any]:
    """Return NDCG after fits to parts of all users; the same quarter at most is asked each time."""
    rng, users = np.random.default_rng(0), study.sample["user"].unique()
    sizes = [max(2, round(share * len(users))) for share in SHARES]
    drawn = rng.permutation(np.intersect1d(study.task.users, users))[: sizes[0]]
    subset = study._replace(task=study.task.part(np.searchsorted(study.task.users, np.sort(drawn))))
    orders = [[*drawn, *rng.permutation(np.setdiff1d(users, drawn))] for _ in range(DRAWS)]
    scores, points = np.zeros((len(sizes), len(drawn))), []
    for place, size in enumerate(sizes):
        for order in orders if size < len(users) else orders[:1]:
            model = study.fit(*chosen, study.sample[study.sample["user"].isin(order[:size])])
            scores[place] += subset.ask(model).ndcg() / (DRAWS if size < len(users) else 1)
        points.append({"rows": size, "train": None, "validation": scores[place].mean()})
    last = scores[-1] - scores[-2]  # no law tells how it goes on
    low, high = interval(last)
    doubling = {"estimate": last.mean(), "low": low, "high": high, "rows": len(users)}
    return {"points": points, "gain_from_twice": doubling}


def newcomers(study: Study, chosen: Tuned, rule: Tuned) -> dict[str, Any] | None:
    """Return NDCG of users that the model never saw, given only their latest few.

    They are folded in without fitting again; those without a past get the rule of thumb. All
    that they had is left out of every list.
    """
    eligible = np.flatnonzero(np.diff(study.task.history.indptr) >= PAST_SIZES[-1])
    rows = np.sort(np.random.default_rng(0).permutation(eligible)[: len(eligible) // 2])
    if len(rows) < FEWEST or not chosen[0].personal:
        return None
    subset = study._replace(task=study.task.part(rows))
    users, known = subset.task.users, study.holdout.known
    pasts = known[known["user"].isin(users)].groupby("user")
    others = study.sample[~study.sample["user"].isin(users)]
    popular = subset.ask(study.fit(*rule, others)).ndcg()
    model, curve = study.fit(*chosen, others), []
    for past in PAST_SIZES:
        history = to_matrix(pasts.tail(past), users, study.log)
        shortened = subset._replace(task=subset.task._replace(history=history))
        scores = shortened.ask(model).ndcg() if past else popular
        low, high = interval(scores - popular)
        curve.append({"past": past, "score": scores.mean(), "gain_low": low, "gain_high": high})
    return {"users": len(rows), "curve": curve}


def compare_splits(study: Study, pair: list[Tuned], verdict: dict[str, Any]) -> dict[str, Any]:
    """Return the scores under this split beside those that randomly hidden interactions promise."""
    rule = study.settings.split
    holdout = hide(pd.concat(study.holdout), rule, "random")
    shuffled_study = study._replace(task=set_task(holdout, study.log, study.settings))
    known = subsample(holdout.known, rule)
    fits = (study.fit(rung, without_ageing(tuned), known) for rung, tuned in pair)
    model_score, popular = (shuffled_study.ask(model).ndcg().mean() for model in fits)
    honest = {"score": verdict["validation"], "rule_of_thumb": verdict["rule_of_thumb"]}
    shuffled = {"kind": "random", "score": model_score, "rule_of_thumb": popular}
    return {"honest": {"kind": rule.kind, **honest}, "shuffled": shuffled}


def write_worst(study: Study, lists: Ranked) -> dict[str, Any]:
    """Write the users whose lists missed most; notes that somebody wrote beside them stay."""
    worst = np.argsort(-lists.hidden * (1 - lists.ndcg()), kind="stable")[:20]
    table = pd.DataFrame([describe_case(study, lists, row) for row in worst])
    facts = {"file": ERRORS.as_posix(), "rows": table.head(3).to_dict("records")}
    table = table.set_index("user")
    table.insert(0, "note", "")
    if ERRORS.exists():
        try:
            notes = pd.read_csv(ERRORS, dtype=str, index_col="user")["note"].dropna()
        except (LookupError, TypeError, ValueError) as error:
            raise Stop(f"{ERRORS} cannot be read: {error}", "restore or delete it") from None
        table = table.reindex([*table.index, *notes.index.difference(table.index)])
        table.loc[notes.index, "note"] = notes
    write_file(ERRORS, table.to_csv(lineterminator="\n", float_format="%.3g").encode())
    return facts


def describe_case(study: Study, lists: Ranked, row: int) -> dict[str, Any]:
    """Return one user: what they had, what the list showed, what they took instead."""
    past, hidden = study.task.history[row].indices, study.task.hidden[row].indices
    case = {"user": study.log.users[study.task.users[row]], "ndcg": lists.ndcg()[row]}
    case |= {"past": len(past), "hidden": len(hidden)}
    for name, items in {"had": past, "shown": lists.lists[row], "took": hidden}.items():
        case[name] = "; ".join(study.log.titles.iloc[items[items >= 0][:4]])
    return case
