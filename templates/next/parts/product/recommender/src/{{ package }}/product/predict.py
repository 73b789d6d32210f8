"""Makes the list of every user of a file, in its order, by the same path as the service."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ..kit import Stop, explained, say
from .opening import Opened, open_model

HAD = "had"  # the column of what somebody had beside what training knows: labels with | between
PIECE = 1000  # users in memory at a time
EMPTY = {"place": None, "item": None, "title": None, "because": None, "outside": None}


def main() -> None:
    """Read the two paths from the command line and make the lists."""
    parser = argparse.ArgumentParser(description="Make a list for every user of a CSV file.")
    told = f"the column of users as project.toml names it, and {HAD!r}, ITEM|ITEM, for newcomers"
    parser.add_argument("source", metavar="IN", type=Path, help=told)
    parser.add_argument("target", metavar="OUT", type=Path, help="a line for each place of a list")
    given = parser.parse_args()
    explained(lambda: predict(given.source, given.target))


def predict(source: Path, target: Path) -> None:
    """Write the list of each user; one who is not known has gaps, and is named beside.

    Both files appear at the end, whole or not at all.
    """
    beside, opened, told = target.with_suffix(".problems.csv"), open_model(), time.monotonic()
    if source.resolve() in {target.resolve(), beside.resolve()}:
        raise Stop("IN would be overwritten", "give OUT another name")
    with TemporaryDirectory(dir=target.parent, prefix=".predict-") as folder:
        out, wrong, rows, failed = Path(folder, "out"), Path(folder, "wrong"), 0, 0
        for piece in read_pieces(source):
            lists, problems = make_lists(piece, opened)
            lists.to_csv(out, mode="a", header=not rows, index=False)
            problems.to_csv(wrong, mode="a", header=not rows, index=False)
            rows, failed = rows + len(piece), failed + len(problems)
            if time.monotonic() > told + 10:
                told = time.monotonic()
                say(f"{rows:,} users so far, {failed:,} not known")
        if not rows:
            raise Stop(f"{source} has no rows", "give a file with users")
        out.replace(target)
        beside.unlink(missing_ok=True)
        if failed:
            wrong.replace(beside)
    say(f"{rows - failed:,} of {rows:,} users have a list: {target}")
    if failed:
        say(f"notice: {failed:,} users have none: see {beside}")


def read_pieces(path: Path) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV file as text, some at a time."""
    try:
        with pd.read_csv(path, dtype=str, chunksize=PIECE, skipinitialspace=True) as pieces:
            yield from pieces
    except (TypeError, ValueError, LookupError) as error:  # ParserError is a ValueError
        said = f"{path} cannot be read as a table: {str(error).strip()}"
        raise Stop(said, "give a CSV file with commas between its columns") from None


def make_lists(piece: pd.DataFrame, opened: Opened) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a line for each place of each list, and the rows that say nothing about anybody."""
    column, lines, problems = opened.settings.columns.user, [], []
    if column not in piece:
        raise Stop(f"the file has no column {column!r}", "the users stand in it")
    known = piece.reindex(columns=[column, HAD]).astype(object).fillna("").itertuples()
    for row, user, had in known:
        items = [name.strip() for name in had.split("|") if name.strip()]
        answer = opened.answer(user.strip(), items, opened.settings.metric.k)
        line: dict[str, Any] = {"row": row + 1, column: user} | EMPTY
        lines += [line] if not answer.past else [
            line | {"place": place, "item": item.item, "title": item.title,
                    "because": "; ".join(item.because), "outside": "; ".join(answer.outside)}
            for place, item in enumerate(answer.items, 1)
        ]  # fmt: skip
        if not answer.past:
            said = "training did not know this user, and no item of theirs is known"
            problems.append({"row": row + 1, "value": user, "problem": said})
    return pd.DataFrame(lines), pd.DataFrame(problems, columns=["row", "value", "problem"])
