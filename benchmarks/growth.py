"""Measures what `train` costs as rows grow 10 and 100 times, for every project type, and plots it.

`python benchmarks/growth.py PICTURE.png [TYPE ...] [--limit 600]`. The rows are those of the data
that come with a type, copied with noise (for a recommender: with new users), so that only their
number changes. Seconds are those of the processor, start and imports included: other work hardly
alters them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from studies import Failed, make, run_inside, spending

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
grown = pd.concat(copies)
grown.to_csv(path, index=False)
print(len(grown))
"""
DRAW = """
import json, sys
from matplotlib.figure import Figure
figure = Figure(figsize=(7, 4), layout="constrained")
axes = figure.subplots()
for name, points in json.loads(sys.argv[1]).items():
    axes.loglog([rows for rows, _ in points], [seconds for _, seconds in points], "o-", label=name)
axes.set_xlabel("rows (recommender: interactions)")
axes.set_ylabel("processor seconds of `train`")
axes.grid(visible=True, color="#E8E8E8")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
figure.savefig(sys.argv[2], dpi=150, metadata={"Software": None})
"""


def main() -> None:
    """Print a table, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    parser.add_argument("types", nargs="*", default=TYPES, metavar="TYPE")
    parser.add_argument("--limit", type=int, default=600, help="seconds on the clock, of a `train`")
    given = parser.parse_args()
    print("| type | rows | processor seconds of `train` | times those of a tenth |")
    print("|---|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        measured = {name: measure(name, Path(folder), given.limit) for name in given.types}
        project, picture = Path(folder) / given.types[0] / "study", str(given.picture.resolve())
        run_inside(project, "python", "-c", DRAW, json.dumps(measured), picture)


def measure(project_type: str, folder: Path, limit: int) -> list[tuple[int, float]]:
    """Return rows and processor seconds of `train` for every factor, up to the first too long."""
    project, points = make(folder / project_type, project_type), list[tuple[int, float]]()
    run_inside(project, "train")  # makes the data file, warms the caches
    for factor in FACTORS:
        kept = str(folder / f"{project_type}.csv")
        rows = int(run_inside(project, "python", "-c", GROW, str(factor), kept))
        try:
            with spending() as spent:
                run_inside(project, "timeout", str(limit), "train")
        except Failed as failed:
            if not failed.too_long:
                raise
            print(f"| {project_type} | {rows:,} | not done in {limit} s | |", flush=True)
            break
        growth = f"{spent.processor / points[-1][1]:.1f}" if points else ""
        points.append((rows, spent.processor))
        print(f"| {project_type} | {rows:,} | {spent.processor:.1f} | {growth} |", flush=True)
    return points


if __name__ == "__main__":
    main()
