"""Files as people mangle them: by hand, with a spreadsheet, in an export, in a download."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlscaffold.data.numbers import percent
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.errors import MlscaffoldError

ROWS = 300
Cell = Callable[[int], object]
DRAW = random.Random(1)
NOISE = [DRAW.random() for _ in range(4 * ROWS)]
AREA: dict[str, Cell] = {"area": lambda n: 50 + n * 7 % 90, "kind": lambda n: "ab"[n % 2]}
PRICE: dict[str, Cell] = {"price": lambda n: round(900 + 20 * (n * 7 % 90) + 99 * NOISE[n], 2)}


def lines_of(cells: dict[str, Cell], separator: str = ",", rows: int = ROWS) -> list[str]:
    body = (separator.join(str(cell(n)) for cell in cells.values()) for n in range(rows))
    return [separator.join(cells), *body]


def seen(
    folder: Path, lines: list[str], target: str | None = "price", name: str = "table.csv"
) -> OwnData:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return look(Wish(str(folder / name), target=target))


def values(own: OwnData, name: str) -> list[str]:
    return [*own.plan.table.column(name)]


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        (lambda n: f"({n + 0.5})" if n % 3 == 0 else n + 0.5, "-0.5"),
        (lambda n: f"{n + 0.5}-" if n % 3 == 0 else n + 0.5, "-0.5"),
        (lambda n: f"{n + 1}.5k" if n % 2 == 0 else 900 + n, "1500"),
        (lambda n: f'"{n + 1},25"', "1.25"),
        (lambda n: f'"{n + 1}.234,25"', "1234.25"),
        (lambda n: f"{n + 1}\u00a0234", "1234"),
    ],
    ids=["brackets", "minus behind", "thousands", "decimal comma", "both signs", "hard space"],
)
def test_amounts_that_pandas_cannot_be_told_to_read_are_rewritten_once_and_told(
    tmp_path: Path, cell: Cell, first: str
) -> None:
    own = seen(tmp_path, lines_of(AREA | {"rate": lambda n: n % 83 + 0.5, "paid": cell} | PRICE))
    assert own.plan.roles["paid"].role == "numeric"
    assert values(own, "paid")[0] == first
    assert any("paid: made plain numbers" in said for said in own.plan.table.reasons)
    assert own.settings()["data"]["made_from"]["sources"][0]["file"] == "table.csv"


def test_a_target_in_another_style_than_the_rest_of_the_file_is_read(tmp_path: Path) -> None:
    cells = AREA | {"mass": lambda n: f"{n % 7 + 1}.{n % 10}0"} | {
        "width": lambda n: n % 9 + 0.25, "cost": lambda n: f"{900 + n},{n % 9}5",
    }  # fmt: skip
    own = seen(tmp_path, lines_of(cells, ";"), target="cost")
    assert own.kind == "regression"
    assert values(own, "cost")[:2] == ["900.05", "901.15"]


def test_amounts_are_rewritten_in_the_style_of_the_file(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "mass": lambda n: f"{n % 7},5", "width": lambda n: f"{n % 9},25", "kind": AREA["kind"],
        "cost": lambda n: f"{900 + n}.{n % 9}5",
    }  # fmt: skip
    own = seen(tmp_path, lines_of(cells, ";"), target="cost")
    assert own.settings()["data"]["read"]["decimal"] == ","
    assert values(own, "cost")[:2] == ["900,05", "901,15"]


@pytest.mark.parametrize(("cell", "unit"), [(lambda n: f"{n % 9 + 1}GB", "GB"),
                                            (lambda n: f"{n % 9 + 1}.5 kWh", "kWh")])  # fmt: skip
def test_a_unit_behind_every_number_is_stripped(tmp_path: Path, cell: Cell, unit: str) -> None:
    own = seen(tmp_path, lines_of(AREA | {"size": cell} | PRICE))
    assert own.settings()["data"]["strip"]["size"] == unit


def test_seats_and_codes_with_leading_zeros_are_no_amounts(tmp_path: Path) -> None:
    cells = AREA | {"seat": lambda n: f"{n % 30 + 1}{'ABC'[n % 3]}", "post": lambda n: f"{n:05d}"}
    own = seen(tmp_path, lines_of(cells | PRICE))
    assert {own.plan.roles[name].role for name in ("seat", "post")} <= {"categorical", "id"}
    assert not own.plan.table.reasons


START = datetime(2020, 1, 1, 8, tzinfo=UTC)


def moment(n: int) -> datetime:
    return START + timedelta(hours=17 * n)


@pytest.mark.parametrize(
    ("name", "cell", "said"),
    [
        ("Date", lambda n: 43831 + n, "2020-01-01"),
        ("date", lambda n: f"{moment(n):%m%d%y}".lstrip("0"), "2020-01-01"),
        (
            "on",
            lambda n: (
                f"{moment(n):%d.%m.%Y %H:%M}" if n < 200 else f"{moment(n):%Y-%m-%d %H:%M:%S}"
            ),
            "2020-01-01 08:00:00",
        ),
        (
            "on",
            lambda n: f"{moment(n):%Y-%m-%dT%H:%M:%S}+0{1 + (n > 120)}:00",
            "2020-01-01 08:00:00",
        ),
        (
            "on",
            lambda n: f"{moment(n):%Y-%m-%dT%H:%M:%S}+0{1 + 7 * (n % 2)}:00",
            "2020-01-01 07:00:00",
        ),
        ("on", lambda n: f"{moment(n):%Y/%m/%d} 8:00:00 AM GMT+2", "2020-01-01 08:00:00"),
    ],
    ids=["spreadsheet", "six digits", "two ways", "summer time", "zones", "form"],
)
def test_moments_that_need_more_than_one_format_are_rewritten_once(
    tmp_path: Path, name: str, cell: Cell, said: str
) -> None:
    own = seen(tmp_path, lines_of(AREA | {name: cell} | PRICE))
    assert (own.plan.split.value, own.plan.split.by) == ("time", name)
    assert values(own, name)[0] == said


def test_dates_of_which_some_begin_with_the_day_are_not_used_and_told(tmp_path: Path) -> None:
    orders = ("%d/%m/%Y", "%m/%d/%Y")
    own = seen(
        tmp_path, lines_of(AREA | {"on": lambda n: moment(n).strftime(orders[n % 2])} | PRICE)
    )
    assert own.plan.roles["on"].role == "id"
    assert any("begin with the day and some with the month" in said for said in own.plan.dangers)


def test_a_few_words_among_dates_leave_them_dates(tmp_path: Path) -> None:
    own = seen(
        tmp_path,
        lines_of(AREA | {"on": lambda n: f"{moment(n):%Y-%m-%d}" if n % 99 else "open"} | PRICE),
    )
    assert own.plan.roles["on"].role == "date"


@pytest.mark.parametrize(("name", "cell"), [
    ("on", lambda n: f"{moment(n):%Y-%m-%d}" if n % 20 else ""),
    ("patient_id", lambda n: f"P{n % 40}" if n % 20 else ""),
])  # fmt: skip
def test_rows_that_a_split_cannot_place_are_left_out_and_told(
    tmp_path: Path, name: str, cell: Cell
) -> None:
    own = seen(tmp_path, lines_of(AREA | {name: cell} | PRICE))
    assert own.plan.split.by == name
    assert (own.plan.table.rows, "" in values(own, name)) == (285, False)
    assert any(f"rows without {name} left out (5%)" in said for said in own.plan.table.reasons)


def test_a_date_that_many_rows_lack_divides_nothing(tmp_path: Path) -> None:
    own = seen(
        tmp_path,
        lines_of(AREA | {"on": lambda n: f"{moment(n):%Y-%m-%d}" if n % 2 else ""} | PRICE),
    )
    assert (own.plan.split.value, own.plan.table.rows) == ("random", ROWS)


def test_a_word_in_place_of_many_numbers_is_read_as_missing_and_told(tmp_path: Path) -> None:
    own = seen(
        tmp_path, lines_of(AREA | {"income": lambda n: n * 7 if n % 9 else "refused"} | PRICE)
    )
    assert own.plan.roles["income"].role == "numeric"
    assert any("refused among the numbers of income" in said for said in own.plan.dangers)


def test_a_header_that_comes_again_and_sums_among_the_rows_are_left_out_and_told(
    tmp_path: Path,
) -> None:
    lines = lines_of({"town": lambda n: "Graz Linz".split()[n % 2]} | AREA | PRICE)
    mangled = [*lines[:99], lines[0], *lines[99:200], "Subtotal Graz,,,9999", *lines[200:]]
    own = seen(tmp_path, mangled)
    assert own.plan.table.rows == ROWS
    assert {*values(own, "town")} == {"Graz", "Linz"}
    assert own.plan.table.reasons == [
        "1 row left out: the header again", "1 row left out: sums of other rows"
    ]  # fmt: skip


def test_months_as_names_of_columns_are_a_header(tmp_path: Path) -> None:
    months = {f"2020-{month:02d}": lambda n, m=month: n * m % 97 for month in range(1, 6)}
    own = seen(tmp_path, lines_of(AREA | months), target="2020-05")
    assert own.plan.table.names[-1] == "2020-05"


def test_columns_of_one_name_are_told(tmp_path: Path) -> None:
    lines = lines_of(AREA | {"wind": lambda n: n % 71} | PRICE)
    own = seen(tmp_path, [lines[0].replace("wind", "area"), *lines[1:]])
    assert any("a second one is called area.1" in said for said in own.plan.table.notes)


def test_cells_aligned_by_blanks_with_a_tab_before_a_name_are_cells(tmp_path: Path) -> None:
    lines = [
        f'{18 + n % 9}.0   {4 + n % 3}   {NOISE[n]:.3f}\t"ford model {n % 7}"' for n in range(ROWS)
    ]
    own = seen(tmp_path, lines, target="column_1", name="cars.data")
    assert len(own.plan.table.names) == 4
    assert values(own, "column_4")[0] == "ford model 0"


def test_three_numbers_are_classes_and_so_are_the_codes_of_a_group(tmp_path: Path) -> None:
    three = seen(tmp_path, lines_of(AREA | {"y": lambda n: n % 3 + 1}), target="y")
    assert three.kind == "classification"
    coded = seen(tmp_path, lines_of(AREA | {"segment": lambda n: n % 5 + 1}), target="segment")
    assert coded.kind == "classification"


def test_flags_of_which_each_row_has_one_tell_each_other(tmp_path: Path) -> None:
    flags = {f"species_{k}": lambda n, k=k: int(n * 7 % 3 == k) for k in range(3)}
    own = seen(tmp_path, lines_of(AREA | flags | PRICE), target="species_0")
    assert {own.plan.roles[name].role for name in ("species_1", "species_2")} == {"drop"}


@pytest.mark.parametrize(("no", "yes"), [("nein", "ja"), ("non", "oui"), ("Não", "Sim")])
def test_yes_and_no_are_known_in_other_languages(tmp_path: Path, no: str, yes: str) -> None:
    own = seen(
        tmp_path, lines_of(AREA | {"churn": lambda n: (no, yes)[NOISE[n] < 0.3]}), target="churn"
    )
    assert own.plan.classes == {no: "no churn", yes: "churners"}


@pytest.mark.parametrize("name", ["account no", "Customer-Nr.", "invoice number"])
def test_a_number_that_names_a_thing_is_an_identifier(tmp_path: Path, name: str) -> None:
    cells = AREA | {name: lambda n: 4_300_000_000_000 + 7919 * n} | PRICE
    assert seen(tmp_path, lines_of(cells)).plan.roles[name].role == "id"


def test_what_comes_after_a_flight_or_a_ride_is_known_later(tmp_path: Path) -> None:
    cells = AREA | {"tip": lambda n: round(NOISE[n], 2), "air_time": lambda n: round(99 * NOISE[n])}
    cells["delay"] = lambda n: round(60 * NOISE[n] + 40 * NOISE[-n], 1)
    own = seen(tmp_path, lines_of(cells), target="delay")
    assert {*own.plan.flagged("later")} >= {"tip", "air_time"}


def test_fewer_rows_than_folds_need_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="only 12 rows") as caught:
        seen(tmp_path, lines_of(AREA | PRICE, rows=12))
    assert caught.value.hint


def test_too_few_rows_of_a_flag_name_the_wider_one(tmp_path: Path) -> None:
    cells = AREA | {"failure": lambda n: int(n % 20 == 3), "worn": lambda n: int(n in {3, 23})}
    with pytest.raises(MlscaffoldError, match="only 2 rows") as caught:
        seen(tmp_path, lines_of(cells), target="worn")
    assert "`failure`, which is set there as well (15 rows)" in caught.value.hint


def test_a_copy_among_stacked_files_is_left_out_and_told(tmp_path: Path) -> None:
    for name, start in (("jan.csv", 0), ("feb.csv", 300), ("feb (1).csv", 300)):
        lines = lines_of(AREA | PRICE, rows=2 * ROWS)
        (tmp_path / name).write_text("\n".join([lines[0], *lines[start + 1 : start + 301]]))
    own = look(Wish(str(tmp_path / "*.csv"), target="price"))
    assert {*values(own, "file")} == {"jan", "feb"}
    assert "feb (1).csv left out, a copy of feb.csv" in own.plan.table.reasons


def test_lock_files_and_other_junk_in_an_archive_are_no_tables(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("export/sales.csv", "\n".join(lines_of(AREA | PRICE)))
        archive.writestr("export/~$sales.xlsx", "lock")
        archive.writestr("__MACOSX/export/._sales.csv", b"\0")
    assert look(Wish(str(tmp_path / "export.zip"), target="price")).plan.table.rows == ROWS


def test_the_one_table_of_a_tar_archive_is_read(tmp_path: Path) -> None:
    content = "\n".join(lines_of(AREA | PRICE)).encode()
    with tarfile.open(tmp_path / "export.tar.gz", "w:gz") as archive:
        for name, inside in {"export/readme.txt": b"hello", "export/sales.csv": content}.items():
            member = tarfile.TarInfo(name)
            member.size = len(inside)
            archive.addfile(member, io.BytesIO(inside))
    assert look(Wish(str(tmp_path / "export.tar.gz"), target="price")).plan.table.rows == ROWS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<table border=1><tr><td>a</td></tr></table>", "a web page"),
        (b"INSERT INTO t VALUES (1, 2);\n" * 9, "an SQL dump"),
        (gzip.compress(b"RDX3\nX\n" + bytes(range(256)) * 9, mtime=0), "an R data file"),
        (b"\x80\x04\x95" + bytes(range(256)), "a pickle"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(MlscaffoldError, match=said) as caught:
        look(Wish(str(tmp_path / "table.csv")))
    assert "CSV" in str(caught.value.hint)


def test_the_question_of_a_survey_is_asked_as_it_stands(tmp_path: Path) -> None:
    asked = "Would you recommend us to a friend?"
    own = seen(
        tmp_path,
        lines_of(AREA | {asked: lambda n: "Yes No Maybe".split()[n * 7 % 3]}),
        target=asked,
    )
    assert own.settings()["project"]["question"] == asked


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        (lambda n: f"2019-W{n // 6 + 1:02d}", "2018-12-31"),
        (lambda n: f"Q{n // 20 % 4 + 1} {2012 + n // 80}", "2012-01-01"),
    ],
)
def test_weeks_and_quarters_are_moments(tmp_path: Path, cell: Cell, first: str) -> None:
    own = seen(tmp_path, lines_of(AREA | {"period": cell} | PRICE))
    assert (own.plan.split.by, values(own, "period")[0]) == ("period", first)


def test_never_is_no_date(tmp_path: Path) -> None:
    until: Cell = lambda n: "9999-12-31" if n % 3 else f"{moment(n):%Y-%m-%d}"  # noqa: E731
    own = seen(tmp_path, lines_of(AREA | {"until": until} | PRICE))
    assert own.plan.column("until").share_missing > 0.6


def test_numbers_in_two_currencies_are_told(tmp_path: Path) -> None:
    own = seen(
        tmp_path, lines_of(AREA | {"cost": lambda n: f"{'$€'[n % 2]}{n * 7 % 90 + n}"}), "cost"
    )
    assert any(said.startswith("units: some of cost are in") for said in own.plan.dangers)
    assert own.settings()["columns"]["unit"] == "units"


def test_numbers_behind_an_apostrophe_are_numbers_and_infinite_ones_are_missing(
    tmp_path: Path,
) -> None:
    cells = AREA | {
        "size": lambda n: f"'{n * 7}",
        "ratio": lambda n: "inf" if n % 4 == 0 else n / 8,
    }
    own = seen(tmp_path, lines_of(cells | PRICE))
    assert (own.plan.roles["size"].role, own.plan.roles["ratio"].role) == ("numeric", "numeric")
    assert own.plan.column("ratio").share_missing == 0.25


def test_a_class_that_says_that_nobody_knows_is_missing(tmp_path: Path) -> None:
    churn: Cell = lambda n: "Unknown" if n % 9 == 0 else "no yes".split()[NOISE[n] < 0.3]  # noqa: E731
    own = seen(tmp_path, lines_of(AREA | {"churn": churn}), target="churn")
    assert own.plan.classes == {"no": "no churn", "yes": "churners"}
    assert any("have no churn (Unknown)" in said for said in own.plan.dangers)


def test_a_date_that_only_one_class_has_is_a_leak(tmp_path: Path) -> None:
    cells = AREA | {
        "left": lambda n: "no yes".split()[NOISE[n] < 0.3],
        "final_day": lambda n: f"{moment(n):%Y-%m-%d}" if NOISE[n] < 0.3 else "",
    }
    own = seen(tmp_path, lines_of(cells), target="left")
    assert own.plan.roles["final_day"].role == "drop"
    assert "whether it has a value" in own.plan.roles["final_day"].reason


def test_alike_answers_to_few_questions_are_real_and_alike_long_rows_are_copies(
    tmp_path: Path,
) -> None:
    words = "never seldom often".split()
    answers = [",".join(words[int(3 * NOISE[n + 99 * k])] for k in range(3)) for n in range(ROWS)]
    few = seen(tmp_path, ["q0,q1,q2", *answers], target="q2")
    assert few.plan.duplicates.value == "keep"
    lines = lines_of(AREA | {"rate": lambda n: NOISE[n]} | PRICE)
    assert seen(tmp_path, [*lines, *lines[1:99]]).plan.duplicates.value == "remove"


def test_a_pivot_of_numbered_columns_has_a_header(tmp_path: Path) -> None:
    lines = [
        ",".join([str(n + 1), *(str(int(5 * NOISE[n + 99 * k])) for k in range(4))])
        for n in range(ROWS)
    ]
    own = seen(tmp_path, ["user,3,7,9,12", *lines], target="12")
    assert own.plan.table.names[1] == "3"


def test_a_rare_flag_called_class_is_the_label_of_anomalies_and_no_feature(tmp_path: Path) -> None:
    cells = AREA | {"V1": lambda n: NOISE[n], "Class": lambda n: int(n % 50 == 7)}
    (tmp_path / "card.csv").write_text("\n".join(lines_of(cells)))
    assert look(Wish(str(tmp_path / "card.csv"), "anomaly")).plan.target == "Class"


def test_seconds_that_grow_along_the_file_in_its_first_column_are_its_time(tmp_path: Path) -> None:
    own = seen(tmp_path, lines_of({"Time": lambda n: 3 * (n // 2)} | AREA | PRICE))
    assert (own.plan.split.value, own.plan.split.by) == ("time", "Time")


def test_the_next_value_is_known_later_and_the_last_one_is_not_asked_about(tmp_path: Path) -> None:
    walk = [100.0]
    for n in range(ROWS + 2):
        walk.append(walk[-1] + NOISE[n] - 0.5)
    own = seen(tmp_path, lines_of({
        "kind": AREA["kind"], "lag_1": lambda n: round(walk[n], 3),
        "level": lambda n: round(walk[n + 1], 3), "next_level": lambda n: round(walk[n + 2], 3),
    }), target="level")  # fmt: skip
    assert own.plan.roles["next_level"].role == "drop"
    assert own.plan.flagged("late?") == []


def test_a_log_in_german_is_one(tmp_path: Path) -> None:
    cells: dict[str, Cell] = {
        "Kunde": lambda n: n % 40, "Artikel": lambda n: n * 7 % 53,
        "Bewertung": lambda n: n % 5 + 1,
    }  # fmt: skip
    assert seen(tmp_path, lines_of(cells), target=None).kind == "recommender"


@pytest.mark.parametrize("name", ["Recommend us?\n(please choose)", "tick`s"])
def test_names_that_queries_cannot_hold_are_tidied(tmp_path: Path, name: str) -> None:
    lines = lines_of(AREA | {"answer": lambda n: "Yes No Maybe".split()[n * 7 % 3]} | PRICE)
    own = seen(tmp_path, [lines[0].replace("answer", f'"{name}"'), *lines[1:]])
    tidied = " ".join(name.split()).replace("`", "'")
    assert own.plan.roles[tidied].role == "categorical"
    assert own.plan.table.rows == ROWS


def test_labels_keep_the_signs_of_names(tmp_path: Path) -> None:
    cells = AREA | {"Share %": lambda n: n % 71, "Height(m)": lambda n: n % 83} | PRICE
    labels = seen(tmp_path, lines_of(cells)).settings()["columns"]["labels"]
    assert labels == {"Share %": "share %", "Height(m)": "height (m)"}


def test_quotes_around_whole_rows_are_taken_off(tmp_path: Path) -> None:
    lines = lines_of(AREA | {"town": lambda n: '""Graz, Ost""' if n % 2 else "Linz"} | PRICE)
    own = seen(tmp_path, [f'"{line}"' for line in lines])
    assert {*values(own, "town")} == {"Graz, Ost", "Linz"}
    assert "quotes around whole rows taken off" in own.plan.table.reasons


def test_rows_whose_every_cell_is_quoted_are_left_as_they_are(tmp_path: Path) -> None:
    lines = [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines_of(AREA | PRICE)]
    assert not seen(tmp_path, lines).plan.table.reasons


def test_the_columns_of_a_file_of_weka_are_those_that_it_declares(tmp_path: Path) -> None:
    head = ["% made by hand", "@relation shops", "@attribute 'floor area' numeric",
            "@attribute kind {a, b}", "@ATTRIBUTE price real", "", "@data"]  # fmt: skip
    own = seen(tmp_path, [*head, *lines_of(AREA | PRICE)[1:]], name="shops.arff")
    assert own.plan.table.names == ["floor area", "kind", "price"]
    assert own.plan.table.rows == ROWS


def test_letters_that_a_wrong_encoding_garbled_are_put_right_and_told(tmp_path: Path) -> None:
    towns = ("Köln", "Münster")
    cells = AREA | {"Straße": lambda n: towns[n % 2]} | PRICE
    own = seen(tmp_path, ["\n".join(lines_of(cells)).encode().decode("cp1252")])
    assert {*values(own, "Straße")} == {*towns}
    assert any(said.startswith("letters like") for said in own.plan.table.reasons)
    assert not seen(tmp_path, lines_of(cells), name="well.csv").plan.table.reasons


def test_lines_that_are_garbled_beyond_repair_are_told(tmp_path: Path) -> None:
    towns = ("KÃ¶ln 北", "MÃ¼nster 京")
    own = seen(tmp_path, lines_of(AREA | {"town": lambda n: towns[n % 2]} | PRICE))
    assert any(said.startswith("letters like") for said in own.plan.table.notes)


def test_cells_with_blanks_in_them_are_set_apart_by_two(tmp_path: Path) -> None:
    lines = [
        f"   {n}    {'12-15 years' if n % 2 else '< 12 years'}    {NOISE[n]:.3f}"
        for n in range(ROWS)
    ]
    own = seen(tmp_path, ["   id    education    wage", *lines], target="wage")
    assert {*values(own, "education")} == {"12-15 years", "< 12 years"}
    assert own.plan.table.rows == ROWS


def test_a_file_of_which_many_rows_have_more_values_than_names_is_refused(tmp_path: Path) -> None:
    cells = AREA | {"town": lambda n: "Graz" if n % 5 < 3 else "Linz, Ost"} | PRICE
    with pytest.raises(MlscaffoldError, match="have more values than names") as caught:
        seen(tmp_path, lines_of(cells))
    assert "quotes" in str(caught.value.hint)


def test_how_long_somebody_was_followed_is_asked_about_though_it_tells_little(
    tmp_path: Path,
) -> None:
    cells = AREA | {
        "futime": lambda n: round(99 * NOISE[n]),
        "status": lambda n: int(NOISE[-n] < 0.4),
    }
    own = seen(tmp_path, lines_of(cells), target="status")
    assert "late?" in own.plan.roles["futime"].flags


def test_a_look_at_a_large_file_does_not_write_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlscaffold.data.table.WHOLE", 1 << 18)
    monkeypatch.setattr("mlscaffold.data.table.BLOCK", 1 << 12)
    rows = 25_000
    lines = [
        f"{n % 97},{f'({n % 83}.5)' if n % 3 else n % 83 + 0.25},{n % 71}.{n % 9}5"
        for n in range(rows)
    ]
    (tmp_path / "large.csv").write_text("\n".join(["area,paid,price", *lines]))
    assert (tmp_path / "large.csv").stat().st_size > 1 << 18
    own = look(Wish(str(tmp_path / "large.csv"), target="price", only_look=True))
    assert own.plan.roles["paid"].role == "numeric"
    assert any("paid: made plain numbers" in said for said in own.plan.table.reasons)
    assert own.files == [tmp_path / "large.csv"]


def test_a_share_is_said_with_the_digits_that_it_needs_and_no_more() -> None:
    said = [percent(share) for share in (1.0, 0.9996, 0.9999999, 0.5, 0.004, 1e-6, 0.0)]
    assert said == ["100%", "99.96%", "over 99.99%", "50%", "0.4%", "under 0.01%", "0%"]
