"""`predict` and `monitor` of every type: files of rows in, answers and alarms out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Workshop
from served import (
    inside,
    of,
    read_rows,
    shop_rows,
    traffic_rows,
    write_rows,
)

pytestmark = pytest.mark.slow


Answered = tuple[list[dict[str, str]], list[dict[str, str]], str]


@pytest.fixture(scope="module")
def answered(
    trained_project: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Answered:
    """What `predict` makes of 25,000 days of the shop, with mistakes in some: answers, problems."""
    rows, folder = shop_rows(25_000, seed=1), tmp_path_factory.mktemp("answered")
    for row in rows[10_000:20_000]:
        row["heat"] = "warm"
    rows[3] |= {"day": "9999-12-31"}
    rows[4] |= {"day": "1700000000"}
    rows[5] |= {"heat": "", "day": ""}
    rows[6:10] = [rows[6] | {"street": street} for street in ("2", "2.0", " 2 ", "9")]
    target = folder / "out.csv"
    source = write_rows(folder / "in.csv", rows)
    said = workshop.run(trained_project, "predict", str(source), str(target))
    return read_rows(target), read_rows(folder / "out.problems.csv"), said


@of("regression")
def test_rows_with_problems_are_gaps_in_their_places_even_where_a_whole_piece_has_them(
    answered: Answered,
) -> None:
    answers, problems, said = answered
    assert [row["row"] for row in answers] == [str(number) for number in range(1, 25_001)]
    gaps = [int(row["row"]) for row in answers if not row["value"]]
    assert gaps == [4, 5, *range(10_001, 20_001)]
    assert "without an answer: 10,002" in said
    assert problems[0]["value"] == "9999-12-31"
    assert "from 1700 to 2199" in problems[0]["problem"]


@of("regression")
def test_new_gaps_are_answered_and_named(answered: Answered) -> None:
    assert answered[0][5]["value"]
    assert answered[0][5]["outside"] == "heat; day"


@of("regression")
def test_a_category_is_the_same_however_a_program_writes_it(answered: Answered) -> None:
    answers = answered[0][6:10]
    assert len({row["value"] for row in answers[:3]}) == 1
    assert [row["outside"] for row in answers] == ["", "", "", "street"]


@of("regression")
def test_a_file_that_cannot_be_answered_is_explained_and_leaves_nothing(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    files = {
        "columns.csv": ("heat,street\n1,2\n", "no column 'holiday', 'day'"),
        "rows.csv": ("heat,holiday,street,day\n", "has no rows"),
        "nothing.csv": ("", "cannot be read as a table"),
        "twice.csv": ("heat,holiday,street,day,heat\n1,0,1,2024-01-01,2\n", "has 'heat' twice"),
        "wide.csv": ("heat,holiday,street,day\n1,0,1,2024-01-01\n1,0,1,2024-01-01,5,6\n",
                     "cannot be read"),
    }  # fmt: skip
    for name, (content, _) in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    code = """
from a_project.product.predict import predict
paths = map(Path, sys.argv[1:])
tell([stopped(predict, path, path.with_suffix(".out")) for path in paths])
"""
    told = inside(trained_project, workshop, code, *(tmp_path / name for name in files))
    for said, (_, wanted) in zip(told, files.values(), strict=True):
        assert wanted in said
        assert "hint:" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)


@of("regression")
def test_a_full_disk_is_named_and_leaves_nothing(
    trained_project: Path, workshop: Workshop, tmp_path: Path, mount_disk: Callable[[int], Path]
) -> None:
    disk, source = mount_disk(200), write_rows(tmp_path / "in.csv", shop_rows(20_000, seed=7))
    said = workshop.run(trained_project, "predict", str(source), str(disk / "out.csv"), status=1)
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert not list(disk.glob("out*"))


@of("anomaly")
def test_rows_of_a_series_may_be_swapped_and_go_on_over_pieces(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = traffic_rows(24 * 40, 400)
    straight = write_rows(tmp_path / "straight.csv", rows)
    rows[100], rows[101] = rows[101], rows[100]
    mixed = write_rows(tmp_path / "mixed.csv", [*rows, rows[0]])
    code = """
from a_project.product.predict import predict
for path in map(Path, sys.argv[1:]):
    predict(path, path.with_suffix(".out"))
tell(None)
"""
    inside(trained_project, workshop, code, straight, mixed)
    one, other = (
        [row["strangeness"] for row in read_rows(path.with_suffix(".out"))]
        for path in (straight, mixed)
    )
    assert sorted(other) == sorted([*one, ""])
    assert [*other[100:102], other[400]] == [one[101], one[100], ""]


# The monitor


@of("regression")
def test_the_monitor_is_quiet_where_nothing_changed_and_speaks_where_much_or_little_did(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    unreadable = [{**row, "day": "9999-12-31"} for row in shop_rows(200, seed=6)]
    for row in unreadable:
        del row["sold"]
    without = [{"heat": row["heat"]} for row in shop_rows(200, seed=6)]
    files = [
        write_rows(tmp_path / "same.csv", shop_rows(2000, seed=3)),
        write_rows(tmp_path / "warm.csv", shop_rows(20_000, seed=4, warmer=2)),  # deviation: 8
        write_rows(tmp_path / "unreadable.csv", unreadable),
        write_rows(tmp_path / "without.csv", without),
    ]
    code = """
from a_project.product.monitor import monitor
tell([stopped(monitor, Path(path)) for path in sys.argv[1:]])
"""
    same, warm, wrong, absent = inside(trained_project, workshop, code, *files)
    assert same.splitlines()[-1] == "no alarm in 2,000 rows"
    assert "changed" not in same
    assert "notice: temperature at noon: values changed" in warm
    assert "alarm: day: should be a date" in wrong
    assert "no column 'holiday', 'street', 'day'" in absent


@of("regression")
def test_another_unit_new_categories_and_worse_answers_are_alarms(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    rows = [
        row | {"heat": 32 + 1.8 * float(row["heat"]), "street": "9" if number % 10 else "1"}
        for number, row in enumerate(shop_rows(2000, seed=5))
    ]
    source = write_rows(tmp_path / "new.csv", rows)
    said = workshop.run(trained_project, "monitor", str(source), status=3)
    assert "alarm: temperature at noon: values changed" in said
    assert "alarm: mean absolute error" in said
    assert "notice: street: like none of the training rows, 1,800 of 2,000 rows" in said
    assert "Find the cause first" in said


@of("recommender")
def test_the_monitor_of_a_recommender_judges_lists_beside_the_one_for_everybody(
    trained_project: Path, workshop: Workshop, tmp_path: Path
) -> None:
    [data] = (trained_project / "data").glob("*.csv")
    lines = data.read_text("utf-8").splitlines()
    new = tmp_path / "new.csv"
    new.write_text("\n".join([lines[0], *lines[-2000:]]), encoding="utf-8")
    said = workshop.run(trained_project, "monitor", str(new))
    assert "score: NDCG@10" in said
    assert "by the list for all" in said
    assert "no alarm" in said
