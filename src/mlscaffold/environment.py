"""Creates a project's Python environment and runs its commands there: uv, else venv and pip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import MlscaffoldError


def find_uv() -> str | None:
    """Return the path of a uv that works here, or None."""
    try:
        from uv import find_uv_bin

        path = find_uv_bin()
        subprocess.run([path, "--version"], check=True, capture_output=True)
    except (ImportError, OSError, subprocess.CalledProcessError):
        return None
    return path


def reproduce(project: Path) -> None:
    """Create the environment of `project` and run all its steps, showing what they print."""
    if uv := find_uv():
        # The Python that runs mlscaffold is known to exist; uv need not look for another one.
        python = ["--python", sys.executable]
        call([uv, "sync", *python], project, "create the environment")
        call([uv, "run", "--no-sync", "reproduce"], project, "run `reproduce`")
    else:
        scripts = project / ".venv" / ("Scripts" if os.name == "nt" else "bin")
        create = [sys.executable, "-m", "venv", str(project / ".venv")]
        call(create, project, "create the environment")
        pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--editable", "."]
        call(pip, project, "create the environment")
        call([str(scripts / "reproduce")], project, "run `reproduce`")


def call(command: Sequence[str], project: Path, purpose: str) -> None:
    """Run `command` in `project`; its output is the person's to see."""
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    status = subprocess.call(command, cwd=project, env=environment)
    if status:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise MlscaffoldError(
            f"could not {purpose}: `{shown}` ended with status {status}",
            f"the project is complete in `{project}`; mend what is said above and run it there",
        )
