"""A wrong project.toml is refused with its line, its key and what to do."""

from pathlib import Path

import pytest

from bank_calls.command import ProjectError
from bank_calls.project import load_settings

from conftest import METRIC, change


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ('kind = "random"', "kind = random", "not valid TOML", "that line"),
        ('kind = "random"', 'kind = "shuffled"', "split.kind: input should be 'random'", "correct"),
        ("folds = 3", "fold = 3", "split.fold: unknown key", "folds"),
        ("folds = 3", 'folds = "3"', "split.folds", "correct"),
        ("folds = 3", "folds = 1", "split.folds", "correct"),
        (METRIC, 'name = "accuracy"', "metric.name", "correct"),
        ('unit = "units"', "", "columns.unit: missing", "unit"),
        ('numeric = ["x", "z"]', 'numeric = ["x", "x"]', "more than one role", "correct"),
        ('slices = ["colour"]', 'slices = ["color"]', "not a declared column", "correct"),
        ('kind = "random"', 'kind = "time"', "`by` names the column", "correct"),
        (
            'kind = "random"',
            'kind = "time"\nby = "when"',
            "'when' is not a declared column",
            "correct",
        ),
        (
            "[metric]",
            "[known_at_prediction]\nx = false\n\n[metric]",
            "not known at prediction",
            "correct",
        ),
        ('late = "known only afterwards"', 'late = ""', "columns.drop.late", "correct"),
    ],
)
def test_a_wrong_value_is_named_with_the_way_out(
    project: Path, old: str, new: str, said: str, hint: str
) -> None:
    change(project, old, new)
    with pytest.raises(ProjectError, match=r"project\.toml") as error:
        load_settings(project)
    assert said in str(error.value)
    assert hint in error.value.hint


def test_the_error_names_the_line_of_the_key(project: Path) -> None:
    change(project, "folds = 3", "folds = 1")
    lines = (project / "project.toml").read_text(encoding="utf-8").splitlines()
    with pytest.raises(ProjectError, match=f"line {lines.index('folds = 1') + 1},"):
        load_settings(project)


def test_a_folder_without_project_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no project\.toml"):
        load_settings(tmp_path)


def test_the_settings_of_this_project_are_valid() -> None:
    assert load_settings(Path(__file__).parent.parent).columns.features
