"""Studies of data and settings at the edge: a result or one message with a hint, no traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import Workshop, make
from served import INVENTED, inside, write_rows

from mlscaffold.catalog import read_manifest
from mlscaffold.release import TEMPLATES

pytestmark = pytest.mark.slow

TYPES = read_manifest(TEMPLATES)[1]
SUPERVISED = """
[columns]
target = "y"
unit = "rows"
numeric = ["a", "b"]
categorical = ["c"]
date = ["day"]

[rule_of_thumb]
by = ["c"]
label = "what is usual for c"

[split]
kind = "random"
"""
STUDIES = {
    "regression": SUPERVISED + '[metric]\nname = "mae"\n',
    "classification": SUPERVISED
    + '[metric]\nname = "log_loss"\n[classes]\n0 = "no"\n1 = "yes"\n[costs]\nunit = "EUR"\n'
    + "mistakes = { no = { yes = 1 }, yes = { no = 5 } }\n",
    "anomaly": '[columns]\ntarget = "y"\nunit = "rows"\nnumeric = ["a", "b"]\ncategorical = ["c"]\n'
    'id = ["day"]\n[split]\nkind = "random"\n[alerts]\nbudget = 20\n',
    "recommender": '[columns]\nuser = "c"\nitem = "b"\ntime = "day"\ntime_format = "%Y-%m-%d"\n'
    '[split]\nkind = "time"\n[metric]\nk = 3\n[rule_of_thumb]\nkind = "popular_lately"\n',
}
ROWS = 200
Row = dict[str, object]


def some_rows() -> list[Row]:
    """Rows whose target follows from `a` and chance."""
    chance, rows = random.Random(0), list[Row]()
    for at in range(ROWS):
        a, day = chance.gauss(0, 1), f"2024-{1 + at // 28:02}-{1 + at % 28:02}"
        y = int(a + chance.gauss(0, 0.3) > 1)
        rows.append({"a": a, "b": chance.randint(1, 9), "c": chance.choice("xyz"), "day": day})
        rows[-1] |= {"y": y}
    return rows


def changed(**values: object) -> list[Row]:
    """Return rows with one value throughout in some columns."""
    return [row | values for row in some_rows()]


def piled() -> list[Row]:
    """Return rows of which most are of the first day."""
    rows = some_rows()
    return [row | {"day": rows[0]["day"]} for row in rows[:180]] + rows[180:]


def labelled(anomalies: int) -> list[Row]:
    """Return rows of which the first ones are anomalies."""
    return [row | {"y": int(at < anomalies)} for at, row in enumerate(some_rows())]


RANDOM, BY_TIME = 'kind = "random"', 'kind = "time"\nby = "day"'
NO_DIFFERENCE = "predict the same for all rows"
Case = tuple[str, list[Row], tuple[str, str] | None, str]
# The type, the rows, a line of project.toml with its replacement, and the message where it stops.
CASES: dict[str, Case] = {
    "one day": ("regression", piled(), (RANDOM, BY_TIME), "0 values of 'day' in 0 rows"),
    "nothing but gaps": ("regression", changed(a="", b="", c="", day=""), None, NO_DIFFERENCE),
    "nothing varies": ("regression", changed(a=1, b=1, c="x", day=""), None, NO_DIFFERENCE),
    "a huge number": ("regression", changed(y=1e300), None, "1e+300 is not a number up to 1e15"),
    "less than the least": ("regression", some_rows(),
                            ('unit = "rows"', 'unit = "rows"\nleast = 9'), "is not at least 9"),
    "hardly any training rows": ("regression", some_rows(), (RANDOM, f"{RANDOM}\ntest = 0.99"),
                                 "2 values of 'row'"),
    "dates as groups": ("regression", piled(), ('date = ["day"]',
                        'date = ["day"]\nslices = ["day"]'), ""),
    "a negative seed": ("regression", some_rows(), (RANDOM, f"{RANDOM}\nseed = -1"), "split.seed"),
    "too dear to act": ("classification", some_rows(), ("yes = 1 ", "yes = 100000 "), ""),
    "an infinite cost": ("classification", some_rows(), ("yes = 1 ", "yes = inf "), "not inf"),
    "one normal row": ("anomaly", labelled(ROWS - 1), None, ""),
    "an infinite budget": ("anomaly", labelled(20), ("budget = 20", "budget = inf"), "not inf"),
    "few to fit to": ("anomaly", [row | {"day": "main" if at < 180 else at % 2} for at, row in
                                  enumerate(labelled(20))],
                      (RANDOM, 'kind = "group"\nby = "day"'), ""),
    "the year 9999": ("recommender", changed(day="9999-12-31"), None, "is not a moment"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_study_at_the_edge_ends_in_results_or_in_one_message(
    working: Path, tmp_path: Path, workshop: Workshop, case: str
) -> None:
    project_type, rows, edit, message = CASES[case]
    project = make(
        working, tmp_path / "project", project_type, TYPES[project_type].default_dataset, parts=[]
    )
    settings = INVENTED + STUDIES[project_type]
    if edit:
        assert edit[0] in settings
        settings = settings.replace(*edit, 1)
    (project / "project.toml").write_text(settings, "utf-8")
    (project / "data").mkdir(exist_ok=True)
    names = ["c", "b", "day"] if project_type == "recommender" else [*rows[0]]
    write_rows(project / "data" / "rows.csv", [{name: row[name] for name in names} for row in rows])
    said = workshop.run(project, "reproduce", status=1 if message else 0)
    assert "Traceback" not in said
    assert message in said
    assert ("hint: " in said) == bool(message)
    assert (project / "reports" / "results.json").exists() != bool(message)
    assert (project / "reports" / "evidence.md").exists() != bool(message)


BAD_INPUT = """
import pandas as pd
from a_project.features import WORDS, Words
from a_project.kit.project import dates, fetch, read_table
from a_project.kit import results
from a_project.kit.results import LEDGER, RESULTS, load_model, log_opening, read_results, save_model
from a_project.kit.settings import Settings, load_settings
from a_project.kit.slices import divide, members
settings = load_settings()
def reread(**changed):
    path.write_text("a\\n1\\n")
    return read_table(path, settings.data.model_copy(update=changed), [])
