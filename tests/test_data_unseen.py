"""What files asked for that no rule had been made on: each test is one kind, not one file."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mlscaffold.data.look import TargetMissingError
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.data.plan import Plan

ROWS = 200
Cell = Callable[[int], object]
DRAW = random.Random(5)
NOISE = [DRAW.random() for _ in range(10 * ROWS)]
AREA: dict[str, Cell] = {"area": lambda n: 50 + n * 7 % 90, "kind": lambda n: "ab"[n * 7 % 2]}
PRICE: dict[str, Cell] = {"price": lambda n: round(900 + 20 * (n * 7 % 90) + 99 * NOISE[n], 2)}
FEW: dict[str, Cell] = {"class": lambda n: "star galaxy quasar".split()[n * 7 % 3]}


def plan_of(
    folder: Path, cells: dict[str, Cell], target: str | None = "price", rows: int = ROWS
) -> Plan:
    return own_of(folder, cells, target, rows).plan


def own_of(folder: Path, cells: dict[str, Cell], target: str | None, rows: int = ROWS) -> OwnData:
    body = (",".join(str(cell(n)) for cell in cells.values()) for n in range(rows))
    (folder / "table.csv").write_text("\n".join([",".join(cells), *body]) + "\n", encoding="utf-8")
    return look(Wish(str(folder / "table.csv"), target=target))


def told(plan: Plan, start: str) -> str:
    return next((each for each in plan.dangers if each.startswith(start)), "")


def test_zeros_far_below_all_other_numbers_are_asked_about(tmp_path: Path) -> None:
    cells = AREA | {
        "pressure": lambda n: 0 if n % 40 == 3 else 70 + round(9 * NOISE[n], 1),
        "rain": lambda n: 0 if n % 3 else round(9 * NOISE[n], 1),
    }
    said = told(plan_of(tmp_path, cells | PRICE), "zeros: ")
    assert "pressure (2%" in said
    assert "rain" not in said


def test_zeros_that_another_column_explains_are_not_asked_about(tmp_path: Path) -> None:
    cells = AREA | {
        "open": lambda n: int(n % 7 != 0),
        "visitors": lambda n: 400 + n % 90 if n % 7 else 0,
    }
    assert not told(plan_of(tmp_path, cells | PRICE), "zeros: ")


@pytest.mark.parametrize("marker", ["-200", "99999999"])
def test_one_number_for_missing_in_several_columns_is_told_once(
    tmp_path: Path, marker: str
) -> None:
    cells = AREA | {
        "ozone": lambda n: marker if n % 9 == 4 else round(20 + 9 * NOISE[n], 1),
        "soot": lambda n: marker if n % 11 == 4 else round(1 + 9 * NOISE[ROWS + n], 1),
    }
    plan = plan_of(tmp_path, cells | PRICE)
    assert f"{marker} in ozone, soot" in told(plan, "missing as a number")


def test_letters_beside_a_single_number_are_categories(tmp_path: Path) -> None:
    cells = AREA | {"holiday": lambda n: "a" if n % 60 == 7 else "b" if n % 90 == 9 else 0} | PRICE
    plan = plan_of(tmp_path, cells)
    assert plan.roles["holiday"].role == "categorical"
    assert plan.column("holiday").distinct == 3


@pytest.mark.parametrize(
    "cell",
    [
        lambda n: f"{1749 + n // 12}-{n % 12 + 1:02d}",
        lambda n: f"2016/{n // 28 % 12 + 1:02d}/{n % 28 + 1:02d} 00:00:00+00",
        lambda n: f"2016-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d} 00:00:00+00",
    ],
    ids=["before 1900", "offset behind slashes", "offset without minutes"],
)
def test_moments_of_other_centuries_and_with_short_offsets_are_dates(
    tmp_path: Path, cell: Cell
) -> None:
    assert plan_of(tmp_path, {"when": cell} | AREA | PRICE).roles["when"].role == "date"


def test_a_time_of_day_with_dots_is_joined_to_its_date(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "Date": lambda n: f"{n // 24 + 10}/03/2004",
        "Time": lambda n: f"{n % 24:02d}.00.00",
    }
    assert plan_of(tmp_path, cells | AREA | PRICE).joined["moment"][1] == "%d/%m/%Y %H.%M.%S"


def test_words_right_behind_years_make_a_code_and_no_number(tmp_path: Path) -> None:
    cells = AREA | {"code": lambda n: f"{1990 + n * 7 % 20}{('FAIL', 'PASS')[n % 2]}"} | PRICE
    plan = plan_of(tmp_path, cells)
    assert plan.roles["code"].role == "categorical"
    assert not plan.table.reasons


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("SEQN", lambda n: 83_732 + 3 * n + n % 2),
        ("specobjid", lambda n: f"{1 + n * 7 % 97 / 100:.2f}E+18"),
        ("lot", lambda n: 159_348_797 + 7919 * (n * 7 % 197)),
        ("major_code", lambda n: 1000 + n * 7 % 199 * 13),
    ],
    ids=["rising", "rounded by a spreadsheet", "nearly always another", "a code for each row"],
)
def test_numbers_that_name_rows_are_identifiers(tmp_path: Path, name: str, cell: Cell) -> None:
    assert plan_of(tmp_path, {name: cell} | AREA | PRICE).roles[name].role == "id"


def test_a_first_column_of_years_that_rise_is_no_identifier(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"year": lambda n: 1821 + n}
    assert plan_of(tmp_path, cells | AREA | PRICE).roles["year"].role == "numeric"


def test_months_of_a_span_in_a_name_are_no_code(tmp_path: Path) -> None:
    cells = AREA | {"Contacts_Count_12_mon": lambda n: n * 5 % 13} | PRICE
    assert plan_of(tmp_path, cells).roles["Contacts_Count_12_mon"].role == "numeric"


def test_other_statistics_of_what_the_target_is_one_of_are_left_out(tmp_path: Path) -> None:
    cells = AREA | {
        "priceMod": lambda n: 900 + 20 * (n * 7 % 90),
        "priceMin": lambda n: 800 + 20 * (n * 7 % 90) - round(99 * NOISE[n]),
        "priceMax": lambda n: 990 + 20 * (n * 7 % 90) + round(99 * NOISE[n]),
    }
    plan = plan_of(tmp_path, cells, "priceMod")
    assert {"priceMin", "priceMax"} <= {*plan.flagged("later")}


def test_the_target_in_other_money_is_left_out(tmp_path: Path) -> None:
    cells = AREA | {
        "salary": lambda n: (900 + 20 * (n * 31 % 83)) * (1, 75)[n % 40 == 0],
        "salary_in_usd": lambda n: 900 + 20 * (n * 31 % 83),
    }
    assert plan_of(tmp_path, cells, "salary_in_usd").flagged("leak") == ["salary"]


def test_results_of_one_kind_are_asked_about_and_none_is_taken_for_the_target(
    tmp_path: Path,
) -> None:
    cells = AREA | {
        "math score": lambda n: 20 + n * 31 % 67,
        "writing score": lambda n: 24 + n * 31 % 67 + round(30 * NOISE[n] - 15),
    }
    assert plan_of(tmp_path, cells, "math score").flagged("late?") == ["writing score"]
    with pytest.raises(TargetMissingError, match="math score"):
        plan_of(tmp_path, cells, None)


@pytest.mark.parametrize(
    ("states", "late"),
    [(("clean vehicle", "salvage insurance"), False), (("shipped", "canceled"), True)],
)
def test_a_status_is_known_later_if_it_says_what_came_of_something(
    tmp_path: Path, states: tuple[str, str], *, late: bool
) -> None:
    cells: dict[str, Cell] = {
        "weight": lambda n: n * 31 % 97,
        "order_status": lambda n: states[n * 7 % 90 > 45 + 30 * (NOISE[n] - 0.5)],
    }
    plan = plan_of(tmp_path, cells | PRICE)
    assert ("order_status" in plan.flagged("later")) == late


def test_a_column_called_z_is_not_made_of_a_class(tmp_path: Path) -> None:
    cells = AREA | {"z": lambda n: n * 7 % 3 + 3 * NOISE[n]} | FEW
    assert plan_of(tmp_path, cells, "class").roles["z"].role == "numeric"


def test_the_length_of_a_film_is_known_and_that_of_a_call_is_asked_about(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "duration": lambda n: 60 + round((n * 7 % 90) / 3 + 25 * NOISE[n]),
    }
    assert plan_of(tmp_path, AREA | cells | PRICE).roles["duration"].role == "drop"
    film: dict[str, Cell] = {"title": lambda n: f"The {n * 7 % 199}th day"}
    assert plan_of(tmp_path, film | AREA | cells | PRICE).roles["duration"].role == "numeric"


def test_terms_that_were_agreed_on_are_no_time_of_follow_up(tmp_path: Path) -> None:
    cells = AREA | {
        "Time": lambda n: 6 * (1 + int(9 * NOISE[ROWS + n])),
        "Status": lambda n: int(NOISE[n] < 0.4),
    }
    assert not plan_of(tmp_path, cells, "Status").flagged("late?")


def test_parts_of_a_date_places_and_identifiers_are_not_offered_as_targets(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "x": lambda n: 13 + NOISE[n],
        "y": lambda n: 48 + NOISE[ROWS + n],
        "latitude": lambda n: 48 + NOISE[2 * ROWS + n],
        "ResponseID": lambda n: "abc"[n * 7 % 3],
        "ozone": lambda n: 40 + 9 * NOISE[3 * ROWS + n],
        "soot": lambda n: 40 + 9 * NOISE[4 * ROWS + n],
        "hour": lambda n: n * 7 % 24,
    }
    with pytest.raises(TargetMissingError, match=r"target: `\w+` \(regression\), `\w+`") as caught:
        plan_of(tmp_path, cells, None)
    first = caught.value.message.split("target: ")[1].split(", ")[:2]
    assert {each.split("`")[1] for each in first} == {"ozone", "soot"}
    assert "`y`" not in caught.value.message
    assert "ResponseID" not in caught.value.message


def test_what_was_sold_is_a_target_as_much_as_its_price(tmp_path: Path) -> None:
    cells = AREA | PRICE | {"Weekly_Units_Sold": lambda n: 40 + n * 31 % 97}
    with pytest.raises(TargetMissingError, match="`Weekly_Units_Sold`"):
        plan_of(tmp_path, cells, None)


def test_things_whose_rows_are_counted_from_one_stay_together(tmp_path: Path) -> None:
    lengths = [16 + n * 7 % 9 for n in range(20)]
    rows = [(thing, row + 1) for thing, length in enumerate(lengths) for row in range(length)]
    cells: dict[str, Cell] = {
        "a": lambda n: 3 * rows[n][0] + 5, "b": lambda n: rows[n][1],
        "heat": lambda n: round(20 + NOISE[n], 2), "wear": lambda n: round(NOISE[ROWS + n], 3),
    }  # fmt: skip
    plan = plan_of(tmp_path, cells, "wear", rows=len(rows))
    assert (plan.split.value, plan.split.by) == ("group", "a")


def test_ratings_of_zero_are_told_where_no_other_grade_is_as_frequent(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "user_id": lambda n: n * 7 % 60,
        "isbn": lambda n: 1000 + n * 31 % 80,
        "rating": lambda n: 0 if n % 3 else 4 + n % 7,
    }
    assert "67%" in told(plan_of(tmp_path, cells, None, rows=600), "ratings of 0")


def test_few_values_at_a_limit_of_the_target_are_told(tmp_path: Path) -> None:
    cells = AREA | {"value": lambda n: 50 if n % 16 == 5 else round(5 + 40 * NOISE[n], 1)}
    assert "are exactly 50" in told(plan_of(tmp_path, cells, "value"), "capped")
