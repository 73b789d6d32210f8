"""What the service answers, what it refuses, and that its lists are those of the model."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from film_lists.probe import difference, probe
from film_lists.project import load_settings
from film_lists.results import model_version, read_results
from film_lists.service.app import PAGE, create_app
from film_lists.service.because import contributions
from film_lists.service.desk import (
    Desk,
    find_item,
    history_of,
    open_desk,
    rank,
    user_history,
)
from film_lists.service.exchange import Exchange
from film_lists.service.exchanges import batch_answers, exchanges
from film_lists.service.limits import LARGEST_BODY
from film_lists.train import train

from conftest import change, make_project

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(finished: Path) -> TestClient:
    """Return a client of the service of the finished project."""
    return TestClient(create_app(finished), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def desk(finished: Path) -> Desk:
    """Return what lists are made from."""
    return open_desk(finished, load_settings(finished), read_results(finished))


@pytest.fixture(scope="module")
def asked(finished: Path) -> list[Exchange]:
    """Return training users as requests."""
    return exchanges(finished, load_settings(finished), read_results(finished))


def labels(content: Json) -> list[str]:
    """Return the labels of a list."""
    return [place["item"] for place in content["items"]]


def test_served_lists_are_those_of_training(client: TestClient, asked: list[Exchange]) -> None:
    served = [each.read(client.get(each.path).json()) for each in asked]
    assert difference(served, [each.expected for each in asked]) < 1e-6


def test_batch_lists_are_those_of_training(finished: Path, asked: list[Exchange]) -> None:
    assert difference(batch_answers(finished, asked), [each.expected for each in asked]) < 1e-6


def test_a_list_has_titles_in_order_of_their_scores(
    client: TestClient, finished: Path, desk: Desk
) -> None:
    content = client.get("/recommend/u2?k=7").json()
    assert content["model_version"] == model_version(read_results(finished))
    assert content["had"] == user_history(desk, "u2").nnz
    assert [place["place"] for place in content["items"]] == [*range(1, 8)]
    scores = [place["score"] for place in content["items"]]
    assert scores == sorted(scores, reverse=True)
    assert content["items"][0]["title"].startswith("Title ")
    known = desk.training.known
    had = known.loc[known["user"] == desk.log.users.get_loc("u2"), "item"].tail(3)
    assert content["past"] == list(desk.log.items["title"].iloc[had])[::-1]


@pytest.mark.parametrize("name", ["item neighbours", "EASE", "ALS"])
def test_what_each_item_adds_makes_the_score(desk: Desk, name: str) -> None:
    model, history = desk.fit(name), user_history(desk, "u2")
    (shown,), (scores,) = rank(replace(desk, model=model), history, 5)
    parts = contributions(model, history.indices, shown)
    assert parts.sum(axis=0) == pytest.approx(scores, rel=1e-3)


def test_a_list_says_which_items_speak_for_a_place(desk: Desk, client: TestClient) -> None:
    content = client.post("/recommend", json={"items": ["i31", "i33"]}).json()
    if desk.results["choice"]["chosen"] in {"most popular", "popular lately"}:
        assert all(place["because"] == [] for place in content["items"])
    else:
        assert set(content["items"][0]["because"]) <= {"Title 31", "Title 33"}
        assert content["items"][0]["because"]


def test_a_newcomer_may_name_labels_or_titles_and_the_length(client: TestClient) -> None:
    by_label = client.post("/recommend", json={"items": ["i31", "i33"], "k": 3})
    by_title = client.post("/recommend", json={"items": ["title 31", "Title 33"], "k": 3})
    assert by_label.json() == by_title.json()
    assert len(labels(by_label.json())) == 3
    assert not {"i31", "i33"} & set(labels(by_label.json()))


def test_somebody_of_whom_nothing_is_known_gets_what_is_popular(
    client: TestClient, desk: Desk
) -> None:
    (shown,), _ = rank(desk, history_of(desk, []), 5)
    assert labels(client.get("/popular").json()) == list(desk.log.items["item"].iloc[shown])


def test_similar_items_leave_out_the_item_itself(client: TestClient) -> None:
    content = client.get("/similar/Title 2?k=4").json()
    assert len(labels(content)) == 4
    assert "i2" not in labels(content)


def test_the_search_finds_parts_of_titles_the_best_known_first(
    client: TestClient, desk: Desk
) -> None:
    found = client.get("/items", params={"query": "TITLE 1", "limit": 50}).json()
    assert {one["title"] for one in found} == {"Title 1", *(f"Title {n}" for n in range(10, 20))}
    assert [one["had"] for one in found] == sorted((one["had"] for one in found), reverse=True)
    assert found[0]["had"] == desk.often[find_item(desk, found[0]["item"])]
    assert client.get("/items", params={"query": "(*"}).json() == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/recommend/u999", "user: nothing is known of user 'u999'"),
        ("/recommend/", "user: nothing is known of user ''"),
        ("/similar/Titel 3", "did you mean 'Title 3'"),
        ("/similar/..%2F..%2Fproject.toml", "no item is called"),
        ("/nothing", "there is nothing at /nothing"),
    ],
)
def test_what_is_not_there_is_answered_by_404(client: TestClient, path: str, said: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert said in response.json()["error"]


@pytest.mark.parametrize("k", ["0", "-1", "61", "1001", "abc", "1.5", "nan", ""])
@pytest.mark.parametrize("path", ["/recommend/u2", "/similar/i2", "/popular"])
def test_a_length_that_no_list_can_have_is_refused_by_name(
    client: TestClient, path: str, k: str
) -> None:
    response = client.get(path, params={"k": k})
    assert response.status_code == 422
    assert response.json()["problems"][0]["field"] == "k"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"items": []}, 422, "items: is empty"),
        ({}, 422, "items: is missing"),
        ({"items": "i1"}, 422, "items: should be a valid list"),
        ({"items": [1]}, 422, "items[0]: should be a valid string, not 1"),
        ({"items": ["i1", None]}, 422, "items[1]: is missing"),
        ({"items": ["i1", ""]}, 422, "items[1]: "),
        ({"items": ["i1"] * 1001}, 422, "items: "),
        ({"items": ["\ud800"]}, 422, "items[0]: "),
        ({"items": ["i1", "Titel 3"]}, 404, "items[1]: no item is called 'Titel 3'"),
        ({"items": ["i1"], "k": 0}, 422, "k: should be greater than or equal to 1"),
        ({"items": ["i1"], "k": "5"}, 422, "k: should be a valid integer, not '5'"),
        ({"items": ["i1"], "k": 2.5}, 422, "k: should be a valid integer, not 2.5"),
        ({"items": ["i1"], "k": True}, 422, "k: should be a valid integer, not True"),
        ({"items": ["i1"], "k": 10**400}, 422, "k: "),
        ({"items": ["i1"], "k": float("nan")}, 422, "k: "),
        ({"items": ["i1"], "length": 3}, 422, "length: is not a field of this model"),
        ([], 422, "body: should be an object"),
    ],
)
def test_a_wrong_body_is_refused_by_the_name_of_the_field(
    client: TestClient, body: Any, status: int, said: str
) -> None:
    response = client.post(
        "/recommend", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert response.status_code == status
    assert response.json()["error"].startswith(said)


def test_a_huge_body_is_refused(client: TestClient) -> None:
    response = client.post("/recommend", content=b" " * (LARGEST_BODY + 1))
    assert response.status_code == 413


def test_labels_with_slashes_and_marks_can_be_asked_for(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    for name in ("test.csv", "items.csv"):
        path = root / "data" / name
        path.write_text(re.sub(r"\bi2\b", "a/b ?#2", path.read_text()))
    change(root, "k = 5", "k = 3")
    train(root)
    client = TestClient(create_app(root), raise_server_exceptions=False)
    assert client.get("/similar/a%2Fb%20%3F%232").status_code == 200
    assert client.post("/recommend", json={"items": ["a/b ?#2"]}).status_code == 200


def test_the_page_and_the_interface_need_no_other_host(client: TestClient) -> None:
    for path in ("/", "/docs", *(f"/static/{file.name}" for file in PAGE.iterdir())):
        response = client.get(path)
        assert response.status_code == 200
        assert not re.findall(r"(?:src|href)=[\"']https?:|@import|url\(http", response.text)


def test_the_probe_writes_parity_and_times(finished: Path, tmp_path: Path) -> None:
    root = shutil.copytree(finished, tmp_path / "copy")
    probe(root)
    serving = read_results(root)["serving"]
    assert serving["served_difference"] < 1e-6
    assert serving["batch_difference"] < 1e-6
    assert serving["p50_ms"] > 0
