"""Step 1: tunes and compares the ladder on hidden interactions, chooses by the rule, saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import data, split
from .data import Log, load
from .kit import command, say
from .kit.intervals import bootstrap
from .kit.ranking import Ranked, best, variety
from .kit.results import save_model, write_results
from .kit.settings import Settings, load_settings
from .models import Model, Recommender, Rung, describe, find_rung, make_lists, rungs
from .split import Holdout, Task, hide, lighten, set_task, to_matrix

LITTLE = 0.01  # of the score: with many users less is clear as well, but not worth a model
RULE = (
    "the model with the fewest tuned numbers that is not clearly worse than the best one, "
    f"or by less than {LITTLE:.0%}"
)
PROBED = 300  # users whose lists are compared by the guard
ALIKE = 0.2  # of the different pasts; with fewer different lists a model is not personal

Parameters = dict[str, Any]


class Study(NamedTuple):
    """What every comparison needs: the interactions to fit to, and the users to ask about."""

    settings: Settings
    log: Log
    holdout: Holdout
    light: pd.DataFrame
    task: Task

    def fit(
        self, rung: Rung, parameters: Parameters, frame: pd.DataFrame | None = None
    ) -> Model:
        """Fit a rung, to all that is known if nothing else is said."""
        return rung.fit(self.holdout.known if frame is None else frame, self.log.shape, **parameters)

    def ask(self, model: Model, depth: int = 0) -> Ranked:
        """Return the lists of the validation users."""
        return make_lists(model, self.task, self.settings, depth)

    def score(self, model: Model) -> float:
        """Return the mean NDCG of the validation users."""
        return float(self.ask(model).ndcg(self.settings.metric.k).mean())


class Climbed(NamedTuple):
    """A rung, tuned, and its lists."""

    rung: Rung
    parameters: Parameters
    tried: list[dict[str, Any]]
    ranked: Ranked
    refused: str | None
    seconds: float


@command
def main() -> None:
    """Tune and compare the ladder on training interactions, choose, fit and save the model."""
    start, settings = time.perf_counter(), load_settings()
    study, outer, facts = prepare(settings)
    timed, by = settings.split.kind == "time", settings.columns.time
    say(f"{len(outer.known):,} training interactions; {len(outer.hidden):,} stay hidden")
    if settings.data.demo:
        say("these data are INVENTED: a project to show needs a real set")
    climbed = climb(study)
    choice = choose(climbed, settings)
    chosen = next(each for each in climbed if each.rung.name == choice["chosen"])
    model = chosen.rung.fit(outer.known, study.log.shape, **chosen.parameters)
    thumb = next(each for each in climbed if each.rung.name == settings.rule_of_thumb.kind)
    popular = thumb.rung.fit(outer.known, study.log.shape, **thumb.parameters)
    k = settings.metric.k
    label = {"name": "ndcg", "label": f"NDCG@{k}", "direction": "higher", "unit": ""}
    found = {
        "data": facts | data.describe(study.log, timed),
        "split": split.describe(outer, by) | {"validation_users": len(study.task.users)},
        "metric": label,
        "leakage": split.audit(outer, by),
        "ladder": [tell(each, study) for each in climbed],
        "choice": choice,
        "inputs": None,
        "tuning": {each.rung.name: each.tried for each in climbed if each.tried},
        "model": save_model(pack(model, popular, outer, study.log, settings)),
    }
    write_results("train", found, time.perf_counter() - start, settings.data.file)
    say(f"chosen: {choice['reason']}")


def prepare(settings: Settings) -> tuple[Study, Holdout, dict[str, Any]]:
    """Return what the training interactions are compared by, and the split from the test."""
    log, facts = load(settings)
    outer = hide(log.frame, settings.split)
    set_task(outer, log, settings)  # refuse now, not after training, what cannot be tested
    inner = hide(outer.known, settings.split)
    task = set_task(inner, log, settings)
    return Study(settings, log, inner, lighten(inner.known, settings.split), task), outer, facts


def climb(study: Study) -> list[Climbed]:
    """Tune and fit every rung, and rank all items for the validation users."""
    climbed, k = [], study.settings.metric.k
    for rung in rungs(study.settings):
        parameters, tried = tune(rung, study)
        start = time.perf_counter()
        model = study.fit(rung, parameters)
        seconds = time.perf_counter() - start
        ranked, refused = study.ask(model, max(20, k)), alike(rung, model, study)
        climbed.append(Climbed(rung, parameters, tried, ranked, refused, seconds))
        score = f"NDCG@{k} {ranked.ndcg(k).mean():.4f}"
        say(f"  {rung.label}: {score}, {describe(parameters)}{', refused' if refused else ''}")
    return climbed


def tune(rung: Rung, study: Study) -> tuple[Parameters, list[dict[str, Any]]]:
    """Choose one parameter after the other: far fewer fits than a full grid.

    First how fast interactions age, because the others depend on it most. Values with which
    everybody gets the same list are no candidates.
    """
    best_so_far: Parameters = {}
    tried = []
    for name, values in rung.grid.items():
        scores = []
        for value in values:
            model = study.fit(rung, best_so_far | {name: value}, study.light)
            scores.append(-1.0 if alike(rung, model, study) else study.score(model))
        place = int(np.argmax(scores))
        best_so_far[name] = values[place]
        edge = place in {0, len(values) - 1} and len(values) > 1 and values[place] is not None
        grid = [score if score >= 0 else None for score in scores]
        tried.append({"parameter": name, "values": values, "scores": grid, "at_edge": edge})
    return best_so_far, tried


def alike(rung: Rung, model: Model, study: Study) -> str | None:
    """Say why a personal model is refused: users with different pasts get the same list."""
    if not rung.personal:
        return None
    task, k = study.task.part(slice(PROBED)), study.settings.metric.k
    lists = np.sort(best(model.scores(task.history, task.moment), None, k), axis=1)
    pasts = len({tuple(sorted(row.indices)) for row in task.history})
    different = len(np.unique(lists, axis=0))
    if different >= ALIKE * pasts:
        return None
    return f"{pasts} different pasts get only {different} different lists: this is not personal"


def choose(climbed: list[Climbed], settings: Settings) -> dict[str, Any]:
    """Choose by the rule from rungs in order of simplicity, and state what it rests on."""
    k = settings.metric.k
    able = [each for each in climbed if not each.refused]
    scores = np.column_stack([each.ranked.ndcg(k) for each in able])
    top = int(np.argmax(scores.mean(axis=0)))
    gaps = scores - scores[:, [top]]
    low, high = bootstrap(lambda rows: gaps[rows].mean(axis=0), np.arange(len(gaps)))
    worse = (high < 0) & (gaps.mean(axis=0) < -LITTLE * scores[:, top].mean())
    chosen = able[int(np.argmin(worse))]
    comparisons = [
        {
            "model": each.rung.name,
            "against": able[top].rung.name,
            "difference": gaps[:, place].mean(),
            "low": low[place],
            "high": high[place],
            "clear": bool(low[place] > 0 or high[place] < 0),
        }
        for place, each in enumerate(able)
        if place != top
    ]
    return {
        "chosen": chosen.rung.name,
        "best": able[top].rung.name,
        "rule": RULE,
        "reason": explain(chosen, able[top], k),
        "parameters": chosen.parameters,
        "comparisons": comparisons,
    }


def explain(chosen: Climbed, top: Climbed, k: int) -> str:
    """Return why a rung was chosen, in one sentence."""
    if chosen is top:
        return f"{chosen.rung.label} has the highest NDCG@{k}; all simpler models are clearly worse"
    return f"{chosen.rung.label} is simpler than {top.rung.label}, and not worth telling from it"


def tell(done: Climbed, study: Study) -> dict[str, Any]:
    """Return the row of the ladder for one rung."""
    rung, ranked, settings, log = done.rung, done.ranked, study.settings, study.log
    k, known = settings.metric.k, study.holdout.known
    scores = ranked.ndcg(k)
    low, high = bootstrap(lambda rows: scores[rows].mean(), np.arange(len(scores)))
    role = "model" if rung.personal else "constant"
    counts = np.bincount(known["item"], minlength=len(log.items))
    return {
        "name": rung.name,
        "label": rung.label,
        "why": rung.why,
        "role": "rule_of_thumb" if rung.name == settings.rule_of_thumb.kind else role,
        "personal": rung.personal,
        "score": scores.mean(),
        "low": low,
        "high": high,
        "folds": [scores.mean()],
        "train_score": None,
        "hit_rate": ranked.hit_rate(k).mean(),
        "recall_20": ranked.recall(20).mean(),
        **variety(ranked.lists[:, :k], counts, known["user"].nunique()),
        "fit_seconds": done.seconds,
        "parameters": done.parameters,
        "refused": done.refused,
    }


def pack(
    model: Model, popular: Model, holdout: Holdout, log: Log, settings: Settings
) -> Recommender:
    """Return the model with the past of all training users: what makes a list, in one file."""
    users = np.unique(holdout.known["user"])
    history = to_matrix(holdout.known, users, log)
    moment, repeats = float(holdout.known["time"].max()), settings.feedback.repeats == "allowed"
    return Recommender(model, popular, log.users[users], log.titles, history, moment, repeats)


__all__ = ["Climbed", "Study", "find_rung", "main", "prepare"]
