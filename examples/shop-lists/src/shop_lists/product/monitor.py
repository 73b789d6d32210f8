"""Compares new interactions with those of training, and tells cron or CI by its exit code."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from ..data import convert, load, read, remove
from ..kit import Stop, command
from ..kit.intervals import Vector, bootstrap
from ..kit.settings import Settings
from ..split import hide
from .drift import Finding, drift
from .opening import Predictor, open_model

FEWEST = 30  # interactions, or users for the score: fewer say nothing
USERS = 1000  # whose lists are judged; of more the first ones


@command
def main() -> None:
    """Read the path from the command line; exit 3 where a limit is passed."""
    parser = argparse.ArgumentParser(description=monitor.__doc__)
    parser.add_argument("file", type=Path, help="interactions, in the layout of the data")
    monitor(parser.parse_args().file)


def monitor(path: Path) -> None:
    """Print what is new, alarms first; exit 3 if there are any."""
    predictor = open_model()
    new = read_new(path, predictor.settings)
    if len(new) < FEWEST:
        raise Stop(f"{path} has {len(new)} rows", f"at least {FEWEST} are needed")
    findings = check_drift(new, predictor) + check_score(new, predictor)
    print(*(f"{level}: {text}" for level, text in sorted(findings)), sep="\n")
    if "alarm" in dict(findings):
        print("Find the cause first; fit again once enough new rows have labels.")
        raise SystemExit(3)
    print(f"no alarm in {len(new):,} rows")


def read_new(path: Path, settings: Settings) -> pd.DataFrame:
    """Return new interactions with labels, cleaned by the rules of the data."""
    if not path.is_file():
        raise Stop(f"there is no file {path}", "give a file of interactions")
    place = {"source": str(path.resolve()), "url": "", "sha256": ""}
    source, columns = settings.data.model_copy(update=place), settings.columns
    names = [*filter(None, [columns.user, columns.item, columns.rating, columns.time])]
    return convert(remove(read(source, names), names, source)[0], settings)


def check_drift(new: pd.DataFrame, predictor: Predictor) -> list[Finding]:
    """Return what is new in users, items and ratings."""
    settings, log = predictor.settings, load(predictor.settings)[0]
    known = hide(log.frame, settings.split).known
    old = known.assign(user=log.users[known["user"]], item=log.items[known["item"]])
    findings: list[Finding] = []
    for role in ("user", "item"):
        unknown = int((~new[role].isin(old[role])).sum())
        text = f"not in the training data, {unknown:,} of {len(new):,} rows"
        findings += [("notice", f"{settings.called(role)}: {text}")] if unknown else []
    names = {"item": settings.called("item"), "rating": "rating"}
    both = [part[[*names]].rename(columns=names) for part in (new, old)]
    return findings + drift(both[0], both[1])


def check_score(new: pd.DataFrame, predictor: Predictor) -> list[Finding]:
    """Return how good the lists were for known users who then took something new.

    The score of a short file is lower than that of validation, where more was hidden. So it stands
    beside what the same users would have got from the list for everybody.
    """
    k, repeats = predictor.settings.metric.k, predictor.settings.feedback.repeats == "allowed"
    weights = 1 / np.log2(np.arange(2, k + 2))
    scores: list[Vector] = []
    popular = [place.item for place in predictor.recommend([], len(predictor.model.titles))]
    relevant = new[new["rating"] >= predictor.settings.feedback.relevant]
    for user, part in relevant[relevant["user"].isin(predictor.model.users)].groupby("user"):
        past = predictor.past(str(user))
        had = set() if repeats else set(past)
        if (taken := set(part["item"]) - had) and len(scores) < USERS:
            items = [place.item for place in predictor.recommend(past, k)]
            lists = items, [item for item in popular if item not in had][:k]
            hits = np.array([[item in taken for item in places] for places in lists])
            scores.append(hits @ weights[: hits.shape[1]] / weights[: len(taken)].sum())
    if len(scores) < FEWEST:
        return []
    values = np.array(scores)
    high = bootstrap(lambda rows: np.diff(values[rows].mean(axis=0)), np.arange(len(values)))[0]
    (ours, theirs), label = values.mean(axis=0), predictor.results["train"]["metric"]["label"]
    text = f"{label} {ours:.3g} for {len(values):,} known users, {theirs:.3g} by the list for all"
    return [("alarm" if high[0] > 0 else "score", text)]
