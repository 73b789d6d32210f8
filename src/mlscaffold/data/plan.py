"""What is decided about a file: everything that project.toml will say, with reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .columns import Column, plain
from .numbers import Style
from .roles import Role
from .table import Table

GAPS = 0.3  # share of rows without a value up to which a column can divide them: they are left out
FEWEST = 12  # moments to split by: six folds and a test set, at least


@dataclass(frozen=True)
class Choice:
    """A decision and why it was taken."""

    value: str
    reason: str
    by: str = ""
    group: str = ""  # of a division by time: test rows are about things of it never seen before


@dataclass
class Plan:
    """A look at a file, and what follows from it."""

    table: Table
    columns: list[Column]
    roles: dict[str, Role]
    style: Style
    kind: str = ""  # the type of the project
    why: str = ""  # this type
    target: str = ""
    split: Choice = Choice("random", "")
    metric: Choice = Choice("", "")
    rule: list[str] = field(default_factory=list)  # what the rule of thumb looks up
    window: str = ""  # how far back it looks: "28D"
    before: tuple[Choice, list[str]] | None = None  # split and rule for templates before 1.4
    folds: int = 5
    classes: dict[str, str] = field(default_factory=dict)
    joined: dict[str, tuple[list[str], str]] = field(default_factory=dict)  # new = columns, format
    users: dict[str, str] = field(default_factory=dict)  # user, item, rating, time
    left_out: dict[str, int] = field(default_factory=dict)  # classes of too few rows
    dangers: list[str] = field(default_factory=list)
    duplicates: Choice = Choice("keep", "")
    known: dict[tuple[str, str], float | None] = field(default_factory=dict)  # of a time, a thing
    entity: str = ""  # the column that says what the rows are about again and again
    unit: str = "rows"
    data: dict[str, Any] = field(default_factory=dict)  # source, sha256, made_from

    def column(self, name: str) -> Column:
        """Return the facts of a column."""
        return next(each for each in self.columns if each.name == name)

    def named(self, *roles: str) -> list[str]:
        """Return the names of the columns in some roles, in the order of the file."""
        return [name for name, role in self.roles.items() if role.role in roles]

    def flagged(self, flag: str) -> list[str]:
        """Return the names of the columns with a flag."""
        return [name for name, role in self.roles.items() if flag in role.flags]

    def rows_of_classes(self) -> Counter[str]:
        """Return how many rows each class has, by its name."""
        found: Counter[str] = Counter()
        for value, count in self.column(self.target).counts.items():
            found[self.classes.get(plain(value), value)] += count
        return found

    @property
    def features(self) -> list[str]:
        """The columns that a model may use."""
        return [*self.named("numeric", "categorical"), *self.named("date"), *self.named("text")]
