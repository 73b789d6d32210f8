"""project.toml of 0.x becomes one that 1.0 reads, and keeps the values and comments in it."""

from __future__ import annotations

import tomllib
from typing import Any

from mlscaffold.migrations import migrate_to_one, migrate_within_one

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
                "demo": {"type": "boolean"},
                "layout": {"type": "string"},
                "read": {"type": "object"},
                "join": {"type": "object"},
                "remove": {"type": "object", "additionalProperties": {"type": "string"}},
                "dates": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "History": {"additionalProperties": False, "properties": {"season": {"type": "string"}}},
    },
    "additionalProperties": False,
    "properties": {
        "project": {"$ref": "#/$defs/Project"},
        "data": {"$ref": "#/$defs/Data"},
        "items": {"type": "object"},
        "columns": {"type": "object"},
        "labels": {
            "additionalProperties": False,
            "properties": {"anomaly": {"type": "array"}},
        },
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
arrival = ["arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"]

[windows]
season = "week"

[metric]
tolerance = 0.2  # agreed with sales
strict = false  # for now
# ask again in May

[[data.rules]]
column = "price"  # two are broken
"""


def a_project(data: str = 'source = "a.csv"', rest: str = "") -> str:
    """A small project.toml whose table `data`, and what follows it, is given."""
    return f'[project]\ntitle = "A"\n\n[data]\n{data}\n\n{rest}'


def migrated(text: str) -> str:
    found = migrate_to_one(SCHEMA, lambda _: text.encode())["project.toml"]
    assert found is not None
    return found.decode()


def test_values_move_to_their_new_keys() -> None:
    found = tomllib.loads(migrated(OLD))
    assert found["project"] == {"title": "Demand", "goal": 0.5}
    assert found["data"]["read"] == {"sep": ";", "na_values": ["?"]}
    assert found["history"] == {"season": "week"}


def test_columns_that_make_a_date_are_joined_and_a_format_is_asked_for() -> None:
    data = tomllib.loads(migrated(OLD))["data"]
    assert data["join"]["day"] == ["y", "m", "d"]
    assert data["dates"] == {"arrival": "%Y %B %d"}
    assert "[data.dates]" in next(line for line in migrated(OLD).splitlines() if "day =" in line)


def test_rules_for_rows_to_remove_become_conditions() -> None:
    text = a_project(
        rest="""\
# What nobody bought.
[[data.remove]]
column = "user"  # mine
empty = true
reason = "nobody"

[[data.remove]]
column = "Unit price"
at_most = 0
reason = "a gift"

[[data.remove]]
column = "stars"
at_most = 1.5
reason = "a mistake"

[[data.remove]]
column = "class"
matches = 'C\\d+'
reason = "cancelled"

[columns]
user = "user"
rating = "stars"
"""
    )
    rules = tomllib.loads(migrated(text))["data"]["remove"]
    assert rules == {
        "nobody": "user.isna()",
        "a gift": "`Unit price` <= 0",
        "a mistake": "stars.astype('float') <= 1.5",
        "cancelled": r"`class`.astype('str').str.fullmatch('C\\d+')",
    }
    assert "# What nobody bought." in migrated(text)
    assert "# mine" in migrated(text)


def test_invented_data_are_named_as_the_new_code_names_them() -> None:
    text = a_project(
        'source = "sample:ratings"',
        """\
[items]
source = "sample:items"
item = "item"
title = "title"

[columns]
user = "user"
item = "item"
rating = "rating"
time = "time"
time_format = "seconds"
""",
    )
    found = tomllib.loads(migrated(text))
    assert found["data"] == {"source": "invented_visits.csv", "demo": True}
    assert found["columns"] == {
        "user": "user",
        "item": "film",
        "time": "day",
        "time_format": "%Y-%m-%d %H:%M:%S",
    }
    assert '# columns.rating = "rating"' in migrated(text)
    assert '# [items]\n# source = "sample:items"' in migrated(text)


def test_columns_of_a_file_of_votes_are_named() -> None:
    columns = '[columns]\nuser = "case"\nitem = "attribute"\n'
    text = a_project('source = "a.data"\nlayout = "dst"', columns)
    found = tomllib.loads(migrated(text))
    assert found["columns"] == {"user": "case", "item": "code"}
    assert found["data"]["read"]["names"][:2] == ["kind", "code"]
    assert "items" not in found


def test_labels_are_written_as_they_are_read() -> None:
    labels = 'anomaly = ["1.0", "ill", "2.50"]  # mine\nchoose = false  # too few\n'
    text = a_project(rest=f"[labels]\n{labels}")
    assert tomllib.loads(migrated(text))["labels"] == {"anomaly": ["1", "ill", "2.50"]}
    assert "# mine" in migrated(text)
    assert "# labels.choose = false  # too few" in migrated(text)


def test_what_is_not_read_any_more_stays_as_a_comment() -> None:
    text = migrated(OLD)
    assert "metric" not in tomllib.loads(text)
    assert "# tolerance = 0.2" in text


def test_comments_of_the_learner_stay() -> None:
    text = migrated(OLD)
    assert "# My own words." in text
    assert "# mine" in text


def test_comments_on_what_is_not_read_any_more_stay() -> None:
    text = migrated(OLD)
    assert (
        "# tolerance = 0.2  # agreed with sales\n# strict = false  # for now\n# # ask again in May"
        in text
    )
    assert '# [[data.rules]]\n# column = "price"  # two are broken' in text


def test_a_file_of_1_0_stays_as_it_is() -> None:
    assert migrated(a_project()) == a_project()


def test_a_file_that_is_no_project_is_left_alone() -> None:
    for text in (b"[project\n", b"\xff", b"title = 1\n"):
        assert migrate_to_one(SCHEMA, lambda _, text=text: text) == {}  # type: ignore[misc]
    assert migrate_to_one(SCHEMA, lambda _: None) == {}


def test_a_rule_that_is_no_condition_stays_as_a_comment_beside_those_that_are() -> None:
    text = a_project(
        rest="""\
[[data.remove]]
column = "price"
empty = true
reason = "no price"

[[data.remove]]
column = "price"  # ask sales
above = 3

[columns]
user = "user"
"""
    )
    assert tomllib.loads(migrated(text))["data"]["remove"] == {"no price": "price.isna()"}
    assert '# [[data.remove_by_hand]]\n# column = "price"  # ask sales\n# above = 3' in migrated(
        text
    )
    assert tomllib.loads(migrated(text))["columns"] == {"user": "user"}


def test_kinds_of_anomaly_become_columns_that_are_no_features() -> None:
    schema = {"properties": {"columns": {"type": "object"}}}
    text = b'[project]\n\n[columns]\nid = ["UDI"]\ntypes = ["TWF", "HDF"]\n'
    found = migrate_to_one(schema, lambda _: text)["project.toml"]
    assert found is not None
    assert tomllib.loads(found.decode())["columns"] == {"id": ["UDI", "TWF", "HDF"]}


PROPERTIES = {**SCHEMA["properties"], "rule_of_thumb": {"type": "object"}}
ASKING = {**SCHEMA, "properties": PROPERTIES, "required": ["project", "rule_of_thumb"]}
COLUMNS = """[columns]
target = "rent"
numeric = ["room_area"]
slices = ["side"]  # of the river
categorical = ["side"]
"""


def declared(text: str) -> Any:
    content = migrate_within_one(ASKING, lambda _: text.encode())["project.toml"]
    assert content is not None
    assert content.decode().startswith(text)
    return tomllib.loads(content.decode())["rule_of_thumb"]


def test_a_rule_of_thumb_that_was_looked_up_is_written_down() -> None:
    rule = {"by": ["side"], "label": "the mean of earlier rows with a similar side"}
    assert declared(a_project(rest=COLUMNS)) == rule


def test_a_rule_of_thumb_names_its_column_in_words() -> None:
    numeric = '[columns]\ntarget = "rent"\nnumeric = ["room_area"]\n'
    assert declared(a_project(rest=numeric))["label"].endswith("a similar room area")
    labelled = f'{numeric}\n[columns.labels]\nroom_area = "floor space"\n'
    assert declared(a_project(rest=labelled))["label"].endswith("a similar floor space")


def test_without_a_column_to_look_up_the_rule_of_thumb_is_one_mean() -> None:
    text = a_project(rest='[columns]\ntarget = "rent"\ndate = ["day"]\n')
    assert declared(text) == {"label": "the mean of all earlier rows"}


def test_a_rule_of_thumb_that_is_declared_or_not_asked_for_stays_as_it_is() -> None:
    for rest, schema in (
        (f'{COLUMNS}\n[rule_of_thumb]\nlabel = "as last year"\n', ASKING),
        (COLUMNS, SCHEMA),
    ):
        text = a_project(rest=rest).encode()
        assert migrate_within_one(schema, lambda _, text=text: text) == {"project.toml": text}  # type: ignore[misc]


def test_a_project_of_the_old_design_is_given_its_rule_of_thumb_above_what_is_not_read() -> None:
    old = f"{OLD}\n{COLUMNS}"
    content = migrate_to_one(ASKING, lambda _: old.encode())["project.toml"]
    assert content is not None
    assert tomllib.loads(content.decode())["rule_of_thumb"]["by"] == ["side"]
    assert content.index(b"[rule_of_thumb]") < content.index(b"# Templates 1.0 do not read")


def test_a_file_that_is_no_project_is_given_no_rule_of_thumb() -> None:
    assert migrate_within_one(ASKING, lambda _: b"[project") == {}


def test_limits_that_are_not_read_any_more_stay_as_comments() -> None:
    text = a_project(rest=f"{COLUMNS}\n[monitor]\npsi = 0.3  # the season moves much\n").encode()
    content = migrate_within_one(ASKING, lambda _: text)["project.toml"]
    assert content is not None
    assert "monitor" not in tomllib.loads(content.decode())
    assert b"# [monitor]\n# psi = 0.3  # the season moves much\n" in content
