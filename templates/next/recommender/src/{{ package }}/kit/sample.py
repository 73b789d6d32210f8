"""Invents the films and people of the demonstration: nothing in it is real, and all texts say so.

It has what real data have: a long tail, a few very active people, hidden tastes, and fashions.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from .results import write_file
from .settings import Items

USERS, ITEMS, TASTES, DAYS = 1500, 600, 8, 365
FIRST = (  # noqa: SIM905 - easier to read and to change
    "Silent Last Hidden Golden Broken Distant Paper Crimson Hollow Second Northern Burning Velvet "
    "Iron Gentle Electric Forgotten Wild Winter Glass"
).split()
SECOND = (  # noqa: SIM905
    "Harbour Letter Garden Signal Orchard Mirror Station River Promise Crown Shadow Lantern Voyage "
    "Summer Tower Island Engine Widow Compass Market Detective Alphabet Bridge Carnival Meadow "
    "Planet Theatre Window Wolf Clock Neighbour Painter Railway Secret Storm Teacher Violin "
    "Visitor Whale Horizon"
).split()


def make_films(ratings: Path, items: Items | None, seed: int = 0) -> None:
    """Write the two files where they are not there yet: who watched what when, and the titles."""
    if ratings.exists() and (items is None or items.file.exists()):
        return
    rng = np.random.default_rng(seed)
    appeal = rng.dirichlet(np.full(TASTES, 0.15), ITEMS)  # how much of each taste a film serves
    fame, release = rng.lognormal(0, 1, ITEMS), rng.uniform(-2 * DAYS, DAYS, ITEMS)
    liking = rng.dirichlet(np.full(TASTES, 0.2), USERS) @ appeal.T
    count = np.minimum(rng.lognormal(2.7, 1.1, USERS).astype(int) + 1, ITEMS // 4)
    visits = pd.DataFrame({"user": np.repeat(np.arange(USERS), count)})
    joined = rng.uniform(-DAYS / 3, 0.95 * DAYS, USERS)[visits["user"]]
    visits["day"] = joined + rng.exponential(60, len(visits))
    visits = visits[visits["day"].between(0, DAYS)].sort_values("day", ignore_index=True)
    age = visits["day"].to_numpy()[:, None] - release
    fashion = fame * (0.05 + np.exp(-np.maximum(age, 0) / 60)) * (age > 0)
    chance = np.cumsum(fashion * (0.05 + liking[visits["user"]]) ** 2, axis=1)
    drawn = rng.random((len(visits), 1)) * chance[:, -1:]
    visits["film"] = (chance < drawn).sum(axis=1)
    visits = visits.drop_duplicates(["user", "film"])
    stars = 2.4 + 5 * liking[visits["user"], visits["film"]] + rng.normal(0, 0.9, len(visits))
    visits["stars"] = np.clip(np.round(stars), 1, 5).astype(int)
    visits["day"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(visits["day"], unit="D")
    visits["day"] = visits["day"].dt.floor("s")
    pairs = rng.permutation(len(FIRST) * len(SECOND))[:ITEMS]
    titles = [f"{FIRST[pair % len(FIRST)]} {SECOND[pair // len(FIRST)]}" for pair in pairs]
    films = pd.DataFrame({"film": range(ITEMS), "title": titles})
    write_file(ratings, visits.to_csv(index=False, lineterminator="\n").encode())
    if items:
        write_file(items.file, films.to_csv(index=False, lineterminator="\n").encode())
