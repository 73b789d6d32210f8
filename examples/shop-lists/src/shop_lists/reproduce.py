"""Runs the whole study: from the raw file to the README."""

from . import diagnose, evaluate, train
from .kit import report


def main() -> None:
    """Train, diagnose, evaluate, then render figures and texts."""
    for step in (train, diagnose, evaluate, report):
        step.main()
