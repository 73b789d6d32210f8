"""What a learner can bet on: one change of a project, and the value that it moves.

What the steps have measured already (the learning curve, the cost at every threshold) is looked up;
for the rest a copy of the project is changed and trained. All of it is about training rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit

from ..check.repository import Repository
from ..workspace import copied, score_of
from .facts import Facts, is_number, rounded

ROLES = ("numeric", "categorical", "date", "text", "slices")
MOST = 4  # features to leave out, the most important ones first
APART = 0.05  # between two thresholds that are worth comparing
HALF = (0.35, 0.65)  # of the rows: a point of the learning curve that may stand for a half
Measure = Callable[[Repository], float | None]


@dataclass(frozen=True)
class Experiment:
    """A question of `what if`, and how to find out; `takes` says how long, in seconds."""

    key: str
    question: str
    what: str  # the value that is bet on
    before: float
    measure: Measure
    takes: float = 0.0  # 0: it was measured with the study
    share: bool = False  # told in percent or as 0.24


def find_experiments(facts: Facts) -> Iterator[Experiment]:
    """Yield the experiments that a project allows; none of them sees a test row."""
    if (facts.get("chosen") or {}).get("score") is None:
        return
    yield from find_features(facts)
    yield from find_half(facts)
    yield from find_seed(facts)
    yield from find_thresholds(facts)
    yield from find_costs(facts)
    yield from find_budgets(facts)
    yield from find_places(facts)


def name_score(facts: Facts) -> str:
    """Return what the score of the chosen model is called."""
    return f"{facts['train']['metric']['label']} of {facts['chosen']['label']} {facts['scored_on']}"


def with_score(facts: Facts, key: str, question: str, change: Callable[[Path], None]) -> Experiment:
    """Return an experiment that changes the copy and moves the validation score."""
    chosen = facts["chosen"]
    read = partial(score_of, name=chosen["name"])
    before, measure = float(chosen["score"]), partial(retrain, change, read)
    return Experiment(key, question, name_score(facts), before, measure, time_of(facts))


def time_of(facts: Facts) -> float:
    """Return how many seconds a training took."""
    return float(facts["train"].get("run", {}).get("seconds", 0)) or 1.0


def known(value: float) -> Measure:
    """Return how to measure what is known: by looking it up."""
    return lambda _: value


def retrain(
    change: Callable[[Path], None],
    read: Callable[[dict[str, Any]], float | None],
    repository: Repository,
) -> float | None:
    """Change a copy of the project, train there, and read what it measured."""
    with copied(repository) as workspace:
        change(workspace.root)
        return read(workspace.train())


def find_features(facts: Facts) -> Iterator[Experiment]:
    """Yield what leaving out an important feature does; the rule of thumb keeps its columns."""
    columns = facts["project"].get("columns", {})
    rule = facts["project"].get("rule_of_thumb", {}).get("by", [])
    features = {*columns.get("numeric", []), *columns.get("categorical", [])}
    likely = [each for each in facts.get("importance", []) if each["name"] in features - {*rule}]
    for each in likely[:MOST] if len(features) > 1 else []:
        asked = f'without the feature "{each["label"]}"'
        change = partial(drop_feature, each["name"])
        yield with_score(facts, f"without {each['name']}", asked, change)


def find_half(facts: Facts) -> Iterator[Experiment]:
    """Yield what half of the rows to learn from does: the rows to score stay the same ones."""
    curve = (facts["diagnose"].get("curves") or {}).get("learning") or {}
    points = [each for each in curve.get("points") or [] if each["validation"] is not None]
    full = points[-1] if points else None
    middle = [each for each in points if HALF[0] <= each["rows"] / points[-1]["rows"] <= HALF[1]]
    if not full or not middle:
        return
    half = min(middle, key=lambda each: abs(each["rows"] / full["rows"] - 0.5))
    asked = f"fitted to {rounded(round(half['rows']))} {facts['learning_noun']} instead of "
    yield Experiment(
        "half the rows",
        f"{asked}{rounded(round(full['rows']))}",
        name_score(facts),
        float(full["validation"]),
        known(float(half["validation"])),
    )


def find_seed(facts: Facts) -> Iterator[Experiment]:
    """Yield what another draw of the test rows does."""
    folds = facts["chosen"].get("folds", [])
    if facts["train"]["split"]["kind"] in {"random", "stratified"} and len(folds) > 1:
        asked = "with other rows set aside for the test (another seed)"
        yield with_score(facts, "another seed", asked, set_seed)


def find_thresholds(facts: Facts) -> Iterator[Experiment]:
    """Yield what acting earlier or later costs: `train` has measured it at many thresholds."""
    policy, project = facts["train"].get("policy") or {}, facts["project"]
    now, curve = policy.get("threshold"), policy.get("curve") or {}
    if not is_number(now) or not curve or "costs" not in project:
        return
    cost = partial(cost_at, curve["thresholds"], curve["costs"])
    noun = (facts["train"]["data"].get("target") or {}).get("unit") or "rows"
    money = f" in {unit}" if (unit := project["costs"].get("unit")) else ""
    what = f"cost of the mistakes per 1,000 {noun}{money}, {facts['scored_on']}"
    others = [0.5, now / 2, min(2 * now, (1 + now) / 2)]
    apart: list[float] = []
    for other in others:
        if all(abs(other - each) >= APART for each in [now, *apart]):
            apart.append(other)
            yield Experiment(
                f"threshold {other:.2g}",
                f"if the threshold were {other:.2g} instead of {now:.2g}",
                what,
                cost(now),
                known(cost(other)),
            )


def cost_at(thresholds: Sequence[float], costs: Sequence[float], wanted: float) -> float:
    """Return the cost at the measured threshold that is nearest."""
    place = min(range(len(thresholds)), key=lambda each: abs(thresholds[each] - wanted))
    return float(costs[place])


def find_costs(facts: Facts) -> Iterator[Experiment]:
    """Yield what a dearer miss does to the threshold."""
    train, project = facts["train"], facts["project"]
    threshold = (train.get("policy") or {}).get("threshold")
    classes = list(project.get("classes", {}).values())
    if is_number(threshold) and len(classes) == 2 and "costs" in project:
        common, rare = classes
        yield Experiment(
            "a miss costs twice as much",
            f"when it costs twice as much to take `{rare}` for `{common}`",
            "the threshold",
            float(threshold),
            partial(retrain, partial(double_miss, common, rare), read_threshold),
            time_of(facts),
            share=True,
        )


def find_budgets(facts: Facts) -> Iterator[Experiment]:
    """Yield what more and fewer alerts find."""
    now, project = facts["train"].get("threshold") or {}, facts["project"]
    if "budget" not in project.get("alerts", {}) or not now.get("events"):
        return
    if is_number(now.get("precision")):
        yield Experiment(
            "twice the budget", "when twice as many alerts can be looked at",
            "share of alerts that are right, on the validation rows", float(now["precision"]),
            partial(retrain, partial(scale_budget, 2.0), partial(read_alerts, "precision")),
            time_of(facts), share=True,
        )  # fmt: skip
    yield Experiment(
        "half the budget", "when only half as many alerts can be looked at",
        f"anomalies caught, of {now['events']} among the validation rows", float(now["caught"]),
        partial(retrain, partial(scale_budget, 0.5), partial(read_alerts, "caught")),
        time_of(facts),
    )  # fmt: skip


def find_places(facts: Facts) -> Iterator[Experiment]:
    """Yield what a list twice as long does to the score of a recommender."""
    places = facts["project"].get("metric", {}).get("k")
    if isinstance(places, int):
        asked = f"with {2 * places} places in a list instead of {places}"
        yield with_score(facts, "twice the places", asked, double_places)


def read_threshold(train: dict[str, Any]) -> float | None:
    """Return the threshold of a training."""
    return float(train["policy"]["threshold"])


def read_alerts(name: str, train: dict[str, Any]) -> float | None:
    """Return what alerts reach on validation rows."""
    value = train["threshold"][name]
    return None if value is None else float(value)


def edit(copy: Path, change: Callable[[Any], None]) -> None:
    """Change the project.toml of a copy."""
    place = copy / "project.toml"
    document = tomlkit.parse(place.read_text("utf-8"))
    change(document)
    place.write_text(tomlkit.dumps(document), "utf-8")


def drop_feature(name: str, copy: Path) -> None:
    """Take a feature away."""

    def change(project: Any) -> None:
        columns = project["columns"]
        for role in ROLES:
            if name in columns.get(role, []):
                columns[role].remove(name)
        columns.get("circle", {}).pop(name, None)
        project.get("known_at_prediction", {}).pop(name, None)
        columns.setdefault("drop", tomlkit.table())[name] = "left out in an experiment"

    edit(copy, change)


def set_seed(copy: Path) -> None:
    """Draw the split anew."""

    def change(project: Any) -> None:
        project["split"]["seed"] = int(project["split"].get("seed", 0)) + 1

    edit(copy, change)


def double_miss(common: str, rare: str, copy: Path) -> None:
    """Let a miss cost twice as much."""

    def change(project: Any) -> None:
        mistakes = project["costs"]["mistakes"]
        mistakes[rare][common] = 2 * mistakes[rare][common]

    edit(copy, change)


def scale_budget(factor: float, copy: Path) -> None:
    """Let more or fewer alerts be looked at."""

    def change(project: Any) -> None:
        project["alerts"]["budget"] = factor * project["alerts"]["budget"]

    edit(copy, change)


def double_places(copy: Path) -> None:
    """Let a list have twice as many places."""

    def change(project: Any) -> None:
        project["metric"]["k"] = 2 * project["metric"]["k"]

    edit(copy, change)
