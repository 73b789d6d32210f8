"""`mlscaffold check --run`: nothing runs without it, it runs on a copy, and it measures traps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Command, committed, files, write_files
from test_defend import PROJECT, results

from mlscaffold.check.findings import Severity
from mlscaffold.check.inspection import inspect
from mlscaffold.check.probing import PROBES, Run
from mlscaffold.check.scores import find_scores
from mlscaffold.errors import MlscaffoldError

DECLARED = '[tool.mlscaffold.check]\ntrain = "study:study"\n'
# Stands for the Python of a project: it notes what it was given and measures what a test wants.
PYTHON = """\
#!{python}
import json, os, pathlib, sys
here = pathlib.Path(sys.argv[3]).parent if sys.argv[2] == "mlscaffold_trials" else None
pathlib.Path("touched").write_text("in the copy")
{body}
"""
LOG = 'log = (here / "measured.jsonl").open("a")\nlog.write({text!r})\nlog.close()'
FINDING = {
    "what": "in order of `day`",
    "label": "accuracy",
    "unit": "",
    "reported": 0.91,
    "measured": 0.86,
    "gap": 0.05,
    "noise": 0.02,
    "constant": 0.5,
}


def declared(folder: Path, body: str, toml: str = DECLARED) -> Path:
    """A repository that says how it trains, with a Python of its own."""
    python = PYTHON.format(python=sys.executable, body=body)
    told = {"pyproject.toml": toml, "study.py": "raise SystemExit(1)\n", ".gitignore": ".venv\n"}
    write_files(folder, {**told, "data/rows.csv": "1\n", ".venv/bin/python": python})
    (folder / ".venv/bin/python").chmod(0o755)
    return committed(folder)


def log(*lines: dict[str, Any]) -> str:
    """The body of a Python that measured so."""
    text = "".join(json.dumps(line) + "\n" for line in (*lines, {"probe": "end"}))
    return LOG.format(text=text)


def measured(folder: Path, *, minutes: float = 1) -> list[tuple[str, Severity, str]]:
    """Code, severity and message of what the probes found."""
    codes = [each.code for each in PROBES]
    found = inspect(folder, only=codes, run=Run(minutes)).findings
    return [(each.code, each.severity, each.message) for each in found]


def test_nothing_runs_without_run(tmp_path: Path, mlscaffold: Command) -> None:
    folder = declared(tmp_path, "pathlib.Path(__file__).with_name('ran').touch()")
    mlscaffold("check", folder)
    assert not (folder / ".venv/bin/ran").exists()


def test_it_runs_on_a_copy_and_leaves_the_repository_alone(tmp_path: Path) -> None:
    body = "pathlib.Path('data/rows.csv').write_text('2')\n" + log()
    folder = declared(tmp_path, body)
    before = files(folder)
    assert measured(folder) == []
    assert files(folder) == before


def test_both_numbers_are_told_in_the_unit_of_the_learner(tmp_path: Path) -> None:
    folder = declared(tmp_path, log({"probe": "time", **FINDING}))
    code, severity, said = measured(folder)[0]
    assert (code, severity) == ("PB04", Severity.ERROR)
    assert "accuracy 0.91 as the split is, 0.86 in order of `day`" in said


@pytest.mark.parametrize(
    ("gap", "noise", "expected"),
    [
        (0.05, 0.06, []),
        (-0.05, 0.01, []),
        (0.05, 0.03, [Severity.WARNING]),
        (0.05, 0.01, [Severity.ERROR]),
        (0.005, 0.001, []),  # clear, and not worth a word
    ],
)
def test_severity_follows_size_against_noise(
    gap: float, noise: float, expected: list[Severity], tmp_path: Path
) -> None:
    found = {**FINDING, "probe": "group", "gap": gap, "noise": noise}
    assert [severity for _, severity, _ in measured(declared(tmp_path, log(found)))] == expected


def test_luck_with_a_seed_is_a_warning_with_the_range_of_others(tmp_path: Path) -> None:
    found = {**FINDING, "probe": "seed", "noise": 0.01, "least": 0.84, "most": 0.88, "count": 10}
    code, severity, said = measured(declared(tmp_path, log(found)))[0]
    assert (code, severity) == ("PB03", Severity.WARNING)
    assert "(0.84 to 0.88)" in said


def test_what_a_probe_finds_in_order_is_told_as_well(tmp_path: Path, mlscaffold: Command) -> None:
    folder = declared(tmp_path, log({**FINDING, "probe": "group", "gap": 0.0}))
    done = mlscaffold("check", folder, "--run", "--only", "PB05")
    assert (done.status, "PB05 measured, nothing to mend: accuracy" in done.out) == (0, True)
    told = json.loads(mlscaffold("check", folder, "--run", "--json").out)
    assert told["measured"][0]["reported"] == 0.91


@pytest.mark.parametrize(
    ("body", "minutes", "reason"),
    [
        ("sys.exit('ValueError: no such column')", 1, "no such column"),
        ("os.abort()", 1, "no word"),
        ("import time\ntime.sleep(60)", 0.01, "longer than"),
        (log({"probe": "time", "failed": "KeyError: day"}), 1, "KeyError: day"),
        (LOG.format(text='{"probe": "ti'), 1, "without a word"),
    ],
)
def test_run_that_fails_is_reported(body: str, minutes: float, reason: str, tmp_path: Path) -> None:
    found = measured(declared(tmp_path, body), minutes=minutes)
    assert [severity for _, severity, _ in found] == [Severity.WARNING]
    assert reason in found[0][2]


def test_what_was_measured_before_a_failure_is_kept(tmp_path: Path) -> None:
    text = json.dumps({"probe": "time", **FINDING}) + "\n"
    found = measured(declared(tmp_path, LOG.format(text=text) + "\nos.abort()"))
    assert [code for code, *_ in found] == ["PB01", "PB04"] or [c for c, *_ in found] == [
        "PB04",
        "PB01",
    ]


README = "# Bikes\n\nThe test accuracy is {stated}.\n\n```bash\n{commands}\n```\n"


def documented(folder: Path, commands: str, code: str, stated: str = "91 %") -> Path:
    """A repository whose README states a score and names commands."""
    readme = README.format(stated=stated, commands=commands)
    files = {"README.md": readme, "evaluate.py": code, "tools/evaluate.py": code}
    python = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    write_files(folder, {**files, ".gitignore": ".venv\n", ".venv/bin/python": python})
    (folder / ".venv/bin/python").chmod(0o755)
    return committed(folder)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("accuracy: 0.9123", []),
        ("Train accuracy 0.99, test accuracy 0.909", []),  # the nearest one is meant
        ("acc = 91.3%", []),
        ("accuracy: 0.86", [Severity.WARNING]),
        ("F1: 0.91", [Severity.WARNING]),
        ("done", [Severity.WARNING]),
    ],
)
def test_stated_score_is_compared_with_what_the_documented_command_prints(
    printed: str, expected: list[Severity], tmp_path: Path
) -> None:
    code = f"import pathlib\npathlib.Path('touched').touch()\nprint({printed!r})\n"
    folder = documented(tmp_path, "python evaluate.py --seed 1", code)
    before = files(folder)
    assert [severity for _, severity, _ in measured(folder)] == expected
    assert files(folder) == before


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("accuracy of 85%, AUC 0.9", [("accuracy", 0.85), ("ROC-AUC", 0.9)]),
        ("85% accuracy and 78.5% AUC", [("accuracy", 0.85), ("ROC-AUC", 0.785)]),
        (
            "| Model | F1 | RMSE |\n|---|---|---|\n| A | 0.7 | 23,480 |",
            [("F1", 0.7), ("RMSE", 23480)],
        ),
        ("| **MAE** | 4.1 days |", [("MAE", 4.1)]),
        ("top-5 accuracy, R² = 0.87", [("R²", 0.87)]),
        ("accuracy matters. In 2024 we had 5 models", []),
    ],
)
def test_scores_are_read_as_people_state_them(
    stated: str, expected: list[tuple[str, float]]
) -> None:
    assert [(each.metric, each.value) for each in find_scores(stated.splitlines())] == expected


def test_one_of_many_stated_scores_is_enough(tmp_path: Path) -> None:
    stated = "high.\n\n| Model | Accuracy |\n|---|---|\n| majority | 0.61 |\n| forest | 0.91 |"
    folder = documented(tmp_path, "python evaluate.py", "print('accuracy: 0.91')", stated)
    assert measured(folder) == []


def test_stated_score_and_printed_score_are_told_together(tmp_path: Path) -> None:
    folder = documented(tmp_path, "python evaluate.py", "print('accuracy: 0.86')")
    code, _, said = measured(folder)[0]
    assert code == "PB08"
    assert "accuracy 0.91 as stated, 0.86 printed by `python evaluate.py`" in said


@pytest.mark.parametrize(
    "command",
    [
        "$ python evaluate.py",
        "> python evaluate.py",
        "pip install -r requirements.txt && uv run python evaluate.py  # two minutes",
        "git clone https://example.org/x.git\ncd x\npython3 evaluate.py",
        "cd tools\npython evaluate.py",
        "python missing.py\npython -m evaluate",
        "./evaluate.py",
    ],
)
def test_command_is_found_as_people_document_it(command: str, tmp_path: Path) -> None:
    folder = documented(tmp_path, command, "print('accuracy: 0.91')")
    assert measured(folder) == []


@pytest.mark.parametrize(
    ("command", "stated", "reason"),
    [
        ("pip install .", "91 %", "names no command"),
        ("python evaluate.py --data <your file>", "91 %", "names no command"),
        ("python evaluate.py > log; rm -r data", "91 %", "names no command"),
        ("streamlit run app.py", "91 %", "names no command"),
        ("python evaluate.py", "high", "states no score"),
    ],
)
def test_readme_that_documents_no_measurement_is_told_what_it_lacks(
    command: str, stated: str, reason: str, tmp_path: Path
) -> None:
    folder = documented(tmp_path, command, "print('accuracy: 0.91')", stated)
    with pytest.raises(MlscaffoldError, match=reason):
        measured(folder)


@pytest.mark.parametrize(
    ("code", "minutes", "reason"),
    [
        ("raise SystemExit('no data.csv')", 1, "failed: no data.csv"),
        ("import time\ntime.sleep(60)", 0.02, "longer than"),
        ("print('hello')", 1, "printed no accuracy"),
    ],
)
def test_documented_command_that_does_not_measure_is_told(
    code: str, minutes: float, reason: str, tmp_path: Path
) -> None:
    found = measured(documented(tmp_path, "python evaluate.py", code), minutes=minutes)
    assert [(each, severity) for each, severity, _ in found] == [("PB08", Severity.WARNING)]
    assert reason in found[0][2]


def test_repository_that_says_nothing_of_its_training_is_told_what_to_write(
    tmp_path: Path, mlscaffold: Command
) -> None:
    write_files(tmp_path, {"train.py": "print(1)\n"})
    done = mlscaffold("check", tmp_path, "--run")
    assert (done.status, 'train = "module:function"' in done.err) == (1, True)


def test_probe_that_was_not_asked_for_does_not_run(tmp_path: Path) -> None:
    body = "request = json.loads((here / 'request.json').read_text())\n"
    body += "assert request['probes'] == ['time'], request\n" + log({"probe": "time", **FINDING})
    report = inspect(declared(tmp_path, body), only=["PB04"], run=Run(1))
    assert [each.code for each in report.findings] == ["PB04"]


@pytest.mark.parametrize("value", ["study", "study:", "os; rm:x y", ":f"])
def test_function_that_is_none_is_refused(value: str, tmp_path: Path) -> None:
    folder = declared(tmp_path, "", f"[tool.mlscaffold.check]\ntrain = {json.dumps(value)}\n")
    with pytest.raises(MlscaffoldError, match="names no function"):
        measured(folder)


def test_repository_without_an_environment_is_told_so(tmp_path: Path) -> None:
    folder = declared(tmp_path, "")
    (folder / ".venv/bin/python").unlink()
    with pytest.raises(MlscaffoldError, match="no environment"):
        measured(folder)


STEP = """\
import json
from pathlib import Path


