"""What project.toml declares of a recommender: who took what and when, the split, the list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from . import project
from .project import Project, Table, Text

Layout = Literal["table", "dst"]  # "dst": the attributes, cases and votes of UCI


class Data(project.Data):
    """The interactions: one row for each time that a user took an item."""

    layout: Layout = "table"
    remove: dict[str, Text] = Field(default_factory=dict)  # reason = condition, as pandas writes it


class Items(project.Data):
    """The file that names the items; licence and description are those of the interactions."""

    licence: str = ""
    description: str = ""
    layout: Layout = "table"
    item: Text
    title: Text


class Columns(Table):
    """Which column says who, what, how good and when, and what users and items are called."""

    user: Text
    item: Text
    rating: str = ""
    time: str = ""
    time_format: Text = "seconds"  # since 1970, "milliseconds", or a format such as "%Y-%m-%d"
    labels: dict[str, Text] = Field(default_factory=dict)  # column = one of them, in words


class Feedback(Table):
    """What an interaction means, and which hidden ones a list should have."""

    took: Text = "took"  # past tense: bought, rated, read
    relevant: float = float("-inf")  # a hidden rating of at least this counts as a hit
    repeats: Literal["never", "allowed"] = "never"


class Split(Table):
    """How interactions are hidden: after one moment, each user's last, or some of each user's."""

    kind: Literal["time", "last", "random"]
    test: Annotated[float, Field(ge=0.01, le=0.99)] = 0.2
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0


class Metric(Table):
    """How long the list is that a user sees; NDCG at this length decides."""

    k: Annotated[int, Field(ge=1)]


class RuleOfThumb(Table):
    """What the decision-maker shows without a model; how many days are late is validated."""

    kind: Literal["popular_lately", "popular_ever"]


class Settings(Table):
    """The whole of project.toml."""

    project: Project
    data: Data
    items: Items | None = None
    columns: Columns
    feedback: Feedback = Feedback()
    split: Split
    metric: Metric
    rule_of_thumb: RuleOfThumb = RuleOfThumb(kind="popular_ever")

    @model_validator(mode="after")
    def tables_agree(self) -> Settings:
        """Refuse settings that cannot be computed."""
        if not self.columns.time and self.split.kind != "random":
            raise ValueError('without columns.time only split.kind = "random" can be computed')
        if self.rule_of_thumb.kind == "popular_lately" and self.split.kind != "time":
            raise ValueError('rule_of_thumb.kind = "popular_lately" needs split.kind = "time"')
        return self

    def called(self, role: Literal["user", "item"]) -> str:
        """Return what one user or item is called."""
        return self.columns.labels.get(getattr(self.columns, role), role)


load_settings = Settings.load  # the checked content of project.toml
