"""The model at work: the same answer by every way, and no row lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from hotel_cancellations.kit.results import MODEL
from hotel_cancellations.product.opening import Predictor, open_model
from hotel_cancellations.product.predict import predict
from hotel_cancellations.product.serve import create_app

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


@pytest.fixture(scope="module")
def written(predictor: Predictor) -> pd.DataFrame:
    """Rows of the data file as they are written there, and one of which nothing is known."""
    rows = next(predictor.read_pieces(predictor.settings.data.file)).head(40).copy()
    rows.iloc[-1] = None
    return rows


def test_one_row_many_rows_and_a_file_get_the_same_answers(
    predictor: Predictor, client: TestClient, written: pd.DataFrame
) -> None:
    X, _ = predictor.read(written)
    rows = json.loads(X.to_json(orient="records", date_format="iso", date_unit="s"))
    batch = predictor.score(written)[0].select_dtypes("number")
    served = [client.post("/predict", json={"rows": rows}).json()]
    served.append([client.post("/predict", json={"rows": [row]}).json()[0] for row in rows])
    for answers in served:
        table = pd.DataFrame(answers)[batch.columns]
        assert table.to_numpy(float) == pytest.approx(batch.to_numpy(float))


def test_a_row_with_a_problem_stays_as_gaps_and_is_named(
    predictor: Predictor, written: pd.DataFrame, tmp_path: Path
) -> None:
    name = next(item["name"] for item in predictor.inputs if item["kind"] in {"numeric", "date"})
    rows, read = written.head(3).copy(), predictor.settings.data.read
    rows.loc[rows.index[1], name] = "17-"
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows.to_csv(source, index=False, header="names" not in read, sep=read.get("sep", ","))
    predict(source, target)
    answers = pd.read_csv(target, index_col="row")
    assert answers.isna().all(axis=1).to_dict() == {1: False, 2: True, 3: False}
    problems = pd.read_csv(target.with_suffix(".problems.csv"), index_col="row")
    assert problems["column"].to_dict() == {2: name}


def test_the_service_names_wrong_fields(predictor: Predictor, client: TestClient) -> None:
    row: dict[str, list[str]] = {item["name"]: [] for item in predictor.inputs}
    refused = client.post("/predict", json={"rows": [row]})
    assert refused.status_code == 422
    assert {error["loc"][3] for error in refused.json()["detail"]} == set(row)
    assert client.post("/predict", content='{"rows": [{"a": NaN}]}').status_code == 422


@pytest.mark.parametrize("path", ["/", "/about", "/health"])
def test_the_page_and_its_facts_are_there_for_this_machine_only(
    client: TestClient, path: str
) -> None:
    assert client.get(path).status_code == client.head(path).status_code == 200
    assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400
