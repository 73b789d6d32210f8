"""What is read, cleaned and hidden."""

import pandas as pd
import pytest

from shop_lists import diagnose, evaluate, train
from shop_lists.data import load
from shop_lists.kit import Stop
from shop_lists.kit.report import render
from shop_lists.kit.results import read_results
from shop_lists.kit.settings import load_settings
from shop_lists.split import hide, set_task

from conftest import change, make_ratings

pytestmark = pytest.mark.usefixtures("project")


def write(*rows: tuple[object, ...]) -> None:
    frame = pd.DataFrame([*rows], columns=["user", "film", "stars", "time"])
    pd.concat([frame, make_ratings()]).to_csv("data/ratings.csv", index=False)


def test_repeats_incomplete_rows_and_those_of_a_rule_are_left_out_and_counted() -> None:
    write(("x", "f01", 5, 200), ("x", "f01", 1, 100), (None, "f01", 5, 200), ("y", "f02", 2, 300))
    rule = 'remove = { "a robot" = "user == \'y\'" }'
    change('for tests."', f'for tests.", {rule}')
    log, facts = load(load_settings())
    first = log.frame[log.frame["user"] == log.users.get_loc("x")]
    assert list(first["rating"]) == [1]
    assert "y" not in log.users
    assert [row["rows"] for row in facts["cleaning"]] == [1, 1, 1]


def test_an_impossible_value_is_named_with_its_row() -> None:
    write(("x", "f01", "good", 200))
    with pytest.raises(Stop, match="row 1: 'good' is not a number"):
        load(load_settings())
    write(("x", "f01", 4, 1_700_000_000_000))  # milliseconds
    with pytest.raises(Stop, match="time_format"):
        load(load_settings())


def test_titles_are_written_as_people_write_them() -> None:
    films = [("f00", "Matrix, The (1999)"), ("f01", "MASH"), ("f02", "Alien")]
    pd.DataFrame(films, columns=["film", "title"]).to_csv("data/films.csv", index=False)
    log, _ = load(load_settings())
    assert list(log.titles[:4]) == ["The Matrix (1999)", "MASH", "Alien", "f03"]


def test_without_times_only_a_random_split_is_accepted() -> None:
    change('time = "time"\n', "")
    with pytest.raises(Stop, match=r"without columns\.time"):
        load_settings()
    change('kind = "time"', 'kind = "random"')
    with pytest.raises(Stop, match='"popular_lately" needs'):
        load_settings()


@pytest.mark.parametrize("kind", ["time", "last", "random"])
def test_no_pair_is_on_both_sides_and_all_asked_users_have_a_past(kind: str) -> None:
    settings = load_settings()
    log, _ = load(settings)
    holdout = hide(log.frame, settings.split, kind)
    assert len(holdout.known) + len(holdout.hidden) == len(log.frame)
    assert holdout.known.merge(holdout.hidden, on=["user", "item"]).empty
    task = set_task(holdout, log, settings)
    assert task.history.multiply(task.hidden).nnz == 0
    assert task.history.getnnz(axis=1).min() > 0
    if kind == "time":
        assert holdout.known["time"].max() < holdout.hidden["time"].min()


def test_repeats_and_another_split_go_through_every_step() -> None:
    rows = make_ratings(users=40, films=24)
    again = rows.sample(frac=0.4, random_state=0).assign(time=lambda row: row["time"] + 10**6)
    pd.concat([rows, again]).to_csv("data/ratings.csv", index=False)
    change('took = "rated"', 'took = "rated", repeats = "allowed"')
    change('kind = "time"', 'kind = "last"')
    change("popular_lately", "popular_ever")
    for step in (train, diagnose, evaluate):
        step.main()
    render()
    assert read_results()["train"]["leakage"]["copies"] > 0
