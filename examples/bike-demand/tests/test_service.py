"""What the service answers, what it refuses, and that it says what the model says."""

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from bike_demand.command import ProjectError
from bike_demand.inputs import describe_inputs
from bike_demand.probe import difference, probe
from bike_demand.project import load_settings
from bike_demand.results import read_results
from bike_demand.serve import listen
from bike_demand.service.answers import number_of
from bike_demand.service.app import create_app
from bike_demand.service.exchange import Exchange
from bike_demand.service.exchanges import batch_answers, exchanges
from bike_demand.service.limits import LARGEST_BODY
from bike_demand.service.problems import describe
from bike_demand.service.routes import MOST_ROWS
from bike_demand.service.schema import example, make_row

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(finished: Path) -> TestClient:
    """Return a client of the service of the finished project."""
    return TestClient(create_app(finished), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def inputs(finished: Path) -> list[Json]:
    """Return what each feature looked like in the training rows."""
    found: list[Json] = read_results(finished)["inputs"]
    return found


@pytest.fixture
def row(inputs: list[Json]) -> Json:
    """Return a typical row, which a test may change."""
    return {item["name"]: example(item) for item in inputs}


@pytest.fixture(scope="module")
def asked(finished: Path) -> list[Exchange]:
    """Return training rows as requests."""
    return exchanges(finished, load_settings(finished), read_results(finished))


def named(inputs: list[Json], kind: str) -> str:
    """Return the name of the first input of a kind."""
    return str(next(item["name"] for item in inputs if item["kind"] == kind))


def test_served_answers_are_those_of_training(client: TestClient, asked: list[Exchange]) -> None:
    served = [each.read(client.post(each.path, json=each.body).json()) for each in asked]
    assert difference(served, [each.expected for each in asked]) < 1e-9


def test_batch_answers_are_those_of_training(
    finished: Path, asked: list[Exchange], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished)
    assert difference(batch_answers(finished, asked), [each.expected for each in asked]) < 1e-9


def test_many_rows_get_the_answers_that_each_gets_alone(
    client: TestClient, asked: list[Exchange]
) -> None:
    rows = [each.body["rows"][0] for each in asked if each.body]
    together = client.post("/predict", json={"rows": rows}).json()["predictions"]
    alone = [client.post("/predict", json={"rows": [row]}).json()["predictions"][0] for row in rows]
    numbers = [[[number_of(answer)] for answer in answers] for answers in (together, alone)]
    assert difference(*numbers) < 1e-9


def test_a_typical_row_is_moved_by_none_of_its_inputs(client: TestClient, row: Json) -> None:
    effects = client.post("/explain", json={"row": row}).json()["effects"]
    assert {each["input"] for each in effects} == set(row)
    assert all(abs(each["effect"]) < 1e-9 for each in effects)


def test_a_value_beyond_the_training_range_is_answered_and_named(
    client: TestClient, row: Json, inputs: list[Json]
) -> None:
    name = named(inputs, "number")
    answered = client.post("/predict", json={"rows": [row | {name: 1e6}]}).json()
    assert answered["predictions"][0]["outside"] == [name]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda row, name: row.pop(name), "is missing"),
        (lambda row, name: row.update({name: "1"}), "should be a valid number, not '1'"),
        (lambda row, name: row.update({name: None}), "is missing"),
        (lambda row, name: row.update({name: True}), "should be a valid number, not True"),
        (lambda row, name: row.update({name: 10**400}), "should be a valid number"),
        (lambda row, name: row.update({name: 1e300}), "should be less than or equal to"),
        (lambda row, name: row.update({name: float("nan")}), "should be a finite number, not nan"),
        (lambda row, name: row.update({name: float("inf")}), "should be a finite number, not inf"),
    ],
)
def test_a_wrong_number_is_refused_by_name(
    client: TestClient, row: Json, inputs: list[Json], edit: Callable[..., Any], said: str
) -> None:
    name = named([item for item in inputs if not item["missing"]], "number")
    edit(row, name)
    refused(client, json.dumps({"rows": [row]}), 422, f"rows[0].{name}: {said}")


def test_an_unknown_category_is_refused_by_name(
    client: TestClient, row: Json, inputs: list[Json]
) -> None:
    name = named(inputs, "category")
    body = json.dumps({"rows": [row, row | {name: "purple"}]})
    refused(client, body, 422, f"rows[1].{name}: should be ")


