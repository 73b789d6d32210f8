"""Runs the whole study, from the data to the texts: what a reviewer and CI run."""

from __future__ import annotations

from pathlib import Path

from .command import run_command
from .diagnose import diagnose
from .evaluate import evaluate
from .probe import probe
from .report import report
from .train import train


def main() -> None:
    """Run the whole study."""
    run_command(reproduce)


def reproduce(root: Path) -> None:
    """Train, diagnose, evaluate, probe the service and report, in this order."""
    for step in (train, diagnose, evaluate, probe, report):
        step(root)


if __name__ == "__main__":
    main()
