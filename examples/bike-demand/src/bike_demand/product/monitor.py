"""Compares new rows with the training rows, and tells cron or CI by its exit code."""

import argparse
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from ..kit import Stop, command
from ..kit.intervals import bootstrap
from ..models import predict, score
from .drift import Finding, drift
from .opening import Opened, open_model

FEWEST = 30  # rows or labels: of fewer nothing can be said
PIECES = 30  # of 10,000 rows each: what comes after them is not read
UNREAD = 0.01  # share of values that may be unreadable without an alarm
WORSE = 0.1  # share by which the score may be worse than in validation without an alarm
UNLIKE = "like none of the training rows"


@command
def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(description=monitor.__doc__)
    parser.add_argument("file", type=Path, help="CSV with the declared columns; 300,000 rows count")
    monitor(parser.parse_args().file)


def monitor(path: Path) -> None:
    """Print what is new in the first rows of a file, alarms first; exit 3 if there are any."""
    opened = open_model()
    pieces, settings = [*islice(opened.read_pieces(path), PIECES)], opened.settings
    if (rows := sum(map(len, pieces))) < FEWEST:
        raise Stop(f"{path} has {rows} rows", f"of fewer than {FEWEST} nothing can be said")
    raw, label = pd.concat(pieces), settings.columns.label
    new, problems = opened.read(raw)
    found = note(new, problems, opened)
    if (target := settings.columns.target) in raw:
        new[target] = opened.convert(raw[target], "numeric")
        found += judge(new, opened)
    both = [part.rename(columns=label) for part in (new, opened.known_rows())]
    found += drift(both[0].select_dtypes(exclude="datetime"), both[1])
    print(*(f"{level}: {said}" for level, said in sorted(found)), sep="\n")
    if "alarm" in dict(found):
        print("Find the cause first; fit again once enough new rows have labels.")
        raise SystemExit(3)
    print(f"no alarm in {rows:,} rows")


def note(X: pd.DataFrame, problems: pd.DataFrame, opened: Opened) -> list[Finding]:
    """Return in how many rows a value cannot be read, or is unlike all that training had."""
    found, news = [], opened.unlike(X).sum(axis=0)
    told = {**problems[["column", "problem"]].value_counts()}
    told |= {(name, UNLIKE): rows for name, rows in zip(opened.kinds, news, strict=True) if rows}
    for (name, what), rows in told.items():
        level = "alarm" if what != UNLIKE and rows > UNREAD * len(X) else "notice"
        said = f"{opened.settings.columns.label(name)}: {what}, {rows:,} of {len(X):,} rows"
        found.append((level, said))
    return found


def judge(new: pd.DataFrame, opened: Opened) -> list[Finding]:
    """Return how good the model is where the target is known, beside its validation score."""
    target, train = new[opened.settings.columns.target], opened.results["train"]
    told, known = predict(opened.model, new), np.flatnonzero(target.notna())
    if len(known) < FEWEST:
        return []
    y, told, metric = target.to_numpy()[known], told[known], train["metric"]
    blocks = np.arange(len(y)) * min(len(y), 200) // len(y)  # neighbours err together
    low, high = bootstrap(lambda at: score(metric["name"], y[at], told[at]), blocks, draws=200)
    value = score(metric["name"], y, told)
    scores = {rung["name"]: rung["score"] for rung in train["ladder"]}
    before, lower = scores[train["choice"]["chosen"]], metric["direction"] == "lower"
    worse = low > before * (1 + WORSE) if lower else high < before * (1 - WORSE)
    said = f"{metric['label']} {value:.4g} ({low:.4g} to {high:.4g}) on {len(y):,} labels"
    return [("alarm" if worse else "score", f"{said}, {before:.4g} in validation")]
