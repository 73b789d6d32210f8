"""Scores a file of any size, in pieces, by the same path as the service."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from .command import ProjectError, errors_explained, say
from .data import complete
from .project import load_settings
from .results import check_fresh, read_results
from .service.answers import Scorer, columns, open_scorer
from .service.problems import describe
from .service.schema import Row, find_outside, make_frame, make_row
from .service.tables import Output, read_pieces

EVERY = 5  # seconds between two lines of progress


def main() -> None:
    """Read the two paths from the command line and score the file."""
    parser = argparse.ArgumentParser(description="Score a CSV or Parquet file of any size")
    parser.add_argument("source", metavar="IN", type=Path, help="rows with the declared columns")
    parser.add_argument("target", metavar="OUT", type=Path, help="a .csv or .parquet file")
    given = parser.parse_args()
    with errors_explained():
        predict(Path.cwd(), given.source, given.target)


def predict(root: Path, source: Path, target: Path) -> None:
    """Score a file, and say how many rows have a problem."""
    begin = time.perf_counter()
    rows, problems = score_file(root, source, target)
    say(f"{rows:,} rows answered in {time.perf_counter() - begin:.1f} s: {target}")
    if problems:
        say(f"notice: rows with a problem, and no answer: {problems:,}, see {beside(target)}")


def score_file(root: Path, source: Path, target: Path) -> tuple[int, int]:
    """Write an answer for every row of `source` in its order; a row with a problem has none.

    Problems go to a file beside the target, so that none is overlooked. Returns how many rows
    there are, and how many of them have a problem.
    """
    if source.resolve() in {target.resolve(), beside(target).resolve()}:
        raise ProjectError("IN would be overwritten", "give OUT another name")
    settings, results = load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    scorer, told = open_scorer(root, settings, results), time.perf_counter()
    row_type = make_row(scorer.inputs)
    with Output(target) as out, Output(beside(target)) as wrong:
        for piece in read_pieces(source, settings.data):
            answers, problems = score(prepare(piece, scorer), scorer, row_type)
            out.write(answers)
            wrong.write(problems)
            if time.perf_counter() > told + EVERY:
                told = time.perf_counter()
                say(f"{out.rows:,} rows so far, {wrong.rows:,} with a problem")
        if not out.rows:
            raise ProjectError(f"{source.name} has no rows", "give a file with rows to score")
    return out.rows, wrong.rows


def beside(target: Path) -> Path:
    """Return where the problems of rows are written."""
    return target.with_suffix(".problems.csv")


def prepare(piece: pd.DataFrame, scorer: Scorer) -> pd.DataFrame:
    """Return the features of a piece, numbers as such where they are; the rest is not looked at."""
    piece, data = complete(piece, scorer.settings), scorer.settings.data
    names = [item["name"] for item in scorer.inputs]
    if absent := [name for name in names if name not in piece]:
        raise ProjectError(
            f"the file has no column {absent[0]!r}; it has {', '.join(map(repr, piece.columns))}",
            "every feature of [columns] in project.toml is needed, if only as an empty column",
        )
    piece = piece[names].astype(object)
    for name in (item["name"] for item in scorer.inputs if item["kind"] == "number"):
        written = piece[name].str.replace(data.decimal, ".", regex=False)
        numbers = pd.to_numeric(written, errors="coerce").astype(object)
        piece[name] = numbers.where(numbers.notna(), piece[name])
    return piece.where(piece.notna(), None)


def score(
    piece: pd.DataFrame, scorer: Scorer, row_type: type[Row]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a line for each row, and the problems of those that have no answer."""
    rows, problems = {}, {}
    for number, record in zip(piece.index, piece.to_dict("records"), strict=True):
        try:
            rows[number] = row_type.model_validate(record)
        except ValidationError as error:
            problems[number] = describe(error.errors()[0]).model_dump()
    answers = pd.DataFrame(index=piece.index)
    if rows:
        X = make_frame(list(rows.values()), scorer.inputs)
        found = columns(scorer, X) | {"outside": map("; ".join, find_outside(X, scorer.inputs))}
        answers = pd.DataFrame(found, index=pd.Index(rows)).reindex(piece.index)
    wrong = pd.DataFrame.from_dict(problems, orient="index", columns=["field", "problem"])
    return answers.rename_axis("row"), wrong.rename_axis("row")


if __name__ == "__main__":
    main()
