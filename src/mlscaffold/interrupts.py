"""Ctrl-C, a closed terminal and `kill`: when they stop a command, and when it is too late to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore interrupts for a while: the person wants to stop, not to keep half a project."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def ignore_interrupts() -> None:
    """Ignore interrupts from here on: the work is done, and the exit code has to say so.

    Without it, Python gives the signals back their deadly default while it shuts down.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
