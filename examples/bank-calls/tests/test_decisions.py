"""Costs become decisions, probabilities are corrected, wrong classes and costs are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bank_calls.calibration import fit_scaling, reliability, scale
from bank_calls.command import ProjectError
from bank_calls.costs import confusion, decide, make_policy
from bank_calls.data import load
from bank_calls.imbalance import resample
from bank_calls.metric import score
from bank_calls.project import load_settings
from bank_calls.split import folds, split
from bank_calls.target import check_folds
from bank_calls.train import train

from conftest import change, make_project, make_rows

COSTS = np.array([[0.0, 1.0], [4.0, 0.0]])


def right_probabilities(count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Return classes drawn from the very probabilities that are stated."""
    random = np.random.default_rng(0)
    p = random.beta(1, 3, count)
    return (random.uniform(size=count) < p).astype(int), np.column_stack([1 - p, p])


def test_with_right_probabilities_the_threshold_is_the_theoretical_one() -> None:
    policy = make_policy(*right_probabilities(), COSTS, capacity=0.1)
    assert policy["theory"] == pytest.approx(1 / 5)
    assert policy["threshold"] == pytest.approx(1 / 5, abs=0.05)
    assert policy["cost"] < min(policy["most_probable"], policy["without_model"])
    assert policy["capacity"]["flagged"] == pytest.approx(0.1, abs=0.001)


def test_a_dearer_miss_lowers_the_threshold_and_finds_more() -> None:
    ratios = make_policy(*right_probabilities(), COSTS, None)["ratios"]
    assert [row["threshold"] for row in ratios] == sorted(
        (row["threshold"] for row in ratios), reverse=True
    )
    assert [row["recall"] for row in ratios] == sorted(row["recall"] for row in ratios)


def test_the_curve_costs_what_its_thresholds_decide() -> None:
    y, p = right_probabilities(500)
    curve = make_policy(y, p, COSTS, None)["curve"]
    for threshold, cost in zip(curve["thresholds"], curve["costs"], strict=True):
        decided = decide(p, COSTS, threshold)
        assert cost == pytest.approx(COSTS[y, decided].mean())


def test_of_three_classes_the_one_with_the_least_expected_cost_is_decided() -> None:
    costs = np.array([[0.0, 1, 1], [1, 0, 1], [9, 9, 0]])
    p = np.array([[0.6, 0.2, 0.2], [0.7, 0.29, 0.01]])
    assert list(decide(p, costs, None)) == [2, 0]


def test_confusion_counts_a_thousand_rows() -> None:
    table = np.array(confusion(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2))
    assert table.tolist() == [[250, 250], [0, 500]]


def test_scaling_repairs_probabilities_that_are_too_sure() -> None:
    y, p = right_probabilities()
    sure = scale(p, {"slope": 2.0, "shifts": [0.5]})
    scaling = fit_scaling(y, sure)
    assert scaling["slope"] == pytest.approx(0.5, abs=0.05)
    assert score("log_loss", y, scale(sure, scaling)) == pytest.approx(
        score("log_loss", y, p), abs=0.001
    )
    for part in reliability(y, scale(sure, scaling)):
        assert part["claimed"] == pytest.approx(part["held"], abs=0.05)


@pytest.mark.parametrize("largest", [True, False])
def test_resampling_draws_only_rows_to_fit_and_makes_classes_equal(*, largest: bool) -> None:
    codes, fit = np.repeat([0, 1], [90, 30]), np.arange(0, 120, 2)
    drawn = resample(fit, codes, largest=largest)
    assert set(drawn) <= set(fit)
    assert np.bincount(codes[drawn]).tolist() == ([45, 45] if largest else [15, 15])


