"""What project.toml declares: every column with its role, the split, the metric, today's way."""

from collections import Counter
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from .project import Data, Project, Share, Table, Text

Cost = Annotated[float, Field(ge=0, allow_inf_nan=False)]
ROW = "row"  # what split.by says where the file is in order of time but has no date


class Columns(Table):
    """The role of every column. `id` columns name rows, groups or moments and are no features."""

    target: Text
    unit: str
    numeric: list[str] = Field(default_factory=list)
    categorical: list[str] = Field(default_factory=list)
    date: list[str] = Field(default_factory=list)
    text: list[str] = Field(default_factory=list)  # free text, used word by word
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
        """What is known about a row besides its target; only the rule of thumb may use an id."""
        return [*self.features, *self.id]

    @property
    def declared(self) -> list[str]:
        """Every column that the file must have, and no other."""
        return [self.target, *self.given, *self.drop]

    def label(self, name: str) -> str:
        """Return the display name of a column."""
        return self.labels.get(name, name.replace("_", " "))

    def category(self, name: str, value: Any) -> str:
        """Return the display name of a value of a column."""
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        return self.categories.get(name, {}).get(text, text)


class Split(Table):
    """How test rows are kept apart; cross-validation folds are made the same way."""

    kind: Literal["random", "stratified", "group", "time"]
    by: str = ""
    group: str = ""  # of a time split that asks for later rows of a group never seen
    test: Annotated[float, Field(ge=0.01, le=0.99)] = 0.2
    folds: Annotated[int, Field(ge=3, le=20)] = 5
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0


class RuleOfThumb(Table):
    """What would be done without a model: look up the mean of earlier rows of the same group."""

    by: list[str] = Field(default_factory=list)  # columns, and parts of dates: `day.weekday`
    window: Annotated[str, Field(pattern=r"^(\d{1,5}[Dhms])?$")] = ""  # "21D"; "": all earlier rows
    bands: Annotated[int, Field(ge=2)] = 10  # of a number with more values than that
    label: Text


class Metric(Table):
    """Which score decides."""

    name: Literal["log_loss", "average_precision", "roc_auc"]


class Costs(Table):
    """What a mistake costs: actual class -> decided class -> cost; `other` stands for the rest."""

    unit: Text
    mistakes: dict[str, dict[str, Cost]]
    capacity: Share | None = None  # of all rows, how many can be acted on


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    columns: Columns
    split: Split
    metric: Metric
    classes: dict[str, Text]  # what the file says = what the texts say
    costs: Costs
    rule_of_thumb: RuleOfThumb
    known_at_prediction: dict[str, bool | Literal[""]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def tables_agree(self) -> Self:
        """Refuse columns with two roles or none, and features that are known too late."""
        columns, split, known = self.columns, self.split, self.known_at_prediction
        declared, given, features = columns.declared, columns.given, columns.features
        parts = {f"{name}.{part}" for name in columns.date for part in ("hour", "weekday", "month")}
        named = {*columns.slices} | {*columns.labels, *columns.categories} - parts
        group, by = {split.group} - {""}, Counter(self.rule_of_thumb.by) - Counter({*given, *parts})
        wrong = {
            "has more than one role": {name for name in declared if declared.count(name) > 1},
            "is not a declared column": named - {*declared},
            "in split.by is not a declared column": {split.by} - {"", ROW, *given, *columns.drop},
            "in split.group is not a feature or id column": group - {*given},
            "in split.group needs split.kind time": group if split.kind != "time" else set(),
            "in rule_of_thumb.by is twice, or no feature or id, nor hour, weekday or month": {*by},
            "has no feature to predict it from": set() if features else {columns.target},
            "in known_at_prediction is not a feature": {*known} - {*features},
            "is not known in time: drop it": {name for name in known if known[name] is False},
        }
        mistakes = [f"{name!r} {what}" for what, names in wrong.items() for name in sorted(names)]
        if (split.kind in {"group", "time"}) != bool(split.by):
            mistakes.append("split.by names the column of a group or time split, of no other")
        mistakes += self.wrong_costs()
        if mistakes:
            raise ValueError("\n  ".join(mistakes))
        return self

    @property
    def names(self) -> list[str]:
        """The classes; of two, the second is the one to find."""
        return list(dict.fromkeys(self.classes.values()))

    @property
    def codes(self) -> dict[str, int]:
        """What the file says, and which class that is."""
        return {value: self.names.index(name) for value, name in self.classes.items()}

    def cost_matrix(self) -> NDArray[np.float64]:
        """Return what mistakes cost, with a row per actual and a column per decided class."""
        names, known = self.names, self.costs.mistakes
        rows = [{"other": np.nan, **known.get(name, {}), name: 0} for name in names]
        return np.array([[row.get(name, row["other"]) for name in names] for row in rows])

    def wrong_costs(self) -> list[str]:
        """Return what is wrong with the costs: a mistake without one, or a class that is none."""
        rows, names, matrix = self.costs.mistakes, self.names, self.cost_matrix()
        named = {*rows, *(name for row in rows.values() for name in row)} - {*names, "other"}
        wrong = [f"costs.mistakes: {name!r} is no class" for name in sorted(named)]
        for actual, decided in np.argwhere(np.isnan(matrix)):
            pair = f"{names[actual]!r} for {names[decided]!r}"
            wrong.append(f"costs.mistakes: what does it cost to take {pair}?")
        if matrix.sum(axis=1).min() == 0:
            wrong.append("costs.mistakes: a class whose mistakes are free needs no model")
        if self.costs.capacity and len(names) > 2:
            wrong.append("costs.capacity is about the class to find, so there must be two")
        return wrong


load_settings = Settings.load  # the checked content of project.toml
