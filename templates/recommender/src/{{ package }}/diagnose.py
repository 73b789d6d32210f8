"""Asks why the chosen model errs and what would help; looks at training interactions only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .cases import titles, worst_users
from .command import run_command, say
from .comparison import fit
from .data import Log, load
from .learning import SHARES, by_past, extrapolate
from .models import Model, Rung, find_rung
from .project import Settings, load_settings
from .ranking import Ranked, best, interval, rank
from .results import Results, read_results, update_results
from .slices import FEWEST, by_activity
from .split import Holdout, Task, hide, lighten, matrix, task
from .train import popularity

NEWCOMERS = 0.1  # share of users that a model never sees, to measure what newcomers get
LONGEST = 10  # past interactions that each of them must have


class Study(NamedTuple):
    """Known and hidden training interactions, and the chosen rung, for the questions below."""

    settings: Settings
    log: Log
    training: pd.DataFrame
    holdout: Holdout
    task: Task
    rung: Rung
    parameters: dict[str, Any]
    tuned: dict[str, dict[str, Any]]

    @property
    def k(self) -> int:
        """The length of a list."""
        return self.settings.metric.k

    def fit(
        self, known: pd.DataFrame, rung: Rung | None = None, changed: dict[str, Any] | None = None
    ) -> Model:
        """Return the chosen rung, or another one, fitted to some interactions as it was tuned."""
        taken = rung or self.rung
        parameters = (self.tuned.get(taken.name, {}) if rung else self.parameters) | (changed or {})
        return fit(taken, parameters, self.settings, self.log, self.holdout._replace(known=known))

    def rank(self, model: Model, asked: Task | None = None) -> Ranked:
        """Return the lists of the validation users, or of others."""
        return rank(
            model, asked or self.task, self.k, repeats=self.settings.feedback.repeats == "allowed"
        )


def main() -> None:
    """Run this step as a command."""
    run_command(diagnose)


def diagnose(root: Path) -> None:
    """Measure bias, variance, learning curves, newcomers and errors of the chosen model."""
    start, settings = time.perf_counter(), load_settings(root)
    results = read_results(root)
    study = prepare(root, settings, results)
    say(f"diagnosing {study.rung.name}: training score, slices, worst users")
    model = study.fit(study.holdout.known)
    ranked = study.rank(model)
    errors = {
        "slices": by_activity(ranked, study.task, study.k),
        **worst_users(root, study.log, study.task, ranked, study.k),
    }
    say("learning curve, newcomers, validation curve")
    diagnosis = {
        **judge(study, results, ranked),
        **learning_curve(study),
        "newcomers": newcomers(study, results),
        "validation_curve": validation_curve(study, results),
        "seed_spread": spread(study),
    }
    parts = {
        "diagnosis": diagnosis,
        "errors": errors,
        "split_comparison": compare_splits(study, results),
        "similar": similar_items(study, model),
        "newcomer": example_newcomer(study, model),
    }
    update_results(root, parts, {"diagnose": time.perf_counter() - start})
    say(f"verdict: {diagnosis['verdict']}. {diagnosis['advice']}")


def prepare(root: Path, settings: Settings, results: Results) -> Study:
    """Return the training interactions and the chosen rung as `train` left it."""
    log, _ = load(root, settings)
    training = hide(log.frame, settings.split).known
    holdout = hide(training, settings.split)
    tuned = {rung["name"]: rung["parameters"] for rung in results["ladder"]}
    choice = results["choice"]
    asked = task(holdout, log, settings, role="validation")
    return Study(
        settings,
        log,
        training,
        holdout,
        asked,
        find_rung(choice["chosen"]),
        choice["parameters"],
        tuned,
    )


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
        "What is left may be chance: look at the worst lists before the model.",
    ),
}


def learning_curve(study: Study) -> dict[str, Any]:
    """Return NDCG of the same users when the model was fitted to a part of all users."""
    known, points, scores = study.holdout.known, [], []
    order = np.random.default_rng(0).permutation(known["user"].unique())
    for share in SHARES:
        users = order[: max(2, round(share * len(order)))]
        part = known[known["user"].isin(users)]
        values = study.rank(study.fit(part)).ndcg(study.k)
        scores.append(values)
        low, high = interval(values)
        points.append(
            {
                "rows": len(users),
                "interactions": len(part),
                "validation": values.mean(),
                "low": low,
                "high": high,
            }
        )
    sizes = np.array([point["rows"] for point in points], dtype=float)
    return {"learning_curve": points} | extrapolate(sizes, np.array(scores))


def newcomers(study: Study, results: Results) -> dict[str, Any]:
    """Return NDCG of users that the model never saw, by how much of their past it is told."""
    asked, known = study.task, study.holdout.known
    able = np.flatnonzero(np.diff(asked.history.indptr) >= LONGEST)
    count = min(len(able) // 2, max(FEWEST, round(NEWCOMERS * len(study.log.users))))
    if count < FEWEST:
        return {}
    rows = np.sort(np.random.default_rng(0).permutation(able)[:count])
    users = asked.users[rows]
    asked = Task(users, asked.history[rows], asked.hidden[rows], asked.moment[rows])
    others = known[~known["user"].isin(users)]
    popular, personal = fallback_rung(study), personal_rung(study, results)
    curve = by_past(study.fit(others, personal), study.fit(others, popular), asked, study.k)
    return {
        "users": len(asked.users),
        "fallback": popular.name,
        "model": personal.name,
        "curve": curve,
    }


def fallback_rung(study: Study) -> Rung:
    """Return the list for somebody of whom nothing is known: the better of the popular ones."""
    return find_rung("popular lately" if "popular lately" in study.tuned else "most popular")


def personal_rung(study: Study, results: Results) -> Rung:
    """Return the chosen rung, or if that is one list for everybody the best personal one."""
    if study.rung.family != "popularity":
        return study.rung
    others = [rung for rung in results["ladder"] if rung["family"] != "popularity"]
    return find_rung(max(others, key=lambda rung: rung["score"])["name"])


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


def spread(study: Study) -> dict[str, Any]:
    """Return the score of the same study under other circumstances that should not matter.

    With times: had it been made earlier. Without: with other interactions hidden.
    """
    scores, rule = [], study.settings.split
    for part in (1.0, 0.85, 0.7):
        frame = study.training
        if rule.kind == "random":
            holdout = hide(frame, rule.model_copy(update={"seed": round(100 * part)}))
        else:
            holdout = hide(frame.iloc[: int(part * len(frame))], rule)
        asked = task(holdout, study.log, study.settings)
        known = lighten(holdout, rule).known
        scores.append(study.rank(study.fit(known), asked).ndcg(study.k).mean())
    what = (
        "hiding other interactions"
        if rule.kind == "random"
        else "made with the first 100%, 85% and 70% of the time"
    )
    return {
        "what": what,
        "scores": scores,
        "sd": np.std(scores, ddof=1),
        "min": min(scores),
        "max": max(scores),
    }


def compare_splits(study: Study, results: Results) -> dict[str, Any]:
    """Return the whole ladder under the split of this study and under others.

    Only a split by time has an end from which interactions age.
    """
    kinds = ("time", "last", "random") if study.settings.columns.time else ("random",)
    names, table = [rung["name"] for rung in results["ladder"]], []
    for kind in kinds:
        holdout = hide(study.training, study.settings.split, kind)
        asked = task(holdout, study.log, study.settings)
        known = lighten(holdout, study.settings.split).known
        scores = {}
        for name in names:
            ageing = kind != study.settings.split.kind and "half_life" in study.tuned[name]
            model = study.fit(known, find_rung(name), {"half_life": None} if ageing else {})
            scores[name] = study.rank(model, asked).ndcg(study.k).mean()
        table.append(
            {
                "kind": kind,
                "users": len(asked.users),
                "scores": scores,
                "best": max(scores, key=lambda n: scores[n]),
            }
        )
    chosen = study.rung.name
    found = {row["kind"]: {"kind": row["kind"], "score": row["scores"][chosen]} for row in table}
    return {"honest": found[study.settings.split.kind], "random": found["random"], "table": table}


def similar_items(study: Study, model: Model) -> dict[str, Any]:
    """Return for some well-known items those that the model holds most alike, with titles."""
    known = study.holdout.known
    order = np.argsort(-popularity(known, study.log), kind="stable")
    shown, source = [], study.rung.name
    if model.similar(int(order[0])) is None:
        source = "item neighbours"
        model = study.fit(known, find_rung(source))
    for item in order[:5]:
        close = model.similar(int(item))
        if close is not None:
            nearest = np.argsort(-close)[:3]
            shown.append(
                {
                    "title": study.log.items["title"].iloc[item],
                    "similar": list(study.log.items["title"].iloc[nearest]),
                }
            )
    return {"model": source, "items": shown}


def example_newcomer(study: Study, model: Model) -> dict[str, Any]:
    """Return the list of somebody who is unknown except for two well-known items."""
    order = np.argsort(-popularity(study.holdout.known, study.log), kind="stable")
    had = pd.DataFrame({"user": 0, "item": [order[1], order[min(20, len(order) - 1)]]})
    history = matrix(had, np.array([0]), study.log)
    scores = model.scores(history, np.array([study.holdout.known["time"].max()]))
    top = best(scores, history, min(5, study.k))[0]
    return {"had": titles(study.log, had["item"]), "shown": titles(study.log, top)}


if __name__ == "__main__":
    main()
