"""What the tool says of the data sets that the templates offer."""

from __future__ import annotations

import pytest

from mlscaffold.catalog import Catalog, Dataset
from mlscaffold.datasets import describe, facts, heading
from mlscaffold.release import TEMPLATES

CATALOG = Catalog(TEMPLATES)
ALL = [each for name in CATALOG.types for each in CATALOG.datasets(name).values()]


def test_every_data_set_of_the_templates_is_described_and_no_other() -> None:
    described = {(kind, name) for kind, sets in facts().items() for name in sets}
    assert described == {(each.project_type, each.name) for each in ALL}


@pytest.mark.parametrize("dataset", ALL, ids=lambda each: each.name)
def test_size_licence_use_and_traps_are_said_in_lines_that_fit(dataset: Dataset) -> None:
    first, *rest = describe(dataset)
    assert max(map(len, [heading(), first, *rest])) <= 100
    assert dataset.name in first
    assert "B " in first or "built in" in first
    assert dataset.title in rest[0]
    assert any(line.strip().startswith("Traps:") for line in rest)
