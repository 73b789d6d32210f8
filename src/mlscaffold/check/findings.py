"""What a rule finds, and what every rule says of itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .repository import Repository


def significant(value: float) -> str:
    """Return three significant digits, never as a power of ten, which nobody says."""
    return f"{Decimal(f'{value:.3g}'):f}"


def counted(number: float, noun: str) -> str:
    """Return a number of things: `1 day`, `3,488 rows`."""
    digits = f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"
    return f"{digits} {noun}{'' if number == 1 else 's'}"


def clean(text: str) -> str:
    """Return a text in one line, without what would steer a terminal or cannot be encoded."""
    encoded = text.encode("utf-8", "backslashreplace").decode()
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", encoded).strip()


class Severity(StrEnum):
    """How sure and how grave a finding is; the order is that of the report."""

    ERROR = "error"  # practically never a false alarm
    WARNING = "warning"
    TODO = "todo"  # only the author can do it
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One place that a reviewer would stop at."""

    code: str
    severity: Severity
    message: str
    mend: str  # the line or the command that mends it
    path: str = ""
    line: int = 0
    silenced: str = ""  # the author's reason

    @property
    def place(self) -> str:
        """`path:line`, as editors and terminals open it."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Rule:
    """A rule: its docstring says what it looks for, then why a reviewer cares."""

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = Severity.WARNING
    mend: ClassVar[str]

    def find(self, repository: Repository) -> Iterator[Finding]:
        """Yield what speaks against the repository."""
        raise NotImplementedError  # pragma: no cover - an abstract rule is never in the list

    def found(self, message: str, path: str = "", line: int = 0, mend: str = "") -> Finding:
        """Return a finding of this rule."""
        return Finding(self.code, self.severity, message, mend or self.mend, path, line)

    @classmethod
    def advice(cls) -> str:
        """Return what the rule looks for and why."""
        return inspect.getdoc(cls) or ""
