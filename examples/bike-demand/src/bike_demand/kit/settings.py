"""What project.toml declares: every column with its role, the split, the metric, today's way."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .project import Data, Monitor, Project, Share, Table, Text, read_settings

ROW = "row"  # what split.by says where the file is in order of time but has no date


class Columns(Table):
    """The role of every column. `id` columns name rows, groups or moments and are no features."""

    target: Text
    unit: str
    least: float | None = None  # no target is below it
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    date: list[str] = Field(default_factory=list)
    text: list[str] = Field(default_factory=list)  # sentences, of which single words tell
    id: list[str] = Field(default_factory=list)
    slices: list[str] = Field(default_factory=list)
    drop: dict[str, Text] = Field(default_factory=dict)
    labels: dict[str, Text] = Field(default_factory=dict)
    categories: dict[str, dict[str, Text]] = Field(default_factory=dict)

    @property
    def features(self) -> list[str]:
        """The columns that a model may use."""
        return [*self.numeric, *self.categorical, *self.date, *self.text]

    @property
    def given(self) -> list[str]:
        """What is known of a row beside its target; only the rule of thumb may look at an id."""
        return [*self.features, *self.id]

    @property
    def declared(self) -> list[str]:
        """Every column that the file must have, and no other."""
        return [self.target, *self.given, *self.drop]

    def label(self, name: str) -> str:
        """Return what people call a column."""
        return self.labels.get(name, name.replace("_", " "))

    def category(self, name: str, value: Any) -> str:
        """Return what people call a value of a column."""
        said = f"{value:.4g}" if isinstance(value, float) else str(value)
        return self.categories.get(name, {}).get(said, said)

    @model_validator(mode="after")
    def one_role_each(self) -> Columns:
        """Refuse columns with two roles, words about no column, and models without features."""
        declared = self.declared
        if twice := sorted({name for name in declared if declared.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} has more than one role")
        if unknown := {*self.slices, *self.labels, *self.categories} - {*declared}:
            raise ValueError(f"{sorted(unknown)[0]!r} is not a declared column")
        if not self.features:
            raise ValueError("numeric, categorical, date and text are empty: no feature is left")
        return self


class Split(Table):
    """How test rows are kept apart; cross-validation folds are made the same way."""

    kind: Literal["random", "group", "time"]
    by: str = ""
    test: Share = 0.2
    folds: Annotated[int, Field(ge=3, le=20)] = 5
    seed: int = 0


class RuleOfThumb(Table):
    """What would be done without a model: look up the mean of earlier rows of the same group."""

    by: list[str] = Field(default_factory=list)  # hour and weekday, say
    window: Annotated[str, Field(pattern=r"^(\d+[Dhms])?$")] = ""  # "21D"; "": all earlier rows
    bands: Annotated[int, Field(ge=2)] = 10  # of a number with more values than that
    label: Text


def usual_rule(columns: Columns) -> RuleOfThumb:
    """Return the rule where none is declared: the mean of the group that is looked at first."""
    by = [*columns.slices, *columns.categorical, *columns.numeric][:1]
    said = [f"the mean of earlier rows with a similar {columns.label(name)}" for name in by]
    return RuleOfThumb(by=by, label=[*said, "the mean of all earlier rows"][0])


class Metric(Table):
    """Which error decides, and the share of rows that intervals shall cover."""

    name: Literal["mae", "rmse"]
    coverage: Share = 0.9


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    columns: Columns
    split: Split
    metric: Metric
    rule_of_thumb: RuleOfThumb = Field(default_factory=lambda data: usual_rule(data["columns"]))
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)
    monitor: Monitor = Monitor()

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse columns that one table names and another does not, and features known too late."""
        given, rule = self.columns.given, self.rule_of_thumb
        if (self.split.kind in {"group", "time"}) != bool(self.split.by):
            raise ValueError("split.by names the column of a group or time split, of no other")
        if self.split.by not in ("", ROW, *given, *self.columns.drop):
            raise ValueError(f"split.by: {self.split.by!r} is not a declared column")
        if unknown := [name for name in rule.by if name not in given]:
            raise ValueError(f"rule_of_thumb.by: {unknown[0]!r} is neither a feature nor an id")
        for name, known in self.known_at_prediction.items():
            if name not in self.columns.features:
                raise ValueError(f"known_at_prediction: {name!r} is not a feature")
            if known is False:
                raise ValueError(f"{name!r} is not known at prediction: move it to columns.drop")
        return self


def load_settings() -> Settings:
    """Return the checked settings of this project."""
    return read_settings(Settings)
