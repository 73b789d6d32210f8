"""`mlscaffold check` on small repositories: each has one defect, and a twin that has none."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import Command, committed, write_files

from mlscaffold.check.inspection import RULES, inspect
from mlscaffold.errors import MlscaffoldError

ROOT = Path(__file__).parents[1]
README = """\
# When will the lift stop?

Maintenance decides on Mondays which lifts to visit. On the last 90 days (held out, 3,120 rows)
the mean absolute error is 4.1 days; the rule of thumb, the mean of each model, has 6.0.

![Error by age of the lift](figure.png)

Limits: lifts younger than a year have 40 rows, and an error of 11 days.

Data: https://example.org/lifts, CC BY 4.0. Run it with `python train.py`.
What follows is about how it came to be and what was tried without success, in plain words for
the people who repair lifts, and for those who wait in front of one.
"""


def notebook(*cells: str) -> str:
    """A notebook that ran from top to bottom."""
    made = [
        {"cell_type": "code", "source": [cell], "outputs": [], "execution_count": number}
        for number, cell in enumerate(cells, 1)
    ]
    return json.dumps({"cells": made})


CLEAN = {
    "README.md": README,
    "LICENSE": "MIT",
    "figure.png": "",
    "requirements.txt": "scikit-learn==1.7.0\n",
    "train.py": "def main() -> None:\n    print('trained')\n",
    "tests/test_train.py": "from train import main\n\n\ndef test_main() -> None:\n"
    "    assert main() is None\n",
}
HEAD = "from sklearn.model_selection import train_test_split\n"
DEFECTS: dict[str, tuple[str, dict[str, str]]] = {
    "no readme": ("RD01", {"README.md": ""}),
    "no result": (
        "RD02",
        {
            "README.md": README.replace("absolute error", "delay").replace("rror", "ge"),
            "train.py": "import sklearn\n\n\ndef main():\n    print(sklearn)\n",
        },
    ),
    "metrics without a number": (
        "RD02",
        {
            "README.md": "# Lifts\n\n![Errors](figure.png)\n\nThe page shows F1 and recall of the"
            " model, for the people who repair lifts and for those who wait in front of one. It"
            " runs in a browser, and asks for the age of the lift, the street, how often the door"
            " opens on a day, and who was there last; then it says whether somebody should go and"
            " look. Press a button to see why it thinks so, or wait for a mail on Monday."
        },
    ),
    "no rival": (
        "RD03",
        {"README.md": README.replace("the rule of thumb, the mean of each model, has 6.0", "")},
    ),
    "lost figure": ("RD04", {"README.md": README.replace("figure.png", "lost.png")}),
    "placeholder": ("RD06", {"README.md": README + "\nTODO: describe the model\n"}),
    "no limit": ("RD07", {"README.md": README.replace("Limits: lifts", "Lifts")}),
    "no source": ("RD09", {"README.md": README.replace("https://example.org/lifts", "mine")}),
    "no split": (
        "RD10",
        {"README.md": README.replace("last 90 days (held out, 3,120 rows)", "way")},
    ),
    "hype": ("RD13", {"README.md": README + "\nA state-of-the-art model.\n"}),
    "scaled before the split": (
        "LK01",
        {
            "train.py": HEAD + "from sklearn.preprocessing import StandardScaler\n"
            "scaler = StandardScaler()\nX = scaler.fit_transform(X)\n"
            "X_train, X_test = train_test_split(X)\n"
        },
    ),
    "vectorized before the split": (
        "LK01",
        {
            "train.py": HEAD + "words = CountVectorizer().fit(texts)\nX = words.transform(texts)\n"
            "X_train, X_test = train_test_split(X)\n"
        },
    ),
    "gaps filled by the mean of all rows": (
        "LK01",
        {
            "train.py": HEAD + "data['age'] = data['age'].fillna(data['age'].mean())\n"
            "data['year'] = 2020\ntrain, test = train_test_split(data)\n"
        },
    ),
    "resampled before the split": (
        "LK02",
        {
            "train.py": HEAD + "X2, y2 = SMOTE().fit_resample(X, y)\n"
            "X_train, X_test, y_train, y_test = train_test_split(X2, y2)\n"
        },
    ),
    "resampled in a function before the split": (
        "LK02",
        {
            "train.py": HEAD + "def even(X, y):\n    X2, y2 = SMOTE().fit_resample(X, y)\n"
            "    return X2, y2\n\n\nX, y = even(X, y)\n"
            "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
        },
    ),
    "chosen on the test set": (
        "EV04",
        {
            "train.py": "best = 0\nfor model in models:\n    model.fit(X_train, y_train)\n"
            "    score = accuracy_score(y_test, model.predict(X_test))\n"
            "    if score > best:\n        best = score\n"
        },
    ),
    "threshold chosen on the test set": (
        "EV04",
        {
            "train.py": "thresholds = np.linspace(0, 1, 21)\n"
            "scores = [f1_score(y_test, shares >= each) for each in thresholds]\n"
            "best = thresholds[np.argmax(scores)]\nprint(best, max(scores))\n"
        },
    ),
    "threshold from the curve of the test set": (
        "EV04",
        {
            "train.py": "def evaluate(model, X_test, y_test):\n"
            "    share = model.predict_proba(X_test)[:, 1]\n"
            "    fpr, tpr, thresholds = roc_curve(y_test, share)\n"
            "    place = np.argmax(tpr - fpr)\n    cut = thresholds[place]\n"
            "    return accuracy_score(y_test, share > cut)\n"
        },
    ),
    "depth chosen on the test set": (
        "EV04",
        {
            "train.py": "scores = []\nfor depth in depths:\n"
            "    tree = Tree(max_depth=depth).fit(X_train, y_train)\n"
            "    scores.append(accuracy_score(y_test, tree.predict(X_test)))\n"
            "best_depth = depths[np.argmax(scores)]\nprint(best_depth)\n"
        },
    ),
    "stopped early on the test set": (
        "EV04",
        {
            "train.py": "model.fit(X_train, y_train, eval_set=[(X_test, y_test)],"
            " callbacks=[early_stopping(50)])\n"
            "print(accuracy_score(y_test, model.predict(X_test)))\n"
        },
    ),
    "scaled by a function of another module": (
        "LK01",
        {
            "prepare.py": "def clean(rows):\n    rows = rows.dropna()\n"
            "    rows[['age']] = StandardScaler().fit_transform(rows[['age']])\n    return rows\n",
            "train.py": HEAD + "from prepare import clean\n\n\ndef main():\n"
            "    rows = clean(read())\n    train, test = train_test_split(rows)\n",
        },
    ),
    "the mean target of a group before the split": (
        "LK01",
        {
            "train.py": HEAD + "rows['rate'] = rows.groupby('city')['left'].transform('mean')\n"
            "y = rows['left']\nX = rows[['rate', 'age']]\n"
            "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
        },
    ),
    "a search on the test rows": (
        "EV04",
        {"train.py": "GridSearchCV(model, grid).fit(X_test, y_test)\n"},
    ),
    "seed picked": (
        "RP04",
        {
            "train.py": "best_score = 0\nfor seed in range(100):\n"
            "    model = Forest(random_state=seed).fit(X_train, y_train)\n"
            "    score = evaluate(model)\n    if score > best_score:\n        best_score = score\n"
        },
    ),
    "never scored": (
        "EV18",
        {"train.py": "from sklearn.svm import SVC\n\nmodel = SVC().fit(X, y)\n"},
    ),
    "rows made up": (
        "DA02",
        {
            "train.py": HEAD + "import numpy as np\nimport pandas as pd\nrows = pd.DataFrame({\n"
            "    'age': np.random.uniform(0, 9, 99), 'pay': np.random.randn(99),\n"
            "    'left': np.random.randint(0, 2, 99)})\ntrain, test = train_test_split(rows)\n"
        },
    ),
    "rows made up by a library": (
        "DA02",
        {
            "train.py": HEAD + "from sklearn.datasets import make_moons\nX, y = make_moons(99)\n"
            "X_train, X_test = train_test_split(X)\n"
        },
    ),
    "time shuffled": (
        "LK05",
        {
            "train.py": HEAD + "data['day'] = pd.to_datetime(data['day'])\n"
            "train, test = train_test_split(data)\n"
        },
    ),
    "a secret": ("HY01", {"train.py": "KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'\n"}),
    "a path of one machine": ("RP05", {"train.py": "FILE = '/home/ada/lifts/data.csv'\n"}),
    "junk": ("HY02", {".DS_Store": "x"}),
    "no versions": ("RP01", {"requirements.txt": "scikit-learn\n"}),
    "a pickle": ("HY03", {"model.pkl": "x"}),
    "no licence": ("HY04", {"LICENSE": ""}),
    "no test": ("HY06", {"tests/test_train.py": ""}),
    "a test that cannot fail": (
        "HY06",
        {"tests/test_train.py": "def test_main() -> None:\n    assert True\n"},
    ),
    "a notebook out of order": (
        "NB01",
        {
            "look.ipynb": json.dumps(
                {
                    "cells": [
                        {"cell_type": "code", "source": ["1"], "outputs": [], "execution_count": n}
                        for n in (2, 1)
                    ]
                }
            )
        },
    ),
    "a worn data set": ("DA01", {"train.py": "def main():\n    load_iris()\n"}),
}
TWINS: dict[str, dict[str, str]] = {
    "labels as codes before the split": {
        "train.py": HEAD + "y = LabelEncoder().fit_transform(y)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
    },
    "gaps filled by a constant": {
        "train.py": HEAD + "data['age'] = data['age'].fillna(0)\ntrain_test_split(data)\n"
    },
    "scaler fitted to training rows": {
        "train.py": HEAD + "X_train, X_test = train_test_split(X)\nscaler = StandardScaler()\n"
        "scaler.fit(X_train)\nX_test = scaler.transform(X_test)\n"
    },
    "rows drawn from rows that were read": {
        "train.py": HEAD
        + "import numpy as np\nimport pandas as pd\nrng = np.random.default_rng(0)\n"
        "rows = pd.DataFrame(pd.read_csv('lifts.csv'))\nnoise = rng.normal(9)\n"
        "places = rng.integers(9)\nmore = rng.choice(9)\ntrain, test = train_test_split(rows)\n"
    },
    "scored by hand": {
        "train.py": "from sklearn.svm import SVC\n\nmodel = SVC().fit(X, y)\n"
        "accuracy = (model.predict(X_test) == y_test).mean()\n"
    },
    "a heading over what is planned": {
        "README.md": README + "\n- [ToDo List](#todo-list)\n\n## TODO\n\nMore lifts.\n"
    },
    "limits in the model card": {
        "README.md": README.replace("Limits: lifts", "See docs/model-card.md. Lifts"),
        "docs/model-card.md": "# Model card\n\n## Limitations\n\nNew lifts.\n",
    },
    "a figure with a blank in its name": {
        "README.md": README.replace("figure.png", "my%20figure.png"),
        "my figure.png": "x",
    },
    "nothing that learns": {
        "README.md": "# A page about films\n\n" + "It shows films and what people said. " * 12
    },
    "a figure on a server": {
        "README.md": README.replace("(figure.png)", "(https://example.org/figure.png)")
    },
    "a notebook for one service": {
        "on_colab.ipynb": notebook("drive.mount('/content/drive')\nx = '/content/drive/a/b'")
    },
    "a notebook with commands of the shell": {
        "look.ipynb": notebook("if x:\n    !ls\n", "%%bash\nls | head")
    },
    "scaled after the split": {
        "train.py": HEAD + "X_train, X_test = train_test_split(X)\nscaler = StandardScaler()\n"
        "X_train = scaler.fit_transform(X_train)\nX_test = scaler.transform(X_test)\n"
    },
    "resampled after the split": {
        "train.py": HEAD + "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
        "X_train, y_train = SMOTE().fit_resample(X_train, y_train)\n"
    },
    "resampled in a function after the split": {
        "train.py": HEAD + "def even(X, y):\n    return SMOTE().fit_resample(X, y)\n\n\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
        "X_train, y_train = even(X_train, y_train)\n"
    },
    "chosen on validation rows": {
        "train.py": "best = 0\nfor model in models:\n    model.fit(X_train, y_train)\n"
        "    score = accuracy_score(y_val, model.predict(X_val))\n"
        "    if score > best:\n        best = score\n"
    },
    "threshold chosen on validation rows": {
        "train.py": "thresholds = np.linspace(0, 1, 21)\n"
        "scores = [f1_score(y_valid, shares >= each) for each in thresholds]\n"
        "best = thresholds[np.argmax(scores)]\nprint(f1_score(y_test, found >= best))\n"
    },
    "the worst class and group of the test rows are told": {
        "train.py": "each = f1_score(y_test, model.predict(X_test), average=None)\n"
        "weak = classes[np.argmin(each)]\nerrors = []\nfor month in months:\n"
        "    errors.append(mean_absolute_error(y_test[month], found[month]))\n"
        "hard = months[np.argmax(errors)]\nprint(weak, hard)\n"
    },
    "the best threshold of the test rows is only drawn": {
        "train.py": "fpr, tpr, thresholds = roc_curve(y_test, share)\n"
        "best = thresholds[np.argmax(tpr - fpr)]\nplt.axvline(best)\n"
        "print(roc_auc_score(y_test, share))\n"
    },
    "classes of the test rows": {
        "train.py": "share = model.predict_proba(X_test)\n"
        "said = model.classes_[np.argmax(share, axis=1)]\nprint(accuracy_score(y_test, said))\n"
    },
    "stopped early on validation rows and in folds": {
        "train.py": "model.fit(X_train, y_train, eval_set=[(X_val, y_val), (X_test, y_test)],"
        " early_stopping_rounds=9)\nfor train, test in folds.split(X):\n"
        "    model.fit(X[train], y[train], eval_set=[(X[test], y[test])])\n"
        "print(accuracy_score(y_test, model.predict(X_test)))\n"
    },
    "training stops by its own loss": {
        "train.py": "stop = EarlyStopping(monitor='loss')\n"
        "model.fit(X_train, y_train, validation_data=(X_test, y_test), callbacks=[stop])\n"
        "print(model.evaluate(X_test, y_test))\n"
    },
    "the test rows are watched and nothing stops": {
        "train.py": "model.fit(X_train, y_train, eval_set=[(X_test, y_test)])\n"
        "print(accuracy_score(y_test, model.predict(X_test)))\n"
    },
    "scaled by a function of another module after the split": {
        "prepare.py": "def scale(train, test):\n    scaler = StandardScaler().fit(train)\n"
        "    return scaler.transform(train), scaler.transform(test)\n",
        "train.py": HEAD + "from prepare import scale\n\ntrain, test = train_test_split(rows)\n"
        "train, test = scale(train, test)\n",
    },
    "a function of another library by the same name": {
        "prepare.py": "def clean(rows):\n    return StandardScaler().fit_transform(rows)\n",
        "train.py": HEAD + "from cleaning import clean\n\nrows = clean(read())\n"
        "train, test = train_test_split(rows)\n",
    },
    "lags and rates of training rows": {
        "train.py": HEAD + "rows['last'] = rows.groupby('shop')['sales'].shift(1)\n"
        "y = rows['sales']\ntrain, test = train_test_split(rows)\n"
        "rate = train.groupby('shop')['sales'].mean()\ntest['rate'] = test['shop'].map(rate)\n"
    },
    "reported on the test rows": {
        "train.py": "for model in models:\n"
        "    print(accuracy_score(y_test, model.predict(X_test)))\n"
    },
    "several seeds reported": {
        "train.py": "scores = []\nfor seed in range(5):\n"
        "    scores.append(evaluate(Forest(random_state=seed)))\n"
    },
    "time in order": {
        "train.py": HEAD + "data['day'] = pd.to_datetime(data['day'])\n"
        "train, test = train_test_split(data, shuffle=False)\n"
    },
    "a path of its own": {"train.py": "FILE = 'data/lifts.csv'\nURL = '/home/page'\n"},
}


def repository(folder: Path, changes: dict[str, str]) -> Path:
    """A committed repository: the clean one with `changes`; an empty text removes a file."""
    kept = {
        path: text for path, text in {**CLEAN, **changes}.items() if text or path == "figure.png"
    }
    write_files(folder, kept)
    for command in (("init", "-q"), ("add", "--all", "--force")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def codes(folder: Path) -> set[str]:
    """The codes of what is found, without what only the author can do."""
    return {each.code for each in inspect(folder).findings if each.severity != "todo"}


def test_clean_repository_has_nothing_to_mend(tmp_path: Path) -> None:
    assert codes(repository(tmp_path, {})) == set()


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    code, changes = DEFECTS[name]
    found = codes(repository(tmp_path, changes))
    assert code in found
    assert (
        found <= {code, "RD02", "RD03", "RD04", "RD07", "RD09", "RD10"}
        if code == "RD01"
        else {code}
    )


@pytest.mark.parametrize("name", TWINS)
def test_honest_twin_is_not_accused(name: str, tmp_path: Path) -> None:
    assert codes(repository(tmp_path, TWINS[name])) == set()


def test_every_static_rule_has_a_defect_in_the_corpus_or_reads_the_contract() -> None:
    contract = {rule.code for rule in RULES if rule.__module__.endswith("evidence")}
    tried = {code for code, _ in DEFECTS.values()} | {"DA03", "NB02"}  # below
    assert {rule.code for rule in RULES} == contract | tried


def test_large_file_is_named_with_its_size(tmp_path: Path) -> None:
    folder = repository(tmp_path, {})
    (folder / "data.bin").write_bytes(b"0" * 10_500_000)
    subprocess.run(["git", "add", "data.bin"], cwd=folder, check=True)
    finding = next(each for each in inspect(folder).findings if each.code == "DA03")
    assert (finding.path, "10 MB" in finding.message or "11 MB" in finding.message) == (
        "data.bin",
        True,
    )


def test_notebooks_alone_are_named(tmp_path: Path) -> None:
    book = {"cells": [{"cell_type": "code", "source": ["model.fit(X)"], "outputs": []}]}
    changes = {"train.py": "", "tests/test_train.py": "", "look.ipynb": json.dumps(book)}
    assert "NB02" in codes(repository(tmp_path, changes))


def test_place_in_a_notebook_is_its_cell(tmp_path: Path) -> None:
    cells = ("import pandas", "y = 1\nFILE = '/home/ada/lifts/data.csv'")
    folder = repository(tmp_path, {"look.ipynb": notebook(*cells)})
    finding = next(each for each in inspect(folder).findings if each.code == "RP05")
    assert finding.place == "look.ipynb"
    assert "(code cell 2, line 2)" in finding.message


def test_many_findings_of_a_rule_are_counted(tmp_path: Path, mlscaffold: Command) -> None:
    pickles = {f"model{number}.pkl": "x" for number in range(9)}
    folder = repository(tmp_path, pickles)
    assert "HY03: 6 more" in mlscaffold("check", folder).out
    assert mlscaffold("check", folder, "--only", "HY03").out.count("HY03") == 9


def test_rule_is_silenced_by_a_reason_only(tmp_path: Path, mlscaffold: Command) -> None:
    key = '[tool.mlscaffold.check.silence]\nHY04 = "{}"\n'
    folder = repository(tmp_path, {"LICENSE": "", "pyproject.toml": key.format("a course project")})
    assert codes(folder) == set()
    assert "a course project" in mlscaffold("check", folder).out
    (folder / "pyproject.toml").write_text(key.format(""))
    done = mlscaffold("check", folder)
    assert (done.status, "without a reason" in done.err) == (1, True)


def test_exit_code_tells_errors_from_advice(tmp_path: Path, mlscaffold: Command) -> None:
    assert mlscaffold("check", repository(tmp_path / "a", DEFECTS["no licence"][1])).status == 0
    assert mlscaffold("check", repository(tmp_path / "b", DEFECTS["a secret"][1])).status == 1


def test_a_severity_can_be_skipped(tmp_path: Path, mlscaffold: Command) -> None:
    folder = committed(repository(tmp_path, {}))
    assert "OW03" in mlscaffold("check", folder).out
    assert "OW03" not in mlscaffold("check", folder, "--skip", "todo").out


def test_hook_for_commits_runs_the_check(tmp_path: Path, mlscaffold: Command) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program, *arguments = hook["entry"].split()
    assert (program, hook["language"], hook["pass_filenames"]) == ("mlscaffold", "python", False)
    assert mlscaffold(*arguments, repository(tmp_path / "a", {})).status == 0
    assert mlscaffold(*arguments, repository(tmp_path / "b", DEFECTS["a secret"][1])).status == 1


def test_annotations_name_file_and_line(tmp_path: Path, mlscaffold: Command) -> None:
    out = mlscaffold("check", "--github", repository(tmp_path, DEFECTS["a secret"][1])).out
    assert "::error file=train.py,line=1,title=HY01::" in out


def test_json_holds_what_is_printed(tmp_path: Path, mlscaffold: Command) -> None:
    done = mlscaffold("check", "--json", repository(tmp_path, DEFECTS["a secret"][1]))
    found = json.loads(done.out)["findings"]
    assert any(each["code"] == "HY01" and each["path"] == "train.py" for each in found)


def test_every_rule_explains_itself(mlscaffold: Command) -> None:
    for rule in RULES:
        said = mlscaffold("check", "--explain", rule.code).out
        assert rule.title in said
        assert len(said.split()) > 20


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("broken.py", b"def (:\n", "cannot be parsed"),
        ("latin.py", b"# \xe9\n", "not UTF-8"),
        ("pyproject.toml", b"[tool\n", "not valid TOML"),
        ("reports/results.json", b"{", "not valid JSON"),
        ("book.ipynb", b"[]", "cannot be parsed"),
        ("cell.ipynb", notebook("def (:").encode(), "no Python in 1 of its cells"),
        ("null.py", b"x = '\0'\n", "cannot be parsed"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_checked(
    name: str, content: bytes, reason: str, tmp_path: Path, mlscaffold: Command
) -> None:
    folder = repository(tmp_path, DEFECTS["no licence"][1])
    write_files(folder, {name: content})
    subprocess.run(["git", "add", "--force", name], cwd=folder, check=True)
    done = mlscaffold("check", folder)
    assert f"not read: {name} ({reason}" in done.err
    assert "HY04" in done.out


def test_links_in_a_circle_and_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repo", {})
    (tmp_path / "outside.py").write_text("KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'\n")
    (folder / "loop").symlink_to(folder)
    (folder / "out.py").symlink_to(tmp_path / "outside.py")
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    assert codes(folder) == set()


@pytest.mark.parametrize("made", ["nothing", "file", "empty"])
def test_what_is_no_repository_is_refused(made: str, tmp_path: Path, mlscaffold: Command) -> None:
    place = tmp_path / "place"
    if made == "file":
        place.write_text("x")
    if made == "empty":
        place.mkdir()
    done = mlscaffold("check", place)
    assert (done.status, "hint" in done.err) == (1, True)


def test_one_of_a_thing_is_told_as_one(tmp_path: Path) -> None:
    folder = committed(repository(tmp_path / "one", {"README.md": "Lifts"}))
    said = {each.code: each.message for each in inspect(folder).findings}
    assert said["OW03"] == "1 commit on 1 day"
    assert said["RD01"] == "the README has 1 word"


def test_history_of_a_folder_is_that_of_the_folder(tmp_path: Path) -> None:
    folder = committed(repository(tmp_path / "all", {"inner/train.py": "print(1)\n"}))
    write_files(folder, {"other.txt": "1\n"})
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for arguments in (["add", "-A"], [*who, "commit", "-qm", "Other"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    found = inspect(folder / "inner", only=["OW03"]).findings
    assert [each.message for each in found] == ["1 commit on 1 day"]


@pytest.mark.parametrize(("names", "summary"), [(["SMOTE"], "1 error\n"), ([], "nothing")])
def test_summary_counts_as_people_do(
    names: list[str], summary: str, tmp_path: Path, mlscaffold: Command
) -> None:
    code = HEAD + "".join(f"X, y = {name}().fit_resample(X, y)\n" for name in names)
    folder = repository(tmp_path / "sum", {"train.py": f"{code}train_test_split(X, y)\n"})
    assert summary in mlscaffold("check", folder, "--only", "LK02").err


HOSTILE = {
    b"ev\x1b[31mil\n::error file=x::y.py",
    b"caf\xe9.py",
    b"a,b:c%0A.py",
}


@pytest.mark.parametrize("option", [(), ("--github",), ("--json",)])
def test_names_of_files_steer_neither_terminal_nor_workflow(
    option: tuple[str, ...], tmp_path: Path, mlscaffold: Command
) -> None:
    names = [name.decode("utf-8", "surrogateescape") for name in HOSTILE]
    code = "GridSearchCV().fit(X_test, y_test)\n"
    folder = repository(tmp_path / "hostile", dict.fromkeys(names, code))
    done = mlscaffold("check", folder, "--only", "EV04", *option)
    assert done.status == 1
    assert "\x1b" not in done.out
    lines = done.out.splitlines()
    if option == ("--github",):
        assert len(lines) == len(HOSTILE)
        assert all(line.startswith("::error file=") for line in lines)
    else:
        assert not [line for line in lines if line.startswith("::")]


def test_pipes_links_and_submodules_are_left_alone(tmp_path: Path) -> None:
    inner = committed(write_files(tmp_path / "inner", {"t.py": "GridSearchCV().fit(X_test, y)\n"}))
    plain = write_files(tmp_path / "plain", {"train.py": "import sklearn\n"})
    os.mkfifo(plain / "pipe.py")
    (plain / "around").symlink_to(plain)
    assert {each.path for each in inspect(plain).findings} <= {"", "train.py"}
    folder = repository(tmp_path / "outer", {})
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    subprocess.run(["git", *add], cwd=folder, check=True)
    report = inspect(folder)
    assert "submodule" in report.skipped["inner"]
    assert not [each for each in report.findings if each.code == "EV04"]


def test_environment_by_any_name_is_junk_and_nobody_s_own_code(tmp_path: Path) -> None:
    library = {f"my-env/lib/m{number}.py": "GridSearchCV().fit(X_test, y)\n" for number in range(3)}
    folder = repository(tmp_path / "env", {"my-env/pyvenv.cfg": "home = /x\n", **library})
    assert [(each.code, each.path) for each in inspect(folder, only=["HY02", "EV04"]).findings] == [
        ("HY02", "my-env/pyvenv.cfg")
    ]


def test_module_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    code = '# -*- coding: latin-1 -*-\nname = "Müller"\nGridSearchCV().fit(X_test, name)\n'
    folder = repository(tmp_path / "latin", {})
    (folder / "old.py").write_bytes(code.encode("latin-1"))
    (folder / "README.md").write_bytes(README.encode("utf-16"))
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    report = inspect(folder)
    assert "old.py:3" in {each.place for each in report.findings if each.code == "EV04"}
    assert report.skipped == {"README.md": "not UTF-8"}
    assert "RD01" not in {each.code for each in report.findings}


def test_results_of_another_version_are_named(tmp_path: Path) -> None:
    folder = repository(tmp_path / "old", {"reports/results.json": '{"contract": 9}'})
    assert "contract: Input should be 1" in inspect(folder).skipped["reports/results.json"]


def test_repository_without_a_tracked_file_is_told_to_add_some(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "new", {"train.py": "import sklearn\n"})
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    with pytest.raises(MlscaffoldError, match="git tracks no file"):
        inspect(folder)
