"""A series goes on: what is remembered of it gives the features and scores of the whole."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from taxi_alarms.archive import load_histories, save_histories
from taxi_alarms.command import ProjectError
from taxi_alarms.data import load
from taxi_alarms.history import begin, extend, features_after, look_back, remember
from taxi_alarms.monitor import monitor
from taxi_alarms.predict import predict
from taxi_alarms.probe import difference
from taxi_alarms.project import Settings, load_settings
from taxi_alarms.results import read_results
from taxi_alarms.service import tables
from taxi_alarms.service.app import create_app
from taxi_alarms.service.exchanges import batch_answers, exchanges
from taxi_alarms.storage import load_model
from taxi_alarms.study import prepare
from taxi_alarms.train import train

from conftest import SERIES, change, make_project, make_series


@pytest.fixture(scope="module")
def client(finished_series: Path) -> TestClient:
    """Return a client of the service of a series."""
    return TestClient(create_app(finished_series), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def stretch(finished_series: Path) -> list[dict[str, Any]]:
    """Return rows that follow the known data."""
    root = finished_series
    asked = exchanges(root, load_settings(root), read_results(root))
    rows: list[dict[str, Any]] = (asked[-1].body or {})["rows"]
    return rows


def broken() -> pd.DataFrame:
    """Return a series with gaps in values and in time, silent at its beginning."""
    rows = make_series(600)
    rows["other"] = np.random.default_rng(3).normal(size=len(rows)).round(3)
    rows.loc[:4, "other"] = None
    rows.loc[200:230, "value"] = None
    rows.loc[::17, "other"] = None
    return rows.drop(index=[*range(300, 340), 401, 402, 477])


def piece_by_piece(frame: pd.DataFrame, settings: Settings, size: int) -> pd.DataFrame:
    """Return the features of a series whose history is carried on from piece to piece."""
    history, made = begin(frame, settings), []
    for start in range(0, len(frame), size):
        part = frame.iloc[start : start + size]
        made.append(features_after(history, part, settings))
        history = extend(history, part, settings)
    return pd.concat(made)


@pytest.mark.parametrize(
    ("season", "size"), [("none", 7), ("day", 1), ("day", 250), ("week", 7), ("week", 250)]
)
def test_pieces_give_the_features_of_the_whole(tmp_path: Path, season: str, size: int) -> None:
    make_project(tmp_path, broken(), SERIES)
    change(tmp_path, 'season = "day"', f'season = "{season}"')
    change(tmp_path, 'lengths = ["6h"]', 'lengths = ["6h", "1D"]')
    change(tmp_path, 'numeric = ["value"]', 'numeric = ["value", "other"]')
    settings = load_settings(tmp_path)
    frame, _ = load(tmp_path, settings)
    whole, pieces = look_back(frame, settings), piece_by_piece(frame, settings, size)
    pd.testing.assert_frame_equal(pieces, whole, rtol=1e-9, atol=1e-9)


def test_a_saved_history_loses_no_digit(series: Path) -> None:
    settings = load_settings(series)
    histories = remember(load(series, settings)[0], settings)
    saved = save_histories(series, histories)
    loaded = load_histories(series, {"history": saved})
    pairs: Any = zip(histories["test"], loaded["test"], strict=True)
    for part, again in pairs:
        assert part.index.tolist() == again.index.tolist()
        assert np.array_equal(part.to_numpy(), again.to_numpy(), equal_nan=True)


def test_a_history_of_other_results_is_refused(series: Path) -> None:
    settings = load_settings(series)
    saved = save_histories(series, remember(load(series, settings)[0], settings))
    (series / saved["path"]).write_text("{}")
    with pytest.raises(ProjectError, match="not the history of these results"):
        load_histories(series, {"history": saved})


def test_scores_of_test_rows_are_the_same_piece_by_piece(finished_series: Path) -> None:
    settings = load_settings(finished_series)
    model = load_model(finished_series, read_results(finished_series))
    test = prepare(finished_series, settings).test
    X = piece_by_piece(load(finished_series, settings)[0], settings, 50).loc[test.X.index]
    assert np.allclose(model.score_samples(X), model.score_samples(test.X), rtol=1e-9)


def test_served_and_batch_scores_are_those_of_the_whole_series(
    finished_series: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PIECE", 7)
    root, settings = finished_series, load_settings(finished_series)
    asked = exchanges(root, settings, read_results(root))
    expected = [each.expected for each in asked]
    served = [each.read(client.post(each.path, json=each.body).json()) for each in asked]
    assert difference(served, expected) < 1e-9
    assert difference(batch_answers(root, asked), expected) < 1e-9


def test_a_request_leaves_nothing_behind(client: TestClient, stretch: list[dict[str, Any]]) -> None:
    first, second = (client.post("/predict", json={"rows": stretch}).json() for _ in range(2))
    assert first == second


def test_a_stretch_may_begin_later(client: TestClient, stretch: list[dict[str, Any]]) -> None:
    assert client.post("/predict", json={"rows": stretch[5:]}).status_code == 200


def test_a_typical_row_is_explained_by_what_looks_back(client: TestClient) -> None:
    inputs = client.get("/about").json()["inputs"]
    row = {item["name"]: item["typical"] for item in inputs}
    told = client.post("/explain", json={"row": row}).json()
    assert "value against the day" in {each["input"] for each in told["effects"]}
    assert told["answer"]["outside"] == []
    assert not told["answer"]["alert"]


@pytest.mark.parametrize(
    ("order", "said"), [([0, 2, 1], "rows[2].when: "), ([0, 1, 1], "rows[2].when: ")]
)
def test_a_row_out_of_order_is_refused_by_its_number(
    client: TestClient, stretch: list[dict[str, Any]], order: list[int], said: str
) -> None:
    answered = client.post("/predict", json={"rows": [stretch[place] for place in order]})
    assert answered.status_code == 422
    assert answered.json()["error"].startswith(said)


@pytest.mark.parametrize("path", ["predict", "explain"])
def test_a_moment_that_is_known_already_is_refused(
    client: TestClient, stretch: list[dict[str, Any]], path: str
) -> None:
    row = stretch[0] | {"when": "2024-01-05T00:00:00"}
    answered = client.post(f"/{path}", json={"rows": [row]} if path == "predict" else {"row": row})
    assert answered.status_code == 422
    assert "which is known already" in answered.json()["error"]


def test_a_file_of_known_moments_is_refused(finished_series: Path, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="2024-01-01 00:00:00 of test is not after 2024-02-19"):
        predict(finished_series, finished_series / "data" / "test.csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_each_of_several_series_has_its_history(tmp_path: Path) -> None:
    root = several(tmp_path)
    train(root)
    client = TestClient(create_app(root), raise_server_exceptions=False)
    settings = load_settings(root)
    asked = exchanges(root, settings, read_results(root))
    served = [each.read(client.post(each.path, json=each.body).json()) for each in asked]
    assert difference(served, [each.expected for each in asked]) < 1e-9
    row = (asked[0].body or {})["rows"][0]
    assert row["file"] == "second"
    rows = [row, row | {"file": "test"}]
    assert client.post("/predict", json={"rows": rows}).status_code == 200
    unknown = client.post("/predict", json={"rows": [row | {"file": "third"}]})
    assert unknown.status_code == 422
    assert unknown.json()["error"].startswith("rows[0].file: should be ")


def test_new_rows_of_a_series_are_monitored(finished_series: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(finished_series, tmp_path / "copy"))
    later = make_series(400).assign(when=pd.date_range("2024-02-20", periods=400, freq="h"))
    later.loc[3, "when"] = None
    path = tmp_path / "later.csv"
    later.drop(columns="y").to_csv(path, index=False)
    monitor(root, path)
    told = json.loads((root / "reports" / "drift.json").read_text())["outcome"]
    assert told[0]["name"] == "flagged rows"
    assert 0 < told[0]["share"] < 1


def several(root: Path) -> Path:
    """Return a project with two files, each a series of its own."""
    make_project(root, make_series(), SERIES)
    path = root / "data" / "second.csv"
    make_series().assign(value=lambda rows: 100 * rows["value"]).to_csv(path, index=False)
    digest = sha256(path.read_bytes()).hexdigest()
    more = f'[[data.files]]\nname = "second.csv"\nsha256 = "{digest}"'
    change(root, "[columns]", f"{more}\n\n[columns]")
    return root
