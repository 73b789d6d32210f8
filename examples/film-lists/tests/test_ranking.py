"""Lists are ranked from all items, and measured as the definitions say."""

import numpy as np
import pytest
import scipy.sparse as sp

from film_lists.comparison import Climbed, choose, difference
from film_lists.experiment import sample_size
from film_lists.learning import fit_power_law, gain
from film_lists.models import find_rung
from film_lists.newcomers import shorten
from film_lists.popular import Popular
from film_lists.project import Experiment
from film_lists.ranking import Ranked, best, interval, rank_by, variety
from film_lists.split import Task

SCORES = np.array([[5, 4, 3, 2, 1], [1, 2, 3, 4, 5]], dtype=np.float32)


def make_task() -> Task:
    history = sp.csr_matrix(np.array([[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]], dtype=np.float32))
    hidden = sp.csr_matrix(np.array([[0, 1, 0, 1, 0], [1, 0, 0, 0, 0]], dtype=np.float32))
    return Task(np.array([0, 1]), history, hidden, np.zeros(2))


def ranked(*, repeats: bool = False) -> Ranked:
    return rank_by(lambda part: SCORES[part].copy(), make_task(), 5, repeats=repeats)


def test_what_a_user_had_is_not_shown_again_unless_repeats_are_allowed() -> None:
    assert ranked().lists.tolist() == [[1, 2, 3, 4, -1], [3, 2, 1, 0, -1]]
    assert ranked(repeats=True).lists[0, 0] == 0


def test_ndcg_recall_and_precision_follow_their_definitions() -> None:
    lists = ranked()
    first = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert lists.ndcg(4).tolist() == pytest.approx([first, 1 / np.log2(5)])
    assert lists.recall(2).tolist() == [0.5, 0]
    assert lists.precision(2).tolist() == [0.5, 0]
    assert lists.hit_rate(2).tolist() == [1, 0]


def test_a_list_longer_than_the_catalogue_ends_with_the_catalogue() -> None:
    assert best(SCORES.copy(), None, 99).shape == (2, 5)


def test_of_equal_scores_the_lower_number_comes_first() -> None:
    scores = np.array([[1, 3, 2, 2, 2, 2], [0, 0, 0, 0, 0, 9]], dtype=np.float32)
    assert best(scores, None, 3).tolist() == [[1, 2, 3], [5, 0, 1]]


def test_ndcg_of_a_short_list_is_a_share_of_the_best_short_list() -> None:
    hits = np.array([[True, False, True]])
    lists = Ranked(np.array([[4, 2, 7]]), hits, np.array([5]))
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert lists.ndcg(3)[0] == pytest.approx((1 + 0.5) / ideal)
    assert lists.recall(3)[0] == pytest.approx(2 / 5)


def test_one_list_for_everybody_has_the_highest_gini_and_many_lists_the_lowest() -> None:
    same = Ranked(np.zeros((10, 1), int), np.zeros((10, 1), bool), np.ones(10, int))
    spread = Ranked(np.arange(10)[:, None], np.zeros((10, 1), bool), np.ones(10, int))
    known = np.full(10, 0.5)
    assert variety(same, 1, known)["gini"] == pytest.approx(0.9)
    assert variety(spread, 1, known) == pytest.approx({"coverage": 1, "novelty": 1, "gini": 0})


def test_the_interval_of_a_mean_covers_it_and_shrinks_with_users() -> None:
    random = np.random.default_rng(0)
    few, many = random.random(50), random.random(5000)
    low, high = interval(few)
    assert low < few.mean() < high
    assert interval(many)[1] - interval(many)[0] < (high - low) / 5


def test_a_difference_that_all_users_share_is_distinguishable() -> None:
    scores = np.random.default_rng(0).random(300)
    assert difference(scores - 0.1, scores)["distinguishable"]
    assert not difference(scores, scores)["distinguishable"]


def test_of_the_simplest_kind_that_is_not_worse_the_one_with_least_to_tune_is_chosen() -> None:
    hits = {"popular lately": 900, "item neighbours": 999, "EASE": 998, "ALS": 1000}
    climbed = {}
    for name, count in hits.items():
        found = np.arange(2000)[:, None] < count
        lists = Ranked(np.zeros((2000, 1), int), found, np.ones(2000, int))
        model = Popular(np.zeros(0, int), np.zeros(0), 1, None)
        climbed[name] = Climbed(find_rung(name), {}, [], model, lists, 0.0, 0.0)
    choice = choose(climbed, 1)
    assert (choice["chosen"], choice["best"]) == ("EASE", "ALS")
    assert "item neighbours" in choice["reason"]
    assert "popular lately" not in choice["reason"]


def test_the_sample_size_is_that_of_two_proportions() -> None:
    hits = np.repeat([1.0, 0.0], [100, 900])
    plan = sample_size(hits, Experiment(lift=0.1))
    assert plan["users_per_arm"] == pytest.approx(14_749, abs=5)
    assert sample_size(np.zeros(9), Experiment())["users_per_arm"] is None


def test_a_shorter_past_is_a_part_of_a_longer_one() -> None:
    past = sp.csr_matrix(np.ones((3, 9), dtype=np.float32))
    two, five = shorten(past, 2), shorten(past, 5)
    assert np.diff(five.indptr).tolist() == [5, 5, 5]
    assert all(set(a.indices) <= set(b.indices) for a, b in zip(two, five, strict=True))


def test_the_power_law_is_found_again() -> None:
    sizes = np.array([10.0, 30, 100, 300, 1000])
    law = fit_power_law(sizes, 0.4 - 0.8 * sizes**-0.5)
    assert law == pytest.approx((0.8, 0.5, 0.4), rel=0.02)
    assert gain(law, 1000) == pytest.approx(0.8 * (1000**-0.5 - 2000**-0.5), rel=0.02)
