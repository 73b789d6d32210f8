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


# What heeded each signal when a command of ours began; empty where the package is only imported.
_heeding: dict[signal.Signals, Any] = {}


def interrupt_on_termination() -> None:
    """Give a closed terminal or a `kill` the same careful clean-up as Ctrl-C."""
    for number in SIGNALS:
        if signal.getsignal(number) == signal.SIG_DFL:  # `nohup` asks to ignore one
            signal.signal(number, signal.default_int_handler)
    _heeding.update({number: signal.getsignal(number) for number in SIGNALS})


def ignore_interrupts() -> dict[signal.Signals, Any]:
    """Ignore interrupts from here on, and return who handled them before.

    Where the work is done, the exit code has to say so: Python gives the signals back their deadly
    default while it shuts down, but not those that are ignored.
    """
    return {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}


def end_command() -> None:
    """Ignore interrupts until the exit code is said; what this process does later is no command."""
    ignore_interrupts()
    _heeding.clear()


def heed_interrupts() -> None:
    """Let a command be stopped again that goes on after its work is done."""
    for number, handler in _heeding.items():
        signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore interrupts for a while: the person wants to stop, not to keep half a project."""
    handlers = ignore_interrupts()
    try:
        yield
    finally:
        restore(handlers)


@contextmanager
def too_late_to_stop() -> Iterator[None]:
    """Ignore interrupts while the work is put in place, and in a command of ours ever after.

    Between the last change and the exit code there is time, on a busy machine much: an interrupt
    there would report a finished work as undone.
    """
    handlers = ignore_interrupts()
    try:
        yield
    except BaseException:
        restore(handlers)
        raise
    if not _heeding:
        restore(handlers)


def restore(handlers: dict[signal.Signals, Any]) -> None:
    """Give each signal back to who handled it."""
    for number, handler in handlers.items():
        signal.signal(number, handler)
