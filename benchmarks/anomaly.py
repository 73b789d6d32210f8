"""Sets the detectors of an anomaly project beside those of PyOD, by the protocol of ADBench.

`python benchmarks/anomaly.py FOLDER --seeds 3`; FOLDER holds the `.npz` files of ADBench.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

INSIDE = Path(__file__).with_name("detectors.py")


def main() -> None:
    """Create an anomaly project and run the comparison in its environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the .npz files of ADBench lie")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "study"
        new = ["new", "anomaly", str(project), "--yes", "--no-git"]
        subprocess.run([sys.executable, "-m", "mlscaffold.cli", *new], check=True)
        arguments = [str(INSIDE), str(options.folder.resolve()), str(options.seeds)]
        script = ["uv", "run", "--quiet", "--with", "pyod>=3.6,<4", "python", *arguments]
        subprocess.run(script, cwd=project, check=True, env=environment)


if __name__ == "__main__":
    main()
