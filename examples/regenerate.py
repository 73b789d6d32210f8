"""Makes every example anew, on real data, with the templates of this checkout.

`python examples/regenerate.py [NAME ...]`; the data is downloaded, or taken from the folder that
MLSCAFFOLD_TEST_DATA names. Only what the tool makes and measures is kept, not the data.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = {"bike-demand": ("regression", "bike_sharing")}
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "models", "uv.lock", ".*_cache", "__pycache__"
)
AUTHOR = "Ada Lovelace <ada@example.org>"


def regenerate(name: str) -> None:
    """Create the project `name`, run all its steps and keep what can be published."""
    project_type, dataset = EXAMPLES[name]
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / name
        new = ("new", project_type, str(project), "--dataset", dataset, "--author", AUTHOR, "--yes")
        subprocess.run([sys.executable, "-m", "mlscaffold.cli", *new], check=True)
        bring_data(project, dataset)
        subprocess.run(["uv", "run", "reproduce"], cwd=project, check=True, env=own_environment())
        shutil.rmtree(HERE / name, ignore_errors=True)
        shutil.copytree(project, HERE / name, ignore=LEFT_OUT)


def bring_data(project: Path, dataset: str) -> None:
    """Copy the raw file into `project` where it is at hand; else the project downloads it."""
    data = tomllib.loads((project / "project.toml").read_text("utf-8"))["data"]
    raw = Path(os.environ.get("MLSCAFFOLD_TEST_DATA", "")) / dataset / Path(data["url"]).name
    if raw.is_file():
        (project / "data").mkdir()
        shutil.copy(raw, project / "data" / data["source"])


def own_environment() -> dict[str, str]:
    """Return the environment variables without the virtual environment that runs this script."""
    return {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}


if __name__ == "__main__":
    for example in sys.argv[1:] or EXAMPLES:
        regenerate(example)
