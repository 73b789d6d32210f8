"""Shows the lists: for a user, for somebody of whom a few items are known, or what is similar."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from .command import errors_explained
from .project import load_settings
from .results import check_fresh, read_results
from .service.desk import find_item, history_of, open_desk, rank, similar, user_history


def main() -> None:
    """Print the list for a user, or for what else is asked."""
    parser = argparse.ArgumentParser(description="Show a list; with nothing given, a newcomer's")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("user", nargs="?", help="as the file writes it")
    asked.add_argument("--had", nargs="+", default=[], metavar="ITEM", help="what a newcomer had")
    asked.add_argument("--similar", metavar="ITEM", help="list items like this one")
    given = parser.parse_args()
    with errors_explained():
        titles = recommend(Path.cwd(), given.user, given.had, given.similar)
        print("\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1)))


def recommend(
    root: Path, user: str | None = None, had: Sequence[str] = (), like: str | None = None
) -> list[str]:
    """Return the titles that are asked for."""
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    desk = open_desk(root, settings, results)
    if like:
        shown, _ = similar(desk, find_item(desk, like), settings.metric.k)
    else:
        items = [find_item(desk, name) for name in had]
        history = user_history(desk, user) if user else history_of(desk, items)
        (shown,), _ = rank(desk, history, settings.metric.k)
    return [desk.titles[item] for item in shown[shown >= 0]]


if __name__ == "__main__":
    main()
