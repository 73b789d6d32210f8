"""Answers every row of a file of any size, in its order, by the same path as the service."""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ..kit import Stop, command, say
from .opening import open_model


@command
def main() -> None:
    """Read the two paths from the command line and answer the file."""
    parser = argparse.ArgumentParser(description="Answer every row of a CSV file of any size.")
    parser.add_argument("source", metavar="IN", type=Path, help="rows with the declared columns")
    parser.add_argument("target", metavar="OUT", type=Path, help="the CSV file to write")
    predict(**vars(parser.parse_args()))


def predict(source: Path, target: Path) -> None:
    """Write an answer for each row; one with a problem has gaps, and the problem is named beside.

    Both files appear at the end, whole or not at all.
    """
    rejects, predictor, last = target.with_suffix(".problems.csv"), open_model(), time.monotonic()
    if source.resolve() in {target.resolve(), rejects.resolve()}:
        raise Stop("IN would be overwritten", "give OUT another name")
    with TemporaryDirectory(dir=target.parent, prefix=".predict-") as folder:
        out, wrong, rows, failed = Path(folder, "out"), Path(folder, "wrong"), 0, 0
        for piece in predictor.read_pieces(source):
            answers, problems = predictor.score(piece)
            answers.to_csv(out, mode="a", header=not rows)
            problems.to_csv(wrong, mode="a", header=not rows)
            rows, failed = rows + len(piece), failed + problems.index.nunique()
            if time.monotonic() > last + 10:
                last = time.monotonic()
                say(f"{rows:,} rows so far, {failed:,} with a problem")
        if not rows:
            raise Stop(f"{source} has no rows", "give a file with rows to answer")
        out.replace(target)
        rejects.unlink(missing_ok=True)
        if failed:
            wrong.replace(rejects)
    say(f"{rows - failed:,} of {rows:,} rows answered: {target}")
    if failed:
        say(f"notice: rows with a problem and so without an answer: {failed:,}, see {rejects}")
