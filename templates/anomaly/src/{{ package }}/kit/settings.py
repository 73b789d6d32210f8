"""What project.toml declares: columns, labels, the memory of a series, three parts, alerts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .project import Data as OneFile
from .project import Monitor, Project, Share, Table, Text, read_settings

FILE = "file"  # the column that says from which file a row comes, where there are several


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
        declared = self.declared
        if twice := sorted({name for name in declared if declared.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} has more than one role")
        told = [*self.slices, *self.labels, *self.categories]
        if unknown := [name for name in told if name not in [*declared, FILE]]:
            raise ValueError(f"{unknown[0]!r} is not a declared column")
        if not self.features:
            raise ValueError("numeric and categorical are empty: no feature is left")
        if self.time and self.categorical:
            raise ValueError("a series takes numeric columns only; drop or encode the others")
        return self


class Labels(Table):
    """What the target says of an anomaly, which rows are fitted to, and windows of a series."""

    anomaly: list[str] = Field(default_factory=lambda: ["1"])
    fit: Literal["all", "normal"] = "all"
    keep: Annotated[int, Field(ge=0)] = 0  # so many anomalies are drawn, the others left out
    windows: File | None = None


class History(Table):
    """How a series becomes features; every one looks back only."""

    lengths: list[Text] = Field(default_factory=lambda: ["1h", "1D"], min_length=1)
    season: Literal["none", "day", "week"] = "none"
    warm_up: Annotated[float, Field(ge=0.01, le=0.5)] = 0.15


class Split(Table):
    """How validation and test rows are kept apart from those that a detector is fitted to."""

    kind: Literal["random", "group", "time"]
    by: str = ""
    validation: Share = 0.2
    test: Share = 0.3
    seed: int = 0

    @model_validator(mode="after")
    def parts_are_possible(self) -> Split:
        """Refuse a group split without its column, and parts that leave nothing to fit to."""
        if (self.kind == "group") != bool(self.by):
            raise ValueError("`by` names the column of a group split, and of no other")
        if self.validation + self.test > 0.8:
            raise ValueError("validation and test leave less than a fifth of the rows to fit to")
        return self


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
    quiet: Text = "1h"
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
        if self.rule_of_thumb:
            return self.rule_of_thumb
        if self.columns.time and self.history.season != "none":
            label = f"the relative distance from this time of the {self.history.season}"
            return RuleOfThumb(kind="seasonal", label=label)
        return RuleOfThumb(kind="zscore", label="the largest distance from usual values")

    @property
    def given(self) -> list[str]:
        """The columns of a row to score: of a series also its time, of several which one it is."""
        series = [*([FILE] if self.data.files else []), self.columns.time]
        return [*(series if self.columns.time else []), *self.columns.features]

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse what one table asks for and another does not give."""
        columns, kind, named = self.columns, self.split.kind, self.rule_of_thumb
        if self.split.by not in ("", FILE, *columns.declared):
            raise ValueError(f"split.by: {self.split.by!r} is not a declared column")
        if kind == ("random" if columns.time else "time"):
            raise ValueError("a series is split by time or group, a table by chance or group")
        if (
            named
            and named.kind == "seasonal"
            and "none" in (self.history.season, columns.time or "none")
        ):
            raise ValueError("a seasonal rule_of_thumb needs a series with history.season")
        if not columns.target and (self.labels.fit == "normal" or self.alerts.policy != "budget"):
            raise ValueError('without labels, alerts.policy is "budget" and labels.fit is "all"')
        for name, known in self.known_at_prediction.items():
            if name not in columns.features:
                raise ValueError(f"known_at_prediction: {name!r} is not a feature")
            if known is False:
                raise ValueError(f"{name!r} is not known at prediction: move it to columns.drop")
        return self


def load_settings() -> Settings:
    """Return the checked settings of this project."""
    return read_settings(Settings)
