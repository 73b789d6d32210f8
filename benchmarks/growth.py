"""Measures what `train` costs as rows grow 10 and 100 times, for every project type, and plots it.

`python benchmarks/growth.py PICTURE.png [TYPE ...]`. The rows are those of the embedded default,
copied with noise (for a recommender: with new users), so that only their number changes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from studies import make, run_inside

TYPES = ("regression", "classification", "recommender", "anomaly")
FACTORS = (1, 10, 100)
# Run inside a project: the first copies the rows of its data file, the second draws all results.
GROW = """
import sys
from pathlib import Path
import numpy as np
import pandas as pd
from study.kit.settings import load_settings
factor, kept, settings = int(sys.argv[1]), Path(sys.argv[2]), load_settings()
path = settings.data.file
if not kept.exists():
    kept.write_bytes(path.read_bytes())
rows, random, copies = pd.read_csv(kept), np.random.default_rng(0), []
user = getattr(settings.columns, "user", None)
for number in range(factor):
    copy = rows.copy()
    if user:
        copy[user] = copy[user].astype(str) + f"-{number}"
    else:
        for name in settings.columns.numeric:
            noise = random.normal(scale=0.05 * rows[name].std(), size=len(rows))
            copy[name] = copy[name] + (noise if number else 0)
    copies.append(copy)
pd.concat(copies).to_csv(path, index=False)
"""
DRAW = """
import json, sys
from matplotlib.figure import Figure
figure = Figure(figsize=(7, 4), layout="constrained")
axes = figure.subplots()
for name, points in json.loads(sys.argv[1]).items():
    axes.loglog([rows for rows, _ in points], [seconds for _, seconds in points], "o-", label=name)
axes.set_xlabel("rows (recommender: interactions)")
axes.set_ylabel("seconds of `train`")
axes.grid(visible=True, color="#E8E8E8")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
figure.savefig(sys.argv[2], dpi=150, metadata={"Software": None})
"""


def main() -> None:
    """Print a table, and draw it."""
    picture, types = Path(sys.argv[1]).resolve(), sys.argv[2:] or TYPES
    print("| type | rows | seconds of `train` | per factor 10 |")
    print("|---|---:|---:|---:|")
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in types:
            measured[name] = measure(name, Path(folder))
        project = Path(folder) / types[0] / "study"
        run_inside(project, "python", "-c", DRAW, json.dumps(measured), str(picture))


def measure(project_type: str, folder: Path) -> list[tuple[int, float]]:
    """Return rows and seconds of `train` for every factor."""
    (folder / project_type).mkdir()
    project, points = make(folder / project_type, project_type), list[tuple[int, float]]()
    run_inside(project, "train")  # makes the data file, warms the caches
    for factor in FACTORS:
        kept = str(folder / f"{project_type}.csv")
        run_inside(project, "python", "-c", GROW, str(factor), kept)
        run_inside(project, "train")
        results = json.loads((project / "reports" / "results.json").read_text("utf-8"))
        found = results["train"]
        points.append((found["data"]["rows"], found["run"]["seconds"]))
        growth = f"{points[-1][1] / points[-2][1]:.1f}" if factor > 1 else ""
        print(
            f"| {project_type} | {points[-1][0]:,} | {points[-1][1]:.1f} | {growth} |", flush=True
        )
    return points


if __name__ == "__main__":
    main()
