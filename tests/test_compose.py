"""How layers become one flat template."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from conftest import files, write_files

from mlscaffold.catalog import read_settings
from mlscaffold.compose import compose
from mlscaffold.errors import MlscaffoldError
from mlscaffold.render import complete_answers, make_environment

DATASET = '[project]\ntitle = "A"\n\n[data]\nlicence = "CC0"\ndemo = true\n'
LAYERS: dict[str, str | bytes] = {
    "layers.toml": """\
version = "1.0.0"
[types.one]
summary = "One"
layers = ["base", "shared", "one"]
default_dataset = "b"
[types.two]
summary = "Two"
layers = ["base"]
default_dataset = "c"
""",
    "copier.yml": "_subdirectory: '{{ project_type }}'\n",
    "datasets/one/a.toml": DATASET,
    "datasets/one/b.toml": DATASET,
    "datasets/two/c.toml": DATASET,
    "datasets/three/d.toml": DATASET,
    "base/kept.txt": "base",
    "base/nested/replaced.txt": "base",
    "shared/nested/replaced.txt": "shared",
    "shared/nested/added.txt": "shared",
    "one/nested/added.txt": "one",
}


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    return write_files(tmp_path / "layers", LAYERS)


def test_later_layers_replace_earlier_ones_file_by_file(layers: Path, tmp_path: Path) -> None:
    compose(layers, tmp_path / "template")
    assert files(tmp_path / "template" / "one") == {
        "kept.txt": b"base",
        "nested/replaced.txt": b"shared",
        "nested/added.txt": b"one",
    }
    assert set(files(tmp_path / "template" / "two")) == {"kept.txt", "nested/replaced.txt"}


def test_template_holds_the_types_their_data_sets_and_nothing_else(
    layers: Path, tmp_path: Path
) -> None:
    compose(layers, tmp_path / "template")
    top = {path.name for path in (tmp_path / "template").iterdir()}
    assert top == {"copier.yml", "layers.toml", "datasets", "one", "two"}
    assert set(files(tmp_path / "template" / "datasets")) == {
        "one/a.toml",
        "one/b.toml",
        "two/c.toml",
    }


def test_what_tools_leave_behind_stays_behind(layers: Path, tmp_path: Path) -> None:
    left: dict[str, str | bytes] = {
        "base/__pycache__/x.cpython-311.pyc": b"",
        "base/nested/.pytest_cache/x": b"",
        "base/.venv/bin/python": b"",
        "base/.DS_Store": b"",
        "base/x.egg-info/PKG-INFO": b"",
        "datasets/one/__pycache__/x.pyc": b"",
    }
    compose(layers, tmp_path / "clean")
    write_files(layers, left)
    compose(layers, tmp_path / "template")
    assert files(tmp_path / "template") == files(tmp_path / "clean")


def test_executable_files_stay_executable(layers: Path, tmp_path: Path) -> None:
    (layers / "base" / "kept.txt").chmod(0o755)
    compose(layers, tmp_path / "template")
    assert os.access(tmp_path / "template" / "one" / "kept.txt", os.X_OK)


def test_questions_about_type_and_data_set_come_first(layers: Path, tmp_path: Path) -> None:
    compose(layers, tmp_path / "template")
    settings = yaml.safe_load((tmp_path / "template" / "copier.yml").read_text("utf-8"))
    assert list(settings) == ["project_type", "dataset", "_subdirectory"]
    assert settings["project_type"]["choices"] == ["one", "two"]


@pytest.mark.parametrize(("project_type", "dataset"), [("one", "b"), ("two", "c")])
def test_data_set_is_by_default_that_of_the_type(
    layers: Path, tmp_path: Path, project_type: str, dataset: str
) -> None:
    template = tmp_path / "template"
    compose(layers, template)
    given = {"project_type": project_type}
    assert (
        complete_answers(read_settings(template), given, make_environment(template))["dataset"]
        == dataset
    )


def test_data_set_of_another_type_is_refused(layers: Path, tmp_path: Path) -> None:
    template = tmp_path / "template"
    compose(layers, template)
    given = {"project_type": "one", "dataset": "c"}
    with pytest.raises(MlscaffoldError) as error:
        complete_answers(read_settings(template), given, make_environment(template))
    assert error.value.hint == "choose one of: a, b"
