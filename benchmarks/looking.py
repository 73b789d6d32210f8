"""Time and memory of a look at 1 MB, 100 MB and 1 GB: `looking.py PYTHON [MEGABYTES...]`.

PYTHON has pandas and fg-data-profiling, which went on with ydata-profiling. Files of eight columns
are made (numbers, words, dates) in the temporary folder; each reader is a process of its own:
our look, `pandas.read_csv` with `describe`, and a minimal profile. Prints seconds on the clock and
the peak of memory; what takes longer than ten minutes is stopped.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST = 600  # seconds
MEGABYTE = 1 << 20
WAYS = {
    "ours": "from mlscaffold.data.own import Wish, look; look(Wish(FILE, 'regression', 'price'))",
    "pandas": "import pandas; pandas.read_csv(FILE).describe(include='all')",
    "profile": "import pandas; from data_profiling import ProfileReport; "
    "ProfileReport(pandas.read_csv(FILE), minimal=True, progress_bar=False).get_description()",
}


def main(python: str, sizes: list[int]) -> None:
    """Print a line for each size and way."""
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, "made.csv")
            write(path, size * MEGABYTE)
            for name, code in WAYS.items():
                interpreter = sys.executable if name == "ours" else python
                print(f"{size:>5} MB  {name:<8} {measure(interpreter, code, path)}", flush=True)


def write(path: Path, size: int) -> None:
    """Write rows of made values until the file is large enough."""
    rng = random.Random(0)
    words = [f"word{number}" for number in range(500)]
    with path.open("w", encoding="utf-8") as file:
        file.write("number,area,rooms,district,colour,sold_on,note,price\n")
        block = "".join(
            f"{n},{rng.gauss(90, 20):.3f},{rng.randrange(1, 9)},{rng.choice(words)},"
            f"{rng.choice(words[:8])},20{n % 20 + 10}-0{n % 9 + 1}-1{n % 9},"
            f"{' '.join(rng.choices(words, k=3))},{rng.gauss(3e5, 5e4):.2f}\n"
            for n in range(10_000)
        )
        while file.tell() < size:
            file.write(block)


def measure(python: str, code: str, path: Path) -> str:
    """Return seconds and peak memory of a process that runs code on a file."""
    peak = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    begin = time.monotonic()
    try:
        done = subprocess.run(
            [python, "-c", f"FILE = {str(path)!r}; {code}\n{peak}"],
            capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"stopped after {LONGEST} s"
    took = time.monotonic() - begin
    if done.returncode:
        return f"failed: {(done.stderr.splitlines() or ['killed'])[-1][:80]}"
    return f"{took:6.1f} s  {int(done.stdout.split()[-1]) / 1024:7,.0f} MB"


if __name__ == "__main__":
    main(sys.argv[1], [int(each) for each in sys.argv[2:]] or [1, 100, 1024])
