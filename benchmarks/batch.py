"""Measures time and memory of `predict` under a limit of memory, as its file grows.

`python benchmarks/batch.py [--limit MB] [PROJECT]`. The rows are those of the project's own data,
repeated; the largest file has ten times the bytes of the limit, which is on the memory that the
process may take for data beyond what it has once its libraries are loaded.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import tomllib
from pathlib import Path

from studies import make, run_inside

# Run inside a project: scores a file under a limit, and prints seconds and memory in MB.
SCORE = """
import json, resource, sys, time
from pathlib import Path
from PACKAGE.product.predict import predict
source, target, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def taken(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1000
loaded = taken("VmRSS")
most = (taken("VmData") + limit) * 1_000_000
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
begin = time.perf_counter()
predict(source, target)
seconds, beside = time.perf_counter() - begin, target.with_suffix(".problems.csv")
def lines(path):
    with path.open() as file:
        return sum(1 for _ in file) - 1
said = {"rows": lines(target), "problems": lines(beside) if beside.exists() else 0}
said["seconds"] = seconds
print(json.dumps(said | {"loaded": loaded, "peak": taken("VmHWM")}))
"""


def main() -> None:
    """Print a row for each size of the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?", help="a project that ran; else one is made")
    parser.add_argument("--limit", type=int, default=50, help="MB beyond the loaded libraries")
    given = parser.parse_args()
    print(
        "| file, MB | rows | limit, MB | peak, MB | of these libraries | seconds | rows a second |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = Path(given.project) if given.project else made(folder)
        for megabytes in (given.limit // 10, given.limit, 10 * given.limit):
            source = folder / "rows.csv"
            write(project, source, megabytes)
            show(project, source, folder, given.limit)


def made(folder: Path) -> Path:
    """Return a fresh project that was trained on bike sharing."""
    project = make(folder / "bikes", "regression", "bike_sharing")
    run_inside(project, "train")
    return project


def write(project: Path, target: Path, megabytes: int) -> None:
    """Write the data of the project again and again, until the file has its size."""
    declared = tomllib.loads((project / "project.toml").read_text("utf-8"))["data"]["source"]
    name = declared.removeprefix("sklearn:")
    data = project / "data" / (name if name == declared else f"{name}.csv")
    header, _, rows = data.read_bytes().partition(b"\n")
    with target.open("wb") as file:
        file.write(header + b"\n")
        for _ in range(max(1, round(megabytes * 1e6 / len(rows)))):
            file.write(rows)


def show(project: Path, source: Path, folder: Path, limit: int) -> None:
    """Score the file and print what it took."""
    program = SCORE.replace("PACKAGE", next((project / "src").iterdir()).name)
    said = run_inside(
        project, "python", "-c", program, str(source), str(folder / "out.csv"), str(limit)
    )
    found = json.loads(said)
    size = source.stat().st_size / 1e6
    print(f"| {size:,.0f} | {found['rows']:,} | {limit} | {found['peak']} |"
          f" {found['loaded']} | {found['seconds']:.1f} |"
          f" {found['rows'] / found['seconds']:,.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
