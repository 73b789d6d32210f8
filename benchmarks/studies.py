"""What the benchmarks of generated projects share: make one, run something in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "examples"))
from regenerate import bring_data

__all__ = ["Failed", "bring_data", "make", "run", "run_inside"]


class Failed(SystemExit):
    """A command failed: ends the script with what it said, where nobody catches it."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


def make(folder: Path, project_type: str, dataset: str | None = None) -> Path:
    """Create the project `study`, with `product` and its raw files where they are at hand."""
    folder.mkdir(exist_ok=True)
    project = folder / "study"
    chosen = ["--dataset", dataset] if dataset else []
    new = ["new", project_type, str(project), *chosen, "--with", "product", "--yes", "--no-git"]
    run([sys.executable, "-m", "mlscaffold.cli", *new], folder)
    bring_data(project)
    return project


def run(command: list[str], folder: Path) -> str:
    """Run a command and return its output; show why where it fails."""
    left_out = {"VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}  # as for most people
    environment = {name: text for name, text in os.environ.items() if name not in left_out}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = f"{' '.join(command[:6])} failed:\n{done.stderr[-2000:]}"
        raise Failed(said, done.returncode)
    return done.stdout


def run_inside(project: Path, *command: str) -> str:
    """Run a command in the environment of the project and return its output."""
    return run(["uv", "run", "--quiet", *command], project)
