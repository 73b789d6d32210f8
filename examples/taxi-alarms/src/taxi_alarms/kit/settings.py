"""What project.toml declares: columns, labels, the history of a series, three parts, alerts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .project import Data as OneFile
from .project import Project, Table, Text

FILE = "file"  # the column that says from which file a row comes, where there are several
Span = Annotated[str, Field(pattern=r"^[1-9]\d*(s|min|h|D)$")]  # a length of time: 90min, 3h, 1D


class File(Table):
    """One more file: its checksum makes any change of it a change of project.toml."""

    name: Text
    url: str = ""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Data(OneFile):
    """The main file, and more with the same columns: one for each series or experiment."""

    files: list[File] = Field(default_factory=list)

    def other(self, file: File) -> Data:
        """Return how one of the other files is fetched and read."""
        place = {"source": file.name, "url": file.url, "sha256": file.sha256}
        return self.model_copy(update=place)


class Columns(Table):
    """The role of every column; a target of "" means that nobody labelled anything."""

    target: str = ""
    unit: Text
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    time: str = ""
    id: list[str] = Field(default_factory=list)
    slices: list[str] = Field(default_factory=list)
    drop: dict[str, Text] = Field(default_factory=dict)
    labels: dict[str, Text] = Field(default_factory=dict)
    categories: dict[str, dict[str, Text]] = Field(default_factory=dict)

    @property
    def features(self) -> list[str]:
        """The columns that a detector is given."""
        return [*self.numeric, *self.categorical]

    @property
    def declared(self) -> list[str]:
        """Every column that a file must have, and no other."""
        named = filter(None, [self.target, self.time])
        return [*named, *self.features, *self.id, *self.drop]

    def label(self, name: str) -> str:
        """Return the display name of a column."""
        return self.labels.get(name, name.replace("_", " "))

    def category(self, name: str, value: Any) -> str:
        """Return the display name of a value of a column."""
        return self.categories.get(name, {}).get(str(value), str(value))


class Labels(Table):
    """What the target says of an anomaly, which rows are fitted to, and windows of a series."""

    anomaly: list[str] = Field(default_factory=lambda: ["1"])
    fit: Literal["all", "normal"] = "all"
    keep: Annotated[int, Field(ge=0)] = 0  # so many anomalies are drawn, the others left out
    windows: File | None = None


class History(Table):
    """How a series becomes features, which look back only; the rule of thumb takes the last."""

    lengths: list[Span] = Field(default_factory=lambda: ["1h", "1D"], min_length=1)
    season: Literal["none", "day", "week"] = "none"
    warm_up: Annotated[float, Field(ge=0.01, le=0.5)] = 0.15


class Split(Table):
    """How validation and test rows are kept apart from those that a detector is fitted to."""

    kind: Literal["random", "group", "time"]
    by: str = ""
    validation: Annotated[float, Field(ge=0.01, le=0.99)] = 0.2
    test: Annotated[float, Field(ge=0.01, le=0.99)] = 0.3
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0


class RuleOfThumb(Table):
    """Today's way: distance in standard deviations, or relative to what is usual at this time."""

    kind: Literal["zscore", "seasonal"] = "zscore"
    label: Text = "the largest distance of any one number from its usual value"


class Alerts(Table):
    """How many alerts somebody can look at, and how the threshold follows from that."""

    budget: Annotated[float, Field(gt=0)]
    period: Text = "day"
    rows: Annotated[int, Field(ge=1)] = 1000  # of a table, in a period
    quiet: Span = "1h"


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    columns: Columns
    labels: Labels = Labels()
    history: History = History()
    split: Split
    rule_of_thumb: RuleOfThumb = RuleOfThumb()
    alerts: Alerts
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse columns with two roles or none, and what other tables do not allow."""
        columns, labels, split = self.columns, self.labels, self.split
        declared, known = columns.declared, self.known_at_prediction
        named = {*columns.slices, *columns.labels, *columns.categories}
        wrong = {
            "has more than one role": {name for name in declared if declared.count(name) > 1},
            "is not a declared column": named - {*declared, FILE},
            "in known_at_prediction is not a feature": {*known} - {*columns.features},
            "is not known in time: drop it": {name for name in known if known[name] is False},
        }
        mistakes = [f"{name!r} {what}" for what, names in wrong.items() for name in sorted(names)]
        groups = [FILE, *declared] if split.kind == "group" else [""]
        if not columns.features or (columns.time and columns.categorical):
            mistakes.append("numeric or categorical columns are needed, of a series only numeric")
        if split.kind == ("random" if columns.time else "time") or split.by not in groups:
            mistakes.append("a series is split by time, a table at random, both by a group column")
        if split.validation + split.test > 0.8:
            mistakes.append("split leaves less than a fifth to fit to")
        if self.rule_of_thumb.kind == "seasonal" and self.history.season == "none":
            mistakes.append("a seasonal rule_of_thumb needs history.season")
        if (labels != Labels() and not columns.target) or (labels.windows and not columns.time):
            mistakes.append("labels need columns.target, and labels.windows columns.time as well")
        if mistakes:
            raise ValueError("\n  ".join(mistakes))
        return self


load_settings = Settings.load  # the checked content of project.toml
