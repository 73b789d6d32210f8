"""What the distributions hold, and that the wheel works where there is nothing but Python."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import commit

from mlscaffold.store import URL

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", out, ROOT], check=True)
    return out


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    return next(distributions.glob("*.whl"))


def test_wheel_holds_the_modules_the_bundle_the_changelog_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    kinds = ("*.py", "datasets.toml", "defend/bank/*.toml", "show/*.j2")
    paths = [path for kind in kinds for path in (source / "mlscaffold").rglob(kind)]
    modules = {path.relative_to(source).as_posix() for path in paths}
    others = ("templates.bundle", "py.typed", "CHANGELOG.md")
    assert names == modules | {f"mlscaffold/{name}" for name in others}


def test_wheel_carries_both_commands_and_the_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    info = {Path(name).name: name for name in archive.namelist() if ".dist-info/" in name}
    commands = archive.read(info["entry_points.txt"]).decode()
    assert "mlscaffold = mlscaffold.start:main" in commands
    assert "git-remote-mlscaffold = mlscaffold.remote_helper:main" in commands
    assert "LICENSE" in info


def test_sdist_holds_what_a_release_and_the_tests_need(distributions: Path) -> None:
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    needed = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "templates/layers.toml"}
    assert needed | {"tests/test_packaging.py", "src/mlscaffold/templates.bundle"} <= names
    assert not {name for name in names if "__pycache__" in name or name.startswith(".venv")}


class Installed:
    """The wheel in an environment of its own."""

    def __init__(self, wheel: Path, environment: Path, uv: str) -> None:
        self.scripts = environment / "bin"
        python = self.scripts / "python"
        for command in (
            (uv, "venv", "--quiet", "--python", sys.executable, environment),
            (uv, "pip", "install", "--quiet", "--python", python, wheel),
        ):
            subprocess.run(command, check=True)

    def run(self, *command: str, cwd: Path) -> str:
        """Run a command where the environment's come first, and return what it printed."""
        path = f"{self.scripts}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(wheel: Path, uv: str, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed") / "environment", uv)


def test_installed_wheel_creates_runs_and_updates_a_project(
    installed: Installed, tmp_path: Path
) -> None:
    run = installed.run
    author = "Ada Lovelace <ada@example.org>"
    run("mlscaffold", "new", "regression", "demo", "--run", "--author", author, cwd=tmp_path)
    project = tmp_path / "demo"
    assert (project / "reports" / "results.json").is_file()
    run("git", "add", "--all", cwd=project)
    run("git", "commit", "--message", "First results", cwd=project)
    assert "Already at" in run("mlscaffold", "update", cwd=project)
    assert "up-to-date" in run("copier", "check-update", cwd=project)
    run("copier", "update", "--defaults", cwd=project)
    assert run("git", "status", "--porcelain", cwd=project) == ""


def test_preview_of_the_installed_wheel_shows_what_the_changelog_says(
    installed: Installed, tmp_path: Path
) -> None:
    answers = ("--data", "project_type=regression", "--data", "dataset=diabetes")
    old = ("--vcs-ref", "v0.2.0", "--defaults", "--quiet", *answers)
    installed.run("copier", "copy", *old, URL, "demo", cwd=tmp_path)
    project = tmp_path / "demo"
    installed.run("git", "init", "--quiet", cwd=project)
    commit(project, "Start")
    said = installed.run("mlscaffold", "update", "--preview", "--to", "v0.3.0", cwd=project)
    assert "### [0.3.0]" in said
    assert "`predict IN OUT` scores a CSV" in said
    assert "### [0.2.0]" not in said
