"""project.toml of 0.x becomes one that 1.0 reads, and keeps the values and comments in it."""

from __future__ import annotations

import tomllib
from typing import Any

from mlscaffold.migrations import migrate_to_one

SCHEMA: dict[str, Any] = {
    "$defs": {
        "Project": {
            "additionalProperties": False,
            "properties": {"title": {"type": "string"}, "goal": {"type": "number"}},
        },
        "Data": {
            "additionalProperties": False,
            "properties": {
                "source": {"type": "string"},
                "read": {"type": "object"},
                "dates": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "History": {"additionalProperties": False, "properties": {"season": {"type": "string"}}},
    },
    "additionalProperties": False,
    "properties": {
        "project": {"$ref": "#/$defs/Project"},
        "data": {"$ref": "#/$defs/Data"},
        "history": {"anyOf": [{"$ref": "#/$defs/History"}, {"type": "null"}]},
    },
}
OLD = """\
# My own words.
[project]
title = "Demand"  # mine
success_improvement = 0.5  # of the baseline

[data]
source = "hour.csv"
separator = ";"
na_values = ["?"]

[data.dates]
day = ["y", "m", "d"]

[windows]
season = "week"

[metric]
tolerance = 0.2  # agreed with sales
# ask again in May

[[data.remove]]
column = "price"  # two are broken
"""


def migrated(text: str) -> str:
    found = migrate_to_one(SCHEMA, lambda _: text.encode())["project.toml"]
    assert found is not None
    return found.decode()


def test_values_move_to_their_new_keys() -> None:
    found = tomllib.loads(migrated(OLD))
    assert found["project"] == {"title": "Demand", "goal": 0.5}
    assert found["data"] == {"source": "hour.csv", "read": {"sep": ";", "na_values": ["?"]}}
    assert found["history"] == {"season": "week"}


def test_what_is_not_read_any_more_stays_as_a_comment() -> None:
    text = migrated(OLD)
    assert "metric" not in tomllib.loads(text)
    assert '# day = ["y", "m", "d"]' in text
    assert "# tolerance = 0.2" in text


def test_comments_of_the_learner_stay() -> None:
    text = migrated(OLD)
    assert "# My own words." in text
    assert "# mine" in text


def test_comments_on_what_is_not_read_any_more_stay() -> None:
    text = migrated(OLD)
    assert "# tolerance = 0.2  # agreed with sales\n# # ask again in May" in text
    assert '# [[data.remove]]\n# column = "price"  # two are broken' in text


def test_a_file_of_1_0_stays_as_it_is() -> None:
    text = '[project]\ntitle = "A"\n\n[data]\nsource = "a.csv"\n'
    assert migrated(text) == text


def test_a_file_that_is_no_project_is_left_alone() -> None:
    for text in (b"[project\n", b"\xff", b"title = 1\n"):
        assert migrate_to_one(SCHEMA, lambda _, text=text: text) == {}  # type: ignore[misc]
    assert migrate_to_one(SCHEMA, lambda _: None) == {}
