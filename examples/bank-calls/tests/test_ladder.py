"""How every rung of the ladder behaves, and how one is chosen, whatever the data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from bank_calls.comparison import choose, difference
from bank_calls.metric import predict
from bank_calls.models import LADDER, Rung
from bank_calls.project import Settings
from bank_calls.storage import load_model, save


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_the_same_seed_gives_the_same_predictions(
    rung: Rung, study: tuple[Settings, pd.DataFrame]
) -> None:
    settings, rows = study
    X, y = rows[settings.columns.features], rows["y"]
    first, second = (predict(rung.make(settings, 7).fit(X, y), X) for _ in range(2))
    assert np.allclose(first, second, rtol=1e-12)  # threads of the forest add in any order


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_making_a_model_fits_nothing(rung: Rung, study: tuple[Settings, pd.DataFrame]) -> None:
    model = rung.make(study[0], 0)
    assert not hasattr(model[0], "transformers_")
    assert clone(model) is not model


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_every_rung_can_be_saved_and_loaded(
    rung: Rung, study: tuple[Settings, pd.DataFrame], tmp_path: Path
) -> None:
    settings, rows = study
    X, y = rows[settings.columns.features], rows["y"]
    model = rung.make(settings, 0).fit(X, y)
    loaded = load_model(tmp_path, {"model": save(tmp_path, model)})
    assert np.allclose(predict(loaded, X), predict(model, X), rtol=1e-12)


def test_the_simplest_of_equals_is_chosen_and_the_sentence_says_so() -> None:
    folds = [(np.arange(80), np.arange(20))] * 5
    ladder = [
        {"name": "simple", "baseline": False, "score": 1.02, "folds": [1.0, 1.1, 0.9, 1.1, 1.0]},
        {"name": "complex", "baseline": False, "score": 1.00, "folds": [1.1, 0.9, 1.0, 1.0, 1.0]},
    ]
    choice = choose(ladder, folds)
    assert (choice["chosen"], choice["best"]) == ("simple", "complex")
    assert "cannot tell apart" in choice["reason"]


def test_a_clear_winner_is_chosen_over_simpler_models() -> None:
    folds = [(np.arange(80), np.arange(20))] * 5
    ladder = [
        {"name": "simple", "baseline": False, "score": 2.0, "folds": [2.0, 2.1, 1.9, 2.1, 1.9]},
        {"name": "complex", "baseline": False, "score": 1.0, "folds": [1.0, 1.1, 0.9, 1.0, 1.0]},
    ]
    assert choose(ladder, folds)["chosen"] == "complex"


def test_a_baseline_that_loses_on_every_fold_is_not_chosen_however_unequal_the_folds() -> None:
    folds = [(np.arange(80), np.arange(20))] * 3
    ladder = [
        {"name": "mean", "baseline": True, "score": 20.0, "folds": [2.0, 8.0, 50.0]},
        {"name": "model", "baseline": False, "score": 3.0, "folds": [1.0, 3.0, 5.0]},
    ]
    assert not choose(ladder, folds)["comparisons"][0]["distinguishable"]
    assert choose(ladder, folds)["chosen"] == "model"


def test_the_corrected_interval_is_wider_than_the_plain_one_by_the_known_factor() -> None:
    folds = [(np.arange(80), np.arange(20))] * 5
    found = difference([1.0, 2.0, 3.0, 4.0, 5.0], [0.0] * 5, folds)
    plain = 2.776445 * np.std([1, 2, 3, 4, 5], ddof=1) / np.sqrt(5)
    assert (found["high"] - found["low"]) / 2 == pytest.approx(
        plain * np.sqrt(1 + 5 * 20 / 80), rel=1e-4
    )
