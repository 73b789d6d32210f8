"""Odd files are read, wrong ones are refused with one clear message."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from film_lists.command import ProjectError
from film_lists.data import Log, load
from film_lists.project import load_settings
from film_lists.sample import make_sample
from film_lists.split import hide, task

from conftest import change, make_project, make_rows


def ask(root: Path) -> None:
    settings = load_settings(root)
    log, _ = load(root, settings)
    task(hide(log.frame, settings.split), log, settings)


def refused(root: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        ask(root)
    assert caught.value.hint
    return str(caught.value)


def test_titles_are_found_and_an_item_without_one_keeps_its_label(project: Path) -> None:
    log, facts = load(project, load_settings(project))
    titles = log.items.set_index("item")["title"]
    assert titles["i3"] == "Title 3"
    assert titles["i59"] == "i59"
    assert facts["titles"] == len(titles) - 1


def test_of_several_titles_the_most_frequent_is_shown(project: Path) -> None:
    rows = [["i3", "typing errror", ""], ["i3", "Three", ""], ["i3", "Three", ""]]
    known = pd.DataFrame(rows, columns=["item", "title", "tags"])
    known.to_csv(project / "data" / "items.csv", index=False)
    log, _ = load(project, load_settings(project))
    assert log.items.set_index("item")["title"]["i3"] == "Three"


def test_of_repeats_the_first_stays_because_the_later_rating_was_not_known_yet(
    tmp_path: Path,
) -> None:
    rows = make_rows().assign(rating=1)
    again = rows.head(1).assign(rating=5, time=rows["time"].max() + 9)
    log, facts = load_both(tmp_path, pd.concat([again, rows]))
    assert facts["duplicates"] == facts["cleaning"][-1]["rows"] == 1
    assert len(log.frame) == len(rows)
    assert set(log.frame["rating"]) == {1}


def test_where_repeats_are_allowed_only_those_of_one_moment_are_merged(project: Path) -> None:
    rows = make_rows()
    again = pd.concat([rows, rows.head(2), rows.head(3).assign(time=rows["time"].max() + 9)])
    again.to_csv(project / "data" / "test.csv", index=False)
    change(project, "relevant = 1", 'relevant = 1\nrepeats = "allowed"')
    log, facts = load(project, load_settings(project))
    assert facts["duplicates"] == 2
    assert len(log.frame) == len(rows) + 3


def load_both(root: Path, rows: pd.DataFrame) -> tuple[Log, dict[str, Any]]:
    make_project(root, rows)
    return load(root, load_settings(root))


def test_rows_in_any_order_give_the_same_log(tmp_path: Path) -> None:
    rows = make_rows()
    log, _ = load_both(tmp_path / "a", rows)
    other, _ = load_both(tmp_path / "b", rows.sample(frac=1, random_state=0))
    assert log.frame["time"].is_monotonic_increasing
    columns = ["user", "item", "rating", "time"]
    same = log.frame[columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, other.frame[columns].reset_index(drop=True))
    pd.testing.assert_frame_equal(log.items, other.items)


def test_a_missing_time_is_refused(tmp_path: Path) -> None:
    rows = make_rows()
    rows["time"] = rows["time"].where(np.arange(len(rows)) != 4)
    assert "row 5 has no 'time'" in refused(make_project(tmp_path, rows))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("time", "yesterday", "row 5: 'yesterday' is not a number"),
        ("time", "inf", "row 5: 'inf' is not a number"),
        ("time", "1700000000000", "row 5: '1700000000000' is not a moment in seconds"),
        ("rating", "good", "row 5: 'good' is not a number"),
        ("rating", "inf", "row 5: 'inf' is not a number"),
        ("rating", "-1", "row 5: rating -1 is outside of 1 to 5"),
        ("rating", None, "row 5 has no 'rating'"),
        ("user", None, "row 5 has no 'user'"),
        ("item", None, "row 5 has no 'item'"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_row(
    tmp_path: Path, column: str, value: str | None, said: str
) -> None:
    rows = make_rows().astype(str).astype(object)
    rows[column] = rows[column].where(np.arange(len(rows)) != 4, value)
    assert said in refused(make_project(tmp_path, rows))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("k = 5", "k = 0", "line 37, metric.k"),
        ("k = 5", "k = 5\nlength = 3", "metric.length: unknown key"),
        ('kind = "time"', 'kind = "weekly"', "split.kind"),
        ('kind = "time"', 'kind = "time"\ntest = 1.5', "split.test"),
        ("lowest = 1", "lowest = 5", "feedback.lowest below feedback.highest"),
        ("relevant = 1", "relevant = 6", "no rating reaches feedback.relevant"),
        ("relevant = 1", 'relevant = 1\nrepeats = "yes"', "feedback.repeats"),
        ('rating = "rating"\n', "", "explicit feedback needs columns.rating"),
        ('time = "time"\n', 'time = "time"\ntime_format = "%Q"\n', "is no format of time"),
        ("[items]", '[[data.remove]]\ncolumn = "user"\nreason = "x"\n\n[items]', "exactly one of"),
        (
            "[items]",
            '[[data.remove]]\ncolumn = "user"\nmatches = "("\nreason = "x"\n\n[items]',
            "no regular expression",
        ),
    ],
)
def test_a_bad_value_of_project_toml_is_refused(
    project: Path, old: str, new: str, said: str
) -> None:
    change(project, old, new)
    assert said in refused(project)


def test_a_file_of_another_kind_is_refused(project: Path) -> None:
    (project / "data" / "test.csv").write_bytes(b"\xff\xfe\x00PK\x03")
    assert "test.csv" in refused(project)
    (project / "data" / "test.csv").write_text("", encoding="utf-8")
    assert "cannot be read as a table" in refused(project)
    (project / "data" / "test.csv").write_text("user,item,rating,time\n", encoding="utf-8")
    assert "has no rows" in refused(project)


def test_interactions_of_one_moment_cannot_be_split_by_time(tmp_path: Path) -> None:
    assert "no user has both" in refused(make_project(tmp_path, make_rows().assign(time=7)))


def test_a_list_longer_than_the_catalogue_is_refused(project: Path) -> None:
    change(project, "k = 5", "k = 500")
    assert "metric.k is 500, but there are only" in refused(project)


def test_a_single_user_is_refused(tmp_path: Path) -> None:
    rows = make_rows().assign(user="u1").drop_duplicates("item").head(1)
    root = make_project(tmp_path, pd.concat([rows, rows.assign(item="i2"), rows.assign(item="i3")]))
    change(root, "k = 5", "k = 1")
    assert "there is no test user" in refused(root)


def test_users_who_were_all_seen_once_are_refused(tmp_path: Path) -> None:
    root = make_project(tmp_path, make_rows().drop_duplicates("user"))
    assert "no user has both a past and a hidden interaction" in refused(root)


def test_a_column_that_is_not_there_is_named(project: Path) -> None:
    change(project, 'user = "user"', 'user = "member"')
    assert "test.csv has no column 'member'" in refused(project)


def test_a_time_split_without_times_is_refused(project: Path) -> None:
    change(project, 'time = "time"\n', "")
    assert "needs columns.time" in refused(project)


def test_rules_remove_rows_and_leave_a_log(project: Path) -> None:
    rule = '[[data.remove]]\ncolumn = "user"\nmatches = "u1|u2"\nreason = "staff"\n\n[items]'
    change(project, "[items]", rule)
    log, facts = load(project, load_settings(project))
    assert not {"u1", "u2"} & set(log.users)
    assert facts["cleaning"][0] == {"rule": "`user`: staff", "rows": facts["cleaning"][0]["rows"]}
    assert facts["cleaning"][0]["rows"] > 0


def test_a_long_separator_and_missing_header_are_read(project: Path) -> None:
    rows = make_rows()
    text = "\n".join("::".join(map(str, row)) for row in rows.itertuples(index=False))
    (project / "data" / "test.csv").write_text(text, encoding="utf-8")
    names = 'source = "test.csv"\nseparator = "::"\nnames = ["user", "item", "rating", "time"]'
    change(project, 'source = "test.csv"', names)
    _, facts = load(project, load_settings(project))
    assert facts["interactions"] == len(rows)


def test_the_layout_of_attributes_cases_and_votes_is_read(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    lines = ['I,4,"site"', 'A,7,1,"Home","/"', 'A,8,1,"News, all","/news"']
    for case in range(30):
        lines += [f'C,"{case}",{case}', "V,7,1", "V,8,1"]
    (root / "data" / "test.csv").write_text("\n".join(lines), encoding="utf-8")
    text = (root / "project.toml").read_text(encoding="utf-8")
    text = text.replace('source = "test.csv"', 'source = "test.csv"\nlayout = "dst"')
    text = text.replace('source = "items.csv"', 'source = "test.csv"\nlayout = "dst"')
    text = text.replace('item = "item"', 'item = "attribute"').replace('tags = "tags"\n', "")
    text = text.replace('user = "user"', 'user = "case"').replace('"time"\n', '""\n')
    text = text.replace('rating = "rating"\n', "").replace('"explicit"', '"implicit"')
    text = text.replace("k = 5", "k = 2").replace('kind = "time"', 'kind = "random"')
    text = text.replace('kind = ""', 'kind = "random"')
    (root / "project.toml").write_text(text, encoding="utf-8")
    log, facts = load(root, load_settings(root))
    assert list(log.items["title"]) == ["Home", "News, all"]
    assert facts["users"] == 30


def test_the_sample_is_the_same_every_time_and_has_a_long_tail() -> None:
    ratings, items = make_sample()
    again, _ = make_sample()
    pd.testing.assert_frame_equal(ratings, again)
    counts = ratings["item"].value_counts()
    assert counts.head(len(items) // 10).sum() > 0.4 * len(ratings)
    assert ratings["rating"].between(1, 5).all()