def main():
    made = json.loads(Path(__file__).with_name("results.json").read_text())
    Path("reports").mkdir(exist_ok=True)
    Path("reports/ledger.jsonl").open("a").write("{}\\n")
    Path("reports/results.json").write_text(json.dumps(made))
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [(66.14, []), (68.0, [Severity.WARNING]), (80.0, [Severity.ERROR])],
)
def test_headline_must_come_back_and_the_ledger_stays(
    value: float, expected: list[Severity], tmp_path: Path
) -> None:
    made = results()
    again = json.loads(json.dumps(made))
    again["evaluate"]["headline"]["value"] = value
    steps = {f"src/bikes/{step}.py": STEP for step in ("train", "diagnose", "evaluate")}
    body = f"if here:\n    {log().replace(chr(10), chr(10) + '    ')}\nelse:\n    exec(sys.argv[2])"
    python = PYTHON.format(python=sys.executable, body=f"sys.path.insert(0, 'src')\n{body}")
    write_files(
        tmp_path,
        {
            "project.toml": PROJECT,
            "reports/results.json": json.dumps(made),
            "reports/ledger.jsonl": "{}\n",
            "src/bikes/__init__.py": "",
            "src/bikes/results.json": json.dumps(again),
            **steps,
            ".gitignore": ".venv\n",
            ".venv/bin/python": python,
        },
    )
    (tmp_path / ".venv/bin/python").chmod(0o755)
    committed(tmp_path)
    before = files(tmp_path)
    found = measured(tmp_path)
    assert [severity for _, severity, _ in found] == expected
    assert all(code == "PB01" and "66.1 rentals as reported" in said for code, _, said in found)
    assert files(tmp_path) == before


