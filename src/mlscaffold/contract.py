"""The contract between a project and the tool: what `reports/results.json` holds, field by field.

A project writes it with `kit/results.py`, `defend` and `check` read it. Shares are numbers from 0
to 1, and what could not be measured is null. Fields that one type adds are allowed everywhere; the
fields below have one meaning in all types.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
Number = float | None


class Part(BaseModel):
    """A part of the results: it may hold more than is named here."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Run(Part):
    """What is needed to judge and repeat a step."""

    date: str = Field(description="day of the run, ISO 8601")
    commit: str = Field("none", description="short hash of HEAD; templates before 1.4 wrote it")
    dirty: bool = Field(default=False, description="whether that had changes; up to 1.3")
    seconds: float = Field(description="how long the step took")
    python: str = Field(description="version of Python")
    libraries: dict[str, str] = Field(description="version of each library that measures")
    machine: str = Field(description="system, processor, cores")
    hashes: dict[str, str] = Field(description="SHA-256 of `code`, `settings` and `data`")


class Metric(Part):
    """The metric that decides."""

    name: str = Field(description="key of project.toml, such as `rmse`")
    label: str = Field(description="its name in words")
    direction: Literal["lower", "higher"] = Field(description="which is better")
    unit: str = Field("", description="unit of its values; empty for a share or an index")


class Rule(Part):
    """One rule of cleaning."""

    rule: str = Field(description="what it does, in words")
    rows: int = Field(description="rows that it touched")


class Data(Part):
    """Facts about the file and its cleaning."""

    rows: int = Field(description="rows read")
    columns: int = Field(description="columns read")
    missing: dict[str, int] = Field(default_factory=dict, description="gaps by column")
    duplicates: int = Field(0, description="rows that repeat another one")
    cleaning: list[Rule] = Field(default_factory=list, description="the log, in order")


class Split(Part):
    """How rows were divided."""

    kind: str = Field(description="time, random, stratified, group, ...")
    by: str = Field("", description="column that divides, where one does")
    train_rows: int = Field(description="rows to learn from")
    test_rows: int = Field(description="rows that only `evaluate` sees")
    folds: int = Field(0, description="folds of the training rows; 0: a validation part instead")


class Rung(Part):
    """One model of the ladder, in order of simplicity."""

    name: str = Field(description="key, as in the code")
    label: str = Field(description="name in words")
    role: Literal["constant", "rule_of_thumb", "model"] = Field(description="what it stands for")
    why: str = Field("", description="why it is on the ladder")
    score: Number = Field(None, description="mean validation score; null where it was left out")
    folds: list[Number] = Field(default_factory=list, description="score of each fold")
    train_score: Number = Field(None, description="score on the rows it was fitted to")
    fit_seconds: Number = Field(None, description="seconds of one fit")
    skipped: str | None = Field(None, description="why it was not fitted")
    refused: str | None = Field(None, description="why a guard does not let it be chosen")


class Comparison(Part):
    """A rung beside the best one, over the same folds."""

    model: str = Field(description="the rung")
    against: str = Field(description="the best rung")
    difference: float = Field(description="score of `model` minus that of `against`")
    low: Number = Field(description="lower end of the corrected 95% interval")
    high: Number = Field(description="upper end")
    clear: bool = Field(description="whether the interval leaves out 0")


class Choice(Part):
    """Which rung was chosen, and by which rule."""

    chosen: str
    best: str = Field(description="the rung with the best score")
    rule: str
    reason: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    comparisons: list[Comparison] = Field(default_factory=list)


class Leakage(Part):
    """What the audit of the training rows found."""

    copies: int = Field(0, description="test rows whose features stand in training as well")
    strong: list[str] = Field(default_factory=list, description="features that tell all alone")
    identifiers: list[str] = Field(default_factory=list, description="features like identifiers")
    alone: dict[str, Number] = Field(default_factory=dict, description="strength of each, 0 to 1")


class Train(Part):
    """Section `train`."""

    run: Run
    data: Data
    split: Split
    metric: Metric
    ladder: list[Rung]
    choice: Choice
    leakage: Leakage | None = None


class Verdict(Part):
    """Bias or variance."""

    train: Number
    validation: Number
    wanted: Number = Field(None, description="the score that the goal asks for")
    verdict: str
    advice: str


class Point(Part):
    """One size of the learning curve."""

    rows: float
    train: Number
    validation: Number
    sd: Number = Field(None, description="spread over folds")


class Gain(Part):
    """What twice the rows may bring, as the learning curve tells."""

    estimate: Number = Field(description="by how much the score would get better")
    low: Number
    high: Number
    rows: int = Field(description="rows now")


class Learning(Part):
    """The learning curve."""

    points: list[Point]
    gain_from_twice: Gain | None = None


class Curves(Part):
    """Curves of the diagnosis."""

    learning: Learning | None = None


class Importance(Part):
    """By how much the score gets worse when a feature is shuffled."""

    feature: str
    label: str
    mean: float
    sd: Number = None


class Slice(Part):
    """A group of rows."""

    name: str = Field(description="in words")
    kind: str = Field(description="found or declared")
    rows: int
    score: Number
    low: Number = None
    high: Number = None
    constant: Number = Field(None, description="score of the best answer that is one for all")


class Diagnose(Part):
    """Section `diagnose`."""

    run: Run
    bias_variance: Verdict | None = None
    curves: Curves = Curves()
    importance: list[Importance] = Field(default_factory=list)
    slices: list[Slice] = Field(default_factory=list)


class Rival(Part):
    """What the headline is compared with."""

    name: str
    label: str
    value: Number
    low: Number = None
    high: Number = None


class Goal(Part):
    """The win condition, written before the first model."""

    text: str
    wanted: float = Field(description="by which share the rule of thumb must be beaten")
    met: bool | None = Field(description="null where no label can say")


class Headline(Part):
    """The result on the test rows."""

    metric: str
    label: str
    direction: Literal["lower", "higher"]
    unit: str = ""
    value: float
    low: Number
    high: Number
    rows: int
    rule_of_thumb: Rival
    improvement: Number = Field(description="share by which the rule of thumb is beaten")
    improvement_low: Number = None
    improvement_high: Number = None
    goal: Goal
    doubt: str | None = Field(None, description="why the result may be too good")


class Evaluate(Part):
    """Section `evaluate`."""

    run: Run
    headline: Headline
    test: dict[str, Any] = Field(default_factory=dict, description="what this type adds")
    slices: list[Slice] = Field(default_factory=list)
    openings: int = Field(description="how often these test rows were opened")


class Results(Part):
    """The whole of `reports/results.json`."""

    contract: Literal[1]
    train: Train
    diagnose: Diagnose | None = None
    evaluate: Evaluate | None = None
    product: dict[str, Any] | None = None
    studies: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="by name; of `scale`: rows, train_rows, test_rows, how many of these were "
        "`tested`, parts, `value` (the score of the model of all rows), `sample` (of the same "
        "model fitted to sample_rows in memory), `gain` of one over the other, each with _low and "
        "_high; "
        "seconds, workers, `memory` (bytes, for all on this machine), `peak` (MB, of the workers "
        "together or of the process in which trees grow), and the runs",
    )
