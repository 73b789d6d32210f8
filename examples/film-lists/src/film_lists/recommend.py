"""Shows the lists: for a user, for somebody of whom a few items are known, or what is similar."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from .command import ProjectError, errors_explained
from .comparison import fit
from .data import Log, load
from .models import Model, fallback, find_rung
from .project import Settings, load_settings
from .ranking import best, nearest
from .results import check_fresh, read_results
from .split import Holdout, hide, matrix
from .storage import load_model


def main() -> None:
    """Print the list for a user, or for what else is asked."""
    parser = argparse.ArgumentParser(description="Show a list; with nothing given, a newcomer's")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("user", nargs="?", help="as the file writes it")
    asked.add_argument("--had", nargs="+", default=[], metavar="ITEM", help="what a newcomer had")
    asked.add_argument("--similar", metavar="ITEM", help="list items like this one")
    given = parser.parse_args()
    with errors_explained():
        desk = open_desk(Path.cwd())
        if given.similar:
            titles = similar(desk, given.similar)
        else:
            titles = recommend(desk, user_history(desk, given.user) if given.user else given.had)
        print("\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1)))


class Desk(NamedTuple):
    """What lists are made from: training interactions only, so the test set stays closed."""

    settings: Settings
    log: Log
    training: Holdout
    model: Model
    tuned: dict[str, dict[str, float | None]]

    def fit(self, name: str) -> Model:
        """Return another rung, as it was tuned."""
        return fit(find_rung(name), self.tuned[name], self.settings, self.log, self.training)


def open_desk(root: Path) -> Desk:
    """Return the saved model with the interactions that it was fitted to."""
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    log, _ = load(root, settings)
    tuned = {rung["name"]: rung["parameters"] for rung in results["ladder"]}
    return Desk(settings, log, hide(log.frame, settings.split), load_model(root, results), tuned)


def recommend(desk: Desk, had: Sequence[str]) -> list[str]:
    """Return the titles for somebody who had these items; nobody is fitted again for it."""
    items = [find_item(desk.log, name) for name in had]
    history = matrix(pd.DataFrame({"user": 0, "item": items}, dtype=int), np.array([0]), desk.log)
    known = desk.training.known
    model = desk.model if items else desk.fit(fallback(desk.tuned).name)
    scores = model.scores(history, np.array([known["time"].max()]))
    masked = history if desk.settings.feedback.repeats == "never" else None
    shown = best(scores, masked, desk.settings.metric.k)[0]
    return list(desk.log.items["title"].iloc[shown[shown >= 0]])


def user_history(desk: Desk, name: str) -> list[str]:
    """Return the labels of the items that a user had."""
    known = desk.training.known
    had = known.loc[known["user"] == desk.log.users.get_indexer(pd.Index([name]))[0], "item"]
    if had.empty:
        raise ProjectError(
            f"nothing is known of user {name!r}: no training interaction is theirs",
            "for somebody new name what they had: `recommend --had ITEM ITEM`",
        )
    return list(desk.log.items["item"].iloc[had])


def similar(desk: Desk, name: str) -> list[str]:
    """Return the titles of the items that the model, or else item neighbours, holds most alike."""
    item = find_item(desk.log, name)
    if not (desk.training.known["item"] == item).any():
        raise ProjectError(
            f"nobody had {name!r} in the training interactions, so nothing is like it",
            "ask for an item that somebody had",
        )
    close = desk.model.similar(item)
    close = desk.fit("item neighbours").similar(item) if close is None else close
    if close is None:
        raise ProjectError(f"too few people had {name!r}", "ask for an item that several had")
    return list(desk.log.items["title"].iloc[nearest(close, desk.settings.metric.k)])


def find_item(log: Log, name: str) -> int:
    """Return the number of the item with this label or title."""
    labels, titles = log.items["item"], log.items["title"].str.casefold()
    found = np.flatnonzero((labels == name) | (titles == name.casefold()))
    if not found.size:
        near = difflib.get_close_matches(name.casefold(), titles, n=3)
        likely = log.items["title"][titles.isin(near)].head(3)
        raise ProjectError(
            f"no item is called {name!r}",
            f"did you mean {' or '.join(map(repr, likely))}?"
            if near
            else "write its label or its title as the file does",
        )
    return int(found[0])


if __name__ == "__main__":
    main()
