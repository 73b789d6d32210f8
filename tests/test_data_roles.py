"""What columns are taken for, which of them give the target away, and what is chosen for a file."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from mlscaffold.data.advice import lacking
from mlscaffold.data.look import TargetMissingError
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.errors import MlscaffoldError
from mlscaffold.release import TEMPLATES

Cell = Callable[[int], object]


@pytest.fixture
def plan_of(tmp_path: Path) -> Callable[..., OwnData]:
    """Looks at a table whose columns are given as functions of the number of the row."""

    def make(
        cells: dict[str, Cell],
        *,
        target: str | None = None,
        kind: str | None = None,
        rows: int = 600,
    ) -> OwnData:
        lines = [
            ",".join(cells),
            *(",".join(str(f(n)) for f in cells.values()) for n in range(rows)),
        ]
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines) + "\n")
        return look(Wish(str(path), kind, target))

    return make


@cache
def noise(n: int, seed: int = 0) -> float:
    return random.Random(1000 * seed + n).random()


def scattered(factor: int, n: int) -> int:
    return n * factor % 97


def day(n: int) -> str:
    return f"{2020 + n // 336}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d}"


PRICES: dict[str, Cell] = {
    "area": lambda n: 50 + n * 7 % 90,
    "district": lambda n: "north south west".split()[n % 3],
    "price": lambda n: round(1000 + 20 * (n * 7 % 90) + 300 * noise(n), 2),
}


def shop(n: int) -> tuple[int, int, int, int]:
    a, b, c, d = (int(1 + 90 * noise(n, seed)) for seed in range(11, 15))
    return a, b, c, d


def discount(n: int) -> float:
    return int(5 * noise(n, 15)) / 10


def role(own: OwnData, name: str) -> str:
    return own.plan.roles[name].role


@pytest.mark.parametrize(
    ("name", "cell", "wanted"),
    [
        ("rownum", lambda n: n + 1, "id"),
        ("", lambda n: 3 * n + n % 2, "id"),
        ("customer_id", lambda n: f"C{n * 31 % 997:04d}", "id"),
        ("zip", lambda n: 8000 + n % 25, "categorical"),
        ("season", lambda n: n % 4 + 1, "categorical"),
        ("serial", lambda n: 70_000_000 + n * 7919 % 599 * 12_345, "id"),
        ("people", lambda n: int(1.03 ** (n * 7 % 599)) * 1000 + n, "numeric"),
        ("visits", lambda n: n % 5, "numeric"),
        ("member", lambda n: n % 2, "categorical"),
        ("country", lambda n: ("AT", "DE", "FR")[n // 7 % 3], "categorical"),
        ("constant", lambda _: "x", "drop"),
        ("empty", lambda _: "", "drop"),
        ("mail", lambda n: f"person{n}@example.org", "drop"),
        ("customer_name", lambda n: f"Ada{n * 7 % 599} Smith", "drop"),
        ("name", lambda n: f"Smith Mrs. Ada Maria von Berg {n * 7 % 599}", "drop"),
        ("individual", lambda n: n // 4, "id"),
        ("car_name", lambda n: f"model {n * 7 % 599} turbo", "text"),
        ("seen_on", day, "date"),
        ("note", lambda n: f"the {n}th thing we saw was {n * 7 % 91} apples", "text"),
    ],
)
def test_columns_have_the_role_that_their_values_and_name_suggest(
    plan_of: Callable[..., OwnData], name: str, cell: Cell, wanted: str
) -> None:
    own = plan_of({name: cell} | PRICES, target="price")
    assert role(own, name or "Unnamed: 0") == wanted
    assert own.plan.roles[name or "Unnamed: 0"].reason


def test_two_columns_that_add_up_to_the_target_are_left_out(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "online": lambda n: n * 3 % 41,
        "shop": lambda n: n * 5 % 37,
        "sales": lambda n: n * 3 % 41 + n * 5 % 37,
    }
    own = plan_of(cells, target="sales")
    assert (role(own, "online"), role(own, "shop")) == ("drop", "drop")
    assert "online + shop = sales" in own.plan.roles["shop"].reason


@pytest.mark.parametrize(
    ("cell", "formula"),
    [
        (lambda n: sum(shop(n)), "north + south + east + west"),
        (
            lambda n: round(0.5 * shop(n)[0] + 2 * shop(n)[1] - shop(n)[2], 1),
            "0.5 * north + 2 * south - east",
        ),
        (
            lambda n: round(shop(n)[0] * shop(n)[1] * (1 - discount(n)), 2),
            "north * south * (1 - discount)",
        ),
        (
            lambda n: round((2 * shop(n)[0] + 5 * shop(n)[1]) / shop(n)[3], 2),
            "(2 * north + 5 * south) / west",
        ),
    ],
)
def test_several_columns_that_make_up_the_target_are_left_out(
    plan_of: Callable[..., OwnData], cell: Cell, formula: str
) -> None:
    parts: dict[str, Cell] = {
        name: lambda n, place=place: shop(n)[place]  # type: ignore[misc]
        for place, name in enumerate("north south east west".split())
    }
    own = plan_of(PRICES | parts | {"discount": discount, "sales": cell}, target="sales")
    left_out = own.plan.flagged("leak")
    assert formula in own.plan.roles[left_out[0]].reason
    assert {*left_out} == {name for name in [*parts, "discount"] if name in formula}
    assert role(own, "area") == "numeric"
    assert sum(danger.startswith("leakage") for danger in own.plan.dangers) == 1


def test_of_what_came_before_and_the_change_since_only_the_change_is_left_out(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = {
        "area": PRICES["area"], "rate_1": lambda n: shop(n)[0], "change": lambda n: shop(n)[1] - 9,
        "rate": lambda n: shop(n)[0] + shop(n)[1] - 9,
    }  # fmt: skip
    own = plan_of(cells, target="rate")
    assert (role(own, "rate_1"), role(own, "change")) == ("numeric", "drop")


def test_a_sum_that_is_only_nearly_the_target_is_a_feature(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = {"a": lambda n: shop(n)[0], "b": lambda n: shop(n)[1], "c": lambda n: shop(n)[2]}
    own = plan_of(
        {**cells, "y": lambda n: sum(shop(n)[:3]) + round(3 * noise(n, 9), 2)}, target="y"
    )
    assert not own.plan.flagged("leak")


def test_how_long_somebody_was_followed_is_known_only_at_the_end(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "time": lambda n: round(1000 * noise(n, 5)),
        "cens": lambda n: int(noise(n, 5) + 0.5 * noise(n, 6) > 0.8),
    }
    assert role(plan_of(cells, target="cens"), "time") == "drop"


def test_a_column_called_like_the_target_behind_a_letter_is_made_of_it(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(PRICES | {"dprice": lambda n: 20 * (n * 7 % 90) + 900 * noise(n)}, target="price")
    assert role(own, "dprice") == "drop"


def test_a_column_that_tells_the_target_alone_is_left_out(plan_of: Callable[..., OwnData]) -> None:
    cells = PRICES | {
        "churn": lambda n: "yes" if noise(n, 3) < 0.3 else "no",
        "state": lambda n: "gone" if noise(n, 3) < 0.3 else ("new", "old")[n % 2],
    }
    own = plan_of(cells, target="churn")
    assert role(own, "state") == "drop"
    assert any("leakage" in danger and "state" in danger for danger in own.plan.dangers)


def test_a_flag_that_is_only_set_with_the_rare_class_is_left_out(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "failure": lambda n: int(n % 17 == 0),
        "worn": lambda n: int(n % 34 == 0),
    }
    assert role(plan_of(cells, target="failure"), "worn") == "drop"


def test_what_is_known_later_by_its_name_and_tells_much_is_left_out(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "duration": lambda n: round(100 * noise(n, 5)),
        "bought": lambda n: int(noise(n, 5) + 0.3 * noise(n, 6) > 0.8),
    }
    own = plan_of(cells, target="bought")
    assert role(own, "duration") == "drop"
    assert "later" in own.plan.roles["duration"].flags


def test_a_copy_of_a_column_is_left_out(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"feet": lambda n: 3 * (50 + n * 7 % 90)}, target="price")
    assert sorted((role(own, "area"), role(own, "feet"))) == ["drop", "numeric"]


def test_a_date_that_stands_a_second_time_as_a_number_is_left_out(
    plan_of: Callable[..., OwnData],
) -> None:
    twice = {"number": lambda n: 18_000 + 5 * (n // 2), "date": lambda n: day(n // 2)}
    own = plan_of(PRICES | twice, target="price")
    assert (role(own, "date"), role(own, "number")) == ("date", "drop")


def test_rows_in_time_are_split_by_time(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"date": day}, target="price")
    assert (own.plan.split.value, own.plan.split.by) == ("time", "date")


def test_an_address_that_many_rows_share_for_want_of_one_is_no_group(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(PRICES | {"image_url": lambda n: "none" if n % 3 else f"x{n}"}, target="price")
    assert own.plan.split.value == "random"


def test_a_file_in_order_of_a_counted_day_is_split_by_it(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"day": lambda n: n // 7}, target="price")
    assert (own.plan.split.value, own.plan.split.by) == ("time", "day")
    mixed = plan_of(PRICES | {"day": lambda n: n * 31 % 85}, target="price")
    assert mixed.plan.split.value == "random"


def test_rows_of_the_same_patient_stay_together(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"patient_id": lambda n: f"P{n % 60:03d}"}, target="price")
    assert (own.plan.split.value, own.plan.split.by) == ("group", "patient_id")


def test_stores_that_come_back_are_divided_by_time_and_known_by_their_level(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"date": lambda n: day(n % 30), "store_id": lambda n: 100 + n // 30}
    own = plan_of(cells, target="price", rows=30 * 25)
    assert (own.plan.split.value, own.plan.split.by) == ("time", "date")
    assert "100% of them are about a store seen in earlier rows" in own.plan.split.reason
    assert 'kind = "group" and by = "store_id"' in own.plan.split.reason
    assert role(own, "store_id") == "categorical"


def test_people_seen_in_a_few_years_are_divided_by_time_and_looked_up(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "person": lambda n: n // 8, "year": lambda n: 2010 + n % 8,
        "wage": lambda n: round(1000 * noise(n // 8) + 100 * noise(n), 2),
    }  # fmt: skip
    own = plan_of(cells, target="wage", rows=800)
    assert (own.plan.split.value, own.plan.split.by, own.plan.folds) == ("time", "year", 3)
    assert (role(own, "person"), own.plan.rule[0]) == ("id", "person")
    assert "earlier rows with the same person" in own.settings()["rule_of_thumb"]["label"]
    few = plan_of(cells | {"year": lambda n: 2010 + n % 4}, target="wage", rows=800)
    assert (few.plan.split.value, few.plan.split.by) == ("group", "person")


def test_what_never_changes_is_asked_of_things_never_seen(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "date": lambda n: day(n % 20), "machine_id": lambda n: f"M{n // 20}",
        "kind": lambda n: "pump fan".split()[n // 20 * 7 % 3 % 2],
    }  # fmt: skip
    own = plan_of(cells, target="kind")
    assert (own.plan.split.value, own.plan.split.by) == ("group", "machine_id")
    assert "never changes within a machine" in own.plan.split.reason


def test_year_month_and_day_become_one_date(plan_of: Callable[..., OwnData]) -> None:
    cells = PRICES | {
        "arrival_year": lambda n: 2018 + n // 300,
        "arrival_month": lambda n: "January May August".split()[n // 100 % 3],
        "arrival_day": lambda n: n % 28 + 1,
    }
    own = plan_of(cells, target="price")
    assert own.plan.split.by == "arrival"
    assert own.settings()["data"]["dates"]["arrival"] == "%Y %B %d"


def test_a_class_that_a_stretch_of_time_lacks_is_put_together_with_another(
    plan_of: Callable[..., OwnData],
) -> None:
    def weather(n: int) -> str:
        return "snow" if n in range(20, 40) else ("sun", "rain", "fog")[n * 7 % 5 % 3]

    own = plan_of(PRICES | {"date": day, "weather": weather}, target="weather")
    assert own.plan.split.value == "time"
    assert len(own.plan.classes) == 4
    assert own.plan.classes["snow"] == own.plan.classes["fog"] == "other classes"
    assert any(said.startswith("classes: ") and "snow" in said for said in own.plan.dangers)


def test_where_time_would_hide_a_class_rows_are_divided_without_it(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(PRICES | {"date": day, "done": lambda n: "no yes".split()[n < 40]}, target="done")
    assert own.plan.split.value == "stratified"
    assert "no row of done" in own.plan.split.reason


def test_a_rare_class_is_never_judged_by_accuracy(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"fraud": lambda n: int(n % 20 == 3)}, target="fraud")
    assert own.plan.metric.value == "average_precision"
    assert any(danger.startswith("imbalance") for danger in own.plan.dangers)


@pytest.mark.parametrize(
    ("cells", "rows", "word"),
    [
        (PRICES, 100, "few rows"),
        (PRICES | {"price": lambda n: min(2000, 1000 + n * 13 % 1500)}, 600, "capped"),
        (PRICES | {"price": lambda n: n % 30 if n % 4 == 0 else 7}, 600, "nearly constant"),
        (PRICES | {"price": lambda n: n % 50 + n}, 600, "drift"),
        (PRICES | {"price": lambda n: n % 90 * 10}, 600, "copies"),
        (PRICES | {"price": lambda n: 50 * (n * 7 % 83)}, 600, "rounded"),
    ],
)
def test_dangers_are_said_before_anything_is_trained(
    plan_of: Callable[..., OwnData], cells: dict[str, Cell], rows: int, word: str
) -> None:
    own = plan_of(cells, target="price", rows=rows)
    assert any(danger.startswith(word) for danger in own.plan.dangers)
    assert word in tomlkit.dumps(own.settings())


@pytest.mark.parametrize(
    ("target", "cell", "unit"),
    [
        ("price", lambda n: round(1000 + noise(n), 2), "units"),
        ("price_eur", lambda n: round(1000 + noise(n), 2), "euros"),
        ("price", lambda n: f"{1000 + n * 13 % 77} $", "dollars"),
        ("mass (kg)", lambda n: round(70 + noise(n), 2), "kg"),
        ("miles_per_gallon", lambda n: 10 + n % 37, "miles per gallon"),
        ("visitors", lambda n: n * 13 % 401, "visitors"),
    ],
)
def test_the_unit_is_what_signs_or_name_say_and_nothing_made_up(
    plan_of: Callable[..., OwnData], target: str, cell: Cell, unit: str
) -> None:
    own = plan_of({"area": PRICES["area"], target: cell}, target=target, kind="regression")
    assert own.settings()["columns"]["unit"] == unit


@pytest.mark.parametrize(
    ("target", "values", "classes", "question"),
    [
        ("churn", "No Yes", ["no churn", "churners"], "Which cases will churn?"),
        ("survived", "0 1", ["not survived", "survivors"], "Which cases will survive?"),
        ("is_canceled", "0 1", ["not canceled", "canceled"], "Which cases will be canceled?"),
        ("approve", "N Y", ["not approved", "approved"], "Which cases will be approved?"),
        (
            "Machine failure",
            "0 1",
            ["no machine failure", "failures"],
            "Which machines will fail?",
        ),
        (
            "heart_failure",
            "0 1",
            ["no heart failure", "heart failure"],
            "Heart failure: yes or no?",
        ),
        ("diabetes", "no yes", ["no diabetes", "diabetes"], "Diabetes: yes or no?"),
        ("y", "no yes", ["no", "yes"], "Will it be yes or no?"),
        ("class", "0 1", ["class 0", "class 1"], "Will the class be 0 or 1?"),
        ("risk", "0 1", ["risk 0", "risk 1"], "Will the risk be 0 or 1?"),
        ("brand", "CH MM", ["CH", "MM"], "Will the brand be CH or MM?"),
    ],
)
def test_classes_are_asked_for_in_words_that_people_use(
    plan_of: Callable[..., OwnData], target: str, values: str, classes: list[str], question: str
) -> None:
    cells = PRICES | {target: lambda n: values.split()[int(noise(n, 9) < 0.4)]}
    settings = plan_of(cells, target=target).settings()
    assert [*settings["classes"].values()] == classes
    assert settings["project"]["question"] == question


@pytest.mark.parametrize(
    ("target", "cell", "question", "title"),
    [
        ("price", lambda n: n + 0.5, "What will the price be?", "Predicting the price"),
        (
            "value_eur",
            lambda n: n + 0.5,
            "What will the value be, in euros?",
            "Predicting the value",
        ),
        (
            "torque [Nm]",
            lambda n: n + 0.5,
            "What will the torque be, in Nm?",
            "Predicting the torque",
        ),
        (
            "visitors",
            lambda n: n * 7 % 400,
            "How many visitors will there be?",
            "Predicting the number of visitors",
        ),
        (
            "miles_per_gallon",
            lambda n: n % 37,
            "How many miles per gallon will it be?",
            "Predicting miles per gallon",
        ),
        ("x1", lambda n: n + 0.5, "What will x1 be?", "Predicting x1"),
    ],
)
def test_a_number_is_asked_for_in_words_that_people_use(
    plan_of: Callable[..., OwnData], target: str, cell: Cell, question: str, title: str
) -> None:
    cells = {"area": PRICES["area"], target: cell}
    project = plan_of(cells, target=target, kind="regression").settings()["project"]
    assert (project["question"], project["title"]) == (question, title)


def test_columns_are_called_by_words_in_lower_case_with_their_units(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"Air temperature [K]": lambda n: n % 71, "Tool wear [min]": lambda n: n % 83}
    labels = plan_of(cells, target="price").settings()["columns"]["labels"]
    assert labels == {
        "Air temperature [K]": "air temperature (K)",
        "Tool wear [min]": "tool wear (min)",
    }


def test_where_nearly_all_say_yes_the_few_others_are_to_be_found(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(PRICES | {"approved": lambda n: int(noise(n, 9) < 0.9)}, target="approved")
    assert [*own.plan.classes.values()] == ["approved", "not approved"]
    assert own.settings()["project"]["question"] == "Which cases will not be approved?"
    assert own.plan.metric.value == "average_precision"


def test_rows_are_called_by_what_their_identifier_names(plan_of: Callable[..., OwnData]) -> None:
    named = plan_of(CLASSES | {"customerID": lambda n: f"C{n}-{n * 7}"}, target="churn")
    assert named.settings()["columns"]["unit"] == "customers"
    assert plan_of(CLASSES, target="churn").settings()["columns"]["unit"] == "cases"


def test_the_rule_of_thumb_speaks_of_earlier_rows_only_where_there_are_any(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"price": lambda n: n * 7 % 90 + 30 * (n % 3) + noise(n)}
    settings = plan_of(cells, target="price").settings()
    said = settings["rule_of_thumb"]["label"]
    assert said == "the mean price of rows with the same district and a similar area"
    timed = plan_of(cells | {"date": day}, target="price").settings()
    assert "of earlier rows" in timed["rule_of_thumb"]["label"]


def test_the_number_of_the_file_that_a_row_is_from_is_no_measurement(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(PRICES | {"file": lambda n: n // 30}, target="price")
    assert own.plan.roles["file"].role == "id"


def test_the_only_column_that_can_be_a_target_is_taken(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of({"code_id": lambda n: f"C{n}", "seen_on": day, "weather": lambda n: "ab"[n % 2]})
    assert own.plan.target == "weather"


@pytest.mark.parametrize(("name", "values"), [("gender", "ab"), ("column_7", "MF")])
def test_sensitive_columns_become_slices(
    plan_of: Callable[..., OwnData], name: str, values: str
) -> None:
    own = plan_of(PRICES | {name: lambda n: values[n % 2]}, target="price")
    assert name in own.settings()["columns"]["slices"]


RATINGS: dict[str, Cell] = {
    "user_id": lambda n: n % 40,
    "movie_id": lambda n: n * 7 % 53,
    "rating": lambda n: n % 5 + 1,
    "timestamp": lambda n: 1_300_000_000 + 5000 * n,
}
SERIES: dict[str, Cell] = {
    "time": lambda n: f"2020-01-{n // 24 + 1:02d} {n % 24:02d}:00:00",
    "value": lambda n: round(10 + noise(n), 3),
}
CLASSES: dict[str, Cell] = PRICES | {"churn": lambda n: ("no", "yes")[int(noise(n, 9) < 0.4)]}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (PRICES, "regression"),
        (CLASSES, "classification"),
        (RATINGS, "recommender"),
        (SERIES, "anomaly"),
    ],
)
def test_the_type_follows_from_the_file_and_its_settings_fit_the_schema(
    plan_of: Callable[..., OwnData], cells: dict[str, Cell], kind: str
) -> None:
    own = plan_of(cells)
    assert own.kind == kind
    schema = json.loads((TEMPLATES / "schemas" / f"{kind}.json").read_text())
    errors = Draft202012Validator(schema).iter_errors(own.settings(schema).unwrap())
    assert [error.message for error in errors] == []


def test_a_log_of_few_users_is_called_thin(plan_of: Callable[..., OwnData]) -> None:
    def log(users: int) -> dict[str, Cell]:
        return {
            "user_id": lambda n: n * 7 % users, "item_id": lambda n: n * 31 % 83,
            "rating": lambda n: n % 5 + 1,
        }  # fmt: skip

    few, many = (plan_of(log(n), kind="recommender", rows=900) for n in (50, 300))
    assert any(danger.startswith("thin: 50 users") for danger in few.plan.dangers)
    assert not any(danger.startswith("thin") for danger in many.plan.dangers)


def test_titles_of_items_and_rows_that_took_none_are_seen(plan_of: Callable[..., OwnData]) -> None:
    cells = RATINGS | {"title": lambda n: f"Film {n * 7 % 53}", "quantity": lambda n: n % 9 - 1}
    settings = plan_of(cells, kind="recommender").settings()
    assert (settings["items"]["source"], settings["items"]["title"]) == ("table.csv", "title")
    assert [*settings["data"]["remove"].values()] == ["quantity <= 0"]
    assert settings["columns"]["labels"] == {"movie_id": "movie"}


def test_a_category_of_items_is_no_title(plan_of: Callable[..., OwnData]) -> None:
    cells = RATINGS | {"label": lambda n: "drama comedy".split()[n * 7 % 53 % 2]}
    assert "items" not in plan_of(cells, kind="recommender").settings()


def test_a_label_of_anomalies_in_a_series_is_no_class_to_divide_at_random(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(SERIES | {"anomaly": lambda n: int(n % 150 < 5)}, target="anomaly")
    assert (own.kind, own.plan.target, own.plan.split.value) == ("anomaly", "anomaly", "time")


def test_seconds_since_1970_become_dates_where_a_series_needs_them(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of({"timestamp": RATINGS["timestamp"], "value": SERIES["value"]})
    assert own.kind == "anomaly"
    assert own.settings()["columns"]["time"] == "timestamp"
    assert "made_from" in own.settings()["data"]


def test_without_a_clear_target_the_candidates_are_listed(plan_of: Callable[..., OwnData]) -> None:
    cells: dict[str, Cell] = {name: partial(scattered, k) for k, name in enumerate("abcd", 3)}
    with pytest.raises(TargetMissingError, match=r"`a`.*`d`|`d`.*`a`"):
        plan_of(cells)


@pytest.mark.parametrize(
    ("target", "said"),
    [("prise", "no column `prise`"), ("same", "always 1"), ("gaps", "missing")],
)
def test_a_target_that_cannot_be_one_is_refused(
    plan_of: Callable[..., OwnData], target: str, said: str
) -> None:
    cells = PRICES | {"same": lambda _: 1, "gaps": lambda _: ""}
    with pytest.raises(MlscaffoldError, match=said) as caught:
        plan_of(cells, target=target)
    assert caught.value.hint


def test_an_answer_about_day_and_month_makes_a_date(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [
        f"{n % 12 + 1:02d}/{n * 5 % 12 + 1:02d}/2020,{n * 7 % 50},{n * 3 % 77}" for n in range(300)
    ]
    path.write_text("\n".join(["on,area,price", *lines]))
    asked: list[str] = []

    def ask(question: str, default: Any = None) -> str:
        asked.append(question)
        return "month"

    silent, spoken = look(Wish(str(path))), look(Wish(str(path), ask=ask))
    assert role(silent, "on") == "id"
    assert role(spoken, "on") == "date"
    assert spoken.settings()["data"]["dates"]["on"] == "%m/%d/%Y"
    assert len(asked) == 1


def test_no_more_than_three_questions_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    names = [f"on_{k}" for k in range(6)]
    lines = [
        ",".join(f"{n % 12 + 1:02d}/{n * 5 % 12 + 1:02d}/2020" for _ in names) for n in range(99)
    ]
    numbers = [f",{n * 7 % 50},{n * 3 % 77}" for n in range(99)]
    both: Sequence[str] = [a + b for a, b in zip(lines, numbers, strict=True)]
    path.write_text("\n".join([",".join([*names, "a", "b"]), *both]))
    asked: list[str] = []

    def ask(question: str, default: Any = None) -> str:
        asked.append(question)
        return str(default)

    with pytest.raises(TargetMissingError):
        look(Wish(str(path), ask=ask))
    assert len(asked) == 3


def test_a_total_that_holds_the_target_is_left_out_and_never_the_rule_of_thumb(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "fare": lambda n: shop(n)[0],
        "tip": lambda n: shop(n)[1] // 8,
        "total": lambda n: shop(n)[0] + shop(n)[1] // 8 + int(3 * noise(n, 16)),
    }
    own = plan_of(cells, target="tip")
    assert (role(own, "fare"), role(own, "total")) == ("numeric", "drop")
    assert "it contains tip" in own.plan.roles["total"].reason
    assert "total" not in own.plan.rule


def test_a_total_that_is_only_never_less_than_the_target_is_asked_about(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "calls": lambda n: shop(n)[0],
        "total_minutes": lambda n: round(shop(n)[0] * (3 + 9 * noise(n, 17))),
    }
    own = plan_of(cells, target="calls")
    assert role(own, "total_minutes") == "numeric"
    assert "late?" in own.plan.roles["total_minutes"].flags
    assert "total_minutes" not in own.plan.rule


def test_a_single_rare_class_is_left_out_and_joined_to_no_large_one(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"place": lambda n: "isle" if n < 4 else ("bay", "sea", "hill")[n % 3]}
    own = plan_of(cells, target="place")
    assert {*own.plan.classes.values()} == {"bay", "sea", "hill"}
    assert own.settings()["data"]["read"]["na_values"] == ["isle"]
    assert any(said.startswith("left out: isle (4)") for said in own.plan.dangers)


def test_the_reason_of_the_metric_counts_rows_after_rare_classes_are_put_together(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"note": lambda n: "late" if n % 8 else f"note {n // 16}"}
    own = plan_of(cells, target="note", kind="classification", rows=160)
    assert len({*own.plan.classes.values()}) == 2
    assert own.plan.metric.reason.startswith("only 12% of the rows")
    assert any("and 4 more are put together" in said for said in own.plan.dangers)


def test_a_share_is_never_rounded_to_all_of_the_rows(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"fraud": lambda n: int(n % 200 == 7)}, target="fraud", rows=4000)
    assert "0.5% of the rows" in own.plan.metric.reason
    assert "right 99.5% of the time" in own.plan.metric.reason


def test_rows_that_say_nothing_of_the_target_are_told(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"mark": lambda n: "" if n % 4 else "ab"[n % 3 % 2]}, target="mark")
    assert any(said.startswith("unlabelled: 75% of the rows") for said in own.plan.dangers)


def test_classes_that_differ_in_punctuation_only_are_one(plan_of: Callable[..., OwnData]) -> None:
    cells = PRICES | {
        "income": lambda n: ("<=50K", ">50K")[int(noise(n, 9) < 0.3)] + "." * (n > 400),
        "file": lambda n: "ab"[n > 400],
    }
    own = plan_of(cells, target="income")
    assert own.settings()["classes"].unwrap() == {
        "<=50K": "<=50K", "<=50K.": "<=50K", ">50K": ">50K", ">50K.": ">50K"
    }  # fmt: skip
    assert own.plan.metric.value == "log_loss"
    assert sum(said.startswith("spelling: ") for said in own.plan.dangers) == 1
    assert own.plan.rule == []  # the file tells the dot, and nothing else


def test_the_label_of_anomalies_says_of_each_row_what_is_usual(
    plan_of: Callable[..., OwnData],
) -> None:
    with pytest.raises(MlscaffoldError, match="does not say of each row") as caught:
        plan_of(SERIES, target="value", kind="anomaly")
    assert caught.value.hint
    levels = SERIES | {"valve": lambda n: 0.5 + 0.25 * (n % 9 == 0) + 0.25 * (n % 7 == 0)}
    with pytest.raises(MlscaffoldError, match="does not say of each row"):
        plan_of(levels, target="valve", kind="anomaly")
    kinds = {"fault": lambda n: ("none", "leak", "jam")[n % 30 % 3 if n % 30 < 3 else 0]}
    own = plan_of(PRICES | kinds, target="fault", kind="anomaly")
    assert {*own.settings()["labels"]["anomaly"]} == {"leak", "jam"}


def test_rows_that_another_file_repeats_are_copies(plan_of: Callable[..., OwnData]) -> None:
    halves: dict[str, Cell] = {
        name: lambda n, cell=cell: cell(n % 300)  # type: ignore[misc]
        for name, cell in PRICES.items()
    }
    own = plan_of(halves | {"file": lambda n: f"part{n // 300}"}, target="price")
    assert any(said.startswith("copies: 50%") for said in own.plan.dangers)


EVENT: dict[str, Cell] = PRICES | {
    "failure": lambda n: int(n % 10 == 3 or n % 12 == 5),
    "worn": lambda n: int(n % 10 == 3),
    "hot": lambda n: int(n % 12 == 5),
    "odd": lambda n: int(n % 31 == 8),
    "member": lambda n: int(noise(n, 21) < 0.4),
}


@pytest.mark.parametrize("kind", ["classification", "anomaly"])
def test_other_kinds_of_the_event_and_the_whole_of_it_are_no_features(
    plan_of: Callable[..., OwnData], kind: str
) -> None:
    own = plan_of(EVENT, target="worn", kind=kind)
    assert (role(own, "failure"), role(own, "hot")) == ("drop", "drop")
    assert "worn is a kind of it" in own.plan.roles["failure"].reason
    assert role(own, "member") == "categorical"
    assert "odd" in own.plan.flagged("leak" if kind == "anomaly" else "late?")


def test_a_flag_of_which_others_are_kinds_is_the_label_of_anomalies(
    plan_of: Callable[..., OwnData],
) -> None:
    own = plan_of(EVENT, kind="anomaly")
    assert own.plan.target == "failure"
    assert {role(own, name) for name in ("worn", "hot", "odd")} == {"drop"}


def test_a_flag_that_is_set_wherever_the_target_is_is_asked_about(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {"change": lambda n: int(n % 30 == 3), "state": lambda n: int(n % 10 < 4)}
    own = plan_of(cells, target="change")
    assert "late?" in own.plan.roles["state"].flags
    assert any("set wherever change is" in said for said in own.plan.dangers)


def test_scales_of_few_numbers_are_taken_alike_and_the_choice_is_said(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = PRICES | {
        "contentment": lambda n: 1 + int(4 * noise(n, 3)),
        "involvement": lambda n: 1 + int(4 * noise(n, 4)),
    }
    amount = plan_of(cells, target="contentment")
    assert (amount.kind, role(amount, "involvement")) == ("regression", "numeric")
    assert "4 numbers are taken for an amount" in amount.plan.why
    classes = plan_of(cells, target="contentment", kind="classification")
    assert role(classes, "involvement") == "categorical"
    assert "4 numbers are taken for classes" in classes.plan.why


def test_the_file_that_a_row_is_from_is_learned_and_looked_up_where_it_tells_something(
    plan_of: Callable[..., OwnData],
) -> None:
    cells: dict[str, Cell] = {
        "day": day,
        "price": lambda n: 100 * (n % 4) + round(10 * noise(n), 2),
        "file": lambda n: f"shop_{n % 4}",
    }
    own = plan_of(cells, target="price")
    assert (role(own, "file"), own.plan.rule) == ("categorical", ["file"])
    assert (
        own.settings()["rule_of_thumb"]["label"]
        == "the mean price of earlier rows with the same file"
    )


def test_a_log_that_is_split_by_its_seconds_is_not_said_to_lack_a_time(
    plan_of: Callable[..., OwnData],
) -> None:
    cells = {f"column_{n}": cell for n, cell in enumerate(RATINGS.values(), 1)}
    own = plan_of(cells, kind="recommender")
    assert own.plan.split.value == "time"
    assert not any("by time" in said for said in lacking(own.plan))


def test_categories_that_differ_in_case_only_are_told(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"town": lambda n: ("Graz", "graz", "Linz")[n // 5 % 3]}, target="price")
    assert any("in town differ in case" in said for said in own.plan.dangers)


def test_a_class_of_too_few_rows_to_be_tested_is_refused(plan_of: Callable[..., OwnData]) -> None:
    with pytest.raises(MlscaffoldError, match="has only 3 rows") as caught:
        plan_of(PRICES | {"broken": lambda n: int(n < 3)}, target="broken")
    assert "bring more" in caught.value.hint


def test_features_beside_a_label_that_are_many_are_not_asked_about(
    plan_of: Callable[..., OwnData],
) -> None:
    days: dict[str, Cell] = {f"is_{d}": lambda n, d=d: int(n % 7 == d) for d in range(7)}  # type: ignore[misc]
    own = plan_of(PRICES | days | {"weekend": lambda n: int(n % 7 > 4)}, target="weekend")
    assert (role(own, "is_5"), role(own, "is_6")) == ("drop", "drop")
    assert own.plan.flagged("late?") == []


def test_folds_are_counted_by_the_rows_that_have_a_target(plan_of: Callable[..., OwnData]) -> None:
    own = plan_of(PRICES | {"mark": lambda n: "" if n % 12 else "ab"[n // 12 % 2]}, target="mark")
    assert own.plan.folds == 5
