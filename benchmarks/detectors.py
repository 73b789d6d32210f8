"""Runs inside an anomaly project called `study`, with PyOD: its ladder beside PyOD's detectors.

The protocol is that of ADBench (Han et al., 2022). Per seed: at most 10,000 rows, at least 1,000
(drawn); 70 % to fit, without labels but with their anomalies, 30 % to score; stratified; scaled to
0-1. PyOD's detectors have their defaults.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from study.kit.settings import load_settings
from study.models import LADDER, build, prior, strangeness

PYOD = {
    "IForest": "iforest",
    "ECOD": "ecod",
    "COPOD": "copod",
    "HBOS": "hbos",
    "PCA": "pca",
    "KNN": "knn",
    "LOF": "lof",
    "CBLOF": "cblof",
    "OCSVM": "ocsvm",
}
Detect = Callable[[pd.DataFrame, pd.DataFrame, int], Any]  # train, test, seed -> anomaly scores
Sample = tuple[pd.DataFrame, pd.DataFrame, Any, int]  # train, test, labels of test, seed
Reached = dict[str, dict[str, Any]]  # detector -> set -> ROC-AUC, average precision, seconds


def main() -> None:
    """Print the means over all sets, and some detectors set by set."""
    warnings.simplefilter("ignore")
    sets, seeds = sorted(Path(sys.argv[1]).glob("*.npz")), range(1, int(sys.argv[2]) + 1)
    detectors = {f"project: {rung.label}": ours(rung.name) for rung in LADDER}
    detectors |= {f"PyOD: {name}": theirs(name) for name in PYOD}
    reached: Reached = defaultdict(dict)
    for path in sets:
        samples = [draw(path, seed) for seed in seeds]
        for name, detect in detectors.items():
            try:
                runs = [score(detect, *sample) for sample in samples]
            except Exception as error:  # noqa: BLE001 - PyOD's raise all kinds
                print(f"{name} failed on {path.stem}: {error}", file=sys.stderr)
                continue
            reached[name][path.stem] = np.mean(runs, axis=0)
        print(path.stem, "done", file=sys.stderr)
    show_means(reached, len(sets))
    show_sets(reached, [path.stem for path in sets])


def ours(name: str) -> Detect:
    """Return a detector of the project's ladder, with its preprocessing."""
    settings = load_settings()

    def detect(train: pd.DataFrame, test: pd.DataFrame, seed: int) -> Any:
        split = settings.split.model_copy(update={"seed": seed})
        detector = build(name, settings.model_copy(update={"split": split}))
        return strangeness(detector.fit(train), test)

    return detect


def theirs(name: str) -> Detect:
    """Return a detector of PyOD with its defaults."""

    def detect(train: pd.DataFrame, test: pd.DataFrame, seed: int) -> Any:
        kind = getattr(import_module(f"pyod.models.{PYOD[name]}"), name)
        seeded = "random_state" in kind.__init__.__code__.co_varnames
        model = kind(**({"random_state": seed} if seeded else {})).fit(train.to_numpy())
        return model.decision_function(test.to_numpy())

    return detect


def draw(path: Path, seed: int) -> Sample:
    """Return training features, test features, test labels and the seed."""
    with np.load(path) as arrays:
        X, y = arrays["X"].astype(float), arrays["y"].ravel()
    size = min(max(len(X), 1000), 10_000)
    if size != len(X):
        rows = np.random.default_rng(seed).choice(len(X), size, replace=size > len(X))
        X, y = X[rows], y[rows]
    train, test, _, labels = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    scaler = MinMaxScaler().fit(train)
    names = [f"x{place}" for place in range(1, X.shape[1] + 1)]
    tables = [pd.DataFrame(scaler.transform(part), columns=names) for part in (train, test)]
    return tables[0], tables[1], labels, seed


def score(
    detect: Detect, train: pd.DataFrame, test: pd.DataFrame, labels: Any, seed: int
) -> tuple[float, float, float]:
    """Return ROC-AUC, average precision, and the seconds to fit and score."""
    start = time.perf_counter()
    scores = detect(train, test, seed)
    seconds = time.perf_counter() - start
    return roc_auc_score(labels, scores), average_precision_score(labels, scores), seconds


def show_means(reached: Reached, count: int) -> None:
    """Print the mean over all sets of every detector that failed on none."""
    means = {
        name: np.mean(list(each.values()), axis=0)
        for name, each in reached.items()
        if len(each) == count
    }
    default = next(rung.label for rung in LADDER if rung.name == prior(load_settings())[0])
    print("| detector | ROC-AUC | average precision | seconds, fit and score |")
    print("|---|---:|---:|---:|")
    for name in sorted(means, key=lambda name: -means[name][0]):
        mark = " (the default)" if name == f"project: {default}" else ""
        area, precision, seconds = means[name]
        print(f"| {name}{mark} | {area:.4f} | {precision:.4f} | {seconds:.2f} |")
    print(f"\nFailed on a set: {', '.join(sorted(set(reached) - set(means))) or 'none'}.\n")


def show_sets(reached: Reached, sets: list[str]) -> None:
    """Print ROC-AUC and average precision of some detectors, set by set."""
    shown = ["project: rule of thumb", "project: isolation forest", "PyOD: IForest", "PyOD: ECOD"]
    print(f"| ROC-AUC, average precision | {' | '.join(shown)} |")
    print(f"|---|{'---:|' * len(shown)}")
    for name in sets:
        cells = (f"{reached[each][name][0]:.3f}, {reached[each][name][1]:.3f}" for each in shown)
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
