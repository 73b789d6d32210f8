"""The formatter of a project: what tells a change of Python from one of its layout."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .statements import parse

Formatter = Callable[[str], str]


def find_formatter(project: Path) -> Formatter | None:
    """Return what formats Python as the `project` does: ruff, in its environment or on PATH."""
    places = [project / ".venv" / folder for folder in ("bin", "Scripts")]
    ruff = next((found for place in places if (found := shutil.which("ruff", path=place))), None)
    command = ruff or shutil.which("ruff")
    if command is None:
        return None
    options = ["--quiet", "--no-cache", "--config", "format.skip-magic-trailing-comma=true"]

    def tidy(text: str) -> str:
        """Return `text` as ruff formats it, but joined again wherever it fits one line."""
        done = subprocess.run(
            [command, "format", *options, "--stdin-filename", "module.py", "-"],
            input=text,
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=True,
        )
        return bare_tuples(done.stdout)

    return tidy


def bare_tuples(text: str) -> str:
    """Return `text` without the parentheses that ruff leaves around a tuple that was too long."""
    lines, tree = text.split("\n"), parse(text)
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Assign) else None
        if isinstance(value, ast.Tuple) and value.elts and value.lineno == value.end_lineno:
            line = lines[value.lineno - 1].encode()
            start, end = value.col_offset, value.end_col_offset or 0
            if (inner := line[start:end])[:1] == b"(" and value.elts[0].col_offset == start + 1:
                lines[value.lineno - 1] = (line[:start] + inner[1:-1] + line[end:]).decode()
    bare = "\n".join(lines)
    return bare if ast.dump(parse(bare)) == ast.dump(tree) else text
