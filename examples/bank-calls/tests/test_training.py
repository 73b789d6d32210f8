"""What the steps write, and what they refuse, on a small project with invented data."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bank_calls import train as training
from bank_calls.cases import CASES, read_notes
from bank_calls.command import ProjectError
from bank_calls.data import load
from bank_calls.diagnose import diagnose
from bank_calls.evaluate import evaluate
from bank_calls.leakage import audit
from bank_calls.learning import fit_power_law
from bank_calls.metric import Vector
from bank_calls.project import Settings, load_settings
from bank_calls.report import check, report
from bank_calls.results import read_results
from bank_calls.slices import find, holds, in_words, measure
from bank_calls.split import split
from bank_calls.storage import MODEL, load_model
from bank_calls.train import train

from conftest import change, make_project, make_rows, three_classes


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished project that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_the_chosen_model_beats_the_baseline_on_the_test_set(finished: Path) -> None:
    results = read_results(finished)
    assert results["test"]["score"] < 0.7 * results["test"]["baseline"]
    assert results["test"]["low"] < results["test"]["score"] < results["test"]["high"]
    assert results["choice"]["chosen"] in {
        rung["name"] for rung in results["ladder"] if not rung["baseline"]
    }


def predictions(root: Path) -> Vector:
    """Return what the saved model predicts for all rows."""
    settings = load_settings(root)
    frame, _ = load(root, settings)
    predicted: Vector = load_model(root, read_results(root)).predict_proba(
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
    rows.loc[test.index - 1, "y"] = rows.loc[test.index - 1, "y"].to_numpy()[::-1]
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


def test_the_audit_finds_leaks_copies_and_identifiers(finished: Path) -> None:
    columns = load_settings(finished).columns
    rows = make_rows().assign(y=lambda table: (table["y"] == "yes").astype(int))
    rows = rows.assign(z=rows["y"] ** 3 + 1, colour=[f"c{n}" for n in range(160)])
    rows["day"] = pd.to_datetime(rows["day"])
    found = audit(rows, rows.head(7), columns)
    assert found["duplicates_across_split"] == 7
    assert found["strong_features"] == ["z"]
    assert found["id_like"] == ["colour"]


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


def test_where_the_metric_ranks_groups_are_judged_by_the_log_loss(
    study: tuple[Settings, pd.DataFrame],
) -> None:
    settings, rows = study
    ranks = settings.metric.model_copy(update={"name": "roc_auc"})
    same = rows[rows["y"] == 1]  # a ranking of these rows alone is not even defined
    p = np.tile([0.4, 0.6], (len(same), 1))
    (found,) = measure(
        settings.model_copy(update={"metric": ranks}), same, p, np.arange(len(same)),
        [("declared", [("x", ">", -9.0)])],
    )  # fmt: skip
    assert found["score"] == pytest.approx(-np.log(0.6))
    assert found["constant"] == 0  # all are of one class


def test_three_classes_go_through_every_step(tmp_path: Path) -> None:
    root = make_project(tmp_path, three_classes(make_rows(240)))
    change(root, 'yes = "yes"', 'yes = "yes"\nmaybe = "maybe"')
    change(root, "capacity = 0.3\n", "")
    change(root, "yes = { no = 4 }", "yes = { other = 4 }\nmaybe = { other = 2 }")
    change(root, "no = { yes = 1 }", "no = { other = 1 }")
    shutil.copy(Path(__file__).parent.parent / "README.md", root)
    for step in (train, diagnose, evaluate, report):
        step(root)
    test = read_results(root)["test"]
    assert np.shape(test["confusion"]) == (3, 3)
    assert test["policy"]["cost"] < test["policy"]["without_model"]
    check(root)
