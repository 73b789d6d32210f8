"""What files asked for that no rule had been made on: each test is one kind, not one file."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import tomlkit

from mlscaffold.data.advice import lacking
from mlscaffold.data.look import TargetMissingError
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.data.plan import Plan
from mlscaffold.errors import MlscaffoldError

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


def visits(things: int, lengths: str, lost: int = 0) -> list[tuple[int, int]]:
    """Things with some rows each, counted from 1 on; every `lost`-th row is not there."""
    each = [int(lengths[thing % len(lengths)]) for thing in range(things)]
    made = [(thing, row + 1) for thing, length in enumerate(each) for row in range(length)]
    return [row for n, row in enumerate(made, 1) if not lost or n % lost]


@pytest.mark.parametrize("rows", [visits(40, "45"), visits(40, "7685", lost=29), visits(20, "6")])
def test_things_with_a_few_counted_rows_stay_together(
    tmp_path: Path, rows: list[tuple[int, int]]
) -> None:
    cells: dict[str, Cell] = {
        "rat": lambda n: 100 + rows[n][0] * 3 + rows[n][0] % 2, "visit": lambda n: rows[n][1],
        "heat": lambda n: round(20 + NOISE[n], 2), "wear": lambda n: round(NOISE[ROWS + n], 3),
    }  # fmt: skip
    plan = plan_of(tmp_path, cells, "wear", rows=len(rows))
    assert (plan.split.value, plan.split.by) == ("group", "rat")
    assert lacking(plan)[-1] == "split by time (visit counts the rows of each rat)"


def test_places_of_a_grid_and_amounts_with_repeats_are_no_things(tmp_path: Path) -> None:
    rows = visits(40, "454")
    cells: dict[str, Cell] = {
        "left": lambda n: 10 * (n // 20), "below": lambda n: n % 20 + 1,
        "heat": lambda n: round(20 + NOISE[n], 2), "wear": lambda n: round(NOISE[ROWS + n], 3),
    }  # fmt: skip
    assert plan_of(tmp_path, cells, "wear", rows=400).split.value == "random"
    cells["left"] = lambda n: rows[n][0] + 0.5
    cells["below"] = lambda n: rows[n][1]
    assert plan_of(tmp_path, cells, "wear", rows=len(rows)).split.value == "random"


def test_a_column_without_values_names_no_things(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"nothing": lambda _: "", "step": lambda n: n}
    assert plan_of(tmp_path, cells | AREA | PRICE).entity == ""


def test_what_holds_the_things_of_the_rows_is_no_amount_and_told(tmp_path: Path) -> None:
    rows = visits(60, "678")
    cells: dict[str, Cell] = {
        "pig": lambda n: 100 + rows[n][0] * 7 % 60, "visit": lambda n: rows[n][1],
        "litter": lambda n: rows[n][0] % 20, "cage": lambda n: n * 7 % 20,
        "wear": lambda n: round(NOISE[ROWS + n], 3),
    }  # fmt: skip
    plan = plan_of(tmp_path, cells, "wear", rows=len(rows))
    assert plan.split.by == "pig"
    assert {name: plan.roles[name].role for name in ("litter", "cage")} == {
        "litter": "id",
        "cage": "numeric",
    }
    assert "each pig belongs to one of the 20 in litter" in told(plan, "groups: ")


def test_a_class_is_rare_only_where_it_has_clearly_less_than_its_share(tmp_path: Path) -> None:
    cells = AREA | {"class": lambda n: "abcdefghijklmnop"[n * 7 % 16]}
    assert not told(plan_of(tmp_path, cells, "class", rows=800), "imbalance: ")
    cells = AREA | {"class": lambda n: "abcdefghijklmnop"[n * 7 % 16 * (n % 3 > 0)]}
    assert not told(plan_of(tmp_path, cells, "class", rows=800), "imbalance: ")
    few = told(plan_of(tmp_path, cells, "class", rows=300), "few cases: ")
    assert "too few to tell a good model from luck" in few
    cells = AREA | {"class": lambda n: "p" if n % 40 == 3 else "abcdefghijklmno"[n * 7 % 15]}
    assert "20 of 800 rows" in told(plan_of(tmp_path, cells, "class", rows=800), "imbalance: ")


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


def test_an_amount_that_is_often_predicted_is_not_taken_for_the_target_unasked(
    tmp_path: Path,
) -> None:
    cells = AREA | {"Income": lambda n: 900 + n * 31 % 97} | {"Loan": lambda n: int(NOISE[n] < 0.1)}
    with pytest.raises(TargetMissingError, match="`Loan`"):
        plan_of(tmp_path, cells | {"Card": lambda n: int(NOISE[ROWS + n] < 0.3)}, None)


def test_words_stay_and_their_codes_are_left_out(tmp_path: Path) -> None:
    cells = AREA | {
        "code": lambda n: 3 + 7 * (n * 31 % 5),
        "species": lambda n: "roach pike smelt perch bream".split()[n * 31 % 5],
    }
    plan = plan_of(tmp_path, cells | PRICE)
    assert (plan.roles["code"].role, plan.roles["species"].role) == ("drop", "categorical")


def test_so_much_for_each_of_another_number_is_left_out(tmp_path: Path) -> None:
    cells = AREA | {
        "day minutes": lambda n: round(100 + 90 * NOISE[n], 1),
        "day charge": lambda n: round(0.085 * round(100 + 90 * NOISE[n], 1), 2),
    }
    plan = plan_of(tmp_path, cells | PRICE)
    assert plan.flagged("copy") == ["day charge"]


def test_what_grows_along_the_file_is_no_copy_of_the_number_of_the_row(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"": lambda n: n + 1, "dose": lambda n: n / 20 + NOISE[n] / 50}
    plan = plan_of(tmp_path, cells | {"effect": lambda n: NOISE[ROWS + n]}, "effect")
    assert plan.roles["dose"].role == "numeric"


def test_an_area_code_is_a_category_and_an_area_an_amount(tmp_path: Path) -> None:
    cells = AREA | {"Area code": lambda n: (408, 415, 510)[n * 31 % 3]} | PRICE
    plan = plan_of(tmp_path, cells)
    assert plan.roles["Area code"].role == "categorical"


@pytest.mark.parametrize(
    "cell",
    [
        lambda n: round(900 * NOISE[ROWS + n]) if n % 10 == 3 and NOISE[n] < 0.9 else 0,
        lambda n: round(900 * NOISE[ROWS + n]) if n % 10 == 3 else "",
    ],
    ids=["0 elsewhere", "empty elsewhere"],
)
def test_a_number_that_only_one_class_has_is_left_out(tmp_path: Path, cell: Cell) -> None:
    cells = AREA | {"adjustment": cell, "audited": lambda n: int(n % 10 == 3)}
    assert plan_of(tmp_path, cells, "audited").flagged("leak") == ["adjustment"]


def test_categories_that_say_the_number_of_the_target_are_left_out(tmp_path: Path) -> None:
    cells = AREA | {
        "answer": lambda n: "never seldom often very-often always mostly".split()[n * 31 % 6],
        "points": lambda n: (1, 2, 4, 4, 5, 4)[n * 31 % 6],
    }
    assert plan_of(tmp_path, cells, "points").flagged("leak") == ["answer"]


def test_an_adjusted_target_is_left_out(tmp_path: Path) -> None:
    cells = AREA | {"AdjSalePrice": lambda n: 900 + 20 * (n * 31 % 83) + round(400 * NOISE[n])}
    cells |= {"SalePrice": lambda n: 900 + 20 * (n * 31 % 83)}
    assert plan_of(tmp_path, cells, "SalePrice").flagged("leak") == ["AdjSalePrice"]


def test_a_price_of_zero_is_asked_about(tmp_path: Path) -> None:
    cells = AREA | {"price": lambda n: 0 if n % 5 == 1 else 10 + n * 31 % 97}
    assert "20% of price are 0" in told(plan_of(tmp_path, cells), "zeros: ")


def test_the_moment_that_divides_the_rows_is_not_what_the_rule_of_thumb_looks_up(
    tmp_path: Path,
) -> None:
    cells: dict[str, Cell] = {"year": lambda n: -90_000 + 40 * n + n % 3}
    plan = plan_of(tmp_path, cells | {"gas": lambda n: 200 + n + 9 * NOISE[n]}, "gas")
    assert (plan.split.by, plan.rule) == ("year", [])


def test_the_places_of_a_grid_are_no_things_that_are_followed(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "row": lambda n: n % 20 + 1, "col": lambda n: n // 20 + 1,
        "crop": lambda n: 200 + NOISE[n], "soil": lambda n: NOISE[ROWS + n],
    }  # fmt: skip
    assert plan_of(tmp_path, cells, "crop", rows=400).split.value == "random"


def test_the_age_of_a_car_is_nobodys(tmp_path: Path) -> None:
    car: dict[str, Cell] = {"Age": lambda n: n * 31 % 60, "Fuel": lambda n: "ab"[n * 31 % 2]}
    assert not plan_of(tmp_path, car | AREA | PRICE).flagged("sensitive")
    person: dict[str, Cell] = {"Income": lambda n: 900 + n * 31 % 97}
    assert plan_of(tmp_path, car | person | AREA | PRICE).flagged("sensitive") == ["Age"]


def test_a_symptom_that_is_called_abnormal_is_no_label(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "itching": lambda n: int(NOISE[n] < 0.2),
        "abnormal_menstruation": lambda n: int(NOISE[ROWS + n] < 0.1),
        "chills": lambda n: int(NOISE[2 * ROWS + n] < 0.4),
    }
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, cells, None)


@pytest.mark.parametrize(
    ("name", "cell", "first"),
    [
        ("torque", lambda n: f"{100 + n % 90}Nm@ {1500 + n % 7}rpm", "100"),
        ("torque", lambda n: f"{100 + n % 90}@ 2,500(nm@ rpm)".replace(",", ""), "100"),
        ("height", lambda n: f"{5 + n % 2}-{n % 12}", "60"),
    ],
    ids=["at", "unit in brackets", "feet and inches"],
)
def test_of_two_numbers_in_a_cell_one_is_read(
    tmp_path: Path, name: str, cell: Cell, first: str
) -> None:
    plan = plan_of(tmp_path, AREA | {name: cell} | PRICE)
    assert plan.roles[name].role == "numeric"
    assert plan.table.column(name)[0] == first
    assert plan.table.reasons


def test_a_series_without_moments_is_told_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError) as caught:
        plan_of(tmp_path, {"rownames": lambda n: n + 1, "load": lambda n: NOISE[n]}, None)
    assert "load is all there is" in caught.value.hint


def test_bands_of_the_target_are_left_out(tmp_path: Path) -> None:
    cells = AREA | {"BWTR4": lambda n: 1 + (n * 31 % 97 > 30) + (n * 31 % 97 > 70)}
    plan = plan_of(tmp_path, cells | {"DBWT": lambda n: 900 + 20 * (n * 31 % 97)}, "DBWT")
    assert plan.flagged("leak") == ["BWTR4"]


def test_nines_above_a_gap_are_missing_and_a_limit_without_one_is_not(tmp_path: Path) -> None:
    cells = AREA | {
        "weeks": lambda n: 99 if n % 9 == 4 else 17 + n * 7 % 31,
        "visits": lambda n: 99 if n % 9 == 4 else n * 31 % 99,
    }
    assert plan_of(tmp_path, cells | PRICE).flagged("sentinel") == ["weeks"]


def test_what_a_model_said_of_something_else_is_asked_about(tmp_path: Path) -> None:
    cells = AREA | {"predicted_zone": lambda n: n * 31 % 7, "kept": AREA["area"]}
    assert plan_of(tmp_path, cells | PRICE).flagged("late?") == ["predicted_zone"]


def test_when_something_happened_is_asked_about_beside_when_it_was_planned(tmp_path: Path) -> None:
    cells = AREA | {
        "schedtime": lambda n: 600 + 10 * (n * 31 % 83),
        "deptime": lambda n: 600 + 10 * (n * 31 % 83) + round(40 * NOISE[n]),
        "late": lambda n: int(NOISE[ROWS + n] < 0.4),
    }
    assert plan_of(tmp_path, cells, "late").flagged("late?") == ["deptime"]


def test_the_year_of_a_class_is_no_class(tmp_path: Path) -> None:
    cells = (
        AREA | {"Class Year": lambda n: 1957 + 10 * (n * 31 % 5)} | {"Giving": lambda n: NOISE[n]}
    )
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, cells, None)


def test_an_age_below_grown_up_is_that_of_things_if_nothing_speaks_of_people(
    tmp_path: Path,
) -> None:
    assert not plan_of(tmp_path, {"Age": lambda n: n * 31 % 14} | AREA | PRICE).flagged("sensitive")


def test_a_fare_in_words_is_a_tariff_and_no_target_unasked(tmp_path: Path) -> None:
    cells = AREA | {"age": lambda n: n * 31 % 83, "fare": lambda n: ("flex", "promo")[n * 31 % 2]}
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, cells, None)


def test_sales_are_the_target_wherever_they_stand(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"Sales": lambda n: NOISE[n]}
    others: dict[str, Cell] = {"promo": lambda n: n * 31 % 2, "rain": lambda n: NOISE[ROWS + n]}
    assert plan_of(tmp_path, AREA | cells | others, None).target == "Sales"


def test_codes_among_the_names_of_columns_leave_them_names(tmp_path: Path) -> None:
    cells = AREA | {"4046": lambda n: 900 + n * 7 % 83, "4225": lambda n: n * 31 % 97}
    dated: dict[str, Cell] = {"sold on": lambda n: f"2020-01-{1 + n % 28:02}"}
    assert "4046" in plan_of(tmp_path, dated | cells | PRICE).named("numeric")


def test_a_sum_of_many_rounded_parts_is_the_target(tmp_path: Path) -> None:
    def part(place: int) -> Cell:
        return lambda n: round(7 + 3 * NOISE[place * ROWS + n], 2)

    def whole(n: int) -> float:
        return round(sum(7 + 3 * NOISE[place * ROWS + n] for place in range(10)), 2)

    parts = {f"part {'abcdefghij'[place]}": part(place) for place in range(10)}
    plan = plan_of(tmp_path, parts | AREA | {"total": whole}, "total")
    assert set(plan.flagged("leak")) == {*parts}


def test_an_illness_that_people_had_is_not_the_target_unasked(tmp_path: Path) -> None:
    cells = AREA | {
        "prevalent_stroke": lambda n: int(NOISE[n] < 0.1),
        "pulse": lambda n: 60 + n * 31 % 47,
        "events_in_ten_years": lambda n: int(NOISE[ROWS + n] < 0.2),
    }
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, cells, None)


@pytest.mark.parametrize(
    "name", ["Category.One.Defects", "What did you earn a year ago if in the same country"]
)
def test_counts_and_answers_are_no_codes(tmp_path: Path, name: str) -> None:
    plan = plan_of(tmp_path, AREA | {name: lambda n: n * 31 % 41} | PRICE)
    assert plan.roles[name].role == "numeric"


def test_details_of_what_gives_the_target_away_are_left_out_with_it(tmp_path: Path) -> None:
    cells = AREA | {
        "case": lambda n: "abc"[n % 3] if n % 2 else "",
        "days in": lambda n: n * 31 % 23 if n % 2 and n % 5 else "",
        "advice": lambda n: "xyz"[n % 3] if n % 3 else "",
        "again": lambda n: int(n % 2 and n % 29 != 0),
    }
    plan = plan_of(tmp_path, cells, "again")
    assert set(plan.flagged("leak")) == {"case", "days in"}
    assert "set only where case is" in told(plan, "leakage: days in")


def test_first_and_last_are_names_where_they_hold_many_words(tmp_path: Path) -> None:
    cells = AREA | {
        "first": lambda n: f"A{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}a",
        "last": lambda n: f"2020-01-{1 + n % 28:02}",
    }
    plan = plan_of(tmp_path, cells | PRICE)
    assert plan.flagged("personal") == ["first"]


def test_a_number_for_missing_in_two_columns_is_one_in_a_third(tmp_path: Path) -> None:
    def score(step: int, most: int) -> Cell:
        return lambda n: -1 if (n + step) % 3 == 0 else 300 + 10 * (n * step % most)

    cells = AREA | {"maths": score(7, 41), "art": score(11, 43), "law": score(13, 17)}
    plan = plan_of(tmp_path, cells | PRICE)
    assert plan.flagged("sentinel") == ["maths", "art", "law"]


def test_a_slip_in_two_columns_is_told_and_makes_none_a_leak(tmp_path: Path) -> None:
    cells = AREA | {"bonus": lambda n: 5e9 if n == 77 else 1000 + n * 31 % 97}
    pay: dict[str, Cell] = {"pay": lambda n: 9e10 if n == 77 else round(5e4 + 2e4 * NOISE[n])}
    plan = plan_of(tmp_path, cells | pay, "pay")
    assert plan.roles["bonus"].role == "numeric"
    assert "90,000,000,000 in pay, 5,000,000,000 in bonus" in told(plan, "far out")


def test_several_times_of_day_without_a_date_are_lengths_of_time(tmp_path: Path) -> None:
    def after(kilometres: int) -> Cell:
        early = kilometres * ROWS
        return lambda n: f"00:{kilometres * 4 + int(9 * NOISE[early + n]):02}:{n * 7 % 60:02}"

    own = own_of(tmp_path, AREA | {"5km": after(5), "7km": after(7), "goal": after(9)}, "goal")
    assert own.plan.roles["5km"].role == "numeric"


def test_earlier_results_are_asked_about_by_their_numbers(tmp_path: Path) -> None:
    def marks(term: int) -> Cell:
        return lambda n: round(10 * NOISE[n] + 5 * NOISE[term * ROWS + n])

    plan = plan_of(tmp_path, AREA | {f"G{term}": marks(term) for term in (1, 2, 3)}, "G3")
    assert plan.flagged("late?") == ["G1", "G2"]
    assert "do you know them when you predict?" in told(plan, "known later? G1, G2 (")


def test_what_happened_is_asked_about_beside_what_was_forecast(tmp_path: Path) -> None:
    cells = AREA | {
        "ForecastWind": lambda n: 300 + n * 31 % 97,
        "ActualWind": lambda n: 300 + n * 31 % 97 + round(20 * NOISE[n]),
    }
    assert plan_of(tmp_path, cells | PRICE).flagged("late?") == ["ActualWind"]


def test_a_dash_in_most_rows_is_a_class(tmp_path: Path) -> None:
    cells = AREA | {"alert": lambda n: ("disk", "net")[n % 8 == 0] if n % 4 == 0 else "-"}
    plan = plan_of(tmp_path, cells, "alert")
    assert plan.column("alert").counts["-"] == ROWS * 3 / 4


def test_moments_as_databases_of_mainframes_write_them_are_dates(tmp_path: Path) -> None:
    cells = AREA | {
        "at": lambda n: f"2005-{1 + n % 12:02}-{1 + n % 28:02}-15.42.{n % 60:02}.675872"
    }
    assert plan_of(tmp_path, cells | PRICE).roles["at"].role == "date"


def test_copies_with_a_number_of_their_own_are_told(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "customer_id": lambda n: 9000 + n * 37 % 401,
        "income": lambda n: round(1e5 * NOISE[n % 180]),
        "age": lambda n: 20 + n % 180 * 7 % 60,
        "left": lambda n: int(NOISE[ROWS + n % 180] < 0.3),
    }
    assert "10% of the rows" in told(plan_of(tmp_path, cells, "left"), "copies")


def test_an_index_that_begins_anew_for_each_part_is_no_number(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"": lambda n: n % 50} | AREA | PRICE)
    assert plan.roles["Unnamed: 0"].role == "id"


def test_ounces_and_pounds_are_of_one_scale(tmp_path: Path) -> None:
    weights: dict[str, Cell] = {
        "bag": lambda n: f"{10 + n % 30} kg" if n % 4 else f"{20 + n % 50} lbs"
    }
    assert plan_of(tmp_path, AREA | weights | PRICE).roles["bag"].role == "numeric"


def test_a_last_row_of_places_is_no_mean_of_them(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "x": lambda n: round(-73.98 + NOISE[n] / 50, 6),
        "y": lambda n: round(40.76 + NOISE[ROWS + n] / 50, 6),
    }
    assert plan_of(tmp_path, cells | AREA | PRICE).table.rows == ROWS


def test_shops_stay_together_where_their_names_stand_before_their_numbers(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "merchant_title": lambda n: f"shop{n * 7 % 250 * 37}",
        "merchant_id": lambda n: f"m{n * 7 % 250 * 31}",
    }
    plan = plan_of(tmp_path, cells | AREA | PRICE, rows=400)
    assert (plan.split.value, plan.split.by) == ("group", "merchant_title")


def test_eight_digits_with_the_year_last_are_dates(tmp_path: Path) -> None:
    cells = AREA | {"Date": lambda n: int(f"{1 + n % 12:02}{1 + n % 28:02}2018")}
    assert plan_of(tmp_path, cells | PRICE).roles["Date"].role == "date"


def test_the_hour_belongs_to_the_moment_of_year_month_and_day(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "year": lambda n: 2010 + n // ROWS,
        "month": lambda n: 1 + n // 96,
        "day": lambda n: 1 + n // 24 % 4,
        "hour": lambda n: n % 24,
    }
    plan = plan_of(tmp_path, cells | AREA | PRICE)
    assert plan.joined == {"moment": (["year", "month", "day", "hour"], "%Y %m %d %H")}


def test_a_file_in_order_of_an_amount_is_told_to_be_so(tmp_path: Path) -> None:
    assert "in order of pay" in told(
        plan_of(tmp_path, AREA | {"pay": lambda n: 9e4 - 100 * n}, "pay"), "sorted"
    )


def test_of_two_clear_targets_none_is_taken_unasked(tmp_path: Path) -> None:
    other: dict[str, Cell] = {
        "units_sold": lambda n: n * 31 % 97,
        "colour": lambda n: "rgb"[n * 7 % 3],
        "weight": lambda n: n * 31 % 89,
    }
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, PRICE | AREA | other, None)


def test_the_age_of_an_animal_is_nobodys(tmp_path: Path) -> None:
    cells = AREA | {"Age": lambda n: ("adult", "juvenile")[n * 7 % 2]}
    cells |= {"Fur Color": lambda n: "rgb"[n * 31 % 3]}
    assert not plan_of(tmp_path, cells | PRICE).flagged("sensitive")


@pytest.mark.parametrize("name", ["product_inventory", "CityMPG"])
def test_a_name_that_ends_in_an_amount_is_of_no_code(tmp_path: Path, name: str) -> None:
    cells = AREA | {name: lambda n: n * 31 % 41}
    assert plan_of(tmp_path, cells | PRICE).roles[name].role == "numeric"


@pytest.mark.parametrize("name", ["store_class", "Yr.Sold"])
def test_codes_and_years_are_no_rivals_of_a_price(tmp_path: Path, name: str) -> None:
    cells: dict[str, Cell] = {name: lambda n: 1990 + n * 31 % 17}
    assert plan_of(tmp_path, PRICE | cells | AREA, None).target == "price"


def test_a_number_of_days_keeps_its_days_in_the_rule_of_thumb(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "colour": lambda n: "rgb"[n * 7 % 3],
        "Number of vacation days": lambda n: n * 7 % 90 + round(40 * NOISE[ROWS + n]),
    }
    own = own_of(tmp_path, cells | PRICE, "price")
    assert (
        "number of vacation days" in tomlkit.dumps(own.settings()).partition("[rule_of_thumb]")[2]
    )


def test_the_only_candidate_is_no_target_if_nothing_speaks_for_it(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "bill": lambda n: f"HB {n * 37 % 1009}",
        "party": lambda n: "DRI"[n * 7 % 3],
        "state": lambda n: f"state {n * 31 % 49}",
        "status": lambda n: f"status {n * 37 % 31}",
    }
    with pytest.raises(TargetMissingError, match="but nothing says that it is"):
        plan_of(tmp_path, cells, None)


def test_a_time_of_day_among_dates_is_missing(tmp_path: Path) -> None:
    cells = AREA | {"date": lambda n: f"2017/{1 + n % 12:02}/{1 + n % 28:02}" if n else "11:34"}
    plan = plan_of(tmp_path, cells | PRICE)
    assert (plan.split.by, plan.column("date").markers) == ("date", ["11:34"])


def test_a_measure_of_women_is_no_group_of_people(tmp_path: Path) -> None:
    cells = AREA | {"BMI_female": lambda n: round(20 + 9 * NOISE[n], 2)}
    assert not plan_of(tmp_path, cells | PRICE).flagged("sensitive")


def test_what_is_missing_just_where_the_target_is_was_recorded_with_it(tmp_path: Path) -> None:
    cells = AREA | {
        "aces": lambda n: "" if n % 9 == 4 else n * 7 % 90 + round(30 * NOISE[n]),
        "rain": lambda n: "" if n % 9 == 5 else n * 7 % 90 + round(30 * NOISE[n]),
        "winner_height": lambda n: 150 + n * 7 % 90 // 9 * 4,
        "score": lambda n: f"{n * 7 % 90 // 30}:{n % 2}",
        "minutes": lambda n: "" if n % 9 == 4 else 30 + n * 7 % 90,
    }
    plan = plan_of(tmp_path, cells, "minutes")
    assert plan.flagged("late?") == ["aces"]
    assert plan.flagged("later") == ["score"]


def test_a_date_that_lies_behind_the_first_one_is_asked_about_if_nobody_sets_it(
    tmp_path: Path,
) -> None:
    cells: dict[str, Cell] = {
        "screened": lambda n: f"2020-0{1 + n // 40}-{1 + n % 28:02}",
        "custody": lambda n: f"2021-0{1 + n % 5}-{1 + n % 28:02}",
        "due": lambda n: f"2021-0{1 + n % 7}-{1 + n % 28:02}",
        "before": lambda n: f"2019-0{1 + n % 7}-{1 + n % 28:02}",
    }
    plan = plan_of(tmp_path, cells | AREA | PRICE)
    assert plan.flagged("late?") == ["custody"]
    assert "later than screened in 100% of the rows" in told(plan, "known later? custody")


def test_reactions_are_asked_about_beside_what_was_taken(tmp_path: Path) -> None:
    cells = AREA | {"rating_count": lambda n: n * 31 % 97 + round(40 * NOISE[n])}
    sold: dict[str, Cell] = {"units_sold": lambda n: n * 31 % 97}
    assert plan_of(tmp_path, cells | sold, "units_sold").flagged("late?") == ["rating_count"]
    price: dict[str, Cell] = {"price": lambda n: n * 31 % 97}
    assert not plan_of(tmp_path, cells | price).flagged("late?")


def test_the_absolute_value_of_the_target_is_left_out(tmp_path: Path) -> None:
    cells = AREA | {"absolute_error": lambda n: round(abs(NOISE[n] - 0.4), 3)}
    cells |= {"error": lambda n: round(NOISE[n] - 0.4, 3)}
    assert plan_of(tmp_path, cells, "error").flagged("leak") == ["absolute_error"]


def test_lists_of_parts_that_come_again_are_words_of_a_text(tmp_path: Path) -> None:
    kinds = "drama crime comedy action war family music romance".split()
    genres: Cell = lambda n: "|".join(kinds[(n * k + k) % 8] for k in range(1, 2 + n % 4))  # noqa: E731
    many: Cell = lambda n: f"{genres(n)}|{kinds[n % 7]}|{kinds[n % 5]}"  # noqa: E731
    printed: Cell = lambda n: f"['{many(n)}']".replace("|", "' '")  # noqa: E731
    plan = plan_of(tmp_path, {"genres": many} | AREA | PRICE)
    assert plan.roles["genres"].role == "text"
    plan = plan_of(tmp_path, {"genres": printed} | AREA | PRICE)
    assert plan.roles["genres"].role == "text"
    plan = plan_of(tmp_path, {"names": lambda n: f"Q{n}|R{n * 7}"} | AREA | PRICE)
    assert plan.roles["names"].role != "text"


@pytest.mark.parametrize(("own", "split"), [("emp_id", "random"), ("row", "group")])
def test_people_of_few_managers_are_no_groups(tmp_path: Path, own: str, split: str) -> None:
    cells: dict[str, Cell] = {own: lambda n: 1000 + n * 37 % 401}
    cells |= {"manager_id": lambda n: 100 + n * 31 % 23, "colour": lambda n: "rgb"[n * 7 % 3]}
    assert plan_of(tmp_path, cells | AREA | PRICE).split.value == split


def test_more_classes_than_are_offered_can_be_named(tmp_path: Path) -> None:
    cells = AREA | {"letter": lambda n: "abcdefghijklmnopqrstuvwx"[n % 24]}
    assert plan_of(tmp_path, cells, "letter", rows=480).kind == "classification"
    with pytest.raises(TargetMissingError):
        plan_of(tmp_path, cells, None, rows=480)


def test_a_flag_of_several_words_and_a_name_that_is_no_noun_are_said_as_people_say_them(
    tmp_path: Path,
) -> None:
    cells = AREA | {
        "In.Country.Partner": lambda n: "abcd"[n * 7 % 90 // 23],
        "two_year_event": lambda n: int(NOISE[n] < 0.2 + n * 7 % 90 // 23 / 5),
    }
    own = own_of(tmp_path, cells, "two_year_event")
    assert own.plan.classes == {"0": "without two year event", "1": "two year event"}
    assert 'with the same "in country partner"' in tomlkit.dumps(own.settings()).replace("\\", "")


def test_the_only_column_of_words_among_numbers_is_offered_first(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"letter": lambda n: "abcdefghijklmnopqrstuvwx"[n % 24]}
    cells |= {name: lambda n, k=k: n * k % 83 for k, name in enumerate(("bar", "box", "ink"), 29)}  # type: ignore[misc]
    cells |= {"height": lambda n: n * 37 % 91, "width": lambda n: n * 31 % 89}
    with pytest.raises(TargetMissingError, match="target: `letter`"):
        plan_of(tmp_path, cells, None, rows=480)
    last = {name: cells[name] for name in reversed(cells)}
    assert plan_of(tmp_path, last, None, rows=480).target == "letter"


def test_an_index_of_prices_is_no_identifier_and_what_it_is_made_of_is_asked_about(
    tmp_path: Path,
) -> None:
    cells: dict[str, Cell] = {"Food Index": lambda n: round(n * 31 % 83 + 30 * NOISE[n], 2)}
    cells |= {
        "Cost of Living Index": lambda n: n * 31 % 83,
        "Wage Index": lambda n: NOISE[ROWS + n],
    }
    cells |= {"City": lambda n: f"The town of {n * 7919 % 9973}"}
    with pytest.raises(TargetMissingError, match="`Food Index`"):
        plan_of(tmp_path, cells, None)
    assert plan_of(tmp_path, cells, "Cost of Living Index").flagged("late?") == ["Food Index"]


def test_stretches_of_numbers_are_no_lists_of_words(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"range": lambda n: f'"({n % 20}, {n % 7 + 30})"'}
    assert plan_of(tmp_path, cells | AREA | PRICE).roles["range"].role != "text"


def test_how_sure_those_were_who_labelled_is_asked_about(tmp_path: Path) -> None:
    cells = AREA | {"confidence": lambda n: n % 7 / 6, "reader": lambda n: n % 5 / 4} | FEW
    assert plan_of(tmp_path, cells, "class").flagged("late?") == ["confidence"]


def test_a_date_of_31_numbers_is_the_day_beside_year_and_month(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "arrival_year": lambda n: 2018 + n // 120,
        "arrival_month": lambda n: 1 + n // 10 % 12,
        "arrival_date": lambda n: 1 + n * 7 % 28,
    }
    plan = plan_of(tmp_path, cells | AREA | PRICE)
    assert plan.joined["arrival"][1] == "%Y %m %d"


def test_a_file_in_order_of_a_few_years_is_told_to_be_so(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {"Year": lambda n: 2001 + n // 40}
    plan = plan_of(tmp_path, cells | AREA | PRICE)
    assert "in order of Year" in told(plan, "order: ")
    assert lacking(plan)[-1] == "split by time (Year has too few values)"
    assert "Year has too few values" in plan.split.reason
    rising = cells | AREA | {"price": lambda n: 90 * (n // 40) + n * 7 % 50}
    assert "in order of Year" in told(plan_of(tmp_path, rising), "drift: ")
    mixed: dict[str, Cell] = {"Year": lambda n: 2001 + n * 7 % 5}
    plan = plan_of(tmp_path, mixed | AREA | PRICE)
    assert not told(plan, "order: ")
    assert "Year" not in f"{lacking(plan)}{plan.split.reason}"


def test_parts_that_nearly_add_up_to_the_target_are_asked_about(tmp_path: Path) -> None:
    def seen(n: int) -> tuple[int, int, int]:
        return n * 31 % 83, n * 37 % 91, n * 7 % 90

    cells: dict[str, Cell] = {
        f"From {name}": lambda n, k=k: seen(n)[k]  # type: ignore[misc]
        for k, name in enumerate(("Home", "Tags", "Friends"))
    }
    whole: dict[str, Cell] = {"Reach": lambda n: sum(seen(n)) + round(9 * NOISE[n])}
    plan = plan_of(tmp_path, cells | AREA | whole, "Reach")
    assert plan.flagged("late?") == [*cells]
    assert "nearly all of Reach" in told(plan, "known later?")


def test_a_log_of_visitors_is_no_series_of_measurements(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "visitor": lambda n: 3000 + n * 31 % 131,
        "dt": lambda n: f"2020-01-{1 + n // 8:02} {n % 24:02}:10:00",
        "event1": lambda n: n * 7 % 11,
        "event2": lambda n: n * 5 % 13,
    }
    with pytest.raises(TargetMissingError, match="`event1`"):
        plan_of(tmp_path, cells, None)


def test_slips_are_told_beside_classes_too(tmp_path: Path) -> None:
    cells = AREA | {"turn": lambda n: 311 if n == 77 else round(1 + NOISE[n], 2)} | FEW
    assert "311 in turn" in told(plan_of(tmp_path, cells, "class"), "far out: ")


def test_zeros_in_most_rows_are_none_of_something(tmp_path: Path) -> None:
    cells = AREA | {"ash": lambda n: 70 + round(9 * NOISE[n], 1) if n % 9 < 4 else 0}
    assert not told(plan_of(tmp_path, cells | PRICE), "zeros: ")


def test_a_flag_of_an_age_says_who_people_are(tmp_path: Path) -> None:
    cells = AREA | {"age75": lambda n: n * 7 % 2, "income": lambda n: 900 + n * 31 % 97}
    assert plan_of(tmp_path, cells | PRICE).flagged("sensitive") == ["age75"]


def test_the_share_of_one_of_two_numbers_is_made_of_both(tmp_path: Path) -> None:
    cells = AREA | {"jobless": lambda n: 9 + n * 31 % 83, "employed": lambda n: 90 + n * 37 % 691}
    cells |= {"rate": lambda n: round((9 + n * 31 % 83) / (9 + n * 31 % 83 + 90 + n * 37 % 691), 9)}
    plan = plan_of(tmp_path, cells, "rate")
    assert plan.flagged("leak") == ["jobless", "employed"]
    assert "jobless / (jobless + employed) = rate" in told(plan, "leakage: ")


def test_a_file_of_words_and_dates_only_asks_for_a_target(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "City": lambda n: f"town {n * 31 % 151}",
        "Shape": lambda n: f"shape {n * 7 % 27}",
        "Time": lambda n: f"2010-{1 + n % 12:02}-{1 + n % 28:02}",
    }
    with pytest.raises(TargetMissingError, match="looks like a target"):
        plan_of(tmp_path, cells, None)
