"""Numbers as web sites, shops and sports write them: with units, out of ten, in lakhs, in feet."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_data_mangled import AREA, NOISE, PRICE, ROWS, Cell, lines_of, seen, values

from mlscaffold.errors import MlscaffoldError


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        (lambda n: f"{20 + n % 9}.5 {'km/kg' if n % 9 == 3 else 'kmpl'}", ["20.5", "21.5"]),
        (lambda n: f"{n % 7 + 1}.5 kg" if n % 3 else f"{200 + n} g", ["200", "2500"]),
        (lambda n: f"{n % 7 + 1} km" if n % 3 else f"{200 + n} m", ["200", "2000"]),
        (lambda n: f"{n % 2 + 1}TB" if n % 3 == 1 else f"{100 + n}GB", ["100", "2000"]),
        (lambda n: f"{900 + n % 97} sq. ft", ["900", "901"]),
        (lambda n: f"{n % 7 + 1} star{'s' if n % 7 else ''}", ["1", "2"]),
        (lambda n: "NEW" if n % 4 == 3 else f"{n % 5}.{n % 9}/5", ["0", "1.1"]),
        (lambda n: f"{n % 5}.{n % 9} out of 5", ["0", "1.1"]),
        (lambda n: f"{5 + n % 2}'{n % 12}\"", ["60", "73"]),
        (lambda n: f"{n % 90 + 1} Lac" if n % 3 else f"{n % 9 + 1}.5 Cr", ["15000000", "200000"]),
        (lambda n: f'"{10 ** (n % 4 + 1):,}+"', ["10", "100"]),
        (lambda n: f"{40 + n % 9}°{n % 60}'30\"S", ["-40.008333", "-41.025"]),
        (lambda n: f"{100 + n} - {200 + n}" if n % 60 == 0 else 100 + n * 7 % 93, ["150", "107"]),
    ],
    ids=(
        "units|weights|lengths|sizes|two words|one and several|of five|in words|feet|crores"
        "|more|degrees|ranges"
    ).split("|"),
)
def test_numbers_are_read_whatever_is_around_them(
    tmp_path: Path, cell: Cell, numbers: list[str]
) -> None:
    own = seen(tmp_path, lines_of(AREA | {"size": cell} | PRICE))
    assert values(own, "size")[:2] == numbers
    assert own.plan.column("size").numeric
    assert any(said.startswith("size: ") for said in own.plan.table.reasons)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("class", lambda n: ("1st", "2nd", "3rd", "deck crew", "cooks", "waiters")[n % 6]),
        ("disk", lambda n: ("256GB SSD", "512GB SSD", "1TB HDD")[n % 3]),
        ("runtime", lambda n: f"{60 + n % 97} min" if n % 3 else f"{n % 5 + 1} Seasons"),
        ("storeys", lambda n: ("1Story", "2Story", "1.5Fin", "1.5Unf")[n % 4]),
        ("seat", lambda n: f"{n % 30 + 1}{'ABC'[n % 3]}"),
        ("zip_code", lambda n: f"{100 + n % 99}xx"),
        ("floor", lambda n: f"{n % 3 + 1} out of {n % 5 + 3}"),
        ("age", lambda n: ("18-24", "25-34", "35+")[n % 3]),
    ],
)
def test_codes_and_bands_are_no_numbers(tmp_path: Path, name: str, cell: Cell) -> None:
    assert not seen(tmp_path, lines_of(AREA | {name: cell} | PRICE)).plan.column(name).numeric


def test_moments_as_browsers_write_them_are_dates(tmp_path: Path) -> None:
    def said(n: int) -> str:
        return f"Mon Jan {n // 12 + 1:02} 2019 {n % 12:02}:30:00 GMT+0100 (CET)"

    own = seen(tmp_path, lines_of({"when": said} | AREA | PRICE))
    assert values(own, "when")[13] == "2019-01-02 01:30:00"


def test_all_that_could_be_the_target_is_listed_whatever_type_it_asks_for(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "shop": lambda n: "ab"[n % 2],
        "people": lambda n: n * 7 % 93,
        "heat": lambda n: round(NOISE[n] * 9, 2),
        "holiday": lambda n: "no yes".split()[n % 9 == 0],
    }
    with pytest.raises(MlscaffoldError, match=r"`people` \(regression\)"):
        seen(tmp_path, lines_of(cells), target=None)


def test_a_target_of_two_words_is_taken_by_its_whole_name(tmp_path: Path) -> None:
    cells = {"loan_status": lambda n: ("paid", "charged off")[n % 6 == 0]} | AREA
    lines = lines_of(cells | {"note": lambda n: f"n{n % 3}"})
    assert seen(tmp_path, lines, target=None).plan.target == "loan_status"


def test_names_of_customers_are_personal_and_those_of_shops_are_not(tmp_path: Path) -> None:
    name: Cell = lambda n: f"N{n % 40}"  # noqa: E731 - one line says it
    lines = lines_of(AREA | {"Customer Name": name, "Store Name": name, "x": lambda n: n} | PRICE)
    roles = seen(tmp_path, lines).plan.roles
    assert "personal" in roles["Customer Name"].flags
    assert "personal" not in roles["Store Name"].flags


def test_numbers_of_few_machines_are_no_amount(tmp_path: Path) -> None:
    own = seen(tmp_path, lines_of(AREA | {"machineID": lambda n: n % 12} | PRICE))
    assert own.plan.roles["machineID"].role == "categorical"


def test_a_long_sum_of_money_in_every_row_is_an_amount(tmp_path: Path) -> None:
    lines = lines_of(AREA | {"Gross": lambda n: 10_000_000 + 977_001 * n} | PRICE)
    assert seen(tmp_path, lines).plan.roles["Gross"].role == "numeric"


def test_words_in_the_place_of_many_numbers_are_told_once(tmp_path: Path) -> None:
    cells = {"size": lambda n: "Varies" if n % 2 else n * 7 % 93}
    own = seen(tmp_path, lines_of(AREA | cells | PRICE, rows=ROWS))
    assert own.plan.roles["size"].role == "numeric"
    assert sum(said.startswith("missing in words") for said in own.plan.dangers) == 1
