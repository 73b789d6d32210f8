"""What project.toml declares: files, columns with their roles, labels, split, alerts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .settings import Data as SingleFile
from .settings import Monitor, Project, Share, Table, Text, read_settings

MADE = "file"  # the column that says from which file a row is, where there are several


class File(Table):
    """One more file of the data. Its checksum makes any change a change of project.toml."""

    name: Text
    url: str = ""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Data(SingleFile):
    """The main file, and more of the same columns; a file of labels, if they are kept apart."""

    files: list[File] = Field(default_factory=list)

    @property
    def several(self) -> bool:
        """Whether rows come from more than one file, each a series or an experiment."""
        return bool(self.files)


class Columns(Table):
    """The role of every column. `target` is the label; "" where nobody labelled anything.

    `types` are columns that name the kind of an anomaly: they describe, and are no features.
    """

    target: str = ""
    unit: Text
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    time: str = ""
    id: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
    drop: dict[str, Text] = Field(default_factory=dict)
    slices: list[str] = Field(default_factory=list)

    @property
    def features(self) -> list[str]:
        """The columns that a detector is given."""
        return [*self.numeric, *self.categorical]

    @property
    def declared(self) -> list[str]:
        """Every column that the file must have, and no other."""
        named = [name for name in (self.target, self.time) if name]
        return [*named, *self.features, *self.id, *self.types, *self.drop]

    @model_validator(mode="after")
    def one_role_each(self) -> Columns:
        """Refuse columns with two roles, slices of nothing, and detectors without features."""
        declared = self.declared
        if twice := sorted({name for name in declared if declared.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} has more than one role")
        if unknown := [name for name in self.slices if name not in [*declared, MADE]]:
            raise ValueError(f"slices: {unknown[0]!r} is not a declared column")
        if not self.features:
            raise ValueError("numeric and categorical are empty: no feature is left")
        if self.time and self.categorical:
            raise ValueError("a time series takes numeric columns only; drop or encode the others")
        return self


class Labels(Table):
    """What counts as an anomaly, whether labels may choose, and which rows are fitted to."""

    anomaly: list[str] = Field(default_factory=lambda: ["1"])
    choose: bool = False
    fit: Literal["all", "normal"] = "all"
    keep: Annotated[int, Field(ge=0)] = 0
    windows: File | None = None


class Windows(Table):
    """How a time series becomes features; every one looks back only."""

    lengths: list[Text] = Field(default_factory=lambda: ["1h", "1D"])
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
    labels: Labels = Field(default_factory=Labels)
    windows: Windows = Field(default_factory=Windows)
    split: Split
    monitor: Monitor = Monitor()
    alerts: Alerts
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)

    @property
    def labelled(self) -> bool:
        """Whether the project has labels at all."""
        return bool(self.columns.target)

    @property
    def given(self) -> list[str]:
        """The columns of a row to score: of a series also its time, of several which one it is."""
        if not self.columns.time:
            return self.columns.features
        return [*([MADE] if self.data.several else []), self.columns.time, *self.columns.features]

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse what one table asks for and another does not give."""
        names = [*self.columns.declared, *([MADE] if self.data.several else [])]
        if self.split.by and self.split.by not in names:
            raise ValueError(f"split.by: {self.split.by!r} is not a declared column")
        if self.split.kind == "random" and self.columns.time:
            raise ValueError("neighbours in time are nearly the same: split by time or group")
        if self.split.kind == "time" and not self.columns.time:
            raise ValueError("a split by time needs columns.time")
        by_labels = self.labels.choose or self.labels.fit == "normal"
        if not self.labelled and (by_labels or self.alerts.policy != "budget"):
            raise ValueError(
                "without labels (columns.target) the policy is 'budget', choose is false and "
                "labels.fit is 'all'"
            )
        for name, known in self.known_at_prediction.items():
            if name not in self.columns.features:
                raise ValueError(f"known_at_prediction: {name!r} is not a feature")
            if known is False:
                raise ValueError(f"{name!r} is not known at prediction: move it to columns.drop")
        return self


def load_settings(root: Path) -> Settings:
    """Return the checked settings of the project in `root`."""
    return read_settings(root / "project.toml", Settings)