def test_a_gap_is_allowed_where_training_rows_had_one(
    client: TestClient, row: Json, inputs: list[Json]
) -> None:
    for item in inputs:
        answered = client.post("/predict", json={"rows": [row | {item["name"]: None}]})
        assert answered.status_code == (200 if item["missing"] else 422), item["name"]


def test_a_gap_is_typical_where_most_rows_have_one() -> None:
    described = describe_inputs(pd.DataFrame({"x": [1.0, None, None], "y": [1.0, 2, 3]}), [])
    assert [item["typical"] for item in described] == [None, 2]
    assert example(described[0]) is None


def test_a_field_that_the_model_does_not_know_is_refused(client: TestClient, row: Json) -> None:
    body = json.dumps({"rows": [row | {"shoe size": 42}]})
    refused(client, body, 422, "rows[0].shoe size: is not a field of this model")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("", 422, "body: is missing"),
        ("{", 400, "body: is not JSON"),
        ("\xff", 400, "body: is not JSON that can be read"),
        ("[" * 100_000, 400, "body: is not JSON that can be read"),
        ("[]", 422, "body: should be an object with fields"),
        ("{}", 422, "rows: is missing"),
        ('{"rows": []}', 422, "rows: is empty"),
        ('{"rows": [1]}', 422, "rows[0]: should be an object with fields"),
        (json.dumps({"rows": [{}] * (MOST_ROWS + 1)}), 422, "rows: should have at most 1,000"),
        (" " * (LARGEST_BODY + 1), 413, "the body is larger than"),
    ],
)
def test_a_body_of_another_form_is_refused(
    client: TestClient, body: str, status: int, said: str
) -> None:
    refused(client, body.encode("latin-1"), status, said)


def test_a_body_that_is_not_said_to_be_json_is_refused(client: TestClient, row: Json) -> None:
    answered = client.post("/predict", content=json.dumps({"rows": [row]}))
    assert answered.status_code == 400
    assert "content-type: application/json" in answered.json()["error"]


def test_what_does_not_exist_is_said_so(client: TestClient) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.get("/predict").status_code == 405
    assert "see /docs" in client.get("/nothing").json()["error"]


def test_health_names_the_model_and_what_it_was_made_from(
    client: TestClient, finished: Path
) -> None:
    results, health = read_results(finished), client.get("/health").json()
    assert results["model"]["sha256"].startswith(health["model_version"])
    assert health["data_sha256"] == results["run"]["hashes"]["data"]


def test_every_request_leaves_a_line_of_json(
    client: TestClient, row: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    client.post("/predict", json={"rows": [row]})
    line = json.loads(capsys.readouterr().out)
    assert (line["method"], line["path"], line["status"]) == ("POST", "/predict", 200)


def test_the_documentation_needs_no_other_host(client: TestClient) -> None:
    assert "https://" not in client.get("/docs").text
    assert "https://" not in client.get("/").text


def test_of_many_categories_a_refusal_names_the_first() -> None:
    values = [f"agent {number}" for number in range(300)]
    known = {"name": "agent", "kind": "category", "values": values, "missing": False}
    with pytest.raises(ValidationError) as refused:
        make_row([known]).model_validate({"agent": "nobody"})
    said = str(describe(refused.value.errors()[0]))
    assert said.startswith("agent: should be 'agent 0', 'agent 1', ")
    assert said.endswith(" ..., not 'nobody'")
    assert len(said) < 150


def test_probe_measures_the_running_service(finished: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(finished, tmp_path / "copy"))
    probe(root)
    serving = read_results(root)["serving"]
    assert serving["served_difference"] < 1e-9
    assert serving["batch_difference"] < 1e-9
    assert 0 < serving["p50_ms"] <= serving["p95_ms"]


def test_a_model_of_other_code_or_settings_is_not_served(finished: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(finished, tmp_path / "copy"))
    path = root / "project.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="the settings changed"):
        create_app(root)


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ProjectError, match=f"cannot listen at 127.0.0.1:{port}"):
            listen("127.0.0.1", port)


def refused(client: TestClient, body: str | bytes, status: int, said: str) -> None:
    """Assert that a body is refused with one clear message."""
    answered = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answered.status_code == status, answered.text
    assert answered.json()["error"].startswith(said)
