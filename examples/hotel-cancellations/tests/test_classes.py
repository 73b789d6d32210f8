from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hotel_cancellations.kit import Stop
from hotel_cancellations.models import ClassRates, describe_pattern, doubt, read_target, refusal

from conftest import a_study


def test_a_class_is_read_however_a_program_wrote_it_and_classes_may_share_a_name() -> None:
    settings = a_study(classes={"0": "no", "1": "yes", "2": "yes"})
    y = read_target(pd.Series(["0", "1.0", " 2 ", None] * 10, name="bought"), settings)
    assert y[:3].tolist() == [0, 1, 1]
    assert y.isna().sum() == 10


@pytest.mark.parametrize(
    ("values", "message"),
    [(["no", "yes", "perhaps"] * 20, "'perhaps'"), (["no"] * 97 + ["yes"] * 3, "'yes' has 3 rows")],
)
def test_unknown_and_all_too_rare_classes_are_refused(values: list[str], message: str) -> None:
    with pytest.raises(Stop, match=message):
        read_target(pd.Series(values, name="bought"), a_study())


def test_the_rule_of_thumb_gives_the_share_of_the_group_but_never_certainty() -> None:
    rule = {"by": ["colour"], "label": "the share of this colour"}
    X = pd.DataFrame({"colour": ["red"] * 90 + ["blue"] * 90, "size": 1.0})
    rates = ClassRates(a_study(rule_of_thumb=rule)).fit(X, pd.Series([1.0] * 90 + [0] * 90))
    new = pd.DataFrame({"colour": ["red", "blue", "green"], "size": 1.0})
    red, blue, unknown = rates.predict_proba(new)[:, 1]
    assert 0 < blue < 0.1
    assert 0.9 < red < 1
    assert unknown == pytest.approx(0.5)


def test_the_pattern_bears_values_that_hardly_differ_and_gaps() -> None:
    sizes = 1e6 + np.arange(120) / 1e3
    rows = pd.DataFrame({"size": sizes, "colour": "red", "bought": np.arange(120) % 2.0})
    rows.loc[:9, "size"] = np.nan
    found = describe_pattern(rows, a_study(), {"size": 0.5, "colour": 0.0})
    assert sum(group["rows"] for group in found["groups"]) == 110
    assert [sum(group["shares"]) for group in found["groups"]] == pytest.approx([1] * 6)


def test_a_model_that_gives_one_class_is_refused_with_the_reason() -> None:
    timid = np.column_stack([np.linspace(0.9, 0.99, 50), np.linspace(0.1, 0.01, 50)])
    assert refusal(np.tile([0.8, 0.2], (50, 1)), a_study()).endswith("the same probabilities")
    assert refusal(timid, a_study()) == "calls every row no"
    assert refusal(np.concatenate([timid, timid[:, ::-1]]), a_study()) == ""


def test_probabilities_that_know_all_are_doubted() -> None:
    y, leaks = np.array([0, 1] * 50), {"alone": {"size": 0.9, "colour": 0.1}}
    assert "size" in str(doubt(y, np.eye(2)[y] * 0.99 + 0.005, leaks, a_study().columns))
