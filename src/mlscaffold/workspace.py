"""A copy of a repository to try things in: its files, its data, its own Python.

What runs there can read and write as in the repository, whose tree, ledger, reports, models and
data stay as they are: `defend` tries changes in such a copy, `check --run` measures.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .check.repository import Repository
from .errors import MlscaffoldError

LONGEST = 1800.0  # seconds that one run may take
LARGEST = 5_000_000_000  # bytes of a copy
RESULTS = "reports/results.json"


@dataclass(frozen=True)
class Workspace:
    """A copy at `root`, run by the Python of the project."""

    root: Path
    python: Path
    package: str = ""

    def run(self, *arguments: str, seconds: float = LONGEST) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy and return what it printed; it is ended after `seconds`."""
        return self.execute(("python", *arguments), seconds=seconds)

    def execute(
        self, words: Sequence[str], *, seconds: float, folder: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in the copy; `python` is that of the environment.

        Programs of the environment come before those of the machine.
        """
        is_python = words[0] in {"python", "python3"}
        command = [str(self.python), *words[1:]] if is_python else list(words)
        try:
            process = subprocess.Popen(
                command,
                cwd=self.root / folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # workers of its own are ended with it
            )
        except OSError as error:
            said = f"`{command[0]}` cannot be run: {error.strerror}"
            hint = "`uv sync` creates the project's environment" if is_python else "install it"
            raise MlscaffoldError(said, hint) from error
        with process:
            try:
                told = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                said = f"it took longer than {seconds / 60:.2g} minutes"
                raise MlscaffoldError(said, "try it by hand, in a branch") from error
            finally:
                end(process)
        return subprocess.CompletedProcess(command, process.returncode, *told)

    def environment(self) -> Mapping[str, str]:
        """Return the environment of a run: that of the person, with the copy in front."""
        kept = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
        places = (self.root / "src", self.root, self.root.parent)
        paths = os.pathsep.join(str(place) for place in places)
        programs = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath)])
        own = {"PATH": programs, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        return {"MPLBACKEND": "Agg", **kept, **own}  # no window waits for somebody to close it

    def step(self, name: str, seconds: float = LONGEST) -> dict[str, Any]:
        """Run a step of a project of ours in the copy, and return the results as they are then."""
        done = self.run("-c", f"from {self.package}.{name} import main; main()", seconds=seconds)
        results = self.root / RESULTS
        if done.returncode or not results.is_file():
            said = f"`{name}` in the copy failed: {last_words(done)}"
            raise MlscaffoldError(said, f"`uv run {name}` in the project tells more")
        found: dict[str, Any] = json.loads(results.read_text("utf-8"))
        return found

    def train(self) -> dict[str, Any]:
        """Train in the copy and return what that measured: on training rows only."""
        section: dict[str, Any] = self.step("train")["train"]
        return section

    def test(self) -> tuple[bool, str]:
        """Run the project's tests; return whether they pass, and their last lines."""
        done = self.run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests")
        if "No module named pytest" in done.stderr:
            raise MlscaffoldError("the project's environment has no pytest", "`uv sync` brings it")
        return done.returncode == 0, "\n".join(done.stdout.strip().splitlines()[-12:])


def end(process: subprocess.Popen[str]) -> None:
    """End a process with all that it started, where any of it still runs."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line that says why a run failed."""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return next((line for line in reversed(lines) if not line.startswith("hint:")), "no word")


@contextmanager
def copied(repository: Repository) -> Iterator[Workspace]:
    """Give a copy of a project of ours, and remove it."""
    package = find_package(repository)
    with duplicated(repository, find_python(repository.root), package) as workspace:
        yield workspace


@contextmanager
def duplicated(repository: Repository, python: Path, package: str = "") -> Iterator[Workspace]:
    """Give a copy of any repository, with its data and without its results, and remove it."""
    root = repository.root
    with tempfile.TemporaryDirectory(
        prefix="mlscaffold-copy-", ignore_cleanup_errors=True
    ) as temporary:
        copy = Path(temporary) / "project"
        copy.mkdir()
        try:
            copy_files(root, {*repository.files, *data_files(repository)} - {RESULTS}, copy)
        except OSError as error:
            said = f"the copy in {temporary} cannot be written: {error.strerror}"
            raise MlscaffoldError(said, "TMPDIR names a folder with more room") from error
        yield Workspace(copy, python, package)


def copy_files(root: Path, paths: set[str], copy: Path) -> None:
    """Copy files, not links: whatever runs in the copy cannot write through to the original."""
    sources = {path: root / path for path in sorted(paths) if (root / path).is_file()}
    size = sum(source.stat().st_size for source in sources.values())
    if size > LARGEST:
        said = f"a copy of the repository takes {size / 1e9:.0f} GB"
        raise MlscaffoldError(said, "move what it does not need out of the repository's folder")
    for path, source in sources.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy / path)


def data_files(repository: Repository) -> Iterator[str]:
    """Yield what git ignores and a run needs: the files of `data/`."""
    if (repository.root / "data").is_dir():
        yield from (path for path in repository.walk() if path.startswith("data/"))


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
    for name in (".venv", "venv"):
        if (python := root.joinpath(name, *scripts)).exists():
            return python
    hint = "`uv sync` creates it in projects of ours; elsewhere, install what the README asks for"
    raise MlscaffoldError("the project has no environment yet", f"{hint}, into .venv")


def score_of(train: dict[str, Any], name: str) -> float | None:
    """Return the validation score of a rung."""
    scores: Sequence[float | None] = [
        rung.get("score") for rung in train["ladder"] if rung["name"] == name
    ]
    return scores[0] if scores else None
