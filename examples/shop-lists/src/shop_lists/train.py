"""Step 1: tunes and compares the ladder on hidden interactions, chooses by the rule, saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .data import Log, load
from .kit import say
from .kit.intervals import Vector
from .kit.ranking import Ranked, best, interval
from .kit.results import Results, save_model, step
from .kit.settings import Settings
from .models import LADDER, Model, Recommender, Rung, grid, rungs
from .split import Holdout, Task, copies, describe, hide, set_task, subsample, to_matrix

FAR_BEHIND = 0.6  # of the best score so far; what is tuned later makes up a third, hardly more
MIN_GAIN = 0.01  # of the score: with many users less is clear as well, but not worth a model
RULE = f"the fewest tuned numbers, unless clearly ({MIN_GAIN:.0%} or more) worse than the best"
BLOCK = 500  # users at a time: the scores of all may not fit into memory
PROBED = 300  # users whose lists are compared by the guard
MIN_DISTINCT = 0.2  # of the different pasts; with fewer different lists a model is not personal
TOO_GOOD = 0.8  # of a perfect list

Parameters = dict[str, Any]


class Study(NamedTuple):
    """What every comparison needs: the interactions to fit to, and the users to ask about."""

    settings: Settings
    log: Log
    holdout: Holdout
    sample: pd.DataFrame
    task: Task

    def fit(self, rung: Rung, parameters: Parameters, frame: pd.DataFrame | None = None) -> Model:
        """Fit a rung, to all that is known if nothing else is said."""
        known = self.holdout.known if frame is None else frame
        return rung.fit(known, len(self.log.items), **parameters)

    def ask(self, model: Model) -> Ranked:
        """Return the lists of the users, made from all items but those that are excluded."""
        lists, hits = [], []
        for start in range(0, len(self.task.users), BLOCK):
            part = self.task.part(slice(start, start + BLOCK))
            top = best(model.scores(part.history), part.excluded, self.settings.metric.k)
            relevant = np.take_along_axis(part.hidden.toarray(), top, axis=1) > 0
            lists.append(top)
            hits.append(relevant & (top >= 0))
        return Ranked(np.concatenate(lists), np.concatenate(hits), np.diff(self.task.hidden.indptr))


@step("train")
def main(settings: Settings, _: Results) -> Results:
    """Tune and compare the ladder on training interactions, choose, fit and save the model."""
    study, outer, facts = prepare(settings)
    say(f"{len(outer.known):,} training interactions; {len(outer.hidden):,} stay hidden")
    if settings.data.demo:
        say("these data are INVENTED: a project to show needs a real set")
    climbed: list[tuple[dict[str, Any], Vector]] = []
    for rung in rungs(settings):
        climbed.append(climb(rung, study, max((row["score"] for row, _ in climbed), default=0.0)))
    ladder, choice = [row for row, _ in climbed], choose(climbed)
    label, asked = f"NDCG@{settings.metric.k}", len(study.task.users)
    say(f"chosen: {choice['reason']}")
    if why := doubt(max(row["score"] for row in ladder)):
        say(f"too good? {why}")
    return {
        "data": facts,
        "split": describe(outer, settings) | {"validation_users": asked},
        "metric": {"name": "ndcg", "label": label, "direction": "higher", "unit": ""},
        "leakage": {"copies": copies(outer)},
        "ladder": ladder,
        "choice": choice,
        "model": save_model(assemble(ladder, choice["chosen"], study._replace(holdout=outer))),
    }


def prepare(settings: Settings) -> tuple[Study, Holdout, dict[str, Any]]:
    """Return what the training interactions are compared by, and the split from the test."""
    log, facts = load(settings)
    outer = hide(log.frame, settings.split)
    set_task(outer, log, settings)  # refuse now, not after training, what cannot be tested
    inner = hide(outer.known, settings.split)
    task = set_task(inner, log, settings)
    return Study(settings, log, inner, subsample(inner.known, settings.split), task), outer, facts


def climb(rung: Rung, study: Study, leader: float) -> tuple[dict[str, Any], Vector]:
    """Tune and fit a rung; return its row of the ladder, and NDCG of the validation users.

    `leader` is the best score of the rungs before it.
    """
    parameters, tuning = tune(rung, study, leader)
    start = time.perf_counter()
    model = study.fit(rung, parameters)
    seconds = time.perf_counter() - start
    lists, refused = study.ask(model), find_collapse(rung, model, study)
    score = lists.ndcg().mean()
    say(f"  {rung.label}: {score:.4f}{f', refused: {refused}' if refused else ''}")
    is_rule = rung.name == study.settings.rule_of_thumb.kind
    row = {
        **{key: getattr(rung, key) for key in ("name", "label", "why")},
        "role": "rule_of_thumb" if is_rule else "model" if rung.personal else "constant",
        "score": score,
        "folds": [score],
        **lists.describe(len(study.log.items)),
        "fit_seconds": seconds,
        "parameters": parameters,
        "tuning": tuning,
        "unfinished": len(tuning) < len(grid(rung, study.settings)),
        "refused": refused,
    }
    return row, lists.ndcg()


def tune(rung: Rung, study: Study, leader: float) -> tuple[Parameters, list[dict[str, Any]]]:
    """Choose one parameter after the other: far fewer fits than all combinations.

    First how fast interactions age, because the others depend on it most. Values with which
    everybody gets the same list are no candidates. A rung far behind `leader` is not tuned further.
    """
    chosen: Parameters = {}
    tried = []
    for name, values in grid(rung, study.settings).items():
        models = (study.fit(rung, chosen | {name: value}, study.sample) for value in values)
        scores = [
            np.nan if find_collapse(rung, model, study) else study.ask(model).ndcg().mean()
            for model in models
        ]
        index = int(np.argmax(np.nan_to_num(scores, nan=-1)))
        chosen[name] = values[index]
        edge = len(values) > 1 and index in {0, len(values) - 1} and values[index] is not None
        say(f"    {rung.label}: {name} {chosen[name]}")  # large data take minutes
        tried.append({"parameter": name, "values": values, "scores": scores, "at_edge": edge})
        if scores[index] < FAR_BEHIND * leader:
            say(f"    {rung.label}: far behind, so not tuned further")
            break
    return chosen, tried


def find_collapse(rung: Rung, model: Model, study: Study) -> str | None:
    """Return why a personal model is refused: users with different pasts get the same list."""
    if not rung.personal:
        return None
    task = study.task.part(slice(PROBED))
    no_exclusions = task.history * 0  # to exclude what users had makes lists differ in any case
    lists = best(model.scores(task.history), no_exclusions, study.settings.metric.k)
    pasts = len(np.unique(task.history.toarray(), axis=0))
    different = len(np.unique(np.sort(lists, axis=1), axis=0))
    few = f"{pasts} different pasts get only {different} different lists"
    return few if different < MIN_DISTINCT * pasts else None


def choose(climbed: list[tuple[dict[str, Any], Vector]]) -> dict[str, Any]:
    """Choose by the rule from rungs in order of simplicity, and state what it rests on."""
    eligible = [(row, ndcg) for row, ndcg in climbed if not row["refused"]]
    rows, scores = [row for row, _ in eligible], np.column_stack([ndcg for _, ndcg in eligible])
    top = int(np.argmax(scores.mean(axis=0)))
    gaps = scores - scores[:, [top]]
    low, high = interval(gaps)
    worse = (high < 0) & (gaps.mean(axis=0) < -MIN_GAIN * scores[:, top].mean())
    chosen, best_one = rows[int(np.argmin(worse))], rows[top]
    reason = f"{best_one['label']} scores best, and all simpler models are clearly worse"
    if chosen is not best_one:
        reason = f"{chosen['label']} is simpler than {best_one['label']}, and not clearly worse"
    table = pd.DataFrame({"model": [row["name"] for row in rows], "against": best_one["name"]})
    table = table.assign(difference=gaps.mean(axis=0), low=low, high=high)
    table = table.assign(clear=(low > 0) | (high < 0)).drop(index=top)
    return {
        "chosen": chosen["name"],
        "best": best_one["name"],
        "rule": RULE,
        "reason": reason,
        "parameters": chosen["parameters"],
        "comparisons": table.to_dict("records"),
    }


def doubt(score: float) -> str | None:
    """Return why a score may be too good to be true, or nothing."""
    suspect = "so nearly perfect a list is suspect: look for what gives the answer away"
    return suspect if score > TOO_GOOD else None


def pick(ladder: list[dict[str, Any]], name: str) -> tuple[Rung, Parameters]:
    """Return a rung with the values that validation chose for it."""
    parameters = next(row["parameters"] for row in ladder if row["name"] == name)
    return next(rung for rung in LADDER if rung.name == name), parameters


def without_ageing(parameters: Parameters) -> Parameters:
    """Return the values where no interaction is older than what is asked for: all count alike."""
    return {**parameters, **dict.fromkeys(parameters.keys() & {"half_life", "window"})}


def assemble(ladder: list[dict[str, Any]], chosen: str, study: Study) -> Recommender:
    """Return the chosen model, fitted to all training interactions, with what makes a list."""
    rule, known, log = study.settings.rule_of_thumb.kind, study.holdout.known, study.log
    model, newcomers = (study.fit(*pick(ladder, name)) for name in (chosen, rule))
    users = np.unique(known["user"])
    history = to_matrix(known, users, log)
    return Recommender(model, newcomers, log.users[users], log.titles, history)
