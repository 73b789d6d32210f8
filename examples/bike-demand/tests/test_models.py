from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bike_demand.kit.intervals import paired_difference
from bike_demand.models import LADDER, Rung, calibrate, doubt, half_widths, tenths
from bike_demand.train import choose, prepare

from conftest import a_study


def some_rows(count: int = 100) -> pd.DataFrame:
    size = np.linspace(0, 1, count)
    return pd.DataFrame({"size": size, "colour": ["red", "blue"] * (count // 2), "y": 3 * size})


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_no_rung_predicts_less_than_the_least_possible_target(rung: Rung) -> None:
    columns = {"target": "y", "unit": "pieces", "numeric": ["size"], "least": 0}
    settings, rows = a_study(columns=columns), some_rows()
    parameters = {name: tried[0] for name, tried in rung.grid(settings).items()}
    model = rung.make(settings, **parameters).fit(rows[["size"]], rows["y"])
    assert model.predict(pd.DataFrame({"size": [-5.0]})).min() >= 0


def test_intervals_cover_what_they_promise_on_rows_like_those_they_were_made_from() -> None:
    draw = np.random.default_rng(0)
    predicted = draw.uniform(0, 100, 4000)
    y = predicted + draw.normal(0, 1 + predicted / 10)
    promise = calibrate(y[:2000], predicted[:2000], a_study())
    widths = half_widths(predicted[2000:], promise["conformal"])
    assert np.mean(np.abs(y - predicted)[2000:] <= widths) == pytest.approx(0.9, abs=0.03)
    assert widths[predicted[2000:].argmax()] > widths[predicted[2000:].argmin()]


def test_a_bias_in_the_highest_tenth_has_its_sign() -> None:
    predicted = np.arange(100.0)
    y = predicted + 10 * (predicted >= 90)
    found = tenths(y, predicted, predicted, np.arange(100))
    assert [part["mean_error"] for part in found] == [0.0] * 9 + [-10.0]


def test_the_simplest_model_that_keeps_up_with_the_best_is_chosen() -> None:
    study = prepare(a_study(), some_rows())
    ladder = [
        {"name": name, "label": name, "role": role, "folds": folds, "parameters": {}}
        for name, role, folds in [
            ("constant", "constant", [9, 9, 9, 9, 9]), ("unsure", "model", [1, 9, 1, 1, 1]),
            ("simple", "model", [1.1, 0.9, 1.2, 1.1, 0.9]), ("best", "model", [1, 1, 1, 1, 1]),
        ]
    ]  # fmt: skip
    assert choose(study, ladder)["chosen"] == "simple"
    ladder[2]["refused"] = "gives every row the same answer"
    assert choose(study, ladder)["chosen"] == "best"


def test_folds_that_share_rows_make_a_difference_less_certain() -> None:
    folds = [(np.arange(80), np.arange(20))] * 5
    found = paired_difference([1, 2, 3, 2, 1], [0, 0, 0, 0, 0], folds)
    assert found["high"] - found["low"] > 2 * 2.776 * np.std([1, 2, 3, 2, 1], ddof=1) / np.sqrt(5)


def test_a_result_that_is_too_good_names_the_feature_to_look_at() -> None:
    y, leaks = np.arange(50.0), {"alone": {"size": 0.99, "colour": 0.1}}
    question = doubt(y, y + 0.01, leaks, a_study().columns)
    assert question is not None
    assert "can size be known beforehand" in question
