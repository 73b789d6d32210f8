"""Makes lists for a file of users of any size, in pieces, by the same path as the service."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from .command import ProjectError, errors_explained, say
from .project import load_settings
from .results import check_fresh, read_results
from .service.desk import Desk, find_item, history_of, open_desk, rank, user_history
from .service.tables import Output, read_pieces

EVERY = 5  # seconds between two lines of progress
CELLS = 5_000_000  # scores in memory at a time
HAD = "had"  # the column of what newcomers had: labels or titles with | between them


def main() -> None:
    """Read the two paths from the command line and make the lists."""
    parser = argparse.ArgumentParser(
        description="Make a list for every user of a CSV or Parquet file of any size"
    )
    parser.add_argument(
        "source", metavar="IN", type=Path,
        help=f"the column of users as project.toml names it; for newcomers also {HAD!r} with the "
        "items that they had: ITEM|ITEM",
    )  # fmt: skip
    parser.add_argument("target", metavar="OUT", type=Path, help="a .csv or .parquet file")
    given = parser.parse_args()
    with errors_explained():
        predict(Path.cwd(), given.source, given.target)


def predict(root: Path, source: Path, target: Path) -> None:
    """Make the lists of a file, and say how many users have none."""
    begin = time.perf_counter()
    lists, problems = make_file(root, source, target)
    say(f"{lists:,} lists in {time.perf_counter() - begin:.1f} s: {target}")
    if problems:
        say(f"notice: {problems:,} more rows have a problem and no list, see {beside(target)}")


def make_file(root: Path, source: Path, target: Path) -> tuple[int, int]:
    """Write the list of every user of `source` in its order, a row for each place.

    Users without a list go to a file beside the target, so that none is overlooked. Returns how
    many users have a list, and how many have none.
    """
    if source.resolve() in {target.resolve(), beside(target).resolve()}:
        raise ProjectError("IN would be overwritten", "give OUT another name")
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    desk, told, users = open_desk(root, settings, results), time.perf_counter(), 0
    # a list of users is plain CSV, whatever the layout of the interactions
    plain = settings.data.model_copy(update={"separator": ",", "encoding": "utf-8", "names": []})
    with Output(target) as out, Output(beside(target)) as wrong:
        for piece in read_pieces(source, plain):
            users += len(piece)
            for part in cut(piece, max(1, CELLS // len(desk.log.items))):
                lists, problems = make_lists(part, desk)
                out.write(lists)
                wrong.write(problems)
                if time.perf_counter() > told + EVERY:
                    told = time.perf_counter()
                    say(f"{part.index[-1]:,} users so far, {wrong.rows:,} without a list")
        if not users:
            raise ProjectError(f"{source.name} has no rows", "give a file with users")
    return users - wrong.rows, wrong.rows


def beside(target: Path) -> Path:
    """Return where the problems of rows are written."""
    return target.with_suffix(".problems.csv")


def cut(piece: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    """Yield some rows at a time: every one needs a score for each item."""
    for start in range(0, len(piece), size):
        yield piece.iloc[start : start + size]


def make_lists(rows: pd.DataFrame, desk: Desk) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lists of some users, and the problems of those that have none."""
    column = desk.settings.columns.user
    if column not in rows:
        raise ProjectError(
            f"the file has no column {column!r}; it has {', '.join(map(repr, rows.columns))}",
            "the users stand in the column that [columns] of project.toml names",
        )
    rows = rows.reindex(columns=[column, HAD]).astype(object).fillna("")
    histories, problems = {}, {}
    for number, user, had in rows.itertuples():
        try:
            histories[number] = find_history(desk, user, had)
        except ProjectError as error:
            problem = f"{error}; {error.hint}"
            problems[number] = {"field": HAD if had else column, "problem": problem}
    wrong = pd.DataFrame.from_dict(problems, orient="index").rename_axis("row")
    if not histories:
        return pd.DataFrame(), wrong
    shown, scores = rank(desk, sp.vstack([*histories.values()], "csr"), desk.settings.metric.k)
    numbers, (places, ranks) = np.array([*histories]), np.nonzero(shown >= 0)
    items = desk.log.items.iloc[shown[places, ranks]]
    lists = {
        "user": rows[column].loc[numbers[places]].to_numpy(),
        "place": ranks + 1,
        "item": items["item"].to_numpy(),
        "title": items["title"].to_numpy(),
        "score": scores[places, ranks],
    }
    return pd.DataFrame(lists, index=pd.Index(numbers[places], name="row")), wrong


def find_history(desk: Desk, user: str, had: str) -> sp.csr_matrix:
    """Return what a user had: what the file says of them, or else what training knows."""
    if had:
        names = [name.strip() for name in had.split("|")]
        return history_of(desk, [find_item(desk, name, guess=False) for name in names])
    return user_history(desk, user)


if __name__ == "__main__":
    main()
