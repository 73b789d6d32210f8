"""Data that break the declared contract are refused; what is repaired is counted."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bike_demand.command import ProjectError
from bike_demand.data import load
from bike_demand.project import load_settings
from bike_demand.split import folds, split

from conftest import NO_TARGET, NUMBERS, change, make_project, make_rows


def broken(root: Path, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> str:
    """Return the error that edited rows lead to."""
    make_project(root, edit(make_rows()))
    with pytest.raises(ProjectError) as error:
        load(root, load_settings(root))
    return str(error.value)


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    assert "no column 'y'; it has 'x'" in broken(tmp_path, lambda rows: rows.drop(columns="y"))


def test_an_undeclared_column_is_named(tmp_path: Path) -> None:
    assert "'new' is in the data but not declared" in broken(
        tmp_path, lambda rows: rows.assign(new=1)
    )


@pytest.mark.parametrize("column", NUMBERS)
def test_text_in_a_number_is_named_with_its_row(tmp_path: Path, column: str) -> None:
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        rows[column] = rows[column].astype(object)
        rows.loc[4, column] = "many"
        return rows

    assert f"column '{column}', row 5: 'many' is not a number" in broken(tmp_path, edit)


def test_a_date_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    def edit(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[2, "day"] = "soon"
        return rows

    assert "column 'day', row 3: 'soon' is not a date" in broken(tmp_path, edit)


@pytest.mark.parametrize("count", [0, 1, 29])
def test_too_few_rows_for_the_folds_are_counted(tmp_path: Path, count: int) -> None:
    assert f"only {count} rows can be used; 3 folds need 30" in broken(
        tmp_path, lambda rows: rows.head(count)
    )


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\xff\xfe\x80", b'a,b\n"1,2\n3,4,5\n', b"<html>no</html>"]
)
def test_a_file_that_is_no_table_is_one_error(project: Path, content: bytes) -> None:
    (project / "data" / "test.csv").write_bytes(content)
    with pytest.raises(ProjectError):
        load(project, load_settings(project))


def test_an_absent_file_without_url_is_one_error(project: Path) -> None:
    (project / "data" / "test.csv").unlink()
    with pytest.raises(ProjectError, match=r"there is no data/test\.csv"):
        load(project, load_settings(project))


def test_rows_without_a_target_are_removed_and_counted(tmp_path: Path) -> None:
    rows = make_rows()
    rows.loc[[1, 2], "y"] = NO_TARGET
    make_project(tmp_path, rows)
    frame, facts = load(tmp_path, load_settings(tmp_path))
    assert len(frame) == len(rows) - 2
    assert {"rule": "rows without `y` removed", "rows": 2} in facts["cleaning"]


def test_a_column_with_one_value_is_reported_and_kept(tmp_path: Path) -> None:
    make_project(tmp_path, make_rows().assign(z=7, colour=None))
    frame, facts = load(tmp_path, load_settings(tmp_path))
    assert {"z", "colour"} <= set(frame.columns)
    assert [
        item["rule"].split("`")[1] for item in facts["cleaning"] if "one value" in item["rule"]
    ] == ["z", "colour"]


def test_categories_stay_as_they_are_written(tmp_path: Path) -> None:
    make_project(tmp_path, make_rows().assign(colour=[f"0{n % 3}" for n in range(160)]))
    frame, _ = load(tmp_path, load_settings(tmp_path))
    assert set(frame["colour"]) == {"00", "01", "02"}


@pytest.mark.parametrize(
    ("new", "by"),
    [
        ('kind = "random"', ""),
        ('kind = "group"\nby = "who"', "who"),
        ('kind = "time"\nby = "day"', "day"),
    ],
)
def test_no_row_group_or_later_moment_crosses_the_split_or_a_fold(
    project: Path, new: str, by: str
) -> None:
    change(project, 'kind = "random"', new)
    settings = load_settings(project)
    frame, _ = load(project, settings)
    train, test = split(frame, settings)
    parts = folds(train, train["y"], settings.split)
    pairs = [(train, test), *((train.iloc[fit], train.iloc[seen]) for fit, seen in parts)]
    for fit, seen in pairs:
        assert len(fit)
        assert len(seen)
        assert not set(fit.index) & set(seen.index)
        if by == "who":
            assert not set(fit["who"]) & set(seen["who"])
        if by == "day":
            assert fit["day"].max() < seen["day"].min()
    assert len(train) + len(test) == len(frame)


def test_rows_of_one_moment_stay_on_one_side(tmp_path: Path) -> None:
    make_project(tmp_path, make_rows().assign(day=[f"2024-01-{1 + n // 8:02}" for n in range(160)]))
    change(tmp_path, 'kind = "random"', 'kind = "time"\nby = "day"\ntest = 0.33')
    settings = load_settings(tmp_path)
    train, test = split(load(tmp_path, settings)[0], settings)
    assert not set(train["day"]) & set(test["day"])
    for fit, seen in folds(train, train["y"], settings.split):
        assert not set(train["day"].iloc[fit]) & set(train["day"].iloc[seen])


def test_the_split_is_the_same_every_time(project: Path) -> None:
    settings = load_settings(project)
    frame, _ = load(project, settings)
    assert list(split(frame, settings)[1].index) == list(split(frame, settings)[1].index)


@pytest.mark.parametrize(
    ("who", "kind", "said"),
    [
        (["a"] * 160, "group", "'who' has 1 values; 3 folds and a test set need 7"),
        ([None, *"b" * 159], "group", "row 1 has no 'who'"),
        ([f"p{n}" for n in range(160)], "time", "'who' is text and has no order of time"),
    ],
)
def test_a_column_that_cannot_split_is_refused(
    tmp_path: Path, who: list[str | None], kind: str, said: str
) -> None:
    make_project(tmp_path, make_rows().assign(who=pd.Series(who)))
    change(tmp_path, 'kind = "random"', f'kind = "{kind}"\nby = "who"')
    settings = load_settings(tmp_path)
    with pytest.raises(ProjectError, match=said):
        split(load(tmp_path, settings)[0], settings)


def test_a_file_without_header_gets_its_names_from_project_toml(tmp_path: Path) -> None:
    make_project(tmp_path)
    expected, _ = load(tmp_path, load_settings(tmp_path))
    rows = make_rows()
    rows.to_csv(tmp_path / "data" / "test.csv", index=False, header=False)
    change(tmp_path, 'licence = "none"', f'licence = "none"\nnames = {list(rows.columns)}')
    frame, _ = load(tmp_path, load_settings(tmp_path))
    pd.testing.assert_frame_equal(frame, expected)


@pytest.mark.parametrize("month", ["1", "January"])
def test_a_date_in_three_columns_is_joined(tmp_path: Path, month: str) -> None:
    rows = make_rows().drop(columns="day").assign(year=2024, month=month, of_month=7)
    make_project(tmp_path, rows)
    dates = 'dates = { day = ["year", "month", "of_month"] }'
    change(tmp_path, 'licence = "none"', f'licence = "none"\n{dates}')
    known = 'late = "known only afterwards"'
    change(tmp_path, known, f'{known}\nyear = "in day"\nmonth = "in day"\nof_month = "in day"')
    frame, _ = load(tmp_path, load_settings(tmp_path))
    assert set(frame["day"]) == {pd.Timestamp("2024-01-07")}


def test_the_order_of_the_file_can_be_the_order_of_time(tmp_path: Path) -> None:
    make_project(tmp_path)
    change(tmp_path, 'kind = "random"', 'kind = "time"\nby = "row"')
    settings = load_settings(tmp_path)
    train, test = split(load(tmp_path, settings)[0], settings)
    assert max(train.index) < min(test.index)
    for fit, seen in folds(train, train["y"], settings.split):
        assert max(fit) < min(seen)
