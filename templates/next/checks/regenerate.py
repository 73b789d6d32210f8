"""Makes every example anew, on real data, with the newest template release.

`python examples/regenerate.py [NAME ...]`; the data is downloaded, or taken from the folder that
MLSCAFFOLD_TEST_DATA names. Only what the tool makes and measures is made anew: what the authors of
an example wrote (WRITTEN) is carried over, and `report` brings the numbers in it up to date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXAMPLES = {
    "bike-demand": ("regression", "bike_sharing"),
    "hotel-cancellations": ("classification", "hotel_bookings"),
    "shop-lists": ("recommender", "online_retail"),
    "taxi-alarms": ("anomaly", "nyc_taxi"),
}
PARTS = "product"
# Texts, answers and notes that the authors of the examples wrote: a release does not make them.
WRITTEN = ("README.md", "DECISIONS.md", "project.toml", "reports/errors.csv")
LEDGER = "reports/ledger.jsonl"  # the test rows of an example stay opened as often as they were
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "models", "uv.lock", ".*_cache", "__pycache__"
)
AUTHOR = "Ada Lovelace <ada@example.org>"
RAW_FILES = Path(os.environ.get("MLSCAFFOLD_TEST_DATA", "/nonexistent"))


def regenerate(name: str) -> None:
    """Create the project `name`, run all its steps and keep what can be published."""
    project_type, dataset = EXAMPLES[name]
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / name
        new = ("new", project_type, str(project), "--dataset", dataset, "--with", PARTS, "--yes")
        command = [sys.executable, "-m", "mlscaffold.cli", *new, "--author", AUTHOR]
        subprocess.run(command, check=True)
        carry_over(HERE / name, project)
        bring_data(project)
        subprocess.run(["uv", "run", "reproduce"], cwd=project, check=True, env=own_environment())
        shutil.rmtree(HERE / name, ignore_errors=True)
        shutil.copytree(project, HERE / name, ignore=LEFT_OUT)


def carry_over(old: Path, project: Path) -> None:
    """Put what the authors wrote into the new `project`, and the ledger of test openings."""
    for path in (*WRITTEN, LEDGER):
        if (old / path).exists():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(old / path, project / path)


def bring_data(project: Path) -> list[str]:
    """Copy the files that project.toml declares from RAW_FILES; return the URLs of the others."""
    missing = []
    for table in downloads(tomllib.loads((project / "project.toml").read_text("utf-8"))):
        if raw := raw_files().get(table["sha256"]):
            (project / "data").mkdir(exist_ok=True)
            shutil.copy(raw, project / "data" / (table.get("source") or table["name"]))
        else:
            missing.append(table["url"])
    return missing


@cache
def raw_files() -> dict[str, Path]:
    """Return every file below RAW_FILES by its SHA-256."""
    files = (path for path in RAW_FILES.rglob("*") if path.is_file())
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


def downloads(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every table that names a URL, wherever it stands."""
    if isinstance(value, dict):
        if value.get("url"):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from downloads(item)


def own_environment() -> dict[str, str]:
    """Return the environment variables without the virtual environment that runs this script."""
    return {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}


if __name__ == "__main__":
    for example in sys.argv[1:] or EXAMPLES:
        regenerate(example)
