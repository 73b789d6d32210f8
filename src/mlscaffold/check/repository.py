"""A repository as a rule sees it: its files, parsed when first asked for; nothing of it is run."""

from __future__ import annotations

import ast
import json
import os
import re
import stat
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..git import GitError, git

if TYPE_CHECKING:
    from ..contract import Results

LARGEST_TEXT = 2_000_000  # bytes; what is larger is data, not text
MOST_FILES = 50_000
FOREIGN = frozenset(
    """
    .git .hg .svn .venv venv env .env .tox .nox node_modules __pycache__ site-packages .mypy_cache
    .ruff_cache .pytest_cache .ipynb_checkpoints build dist
    """.split()
)


LEARNING = re.compile(
    r"^\s*(?:import|from) (?:sklearn|xgboost|lightgbm|catboost|torch|tensorflow|keras|statsmodels"
    r"|surprise|implicit|pyspark\.ml|prophet|transformers|jax|fastai|autogluon|pycaret)\b",
    re.MULTILINE,
)
WRITTEN = frozenset(".py .ipynb .md .rst .txt .toml .json .yml .yaml .cfg .ini".split())


@dataclass(frozen=True)
class Source:
    """A Python module or the code of a notebook, with its syntax tree."""

    path: str
    text: str
    tree: ast.Module
    cells: tuple[int, ...] = ()  # of a notebook: the line at which each code cell begins

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree: rules look at them many times."""
        return list(ast.walk(self.tree))

    def place(self, line: int) -> str:
        """Return `path:line`, or of a notebook its cell: lines there mean nothing to people."""
        number = sum(start <= line for start in self.cells)
        return f"{self.path} (code cell {number})" if number else f"{self.path}:{line}"

    def at(self, line: int) -> str:
        """Return `at line 12`, or of a notebook `in code cell 3`."""
        number = sum(start <= line for start in self.cells)
        return f"in code cell {number}" if number else f"at line {line}"


@dataclass
class Repository:
    """The folder `root`; `skipped` says what could not be read, and why."""

    root: Path
    skipped: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def files(self) -> list[str]:
        """The paths that git tracks, or every file where there is no git; never through a link."""
        try:
            listed = git("ls-files", "-z", "--", ".", cwd=self.root).split("\0")
            paths = sorted({path for path in listed if path})
        except GitError:
            paths = sorted(self.walk())
        return [path for path in paths if self.is_file(path)][:MOST_FILES]

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a file, or one that is gone; no link, pipe or other repository."""
        try:
            mode = (self.root / path).lstat().st_mode
        except OSError:
            return True
        if stat.S_ISDIR(mode):
            self.skipped[path] = "a submodule: look at it by itself"
        return stat.S_ISREG(mode)

    @cached_property
    def own(self) -> list[str]:
        """The paths that people of the project wrote: no environment, cache or library."""
        homes = tuple(
            path.removesuffix("pyvenv.cfg") for path in self.files if path.endswith("/pyvenv.cfg")
        )
        return [
            path
            for path in self.files
            if not FOREIGN.intersection(path.split("/")) and not path.startswith(homes)
        ]

    def walk(self) -> Iterator[str]:
        """Yield every file below the root, without entering environments, caches and links."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(set(folders) - FOREIGN)
            for name in names:
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def text(self, path: str) -> str | None:
        """Return the text of a file, or None where it has none, which is noted; read once."""
        if path not in self.texts:
            self.texts[path] = self.read(path)
        return self.texts[path]

    def read(self, path: str) -> str | None:
        """Read a file as text."""
        place = self.root / path
        try:
            if place.is_symlink() or not place.exists():
                return None
            if place.stat().st_size > LARGEST_TEXT:
                self.skipped[path] = "larger than 2 MB"
                return None
            return place.read_text("utf-8-sig")
        except UnicodeDecodeError:
            if path.endswith(".py") and (text := as_declared(place)) is not None:
                return text
            if place.suffix.lower() in WRITTEN:  # of others, nobody expects a text
                self.skipped[path] = "not UTF-8"
        except OSError as error:
            self.skipped[path] = error.strerror or "cannot be read"
        return None

    @cached_property
    def readme(self) -> tuple[str, list[str]]:
        """The path of the README at the top, and its lines; empty where there is none."""
        for path in self.own:
            if path.lower() in {"readme.md", "readme.rst", "readme.txt", "readme"}:
                return path, (self.text(path) or "").splitlines()
        return "", []

    @cached_property
    def sources(self) -> list[Source]:
        """Every module and notebook whose code can be parsed."""
        found = []
        for path in self.own:
            if path.endswith((".py", ".ipynb")) and (text := self.text(path)) is not None:
                try:
                    code, cells, lost = notebook_code(text) if is_notebook(path) else (text, (), 0)
                    found.append(Source(path, code, ast.parse(code), cells))
                    if lost:
                        self.skipped[path] = f"no Python in {lost} of its cells"
                except (SyntaxError, ValueError, RecursionError, TypeError, KeyError) as error:
                    self.skipped[path] = f"cannot be parsed: {type(error).__name__}"
        return found

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """What pyproject.toml says, or nothing."""
        return self.toml("pyproject.toml")

    @cached_property
    def project(self) -> dict[str, Any]:
        """What the project.toml of a generated project says, or nothing."""
        return self.toml("project.toml")

    def toml(self, path: str) -> dict[str, Any]:
        """Return a TOML file, or nothing where there is none that can be read."""
        if not (self.root / path).is_file():
            return {}
        try:
            return tomllib.loads(self.text(path) or "")
        except tomllib.TOMLDecodeError as error:
            self.skipped[path] = f"not valid TOML: {error}"
            return {}

    @cached_property
    def results(self) -> Results | None:
        """The contract, where the repository keeps one."""
        path = "reports/results.json"
        if not (self.root / path).is_file():
            return None
        from pydantic import ValidationError  # slow to import, and most repositories have none

        from ..contract import Results

        try:
            return Results.model_validate(json.loads(self.text(path) or ""))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            self.skipped[path] = f"not results that this version reads: {place}: {first['msg']}"
        except ValueError as error:
            self.skipped.setdefault(path, f"not valid JSON: {error}")
        return None

    @cached_property
    def learns(self) -> bool:
        """Whether code of the repository uses a library that learns from data."""
        return any(LEARNING.search(source.text) for source in self.sources)

    @cached_property
    def waits(self) -> bool:
        """Whether the steps of a project of ours have not run yet: its README is still empty."""
        made = {"project", "data", "columns"} <= self.project.keys()
        steps = any(re.fullmatch(r"src/\w+/reproduce\.py", path) for path in self.own)
        return made and steps and not (self.root / "reports/results.json").exists()

    @cached_property
    def is_ours(self) -> bool:
        """Whether mlscaffold made the project."""
        return "mlscaffold" in (self.text(".copier-answers.yml") or "")


def as_declared(place: Path) -> str | None:
    """Return a module in the encoding that its first lines declare; None where it is another."""
    try:
        with tokenize.open(place) as file:
            return file.read()
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None


def is_notebook(path: str) -> bool:
    """Tell whether a file is a notebook, by its name."""
    return path.endswith(".ipynb")


def notebook_code(text: str) -> tuple[str, tuple[int, ...], int]:
    """Return the Python of a notebook's code cells, where each begins, and how many are none.

    A cell that is no Python leaves empty lines: the others can be read without it.
    """
    lines: list[str] = []
    starts: list[int] = []
    lost = 0
    for cell in json.loads(text)["cells"]:
        if cell.get("cell_type") != "code":
            continue
        starts.append(len(lines) + 1)
        code = [plain_line(line) for line in "".join(cell.get("source", [])).splitlines()]
        try:
            ast.parse("\n".join(code))
        except (SyntaxError, ValueError):
            lost += not "".join(cell.get("source", [])).lstrip().startswith("%%")
            code = [""] * len(code)
        lines += code
    return "\n".join(lines) + "\n", tuple(starts), lost


def plain_line(line: str) -> str:
    """Return a line of a cell without what only IPython understands, at the same depth."""
    inner = line.lstrip()
    return line[: len(line) - len(inner)] + "pass" if inner.startswith(("%", "!", "?")) else line
