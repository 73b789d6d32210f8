"""Ranks items that nobody had yet, by what is written about them: genres, or words of the title."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from .arrays import Vector
from .data import Log
from .project import Settings
from .split import Holdout, matrix

FEWEST = 20  # users; the mean over fewer is mostly luck


def describe_items(log: Log, settings: Settings) -> sp.csr_matrix:
    """Return items by terms, rare terms weighing more, every row of length 1."""
    tagged = settings.items is not None and bool(settings.items.tags)
    if tagged and settings.items is not None:
        texts = log.items["tags"].str.split(settings.items.tag_separator, regex=False)
    else:
        texts = log.items["title"].str.lower().str.findall(r"[a-z]{3,}")
    pairs = texts.explode().dropna()
    pairs = pairs[pairs != ""]
    codes, terms = pairs.factorize()
    ones = np.ones(len(pairs))
    counts = sp.csr_matrix(
        (ones, (pairs.index.to_numpy(), codes)), shape=(len(log.items), max(1, len(terms)))
    )
    rarity = np.log(len(log.items) / np.maximum(1, np.diff(counts.tocsc().indptr)))
    weighted = counts @ sp.diags(rarity)
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1))).ravel()
    return sp.csr_matrix(sp.diags(1 / np.maximum(length, 1e-9)) @ weighted)


def rank_new_items(log: Log, holdout: Holdout, settings: Settings) -> dict[str, Any] | None:
    """Return how often a new item that a user took is among the first k of all new items.

    A model that learns from interactions cannot rank these at all; chance gives k of them.
    """
    known, hidden, k = holdout.known, holdout.hidden, settings.metric.k
    new = np.setdiff1d(hidden["item"], known["item"])
    taken = hidden[hidden["item"].isin(new) & hidden["user"].isin(known["user"])]
    users = np.unique(taken["user"])
    if len(new) < 2 * k or len(users) < FEWEST:
        return None
    users = users[: settings.split.most_users]
    terms = describe_items(log, settings)
    profiles = matrix(known, users, log) @ terms
    likeness = (profiles @ terms[new].T).toarray()
    likeness += 1e-9 * np.random.default_rng(0).random(likeness.shape)  # ties in random order
    order = np.argsort(-likeness, axis=1)[:, :k]
    hidden_new = matrix(taken, users, log)[:, new]
    hits = np.stack(
        [np.asarray(hidden_new[row, items].todense()).ravel() for row, items in enumerate(order)]
    )
    recall: Vector = hits.sum(axis=1) / np.diff(hidden_new.indptr)
    return {
        "new_items": len(new),
        "users": len(users),
        "recall": recall.mean(),
        "chance": k / len(new),
        "by": "tags" if settings.items and settings.items.tags else "titles",
    }
