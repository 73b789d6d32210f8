"""Makes the demonstration data: invented films, and people with hidden tastes who rate them.

Nothing in it is real. It has what real data have: a long tail of items that hardly anybody knows,
a few people who rate most, tastes that the genres show only in part, and fashions that pass.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

USERS, ITEMS, TASTES = 2000, 800, 8
DAY = 86_400
START = 1_704_067_200  # 2024-01-01
DAYS = 365

GENRES = ("Adventure", "Comedy", "Crime", "Drama", "Fantasy", "Horror", "Romance", "Space")
FIRST = (
    "Silent Last Hidden Golden Broken Distant Paper Crimson Hollow Second Northern Burning "
    "Velvet Iron Gentle Electric Forgotten Wild Winter Glass "
)
SECOND = (
    "Harbour Letter Garden Signal Orchard Mirror Station River Promise Crown Shadow Lantern "
    "Voyage Summer Tower Island Engine Widow Compass Market Detective Alphabet Bridge Carnival "
    "Meadow Planet Theatre Window Wolf Clock Neighbour Painter Railway Secret Storm Teacher "
    "Violin Visitor Whale Horizon "
)


def make_sample(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ratings and the items."""
    rng = np.random.default_rng(seed)
    appeal = rng.dirichlet(np.full(TASTES, 0.15), ITEMS)  # how much of each taste an item serves
    fame = rng.pareto(1.3, ITEMS) + 0.1
    release = rng.uniform(-2 * DAYS, DAYS, ITEMS)  # two thirds are there from the start
    tastes = rng.dirichlet(np.full(TASTES, 0.2), USERS)
    activity = np.minimum(rng.lognormal(2.7, 1.1, USERS).astype(int) + 1, ITEMS // 4)
    visits = pd.DataFrame({"user": np.repeat(np.arange(USERS), activity)})
    joined = rng.uniform(-DAYS / 3, 0.95 * DAYS, USERS)[visits["user"]]
    visits["day"] = joined + rng.exponential(60, len(visits))
    visits = visits[(visits["day"] > 0) & (visits["day"] < DAYS)].sort_values("day", kind="stable")
    visits["item"] = choose_items(rng, visits, fame, release, tastes @ appeal.T)
    visits = visits.drop_duplicates(["user", "item"])
    liking = (tastes @ appeal.T)[visits["user"], visits["item"]]
    stars = (
        2.4
        + 5 * liking
        + rng.normal(0, 0.4, USERS)[visits["user"]]
        + rng.normal(0, 0.8, len(visits))
    )
    ratings = pd.DataFrame(
        {
            "user": [f"u{user:04}" for user in visits["user"]],
            "item": [f"i{item:03}" for item in visits["item"]],
            "rating": np.clip(np.round(stars), 1, 5).astype(int),
            "time": (START + visits["day"].to_numpy() * DAY).astype(int),
        }
    )
    return ratings, make_items(rng, appeal)


def choose_items(
    rng: np.random.Generator,
    visits: pd.DataFrame,
    fame: np.ndarray,
    release: np.ndarray,
    liking: np.ndarray,
) -> list[int]:
    """Return what each visitor picks: more often what is known, new and to their taste."""
    picked = []
    for user, day in zip(visits["user"], visits["day"], strict=True):
        age = day - release
        weight = fame * (0.2 + np.exp(-age / 45)) * (age > 0) * (0.05 + liking[user]) ** 1.5
        chances = np.cumsum(weight)
        picked.append(int(np.searchsorted(chances, rng.random() * chances[-1])))
    return picked


def make_items(rng: np.random.Generator, appeal: np.ndarray) -> pd.DataFrame:
    """Return invented titles; genres are the main tastes, with one in six of them wrong."""
    first, second = FIRST.split(), SECOND.split()
    pairs = rng.permutation(len(first) * len(second))[:ITEMS]
    titles = [f"{first[pair % len(first)]} {second[pair // len(first)]}" for pair in pairs]
    genres = []
    for row in appeal:
        main = [int(taste) for taste in np.argsort(-row)[:2] if row[taste] > 0.25]
        told = {int(rng.integers(TASTES)) if rng.random() < 1 / 6 else taste for taste in main}
        genres.append("|".join(GENRES[taste] for taste in sorted(told)))
    names = [f"i{item:03}" for item in range(ITEMS)]
    return pd.DataFrame({"item": names, "title": titles, "genres": genres})
