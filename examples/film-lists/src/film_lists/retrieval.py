"""Asks what serving costs: scoring every item, or only those in the most promising cells."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
from scipy.cluster.vq import kmeans2

from .arrays import Matrix
from .factors import Factors
from .split import Task

USERS = 200
MILLION = 1_000_000
SHARES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def time_retrieval(model: Factors, task: Task, k: int) -> dict[str, Any]:
    """Return time and recall of a search in few cells of items, against scoring all of them.

    First stage: the cells whose centres score highest. Second stage: exact scores of their items.
    """
    people = users_as_points(model, task)
    exact = np.argsort(-(people @ model.points.T), axis=1)[:, :k]
    cells = max(2, int(np.sqrt(len(model.points))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an empty cell is no harm
        centres, cell = kmeans2(model.points.astype(float), cells, iter=10, minit="++", seed=0)
    members = [np.flatnonzero(cell == number) for number in range(cells)]
    sweep = []
    for probes in sorted({max(1, round(share * cells)) for share in SHARES}):
        begin = time.perf_counter()
        found = [search(person, model.points, centres, members, probes, k) for person in people]
        seconds = time.perf_counter() - begin
        kept = np.mean(
            [len(np.intersect1d(a, b)) / k for a, (b, _) in zip(exact, found, strict=True)]
        )
        scored = np.mean([n for _, n in found]) / len(model.points)
        sweep.append(
            {
                "probed": probes,
                "scored": scored,
                "recall": kept,
                "milliseconds": 1000 * seconds / len(people),
            }
        )
    return {
        "items": len(model.points),
        "cells": cells,
        "sweep": sweep,
        **time_exact(model.points, people, k),
    }


def users_as_points(model: Factors, task: Task) -> Matrix:
    """Return the points of the first users."""
    history = task.history[:USERS]
    shared = model.points.T @ model.points + model.penalty * np.eye(
        model.points.shape[1], dtype=np.float32
    )
    return np.stack(
        [model.fold_in(items, shared) for items in np.split(history.indices, history.indptr[1:-1])]
    )


def search(
    person: Matrix, points: Matrix, centres: Matrix, members: list[Any], probes: int, k: int
) -> tuple[Any, int]:
    """Return the best items in the most promising cells, and how many were scored."""
    nearest = np.argsort(-(centres @ person))[:probes]
    candidates = np.concatenate([members[number] for number in nearest])
    scores = points[candidates] @ person
    return candidates[np.argsort(-scores)[:k]], len(candidates)


def time_exact(points: Matrix, people: Matrix, k: int) -> dict[str, float]:
    """Return milliseconds per user for all items, and for a million made by repeating them."""
    many = np.tile(points, (-(-MILLION // len(points)), 1))[:MILLION]
    found = {}
    for name, catalogue, count in (("exact", points, 50), ("exact_million", many, 5)):
        begin = time.perf_counter()
        for person in people[:count]:
            scores = catalogue @ person
            np.argpartition(-scores, k)[:k]
        found[f"{name}_milliseconds"] = (
            1000 * (time.perf_counter() - begin) / min(count, len(people))
        )
    return found
