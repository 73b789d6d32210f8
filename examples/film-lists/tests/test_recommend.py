"""Lists for people: known, new or unknown; what is not there gets a clear answer."""

import sys
from pathlib import Path

import pytest

from film_lists.command import ProjectError
from film_lists.recommend import (
    find_item,
    main,
    open_desk,
    recommend,
    similar,
    user_history,
)


def test_a_user_gets_items_of_their_camp_that_they_have_not_had(finished: Path) -> None:
    desk = open_desk(finished)
    had = user_history(desk, "u2")
    titles = recommend(desk, had)
    assert len(titles) == 5
    labels = {str(desk.log.items["item"].iloc[find_item(desk.log, title)]) for title in titles}
    assert not labels & set(had)
    assert sum(int(label[1:]) < 30 for label in labels) >= 4


def test_a_newcomer_is_folded_in_by_label_or_title(finished: Path) -> None:
    desk = open_desk(finished)
    assert recommend(desk, ["i31", "Title 33"]) == recommend(desk, ["title 31", "i33"])
    assert recommend(desk, ["i31", "i33"]) != recommend(desk, ["i1", "i3"])


def test_somebody_of_whom_nothing_is_known_gets_what_is_popular(finished: Path) -> None:
    desk = open_desk(finished)
    counts = desk.training.known["item"].value_counts()
    top = find_item(desk.log, recommend(desk, [])[0])
    assert counts[top] >= counts.quantile(0.8)


def test_an_unknown_user_is_told_what_to_do_instead(finished: Path) -> None:
    with pytest.raises(ProjectError, match="nothing is known of user 'u999'") as caught:
        user_history(open_desk(finished), "u999")
    assert "--had" in caught.value.hint


def test_an_unknown_item_is_answered_with_those_of_a_similar_name(finished: Path) -> None:
    desk = open_desk(finished)
    with pytest.raises(ProjectError, match="no item is called 'Titel 3'") as caught:
        recommend(desk, ["Titel 3"])
    assert "'Title 3'" in caught.value.hint
    with pytest.raises(ProjectError, match="no item is called 'q'"):
        similar(desk, "q")


def test_similar_items_leave_out_the_item_itself(finished: Path) -> None:
    titles = similar(open_desk(finished), "i2")
    assert len(titles) == 5
    assert "Title 2" not in titles


def test_the_command_prints_a_list(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished)
    monkeypatch.setattr(sys, "argv", ["recommend", "--had", "i1"])
    main()
    assert capsys.readouterr().out.startswith("1. Title ")
