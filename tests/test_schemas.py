"""The schemas of the files that projects and the tool share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Command
from pydantic import ValidationError

from mlscaffold.contract import Results

RUN = {
    "date": "2026-01-01",
    "commit": "none",
    "dirty": False,
    "seconds": 1.0,
    "python": "3.11",
    "libraries": {},
    "machine": "Linux",
    "hashes": {},
}
TRAIN: dict[str, Any] = {
    "run": RUN,
    "data": {"rows": 10, "columns": 2},
    "split": {"kind": "time", "train_rows": 8, "test_rows": 2},
    "metric": {"name": "rmse", "label": "root mean squared error", "direction": "lower"},
    "ladder": [{"name": "ridge", "label": "ridge", "role": "model", "score": 1.0}],
    "choice": {"chosen": "ridge", "best": "ridge", "rule": "the best", "reason": "alone"},
}


def test_results_of_training_alone_fit_the_contract_and_may_hold_more() -> None:
    found = Results.model_validate({"contract": 1, "train": TRAIN, "mine": 1})
    assert found.train.ladder[0].name == "ridge"


def test_results_of_another_contract_are_refused() -> None:
    with pytest.raises(ValidationError, match="contract"):
        Results.model_validate({"contract": 2, "train": TRAIN})


def test_schema_of_results_names_every_section(mlscaffold: Command) -> None:
    done = mlscaffold("schema", "results")
    sections = json.loads(done.out)["properties"]
    assert done.status == 0
    assert {"train", "diagnose", "evaluate", "product", "studies"} <= set(sections)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("project",), "needs a TYPE"), (("results", "regression"), "the same for every type")],
)
def test_schema_says_what_is_missing_or_too_much(
    mlscaffold: Command, words: tuple[str, ...], said: str
) -> None:
    done = mlscaffold("schema", *words)
    assert done.status == 2
    assert said in done.err
