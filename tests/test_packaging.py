"""What the distributions hold, and that the wheel works where there is nothing but Python."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

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
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
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


def test_installed_wheel_creates_runs_and_updates_a_project(
    wheel: Path, tmp_path: Path, uv: str
) -> None:
    environment = tmp_path / "environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, wheel], check=True)
    scripts = {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def run(*command: str, cwd: Path) -> str:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **scripts},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

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
