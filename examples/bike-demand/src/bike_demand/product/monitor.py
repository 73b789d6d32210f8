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
from .opening import Predictor, open_model

FEWEST = 30  # rows or labels: fewer say nothing
PIECES = 30  # of 10,000 rows each: what comes after them is not read
UNREAD = 0.01  # share of values that may be unreadable without an alarm
WORSE = 0.1  # share by which the score may be worse than in validation without an alarm
OUTSIDE = "like none of the training rows"


@command
def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(description=monitor.__doc__)
    parser.add_argument("file", type=Path, help="CSV with the declared columns; 300,000 rows count")
    monitor(parser.parse_args().file)


def monitor(path: Path) -> None:
    """Print what is new in the first rows of a file, alarms first; exit 3 if there are any."""
    predictor = open_model()
    pieces, settings = [*islice(predictor.read_pieces(path), PIECES)], predictor.settings
    if (rows := sum(map(len, pieces))) < FEWEST:
        raise Stop(f"{path} has {rows} rows", f"at least {FEWEST} are needed")
    raw, label = pd.concat(pieces), settings.columns.label
    new, problems = predictor.read(raw)
    findings = check_values(new, problems, predictor)
    if (target := settings.columns.target) in raw:
        new[target] = predictor.convert(raw[target], "numeric")
        findings += check_score(new, predictor)
    both = [part.rename(columns=label) for part in (new, predictor.known_rows())]
    findings += drift(both[0].select_dtypes(exclude="datetime"), both[1])
    print(*(f"{level}: {text}" for level, text in sorted(findings)), sep="\n")
    if "alarm" in dict(findings):
        print("Find the cause first; fit again once enough new rows have labels.")
        raise SystemExit(3)
    print(f"no alarm in {rows:,} rows")


def check_values(X: pd.DataFrame, problems: pd.DataFrame, predictor: Predictor) -> list[Finding]:
    """Return in how many rows a value is unreadable, or unlike anything in training."""
    findings, outside = [], predictor.outside(X).sum(axis=0)
    counts = {**problems[["column", "problem"]].value_counts()}
    counts |= {(name, OUTSIDE): n for name, n in zip(predictor.kinds, outside, strict=True) if n}
    for (name, problem), n in counts.items():
        level = "alarm" if problem != OUTSIDE and n > UNREAD * len(X) else "notice"
        text = f"{predictor.settings.columns.label(name)}: {problem}, {n:,} of {len(X):,} rows"
        findings.append((level, text))
    return findings


def check_score(new: pd.DataFrame, predictor: Predictor) -> list[Finding]:
    """Return how good the model is where the target is known, beside its validation score."""
    target, train = new[predictor.settings.columns.target], predictor.results["train"]
    pred, known = predict(predictor.model, new), np.flatnonzero(target.notna())
    if len(known) < FEWEST:
        return []
    y, pred, metric = target.to_numpy()[known], pred[known], train["metric"]
    blocks = np.arange(len(y)) * min(len(y), 200) // len(y)  # neighbours err together
    low, high = bootstrap(lambda idx: score(metric["name"], y[idx], pred[idx]), blocks, draws=200)
    value = score(metric["name"], y, pred)
    scores = {rung["name"]: rung["score"] for rung in train["ladder"]}
    validation, lower = scores[train["choice"]["chosen"]], metric["direction"] == "lower"
    worse = low > validation * (1 + WORSE) if lower else high < validation * (1 - WORSE)
    text = f"{metric['label']} {value:.4g} ({low:.4g} to {high:.4g}) on {len(y):,} labels"
    return [("alarm" if worse else "score", f"{text}, {validation:.4g} in validation")]
