"""Random learners lose nothing by an update, and a kill leaves enough to go on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from histories import World, check_history, make_world
from torture import torture_by_kills

SEEDS = 30
PER_WORLD = 10


FIRST, *OTHERS = range(SEEDS // PER_WORLD)


@pytest.fixture(
    scope="module",
    params=[FIRST, *(pytest.param(number, marks=pytest.mark.slow) for number in OTHERS)],
)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, World]:
    """Two random releases of random templates, and the number that they come from."""
    number = request.param
    return number, make_world(tmp_path_factory.mktemp("world"), random.Random(number))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(PER_WORLD))
def test_random_learner_loses_nothing_and_nothing_happens_in_silence(
    seed: int, world: tuple[int, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, releases = world
    monkeypatch.setattr("mlscaffold.store.BUNDLE", releases.bundle)
    project = releases.settle(tmp_path, random.Random(f"{number} {seed}"))
    check_history(project, releases.base, releases.wanted)


@pytest.mark.slow
@pytest.mark.usefixtures("temporary_folder")
def test_kill_at_any_step_leaves_the_old_tree_the_new_one_or_a_way_to_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlscaffold.store.BUNDLE", None)  # the torture sets its own
    counts = torture_by_kills(12, tmp_path)
    assert counts.total() == 12
