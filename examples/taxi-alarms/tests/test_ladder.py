"""How detectors are set side by side, and who may choose."""

from pathlib import Path

import numpy as np
import pytest

from taxi_alarms.comparison import agreement, by_chance, choose, climb
from taxi_alarms.models import DEFAULT
from taxi_alarms.project import load_settings
from taxi_alarms.results import read_results
from taxi_alarms.study import prepare
from taxi_alarms.train import train

from conftest import change


def test_chance_has_the_share_of_anomalies_and_a_spread() -> None:
    y = (np.arange(2000) % 20 == 0).astype(float)
    found = by_chance(y)
    assert found["score"] == pytest.approx(0.05, abs=0.01)
    assert found["low"] < 0.05 < found["high"]


def test_without_permission_labels_do_not_choose(finished: Path) -> None:
    choice = read_results(finished)["choice"]
    assert choice["chosen"] == DEFAULT
    assert "no label is asked" in choice["rule"]


def test_with_permission_the_simplest_of_equals_is_chosen(project: Path) -> None:
    change(project, "[labels]", "[labels]\nchoose = true")
    train(project)
    results = read_results(project)
    worse = {item["model"] for item in results["choice"]["comparisons"] if item["distinguishable"]}
    names = [rung["name"] for rung in results["ladder"] if not rung["baseline"]]
    assert results["choice"]["chosen"] == next(name for name in names if name not in worse)


def test_a_detector_that_is_worse_on_every_row_is_not_chosen(project: Path) -> None:
    change(project, "[labels]", "[labels]\nchoose = true")
    study = prepare(project, load_settings(project))
    blind, best = climb(study)[1:3]
    y = study.validation.y
    chosen = choose(study, [blind._replace(scores=y), best._replace(scores=-y)])
    assert chosen["chosen"] == chosen["best"] == best.rung.name
    assert chosen["comparisons"][0]["distinguishable"]


def test_detectors_that_rank_alike_agree(project: Path) -> None:
    done = climb(prepare(project, load_settings(project)))[1]
    found = agreement([done, done._replace(scores=2 * done.scores), done])
    assert np.allclose(found["correlation"], 1)
