"""What models and rankings must do, on cases small enough to check by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from shop_lists.kit.ranking import Ranked, best
from shop_lists.kit.settings import load_settings
from shop_lists.models import LADDER, fit_popular
from shop_lists.personal import Factors, fit_ease
from shop_lists.train import find_collapse, prepare, without_ageing

FRAME = pd.DataFrame(
    {"user": [0, 0, 1, 1, 2, 2, 3], "item": [0, 1, 0, 1, 2, 3, 2], "time": [1, 1, 2, 2, 8, 9, 9.0]}
)
PAST = sp.csr_matrix(np.array([[1, 0, 1, 0, 0]], dtype=np.float32))


def test_ndcg_is_what_the_formula_gives() -> None:
    ranked = Ranked(np.array([[0, 1, 2]]), np.array([[False, True, False]]), np.array([2]))
    assert ranked.ndcg()[0] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
    assert ranked.describe(4) == {"hit_rate": 1, "coverage": 0.75}


def test_what_was_had_is_never_shown_and_equals_keep_their_order() -> None:
    assert best(np.zeros((1, 5), np.float32), PAST, 5).tolist() == [[1, 3, 4, -1, -1]]
    assert best(np.zeros((1, 5), np.float32), PAST, 2).tolist() == [[1, 3]]


def test_popular_lately_counts_the_window_only_unless_without_an_order_of_time() -> None:
    ever, lately = (fit_popular(FRAME, 5, window=window).scores(PAST) for window in (None, 0.5))
    assert best(ever, PAST * 0, 5).tolist() == [[0, 1, 2, 3, 4]]
    assert best(lately, PAST * 0, 5).tolist() == [[2, 3, 0, 1, 4]]
    assert (fit_popular(FRAME, 5, **without_ageing({"window": 0.5})).scores(PAST) == ever).all()


def test_ease_is_the_regression_of_every_item_on_the_others() -> None:
    model = fit_ease(FRAME, 5, penalty=1)
    taken = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1.0]])  # items 0, 1 and 2
    for item in range(3):
        others = [other for other in range(3) if other != item]
        normal = taken[:, others].T @ taken[:, others] + np.eye(2)
        wanted = np.linalg.solve(normal, taken[:, others].T @ taken[:, item])
        assert model.weights[others, item] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.usefixtures("project")
def test_ageing_leaves_lists_personal_and_the_guard_refuses_one_list_for_all() -> None:
    study, _, _ = prepare(load_settings())
    als = LADDER[-1]
    assert find_collapse(als, study.fit(als, {"half_life": 3, "factors": 8}), study) is None
    distant = np.outer(np.arange(len(study.log.items)), np.ones(8)).astype(np.float32)
    assert "get only 1 different lists" in str(find_collapse(als, Factors(distant, 1, 1), study))