STUDY = """\
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor


def study(target=None):
    rng = np.random.default_rng(0)
    count = 600
    day = pd.date_range("2024-01-01", periods=count)
    shop = rng.integers(0, 60, count)
    x = rng.normal(size=count)
    y = x + {effect}
    rows = pd.DataFrame({{"x": x, "size": rng.normal(size=60)[shop], "day": day, "shop": shop}})
    if {copies}:
        places = rng.permutation(np.concatenate([np.arange(count), np.arange(count // 2)]))
        rows, y = rows.iloc[places].reset_index(drop=True), y[places]
    if {tells}:
        rows["told"] = y if target is None else target
    return {{"rows": rows, "target": y if target is None else target, "fit": fit,
            "predict": predict}}


def numbers(rows):
    return rows.assign(day=rows["day"].astype("int64") / 1e15).drop(columns="shop")


def fit(rows, target):
    return RandomForestRegressor(20, min_samples_leaf=2, random_state=0).fit(numbers(rows), target)


def predict(model, rows):
    return model.predict(numbers(rows))
"""
NOTHING = {"effect": "rng.normal(size=count)", "copies": False, "tells": False}
TRAPS = {
    "PB02": (NOTHING, "reported = 0.2\n"),
    "PB04": (NOTHING | {"effect": "np.cumsum(rng.normal(size=count))"}, ""),
    "PB05": (NOTHING | {"effect": "9 * rng.normal(size=60)[shop]"}, ""),
    "PB06": (NOTHING | {"copies": True}, ""),
    "PB07": (NOTHING | {"tells": True}, ""),
}


