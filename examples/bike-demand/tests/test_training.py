"""What the steps write, and what they refuse, on a small project with invented data."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bike_demand import train as training
from bike_demand.cases import CASES, read_notes
from bike_demand.command import ProjectError
from bike_demand.data import load
from bike_demand.diagnose import diagnose
from bike_demand.evaluate import evaluate
from bike_demand.leakage import audit
from bike_demand.learning import fit_power_law
from bike_demand.metric import Vector, constant
from bike_demand.project import load_settings
from bike_demand.results import read_results
from bike_demand.slices import find, holds, in_words
from bike_demand.split import split
from bike_demand.storage import MODEL, load_model
from bike_demand.train import train

from conftest import change, make_project, make_rows


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished project that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_the_chosen_model_beats_the_baseline_on_the_test_set(finished: Path) -> None:
    results = read_results(finished)
    assert results["test"]["score"] < 0.5 * results["test"]["baseline"]
    assert results["test"]["low"] < results["test"]["score"] < results["test"]["high"]
    assert results["choice"]["chosen"] in {
        rung["name"] for rung in results["ladder"] if not rung["baseline"]
    }


def predictions(root: Path) -> Vector:
    """Return what the saved model predicts for all rows."""
    settings = load_settings(root)
    frame, _ = load(root, settings)
    predicted: Vector = load_model(root, read_results(root)).predict(
        frame[settings.columns.features]
    )
    return predicted


def test_training_twice_gives_the_same_results_and_the_same_model(
    finished: Path, tmp_path: Path
) -> None:
    train(make_project(tmp_path))
    first, second = read_results(finished), read_results(tmp_path)
    assert np.array_equal(predictions(tmp_path), predictions(finished))
    assert second["choice"] == first["choice"]
    assert [rung["folds"] for rung in second["ladder"]] == [
        rung["folds"] for rung in first["ladder"]
    ]


def test_training_never_looks_at_the_target_of_test_rows(tmp_path: Path, finished: Path) -> None:
    test_rows = read_results(finished)["data"]["test_rows"]
    other = make_project(tmp_path)
    settings = load_settings(other)
    frame, _ = load(other, settings)
    _, test = split(frame, settings)
    rows = make_rows()
    rows.loc[test.index - 1, "y"] = 1e6
    make_project(other, rows)
    train(other)
    assert len(test) == test_rows
    assert np.array_equal(predictions(other), predictions(finished))


def test_every_opening_of_the_test_set_is_counted(copy: Path) -> None:
    evaluate(copy)
    assert read_results(copy)["test"]["openings"] == 2


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("project.toml", "settings changed"),
        ("data/test.csv", "data changed"),
        (MODEL, "not the model"),
    ],
)
def test_the_test_set_stays_closed_when_something_changed(copy: Path, file: str, said: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as edited:
        edited.write("\n")
    with pytest.raises(ProjectError, match=said) as error:
        evaluate(copy)
    assert "train" in error.value.hint
    assert read_results(copy)["test"]["openings"] == 1


def test_notes_on_errors_survive_another_diagnosis(copy: Path) -> None:
    listed = list(pd.read_csv(copy / CASES)["row"])
    unlisted = next(row for row in range(1, 161) if row not in listed)
    notes = {listed[3]: "a note; with, signs", unlisted: "no longer among the worst"}
    table = pd.DataFrame({"row": list(notes), "my_note": list(notes.values())})
    table.to_csv(copy / CASES, index=False)
    diagnose(copy)
    assert read_notes(copy / CASES) == notes
    assert len(pd.read_csv(copy / CASES)) == 21


def test_an_interruption_leaves_the_last_results(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_results(copy)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "choose", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(copy)
    assert read_results(copy) == before


@pytest.mark.parametrize(("name", "best"), [("mae", 2.0), ("rmse", 5.0)])
def test_one_answer_for_a_group_is_the_best_one(name: str, best: float) -> None:
    y = np.array([1.0, 2.0, 12.0])
    assert set(constant(name, y, np.zeros(3))) == {best}


def test_a_stratified_split_needs_classes(copy: Path) -> None:
    change(copy, 'kind = "random"', 'kind = "stratified"')
    with pytest.raises(ProjectError, match="'random', 'group' or 'time'"):
        load_settings(copy)


def test_the_audit_finds_leaks_copies_and_identifiers(finished: Path) -> None:
    columns = load_settings(finished).columns
    rows = make_rows().assign(z=lambda table: table["y"] ** 3, colour=[f"c{n}" for n in range(160)])
    rows["day"] = pd.to_datetime(rows["day"])
    found = audit(rows, rows.head(7), columns)
    assert found["duplicates_across_split"] == 7
    assert found["strong_features"] == ["z"]
    assert found["id_like"] == ["colour"]


def test_a_target_that_never_differs_is_refused(tmp_path: Path) -> None:
    make_project(tmp_path, make_rows().assign(y=3))
    with pytest.raises(ProjectError, match="every row has 'y' = 3: there is nothing to predict"):
        load(tmp_path, load_settings(tmp_path))


def test_the_power_law_is_found_again() -> None:
    rows = np.array([30.0, 60, 120, 250, 500, 1000])
    a, b, c = fit_power_law(rows, 40 * rows**-0.5 + 3)
    assert (a, b, c) == pytest.approx((40, 0.5, 3), rel=0.01)


def test_a_range_is_said_as_one() -> None:
    assert in_words([("x", ">", 1.0), ("x", "<=", 5.25)]) == "1 < x <= 5.25"
    assert in_words([("x", ">", 1.0), ("x", ">", 2.0)]) == "x > 2"
    assert in_words([("x", ">", 1.0), ("colour", "is", "red")]) == "x > 1 and colour is red"
    neither = [("colour", "is not", "red"), ("colour", "is not", "blue")]
    assert in_words(neither) == "colour is not red and colour is not blue"


def test_the_slice_on_which_errors_are_large_is_found(finished: Path) -> None:
    rows = make_rows(400)
    errors = np.where((rows["x"] > 0.5) & (rows["colour"] == "red"), 9.0, 1.0)
    groups = find(rows, errors, load_settings(finished).columns)
    purest = max(groups, key=lambda group: errors[holds(rows, group)].mean())
    assert errors[holds(rows, purest)].mean() > 8
