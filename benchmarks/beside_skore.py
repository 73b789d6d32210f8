"""Lets the checks of skore judge what `mlscaffold check --run` judges: projects, and planted traps.

    python benchmarks/beside_skore.py traps DATA [SET or TRAP...]  # those of benchmarks/check.py
    python benchmarks/beside_skore.py projects FOLDER...    # finished projects, two types

It needs an environment of its own with skore, mlscaffold and what the projects import; skore is no
dependency of anything here. Seconds are those of the processor. The results are in check.md.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from check import PROBE, SETS, plant

from mlscaffold.check.inspection import inspect
from mlscaffold.check.probing import Run

HINTS = {"issue": "", "tip": " (tip)"}


def judge(report: Any) -> tuple[str, float]:
    """Return what skore says of a model, with the code of each check that spoke, and the time."""
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = report.checks.summarize().frame()
    spoke = table[table["section"].isin(HINTS)]
    told = [f"{row.code}{HINTS[row.section]}" for row in spoke.itertuples()]
    return ", ".join(told), time.process_time() - start


def traps(data: Path, names: list[str]) -> None:
    """Print what both find in each trap and in its honest twin."""
    print("| data | trap | skore: trap | skore: honest twin | s | ours: trap | ours: twin | s |")
    print("|---|---|---|---|--:|---|---|--:|")
    with tempfile.TemporaryDirectory() as temporary:
        for name in [each for each in SETS if each in names] or SETS:
            for trap in [each for each in PROBE if each in names] or PROBE:
                code = PROBE[trap]
                cells: dict[str, list[str]] = {"skore": [], "ours": []}
                seconds = {"skore": 0.0, "ours": 0.0}
                for honest in (False, True):
                    place = Path(temporary) / f"{name}-{trap}-{honest}"
                    folder = plant(data, name, trap, honest, place)
                    said, taken = judge(open_study(folder))
                    cells["skore"].append(said or "-")
                    seconds["skore"] += taken
                    before = sum(os.times()[:4])
                    report = inspect(folder, only=PROBE.values(), run=Run(5, Path(sys.executable)))
                    seconds["ours"] += sum(os.times()[:4]) - before
                    spoke = [each.code for each in report.measured if each.inflated]
                    cells["ours"].append(", ".join(spoke) or "-")
                mean = {who: f"{taken / 2:.0f}" for who, taken in seconds.items()}
                row = [name, f"{trap} ({code})", *cells["skore"], mean["skore"]]
                print(f"| {' | '.join([*row, *cells['ours'], mean['ours']])} |", flush=True)


def open_study(folder: Path) -> Any:
    """Return the report of skore on the study in a folder, split as its seed says."""
    import tomllib

    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    sys.path.insert(0, str(folder))
    sys.modules.pop("study", None)
    here = Path.cwd()
    os.chdir(folder)
    try:
        study = importlib.import_module("study")
        made = study.study()
    finally:
        os.chdir(here)
        sys.path.remove(str(folder))
    settings = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    seed = settings["tool"]["mlscaffold"]["check"]["seed"]
    rows, y = made["rows"].drop(columns=["shop"]), made["target"]
    fit, seen, told, actual = train_test_split(rows, y, test_size=0.2, random_state=seed)
    prepare = FunctionTransformer(lambda rows: rows.assign(day=rows["day"].astype("int64") / 1e15))
    kind = "Classifier" if set(y) == {0, 1} else "Regressor"
    forest = getattr(importlib.import_module("sklearn.ensemble"), f"RandomForest{kind}")
    model = make_pipeline(prepare, forest(20, min_samples_leaf=2, random_state=0))
    sides = {"X_train": fit, "y_train": told, "X_test": seen, "y_test": actual}
    return open_report(model, sides, pos_label=1 if kind == "Classifier" else None)


def open_report(model: Any, sides: dict[str, Any], **known: Any) -> Any:
    """Return the report of skore, which is in no environment but that of this benchmark."""
    return importlib.import_module("skore").EstimatorReport(model, **sides, **known)


def projects(folders: list[Path]) -> None:
    """Print what skore says of the chosen model of finished projects, and what ours says."""
    for folder in folders:
        os.chdir(folder)
        said, taken = judge(open_project(folder))
        before = sum(os.times()[:4])
        static = inspect(folder)
        quick = sum(os.times()[:4]) - before
        before = sum(os.times()[:4])
        codes = ("PB01", *PROBE.values())
        report = inspect(folder, only=codes, run=Run(10, Path(sys.executable)))
        slow = sum(os.times()[:4]) - before
        rules = ", ".join(sorted({each.code for each in static.findings})) or "nothing"
        spoke = ", ".join(each.code for each in report.measured if each.inflated) or "nothing"
        silent = ", ".join(each.code for each in report.measured if not each.inflated)
        print(f"{folder.name}: skore {said} in {taken:.1f} s; rules {rules} in {quick:.1f} s; "
              f"probes {spoke} (silent: {silent}) in {slow:.0f} s", flush=True)  # fmt: skip


def open_project(folder: Path) -> Any:
    """Return the report of skore on the chosen model of a project, with its own split."""
    package = next((folder / "src").iterdir()).name
    sys.path.insert(0, str(folder / "src"))
    for name in [each for each in sys.modules if each.split(".")[0] == package]:
        del sys.modules[name]
    data, models, split, settings = (
        importlib.import_module(f"{package}.{name}")
        for name in ("data", "models", "split", "kit.settings")
    )
    chosen = json.loads((folder / "reports/results.json").read_text("utf-8"))["train"]["choice"]
    known = settings.load_settings()
    frame = data.load(known)[0]
    fit, seen = split.split(frame, known)
    columns = known.columns
    make = next(rung.make for rung in models.LADDER if rung.name == chosen["chosen"])
    model = make(known, **chosen["parameters"])
    sides = {
        f"{what}_{side}": rows[names]
        for side, rows in (("train", fit), ("test", seen))
        for what, names in (("X", columns.given), ("y", columns.target))
    }
    return open_report(model, sides)


def main() -> None:
    """Run what the command line names."""
    what, first, *others = sys.argv[1:]
    if what == "traps":
        traps(Path(first).resolve(), others)
    else:
        projects([Path(each).resolve() for each in (first, *others)])


if __name__ == "__main__":
    main()
