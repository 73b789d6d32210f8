"""Asks what choosing a detector by benchmark labels is worth on a set that had no say in it.

The best of many on all sets flatters itself: their labels chose it. Here the choice is made again
for each set, by the labels of the others only: among the single detectors of the ladder, and among
these and the weighted means of every two of them.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score
from study.ensemble import MeanOfRanks, log_share
from study.models import LADDER
from study.project import Settings

WEIGHTS = ((1, 1), (3, 1), (1, 3))
Sample = tuple[pd.DataFrame, pd.DataFrame, Any, int]  # train, test, labels of test, seed
Tried = dict[str, dict[str, Any]]  # candidate -> set -> ROC-AUC, average precision


def try_candidates(samples: list[Sample], settings: Settings) -> dict[str, Any]:
    """Return ROC-AUC and average precision of every candidate, as means over the samples."""
    runs = [try_once(sample, settings) for sample in samples]
    return {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}


def try_once(sample: Sample, settings: Settings) -> dict[str, tuple[float, float]]:
    """Return what every candidate reaches on one sample; each single detector is fitted once."""
    train, test, labels, seed = sample
    singles, ranks = {}, {}
    for rung in LADDER:
        if rung.baseline or isinstance(rung.detect(0.1, 0), MeanOfRanks):
            continue
        model = rung.make(settings, seed).fit(train)
        singles[rung.name] = model.score_samples(test)
        ranks[rung.name] = log_share(np.sort(model.score_samples(train)), singles[rung.name])
    means = {
        f"{one} and {two}, {weights[0]} to {weights[1]}": np.average(
            [ranks[one], ranks[two]], axis=0, weights=weights
        )
        for one, two in combinations(ranks, 2)
        for weights in WEIGHTS
    }
    return {
        name: (roc_auc_score(labels, -scores), average_precision_score(labels, -scores))
        for name, scores in (singles | means).items()
    }


def show_left_out(tried: Tried, sets: list[str]) -> None:
    """Print what choices by the other sets reach, beside the choice by all sets."""
    print("\n| candidates | chosen by | ROC-AUC | average precision | chosen (how often) |")
    print("|---|---|---:|---:|---|")
    single = {name: found for name, found in tried.items() if " and " not in name}
    for candidates in (single, tried):
        for left_out, said in ((True, "the other sets"), (False, "all sets")):
            chosen = {
                each: choose(candidates, [name for name in sets if not left_out or name != each])
                for each in sets
            }
            area, precision = np.mean([tried[chosen[each]][each] for each in sets], axis=0)
            names = ", ".join(f"{name} ({n})" for name, n in Counter(chosen.values()).items())
            print(f"| {len(candidates)} | {said} | {area:.4f} | {precision:.4f} | {names} |")


def choose(tried: Tried, sets: list[str]) -> str:
    """Return the candidate with the best mean ROC-AUC over the sets."""
    return max(tried, key=lambda name: float(np.mean([tried[name][each][0] for each in sets])))
