"""What all commands share: one kind of error, one way to report it, one line per step."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


class ProjectError(Exception):
    """Something that the person at the keyboard can fix; `hint` says how."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def run_command(step: Callable[[Path], None]) -> None:
    """Run `step` in the current folder as a command without arguments."""
    argparse.ArgumentParser(description=step.__doc__).parse_args()
    with errors_explained():
        step(Path.cwd())


class errors_explained:  # noqa: N801 - reads as a phrase in a `with` statement
    """Turn what a person can fix into two lines on stderr and an exit code, without traceback."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Exit 1 after a ProjectError, 130 after Ctrl-C; let every other error through."""
        if isinstance(error, ProjectError):
            sys.exit(f"error: {error}\nhint: {error.hint}")
        if isinstance(error, KeyboardInterrupt):
            print("interrupted: the last complete results are unchanged", file=sys.stderr)
            sys.exit(130)


def say(text: str) -> None:
    """Tell on stderr what happens now; stdout is left for results."""
    print(text, file=sys.stderr, flush=True)