def refused(root: Path, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> str:
    """Return the error that edited rows lead to."""
    make_project(root, edit(make_rows()))
    with pytest.raises(ProjectError) as error:
        load(root, load_settings(root))
    return str(error.value)


def test_a_class_that_is_not_declared_is_named_with_its_row(tmp_path: Path) -> None:
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[4, "y"] = "perhaps"
        return rows

    assert "column 'y', row 5: 'perhaps' is not one of the declared classes" in refused(
        tmp_path, edit
    )


def test_numbers_among_words_are_named(tmp_path: Path) -> None:
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        rows["y"] = rows["y"].astype(object)
        rows.loc[7, "y"] = 1
        return rows

    assert "row 8: '1' is not one of the declared classes" in refused(tmp_path, edit)


def test_a_single_class_is_refused(tmp_path: Path) -> None:
    assert "every row is 'no'" in refused(tmp_path, lambda rows: rows.assign(y="no"))


def test_a_class_with_one_row_is_refused(tmp_path: Path) -> None:
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(y=np.where(rows.index == 3, "yes", "no"))

    assert "class 'yes' has 1 row; 3 folds need at least 6" in refused(tmp_path, edit)


def test_a_stratified_split_keeps_the_shares_of_the_classes(tmp_path: Path) -> None:
    rows = make_rows()
    make_project(tmp_path, rows.assign(y=np.where(rows.index % 10 == 0, "yes", "no")))
    change(tmp_path, 'kind = "random"', 'kind = "stratified"\ntest = 0.25')
    settings = load_settings(tmp_path)
    train, test = split(load(tmp_path, settings)[0], settings)
    assert (len(train), len(test)) == (120, 40)
    assert train["y"].mean() == test["y"].mean() == 0.1
    for _, seen in folds(train, train["y"], settings.split):
        assert train["y"].iloc[seen].mean() == pytest.approx(0.1, abs=0.01)


def test_two_spellings_can_be_one_class(tmp_path: Path) -> None:
    rows = make_rows()
    rows.loc[::2, "y"] += "."
    make_project(tmp_path, rows)
    change(tmp_path, 'yes = "yes"', 'yes = "yes"\n"yes." = "yes"\n"no." = "no"')
    _, facts = load(tmp_path, load_settings(tmp_path))
    assert set(facts["target"]["classes"]) == {"no", "yes"}


def test_a_class_that_comes_late_is_refused_for_folds_by_time(tmp_path: Path) -> None:
    make_project(
        tmp_path, make_rows().assign(y=lambda rows: np.where(rows.index < 110, "no", "yes"))
    )
    change(tmp_path, 'kind = "random"', 'kind = "time"\nby = "row"')
    settings = load_settings(tmp_path)
    rows, _ = split(load(tmp_path, settings)[0], settings)
    with pytest.raises(ProjectError, match="fold 1 has no row of class"):
        check_folds(rows["y"], folds(rows, rows["y"], settings.split), settings)


def test_a_class_without_a_test_row_is_refused(tmp_path: Path) -> None:
    rows = make_rows()
    make_project(tmp_path, rows.assign(y=rows["y"].where(rows.index < 120, "no")))
    change(tmp_path, 'kind = "random"', 'kind = "time"\nby = "row"')
    with pytest.raises(ProjectError, match="no test row has the class 'yes'"):
        train(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("yes = { no = 4 }", "", "what does it cost to take 'yes' for 'no'"),
        ("yes = { no = 4 }", "yes = { no = -4 }", "costs.mistakes.yes.no"),
        ("yes = { no = 4 }", "yes = { no = inf }", "costs.mistakes.yes.no"),
        (
            "yes = { no = 4 }",
            "yes = { no = 4 }\nmaybe = { no = 1 }",
            "'maybe' is no class; there are no, yes",
        ),
        ("yes = { no = 4 }", "yes = { no = 0 }\n", ""),
        ('yes = "yes"', "", "at least two names"),
        ("[costs.mistakes]", "[costs.errors]", "costs.errors: unknown key"),
        ("capacity = 0.3", "capacity = 30", "costs.capacity"),
    ],
)
def test_costs_and_classes_are_checked(project: Path, old: str, new: str, said: str) -> None:
    change(project, old, new)
    if not said:
        assert load_settings(project).matrix().tolist() == [[0, 1], [0, 0]]
        return
    with pytest.raises(ProjectError, match=r"project\.toml") as error:
        load_settings(project)
    assert said in str(error.value)
