"""Sets a project's chosen model beside strong references on the same rows, in one run.

`python benchmarks/quality.py regression california_housing bike_sharing --data FOLDER --budget 300`

Skill is 1 - squared error / squared error of the training mean, on the test rows; time is that of
the project's whole `train` (the ladder with its cross-validation) against that of the reference.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NEEDS = {
    "tuned LightGBM": ["flaml[automl]", "lightgbm", "xgboost-cpu", "pandas"],
    "FLAML": ["flaml[automl]", "lightgbm", "xgboost-cpu", "pandas"],
    "AutoGluon": ["autogluon.tabular[lightgbm,xgboost]"],
}
# Runs inside the project: writes its training and test rows, and its predictions for the latter.
EXPORT = """
import sys
from pathlib import Path
from {package}.data import load
from {package}.project import load_settings
from {package}.results import read_results
from {package}.split import split
from {package}.storage import load_model
root, out = Path.cwd(), Path(sys.argv[1])
settings = load_settings(root)
train, test = split(load(root, settings)[0], settings)
columns = [*settings.columns.features, settings.columns.target]
train[columns].to_csv(out / "train.csv", index=False)
test[columns].to_csv(out / "test.csv", index=False)
predicted = load_model(root, read_results(root)).predict(test[settings.columns.features])
(out / "predicted.txt").write_text("\\n".join(map(str, predicted)))
"""


def main() -> None:
    """Print one table of skill and time for every data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project_type")
    parser.add_argument("datasets", nargs="+")
    parser.add_argument("--data", type=Path, required=True, help="folder of raw files")
    parser.add_argument("--budget", type=int, default=300, help="seconds for each reference")
    parser.add_argument("--references", nargs="*", default=list(NEEDS))
    options = parser.parse_args()
    print("| data set | model | skill | skill ratio | seconds | time ratio |")
    print("|---|---|---:|---:|---:|---:|")
    for dataset in options.datasets:
        with tempfile.TemporaryDirectory() as folder:
            compare(options, dataset, Path(folder))


def compare(options: argparse.Namespace, dataset: str, folder: Path) -> None:
    """Run the project and every reference on `dataset` and print a row for each."""
    project = make_project(options, dataset, folder)
    results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
    settings = tomllib.loads((project / "project.toml").read_text("utf-8"))
    target = settings["columns"]["target"]
    ours = skill(folder, target, [float(line) for line in (folder / "predicted.txt").open()])
    seconds = results["run"]["seconds"]["train"]
    chosen = results["choice"]["chosen"]
    print(f"| {dataset} | project: {chosen} | {ours:.4f} | 1 | {seconds:.0f} | 1 |")
    for reference in options.references:
        job = {
            "reference": reference,
            "task": options.project_type,
            "train": str(folder / "train.csv"),
            "test": str(folder / "test.csv"),
            "target": target,
            "dates": settings["columns"].get("date", []),
            "budget": options.budget,
        }
        answer = fit(reference, job, folder)
        theirs = skill(folder, target, [row[0] for row in answer["predictions"]])
        took = answer["seconds"]
        print(
            f"| {dataset} | {reference} | {theirs:.4f} | {ours / theirs:.3f} "
            f"| {took:.0f} | {seconds / took:.3f} |",
            flush=True,
        )


def make_project(options: argparse.Namespace, dataset: str, folder: Path) -> Path:
    """Create the project, give it the raw file, run it and export its rows and predictions."""
    project = folder / "study"
    new = ["new", options.project_type, str(project), "--dataset", dataset, "--yes", "--no-git"]
    run([sys.executable, "-m", "mlscaffold.cli", *new, "--package", "study"], folder)
    data = tomllib.loads((project / "project.toml").read_text("utf-8"))["data"]
    raw = options.data.resolve() / dataset / Path(data["url"]).name
    (project / "data").mkdir()
    shutil.copy(raw, project / "data" / data["source"])
    run(["uv", "run", "--quiet", "train"], project)
    run(
        ["uv", "run", "--quiet", "python", "-c", EXPORT.format(package="study"), str(folder)],
        project,
    )
    return project


def fit(reference: str, job: dict[str, Any], folder: Path) -> Any:
    """Run a reference in an environment of its own and return what it prints."""
    path = folder / "job.json"
    path.write_text(json.dumps(job), "utf-8")
    needs = [word for package in NEEDS[reference] for word in ("--with", package)]
    script = [str(HERE / "references.py"), str(path)]
    printed = run(["uv", "run", "--quiet", "--no-project", *needs, "python", *script], folder)
    return json.loads(printed.splitlines()[-1])


def run(command: list[str], folder: Path) -> str:
    """Run a command and return its output; show why where it fails."""
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def skill(folder: Path, target: str, predicted: list[float]) -> float:
    """Return 1 - squared error / squared error of the training mean, on the test rows."""
    train = read_column(folder / "train.csv", target)
    actual = read_column(folder / "test.csv", target)
    mean = sum(train) / len(train)
    squared = sum((y - p) ** 2 for y, p in zip(actual, predicted, strict=True))
    return 1 - squared / sum((y - mean) ** 2 for y in actual)


def read_column(path: Path, name: str) -> list[float]:
    """Return one column of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
