"""Fits the chosen detector to a sample, and finds threshold and score over all parts."""

from typing import Any

import numpy as np
import pandas as pd
from dask.dataframe import from_map
from pandas.util import hash_array

from ..kit import Stop, command, say
from ..kit.project import check_columns, numbers
from ..kit.results import read_results
from ..kit.settings import Settings, load_settings
from ..labels import as_flags
from ..models import average_precision, build, strangeness
from ..train import Saved
from .parts import compute, connect, make_parts, record

PLACE = "place of the row"  # chance from 0 to 1, one for a group: first fitted to, last tested on
TENTH, TESTED = 10, 5_000_000  # one row of so many shows what more bring; rows scored at most
META = pd.DataFrame(columns=[0, 1, "y"], dtype=float)  # what `look_at` returns


@command
def main() -> None:
    """Convert, fit to a sample, find the threshold among all validation rows, and score."""
    settings, choice = load_settings(), read_results("train")["train"]["choice"]["chosen"]
    columns, rule = settings.columns, settings.split
    check(settings)
    words = [name for name in (columns.target, *columns.categorical, *columns.id) if name]
    with connect(__doc__) as (client, given):
        made = make_parts(client, given, settings=settings, tidy=tidy, words=words)
        frame, size = from_map(pd.read_parquet, made["path"]), sum(made["rows"])
        first, last = 1 - rule.test - rule.validation, 1 - rule.test
        usable = frame[frame[PLACE] < first]
        if settings.labels.fit == "normal":
            usable = usable[usable[columns.target] == 0]
        drawn = usable.sample(frac=min(1.0, given.sample / size), random_state=0)
        (rows,) = compute(client, "sampling", drawn)
        if len(rows) < 2 * TENTH:
            message = f"{len(rows)} rows to learn from are too few to compare with a tenth of them"
            raise Stop(message, f"give more files, or raise --sample, to get {2 * TENTH}")
        X, new = rows[columns.features], [build(choice, settings) for _ in range(2)]
        fitted = [new[0].fit(X[::TENTH]), new[1].fit(X)]
        share = settings.alerts.budget / settings.alerts.rows  # of rows that can be looked at
        validation = frame[(frame[PLACE] >= first) & (frame[PLACE] < last)]
        strange = validation.map_partitions(look_at, fitted[1:], columns, meta=META[[0, "y"]])[0]
        ask = strange.nlargest(int(share * size) + 1), strange.count()  # of each part, then of all
        highest, count = compute(client, "looking for the most unusual rows", *ask)
        limit = float(highest.iloc[max(int(share * count), 1) - 1])
        test = frame[frame[PLACE] >= last]
        few = test.sample(frac=min(1.0, TESTED / (size * rule.test)), random_state=0)
        few = few.map_partitions(look_at, fitted, columns, meta=META)
        (table,) = compute(client, "scoring", few)
    table = table.sort_index()  # groups together
    y, scores = table["y"].to_numpy(), table[[0, 1]].to_numpy().T
    flagged, right, known = scores[1] >= limit, (scores[1] >= limit) & (y == 1), y >= 0
    facts = {
        "rows": size, "train_rows": len(X), "test_rows": len(y), "parts": len(made["path"]),
        "sample_rows": len(X[::TENTH]), "threshold": limit,
        "alerts": flagged.sum(), "per_period": flagged.mean() * settings.alerts.rows,
        "precision": right.sum() / flagged.sum() if flagged.any() else None,
        "recall": right.sum() / (y == 1).sum() if (y == 1).any() else None,
    }  # fmt: skip
    if not (y == 1).any():
        say("notice: no test row is labelled an anomaly, so the score is unknown")
    saved = Saved(fitted[1], limit, {})
    record(facts, average_precision, y[known], [each[known] for each in scores], saved)


def check(settings: Settings) -> None:
    """Refuse what cannot be looked at part by part."""
    if settings.columns.time or settings.data.files:
        message = "the rows of a series follow each other: they cannot be looked at part by part"
        raise Stop(message, "a series of millions of moments fits into memory: use `train`")
    if settings.labels.keep:
        message = "labels.keep draws a few anomalies from all rows at once"
        raise Stop(message, "leave it out: give files in which anomalies are as rare as in life")


def tidy(frame: pd.DataFrame, number: int, settings: Settings) -> pd.DataFrame:
    """Return the rows of a piece of a file with labels, each with its place."""
    columns, rule = settings.columns, settings.split
    check_columns(frame, columns.declared)
    values = frame[columns.numeric].apply(numbers)
    frame = frame.assign(**values.mask(np.isinf(values)))
    if columns.target:
        frame[columns.target] = as_flags(frame[columns.target], settings)
    group = frame[rule.by] if rule.kind == "group" else number * 2**32 + frame.index.to_series()
    if len(gaps := group.index[group.isna()]):
        raise Stop(f"row {gaps[0]} has no {rule.by!r}", "the split needs it in every row")
    chance = hash_array(group.astype(str).to_numpy(object), hash_key=f"{rule.seed:016d}") / 2**64
    kept = [*columns.features, *filter(None, [columns.target])]
    return frame[kept].assign(**{PLACE: chance})


def look_at(rows: pd.DataFrame, fitted: list[Any], columns: Any) -> pd.DataFrame:
    """Return how unusual each row is to each detector, and its label."""
    X = rows[columns.features]
    scores: Any = {at: strangeness(each, X) if len(X) else [] for at, each in enumerate(fitted)}
    y = rows[columns.target].to_numpy(float) if columns.target else np.nan
    return pd.DataFrame(scores, rows[PLACE], dtype=float).assign(y=y)
