"""What project.toml declares: every column with its role, the split, the metric."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from . import settings
from .metric import Aim, SplitKind
from .settings import Monitor, Project, Share, Table, Text, read_settings

ROW = "row"  # what split.by says where the file is in order of time but has no date


class Data(settings.Data):
    """The file; `names` are those of its columns if it has no header.

    `dates` makes a column of three: name = ["year column", "month column", "day column"].
    """

    names: list[Text] = Field(default_factory=list)
    dates: dict[str, Annotated[list[Text], Field(min_length=3, max_length=3)]] = Field(
        default_factory=dict
    )


class Columns(Table):
    """The role of every column. `id` columns name rows, groups or moments and are no features."""

    target: str
    unit: str
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    date: list[str] = Field(default_factory=list)
    text: list[str] = Field(default_factory=list)
    id: list[str] = Field(default_factory=list)
    drop: dict[str, Text] = Field(default_factory=dict)
    slices: list[str] = Field(default_factory=list)

    @property
    def features(self) -> list[str]:
        """The columns that a model may use."""
        return [*self.numeric, *self.categorical, *self.date, *self.text]

    @property
    def declared(self) -> list[str]:
        """Every column that the file must have, and no other."""
        return [self.target, *self.features, *self.id, *self.drop]

    @model_validator(mode="after")
    def one_role_each(self) -> Columns:
        """Refuse columns with two roles, slices of nothing, and models without features."""
        declared = self.declared
        if twice := sorted({name for name in declared if declared.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} has more than one role")
        if unknown := [name for name in self.slices if name not in declared]:
            raise ValueError(f"slices: {unknown[0]!r} is not a declared column")
        if not self.features:
            raise ValueError("numeric, categorical, date and text are empty: no feature is left")
        return self


class Split(Table):
    """How test rows are kept apart; cross-validation folds are made the same way."""

    kind: SplitKind
    by: str = ""
    test: Share = 0.2
    folds: Annotated[int, Field(ge=3, le=20)] = 5
    seed: int = 0

    @model_validator(mode="after")
    def by_is_named(self) -> Split:
        """Refuse a split by group or time that does not say by which column."""
        if (self.kind in {"group", "time"}) != bool(self.by):
            raise ValueError("`by` names the column of a group or time split, and of no other")
        return self


class Settings(Aim):
    """The whole of project.toml."""

    project: Project
    data: Data
    columns: Columns
    split: Split
    monitor: Monitor = Monitor()
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse columns that one table names and another does not, and features known too late."""
        if self.split.by not in ("", ROW, *self.columns.declared):
            raise ValueError(f"split.by: {self.split.by!r} is not a declared column")
        for name, known in self.known_at_prediction.items():
            if name not in self.columns.features:
                raise ValueError(f"known_at_prediction: {name!r} is not a feature")
            if known is False:
                raise ValueError(f"{name!r} is not known at prediction: move it to columns.drop")
        return self


def load_settings(root: Path) -> Settings:
    """Return the checked settings of the project in `root`."""
    return read_settings(root / "project.toml", Settings)
