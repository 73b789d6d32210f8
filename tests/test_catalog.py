"""What can be made, as `layers.toml` and the data sets' own files say it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import write_files

from mlscaffold.catalog import Catalog, read_manifest
from mlscaffold.errors import MlscaffoldError

DATASET = '[project]\ntitle = "{0}"\n\n[data]\nlicence = "CC0"\ndemo = {1}\n'


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    files: dict[str, str | bytes] = {
        "layers.toml": """\
version = "1.2.0"

[types.regression]
summary = "Predict a number"
layers = ["base", "regression"]
default_dataset = "small"
""",
        "datasets/regression/bikes.toml": DATASET.format("Bikes", "false"),
        "datasets/regression/small.toml": DATASET.format("Small", "true"),
        "datasets/regression/README.md": "Not a data set",
        "datasets/other/secret.toml": DATASET.format("Of a type that is not declared", "true"),
    }
    return Catalog(write_files(tmp_path, files))


def test_manifest_holds_the_version_and_the_types(catalog: Catalog) -> None:
    version, types = read_manifest(catalog.template)
    assert version == "1.2.0"
    assert types["regression"].layers == ("base", "regression")


def test_default_data_set_comes_first(catalog: Catalog) -> None:
    assert list(catalog.datasets("regression")) == ["small", "bikes"]


def test_data_set_is_described_by_its_file(catalog: Catalog) -> None:
    bikes = catalog.dataset("regression", "bikes")
    assert (bikes.project_type, bikes.title, bikes.licence, bikes.demo) == (
        "regression",
        "Bikes",
        "CC0",
        False,
    )


@pytest.mark.parametrize("typed", ["regresion", "Regression", "regressor"])
def test_unknown_type_names_the_nearest(catalog: Catalog, typed: str) -> None:
    with pytest.raises(MlscaffoldError, match=f"no project type `{typed}`") as error:
        catalog.project_type(typed)
    assert error.value.hint == "did you mean `regression`? `mlscaffold types` lists them all"


@pytest.mark.parametrize("typed", ["", "zzz", "x" * 300, "other", "ünï"])
def test_unknown_type_like_none_names_where_they_are_listed(catalog: Catalog, typed: str) -> None:
    with pytest.raises(MlscaffoldError) as error:
        catalog.project_type(typed)
    assert error.value.hint == "`mlscaffold types` lists them all"


def test_unknown_data_set_names_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(MlscaffoldError, match="no regression data set `bike`") as error:
        catalog.dataset("regression", "bike")
    assert "did you mean `bikes`? `mlscaffold datasets regression`" in error.value.hint


def test_data_set_cannot_be_a_path(catalog: Catalog) -> None:
    with pytest.raises(MlscaffoldError):
        catalog.dataset("regression", "../other/secret")
