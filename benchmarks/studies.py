"""What the benchmarks of generated projects share: make one, run something in it."""

from __future__ import annotations

import atexit
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlscaffold.catalog import read_manifest
from mlscaffold.compose import compose
from mlscaffold.release import TEMPLATES
from mlscaffold.render import render
from mlscaffold.store import URL

sys.path.append(str(Path(__file__).parents[1] / "examples"))
from regenerate import bring_data

__all__ = ["Failed", "Spent", "bring_data", "make", "run", "run_inside", "spending", "templates"]
TOO_LONG = 124  # the exit code of `timeout`


class Failed(SystemExit):
    """A command failed: ends the script with what it said, where nobody catches it."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.too_long = status == TOO_LONG


@dataclass
class Spent:
    """What commands took: on the clock, and of the processors, which another load hardly alters."""

    seconds: float = 0
    processor: float = 0


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure the commands that run, and end, inside the block."""
    spent, start, before = Spent(), time.perf_counter(), used_by_commands()
    yield spent
    spent.seconds = time.perf_counter() - start
    spent.processor = used_by_commands() - before


def used_by_commands() -> float:
    """Return the seconds of the processor that commands, now ended, have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@cache
def templates() -> Path:
    """Return the templates as they are in this checkout, composed once; gone when the script ends.

    `mlscaffold new` would take those of the last release.
    """
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    compose(TEMPLATES, Path(folder.name) / "templates")
    return Path(folder.name) / "templates"


def make(folder: Path, project_type: str, dataset: str | None = None) -> Path:
    """Create the project `study`, with `product` and its raw files where they are at hand."""
    default = read_manifest(TEMPLATES)[1][project_type].default_dataset
    answers = {"project_type": project_type, "dataset": dataset or default, "parts": ["product"]}
    folder.mkdir(exist_ok=True)
    project = folder / "study"
    render(templates(), project, answers | {"project_name": "study"}, {"_src_path": URL})
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
