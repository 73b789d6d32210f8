"""A wrong project.toml is refused with its line, its key and what to do."""

from pathlib import Path

import pytest

from taxi_alarms.command import ProjectError
from taxi_alarms.project import load_settings

from conftest import change


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "random"', "kind = random", "not valid TOML"),
        ('kind = "random"', 'kind = "shuffled"', "split.kind: input should be 'random'"),
        ('kind = "random"', 'kind = "time"', "a split by time needs columns.time"),
        ('kind = "random"', 'kind = "group"', "`by` names the column"),
        ('kind = "random"', 'kind = "group"\nby = "when"', "'when' is not a declared column"),
        ('kind = "random"', 'kind = "random"\ntest = 0.7', "less than a fifth"),
        ("rows = 100", "rows = 100\ncontamination = 0", "alerts.contamination"),
        ("rows = 100", "rows = 100\ncontamination = 0.6", "alerts.contamination"),
        ("rows = 100", "rows = 100\ncontamination = -0.1", "alerts.contamination"),
        ("budget = 8", "budget = 0", "alerts.budget"),
        ("budget = 8", "budget = 8\ncost_missed = -1", "alerts.cost_missed"),
        ('policy = "budget"', 'policy = "recall"', "alerts.policy"),
        ('target = "y"', 'target = ""\nlabels = 1', "columns.labels: unknown key"),
        ('unit = "rows"', "", "columns.unit: missing"),
        ('"a", "b", "c"]', '"a", "b", "a"]', "more than one role"),
        ('slices = ["colour"]', 'slices = ["color"]', "not a declared column"),
        ("[labels]", "[known_at_prediction]\na = false\n\n[labels]", "not known at prediction"),
        ('late = "known only afterwards"', 'late = ""', "columns.drop.late"),
    ],
)
def test_a_wrong_value_is_named(project: Path, old: str, new: str, said: str) -> None:
    change(project, old, new)
    with pytest.raises(ProjectError, match=r"project\.toml") as error:
        load_settings(project)
    assert said in str(error.value)


@pytest.mark.parametrize("policy", ["f1", "cost"])
def test_a_policy_that_needs_labels_is_refused_without_them(project: Path, policy: str) -> None:
    change(project, 'target = "y"', 'target = ""')
    change(project, 'policy = "budget"', f'policy = "{policy}"')
    with pytest.raises(ProjectError, match="without labels"):
        load_settings(project)


def test_normal_rows_cannot_be_known_without_labels(project: Path) -> None:
    change(project, 'target = "y"', 'target = ""')
    change(project, "[labels]", '[labels]\nfit = "normal"')
    with pytest.raises(ProjectError, match=r"labels\.fit"):
        load_settings(project)


def test_a_series_is_not_split_at_random(series: Path) -> None:
    change(series, 'kind = "time"', 'kind = "random"')
    with pytest.raises(ProjectError, match="neighbours in time"):
        load_settings(series)


def test_the_error_names_the_line_of_the_key(project: Path) -> None:
    change(project, "budget = 8", "budget = -8")
    lines = (project / "project.toml").read_text(encoding="utf-8").splitlines()
    with pytest.raises(ProjectError, match=f"line {lines.index('budget = -8') + 1},"):
        load_settings(project)


def test_a_folder_without_project_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no project\.toml"):
        load_settings(tmp_path)


def test_the_settings_of_this_project_are_valid() -> None:
    assert load_settings(Path(__file__).parent.parent).columns.features
