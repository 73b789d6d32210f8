"""Finds the place of an artifact, `path:line`, as editors and terminals open it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..check.repository import Repository

RESULTS = "reports/results.json"


class Places:
    """The places of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def in_results(self, path: str) -> Iterator[str]:
        """Yield the line of results.json at which the value of a path stands."""
        if self.repository.results is None:
            return
        text = self.repository.text(RESULTS) or ""
        position = 0
        for depth, key in enumerate(path.split("."), 1):
            # As projects write it, with one blank a level; else the first key of that name.
            found = re.compile(rf'^ {{{depth}}}"{re.escape(key)}":', re.MULTILINE).search(
                text, position
            )
            found = found or re.compile(rf'"{re.escape(key)}"\s*:').search(text, position)
            if not found:
                return
            position = found.start()
        start = text.index('"', position)
        yield f"{RESULTS}:{text.count(chr(10), 0, start) + 1}"

    def figure(self, name: str) -> Iterator[str]:
        """Yield the path of a figure."""
        path = f"reports/figures/{name}"
        if path in self.repository.files:
            yield path

    def in_file(self, said: str) -> Iterator[str]:
        """Yield the first line of a file that holds a text: `path:text`; `.` is any line."""
        path, _, wanted = said.partition(":")
        if path not in self.repository.files or not (text := self.repository.text(path)):
            return
        for number, line in enumerate(text.splitlines(), 1):
            if wanted == "." or wanted in line:
                yield f"{path}:{number}"
                return

    def in_code(self, said: str) -> Iterator[str]:
        """Yield the line of a definition in the package: `module.py:name`, or only the module."""
        module, _, name = said.partition(":")
        for source in self.repository.sources:
            if not source.path.endswith(f"/{module}") or source.path.startswith("tests/"):
                continue
            if "/" not in module and {"kit", "product", "studies"} & set(source.path.split("/")):
                continue
            if not name:
                yield f"{source.path}:1"
                return
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                    yield f"{source.path}:{node.lineno}"
                    return
