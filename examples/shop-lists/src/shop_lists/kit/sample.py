"""Invents who watched which film when: nothing in it is real, and all texts say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from . import write_file

USERS, FILMS, TASTES, DAYS = 1500, 600, 8, 365


def make_visits(path: Path) -> None:
    """Write a file with a long tail, hidden tastes and fashions, if it is not there yet."""
    if path.exists():
        return
    rng = np.random.default_rng(0)
    appeal = rng.dirichlet(np.full(TASTES, 0.15), FILMS)  # how much of each taste a film serves
    liking = rng.dirichlet(np.full(TASTES, 0.2), USERS) @ appeal.T
    fame, release = rng.lognormal(0, 1, FILMS), rng.uniform(-2 * DAYS, DAYS, FILMS)
    count = rng.lognormal(2.7, 1.1, USERS).astype(int).clip(1, FILMS // 4)
    visits = pd.DataFrame({"user": np.repeat(np.arange(USERS), count)})
    joined = rng.uniform(-DAYS / 3, 0.95 * DAYS, USERS)[visits["user"]]
    visits["day"] = joined + rng.exponential(60, len(visits))
    visits = visits[visits["day"].between(0, DAYS)].sort_values("day")
    age = visits["day"].to_numpy()[:, None] - release
    fashion = fame * (0.05 + np.exp(-np.maximum(age, 0) / 60)) * (age > 0)
    chance = np.cumsum(fashion * (0.05 + liking[visits["user"]]) ** 2, axis=1)
    film = (chance < rng.random((len(visits), 1)) * chance[:, -1:]).sum(axis=1)
    visits["film"] = [f"Film {number}" for number in film + 1]
    visits = visits.drop_duplicates(["user", "film"])
    visits["day"] = (pd.Timestamp("2025-01-01") + pd.to_timedelta(visits["day"], "D")).dt.floor("s")
    write_file(path, visits.to_csv(index=False, lineterminator="\n").encode())