def reload(results):
    path.write_text(results)
    return load_model(read_results("train"))
path = Path("rows.csv")
day = pd.Series(["2024-01-31", "9999-12-31"], name="day")
told = [stopped(dates, day, written) for written in ("%Q", "%H:%m %m", "")]
told += [stopped(fetch, settings.data.model_copy(update={"source": "sklearn:nothing"}))]
told += [stopped(lambda: reread(join={"b": ["absent"]}))]
path = RESULTS
path.parent.mkdir(exist_ok=True)
for model in ("", ', "model": {}'):
    told.append(stopped(reload, '{"train": {"run": {"hashes": {}}%s}}' % model))
twice = settings.rule_of_thumb.by[:1] * 2
for changed in ({"rule_of_thumb": {"by": twice, "label": "x"}}, {"split": {"test": 0.999}}):
    try:
        Settings.model_validate(settings.model_dump() | changed)
    except ValueError as error:
        told.append(str(error))
path = Path("trailing.csv")
path.write_text("a,b\\n1,2,\\n3,4,\\n")
kept = read_table(path, settings.data, [])["a"].tolist()
LEDGER.write_text('{"data": "x"}')
kept += [log_opening({"data": "x"}), len(LEDGER.read_text().splitlines())]
path = Path(save_model("good")["file"])
good, results.joblib.dump = path.read_bytes(), lambda *_, **__: 1 / 0
try:
    save_model("bad")
except ZeroDivisionError:
    kept.append(path.read_bytes() == good)
zones = pd.Series(["2024-01-01T00:30+01:00", "2024-07-01T00:30+02:00"])
sizes = set()
for name in ("a`b", "it's", "#1", "a\\nb", "2\u20133", "x"):
    rows = pd.DataFrame({"y": 0, name: [float(each) for each in range(20)]})
    sizes |= {len(members(rows, group)) for group in divide(rows[name], "found", settings.columns)}
days = pd.DataFrame({"day": pd.to_datetime(["2024-01-01"] * 3 + ["2024-01-02"])})
sizes |= {-len(members(days, group)) for group in divide(days["day"], "", settings.columns)}
zeros = pd.Series([0.0] * 9 + [*range(1, 10)], name="late")
first = divide(zeros, "", settings.columns)[0]["name"]
same = [Words(**WORDS).fit_transform([text] * 4) for text in ("same", "", "?")]
weights = [table.toarray().tolist() for table in same]
moments = pd.Series(pd.to_datetime(zones, utc=True)).dt.tz_convert("Europe/Berlin")
dated = zones, moments, moments.dt.tz_localize(None)
hours = [dates(each, None).dt.hour.tolist() for each in dated]
tell([told, hours, [*sizes], first, weights, kept])
"""


def test_what_a_person_may_write_is_read_or_named(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    project = make(working, tmp_path / "project", "regression", "diabetes", parts=[])
    told, hours, sizes, first, weights, kept = inside(project, workshop, BAD_INPUT)
    reasons = ["bad directive", "redefinition of group", "'9999-12-31' is not a date from 1700",
               "no data/nothing.csv", "absent", "has no 'model'", "is not the model of",
               "in rule_of_thumb.by is twice", "less than or equal to 0.99"]  # fmt: skip
    for said, reason in zip(told, reasons, strict=True):
        assert reason in said
    assert all("hint: " in said for said in told[:-2])
    assert kept == [1, 3, 2, 2, True]
    assert (hours, sorted(sizes), first) == ([[0, 0]] * 3, [-3, -1, 5], "late is 0")
    assert weights == [[[0.0]] * 4] * 3


NOTES = """
import sys
import numpy as np, pandas as pd
from a_project.diagnose import write_worst
rows, found = pd.DataFrame({"a": [1.0, 2.0]}, [7, 8]), []
bad = [b"", b"row;note\\n7;x\\n", b"row,other\\n7,x\\n", b"row,note\\n7,x\\n7,y\\n"]
for content in [*bad, b"\\0\\0", "row,note\\n7,\xfc\\n".encode("cp1252")]:
    open("reports/errors.csv", "wb").write(content)
    try:
        write_worst(rows, {"prediction": [1.0, 2.0]}, np.array([1.0, 2.0]))
    except SystemExit as stop:
        found.append("errors.csv cannot be read: " in str(stop) and "\\nhint: " in str(stop))
        assert open("reports/errors.csv", "rb").read() == content
print(found)
"""


@pytest.mark.parametrize("project_type", ["regression", "classification"])
def test_notes_that_a_spreadsheet_saved_otherwise_are_named_and_stay(
    working: Path, tmp_path: Path, workshop: Workshop, project_type: str
) -> None:
    dataset = TYPES[project_type].default_dataset
    project = make(working, tmp_path / "project", project_type, dataset, parts=[])
    (project / "reports").mkdir(exist_ok=True)
    said = workshop.run(project, "python", "-c", NOTES)
    assert f"{[True] * 6}" in said
