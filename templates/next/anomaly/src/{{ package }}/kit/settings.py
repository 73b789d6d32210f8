"""What project.toml declares: columns, labels, the history of a series, three parts, alerts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, Field, model_validator

from .project import Data as OneFile
from .project import Monitor, Project, Share, Table, Text, read_settings

FILE = "file"  # the column that says from which file a row comes, where there are several


def as_span(text: str) -> str:
    """Refuse what is no length of time, such as 90min, 3h or 1D."""
    if not pd.Timedelta(text) > pd.Timedelta(0):
        raise ValueError(f"{text!r} is not a length of time")
    return text


Span = Annotated[str, AfterValidator(as_span)]


def refuse(mistakes: Iterable[tuple[object, str]]) -> None:
    """Raise the first mistake that was made."""
    for made, said in mistakes:
        if made:
            raise ValueError(said)


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
    """The role of every column. `target` is the label; "" where nobody labelled anything.

    `types` name the kind of an anomaly, as columns of 0 and 1: they describe, and are no features.
    """

    target: str = ""
    unit: Text
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    time: str = ""
    id: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
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
        named = [name for name in (self.target, self.time) if name]
        return [*named, *self.features, *self.id, *self.types, *self.drop]

    def label(self, name: str) -> str:
        """Return what people call a column."""
        return self.labels.get(name, name.replace("_", " "))

    def category(self, name: str, value: Any) -> str:
        """Return what people call a value of a column."""
        return self.categories.get(name, {}).get(str(value), str(value))

    @model_validator(mode="after")
    def one_role_each(self) -> Columns:
        """Refuse columns with two roles, words about no column, and detectors without features."""
        declared, told = self.declared, [*self.slices, *self.labels, *self.categories]
        twice = sorted({name for name in declared if declared.count(name) > 1})
        unknown = [name for name in told if name not in [*declared, FILE]]
        refuse([
            (twice, f"more than one role: {', '.join(twice)}"),
            (unknown, f"not a declared column: {', '.join(unknown)}"),
            (len({*map(self.label, declared)}) < len(declared), "two columns have the same label"),
            (not self.features, "numeric and categorical are empty: no feature is left"),
            (self.time and self.categorical, "a series takes numeric columns only"),
        ])  # fmt: skip
        return self


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
    validation: Share = 0.2
    test: Share = 0.3
    seed: int = 0


class RuleOfThumb(Table):
    """What would be done without a detector: look at the distance from what is usual.

    From the usual level, in standard deviations (zscore), or relative to the value that is usual at
    this time of the day or week (seasonal).
    """

    kind: Literal["seasonal", "zscore"]
    label: Text


class Alerts(Table):
    """How many alerts somebody can look at, and how the threshold follows from that."""

    policy: Literal["budget", "f1", "cost"]
    budget: Annotated[float, Field(gt=0)]
    period: Text = "day"
    rows: Annotated[int, Field(ge=1)] = 1000
    quiet: Span = "1h"
    cost_missed: Annotated[float, Field(gt=0)] = 1
    cost_false: Annotated[float, Field(gt=0)] = 1
    contamination: Annotated[float, Field(gt=0, le=0.5)] = 0.1


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    columns: Columns
    labels: Labels = Labels()
    history: History = History()
    split: Split
    rule_of_thumb: RuleOfThumb | None = None
    alerts: Alerts
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)
    monitor: Monitor = Monitor()

    @property
    def rule(self) -> RuleOfThumb:
        """The rule of thumb; where none is declared, what suits a table or a series."""
        season = self.history.season if self.columns.time else "none"
        if self.rule_of_thumb or season == "none":
            usual = RuleOfThumb(kind="zscore", label="the largest distance from usual values")
            return self.rule_of_thumb or usual
        return RuleOfThumb(kind="seasonal", label=f"the distance from this time of the {season}")

    @property
    def given(self) -> list[str]:
        """The columns of a row to score: of a series also its time, of several which one it is."""
        series = [*([FILE] if self.data.files else []), self.columns.time]
        return [*(series if self.columns.time else []), *self.columns.features]

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse what one table asks for and another does not give."""
        columns, labels, split, named = self.columns, self.labels, self.split, self.rule_of_thumb
        season = columns.time and self.history.season != "none"
        by_labels = labels.fit == "normal" or labels.windows or self.alerts.policy != "budget"
        known = {name: self.known_at_prediction.get(name) for name in columns.features}
        late = [name for name, answer in known.items() if answer is False]
        unknown = sorted(self.known_at_prediction.keys() - known)
        refuse([
            ((split.kind == "group") != bool(split.by), "split.by is for a group split only"),
            (split.by not in ("", FILE, *columns.declared), "split.by is not a declared column"),
            (split.validation + split.test > 0.8, "split leaves less than a fifth to fit to"),
            (split.kind == ("random" if columns.time else "time"),
             "a series is split by time or group, a table by chance or group"),
            (named and named.kind == "seasonal" and not season,
             "a seasonal rule_of_thumb needs columns.time and history.season"),
            (not columns.target and by_labels, "without columns.target there are no labels to use"),
            (labels.windows and not columns.time, "labels.windows needs columns.time"),
            (unknown, f"known_at_prediction: not a feature: {', '.join(unknown)}"),
            (late, f"not known in time: move to columns.drop: {', '.join(late)}"),
        ])  # fmt: skip
        return self


def load_settings() -> Settings:
    """Return the checked settings of this project."""
    return read_settings(Settings)
