"""Machinery made by mlscaffold, the same in every project: read the study first, this on demand."""

import functools
import os
import sys
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path


class Stop(SystemExit):
    """Ends a command with one message and a hint instead of a traceback; the exit code is 1."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"error: {message}\nhint: {hint}")


def command(run: Callable[[], None]) -> Callable[[], None]:
    """Make `run` a command: Ctrl-C, a full disk or too little memory end in a message."""

    @functools.wraps(run)
    def wrapper() -> None:
        warnings.showwarning = lambda *_, **__: None  # of libraries; filters get lost in threads
        try:
            run()
        except KeyboardInterrupt:
            say("interrupted: the last complete results are unchanged")
            raise SystemExit(130) from None
        except MemoryError:
            raise Stop("not enough memory", "use fewer rows or columns: see [data]") from None
        except OSError as error:
            raise Stop(str(error), "fix it and run the step again") from None

    return wrapper


def write_file(path: Path, content: bytes) -> None:
    """Write beside `path`, then rename: an interruption leaves the old file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def say(text: str) -> None:
    """Tell on stderr what happens now; stdout is left for results."""
    print(text, file=sys.stderr, flush=True)


def number(value: float | None) -> str:
    """Return a measured number without false precision: three digits that count."""
    if not value:
        return "-" if value is None else "0"
    return f"{Decimal(f'{value:#.3g}'):,f}"


def percent(share: float | None) -> str:
    """Return a share in percent with the two digits that count; 99.6% is not all."""
    digits = 3 if 0.99 < (share or 0) < 1 else 2
    return "-" if share is None else f"{Decimal(f'{100 * share:.{digits}g}'):f}%"
