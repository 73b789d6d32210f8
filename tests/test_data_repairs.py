"""Files whose cells or rows must be put right before they are a table of cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from test_data_mangled import AREA, NOISE, PRICE, ROWS, Cell, lines_of, seen, values

from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.errors import MlscaffoldError

DAY = date(2021, 1, 1)
LABEL: dict[str, Cell] = {"left": lambda n: "no yes".split()[NOISE[n] < 0.3]}


def reasons(own: OwnData) -> str:
    return "; ".join(own.plan.table.reasons)


def role(own: OwnData, name: str) -> str:
    return own.plan.roles[name].role


@pytest.mark.parametrize(
    ("months", "form"),
    [
        ("Januar Februar März April Mai Juni Juli August September Oktober", "{d}. {m} {y}"),
        ("janv. févr. mars avr. mai juin juil. août sept. oct.", "{d} {m} {y}"),
        (
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre",
            "{d} de {m} de {y}",
        ),
        ("Jan Feb March April May June July Aug Sept Oct", "{m} {d}th, {y}"),
    ],
    ids=["German", "French", "Spanish", "English with endings"],
)
def test_dates_with_names_of_months_are_dates_and_divide_the_rows(
    tmp_path: Path, months: str, form: str
) -> None:
    def said(n: int) -> str:
        day = DAY + timedelta(days=n)
        text = form.format(d=day.day, m=months.split()[day.month - 1], y=day.year)
        return f'"{text}"' if "," in text else text

    own = seen(tmp_path, lines_of({"day": said} | AREA | PRICE))
    assert values(own, "day")[59] == "2021-03-01"
    assert own.plan.split.value == "time"
    assert reasons(own) == "day: names of months to dates"


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        (lambda n: f"{n // 60:02}:{n % 60:02}:30", "0.5 min"),
        (lambda n: f"{n // 60} h {n % 60} min", "0 min"),
        (lambda n: f"0 days {n // 60:02}:{n % 60:02}:30", "0.5 min"),
        (lambda n: f"{20 + n // 20}:{n % 60:02}", "1200 min"),
    ],
    ids=["clock", "words", "pandas", "more than a day"],
)
def test_lengths_of_time_are_an_amount_that_can_be_predicted(
    tmp_path: Path, cell: Cell, first: str
) -> None:
    own = seen(tmp_path, lines_of(AREA | {"ride": cell}), target="ride")
    assert own.plan.kind == "regression"
    assert values(own, "ride")[0] == first
    assert own.plan.unit == "minutes"


def test_a_time_of_day_stays_one(tmp_path: Path) -> None:
    own = seen(tmp_path, lines_of({"at": lambda n: f"{n % 24:02}:15"} | AREA | PRICE))
    assert values(own, "at")[0] == "00:15"


def test_numbers_with_marks_for_about_or_below_or_a_note_are_numbers(tmp_path: Path) -> None:
    marks = ("{}*", "~{}", "{} [1]", "<{}", "{}", "{}", "{}", "{}", "{}", "{}")
    own = seen(
        tmp_path, lines_of(AREA | {"rooms": lambda n: marks[n % 10].format(n * 7 % 93)} | PRICE)
    )
    assert role(own, "rooms") == "numeric"
    assert values(own, "rooms")[:4] == ["0", "7", "14", "21"]
    assert "marks left out: * < [1] ~" in reasons(own)


def test_classes_below_and_above_a_number_stay_classes(tmp_path: Path) -> None:
    bands = ("<=50K", ">50K", "<=50K.", ">50K.")
    own = seen(tmp_path, lines_of(AREA | {"pay": lambda n: bands[n % 4]} | PRICE))
    assert role(own, "pay") == "categorical"


def test_all_ways_to_say_yes_and_no_are_two_classes(tmp_path: Path) -> None:
    said = {"yes": ("Yes", "yes", "Y"), "no": ("No", "N", "no")}
    cells = AREA | {"left": lambda n: said[str(LABEL["left"](n))][n % 3]}
    own = seen(tmp_path, lines_of(cells), target="left")
    assert len({*own.plan.classes.values()}) == 2
    assert any(danger.startswith("spelling:") for danger in own.plan.dangers)


def test_nul_bytes_in_cells_are_left_out_and_told(tmp_path: Path) -> None:
    own = seen(tmp_path, lines_of(AREA | {"kind": lambda n: f"{'ab'[n % 2]}\0\0\0"} | PRICE))
    assert {*values(own, "kind")} == {"a", "b"}
    assert reasons(own) == "NUL bytes left out"


def test_files_of_libsvm_are_read_with_zeros_where_nothing_is_said(tmp_path: Path) -> None:
    lines = [f"{NOISE[n]:.3f} 1:{n} {f'3:{n % 7}.5' if n % 2 else '2:1'}" for n in range(ROWS)]
    own = seen(tmp_path, lines, target="target", name="heart.libsvm")
    assert own.plan.table.names == ["target", "x1", "x2", "x3"]
    assert values(own, "x3")[:4] == ["0", "1.5", "0", "3.5"]


def test_two_numbers_that_are_a_place_become_two_columns(tmp_path: Path) -> None:
    cells = AREA | {"where": lambda n: f'"{48 + NOISE[n]:.4f}, {-16 - NOISE[-n]:.4f}"'} | PRICE
    own = seen(tmp_path, lines_of(cells))
    assert role(own, "where_latitude") == role(own, "where_longitude") == "numeric"
    assert "where" not in own.plan.roles


def long_table(rest: str = "") -> list[str]:
    names = ("heat", "flow", "speed")
    lines = [
        f"2024-01-0{1 + n // 100} {n // 60 % 24:02}:{n % 60:02},{name},{NOISE[n]:.3f}{rest}"
        for n in range(ROWS)
        for name in names
        if n % 50 or name == "heat"
    ]
    return [f"time,sensor,value{',unit' if rest else ''}", *lines]


@pytest.mark.parametrize("rest", ["", ",mm"])
def test_a_row_for_each_value_of_a_sensor_becomes_a_column_for_each(
    tmp_path: Path, rest: str
) -> None:
    own = seen(tmp_path, long_table(rest), target=None)
    assert own.kind == "anomaly"
    assert own.plan.table.names == ["time", "flow", "heat", "speed"]
    assert own.plan.table.rows == ROWS
    assert values(own, "flow")[0] == ""
    assert ("left out: unit" in reasons(own)) == bool(rest)


def test_a_long_table_stays_one_where_its_value_is_to_be_predicted(tmp_path: Path) -> None:
    assert "sensor" in seen(tmp_path, long_table(), target="value").plan.table.names
    own = look(Wish(str(tmp_path / "table.csv"), kind="regression"))
    assert own.plan.target == "value"


@pytest.mark.parametrize("named", [True, False])
def test_a_table_that_lies_on_its_side_is_turned(tmp_path: Path, *, named: bool) -> None:
    cells = AREA | {"town": lambda n: "Graz Linz Wien".split()[n % 3]} | PRICE
    rows = [line.split(",") for line in lines_of(cells, rows=90)]
    turned = [",".join(row) for row in zip(*rows, strict=True)]
    header = ",".join(["what", *(f"case {n}" for n in range(90))])
    own = seen(tmp_path, [header, *turned] if named else turned)
    assert own.plan.table.names[-4:] == [*cells]
    assert own.plan.table.rows == 90
    assert role(own, "town") == "categorical"


@pytest.mark.parametrize(
    "write",
    [
        lambda rows: {name: {str(n): row[name] for n, row in enumerate(rows)} for name in rows[0]},
        lambda rows: {str(n): row for n, row in enumerate(rows)},
        lambda rows: {
            "columns": [*rows[0]],
            "index": [],
            "data": [[*row.values()] for row in rows],
        },
        lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
        lambda rows: [[*rows[0]], *([*row.values()] for row in rows)],
    ],
    ids=["columns", "index", "split", "lists", "rows"],
)
def test_json_is_read_however_pandas_writes_a_table(
    tmp_path: Path, write: Callable[[Sequence[dict[str, object]]], object]
) -> None:
    cells = AREA | PRICE
    rows = [{name: cell(n) for name, cell in cells.items()} for n in range(ROWS)]
    own = seen(tmp_path, [json.dumps(write(rows))], name="table.json")
    assert own.plan.table.names == [*cells]
    assert values(own, "area")[:2] == ["50", "57"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_rows_that_two_stacked_files_share_where_they_meet_come_once(
    tmp_path: Path, *, newest_first: bool
) -> None:
    header, *lines = lines_of(AREA | {"hour": lambda n: n * n % 1009} | PRICE)
    for number, part in enumerate((lines[:200], lines[150:])):
        rows = part[::-1] if newest_first else part
        (tmp_path / f"part_{number}.csv").write_text("\n".join([header, *rows]) + "\n")
    own = look(Wish(str(tmp_path / "part_*.csv"), target="price"))
    assert own.plan.table.rows == ROWS
    assert "50 rows of part_1 left out: part_0 has them as well" in reasons(own)


def test_rows_that_two_stacked_files_share_in_their_middle_stay(tmp_path: Path) -> None:
    header, *lines = lines_of(AREA | {"hour": lambda n: n * n % 1009} | PRICE)
    parts = lines[:200], [*lines[250:], *lines[50:90], *lines[200:250]]
    for number, part in enumerate(parts):
        (tmp_path / f"part_{number}.csv").write_text("\n".join([header, *part]) + "\n")
    own = look(Wish(str(tmp_path / "part_*.csv"), target="price"))
    assert own.plan.table.rows == ROWS + 40


@pytest.mark.parametrize("name", ["Surname", "first_name", "Vorname"])
def test_names_of_people_are_left_out_also_where_they_repeat(tmp_path: Path, name: str) -> None:
    own = seen(tmp_path, lines_of(AREA | {name: lambda n: "Ann Ben Cy Di".split()[n % 4]} | PRICE))
    assert "personal" in own.plan.roles[name].flags


@pytest.mark.parametrize(
    "cell",
    [
        lambda n: f"DE{n % 90 + 10}5001 0517 5407 3249 {n % 90 + 10}",
        lambda n: f"10.0.{n % 7}.{n % 99}",
    ],
    ids=["account", "computer"],
)
def test_numbers_of_accounts_and_computers_are_personal(tmp_path: Path, cell: Cell) -> None:
    own = seen(tmp_path, lines_of(AREA | {"code": cell} | PRICE))
    assert "personal" in own.plan.roles["code"].flags


def test_what_a_model_said_of_the_target_is_left_out(tmp_path: Path) -> None:
    told = {"predicted_proba": lambda n: round(0.6 * NOISE[n] + 0.4 * NOISE[n + ROWS], 4)}
    own = seen(tmp_path, lines_of(AREA | told | LABEL), target="left")
    assert "leak" in own.plan.roles["predicted_proba"].flags


@pytest.mark.parametrize(
    ("name", "cell"),
    [("split", lambda n: "train test".split()[n % 5 == 0]), ("kfold", lambda n: n % 5)],
)
def test_a_division_of_the_rows_is_no_feature_and_told(
    tmp_path: Path, name: str, cell: Cell
) -> None:
    own = seen(tmp_path, lines_of(AREA | {name: cell} | PRICE))
    assert role(own, name) == "drop"
    assert any(danger.startswith(f"division: {name}") for danger in own.plan.dangers)


def test_a_frequent_minus_one_among_amounts_stands_for_missing(tmp_path: Path) -> None:
    cells = {"income": lambda n: -1 if n % 9 == 0 else n + 0.5, "change": lambda n: n % 60 - 1}
    own = seen(tmp_path, lines_of(AREA | cells | PRICE))
    assert own.plan.column("income").sentinel == "-1"
    assert not own.plan.column("change").sentinel


def test_moments_counted_in_two_units_become_dates(tmp_path: Path) -> None:
    cells = {
        "pickup": lambda n: 1_553_000_000_000 + 70_000 * n,
        "dropoff": lambda n: 1_553_000_600 + 70 * n,
    }
    own = seen(tmp_path, lines_of(cells | AREA | PRICE))
    assert (own.plan.split.value, own.plan.split.by) == ("time", "pickup")
    assert role(own, "dropoff") == "drop"


@pytest.mark.parametrize("unit", ["{}", "[{}]"])
def test_a_target_is_found_by_its_name_without_the_unit_below_it(tmp_path: Path, unit: str) -> None:
    header, *lines = lines_of(AREA | PRICE)
    units = ",".join(unit.format(each) for each in ("m2", "-", "EUR"))
    assert seen(tmp_path, [header, units, *lines]).plan.target == f"price {unit.format('EUR')}"


def test_a_last_row_with_many_gaps_stays_where_others_have_them_too(tmp_path: Path) -> None:
    days: dict[str, Cell] = {
        f"2020-01-0{day}": lambda n, d=day: "" if (n + d) % 4 else n  # type: ignore[misc]
        for day in range(1, 8)
    }
    lines = lines_of({"shop": lambda n: f"s{n}"} | days)
    own = seen(tmp_path, [*lines, "s300,,,,,,5,"], target="2020-01-01")
    assert own.plan.table.rows == ROWS + 1


def test_age_in_bands_is_a_group_to_be_looked_at(tmp_path: Path) -> None:
    cells = AREA | {"AgeBand": lambda n: ("<30", "30-50", ">50")[n % 3]} | PRICE
    assert "sensitive" in seen(tmp_path, lines_of(cells)).plan.roles["AgeBand"].flags


def test_a_type_that_is_none_may_have_been_meant_as_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n".join(lines_of(AREA | PRICE)) + "\n")
    with pytest.raises(MlscaffoldError) as caught:
        look(Wish(str(tmp_path / "a.csv"), kind="flats"))
    assert "`--name flats`" in caught.value.hint


@pytest.mark.parametrize("mean", [True, False])
def test_a_last_row_of_sums_or_means_is_left_out_and_told(tmp_path: Path, *, mean: bool) -> None:
    cells = {"rooms": lambda n: n * 7 % 93, "people": lambda n: n * n % 211} | AREA | PRICE
    lines = lines_of(cells)
    parts = [
        sum(float(str(cells[name](n))) for n in range(ROWS)) for name in cells if name != "kind"
    ]
    last = [f"{part / (ROWS if mean else 1):.2f}" for part in parts]
    own = seen(tmp_path, [*lines, ",".join([*last[:3], "a", last[3]])])
    assert own.plan.table.rows == ROWS
    assert "the last row left out: sums or means of the others" in own.plan.table.notes
    assert own.plan.table.keywords["skipfooter"] == 1


@pytest.mark.parametrize(
    ("name", "label"),
    [("Zimmerpreis", "Zimmerpreis"), ("Wohnfläche", "Wohnfläche"), ("Transport", "transport")],
)
def test_german_nouns_keep_their_capital(tmp_path: Path, name: str, label: str) -> None:
    own = seen(tmp_path, lines_of(AREA | {name: lambda n: n * 7 % 93} | PRICE))
    labels = own.settings().unwrap()["columns"].get("labels", {})
    assert labels.get(name, name) == label


def test_json_in_cells_is_no_text_to_learn_from(tmp_path: Path) -> None:
    cell = '"{""id"": %d, ""tags"": [""a"", ""b""]}"'
    own = seen(tmp_path, lines_of(AREA | {"meta": lambda n: cell % n} | PRICE))
    assert role(own, "meta") == "id"


def test_so_few_rows_of_a_class_that_nothing_can_be_told_are_named(tmp_path: Path) -> None:
    cells = AREA | {"left": lambda n: "no yes".split()[n % 50 == 0]}
    own = seen(tmp_path, lines_of(cells, rows=700), target="left")
    assert any("from luck" in danger for danger in own.plan.dangers)


def test_files_are_stacked_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    header, *lines = lines_of(AREA | PRICE)
    for number in (1, 2, 10):
        part = lines[20 * number : 20 * number + 60]
        (tmp_path / f"part_{number}.csv").write_text("\n".join([header, *part[number:]]) + "\n")
    own = look(Wish(str(tmp_path / "part_*.csv"), target="price"))
    assert [*dict.fromkeys(values(own, "file"))] == ["part_1", "part_2", "part_10"]


def test_what_the_project_says_of_its_data_names_the_rows_that_no_model_sees(
    tmp_path: Path,
) -> None:
    cells = {"price": lambda n: "" if n % 10 == 0 else round(900 + 99 * NOISE[n], 2)}
    lines = lines_of(AREA | {"when": lambda n: n * n} | cells)
    own = seen(tmp_path, [*lines, *lines[-60:]])
    said = own.settings().unwrap()["data"]["description"]
    assert said == (
        "360 rows and 4 columns from table.csv; rows without price (10%) are left out; "
        "17% of the rows repeat another one and are removed."
    )
