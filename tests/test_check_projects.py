"""What `check --run` and `defend --predict` measure on finished projects of every type."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from conftest import Workshop, committed, files, make

from mlscaffold.catalog import read_manifest
from mlscaffold.check.inspection import inspect
from mlscaffold.check.probing import PROBES, Run
from mlscaffold.check.repository import Repository
from mlscaffold.defend.bank import Bank
from mlscaffold.defend.experiments import Experiment, find_experiments
from mlscaffold.release import TEMPLATES

TYPES = read_manifest(TEMPLATES)[1]
OFFERED = {
    "regression": {"half the rows", "another seed", "without bp"},
    "classification": {"half the rows", "another seed", "threshold 0.5",
                       "a miss costs twice as much"},
    "recommender": {"half the rows", "twice the places"},
    "anomaly": {"half the rows", "twice the budget", "half the budget"},
}  # fmt: skip
MOVED = {  # one that has to train, of each type, and the way it must go
    "regression": ("without bp", 1),
    "classification": ("a miss costs twice as much", -1),
    "recommender": ("twice the places", 0),  # NDCG of a longer list may go either way
    "anomaly": ("half the budget", -1),
}
MEASURED = {  # what a probe can ask of the data that the types ship
    "regression": {"PB01", "PB03", "PB07"},
    "classification": {"PB01", "PB03", "PB07"},
    "recommender": {"PB01", "PB07"},
    "anomaly": {"PB01", "PB03", "PB07"},
}


@pytest.fixture(scope="module")
def finished() -> dict[str, Path]:
    """The projects that were measured so far, by type; filled by `measured`."""
    return {}


@pytest.fixture
def measured(
    project_type: str,
    finished: dict[str, Path],
    working: Path,
    workshop: Workshop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A finished project with the data that its type ships, and an environment."""
    if project_type not in finished:
        folder = tmp_path_factory.mktemp(project_type) / "project"
        made = make(working, folder, project_type, TYPES[project_type].default_dataset, parts=[])
        project = committed(made)
        workshop.run(project, "reproduce")
        (project / ".venv").symlink_to(workshop.environment(project))
        finished[project_type] = project
    return finished[project_type]


def experiments(project: Path) -> dict[str, Experiment]:
    return {each.key: each for each in find_experiments(Bank(Repository(project)).facts)}


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_every_type_offers_bets(project_type: str, measured: Path) -> None:
    found = experiments(measured)
    assert set(found) >= OFFERED[project_type]
    without = [key for key in found if key.startswith("without ")]
    assert bool(without) == (project_type != "recommender")
    for each in found.values():
        if not each.takes:
            assert math.isfinite(each.measure(Repository(measured)) or math.nan)


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_bet_is_measured_and_the_project_stays_as_it_was(project_type: str, measured: Path) -> None:
    key, way = MOVED[project_type]
    before = files(measured)
    found = experiments(measured)[key]
    after = found.measure(Repository(measured))
    assert after is not None
    assert (after - found.before) * way >= 0
    assert files(measured) == before


@pytest.mark.slow
@pytest.mark.parametrize("project_type", TYPES)
def test_headline_comes_back_and_no_probe_accuses_the_data_of_the_type(
    project_type: str, measured: Path
) -> None:
    codes = [each.code for each in PROBES]
    before = files(measured)
    report = inspect(measured, only=codes, run=Run(10))
    assert report.findings == []
    assert {each.code for each in report.measured} >= MEASURED[project_type]
    assert files(measured) == before
