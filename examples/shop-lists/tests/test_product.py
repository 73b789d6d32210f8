"""The model at work: the same list by every way, and no user lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from shop_lists.kit.results import MODEL
from shop_lists.product.opening import Predictor, open_model
from shop_lists.product.predict import predict
from shop_lists.product.serve import create_app

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / MODEL).exists(), reason="`train` has not run here")


@pytest.fixture(scope="module", autouse=True)
def study_folder() -> Iterator[None]:
    """This project, in place of the small ones of other tests."""
    with chdir(ROOT):
        yield


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return open_model()


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), base_url="http://127.0.0.1")


def test_the_service_a_file_and_the_model_make_the_same_lists(
    predictor: Predictor, client: TestClient, tmp_path: Path
) -> None:
    users, k = client.get("/about").json()["examples"][:5], predictor.settings.metric.k
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    pd.DataFrame({predictor.settings.columns.user: users}).to_csv(source, index=False)
    predict(source, target)
    batch = pd.read_csv(target, dtype={"item": str}).groupby("row")["item"].agg(list).tolist()
    rows = [{"user": user} for user in users]
    answers = client.post("/predict", json={"rows": rows}).json()
    served = [[place["item"] for place in answer["items"]] for answer in answers]
    lists = [predictor.recommend(predictor.past(user), k) for user in users]
    made = [[place.item for place in places] for places in lists]
    assert batch == served == made


def test_a_user_who_is_not_known_stays_as_a_gap_and_is_named(
    predictor: Predictor, tmp_path: Path
) -> None:
    known, item = str(predictor.model.users[0]), predictor.had.idxmax()
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = {predictor.settings.columns.user: [known, "no such user", "new"], "had": ["", "", item]}
    pd.DataFrame(rows).to_csv(source, index=False)
    predict(source, target)
    first = pd.read_csv(target, dtype={"item": str}).groupby("row")["item"].first()
    assert first.isna().to_dict() == {1: False, 2: True, 3: False}
    assert pd.read_csv(target.with_suffix(".problems.csv"))["row"].tolist() == [2]


def test_a_first_item_changes_the_list_of_somebody_new(client: TestClient) -> None:
    about = client.get("/about").json()
    taken = about["popular"][0]["item"]
    rows = [{"items": []}, {"items": [taken, "no such item"]}]
    nobody, somebody = client.post("/predict", json={"rows": rows}).json()
    assert nobody["items"] == about["popular"]
    assert taken in {place["item"] for place in somebody["past"]}
    assert somebody["outside"] == ["no such item"]


def test_titles_are_found_by_a_part_of_them(client: TestClient) -> None:
    title = client.get("/about").json()["popular"][0]["title"]
    found = client.get("/items", params={"query": title[1:-1].upper()}).json()
    assert title in {item["title"] for item in found}


@pytest.mark.parametrize("path", ["/", "/about", "/health", "/items"])
def test_the_page_and_its_facts_are_there_for_this_machine_only(
    client: TestClient, path: str
) -> None:
    assert client.get(path).status_code == client.head(path).status_code == 200
    assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400
