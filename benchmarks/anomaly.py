"""Sets the detectors of an anomaly project beside those of PyOD, and series by series.

`python benchmarks/anomaly.py FOLDER --seeds 3`; FOLDER holds the `.npz` files of ADBench.
`python benchmarks/anomaly.py --series FOLDER`; FOLDER holds `data` and `labels` of NAB.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from studies import make, run_inside

TABLES, SERIES = (Path(__file__).with_name(f"{name}.py") for name in ("detectors", "series"))


def main() -> None:
    """Create an anomaly project and run a comparison in its environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files of ADBench, or of NAB, lie")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--series", action="store_true", help="compare on the series of NAB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project, place = make(Path(folder), "anomaly"), str(options.folder.resolve())
        if options.series:
            print(run_inside(project, "python", str(SERIES), place))
        else:
            arguments = [str(TABLES), place, str(options.seeds)]
            print(run_inside(project, "--with", "pyod>=3.6,<4", "python", *arguments))


if __name__ == "__main__":
    main()
