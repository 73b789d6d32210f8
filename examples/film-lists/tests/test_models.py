"""Models give what their formulas say, for known users and for new ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from film_lists.factors import Factors
from film_lists.models import LADDER
from film_lists.popular import Popular
from film_lists.storage import flatten, restore
from film_lists.weights import ItemWeights, fit_ease, fit_neighbours, weigh

USERS, ITEMS = 60, 25
NOW = np.array([1000.0])


def make_frame() -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(
        {"user": random.integers(USERS, size=600), "item": random.integers(ITEMS, size=600)}
    ).drop_duplicates()
    return rows.assign(rating=3.0, time=np.arange(len(rows), dtype=float))


def one_past(*items: int) -> sp.csr_matrix:
    return sp.csr_matrix(
        (np.ones(len(items), np.float32), ([0] * len(items), items)), shape=(1, ITEMS)
    )


def test_ease_is_the_inverse_of_the_regularised_gram_matrix() -> None:
    frame = make_frame()
    taken = weigh(frame, (USERS, ITEMS), None).toarray()
    inverse = np.linalg.inv(taken.T @ taken + 10 * np.eye(ITEMS))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    model = fit_ease(frame, (USERS, ITEMS), penalty=10)
    np.testing.assert_allclose(model.weights, expected, atol=1e-4)


def test_neighbours_are_cosines_and_only_the_closest_count() -> None:
    frame = make_frame()
    taken = weigh(frame, (USERS, ITEMS), None).toarray()
    length = np.linalg.norm(taken, axis=0)
    cosine = taken.T @ taken / np.outer(length, length)
    np.fill_diagonal(cosine, 0)
    whole = fit_neighbours(frame, (USERS, ITEMS), neighbours=ITEMS, shrink=0)
    np.testing.assert_allclose(whole.scores(one_past(3), NOW)[0], cosine[3], atol=1e-5)
    few = fit_neighbours(frame, (USERS, ITEMS), neighbours=3, shrink=0)
    assert np.count_nonzero(few.scores(one_past(3), NOW) > 1e-5) < np.count_nonzero(cosine[3])


@pytest.mark.parametrize("fit", [fit_ease, fit_neighbours])
def test_a_past_that_says_nothing_gives_what_is_popular(fit: Callable[..., ItemWeights]) -> None:
    frame = make_frame()
    frame = frame[(frame["item"] != 7) | ~frame["item"].duplicated()]  # one user had item 7
    most = frame["item"].value_counts().max()
    best = int(fit(frame, (USERS, ITEMS)).scores(one_past(7), NOW).argmax())
    assert (frame["item"] == best).sum() == most


def test_interactions_of_decades_ago_make_no_holes_in_the_scores() -> None:
    frame = make_frame()
    frame["time"] *= 100
    model = fit_neighbours(frame, (USERS, ITEMS), shrink=0, half_life=3)
    assert np.isfinite(model.scores(one_past(3), NOW)).all()


def test_a_new_user_is_folded_in_as_the_library_would() -> None:
    taken = weigh(make_frame(), (USERS, ITEMS), None)
    with threadpool_limits(1, "blas"):
        als = AlternatingLeastSquares(
            4, regularization=2.0, alpha=5.0, iterations=5, random_state=0, use_gpu=False
        )
        als.fit(taken, show_progress=False)
    mine = Factors(np.asarray(als.item_factors), 2.0, 5.0).scores(one_past(1, 4), NOW)
    theirs = als.recalculate_user(np.array([0]), one_past(1, 4)) @ als.item_factors.T
    np.testing.assert_allclose(mine, np.atleast_2d(theirs), rtol=1e-3, atol=1e-4)


def test_popularity_counts_only_what_was_before_the_moment_of_the_user() -> None:
    model = Popular(np.array([0, 0, 1, 1, 1]), np.array([1.0, 2.0, 8.0, 9.0, 10.0]), ITEMS, None)
    early, late = model.scores(one_past(0)[[0, 0]], np.array([5.0, 20.0]))
    assert list(early[:2]) == [2, 0]
    assert list(late[:2]) == [2, 3]
    lately = Popular(model.items, model.times, ITEMS, 4.0)
    assert list(lately.scores(one_past(0), np.array([10.0]))[0, :2]) == [0, 3]


@pytest.mark.parametrize("rung", LADDER, ids=[rung.name for rung in LADDER])
def test_every_model_scores_a_user_without_a_past_and_survives_saving(
    rung: object, tmp_path: Path
) -> None:
    model = rung.fit(make_frame(), (USERS, ITEMS))  # type: ignore[attr-defined]
    for history in (one_past(), one_past(2, 7)):
        scores = model.scores(history, NOW)
        assert scores.shape == (1, ITEMS)
        assert not np.isnan(scores).any()
        np.savez(tmp_path / "model.npz", allow_pickle=False, **flatten(model, "model"))
        with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
            again = restore(dict(arrays), "model")
        np.testing.assert_array_equal(again.scores(history, NOW), scores)
