"""What the steps write, and what they refuse, on small projects with invented data."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from taxi_alarms.cases import CASES, doubtful, read_notes
from taxi_alarms.command import ProjectError
from taxi_alarms.diagnose import diagnose
from taxi_alarms.evaluate import evaluate
from taxi_alarms.metric import Vector
from taxi_alarms.models import DEFAULT
from taxi_alarms.project import load_settings
from taxi_alarms.report import report
from taxi_alarms.results import read_results
from taxi_alarms.slices import groups
from taxi_alarms.storage import MODEL, load_model
from taxi_alarms.study import prepare
from taxi_alarms.train import train

from conftest import change, make_project, make_rows, run_all


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished project that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def scores(root: Path) -> Vector:
    """Return what the saved detector says of all training rows."""
    found: Vector = load_model(root, read_results(root)).score_samples(
        prepare(root, load_settings(root)).train.X
    )
    return found


def test_anomalies_are_found_on_the_test_set(finished: Path) -> None:
    test = read_results(finished)["test"]
    assert test["score"] > 3 * test["baseline"]
    assert test["low"] <= test["score"] <= test["high"]
    assert test["at_threshold"]["precision"] > 3 * test["baseline"]


def test_budgets_are_spent_on_validation_rows_and_counted_on_test_rows(finished: Path) -> None:
    results = read_results(finished)
    test, taken = results["test"], results["threshold"]
    same = next(part for part in test["budgets"] if part["budget"] == 8)
    assert same["threshold"] == taken["value"]
    assert same["alerts"] == test["at_threshold"]["alerts"]


def test_training_twice_gives_the_same_results_and_the_same_model(
    finished: Path, tmp_path: Path
) -> None:
    train(make_project(tmp_path))
    first, second = read_results(finished), read_results(tmp_path)
    assert np.array_equal(scores(tmp_path), scores(finished))
    assert second["choice"] == first["choice"]
    assert second["threshold"] == first["threshold"]


def test_test_rows_and_training_labels_change_neither_model_nor_threshold(
    finished: Path, tmp_path: Path
) -> None:
    test = prepare(finished, load_settings(finished)).test.rows.index
    rows = make_rows()
    rows.loc[test - 1, ["c"]] = 1e6
    train(make_project(tmp_path, rows))
    assert np.array_equal(scores(tmp_path), scores(finished))
    assert read_results(tmp_path)["threshold"] == read_results(finished)["threshold"]


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
    with (copy / file).open("a", encoding="utf-8") as changed:
        changed.write("\n")
    with pytest.raises(ProjectError, match=said):
        evaluate(copy)
    assert read_results(copy)["test"]["openings"] == 1


def test_notes_survive_another_diagnosis(copy: Path) -> None:
    table = pd.read_csv(copy / CASES, dtype=str, keep_default_na=False)
    table.loc[0, "my_note"] = "a broken sensor"
    table.to_csv(copy / CASES, index=False)
    diagnose(copy)
    assert read_notes(copy / CASES) == {int(table["row"].iloc[0]): "a broken sensor"}


def test_where_nothing_went_wrong_the_next_false_alerts_are_shown(project: Path) -> None:
    study = prepare(project, load_settings(project))
    y = study.validation.y
    scores = np.where(y == 1, -5.0, np.arange(len(y)))
    places = doubtful(scores, study.validation, -4.0, study.settings)
    assert list(places) == list(np.flatnonzero(y == 0)[:20])


def test_groups_are_values_or_quarters_of_a_number(project: Path) -> None:
    change(project, 'slices = ["colour"]', 'slices = ["colour", "late", "a"]')
    settings = load_settings(project)
    rows = prepare(project, settings).train.rows
    found = {name: int(mine.sum()) for name, mine in groups(rows, settings)}
    assert found["late 1"] == (rows["late"] == 1).sum()
    assert found["colour red"] + found["colour green"] == len(rows)
    quarters = [count for name, count in found.items() if name.startswith("a ")]
    assert len(quarters) == 4
    assert sum(quarters) == rows["a"].notna().sum()


def test_kinds_that_were_left_out_are_reported_by_name(finished: Path) -> None:
    found = read_results(finished)["kinds"]
    assert {item["kind"] for item in found} <= {"far", "broken"}
    assert all(0 <= item["detector"] <= 1 for item in found)


def test_contamination_is_injected_as_said(finished: Path) -> None:
    points = read_results(finished)["contamination"]["points"]
    shares = [point["share"] for point in points]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(0.05, abs=0.02)


def test_a_project_without_labels_runs_from_start_to_end(project: Path) -> None:
    change(project, 'target = "y"', 'target = ""')
    change(project, 'late = "known only afterwards"', 'late = "late"\ny = "not a label here"')
    (project / "README.md").write_text("<!-- headline -->\n<!-- /headline -->\n", encoding="utf-8")
    run_all(project)
    report(project)
    results = read_results(project)
    assert results["choice"]["chosen"] == DEFAULT
    assert "score" not in results["test"]
    assert 4 < results["threshold"]["chosen"]["per_period"] <= 8
    assert "without labels" in (project / "README.md").read_text(encoding="utf-8")


def test_an_unknown_type_in_the_model_file_is_refused(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taxi_alarms.storage.TRUSTED", [])
    with pytest.raises(ProjectError, match="unknown types"):
        load_model(finished, read_results(finished))
