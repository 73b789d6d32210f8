"""Fits the model that the study chose to parts of the users, and scores the lists of all."""

import argparse
import time
from typing import Any, NamedTuple

import dask
import dask.array as da
import numpy as np
import pandas as pd
from dask.dataframe import from_map, read_parquet
from scipy.sparse import vstack

from ..data import Log, convert, read_titles, remove
from ..kit import Stop, explained
from ..kit.results import read_results
from ..kit.settings import Settings, load_settings
from ..models import Popular, Recommender
from ..personal import TINY, Ease, weigh
from ..split import Holdout, Task, hide, to_matrix
from ..train import Study, pick
from .parts import ROWS, compute, connect, make_parts, read_command, record

MOST_ITEMS = 8000  # of EASE: a worker holds the square of so many numbers, 256 MB, several times


class Book(NamedTuple):
    """What all parts of the users have in common."""

    settings: Settings
    items: Any  # the labels of all items, in order
    cut: float  # the moment from which on interactions are hidden, where time divides them
    latest: float  # the last moment that is known


def main() -> None:
    """Read the command line, then fit and score the chosen model."""
    explained(lambda: run(read_command(__doc__)))


def run(given: argparse.Namespace) -> None:
    """Convert, group by user, fit and score."""
    settings, train, start = load_settings(), read_results("train")["train"], time.perf_counter()
    with connect(given) as client:
        made = make_parts(client, given, settings=settings, tidy=tidy, words=named(settings))
        folder, size = f"{made['path'][0].rpartition('/')[0]}/users", sum(made["rows"])
        frame = from_map(pd.read_parquet, made["path"])
        frame = frame.shuffle("user", npartitions=1 + size // ROWS)
        frame = frame.map_partitions(settle, settings.feedback.repeats == "allowed")
        compute(client, "grouping by user", frame.to_parquet(folder, overwrite=True, compute=False))
        frame, cut = read_parquet(folder), np.inf
        some = frame["time"].sample(frac=min(1.0, 1e6 / size), random_state=0)
        items = frame["item"].value_counts(split_out=1)
        counts, moments = compute(client, "counting", items, some)
        if settings.split.kind == "time":
            cut = np.sort(moments)[int(len(moments) * (1 - settings.split.test))]
        (latest,) = compute(client, "dividing", frame["time"][frame["time"] < cut].max())
        book = Book(settings, counts.index.sort_values(), cut, latest)
        parts = frame.to_delayed()
        few = parts[: max(1, len(parts) * given.sample // size)]
        chosen, thumb = train["choice"]["chosen"], settings.rule_of_thumb.kind
        wanted = ((chosen, few), (chosen, parts), (thumb, parts))
        fitted = [fit(client, *pick(train["ladder"], name), of, book) for name, of in wanted]
        ask, both = dask.delayed(judge), dask.delayed(fitted[:2])
        found = compute(client, "scoring", *(ask(part, both, book) for part in parts))
    scores, users, pasts = (list(each) for each in zip(*found, strict=True))
    history, told = vstack(pasts).tocsr(), np.concatenate(scores)
    names, titles = pd.Index(np.concatenate(users)), read_titles(settings.items, book.items)
    saved = Recommender(fitted[1], fitted[2], names, titles, history)
    facts = {"rows": size, "train_rows": history.nnz, "test_rows": counts.sum() - history.nnz}
    facts |= {"tested": len(told), "sample_rows": sum(past.nnz for past in pasts[: len(few)])}
    facts |= {"parts": len(parts)}
    record(facts, start, lambda rows: told[rows].mean(axis=0), saved, settings)


def named(settings: Settings) -> list[str]:
    """Return the columns that are read."""
    columns = settings.columns
    return [*filter(None, [columns.user, columns.item, columns.rating, columns.time])]


def tidy(frame: pd.DataFrame, number: int, settings: Settings) -> pd.DataFrame:
    """Return the interactions of a piece of a file, each with its place among all."""
    if absent := [name for name in named(settings) if name not in frame]:
        raise Stop(f"no column {absent[0]!r}, but {', '.join(map(repr, frame))}", "see [columns]")
    found = convert(remove(frame, named(settings), settings.data)[0], settings)
    return found.assign(place=number * 2**32 + found.index)


def settle(rows: pd.DataFrame, repeats: bool) -> pd.DataFrame:
    """Return the interactions of some users in order of time; of repeated ones the first."""
    again = ["time"] if repeats else []
    return rows.sort_values(["time", "place"]).drop_duplicates(["user", "item", *again])


def divide(rows: pd.DataFrame, book: Book) -> tuple[Log, Holdout]:
    """Return the interactions of some users, with numbers for labels, and which are hidden."""
    rule, (user, users) = book.settings.split, pd.factorize(rows["user"], sort=True)
    frame = rows.assign(user=user, item=book.items.get_indexer(rows["item"]))
    log = Log(frame, users, book.items, pd.Series(dtype=str))
    if rule.kind != "time":
        return log, hide(frame, rule)
    later = frame["time"] >= book.cut
    return log, Holdout(frame[~later], frame[later])


def fit(client: Any, rung: Any, chosen: dict[str, Any], parts: Any, book: Book) -> Any:
    """Return a model fitted to what is known of the users of these parts, from exact sums."""
    count, window = dask.delayed(count_items), chosen.get("window")
    found = compute(client, "counting", *(count(part, window, book) for part in parts))
    lately, ever = np.sum(found, axis=0)
    if not rung.personal:
        return Popular((lately + 0.5 * ever / ever.max()).astype(np.float32))
    if rung.name != "ease":
        raise Stop(f"{rung.label} cannot be fitted part by part", "choose EASE or popularity")
    kept = np.flatnonzero(ever > min(1, ever.max() - 1))  # one user says nothing of two items
    if len(kept) > MOST_ITEMS:
        said = f"EASE relates every item to every other: {len(kept):,} are more than {MOST_ITEMS:,}"
        raise Stop(said, "leave out rare items by data.remove, or choose popularity")
    task, shape = dask.delayed(relate), (len(kept), len(kept))
    pairs = [task(part, kept, chosen.get("half_life"), book) for part in parts]
    pairs = da.stack([da.from_delayed(each, shape, np.float32) for each in pairs])
    (together,) = compute(client, "relating items", pairs.sum(axis=0))
    usual = TINY * np.diag(together) / np.diag(together).max()
    together.flat[:: len(kept) + 1] += np.float32(chosen["penalty"])
    weights = np.linalg.inv(together)
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0)
    return Ease(kept, weights, usual, len(book.items))


def count_items(rows: pd.DataFrame, window: float | None, book: Book) -> Any:
    """Return how often each item was taken in the last days, and ever."""
    _, (known, _) = divide(rows, book)
    recent = known[known["time"] >= book.latest - (window or np.inf)]
    size = len(book.items)
    return np.array([np.bincount(some["item"], minlength=size) for some in (recent, known)])


def relate(rows: pd.DataFrame, kept: Any, half_life: float | None, book: Book) -> Any:
    """Return how many users of a part had two items: every item with every other."""
    _, (known, _) = divide(rows, book)
    older = (book.latest - known["time"].max()) / half_life if half_life else 0
    taken = weigh(known, len(book.items), half_life).sqrt()[:, kept]
    return (taken.T @ taken).toarray() * np.float32(0.5**older)


def judge(rows: pd.DataFrame, fitted: list[Any], book: Book) -> tuple[Any, Any, Any]:
    """Return NDCG of the lists of users with something to find; the labels and pasts of all."""
    log, (known, hidden) = divide(rows, book)
    everybody, settings = np.unique(known["user"]), book.settings
    hidden = hidden[hidden["rating"] >= settings.feedback.relevant]
    users = np.intersect1d(hidden["user"], everybody)
    past = to_matrix(known, everybody, log)
    history, later = past[np.isin(everybody, users)], to_matrix(hidden, users, log)
    task = Task(users, history, history * (settings.feedback.repeats == "never"), later)
    study = Study(settings, log, Holdout(known, hidden), known, task)
    scores: Any = [study.ask(model).ndcg() if len(users) else [] for model in fitted]
    return np.column_stack(scores), log.users[everybody], past
