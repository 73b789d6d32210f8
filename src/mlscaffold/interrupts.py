"""Ctrl-C, a closed terminal and `kill`: when they stop a command, and when it is too late to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = [
    number
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if (number := getattr(signal, name, None)) is not None  # Windows knows no SIGHUP
]


def interrupt_on_termination() -> None:
    """Give a closed terminal or a `kill` the same careful clean-up as Ctrl-C."""
    for number in SIGNALS:
        if signal.getsignal(number) == signal.SIG_DFL:  # `nohup` asks to ignore one
            signal.signal(number, signal.default_int_handler)


def ignore_interrupts() -> dict[signal.Signals, Any]:
    """Ignore interrupts from here on, and return who handled them before.

    Where the work is done, the exit code has to say so: Python gives the signals back their deadly
    default while it shuts down, but not those that are ignored.
    """
    return {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore interrupts for a while: the person wants to stop, not to keep half a project."""
    handlers = ignore_interrupts()
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
