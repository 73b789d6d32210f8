"""Compares new rows with the training rows, and tells cron or CI by its exit code."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from ..kit import Stop, explained
from ..kit.intervals import Vector, bootstrap
from ..kit.project import Monitor
from .drift import Finding, compare, count, cut
from .opening import Opened, open_model
from .outcome import known_rows, predict, read_target, score
from .rows import conform, read_pieces, unlike

FEWEST = 30  # rows or labels: of fewer nothing can be said
LABELS = 50_000  # kept for the score: of more, every second one is dropped
UNREAD = 0.01  # share of values that may be unreadable without an alarm
NEW, UNKNOWN = "is like none of the training rows", "is not declared in project.toml"


def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(description="Compare the rows of a file with training.")
    parser.epilog = "exit code: 0 no alarm, 3 a limit of [monitor] is passed, 1 an error"
    parser.add_argument("file", type=Path, help="CSV with the declared columns, target or not")
    file, found = parser.parse_args().file, set()
    explained(lambda: found.update(monitor(file)))
    sys.exit(3 if "alarm" in found else 0)


def monitor(path: Path) -> list[str]:
    """Print what is new, alarms first, and return the level of each line."""
    opened = open_model()
    watch, limits = Watch(opened), opened.settings.monitor
    for piece in read_pieces(path, opened.settings.data):
        watch.add(piece)
    if watch.rows < FEWEST:
        raise Stop(f"{path} has {watch.rows} rows", f"of fewer than {FEWEST} nothing can be said")
    findings = sorted(watch.drift(limits) + watch.score(limits))
    print(*(f"{level}: {said}" for level, said in findings), sep="\n")
    levels = [level for level, _ in findings]
    print(limits.retrain if "alarm" in levels else f"no alarm in {watch.rows:,} rows")
    return levels


class Watch:
    """Counts new rows piece by piece, in the bins in which the training rows were counted."""

    def __init__(self, opened: Opened) -> None:
        known, self.target = known_rows(opened.settings), opened.settings.columns.target
        names = [item["name"] for item in opened.inputs if item["kind"] != "date"]
        self.bins = {name: cut(known[name]) for name in [*names, self.target]}
        old = {name: count(known[name], bins) for name, bins in self.bins.items()}
        self.counts = {name: np.stack([0 * counts, counts]) for name, counts in old.items()}
        self.opened, self.rows, self.step = opened, 0, 1
        self.noted: Counter[tuple[str, str]] = Counter()  # column and sentence -> rows
        self.labels: list[tuple[Vector, Vector]] = []  # target, what the model told

    def add(self, raw: pd.DataFrame) -> None:
        """Count a piece, and note what cannot be read and what was never seen."""
        opened, settings = self.opened, self.opened.settings
        X, problems = conform(raw, opened.inputs, settings.data)
        self.rows += len(raw)
        new, declared = unlike(X, opened.inputs), {*settings.columns.declared}
        self.noted.update({(str(name), NEW): int(new[name].sum()) for name in new})
        self.noted.update(zip(problems["column"], problems["problem"], strict=True))
        self.noted.update({(name, "is absent"): len(raw) for name in {*X} - {*raw}})
        self.noted.update({(name, UNKNOWN): len(raw) for name in {*raw} - declared})
        if self.target in raw:
            y = read_target(raw[self.target], settings)
            kept = np.flatnonzero(y.notna())[:: self.step]
            self.labels.append((y.iloc[kept].to_numpy(), predict(opened.model, X.iloc[kept])))
            X[self.target] = y
        for name in self.bins.keys() & {*X}:
            self.counts[name][0] += count(X[name], self.bins[name])
        if sum(len(y) for y, _ in self.labels) > LABELS:
            self.step *= 2
            self.labels = [(y[::2], told[::2]) for y, told in self.labels]

    def drift(self, limits: Monitor) -> list[Finding]:
        """Return what is new in the columns."""
        label, found = self.opened.settings.columns.label, []
        for (name, what), rows in self.noted.items():
            severe = what not in {NEW, UNKNOWN} and rows > UNREAD * self.rows
            said = f"{label(name)} {what}: {rows:,} of {self.rows:,} rows"
            found += [("alarm" if severe else "notice", said)] if rows else []
        for name, counts in self.counts.items():
            if counts[0].any():
                found += compare(label(name), counts, len(self.counts), limits)
        return found

    def score(self, limits: Monitor) -> list[Finding]:
        """Return how good the model is where the target is known, beside its validation score."""
        if sum(len(y) for y, _ in self.labels) < FEWEST:
            return []
        y, told = (np.concatenate(each) for each in zip(*self.labels, strict=True))
        train = self.opened.results["train"]
        metric, blocks = train["metric"], np.arange(len(y)) * min(len(y), 200) // len(y)
        value = score(metric["name"], y, told)
        ends = bootstrap(lambda at: score(metric["name"], y[at], told[at]), blocks, draws=200)
        scores = {rung["name"]: rung["score"] for rung in train["ladder"]}
        before, (low, high) = scores[train["choice"]["chosen"]], ends
        worse = low > before * (1 + limits.worse)
        if metric["direction"] == "higher":
            worse = high < before * (1 - limits.worse)
        said = f"{metric['label']} {value:.4g} ({low:.4g} to {high:.4g}) on {len(y):,} labels"
        return [("alarm" if worse else "score", f"{said}, {before:.4g} in validation")]
