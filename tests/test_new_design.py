"""From 0.x to 1.0 the templates were written anew: edits are neither lost nor mixed in."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from conftest import LAYERS, Command, commit, create_old_project, write_files

from mlscaffold.release import release

SCHEMA = {
    "properties": {
        "project": {
            "properties": {"title": {"type": "string"}, "goal": {"type": "number"}},
            "additionalProperties": False,
        }
    }
}
SETTINGS = '# mine\n[project]\ntitle = "Demand"\nsuccess_improvement = 0.3\nretired = 1\n'
DAY = datetime.date(2026, 1, 1)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The releases 0.1 and 1.0."""
    folder = tmp_path_factory.mktemp("releases")
    layers, bundle = folder / "layers", folder / "templates.bundle"
    write_files(layers, LAYERS)
    for version, changed in (
        ("0.1.0", {"numbers/src/{{ package }}/gone.py": "OLD = 1\n"}),
        (
            "1.0.0",
            {
                "numbers/src/{{ package }}/data.py": "def load() -> int:\n    return 2\n",
                "base/LICENSE.jinja": "Copyright {{ year }} {{ author }}\n",
                "schemas/numbers.json": json.dumps(SCHEMA),
            },
        ),
    ):
        manifest = str(LAYERS["layers.toml"]).replace('"1.0.0"', f'"{version}"')
        write_files(layers, {**changed, "layers.toml": manifest})
        if version == "1.0.0":
            (layers / "numbers/src/{{ package }}/gone.py").unlink()
        release(layers, bundle, folder / "releases.toml", DAY)
    return bundle


@pytest.fixture
def project(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of 0.1 with edits, where templates 1.0 are the newest."""
    monkeypatch.setattr("mlscaffold.store.BUNDLE", bundle)
    old = create_old_project(bundle, tmp_path / "study")
    package = old / "src" / "small_numbers"
    (package / "data.py").write_text("LIMIT = 1\nMINE = 2\n")
    (package / "gone.py").write_text("OLD = 1\nMINE = 3\n")
    (package / "own.py").write_text("OWN = 4\n")
    (old / "project.toml").write_text(SETTINGS)
    commit(old, "Mine")
    return old


def test_edited_code_is_kept_aside_and_the_new_one_is_whole(
    project: Path, mlscaffold: Command
) -> None:
    done = mlscaffold("update", project)
    assert done.status == 0
    package = project / "src" / "small_numbers"
    kept = project / "kept" / "v0.1" / "src" / "small_numbers"
    assert (package / "data.py").read_text() == "def load() -> int:\n    return 2\n"
    assert (kept / "data.py").read_text() == "LIMIT = 1\nMINE = 2\n"
    assert not (package / "gone.py").exists()
    assert (kept / "gone.py").read_text() == "OLD = 1\nMINE = 3\n"
    assert (package / "own.py").read_text() == "OWN = 4\n"


def test_what_was_kept_is_named_with_its_place(project: Path, mlscaffold: Command) -> None:
    said = mlscaffold("update", project).err
    for name in ("data.py", "gone.py"):
        path = f"src/small_numbers/{name}"
        assert f"{path}  (to kept/v0.1/{path})" in said


def test_files_that_were_not_edited_leave_nothing_behind(
    project: Path, mlscaffold: Command
) -> None:
    mlscaffold("update", project)
    kept = [path.name for path in (project / "kept").rglob("*") if path.is_file()]
    assert sorted(kept) == ["data.py", "gone.py"]


def test_project_toml_has_the_new_keys_and_the_old_values(
    project: Path, mlscaffold: Command
) -> None:
    mlscaffold("update", project)
    text = (project / "project.toml").read_text()
    assert text.startswith('# mine\n[project]\ntitle = "Demand"\ngoal = 0.3')
    assert "# project.retired = 1" in text


def test_preview_shows_it_and_writes_nothing(project: Path, mlscaffold: Command) -> None:
    assert "kept" in mlscaffold("update", "--preview", project).out
    assert not (project / "kept").exists()
