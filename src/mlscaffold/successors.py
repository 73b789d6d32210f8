"""What 1.0 has in the place of the files of 0.x, whose package was rebuilt.

Paths are those in the package. A successor is named where the project gets it; one that belongs to
a part is named by the command that adds it.
"""

from __future__ import annotations

from collections.abc import Container

STUDIES = {  # modules of 0.x that are parts by now
    "ablation.py": "ablation",
    "contamination.py": "contamination",
    "experiment.py": "ab_test",
    "imbalance.py": "imbalance",
    "regularisation.py": "penalty_path",
}
MODULES = {
    "arrays.py": "data.py",
    "cases.py": "diagnose.py",
    "cleaning.py": "data.py",
    "command.py": "kit/__init__.py",
    "comparison.py": "train.py",
    "detectors.py": "models.py",
    "diagnosis.py": "diagnose.py",
    "download.py": "kit/project.py",
    "drift.py": "product/drift.py",
    "ensemble.py": "models.py",
    "events.py": "alerts.py",
    "factors.py": "personal.py",
    "files.py": "data.py",
    "gaussian.py": "features.py",
    "history.py": "features.py",
    "inputs.py": "data.py",
    "intervals.py": "kit/intervals.py",
    "leakage.py": "kit/leakage.py",
    "learning.py": "diagnose.py",
    "metric.py": "models.py",
    "monitor.py": "product/monitor.py",
    "outcome.py": "product/outcome.py",
    "popular.py": "models.py",
    "predict.py": "product/predict.py",
    "project.py": "kit/settings.py",
    "ranking.py": "kit/ranking.py",
    "reading.py": "kit/project.py",
    "recommend.py": "product/predict.py",
    "report.py": "kit/report.py",
    "results.py": "kit/results.py",
    "sample.py": "kit/sample.py",
    "series.py": "data.py",
    "serve.py": "product/serve.py",
    "settings.py": "kit/project.py",
    "slices.py": "kit/slices.py",
    "storage.py": "kit/results.py",
    "study.py": "train.py",
    "target.py": "models.py",
    "trending.py": "models.py",
    "tuning.py": "train.py",
    "weights.py": "personal.py",
}
FOLDERS = {
    "reporting/": "report.md.j2",
    "service/page/": "product/page.html",
    "service/": "product/serve.py",
}
FIGURES = ("reporting/canvas.py", "reporting/curves.py", "reporting/figures.py")


def find_successor(package: str, path: str, wanted: Container[str]) -> str:
    """Return what the new version, with the files `wanted`, has in place of the file at `path`."""
    name = path.removeprefix(f"src/{package}/")
    if name in STUDIES:
        part = STUDIES[name]
        place = f"src/{package}/studies/{part}.py"
        return place if place in wanted else f"`mlscaffold add {part}` brings it"
    place = f"src/{package}/{successor_in_package(name)}"
    return place if place in wanted else ""


def successor_in_package(name: str) -> str:
    """Return what 1.0 has for the file `name` of a package; both are paths in it."""
    if name in FIGURES:
        return "kit/figures.py"
    folder = next((each for each in FOLDERS if name.startswith(each)), "")
    return MODULES.get(name) or FOLDERS.get(folder, "")
