"""Step 1: tunes and compares the ladder on hidden interactions, chooses by the rule, saves."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .data import Log, load
from .kit import command, say
from .kit.ranking import Ranked, best, interval, variety
from .kit.results import save_model, write_results
from .kit.settings import Settings, load_settings
from .models import Model, Recommender, Rung, grid, make_lists, rungs
from .split import Holdout, Task, audit, describe, hide, lighten, set_task, to_matrix

LITTLE = 0.01  # of the score: with many users less is clear as well, but not worth a model
RULE = (
    "the model with the fewest tuned numbers that is not clearly worse than the best one, "
    f"or by less than {LITTLE:.0%}"
)
PROBED = 300  # users whose lists are compared by the guard
TOO_GOOD = 0.8  # of a perfect list
ALIKE = 0.2  # of the different pasts; with fewer different lists a model is not personal

Parameters = dict[str, Any]


class Study(NamedTuple):
    """What every comparison needs: the interactions to fit to, and the users to ask about."""

    settings: Settings
    log: Log
    holdout: Holdout
    light: pd.DataFrame
    task: Task

    def fit(self, rung: Rung, parameters: Parameters, frame: pd.DataFrame | None = None) -> Model:
        """Fit a rung, to all that is known if nothing else is said."""
        known = self.holdout.known if frame is None else frame
        return rung.fit(known, self.log.shape, **parameters)

    def ask(self, model: Model, depth: int = 0) -> Ranked:
        """Return the lists of the users."""
        return make_lists(model, self.task, self.settings, depth)

    def score(self, model: Model) -> float:
        """Return the mean NDCG of the users."""
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
    say(f"{len(outer.known):,} training interactions; {len(outer.hidden):,} stay hidden")
    if settings.data.demo:
        say("these data are INVENTED: a project to show needs a real set")
    climbed, k = [climb(rung, study) for rung in rungs(settings)], settings.metric.k
    choice, by = choose(climbed, k), settings.columns.time
    found = {
        "data": facts,
        "split": describe(outer, by) | {"validation_users": len(study.task.users)},
        "metric": {"name": "ndcg", "label": f"NDCG@{k}", "direction": "higher", "unit": ""},
        "leakage": audit(outer, by),
        "ladder": [tell(each, study) for each in climbed],
        "choice": choice,
        "tuning": {each.rung.name: each.tried for each in climbed if each.tried},
        "model": save_model(pack(climbed, choice["chosen"], study._replace(holdout=outer))),
    }
    write_results("train", found, time.perf_counter() - start, settings.data.file)
    say(f"chosen: {choice['reason']}")
    if why := doubt(max(each.ranked.ndcg(k).mean() for each in climbed)):
        say(f"too good? {why}")


def prepare(settings: Settings) -> tuple[Study, Holdout, dict[str, Any]]:
    """Return what the training interactions are compared by, and the split from the test."""
    log, facts = load(settings)
    outer = hide(log.frame, settings.split)
    set_task(outer, log, settings)  # refuse now, not after training, what cannot be tested
    inner = hide(outer.known, settings.split)
    task = set_task(inner, log, settings)
    return Study(settings, log, inner, lighten(inner.known, settings.split), task), outer, facts


def climb(rung: Rung, study: Study) -> Climbed:
    """Tune and fit a rung, and rank all items for the validation users."""
    parameters, tried = tune(rung, study)
    start, k = time.perf_counter(), study.settings.metric.k
    model = study.fit(rung, parameters)
    seconds = time.perf_counter() - start
    ranked, refused = study.ask(model, max(20, k)), alike(rung, model, study)
    said = ", ".join(f"{name} {value}" for name, value in parameters.items()) or "nothing tuned"
    say(f"  {rung.label}: NDCG@{k} {ranked.ndcg(k).mean():.4f}, {refused or said}")
    return Climbed(rung, parameters, tried, ranked, refused, seconds)


def doubt(score: float) -> str | None:
    """Say why a score may be too good to be true."""
    suspect = "so nearly perfect a list is suspect: look for what gives the answer away"
    return suspect if score > TOO_GOOD else None


def tune(rung: Rung, study: Study) -> tuple[Parameters, list[dict[str, Any]]]:
    """Choose one parameter after the other: far fewer fits than all combinations.

    First how fast interactions age, because the others depend on it most. Values with which
    everybody gets the same list are no candidates.
    """
    chosen: Parameters = {}
    tried = []
    for name, values in grid(rung, study.settings).items():
        models = (study.fit(rung, chosen | {name: value}, study.light) for value in values)
        scores = [None if alike(rung, model, study) else study.score(model) for model in models]
        place = int(np.argmax([-1.0 if score is None else score for score in scores]))
        chosen[name] = values[place]
        edge = len(values) > 1 and place in {0, len(values) - 1} and values[place] is not None
        say(f"    {rung.label}: {name} {chosen[name]}")  # large data take minutes
        tried.append({"parameter": name, "values": values, "scores": scores, "at_edge": edge})
    return chosen, tried


def alike(rung: Rung, model: Model, study: Study) -> str | None:
    """Say why a personal model is refused: users with different pasts get the same list."""
    if not rung.personal:
        return None
    task, k = study.task.part(slice(PROBED)), study.settings.metric.k
    lists = np.sort(best(model.scores(task.history, task.moment), None, k), axis=1)
    pasts = len({row.indices.tobytes() for row in task.history.sorted_indices()})
    different = len(np.unique(lists, axis=0))
    if different >= ALIKE * pasts:
        return None
    return f"refused: {pasts} different pasts get only {different} different lists"


def choose(climbed: list[Climbed], k: int) -> dict[str, Any]:
    """Choose by the rule from rungs in order of simplicity, and state what it rests on."""
    able = [each for each in climbed if not each.refused]
    scores = np.column_stack([each.ranked.ndcg(k) for each in able])
    top = int(np.argmax(scores.mean(axis=0)))
    gaps = scores - scores[:, [top]]
    low, high = interval(gaps)
    worse = (high < 0) & (gaps.mean(axis=0) < -LITTLE * scores[:, top].mean())
    chosen, best_one = able[int(np.argmin(worse))], able[top].rung
    reason = f"{best_one.label} has the highest NDCG@{k}; all simpler models are clearly worse"
    if chosen is climbed[0]:
        reason = f"{chosen.rung.label} is the simplest, and no other model is clearly better"
    elif chosen is not able[top]:
        reason = f"{chosen.rung.label} is simpler than {best_one.label}, and not clearly worse"
    table = pd.DataFrame({"model": [each.rung.name for each in able], "against": best_one.name})
    table = table.assign(difference=gaps.mean(axis=0), low=low, high=high)
    table = table.assign(clear=(low > 0) | (high < 0)).drop(index=top)
    return {
        "chosen": chosen.rung.name,
        "best": best_one.name,
        "rule": RULE,
        "reason": reason,
        "parameters": chosen.parameters,
        "comparisons": table.to_dict("records"),
    }


def tell(done: Climbed, study: Study) -> dict[str, Any]:
    """Return the row of the ladder for one rung."""
    rung, known, k = done.rung, study.holdout.known, study.settings.metric.k
    scores = done.ranked.ndcg(k)
    low, high = interval(scores)
    thumb = rung.name == study.settings.rule_of_thumb.kind
    role = "rule_of_thumb" if thumb else "model" if rung.personal else "constant"
    counts = np.bincount(known["item"], minlength=len(study.log.items))
    row: dict[str, Any] = {"name": rung.name, "label": rung.label, "why": rung.why, "role": role}
    row |= {"personal": rung.personal, "refused": done.refused, "train_score": None}
    row |= {"score": scores.mean(), "low": low, "high": high, "folds": [scores.mean()]}
    row |= {"hit_rate": done.ranked.hit_rate(k).mean(), "recall_20": done.ranked.recall(20).mean()}
    row |= variety(done.ranked.lists[:, :k], counts, known["user"].nunique())
    return row | {"fit_seconds": done.seconds, "parameters": done.parameters}


def pack(climbed: list[Climbed], chosen: str, study: Study) -> Recommender:
    """Return the chosen model, fitted to all training interactions, with what makes a list."""
    done = {each.rung.name: each for each in climbed}
    model, newcomers = (
        study.fit(done[name].rung, done[name].parameters)
        for name in (chosen, study.settings.rule_of_thumb.kind)
    )
    known, log = study.holdout.known, study.log
    users, moment = np.unique(known["user"]), float(known["time"].max())
    repeats = study.settings.feedback.repeats == "allowed"
    history = to_matrix(known, users, log)
    return Recommender(model, newcomers, log.users[users], log.titles, history, moment, repeats)
