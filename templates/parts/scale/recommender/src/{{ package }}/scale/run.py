"""Fits the model that the study chose to parts of the users, and scores the lists of all."""

from functools import partial
from typing import Any

import dask
import numpy as np
import pandas as pd
from dask.dataframe import from_map, read_parquet
from scipy.sparse import hstack, vstack

from ..data import Log, convert, read_titles, remove
from ..kit import Stop, command, say
from ..kit.results import read_results
from ..kit.settings import Settings, load_settings
from ..models import Popular, Recommender
from ..personal import Factors, solve, solve_ease, weigh
from ..split import Holdout, hide, set_task, to_matrix
from ..train import Study, pick
from .parts import ROWS, compute, connect, make_parts, record

MOST_ITEMS = 8000  # of EASE: a worker holds the square of so many numbers, 256 MB, several times


@command
def main() -> None:
    """Convert, group by user, fit the chosen model and score it."""
    settings, train = load_settings(), read_results("train")["train"]
    columns = settings.columns
    names = [*filter(None, [columns.user, columns.item, columns.rating, columns.time])]
    with connect(__doc__) as (client, given):
        made = make_parts(client, given, settings=settings, tidy=partial(tidy, names), words=names)
        folder, size = f"{made['path'][0].rpartition('/')[0]}/users", sum(made["rows"])
        frame, cut = from_map(pd.read_parquet, made["path"]), np.inf
        if settings.split.kind == "time":
            some = frame["time"].sample(frac=min(1.0, 1e6 / size), random_state=0)
            (moments,) = compute(client, "dividing", some)
            cut = np.sort(moments)[int(len(moments) * (1 - settings.split.test))]
        frame, meta = frame.shuffle("user", npartitions=1 + size // ROWS), frame._meta
        frame = frame.map_partitions(settle, settings, cut, meta=meta.assign(hidden=False))
        compute(client, "grouping by user", frame.to_parquet(folder, overwrite=True, compute=False))
        frame = read_parquet(folder)
        counts, latest = frame["item"].value_counts(split_out=1), frame["time"][~frame["hidden"]]
        counts, latest = compute(client, "counting", counts, latest.max())
        items, split = counts.index.sort_values(), dask.delayed(divide, nout=2)
        parts = [split(part, items) for part in frame.to_delayed()]
        few = parts[: max(1, len(parts) * given.sample // size)]
        chosen, thumb = train["choice"]["chosen"], settings.rule_of_thumb.kind
        wanted = ((chosen, few), (chosen, parts), (thumb, parts))
        fitted = [fit(client, *pick(train["ladder"], name), of, latest) for name, of in wanted]
        score, both = dask.delayed(score_users), dask.delayed(fitted[:2])
        scored = compute(client, "scoring", *(score(*part, both, settings) for part in parts))
    scores, users, pasts = (list(each) for each in zip(*scored, strict=True))
    history, ndcg = vstack(pasts).tocsr(), np.concatenate(scores).T
    if not ndcg.size:
        raise Stop("no user has both a past and something hidden", "lists cannot be measured here")
    labels, titles = pd.Index(np.concatenate(users)), read_titles(settings.items, items)
    facts = {"rows": size, "train_rows": history.nnz, "test_rows": counts.sum() - history.nnz}
    facts |= {"sample_rows": sum(past.nnz for past in pasts[: len(few)]), "parts": len(parts)}
    saved = Recommender(fitted[1], fitted[2], labels, titles, history)
    record(facts, lambda _, each: each.mean(), ndcg[0], ndcg, saved)


def tidy(names: list[str], frame: pd.DataFrame, number: int, settings: Settings) -> pd.DataFrame:
    """Return the interactions of a piece of a file, each with its place among all."""
    if absent := [name for name in names if name not in frame]:
        raise Stop(f"the data have no column {absent[0]!r}", "correct [columns]")
    rows = convert(remove(frame, names, settings.data)[0], settings)
    return rows.assign(place=number * 2**32 + rows.index)


def settle(rows: pd.DataFrame, settings: Settings, cut: float) -> pd.DataFrame:
    """Return the first of repeated interactions, in order of time, and which are hidden."""
    same = ["user", "item", *(["time"] if settings.feedback.repeats == "allowed" else [])]
    rows = rows.sort_values(["time", "place"]).drop_duplicates(same, ignore_index=True)
    late = rows[rows["time"] >= cut] if cut < np.inf else hide(rows, settings.split).hidden
    return rows.assign(hidden=rows.index.isin(late.index))


def divide(rows: pd.DataFrame, items: Any) -> tuple[Log, Holdout]:
    """Return the interactions of some users, with numbers for labels, and which are hidden."""
    user, users = pd.factorize(rows["user"], sort=True)
    frame = rows.assign(user=user, item=items.get_indexer(rows["item"]))
    hidden = frame.pop("hidden")
    return Log(frame, users, items, pd.Series(dtype=str)), Holdout(frame[~hidden], frame[hidden])


def fit(client: Any, rung: Any, chosen: dict[str, Any], parts: Any, latest: float) -> Any:
    """Return a model fitted to what is known of the users of these parts."""
    count, take = dask.delayed(count_items), dask.delayed(weigh)
    counts = sum(count(*part, latest - chosen.get("window", np.inf)) for part in parts)
    ((lately, ever),) = compute(client, "counting", counts)
    if not rung.personal:
        return Popular((lately + 0.5 * ever / ever.max()).astype(np.float32))
    taken = [take(hold.known, len(ever), chosen.get("half_life"), latest) for _, hold in parts]
    if rung.name == "als":
        return fit_factors(client, chosen, taken, len(ever))
    kept = np.argsort(-ever, kind="stable")[:MOST_ITEMS]
    kept = np.sort(kept[ever[kept] > min(1, ever.max() - 1)])  # one user says nothing of two items
    say(f"EASE relates {len(kept):,} of {len(ever):,} items: rarer ones get no weights")
    roots = [part.sqrt()[:, kept] for part in taken]
    together = sum((part.T @ part).toarray() for part in roots)  # how many users had two items
    (together,) = compute(client, "relating items", together)
    return solve_ease(together, kept, len(ever), chosen["penalty"])


def fit_factors(client: Any, chosen: dict[str, Any], taken: list[Any], items: int) -> Factors:
    """Alternate ten times, as the study does: users part by part, and as many items at a time."""
    factors, *how = (chosen[name] for name in ("factors", "penalty", "unobserved"))
    whole = sum(part.sum() for part in taken), sum(part.nnz for part in taken)
    weight, count = compute(client, "weighing", *whole)
    taken = [part / float(weight / count) for part in taken]
    some, stack = np.array_split(np.arange(items), len(taken)), dask.delayed(hstack)
    across = [stack([part[:, each].T for part in taken], "csr") for each in some]
    points: Any = np.random.default_rng(0).normal(0, 0.1 / np.sqrt(factors), (items, factors))
    for half in range(20):
        ask, points = dask.delayed(solve), dask.delayed(points.astype(np.float32))
        jobs = [ask(points, rows, *how) for rows in (across if half % 2 else taken)]
        points = np.concatenate(compute(client, "alternating", *jobs))
    return Factors(points, *how)


def count_items(log: Log, holdout: Holdout, since: float) -> Any:
    """Return how often each item was taken since a moment, and ever."""
    recent = holdout.known[holdout.known["time"] >= since]
    size = len(log.items)
    return np.array([np.bincount(some["item"], minlength=size) for some in (recent, holdout.known)])


def score_users(log: Log, holdout: Holdout, fitted: list[Any], settings: Settings) -> Any:
    """Return NDCG of the lists of users with something to find; the labels and pasts of all."""
    users = np.unique(holdout.known["user"])
    past = to_matrix(holdout.known, users, log)
    try:
        task = set_task(holdout, log, settings)
    except Stop:  # nobody here has both a past and something hidden to find
        return np.empty((0, len(fitted))), log.users[users], past
    study = Study(settings, log, holdout, holdout.known, task)
    scores = [study.ask(model).ndcg() for model in fitted]
    return np.column_stack(scores), log.users[users], past
