"""Remembers what was asked and how it went: lines that are only ever added, in the state folder.

One file per repository, by its first commit, so that a clone or a moved folder is the same one.
Answers are private: nobody else may read the file, and `--forget` deletes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..check.findings import counted
from ..errors import MlscaffoldError
from ..lock import locked
from .bank import Question

WEAK = frozenset({"wrong", "missing"})
PATIENCE = 40  # tries of 50 ms until another session has written its line


@dataclass(frozen=True)
class Entry:
    """How one question went; `judge` says who decided, the `tool` or the `learner`."""

    question: str
    verdict: str
    judge: str
    answer: str
    at: str = ""


@dataclass(frozen=True)
class Bet:
    """What the learner expected of an experiment, and what was measured."""

    experiment: str
    guess: float
    low: float
    high: float
    before: float
    measured: float
    at: str = ""

    @property
    def inside(self) -> bool:
        """Whether the measured value lies within the bounds of the bet."""
        return self.low <= self.measured <= self.high

    @property
    def same_way(self) -> bool:
        """Whether the guess went the way that the score went."""
        return (self.guess - self.before) * (self.measured - self.before) >= 0


class Diary:
    """The diary of one repository."""

    def __init__(self, key: str) -> None:
        self.path = state_folder() / f"{key}.jsonl"

    def read(self) -> tuple[list[Entry], list[Bet]]:
        """Return what was asked and what was bet, in order; a damaged line counts for nothing."""
        entries, bets = [], []
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return [], []
        for line in lines:
            try:
                said = json.loads(line)
                bets.append(Bet(**said)) if "experiment" in said else entries.append(Entry(**said))
            except (ValueError, TypeError):
                continue
        return entries, bets

    def add(self, entry: Entry | Bet) -> None:
        """Add one line; sessions that write at once do so one after the other."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        said = asdict(entry) | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        self.with_lock(lambda: self.append(json.dumps(said, ensure_ascii=False)))

    def append(self, line: str) -> None:
        """Write one line at the end, to a file that only its owner may read."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def with_lock(self, act: Any) -> None:
        """Do something while no other session writes."""
        for attempt in range(PATIENCE):
            try:
                with locked(self.path.with_suffix(".lock")):
                    act()
                return
            except MlscaffoldError:
                if attempt == PATIENCE - 1:
                    raise
                time.sleep(0.05)

    def forget(self) -> bool:
        """Delete the diary; tell whether there was one."""
        there = self.path.exists()
        if there:
            self.with_lock(lambda: self.path.unlink(missing_ok=True))
        return there


def state_folder() -> Path:
    """Return the folder in which diaries lie."""
    from platformdirs import user_state_path

    return user_state_path("mlscaffold", appauthor=False) / "defend"


def key_of(root: Path, first_commit: str | None) -> str:
    """Return the name of a repository's diary: its first commit, or else where it lies."""
    return first_commit or hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:40]


def arrange(questions: Iterable[Question], entries: Iterable[Entry]) -> list[Question]:
    """Return the questions in the order to ask: what went wrong, what is new, then the oldest."""
    last = {entry.question: (place, entry) for place, entry in enumerate(entries)}

    def urgency(question: Question) -> tuple[int, int]:
        if question.key not in last:
            return 1, 0
        place, entry = last[question.key]
        return (0 if entry.verdict in WEAK else 2), place

    return sorted(questions, key=urgency)


def calibration(bets: list[Bet]) -> str:
    """Return in a sentence how well the learner knows what they do not know."""
    if not bets:
        return "no bets yet"
    inside, way = sum(bet.inside for bet in bets), sum(bet.same_way for bet in bets)
    return (
        f"{inside} of {counted(len(bets), 'measured value')} lay within your bounds "
        f"(8 out of 10 should), "
        f"and {way} went the way you said"
    )
