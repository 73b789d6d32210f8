"""Files as people have them: separators, encodings, headers, numbers, dates, packed and foreign."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlscaffold.data.columns import Column, describe
from mlscaffold.data.encoding import guess
from mlscaffold.data.moments import find_format
from mlscaffold.data.numbers import Style
from mlscaffold.data.rewriting import amount, bare, first_day
from mlscaffold.data.sources import Found, find
from mlscaffold.data.table import Table
from mlscaffold.errors import MlscaffoldError

CITIES = ("Graz", "Köln", "Łódź")
NAMES = ["number", "city", "price", "sold"]


def rows(count: int = 120) -> list[list[str]]:
    return [
        [str(n), CITIES[n % 2], f"{n * 7 % 90 + 10}.5", f"{n % 28 + 1:02d}.{n % 12 + 1:02d}.2020"]
        for n in range(count)
    ]


def text_of(separator: str = ",", names: list[str] | None = None) -> str:
    lines = [NAMES if names is None else names, *rows()]
    return "".join(f"{separator.join(line)}\n" for line in lines if line)


def read(path: Path, content: str | bytes) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return find(str(path)).table


def columns(table: Table) -> dict[str, Column]:
    return {column.name: column for column in describe(table)[0]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "::", "^", "~"])
def test_separators_are_found(tmp_path: Path, separator: str) -> None:
    table = read(tmp_path / "a.csv", text_of(separator))
    assert table.names == NAMES
    assert table.rows == 120
    assert table.keywords.get("sep", ",") == separator


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_western_encodings_are_found(tmp_path: Path, encoding: str, told: str | None) -> None:
    table = read(tmp_path / "a.csv", text_of().encode(encoding))
    assert table.keywords.get("encoding") == told
    assert set(table.column("city")) == {"Graz", "Köln"}


def test_cyrillic_is_not_taken_for_western_letters(tmp_path: Path) -> None:
    words = ["Москва", "Казань", "Новосибирск", "Екатеринбург", "Самара"]
    lines = "".join(f"{n},{words[n % 5]},{n % 7}\n" for n in range(200))
    table = read(tmp_path / "a.csv", f"номер,город,цена\n{lines}".encode("cp1251"))
    assert set(table.column("город")) == set(words)


def test_quoted_cells_hold_separators_and_line_ends(tmp_path: Path) -> None:
    lines = "".join(f'{n},"one, two\nthree",{n % 5}\n' for n in range(60))
    table = read(tmp_path / "a.csv", f"a,b,c\n{lines}")
    assert table.rows == 60
    assert set(table.column("b")) == {"one, two\nthree"}


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quote_within_a_cell_does_not_end_it(tmp_path: Path, quote: str) -> None:
    said = f"the {quote} that stays, and a comma"
    lines = [f"{n},{quote}{said}{quote},{n * 7 % 90}.5,01.02.2020" for n in range(60)]
    table = read(tmp_path / "a.csv", "\n".join([",".join(NAMES), *lines]))
    assert set(table.column("city")) == {said}
    assert table.reasons


def test_single_quotes_around_names_alone_are_no_part_of_them(tmp_path: Path) -> None:
    names = "\t".join(f"'{name}'" for name in NAMES)
    table = read(tmp_path / "a.tsv", f"{names}\n{text_of(names=[]).replace(',', chr(9))}")
    assert table.names == NAMES


def test_lines_above_and_below_the_table_are_left_out(tmp_path: Path) -> None:
    around = f"Sales 2020,,,\nfor the board,,,\n\n{text_of()}\nTotal,,12345.5,\nSource: us,,,\n"
    table = read(tmp_path / "a.csv", around)
    assert (table.names, table.rows) == (NAMES, 120)
    assert table.keywords["skiprows"] == 3
    assert table.keywords["skipfooter"] == 2


def test_comment_lines_above_the_header_are_left_out(tmp_path: Path) -> None:
    table = read(tmp_path / "a.csv", f"# made by a sensor\n# 2020\n{text_of()}")
    assert (table.names, table.rows) == (NAMES, 120)


def test_without_a_header_columns_get_numbers(tmp_path: Path) -> None:
    table = read(tmp_path / "a.csv", text_of(names=[]))
    assert table.names == ["column_1", "column_2", "column_3", "column_4"]
    assert table.rows == 120


def test_header_rows_are_joined(tmp_path: Path) -> None:
    table = read(tmp_path / "a.csv", "item,place,money,day\n" + text_of(names=["", "", "EUR", ""]))
    assert table.names[2] == "money EUR"
    assert table.rows == 120


def test_a_ruled_line_below_the_names_is_none_of_them(tmp_path: Path) -> None:
    lines = [f"{n}  {n * 7 % 90}.5  {n * 3 % 11}" for n in range(60)]
    text = "\n".join(["Spots by month", "=" * 30, "Year  Jan  Feb", "-" * 30, *lines])
    assert read(tmp_path / "a.dat", text).names == ["Year", "Jan", "Feb"]


def test_repeated_and_empty_names_become_those_of_pandas(tmp_path: Path) -> None:
    lines = "".join(f"{n},{n % 3},{n % 5},\n" for n in range(60))
    table = read(tmp_path / "a.csv", f"a,a,b,\n{lines}")
    assert table.names == ["a", "a.1", "b", "Unnamed: 3"]


def test_decimal_commas_and_points_between_thousands(tmp_path: Path) -> None:
    lines = "".join(f"{n};1.{n + 100},{n % 90 + 10}\n" for n in range(120))
    column = columns(read(tmp_path / "a.csv", f"a;b\n{lines}"))["b"]
    assert column.numeric
    assert column.low == 1100.10


def test_signs_of_money_and_percent_are_around_numbers(tmp_path: Path) -> None:
    lines = "".join(f"{n % 9},${n}.50,{n % 100} %\n" for n in range(120))
    found = columns(read(tmp_path / "a.csv", f"a,price,share\n{lines}"))
    assert (found["price"].strip, found["price"].high) == ("$", 119.5)
    assert (found["share"].strip, found["share"].high) == ("%", 99)


def test_markers_among_numbers_are_missing_values(tmp_path: Path) -> None:
    lines = "".join(f"{'?' if n == 50 else n},{'NA' if n == 40 else n % 7}\n" for n in range(120))
    found = columns(read(tmp_path / "a.csv", f"a,b\n{lines}"))
    assert found["a"].numeric
    assert (found["a"].markers, found["a"].missing, found["b"].missing) == (["?"], 1, 1)


def test_a_number_far_from_all_others_stands_for_missing(tmp_path: Path) -> None:
    lines = "".join(f"{-999 if n % 10 == 0 else n % 50},{n % 7}\n" for n in range(300))
    assert columns(read(tmp_path / "a.csv", f"a,b\n{lines}"))["a"].sentinel == "-999"


def test_codes_with_leading_zeros_stay_text(tmp_path: Path) -> None:
    lines = "".join(f"{n % 40:05d},{n % 7}\n" for n in range(200))
    assert not columns(read(tmp_path / "a.csv", f"zip,b\n{lines}"))["zip"].numeric


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["2020-03-01", "2021-12-31"], ""),
        (["13.02.2020", "01.12.2020"], "%d.%m.%Y"),
        (["02/13/2020", "12/01/2020"], "%m/%d/%Y"),
        (["31.12.19", "01.02.20"], "%d.%m.%y"),
        (["20141013T000000", "20150220T000000"], "%Y%m%dT%H%M%S"),
        (["12/14/2010 8:26", "1/2/2011 14:05"], "%m/%d/%Y %H:%M"),
        (["1 Jan 2020", "22 Dec 2021"], "%d %b %Y"),
    ],
)
def test_dates_are_read_in_the_usual_orders(values: list[str], form: str) -> None:
    written = find_format(values)
    assert written is not None
    assert (written.form, written.other) == (form, "")


def test_day_and_month_stay_open_where_values_do_not_tell() -> None:
    written = find_format(["03/02/2020", "05/06/2020", "01/01/2021"])
    assert written is not None
    assert {written.form, written.other} == {"%d/%m/%Y", "%m/%d/%Y"}


def test_order_of_rows_tells_day_from_month() -> None:
    values = [f"{day:02d}/{month:02d}/2020" for month in range(1, 13) for day in (3, 9)]
    written = find_format(values, in_order=values)
    assert written is not None
    assert (written.form, written.other) == ("%d/%m/%Y", "")


@pytest.mark.parametrize(("suffix", "opener"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_packed_text_is_read_as_it_is(tmp_path: Path, suffix: str, opener: object) -> None:
    packed = opener(text_of().encode())  # type: ignore[operator]
    path = tmp_path / f"a.csv{suffix}"
    path.write_bytes(packed)
    found = find(str(path))
    assert found.table.names == NAMES
    assert not found.converted


def made(path: Path) -> Found:
    found = find(str(path))
    assert found.converted
    assert found.source.path.name.endswith(".csv.gz")
    return found


def test_the_one_table_of_an_archive_is_taken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:  # a zip by another name
        archive.writestr("folder/data.csv", text_of())
        archive.writestr("__MACOSX/data.csv", "junk")
        archive.writestr("README.txt", "hello")
    found = made(tmp_path / "a.csv")
    assert (found.table.names, found.table.rows) == (NAMES, 120)
    assert found.recipe["sources"][0]["file"] == "a.csv"


def test_the_table_for_training_is_taken_from_beside_those_for_testing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "competition.zip", "w") as archive:
        for name in ("train.csv", "test.csv", "sample_submission.csv"):
            archive.writestr(name, text_of() if name == "train.csv" else "id\n1\n")
    found = made(tmp_path / "competition.zip")
    assert (found.table.names, found.table.rows) == (NAMES, 120)
    said = found.recipe["steps"][0]
    assert said.startswith("left aside test.csv, sample_submission.csv")


def test_several_tables_of_an_archive_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("one.csv", "two.csv"):
            archive.writestr(name, text_of())
    with pytest.raises(MlscaffoldError, match=r"one\.csv, two\.csv"):
        find(str(tmp_path / "a.zip"))


@pytest.mark.parametrize("lines", [True, False])
def test_json_becomes_columns(tmp_path: Path, *, lines: bool) -> None:
    objects = [{"a": n, "b": {"c": n % 3}, "d": None} for n in range(60)]
    text = "\n".join(map(json.dumps, objects)) if lines else json.dumps(objects)
    (tmp_path / "a.json").write_text(text)
    found = made(tmp_path / "a.json")
    assert found.table.names == ["a", "b.c", "d"]
    assert found.table.rows == 60


def test_parquet_becomes_text(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a.parquet"
    with duckdb.connect() as base:
        base.execute(f"COPY (SELECT range AS a, range % 3 AS b FROM range(50)) TO '{path}'")
    assert made(path).table.names == ["a", "b"]


def test_longer_rows_are_left_out_and_said(tmp_path: Path) -> None:
    lines = text_of().splitlines()
    lines[50] += ",one,more"
    (tmp_path / "a.csv").write_text("\n".join(lines))
    found = made(tmp_path / "a.csv")
    assert found.table.rows == 119
    assert found.recipe["steps"] == ["more values than names in 1 row: 1 row left out"]


def test_both_sides_of_a_git_conflict_are_kept_once(tmp_path: Path) -> None:
    lines = text_of().splitlines()
    conflict = [
        "<<<<<<< HEAD",
        *lines[20:24],
        "=======",
        *lines[20:23],
        lines[25],
        ">>>>>>> theirs",
    ]
    (tmp_path / "a.csv").write_text("\n".join([*lines[:20], *conflict, *lines[26:]]))
    assert made(tmp_path / "a.csv").table.rows == 119


def test_files_of_the_same_columns_are_stacked(tmp_path: Path) -> None:
    for name, city in (("a_1.csv", "Graz"), ("a_2.csv", "Linz")):
        (tmp_path / name).write_text(text_of().replace("Graz", city))
    found = find(str(tmp_path / "a_*.csv"))
    assert found.table.rows == 240
    assert set(found.table.column("file")) == {"a_1", "a_2"}


def test_a_join_adds_the_columns_of_the_same_key(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    (tmp_path / "b.csv").write_text("city,country\nGraz,AT\nKöln,DE\n")
    found = find(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "city")
    assert found.table.rows == 120
    assert set(found.table.column("country")) == {"AT", "DE"}


def test_a_join_that_multiplies_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    (tmp_path / "b.csv").write_text("city,country\nGraz,AT\nGraz,SI\n")
    with pytest.raises(MlscaffoldError, match="multiply rows"):
        find(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "city")


def test_a_join_names_the_file_that_the_person_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    (tmp_path / "b.csv").write_text("city,country\nGraz,AT\nGraz,SI\n")
    with pytest.raises(MlscaffoldError, match=r"rows of `.*b\.csv`"):
        find(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "city")


def test_a_join_in_which_no_row_finds_its_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    (tmp_path / "b.csv").write_text("city,country\nGRAZ,AT\nKÖLN,DE\n")
    with pytest.raises(MlscaffoldError, match="no row finds its `city`") as caught:
        find(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "city")
    assert "here it is Graz, there GRAZ" in str(caught.value)


def test_a_join_says_how_many_rows_it_left_without_a_partner(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    (tmp_path / "b.csv").write_text("city,country\nGraz,AT\n")
    found = find(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "city")
    lost = found.table.column("country").count("")
    assert f"{lost} of 120 rows have no row of their city there" in found.table.notes


def test_files_of_one_name_in_several_folders_are_told_apart(tmp_path: Path) -> None:
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.csv").write_text(text_of().replace("Graz", folder))
    found = find(str(tmp_path / "*" / "1.csv"))
    assert {*found.table.column("file")} == {"north/1", "south/1"}


def test_a_file_that_does_not_fit_into_the_stack_is_named_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(text_of())
    (tmp_path / "2.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(MlscaffoldError, match=r"2\.csv` has other columns than `.*1\.csv`"):
        find(str(tmp_path / "*.csv"))


def test_a_pattern_that_meets_nothing_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of())
    with pytest.raises(MlscaffoldError, match="no file matches") as caught:
        find(str(tmp_path / "*.tsv"))
    assert "holds a.csv" in caught.value.hint
    with pytest.raises(MlscaffoldError, match="no file matches") as caught:
        find(str(tmp_path / "absent" / "*.csv"))
    assert "there is no folder" in caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there, pipes have no name")
def test_a_link_in_a_circle_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    loop, pipe = tmp_path / "loop.csv", tmp_path / "pipe.csv"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    for path, said in ((loop, "a link that leads to no file"), (pipe, "is a pipe")):
        with pytest.raises(MlscaffoldError, match=said) as caught:
            find(str(path))
        assert "did you mean" not in caught.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b,c\n", "a header and no rows"),
        (b"a\n1\n2\n3\n", "one column"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "an image"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
        (b"PK\x03\x04broken", "a broken zip archive"),
        (b"\x1f\x8b\x08broken", "is damaged"),
    ],
)
def test_what_is_no_table_is_said_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(MlscaffoldError, match=said) as caught:
        find(str(tmp_path / "a.csv"))
    assert caught.value.hint


@pytest.mark.slow
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(1100):
            file.write(b"0" * (1 << 20))
    with pytest.raises(MlscaffoldError, match="a trap"):
        find(str(path))


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(text_of())
    with pytest.raises(MlscaffoldError, match="is a folder"):
        find(str(tmp_path))
    with pytest.raises(MlscaffoldError, match="there is no file") as caught:
        find(str(tmp_path / "sale.csv"))
    assert "sales.csv" in caught.value.hint


@pytest.mark.slow
def test_more_columns_than_anybody_can_declare_are_refused_at_once(tmp_path: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(30_000))
    numbers = ",".join("1" for _ in range(30_000))
    with pytest.raises(MlscaffoldError, match="more columns than the 20,000"):
        read(tmp_path / "a.csv", f"{wide}\n{numbers}\n{numbers}\n")


def test_an_address_that_does_not_answer_is_named() -> None:
    with pytest.raises(MlscaffoldError, match="cannot be fetched") as caught:
        find("http://127.0.0.1:9/sales.csv")
    assert caught.value.hint


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text(text_of())

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)  # the person who runs this may be root
    with pytest.raises(MlscaffoldError, match="may not read"):
        find(str(tmp_path / "a.csv"))


class Wine:
    """A frame as scikit-learn returns it."""

    def to_csv(self, place: Path, *, index: bool) -> None:
        assert not index
        place.write_text(text_of())


def test_a_set_of_scikit_learn_is_converted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = SimpleNamespace(
        load_wine=lambda *, as_frame: SimpleNamespace(frame=as_frame and Wine())
    )
    monkeypatch.setitem(sys.modules, "sklearn", SimpleNamespace(datasets=shipped))
    found = find("sklearn:wine")
    assert found.table.names == NAMES
    assert "sklearn:wine" in found.recipe["steps"][0]
    with pytest.raises(MlscaffoldError, match="no data set `beer`") as caught:
        find("sklearn:beer")
    assert "wine" in caught.value.hint


def test_without_scikit_learn_its_sets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MlscaffoldError, match="needs scikit-learn"):
        find("sklearn:wine")


def test_a_large_file_is_sampled_all_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("a,b,c\n")
        for first, word in ((0, "early"), (600_000, "late")):
            file.writelines(f"{n},{n % 7},{word}-word\n" for n in range(first, first + 600_000))
    table = find(str(path)).table
    assert not table.whole
    assert table.seen < 500_000
    assert abs(table.rows - 1_200_000) < 60_000
    assert set(table.column("c")) == {"early-word", "late-word"}


def packed_twice(content: bytes) -> bytes:
    return gzip.compress(gzip.compress(content))


@pytest.mark.parametrize("inner", ["text", "lines"])
def test_what_is_packed_twice_or_holds_json_is_unpacked_and_told(
    tmp_path: Path, inner: str
) -> None:
    objects = "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in rows())
    content = (
        packed_twice(text_of().encode()) if inner == "text" else gzip.compress(objects.encode())
    )
    (tmp_path / "a.csv.gz").write_bytes(content)
    found = made(tmp_path / "a.csv.gz")
    assert (found.table.names, found.table.rows) == (NAMES, 120)
    assert found.recipe["steps"][0] == "unpacked a.csv from a.csv.gz"


@pytest.mark.parametrize(
    "text",
    [
        lambda each: "\n".join(json.dumps(one, indent=2) for one in each),
        lambda each: ",\n".join(map(json.dumps, each)),
        lambda each: "\ufeff" + json.dumps(each),
        lambda each: json.dumps({"page": 1, "data": {"ids": [*range(99)], "items": each}}),
    ],
    ids=["pretty", "commas", "mark", "nested"],
)
def test_json_is_read_however_objects_follow_each_other(tmp_path: Path, text: Any) -> None:
    objects = [{"a": n, "b": n % 3} for n in range(40)]
    (tmp_path / "a.json").write_text(text(objects), "utf-8")
    table = made(tmp_path / "a.json").table
    assert (table.names, table.rows) == (["a", "b"], 40)


def test_json_that_breaks_off_is_said_to_do_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"a": n} for n in range(40)])[:-9])
    with pytest.raises(MlscaffoldError, match="breaks off"):
        find(str(tmp_path / "a.json"))


R_DATA = gzip.compress(b"X\n\x00\x00\x00\x03" + bytes(99), mtime=0)


@pytest.mark.parametrize(
    ("content", "said", "way"),
    [
        (bytes([114, 2, 1, 0]) + bytes(99), "a Stata file", 'read_stata("a.dta")'),
        (bytes(12) + b"\xc2\xea\x81\x60" + bytes(99), "a SAS file", 'read_sas("a.dta")'),
        (b"$FL2@(#) IBM SPSS", "an SPSS file", 'read_spss("a.dta")'),
        (R_DATA, "an R data file", 'readRDS("a.dta")'),
        (b"(\xb5/\xfd" + bytes(99), "Zstandard", "zstd -d a.dta"),
        (b"\x00\x01\x00\x00Standard ACE DB" + bytes(99), "an Access database", "CSV"),
        (
            b"-- a dump\n/*!40101 SET x */;\nSET NAMES utf8;\nINSERT INTO `t` VALUES (1, 2);\n",
            "an SQL dump",
            "CSV",
        ),
    ],
)
def test_foreign_formats_are_named_with_the_way_to_csv(
    tmp_path: Path, content: bytes, said: str, way: str
) -> None:
    (tmp_path / "a.dta").write_bytes(content)
    with pytest.raises(MlscaffoldError, match=said) as caught:
        find(str(tmp_path / "a.dta"))
    assert way in caught.value.hint


def test_the_largest_table_of_a_web_page_is_read(tmp_path: Path) -> None:
    body = "".join(
        f"<tr><td>{a}<td><a href='/x'>{b}</a></td><td>{c}<sup>[1]</sup></td><td>{d}</td></tr>"
        for a, b, c, d in rows()
    )
    names = "".join(f"<th>{name}</th>" for name in NAMES)
    menu = "<table><tr><td>Home</td><td>About</td></tr></table>"
    page = f"<!DOCTYPE html><html>{menu}<table><tr>{names}</tr>{body}</table></html>"
    (tmp_path / "a.xls").write_text(page, "utf-8")
    table = made(tmp_path / "a.xls").table
    assert (table.names, table.rows) == (NAMES, 120)
    assert [cells[1] for cells in table.columns] == rows()[1]


def test_cells_of_a_web_page_fill_the_rows_and_columns_that_they_span(tmp_path: Path) -> None:
    body = "".join(
        f"<tr><td rowspan=2>t{n}</td><td>{n}</td><td>{n}</td></tr><tr><td colspan=2>{n}9</td></tr>"
        for n in range(30)
    )
    (tmp_path / "a.html").write_text(f"<table><tr><th>a<th>b<th>c</tr>{body}</table>")
    table = find(str(tmp_path / "a.html")).table
    assert [*zip(*table.columns, strict=True)][2:4] == [("t1", "1", "1"), ("t1", "19", "19")]


def test_lines_of_two_encodings_are_read_and_told(tmp_path: Path) -> None:
    lines = text_of().splitlines()
    mixed = b"\n".join(
        line.encode("cp1252" if n in {8, 90} else "utf-8") for n, line in enumerate(lines)
    )
    table = read(tmp_path / "a.csv", mixed)
    assert set(table.column("city")) == {"Graz", "Köln"}
    assert "some lines are not in UTF-8" in table.reasons[0]


def test_hard_blanks_and_signs_of_money_are_no_letters_of_another_encoding(tmp_path: Path) -> None:
    lines = "".join(f"{n};{n % 7}\u00a0234,50\u00a0€\n" for n in range(60))
    table = read(tmp_path / "a.csv", f"a;b\n{lines}".encode("cp1252"))
    assert table.keywords["encoding"] == "cp1252"


def drawn(kind: str) -> str:
    body: list[list[object]] = [[n, f"town {n % 7}", n % 9, n * 1.5] for n in range(40)]
    text = [[str(cell).ljust(8) for cell in row] for row in [[*"abcd"], *body]]
    rule = "+".join("-" * 10 for _ in range(4))
    if kind == "markdown":
        framed = [f"| {' | '.join(row)} |" for row in text]
        return "\n".join(["# Found", "", framed[0], "|---|---|---:|---:|", *framed[1:]])
    if kind == "database":
        framed = [f"| {' | '.join(row)} |" for row in text]
        return "\n".join([f"+{rule}+", framed[0], f"+{rule}+", *framed[1:], f"+{rule}+", "40 rows"])
    if kind == "psql":
        plain = [f" {' | '.join(row)}" for row in text]
        return "\n".join([plain[0], rule, *plain[1:], "(40 rows)"])
    return "\n".join("".join(row) for row in text)


@pytest.mark.parametrize("kind", ["markdown", "database", "psql", "fixed"])
def test_tables_drawn_with_signs_or_blanks_are_read(tmp_path: Path, kind: str) -> None:
    table = read(tmp_path / "a.txt", drawn(kind))
    assert (table.names, table.rows) == (["a", "b", "c", "d"], 40)
    assert [cells[8] for cells in table.columns] == ["8", "town 1", "8", "12.0"]


def test_empty_cells_of_a_fixed_width_stay_empty(tmp_path: Path) -> None:
    lines = [f"{n:<6}{'Bad Ischl' if n % 4 else '':>12}{n % 9 or '':>7}" for n in range(40)]
    table = read(tmp_path / "a.txt", "\n".join([f"{'a':<6}{'town':>12}{'rooms':>7}", *lines]))
    assert [cells[9] for cells in table.columns] == ["9", "Bad Ischl", ""]
    assert [cells[8] for cells in table.columns] == ["8", "", "8"]


@pytest.mark.parametrize(
    ("form", "steps"),
    [
        ('="{}"', 'cells like ="1" made plain'),
        ("\u201c{}\u201d", "curly quotes around cells made plain ones"),
    ],
)
def test_formulas_and_curly_quotes_around_cells_are_taken_off(
    tmp_path: Path, form: str, steps: str
) -> None:
    lines = [",".join(form.format(cell) for cell in row) for row in [NAMES, *rows()]]
    (tmp_path / "a.csv").write_text("\n".join(lines), "utf-8")
    found = made(tmp_path / "a.csv")
    assert found.table.names == NAMES
    assert [cells[0] for cells in found.table.columns] == rows()[0]
    assert found.recipe["steps"] == [steps]


def test_control_characters_become_the_signs_they_stood_for(tmp_path: Path) -> None:
    lines = "".join(f"{n},it\u0092s {n},{n % 5}\n" for n in range(40))
    assert read(tmp_path / "a.csv", f"a,b,c\n{lines}").column("b")[0] == "it\u2019s 0"


def test_signs_nobody_sees_are_no_part_of_names(tmp_path: Path) -> None:
    names = ["number\u200b", "\u00a0city", "price\u00a0", "sold"]
    assert read(tmp_path / "a.csv", text_of(names=names)).names == NAMES


@pytest.mark.parametrize(
    "head", ["A long title, with commas, and more, and more, to say\n", "x;1;2\n"]
)
def test_a_longer_line_above_the_header_is_no_part_of_it(tmp_path: Path, head: str) -> None:
    separator = ";" if ";" in head else ","
    text = head.replace("x", ";".join("EXTF")) + text_of(separator)
    assert read(tmp_path / "a.csv", text).names == NAMES


def test_groups_above_the_header_name_columns_that_repeat(tmp_path: Path) -> None:
    lines = "".join(f"t{n},{n % 9},{n % 7},{n % 5},{n}\n" for n in range(40))
    table = read(tmp_path / "a.csv", f",2019,,2020,\ntown,in,out,in,out\n{lines}")
    assert table.names[0] == "town"
    assert table.rows == 40


def test_pages_and_headers_among_the_rows_are_left_out(tmp_path: Path) -> None:
    lines = text_of().splitlines()
    text = "\n".join([*lines[:60], "Page 2 of 3,,,", lines[0], *lines[60:]])
    (tmp_path / "a.csv").write_text(text, "utf-8")
    found = made(tmp_path / "a.csv")
    assert found.table.rows == 120
    assert found.recipe["steps"] == [
        "1 row left out: the header again", "1 row left out: numbers of pages",
    ]  # fmt: skip


def test_a_second_table_with_other_columns_below_is_left_out(tmp_path: Path) -> None:
    second = text_of(names=[*NAMES, "rooms"]).replace(".2020", ".2020,3")
    (tmp_path / "a.csv").write_text(text_of() + second, "utf-8")
    found = made(tmp_path / "a.csv")
    assert (found.table.names, found.table.rows) == (NAMES, 120)
    assert "a second table below the first one left out" in found.recipe["steps"]


def test_names_that_no_row_has_a_value_for_stay_and_empty_ones_go(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", text_of(names=[*NAMES, "later"])).names == [*NAMES, "later"]
    table = read(tmp_path / "b.csv", text_of(names=[*NAMES, "", ""]))
    assert table.names == table.keywords["names"] == NAMES


def test_blanks_behind_words_ask_for_a_file_of_its_own(tmp_path: Path) -> None:
    assert made_of_blanks(tmp_path / "a.csv", " | ") == ["blanks behind cells cut off"]
    assert not made_of_blanks(tmp_path / "b.csv", ", ")


def made_of_blanks(path: Path, separator: str) -> list[str]:
    return read(path, text_of(separator)).reasons


def test_lakhs_are_numbers_also_behind_a_sign_of_money(tmp_path: Path) -> None:
    lines = "".join(f'{n},"₹ {n % 8 + 1},{10 + n % 80},000.50"\n' for n in range(60))
    column = columns(read(tmp_path / "a.csv", f"a,b\n{lines}"))["b"]
    assert column.numeric
    assert column.low == 110_000.5


def test_files_of_one_name_in_two_archives_are_both_stacked(tmp_path: Path) -> None:
    for number, city in enumerate(("Graz", "Linz")):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr("data.csv", text_of().replace("Graz", city))
    assert {*find(str(tmp_path / "*.zip")).table.column("city")} == {"Graz", "Linz", "Köln"}


WORDS = {
    "cp1250": "zażółć gęślą jaźń Żyrardów Święta Łomża pół",
    "iso8859_2": "příliš žluťoučký kůň úpěl ďábelské ódy Říčany",
    "cp1254": "İstanbul Eskişehir Muğla öğüt Şanl\u0131urfa",
    "mac_roman": "Straße größer Äpfel Käse Mädchen Jürgen",
    "cp850": "Straße größer Äpfel Käse Mädchen Jürgen",
    "shift_jis": "横浜市 京都府 神戸 さいたま カタカナ",
    "euc_jp": "横浜市 京都府 神戸 さいたま カタカナ",
    "gb18030": "成都 重庆 武汉 西安 广州 深圳 价格",
    "euc_kr": "광주 대전 울산 수원 가격",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_letters_of_a_language_tell_the_encoding(encoding: str) -> None:
    text = "\n".join(f"{n};{word}" for n, word in enumerate(8 * WORDS[encoding].split()))
    assert text.encode(encoding).decode(guess(text.encode(encoding))) == text


@pytest.mark.parametrize("text", ["élève où Noël œuvre ça", "città perché più È", "Þingvellir það"])
def test_western_languages_stay_western(text: str) -> None:
    assert guess("\n".join(8 * text.split()).encode("cp1252")) == "cp1252"


def test_names_in_a_comment_line_are_the_header(tmp_path: Path) -> None:
    for name, mark, separator in (("a.csv", "#", ","), ("b.txt", "# ", " ")):
        table = read(tmp_path / name, mark + text_of(separator))
        assert (table.names, table.rows) == (NAMES, 120)
        assert table.keywords["names"] == NAMES


def test_a_title_above_columns_of_a_fixed_width_is_left_out(tmp_path: Path) -> None:
    lines = [f"{n:<6}{'Bad Ischl' if n % 4 else 'Graz':<12}{n % 9:>7}" for n in range(40)]
    head = ["Towns of Styria, 2020", "", f"{'a':<6}{'town':<12}{'rooms':>7}"]
    table = read(tmp_path / "a.txt", "\n".join([*head, *lines]))
    assert (table.names, table.rows) == (["a", "town", "rooms"], 40)


def test_a_box_drawn_around_a_table_is_taken_off(tmp_path: Path) -> None:
    framed = drawn("database").replace("|", "│").replace("+", "┼").replace("--", "──")
    table = read(tmp_path / "a.txt", framed)
    assert (table.names, table.rows) == (["a", "b", "c", "d"], 40)


@pytest.mark.parametrize("kind", ["header and rows", "Socrata"])
def test_json_with_names_beside_its_rows_is_read(tmp_path: Path, kind: str) -> None:
    body = [[n, n % 7, f"t{n}"] for n in range(40)]
    said: object = {"header": [*"abc"], "rows": body}
    if kind == "Socrata":
        said = {"meta": {"view": {"columns": [{"name": each} for each in "abc"]}}, "data": body}
    (tmp_path / "a.json").write_text(json.dumps(said))
    table = made(tmp_path / "a.json").table
    assert (table.names, table.rows) == ([*"abc"], 40)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("-$1,234.50", "-1234.5"), ("$(1,234.50)", "-1234.5"), ("\u22121,234.50", "-1234.5"),
        ("CA$1,234.50", "1234.5"), ("Rs. 1,234.50", "1234.5"), ("1_234.50", "1234.5"),
    ],
)  # fmt: skip
def test_signs_before_money_and_between_digits_are_read(text: str, plain: str) -> None:
    assert amount(text, Style(".", ",")) == plain


@pytest.mark.parametrize(
    ("text", "day"),
    [("2020-H2", "2020-07-01"), ("KW 05/2020", "2020-01-27"), ("2020M03", "2020-03-01")],
)
def test_parts_of_years_become_their_first_day(text: str, day: str) -> None:
    assert first_day(text) == day


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("27-MAR-20 05.00.00.000000000 AM", "27-MAR-20 05.00.00 AM"),
        ("03/27/2020 05:00 p.m.", "03/27/2020 05:00 PM"),
        ("Fri Mar 27 05:00:00 CET 2020", "Fri Mar 27 05:00:00 2020"),
    ],
)
def test_moments_lose_what_no_format_knows(value: str, plain: str) -> None:
    assert bare(value) == plain
    assert find_format([plain])


def test_sql_in_cells_makes_no_dump(tmp_path: Path) -> None:
    lines = "".join(f'{n},"how to\nCREATE TABLE t{n} (a int);",{n % 5}\n' for n in range(30))
    assert read(tmp_path / "a.csv", f"set,question,answers\n{lines}").rows == 30
