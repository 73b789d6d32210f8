"""How a project's environment is made and its commands run; uv is a stand-in that tells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import write_files

from mlscaffold import environment
from mlscaffold.errors import MlscaffoldError

TELL = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
echo "in $PWD, VIRTUAL_ENV=$VIRTUAL_ENV" >> "{log}"
case "$*" in *"{fails}"*) exit 7 ;; esac
"""


def stand_in(directory: Path, fails: str = "nothing of the sort") -> Path:
    """Write a uv that logs what it is called for, and fails where that holds `fails`."""
    text = TELL.format(log=directory / "log", fails=fails)
    uv = write_files(directory, {"bin/uv": text}) / "bin" / "uv"
    uv.chmod(0o755)
    return uv


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def test_uv_makes_the_environment_with_this_python_and_runs_the_project(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = stand_in(tmp_path)
    monkeypatch.setattr(environment, "find_uv", lambda: str(uv))
    monkeypatch.setenv("VIRTUAL_ENV", "/of/somebody/else")
    environment.reproduce(project)
    assert (tmp_path / "log").read_text().splitlines() == [
        f"uv sync --python {sys.executable}",
        f"in {project}, VIRTUAL_ENV=",
        "uv run --no-sync reproduce",
        f"in {project}, VIRTUAL_ENV=",
    ]


@pytest.mark.parametrize(
    ("fails", "message"),
    [
        ("sync", "could not create the environment: `uv sync --python .*` ended with status 7"),
        ("reproduce", "could not run `reproduce`: `uv run --no-sync reproduce` ended with"),
    ],
)
def test_step_that_fails_is_named_and_the_project_stays(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str, message: str
) -> None:
    uv = stand_in(tmp_path, fails)
    monkeypatch.setattr(environment, "find_uv", lambda: str(uv))
    with pytest.raises(MlscaffoldError, match=message) as error:
        environment.reproduce(project)
    assert str(project) in error.value.hint
    assert project.is_dir()


def test_uv_that_does_not_start_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (stand_in(tmp_path, fails="--version"), tmp_path / "nowhere"):
        monkeypatch.setattr("uv.find_uv_bin", lambda found=path: str(found))
        assert environment.find_uv() is None


def test_uv_that_is_not_installed_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    assert environment.find_uv() is None


def test_without_uv_venv_and_pip_do_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def record(command: list[str], **_: object) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr(environment, "find_uv", lambda: None)
    monkeypatch.setattr(subprocess, "call", record)
    environment.reproduce(project)
    assert [call[1:3] for call in calls] == [["-m", "venv"], ["-m", "pip"], []]
    assert calls[2] == [str(project / ".venv" / "bin" / "reproduce")]


@pytest.mark.slow
def test_environment_made_without_uv_works(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "demo"
version = "0"

[project.scripts]
reproduce = "demo:main"
""",
        "src/demo/__init__.py": "import pathlib, json, sys\n\ndef main():\n"
        "    pathlib.Path('done.json').write_text(json.dumps(sys.prefix))\n",
    }
    monkeypatch.setattr(environment, "find_uv", lambda: None)
    environment.reproduce(write_files(project, files))
    assert json.loads((project / "done.json").read_text()) == str(project / ".venv")
