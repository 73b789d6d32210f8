"""What the code of a repository says of split, models and settings: it is read, never run.

A number or a name that stands in it is the truth; where two places disagree there is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..check.findings import Finding, Rule
from ..check.inspection import RULES, placed
from ..check.repository import Repository, Source
from ..check.scores import find_scores

SPLITS = {
    "TimeSeriesSplit": "time",
    "GroupKFold": "group",
    "GroupShuffleSplit": "group",
    "LeaveOneGroupOut": "group",
    "StratifiedKFold": "stratified",
    "StratifiedShuffleSplit": "stratified",
    "KFold": "random",
    "ShuffleSplit": "random",
    "train_test_split": "random",
}
KINDS = {
    "time": ("in time order", "by time", "by date", "last"),
    "random": ("at random", "random", "shuffled"),
    "stratified": ("stratified",),
    "group": ("by group", "group"),
}
MODELS = ("Classifier", "Regressor", "Regression", "Ridge", "Lasso", "SVC", "SVR", "NB", "Forest")
NO_MODELS = ("GridSearch", "Randomized", "Dummy", "Calibrated", "Transformed", "Multi", "OneVs")
SETTINGS = {
    "n_estimators": "trees or rounds",
    "max_depth": "levels of depth",
    "n_neighbors": "neighbours",
    "n_splits": "folds",
    "cv": "folds",
    "epochs": "epochs",
    "n_clusters": "clusters",
}
READERS = frozenset({"read_csv", "read_parquet", "read_excel", "read_json"})
# Findings of `check` that an interviewer would stop at, the gravest first.
GRAVE = ("EV04", "LK01", "LK02", "LK05", "LK06", "EV07", "EV15", "RP04", "RD03", "RD07", "HY03")
MOST = 5  # of these questions


@dataclass
class Code:
    """What calls say, each with the place of its first statement."""

    splits: dict[str, str] = field(default_factory=dict)
    sizes: dict[float, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[tuple[str, int], str] = field(default_factory=dict)
    metrics: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)

    def read(self, call: ast.Call, place: str) -> None:
        """Note what one call says."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        if name in SPLITS:
            self.read_split(name, call, place)
        if name.endswith(MODELS) and name[:1].isupper() and not name.startswith(NO_MODELS):
            self.models.setdefault(name, place)
        for setting, value in literals(call).items():
            if setting in SETTINGS and type(value) is int:
                self.settings.setdefault((setting, value), place)
        if (
            name.endswith(("_score", "_error", "_loss"))
            and "best" not in name
            and "val" not in name
        ):
            self.metrics.setdefault(name, place)
        if name in READERS and call.args and isinstance(call.args[0], ast.Constant):
            self.data.setdefault(str(call.args[0].value), place)

    def read_split(self, name: str, call: ast.Call, place: str) -> None:
        """Note how rows are divided, and how many are kept for the test."""
        kind, said = SPLITS[name], literals(call)
        if name == "train_test_split":
            stratify = next((each.value for each in call.keywords if each.arg == "stratify"), None)
            if said.get("shuffle") is False:
                kind = "time"
            elif stratify is not None and said.get("stratify", 0) is not None:
                kind = "stratified"
        self.splits.setdefault(kind, place)
        if isinstance(size := said.get("test_size"), float):
            self.sizes.setdefault(size, place)


def literals(call: ast.Call) -> dict[str, Any]:
    """Return the keyword arguments of a call that are plain values."""
    return {
        each.arg: each.value.value
        for each in call.keywords
        if each.arg and isinstance(each.value, ast.Constant)
    }


def read_code(repository: Repository) -> dict[str, Any]:
    """Return what modules and notebooks say, outside of tests, as the bank reads it."""
    code = Code()
    for source in sorted(repository.sources, key=lambda each: each.path.endswith(".ipynb")):
        if "test" not in source.path.rpartition("/")[2]:
            read_module(source, code)
    names = [name for name, _ in code.settings]
    settings = [
        {"name": name, "value": value, "words": SETTINGS[name], "place": place}
        for (name, value), place in code.settings.items()
        if names.count(name) == 1
    ]
    return {
        "kinds": KINDS,
        "claim": read_claim(repository),
        "split": only(code.splits),
        "size": only(code.sizes),
        "setting": settings[0] if settings else None,
        "models": [
            {"name": name, "label": spoken(name), "place": place}
            for name, place in code.models.items()
        ],
        "metrics": [{"name": name, "place": place} for name, place in code.metrics.items()],
        "data": [{"name": name, "place": place} for name, place in code.data.items()],
    }


def read_claim(repository: Repository) -> dict[str, Any] | None:
    """Return the first result that the README claims, with its line."""
    path, lines = repository.readme
    if claim := next(find_scores(lines, path), None):
        known = {"metric": claim.metric, "value": claim.value, "shown": claim.shown}
        return {**known, "share": claim.is_share, "place": claim.place}
    return None


def read_module(source: Source, code: Code) -> None:
    """Note what the calls of one module say."""
    for node in source.nodes:
        if isinstance(node, ast.Call):
            code.read(node, source.place(node.lineno))


def only(found: dict[Any, str]) -> dict[str, Any] | None:
    """Return the one thing that was found with its place; None where there are several."""
    if len(found) != 1:
        return None
    value, place = next(iter(found.items()))
    return {"value": value, "place": place}


def spoken(name: str) -> str:
    """Return `random forest` for `RandomForestClassifier`."""
    words = "".join(f" {each}" if each.isupper() else each for each in name).split()
    kept = words[:-1] if words[-1] in {"Classifier", "Regressor"} else words
    return " ".join(kept).lower()


def grave_findings(repository: Repository) -> Iterator[tuple[type[Rule], Finding]]:
    """Yield what a reviewer would stop at first, with the rule."""
    rules = {rule.code: rule for rule in RULES}
    found = 0
    for code in GRAVE:
        finding = next(rules[code]().find(repository), None) if code in rules else None
        if finding and finding.place:
            yield rules[code], placed(finding, repository)
            found += 1
        if found == MOST:
            return
