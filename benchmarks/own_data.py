"""The whole way from a file to results, without a hand edit: `own_data.py PYTHON FOLDER [NAME...]`.

PYTHON is one that has what projects install, FOLDER holds the public data sets of `roles.toml`.
Each is looked at as it is, its project is made of the templates in this repository and run; printed
are how it ended, how long it took, and score and rule of thumb on the test rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import tomlkit

from mlscaffold.catalog import read_manifest
from mlscaffold.compose import compose
from mlscaffold.data.own import Wish, look
from mlscaffold.release import TEMPLATES
from mlscaffold.render import render

LONGEST = 1800  # seconds


def main(python: str, folder: Path, names: list[str]) -> None:
    """Run the named sets, or all of them."""
    expected = tomllib.loads(Path(__file__).with_name("roles.toml").read_text("utf-8"))
    green = 0
    for name in names or [*expected]:
        facts = expected[name]
        with tempfile.TemporaryDirectory() as place:
            path = folder / facts["file"]
            try:
                ended, took, said = go(python, path, facts["target"], Path(place) / "work")
            except subprocess.TimeoutExpired:
                ended, took, said = 124, LONGEST, ""
        green += ended == 0
        print(f"{name:<16} {'green' if ended == 0 else 'failed'} {took:5.0f} s  {said}", flush=True)
    print(f"{green} of {len(names or expected)} green")


def go(python: str, path: Path, target: str, place: Path) -> tuple[int, float, str]:
    """Make the project of a file and run it; return how that ended, seconds, and what it says."""
    own = look(Wish(str(path), None, target or None))
    compose(TEMPLATES, place / "templates")
    answers = {
        "project_type": own.kind, "dataset": read_manifest(TEMPLATES)[1][own.kind].default_dataset,
        "project_name": "own-data", "package": "study", "author": "Ada", "year": 2026, "parts": [],
    }  # fmt: skip
    project = place / "project"
    render(place / "templates", project, answers, {"_src_path": "here"})
    own.place(project)
    schema = json.loads((TEMPLATES / "schemas" / f"{own.kind}.json").read_text("utf-8"))
    (project / "project.toml").write_text(tomlkit.dumps(own.settings(schema)), encoding="utf-8")
    begin = time.monotonic()
    done = subprocess.run(
        [python, "-c", "from study.reproduce import main; main()"],
        cwd=project, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, text=True,
        timeout=LONGEST, check=False,
    )  # fmt: skip
    lines = (done.stdout + done.stderr).splitlines()
    wanted = "opening" if done.returncode == 0 else "error"
    said = next((line for line in lines if wanted in line), lines[-1] if lines else "")
    return done.returncode, time.monotonic() - begin, said


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
