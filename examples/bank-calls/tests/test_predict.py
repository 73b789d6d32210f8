"""Scoring a file: every row in its order, problems beside it, nothing half-written."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from bank_calls import predict as batch
from bank_calls.command import ProjectError
from bank_calls.predict import predict
from bank_calls.results import read_results
from bank_calls.service import tables


@pytest.fixture
def rows(finished: Path) -> pd.DataFrame:
    """Return the rows of the data, as they are written."""
    return pd.read_csv(finished / "data" / "test.csv", dtype=str)


def scored(root: Path, rows: pd.DataFrame, folder: Path, kind: str = "csv") -> pd.DataFrame:
    """Return what `predict` writes for rows."""
    source, target = folder / "rows.csv", folder / f"answers.{kind}"
    rows.to_csv(source, index=False)
    predict(root, source, target)
    return pd.read_csv(target, index_col="row")


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Assert that answers are equal but for the last digit, which depends on rows beside them."""
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


def test_every_row_has_its_line_whatever_the_size_of_the_pieces(
    finished: Path, tmp_path: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scored(finished, rows, tmp_path)
    monkeypatch.setattr(tables, "PIECE", 7)
    same(scored(finished, rows, tmp_path), whole)
    assert [*whole.index] == [*range(1, len(rows) + 1)]


def test_a_row_with_a_problem_has_an_empty_line_and_is_named_beside(
    finished: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    name = next(each["name"] for each in read_results(finished)["inputs"] if not each["missing"])
    good = scored(finished, rows, tmp_path)
    rows.loc[4, name] = "abc"
    found = scored(finished, rows, tmp_path)
    same(found.drop(5), good.drop(5))
    assert found.loc[5].isna().all()
    problems = pd.read_csv(tmp_path / "answers.problems.csv")
    assert problems["row"].tolist() == [5]
    assert problems["field"].tolist() == [name]
    assert "abc" in problems["problem"][0]


def test_no_problem_leaves_no_file_of_problems(
    finished: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    scored(finished, rows, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "rows.csv"]


def test_columns_that_are_no_features_are_not_needed(
    finished: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    names = [each["name"] for each in read_results(finished)["inputs"]]
    same(scored(finished, rows, tmp_path), scored(finished, rows[names], tmp_path))


def test_parquet_gives_the_same_answers(finished: Path, tmp_path: Path, rows: pd.DataFrame) -> None:
    expected = scored(finished, rows, tmp_path)
    source, target = tmp_path / "rows.parquet", tmp_path / "answers.parquet"
    duckdb.read_csv(str(tmp_path / "rows.csv")).write_parquet(str(source))
    predict(finished, source, target)
    found = duckdb.read_parquet(str(target)).df().set_index("row")
    numbers = expected.select_dtypes("float").columns.drop("outside", errors="ignore")
    same(found[numbers], expected[numbers])


def test_text_stays_text_in_parquet(tmp_path: Path) -> None:
    with tables.Output(tmp_path / "out.parquet") as out:
        out.write(pd.DataFrame({"decision": [None], "code": ["007"], "p": [0.5]}))
        out.write(pd.DataFrame({"decision": ["yes"], "code": ["8"], "p": [1.0]}))
    found = duckdb.read_parquet(str(tmp_path / "out.parquet"))
    assert [str(kind) for kind in found.types[1:]] == ["VARCHAR", "VARCHAR", "DOUBLE"]


def test_an_interruption_leaves_what_was_there(
    finished: Path, tmp_path: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "answers.csv").write_text("earlier\n")

    def interrupted(path: Path, data: object) -> Iterator[pd.DataFrame]:
        yield from tables.read_pieces(path, data)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "read_pieces", interrupted)
    with pytest.raises(KeyboardInterrupt):
        scored(finished, rows, tmp_path)
    assert (tmp_path / "answers.csv").read_text() == "earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "rows.csv"]


def test_a_file_without_a_feature_is_refused_by_its_name(
    finished: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    name = read_results(finished)["inputs"][0]["name"]
    with pytest.raises(ProjectError, match=f"no column '{name}'"):
        scored(finished, rows.drop(columns=name), tmp_path)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("nothing.csv out.csv", "there is no file"),
        ("rows.csv rows.csv", "IN would be overwritten"),
        ("out.problems.csv out.csv", "IN would be overwritten"),
        ("rows.csv out.xlsx", "no table can be written"),
        ("rows.csv folder.csv", "no table can be written"),
        ("rows.csv nowhere/out.csv", "there is no folder"),
        ("empty.csv out.csv", "cannot be read as a table"),
        ("header.csv out.csv", "has no rows"),
        ("noise.parquet out.csv", "cannot be read as Parquet"),
    ],
)
def test_bad_paths_and_files_are_refused(
    finished: Path, tmp_path: Path, rows: pd.DataFrame, paths: str, said: str
) -> None:
    rows.to_csv(tmp_path / "rows.csv", index=False)
    rows.to_csv(tmp_path / "out.problems.csv", index=False)
    rows.head(0).to_csv(tmp_path / "header.csv", index=False)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise.parquet").write_bytes(b"noise")
    with pytest.raises(ProjectError, match=said):
        predict(finished, *(tmp_path / name for name in paths.split()))
    assert not (tmp_path / "out.csv").exists()
