"""Sets the detectors of an anomaly project beside those of PyOD, by the protocol of ADBench.

`python benchmarks/anomaly.py FOLDER --seeds 3`; FOLDER holds the `.npz` files of ADBench.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from studies import make, run_inside

INSIDE = Path(__file__).with_name("detectors.py")


def main() -> None:
    """Create an anomaly project and run the comparison in its environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the .npz files of ADBench lie")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = make(Path(folder), "anomaly")
        arguments = [str(INSIDE), str(options.folder.resolve()), str(options.seeds)]
        print(run_inside(project, "--with", "pyod>=3.6,<4", "python", *arguments))


if __name__ == "__main__":
    main()
