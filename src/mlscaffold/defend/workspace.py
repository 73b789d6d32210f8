"""A copy of a project to try things in: its files, its data by links, its own environment.

Only training rows are used there. The project's tree, ledger, reports and models stay untouched.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..check.repository import Repository
from ..errors import MlscaffoldError

LONGEST = 1800  # seconds that one run may take
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Workspace:
    """A copy at `root`, run by the Python of the project."""

    root: Path
    python: Path
    package: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy and return what it printed."""
        kept = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
        paths = {"PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            return subprocess.run(
                [self.python, *arguments],
                cwd=self.root,
                env={**kept, **paths},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=LONGEST,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as error:
            said = f"it took longer than {LONGEST // 60} minutes"
            raise MlscaffoldError(said, "try it by hand, in a branch") from error
        except OSError as error:
            said = f"`{self.python}` cannot be run: {error.strerror}"
            raise MlscaffoldError(said, "`uv sync` creates the project's environment") from error

    def train(self) -> dict[str, Any]:
        """Train in the copy and return what that measured: on training rows only."""
        done = self.run("-c", f"from {self.package}.train import main; main()")
        results = self.root / "reports/results.json"
        if done.returncode or not results.is_file():
            lines = (done.stderr or done.stdout).strip().splitlines()
            said = f"training in the copy failed: {lines[-1] if lines else 'without a word'}"
            raise MlscaffoldError(said, "`uv run train` in the project tells more")
        section: dict[str, Any] = json.loads(results.read_text("utf-8"))["train"]
        return section

    def test(self) -> tuple[bool, str]:
        """Run the project's tests; return whether they pass, and their last lines."""
        done = self.run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests")
        if "No module named pytest" in done.stderr:
            raise MlscaffoldError("the project's environment has no pytest", "`uv sync` brings it")
        return done.returncode == 0, "\n".join(done.stdout.strip().splitlines()[-12:])


@contextmanager
def copied(repository: Repository) -> Iterator[Workspace]:
    """Give a copy of a project of ours, and remove it."""
    root = repository.root
    package = find_package(repository)
    python = find_python(root)
    with tempfile.TemporaryDirectory(prefix="mlscaffold-defend-") as temporary:
        copy = Path(temporary) / "project"
        for path in repository.files:
            source = root / path
            if source.is_file() and path != "reports/results.json":
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy / path)
        link_data(root, copy)
        yield Workspace(copy, python, package)


def link_data(root: Path, copy: Path) -> None:
    """Let the copy read the project's data where they are; what it writes replaces the link."""
    if not (root / "data").is_dir():
        return
    (copy / "data").mkdir(parents=True, exist_ok=True)
    for source in (root / "data").iterdir():
        target = copy / "data" / source.name
        if not target.exists():
            target.symlink_to(source.resolve(), target_is_directory=source.is_dir())


def find_package(repository: Repository) -> str:
    """Return the name of the package that trains."""
    matches = (re.fullmatch(r"src/(\w+)/train\.py", path) for path in repository.own)
    found = [match[1] for match in matches if match]
    if not found:
        hint = "this works in projects of `mlscaffold new`"
        raise MlscaffoldError("there is no `src/<package>/train.py` here", hint)
    return found[0]


def find_python(root: Path) -> Path:
    """Return the Python of the project's own environment."""
    scripts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = root.joinpath(".venv", *scripts)
    if not python.exists():
        raise MlscaffoldError("the project has no environment yet", "`uv sync` creates it")
    return python


def score_of(train: dict[str, Any], name: str) -> float | None:
    """Return the validation score of a rung."""
    scores: Sequence[float | None] = [
        rung.get("score") for rung in train["ladder"] if rung["name"] == name
    ]
    return scores[0] if scores else None
