"""Results are whole or not there: written beside, then renamed."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from taxi_alarms.command import ProjectError, run_command
from taxi_alarms.results import (
    RESULTS,
    append_to_ledger,
    read_results,
    write_results,
)


def test_an_interrupted_write_leaves_the_old_results_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_results(tmp_path, {"score": 1})

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_results(tmp_path, {"score": 2})
    assert read_results(tmp_path) == {"score": 1}
    assert os.listdir(tmp_path / "reports") == ["results.json"]  # noqa: PTH208 - nothing is left beside


def test_results_are_plain_json_with_six_digits(tmp_path: Path) -> None:
    write_results(tmp_path, {"n": np.int64(3), "x": np.float64(1 / 3), "flag": np.bool_(True)})
    assert json.loads((tmp_path / RESULTS).read_text(encoding="utf-8")) == {
        "n": 3,
        "x": 0.333333,
        "flag": True,
    }


def test_a_score_that_is_no_number_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_results(tmp_path, {"score": float("nan")})


def test_the_ledger_grows_and_counts(tmp_path: Path) -> None:
    assert [append_to_ledger(tmp_path, {"score": n}) for n in range(3)] == [1, 2, 3]


def test_missing_results_name_the_command_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as error:
        read_results(tmp_path)
    assert "train" in error.value.hint


def test_a_command_reports_what_a_person_can_fix_without_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def step(_: Path) -> None:
        raise ProjectError("it is broken", "mend it")

    monkeypatch.setattr("sys.argv", ["step"])
    with pytest.raises(SystemExit, match="error: it is broken\nhint: mend it"):
        run_command(step)
