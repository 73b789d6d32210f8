"""Reference recommenders: fits a model of a library, prints the lists it makes as JSON.

Runs in an environment of its own, which holds the library, and for one model, whose memory it
tells: `python rankings.py LIBRARY MODEL FOLDER SECONDS`. The model takes those of its parameters
that rank best for the validation users; it tries as many as leave time for the test users.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

DEPTH = 20


class Job(NamedTuple):
    """Interactions to fit to, and the users to rank all items for."""

    frame: pd.DataFrame
    users: Any
    hidden: list[list[int]]
    items: int
    repeats: bool

    def matrix(self) -> sp.csr_matrix:
        """Return users x items, with 1 for every pair that is known."""
        rows, columns = self.frame["user"].to_numpy(), self.frame["item"].to_numpy()
        shape = (max(rows.max(), self.users.max()) + 1, self.items)
        known = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        known.data[:] = 1
        return known


Rank = Callable[[], Any]  # -> lists, a row for each user of the job
Fit = Callable[..., Rank]  # job, parameters -> what ranks


def main() -> None:
    """Tune, fit and rank with one model of the library."""
    library, chosen, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    validation, test = read(folder, "validation"), read(folder, "test")
    fit, grid = next((fit, grid) for name, fit, grid in LIBRARIES[library]() if name == chosen)
    tried = tune(fit, grid, validation, float(sys.argv[4]))
    best = grid[int(np.argmax(tried))]
    start = time.perf_counter()
    rank = fit(test, **best)
    fitted = time.perf_counter()
    lists = rank()
    found = {
        "parameters": best,
        "tried": len(tried),
        "of": len(grid),
        "lists": lists.tolist(),
        "fit": fitted - start,
        "rank": time.perf_counter() - fitted,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print()
    print(json.dumps(found))


def tune(fit: Fit, grid: list[dict[str, Any]], job: Job, seconds: float) -> list[float]:
    """Return the NDCG of each of the parameters, the first ones where time is short."""
    begin, scores = time.perf_counter(), []
    for values in grid:
        scores.append(ndcg(fit(job, **values)(), job.hidden))
        spent = time.perf_counter() - begin
        if spent * (1 + 2 / len(scores)) > seconds:
            break
    return scores


def read(folder: Path, name: str) -> Job:
    """Return what the project exported."""
    facts = json.loads((folder / f"{name}.json").read_text("utf-8"))
    frame = pd.read_csv(folder / f"{name}.csv")
    users = np.array(facts["users"])
    return Job(frame, users, facts["hidden"], facts["items"], facts["repeats"])


def ndcg(lists: Any, hidden: list[list[int]], k: int = 10) -> float:
    """Return the mean NDCG@k of lists."""
    weights = 1 / np.log2(np.arange(2, k + 2))
    gains = [
        np.isin(items[:k], wanted) @ weights[: len(items[:k])] / weights[: len(wanted)].sum()
        for items, wanted in zip(lists, hidden, strict=True)
    ]
    return float(np.mean(gains))


def of_implicit() -> Iterator[tuple[str, Fit, list[dict[str, Any]]]]:
    """Yield the models of implicit, each with the parameters to try."""
    from implicit.als import AlternatingLeastSquares
    from implicit.bpr import BayesianPersonalizedRanking
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

    def using(kind: Any) -> Fit:
        def fit(job: Job, **values: Any) -> Rank:
            model, known = kind(**values), job.matrix()
            model.fit(known, show_progress=False)

            def rank() -> Any:
                return model.recommend(
                    job.users,
                    known[job.users],
                    N=min(DEPTH, job.items),
                    filter_already_liked_items=not job.repeats,
                )[0]

            return rank

        return fit

    factors = [{"factors": size, "random_state": 0} for size in (16, 64, 128)]
    neighbours = [{"K": count} for count in (20, 100, 500)]
    tuned = [
        {"factors": size, "alpha": alpha, "regularization": penalty, "random_state": 0}
        for alpha, penalty in ((1, 0.01), (5, 10), (10, 30))
        for size in (16, 64)
    ]
    yield "ALS", using(AlternatingLeastSquares), tuned
    yield "BPR", using(BayesianPersonalizedRanking), factors
    yield "cosine", using(CosineRecommender), neighbours
    yield "BM25", using(BM25Recommender), neighbours


def of_rectools() -> Iterator[tuple[str, Fit, list[dict[str, Any]]]]:
    """Yield models of RecTools, each with the parameters to try."""
    from rectools.dataset import Dataset
    from rectools.models import EASEModel, PureSVDModel

    def using(kind: Any, *, transposed: bool = False) -> Fit:
        def fit(job: Job, **values: Any) -> Rank:
            table = job.frame.drop_duplicates().rename(
                columns={"user": "user_id", "item": "item_id"}
            )
            data = Dataset.construct(table.assign(weight=1, datetime="2020-01-01"))
            model = kind(**values).fit(data)
            if transposed:
                model.weight = model.weight.T.copy()

            def rank() -> Any:
                rows = model.recommend(job.users, data, DEPTH, filter_viewed=not job.repeats)
                return to_lists(rows, job)

            return rank

        return fit

    penalties = [{"regularization": value} for value in (200, 50, 500, 1000, 10)]
    yield "EASE", using(EASEModel), penalties
    # RecTools 0.19 multiplies histories with the transposed weights; this is EASE as published.
    yield "EASE, weights turned", using(EASEModel, transposed=True), penalties
    yield "PureSVD", using(PureSVDModel), [{"factors": size} for size in (32, 8, 128)]


def of_lenskit() -> Iterator[tuple[str, Fit, list[dict[str, Any]]]]:
    """Yield models of LensKit, each with the parameters to try."""
    from lenskit.als import ImplicitMFScorer
    from lenskit.batch import recommend
    from lenskit.data import from_interactions_df
    from lenskit.knn import ItemKNNScorer
    from lenskit.pipeline import topn_pipeline

    def using(kind: Any) -> Fit:
        def fit(job: Job, **values: Any) -> Rank:
            table = job.frame.drop_duplicates().rename(
                columns={"user": "user_id", "item": "item_id"}
            )
            pipeline = topn_pipeline(kind(**values))
            pipeline.train(from_interactions_df(table))

            def rank() -> Any:
                rows = recommend(pipeline, job.users.tolist(), n=DEPTH).to_df()
                return to_lists(rows, job)

            return rank

        return fit

    yield "ALS", using(ImplicitMFScorer), [{"embedding_size": size} for size in (64, 16)]
    neighbours = [{"max_nbrs": count, "feedback": "implicit"} for count in (100, 20)]
    yield "item neighbours", using(ItemKNNScorer), neighbours


def to_lists(rows: pd.DataFrame, job: Job) -> Any:
    """Return a row of items for each user of the job, in order of rank; -1 where none is left."""
    lists = np.full((len(job.users), DEPTH), -1)
    places = pd.Index(job.users)
    for name, part in rows.sort_values("rank").groupby("user_id"):
        lists[places.get_loc(name), : len(part)] = part["item_id"].to_numpy()[:DEPTH]
    return lists


LIBRARIES: dict[str, Callable[[], Iterator[tuple[str, Fit, list[dict[str, Any]]]]]] = {
    "implicit": of_implicit,
    "RecTools": of_rectools,
    "LensKit": of_lenskit,
}

if __name__ == "__main__":
    main()
