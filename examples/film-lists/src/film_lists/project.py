"""What project.toml declares: the files, who had what and when, the split, the metric."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from . import settings
from .settings import Monitor, Project, Share, Table, Text, read_settings

Count = Annotated[int, Field(ge=1)]


def local(root: Path, source: str) -> Path:
    """Return where a file of the data lies: in the project's `data/`, which git ignores."""
    name = f"{source.replace(':', '-')}.csv" if source.startswith("sample:") else source
    return root / "data" / name


class Removal(Table):
    """A rule that removes rows: an empty value, a small number, or a text that fits a pattern."""

    column: Text
    reason: Text
    empty: bool = False
    at_most: float | None = None
    matches: str | None = None

    @model_validator(mode="after")
    def one_test(self) -> Removal:
        """Refuse a rule with no test or with several."""
        if self.empty + (self.at_most is not None) + (self.matches is not None) != 1:
            raise ValueError("give exactly one of `empty = true`, `at_most` and `matches`")
        try:
            re.compile(self.matches or "")
        except re.error as error:
            raise ValueError(f"`matches` is no regular expression: {error}") from None
        return self


class Reading(Table):
    """How a file is read; `names` are given to the columns of a file without a header."""

    layout: Literal["table", "dst"] = "table"
    names: list[str] = Field(default_factory=list)


class Data(settings.Data, Reading):
    """The interactions: one row for each time that a user had an item."""

    remove: list[Removal] = Field(default_factory=list)

    def file(self, root: Path) -> Path:
        """Return where the interactions lie."""
        return local(root, self.source)


class Items(Reading):
    """What is known about items: a title to show, and tags such as genres."""

    source: Text
    url: str = ""
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    separator: str = ","
    encoding: str = "utf-8"
    item: Text
    title: Text
    tags: str = ""
    tag_separator: str = "|"

    def file(self, root: Path) -> Path:
        """Return where the file about items lies."""
        return local(root, self.source)


class Columns(Table):
    """Which column says who, what, how good and when; "seconds" are counted from 1970."""

    user: Text
    item: Text
    rating: str = ""
    time: str = ""
    time_format: str = "seconds"


class Feedback(Table):
    """What an interaction means, and which held-out ones count as a hit."""

    kind: Literal["explicit", "implicit"]
    lowest: float = 0.0
    highest: float = 0.0
    relevant: float = 0.0
    repeats: Literal["never", "allowed"] = "never"


class Split(Table):
    """How interactions are hidden: after one moment, each user's last, or some of each user's."""

    kind: Literal["time", "last", "random"]
    test: Share = 0.2
    most_users: Count = 5000  # more are sampled: their scores would only cost time
    most_interactions: Count = 500_000  # more are sampled for tuning and diagnosis
    seed: int = 0


class Metric(Table):
    """How long the list is that a user sees; NDCG at this length decides."""

    k: Count


class Experiment(Table):
    """The smallest lift of the hit rate that an A/B test should find, and how surely."""

    lift: Share = 0.05
    power: Share = 0.8
    significance: Share = 0.05


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    items: Items | None = None
    columns: Columns
    feedback: Feedback
    split: Split
    monitor: Monitor = Monitor()
    metric: Metric
    experiment: Experiment = Experiment()

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse settings that need a column which is not declared."""
        if self.feedback.kind == "explicit":
            if not self.columns.rating:
                raise ValueError("explicit feedback needs columns.rating")
            if self.feedback.lowest >= self.feedback.highest:
                raise ValueError("explicit feedback needs feedback.lowest below feedback.highest")
            if self.feedback.relevant > self.feedback.highest:
                raise ValueError("no rating reaches feedback.relevant above feedback.highest")
        if self.split.kind != "random" and not self.columns.time:
            raise ValueError(
                f'a {self.split.kind} split needs columns.time; without times use "random"'
            )
        return self


def load_settings(root: Path) -> Settings:
    """Return the checked settings of the project in `root`."""
    return read_settings(root / "project.toml", Settings)
