"""Kills a command at a chosen step, and looks at what it left."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from histories import everything

from mlscaffold.errors import MlscaffoldError
from mlscaffold.unfinished import UnfinishedError, abort_change

# What Python tells its audit hooks when names change on the disk, or git is started.
STEPS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.symlink"}
STEPS |= {"open", "subprocess.Popen"}
Command = Callable[[], object]


class Steps:
    """Counts the steps of this process, and kills it and its children at the step `fatal`.

    `first` and `last` are the steps that touch the journal: in between, files are put in place.
    """

    def __init__(self, fatal: int = 0) -> None:
        self.fatal, self.count, self.first, self.last = fatal, 0, 0, 0
        sys.addaudithook(self.see)

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        """Take note of one event."""
        if event not in STEPS or (event == "open" and not is_writing(arguments[2])):
            return
        self.count += 1
        if "journal." in str(arguments[0]):
            self.first, self.last = self.first or self.count, self.count
        if self.count == self.fatal:
            os.killpg(0, signal.SIGKILL)


def is_writing(flags: object) -> bool:
    """Tell whether a file is opened with `flags` to be written to."""
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def count_steps(command: Command) -> tuple[int, int, int]:
    """Run `command` in a child, and return how many steps it took and its `first` and `last`."""
    reading, writing = os.pipe()

    def counted() -> None:
        steps = Steps()
        command()
        numbers = (steps.count, steps.first or 1, steps.last or steps.count)
        os.write(writing, " ".join(map(str, numbers)).encode())

    run_in_child(counted)
    os.close(writing)
    total, first, last = os.read(reading, 100).split()
    os.close(reading)
    return int(total), int(first), int(last)


def kill_at_step(command: Command, fatal: int) -> bool:
    """Run `command` in a child that is killed at its step `fatal`; tell whether it was."""

    def doomed() -> None:
        Steps(fatal)
        command()

    return run_in_child(doomed)


def kill_after(command: Command, seconds: float) -> bool:
    """Run `command` in a child that is killed after `seconds`; tell whether it was."""
    return run_in_child(command, seconds)


def run_in_child(command: Command, seconds: float | None = None) -> bool:
    """Run `command` in a child process, a group of its own; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        run_and_exit(command)
    if seconds is not None:
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # it was done before
            os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def run_and_exit(command: Command) -> NoReturn:
    """Run `command` and end this process."""
    code = 1
    try:
        os.setpgid(0, 0)
        command()
        code = 0
    except MlscaffoldError as error:
        sys.stderr.write(f"{error.message}\n")
    finally:
        os._exit(code)


def check_after_kill(
    project: Path, old: dict[str, object], new: dict[str, object], again: Command, *, abort: bool
) -> str:
    """Raise an AssertionError where a killed change of `project` cannot be undone or begun anew.

    `old` and `new` are what it was and what it is to be; `again` repeats the command. Return what
    was found: `old`, `new`, or `between`, which `abort` or a second run settles.
    """
    left = everything(project)
    found = "old" if left == old else "new" if left == new else "between"
    begun = (project / ".git/mlscaffold/journal.json").exists()
    assert begun or found != "between", "a mixed tree, and no journal of it"
    if begun and abort:
        abort_change(project)
        assert everything(project) == old, "`--abort` does not restore all"
    if everything(project) != new:
        with suppress(UnfinishedError):  # it was killed when all was in place
            again()
        assert everything(project) == new, "a second run does not bring the new tree"
    return found


def choose_step(steps: tuple[int, int, int], dice: random.Random) -> int:
    """Return the step to be killed at: most often one while files are put in place."""
    total, first, last = steps
    return dice.randint(first, last) if dice.random() < 0.75 else dice.randint(1, total)
