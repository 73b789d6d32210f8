"""Sets the working templates beside an earlier release: test score, size and time of each data set.

`python benchmarks/releases.py v0.3.0 [TYPE/DATASET ...]`; the raw files are taken from the folder
that MLSCAFFOLD_TEST_DATA names, data sets whose files are not there are left out. Each project is
made twice, untouched, and `reproduce` runs in both; seconds are those of the processor. What a
release came to does not change: `--keep FOLDER` keeps it there for the next time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studies import bring_data, run_inside, spending, templates

from mlscaffold.catalog import read_manifest
from mlscaffold.git import git
from mlscaffold.release import TEMPLATES
from mlscaffold.render import render
from mlscaffold.store import BUNDLE, URL

Row = dict[str, Any]
HEAD = (
    "| data set | metric | {old} | working | 95% interval | rule of thumb | ahead of the rule "
    "| CPU s | | lines | |\n|---|---|--:|--:|---|--:|---|--:|--:|--:|--:|"
)


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", help="tag of an earlier release, such as v0.3.0")
    parser.add_argument("datasets", nargs="*", metavar="TYPE/DATASET", help="all by default")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    print(HEAD.format(old=given.release))
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old"
        git("clone", "--quiet", "--branch", given.release, BUNDLE, old)
        for name in given.datasets or datasets():
            if before := kept(given.keep, given.release, old, name):
                print(row(name, before, measure(templates(), name)), flush=True)
            else:
                print(f"| {name} | left out |", flush=True)


def kept(folder: Path | None, release: str, template: Path, name: str) -> Row:
    """Return what a release came to, measured where `folder` does not have it yet."""
    path = folder and folder / release / f"{name}.json"
    if path and path.exists():
        return dict(json.loads(path.read_text("utf-8")))
    found = measure(template, name)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found), "utf-8")
    return found


def datasets() -> Iterator[str]:
    """Yield every built-in data set of every type."""
    for name in read_manifest(TEMPLATES)[1]:
        for path in sorted((TEMPLATES / "datasets" / name).glob("*.toml")):
            yield f"{name}/{path.stem}"


def measure(template: Path, name: str) -> Row:
    """Make a project, run all its steps, and return its results with what they cost."""
    project_type, dataset = name.split("/")
    if not (template / "datasets" / project_type / f"{dataset}.toml").exists():
        return {}
    answers = {"project_type": project_type, "dataset": dataset, "project_name": "study"}
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "study"
        render(template, project, answers | {"parts": ["product"]}, {"_src_path": URL})
        return {} if bring_data(project) else reproduce(project)


def reproduce(project: Path) -> Row:
    """Run all steps of a project; return its results, processor seconds and lines."""
    run_inside(project, "python", "-c", "")  # creates the environment
    with spending() as spent:
        run_inside(project, "reproduce")
    results: Row = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    lines = sum(len(path.read_bytes().splitlines()) for path in project.glob("src/**/*.py"))
    return results | {"seconds": spent.processor, "lines": lines}


def row(name: str, old: Row, new: Row) -> str:
    """Return a line of the table."""
    head, tested = new["evaluate"]["headline"], old["test"]
    before = tested.get(head["metric"], tested.get("score"))
    ends = [f"{head[f'improvement{end}']:+.0%}" for end in ("", "_low", "_high")]
    cells = [
        name,
        head["label"],
        f"{before:.4g}" if before is not None else "-",
        f"{head['value']:.4g}",
        f"{head['low']:.4g} to {head['high']:.4g}",
        f"{head['rule_of_thumb']['value']:.4g}",
        f"{ends[0]} ({ends[1]} to {ends[2]})",
        *(f"{side['seconds']:.0f}" for side in (old, new)),
        *(f"{side['lines']:,}" for side in (old, new)),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