@pytest.fixture(scope="module")
def learning(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with what learners have."""
    place = tmp_path_factory.mktemp("learning")
    python = place / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, place], check=True)
    install = [uv, "pip", "install", "-q", "--python", str(python), "pandas", "scikit-learn"]
    subprocess.run(install, check=True)
    return python


def study(folder: Path, said: dict[str, Any], extra: str = "") -> Path:
    """A repository with a trap, or without one."""
    toml = f'{DECLARED}metric = "mae"\ntime = "day"\ngroup = "shop"\n{extra}'
    return write_files(folder, {"pyproject.toml": toml, "study.py": STUDY.format(**said)})


@pytest.mark.slow
@pytest.mark.parametrize("code", TRAPS)
def test_planted_trap_is_measured(code: str, learning: Path, tmp_path: Path) -> None:
    said, extra = TRAPS[code]
    report = inspect(study(tmp_path, said, extra), only=[code], run=Run(5, learning))
    assert [(each.code, each.severity) for each in report.findings] == [(code, Severity.ERROR)]
    assert report.measured[0].noise > 0


@pytest.mark.slow
def test_honest_study_is_not_accused(learning: Path, tmp_path: Path) -> None:
    codes = [each.code for each in PROBES]
    report = inspect(study(tmp_path, NOTHING), only=codes, run=Run(5, learning))
    assert report.findings == []
    assert {each.code for each in report.measured} == {"PB03", "PB04", "PB05", "PB07"}


SCRIPT = """\
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
print(f"Accuracy: {accuracy_score(y_test, model.predict(X_test)):.4f}")
print("roc_auc_score", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("stated", "codes"), [("95.8%", []), ("91.2%", ["PB08"])])
def test_real_script_gives_the_score_that_its_readme_states(
    stated: str, codes: list[str], learning: Path, tmp_path: Path
) -> None:
    readme = README.format(stated=stated, commands="pip install scikit-learn\npython evaluate.py")
    write_files(tmp_path, {"README.md": readme, "evaluate.py": SCRIPT})
    report = inspect(tmp_path, only=["PB08"], run=Run(5, learning))
    assert [each.code for each in report.findings] == codes
    assert [each.code for each in report.measured] == ["PB08"]
