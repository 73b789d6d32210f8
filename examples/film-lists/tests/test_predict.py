"""Lists for a file of users: in its order, problems beside it, nothing half-written."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from film_lists import predict as batch
from film_lists.command import ProjectError
from film_lists.predict import predict
from film_lists.recommend import recommend
from film_lists.service import tables

USERS = pd.DataFrame({"user": ["u5", "u2", "u5", "u11"]})


def listed(root: Path, rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return what `predict` writes for users."""
    source, target = folder / "users.csv", folder / "lists.csv"
    rows.to_csv(source, index=False)
    predict(root, source, target)
    return pd.read_csv(target)


def test_every_user_has_a_list_in_the_order_of_the_file(finished: Path, tmp_path: Path) -> None:
    lists = listed(finished, USERS, tmp_path)
    assert lists.columns.tolist() == ["row", "user", "place", "item", "title", "score"]
    assert lists["row"].tolist() == [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5
    assert lists["place"].tolist() == [1, 2, 3, 4, 5] * 4
    assert lists["user"].iloc[::5].tolist() == USERS["user"].tolist()
    assert lists.loc[lists["row"] == 2, "title"].tolist() == recommend(finished, "u2")


def test_the_size_of_the_pieces_makes_no_difference(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listed(finished, USERS, tmp_path)
    monkeypatch.setattr(tables, "PIECE", 3)
    monkeypatch.setattr(batch, "CELLS", 1)
    pd.testing.assert_frame_equal(listed(finished, USERS, tmp_path), whole, rtol=1e-5)


def test_newcomers_get_lists_from_what_they_had(finished: Path, tmp_path: Path) -> None:
    rows = pd.DataFrame({"user": ["new", "u2"], "had": ["i31|Title 33", ""]})
    lists = listed(finished, rows, tmp_path).set_index("row")["title"]
    assert lists[1].tolist() == recommend(finished, had=["i31", "i33"])
    assert lists[2].tolist() == recommend(finished, "u2")


def test_users_without_a_list_are_named_beside(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PIECE", 2)
    names, had = ["u999", "", "u2", "new", "u3"], ["", "", "", "i1|i999", ""]
    lists = listed(finished, pd.DataFrame({"user": names, "had": had}), tmp_path)
    assert lists["row"].unique().tolist() == [3, 5]
    problems = pd.read_csv(tmp_path / "lists.problems.csv")
    assert problems["row"].tolist() == [1, 2, 4]
    assert problems["field"].tolist() == ["user", "user", "had"]
    assert "'u999'" in problems["problem"][0]
    assert "'i999'" in problems["problem"][2]


def test_no_problem_leaves_no_file_of_problems(finished: Path, tmp_path: Path) -> None:
    listed(finished, USERS, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lists.csv", "users.csv"]


def test_parquet_gives_the_same_lists(finished: Path, tmp_path: Path) -> None:
    expected = listed(finished, USERS, tmp_path)
    source, target = tmp_path / "users.parquet", tmp_path / "lists.parquet"
    duckdb.read_csv(str(tmp_path / "users.csv")).write_parquet(str(source))
    predict(finished, source, target)
    found = duckdb.read_parquet(str(target)).df()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_an_interruption_leaves_what_was_there(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lists.csv").write_text("earlier\n")

    def interrupted(path: Path, data: object) -> Iterator[pd.DataFrame]:
        yield from tables.read_pieces(path, data)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "read_pieces", interrupted)
    with pytest.raises(KeyboardInterrupt):
        listed(finished, USERS, tmp_path)
    assert (tmp_path / "lists.csv").read_text() == "earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lists.csv", "users.csv"]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("nothing.csv out.csv", "there is no file"),
        ("users.csv users.csv", "IN would be overwritten"),
        ("out.problems.csv out.csv", "IN would be overwritten"),
        ("users.csv nowhere/out.csv", "there is no folder"),
        ("films.csv out.csv", "no column 'user'"),
        ("header.csv out.csv", "has no rows"),
        ("noise.parquet out.csv", "cannot be read as Parquet"),
    ],
)
def test_bad_paths_and_files_are_refused(
    finished: Path, tmp_path: Path, paths: str, said: str
) -> None:
    USERS.to_csv(tmp_path / "users.csv", index=False)
    USERS.to_csv(tmp_path / "out.problems.csv", index=False)
    USERS.head(0).to_csv(tmp_path / "header.csv", index=False)
    USERS.rename(columns={"user": "film"}).to_csv(tmp_path / "films.csv", index=False)
    (tmp_path / "noise.parquet").write_bytes(b"noise")
    with pytest.raises(ProjectError, match=said):
        predict(finished, *(tmp_path / name for name in paths.split()))
    assert not (tmp_path / "out.csv").exists()
