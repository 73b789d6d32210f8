"""Lists for people: known, new or unknown; what is not there gets a clear answer."""

import sys
from pathlib import Path

import pytest

from film_lists.command import ProjectError
from film_lists.project import load_settings
from film_lists.recommend import main, recommend
from film_lists.results import read_results
from film_lists.service.desk import Desk, find_item, open_desk, user_history


@pytest.fixture(scope="module")
def desk(finished: Path) -> Desk:
    """Return what lists are made from."""
    return open_desk(finished, load_settings(finished), read_results(finished))


def test_a_user_gets_items_of_their_camp_that_they_have_not_had(finished: Path, desk: Desk) -> None:
    had = user_history(desk, "u2").indices
    titles = recommend(finished, "u2")
    assert len(titles) == 5
    items = [find_item(desk, title) for title in titles]
    assert not set(items) & set(had)
    labels = desk.log.items["item"].iloc[items]
    assert sum(int(label[1:]) < 30 for label in labels) >= 4


def test_a_newcomer_is_folded_in_by_label_or_title(finished: Path) -> None:
    named = recommend(finished, had=["i31", "Title 33"])
    assert named == recommend(finished, had=["title 31", "i33"])
    assert named != recommend(finished, had=["i1", "i3"])


def test_somebody_of_whom_nothing_is_known_gets_what_is_popular(finished: Path, desk: Desk) -> None:
    counts = desk.training.known["item"].value_counts()
    top = find_item(desk, recommend(finished)[0])
    assert counts[top] >= counts.quantile(0.8)


def test_an_unknown_user_is_told_what_to_do_instead(finished: Path) -> None:
    with pytest.raises(ProjectError, match="nothing is known of user 'u999'") as caught:
        recommend(finished, "u999")
    assert "--had" in caught.value.hint


def test_an_unknown_item_is_answered_with_those_of_a_similar_name(finished: Path) -> None:
    with pytest.raises(ProjectError, match="no item is called 'Titel 3'") as caught:
        recommend(finished, had=["Titel 3"])
    assert "'Title 3'" in caught.value.hint
    with pytest.raises(ProjectError, match="no item is called 'q'"):
        recommend(finished, like="q")


def test_similar_items_leave_out_the_item_itself(finished: Path) -> None:
    titles = recommend(finished, like="i2")
    assert len(titles) == 5
    assert "Title 2" not in titles


def test_the_command_prints_a_list(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    monkeypatch.setattr(sys, "argv", ["recommend", "--had", "i1"])
    main()
    assert capsys.readouterr().out.startswith("1. Title ")
