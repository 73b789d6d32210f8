"""What `mlscaffold check` finds, misses and invents: on a corpus, on projects, on planted traps.

    python benchmarks/check.py corpus            # per rule, the repositories of tests/test_check.py
    python benchmarks/check.py traps DATA [TRAP] # --run on traps planted in public data sets
    python benchmarks/check.py scripts FOLDER    # labelled scripts of malusamayo/leakage-analysis
    python benchmarks/check.py time FOLDER...    # seconds of a check, and of one of 10,000 files

`traps` needs numpy, pandas and scikit-learn beside mlscaffold; DATA holds the raw files. The
results are in check.md.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mlscaffold.check.inspection import RULES, inspect
from mlscaffold.check.leaks import FittedBeforeSplit, ResampledBeforeSplit
from mlscaffold.check.probing import Run
from mlscaffold.check.repository import Repository

ROWS = 2000
SETS = {  # file, separator, target, value of the class to find, columns that tell the target
    "bike_sharing": ("bike_sharing/hour.csv", ",", "cnt", "", ("casual", "registered", "instant")),
    "california": ("california_housing/housing.csv", ",", "median_house_value", "", ()),
    "telco": ("telco_churn/Telco-Customer-Churn.csv", ",", "Churn", "Yes", ("customerID",)),
    "bank": ("bank_marketing/bank-additional-full.csv", ";", "y", "yes", ("duration",)),
}
PROBE = {"time": "PB04", "group": "PB05", "copies": "PB06", "selection": "PB07", "seed": "PB03"}
STUDY = """\
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForest{kind} as Forest
from sklearn.feature_selection import SelectKBest, f_{test} as test
from sklearn.pipeline import make_pipeline

NOISE = [f"noise{{number}}" for number in range(1000)]


def study(target=None):
    frame = pd.read_csv("data.csv", parse_dates=["day"])
    y = frame.pop("y").to_numpy() if target is None else target
    frame = frame.drop(columns="y", errors="ignore")
    if {selection}:
        drawn = np.random.default_rng(1).normal(size=(len(frame), len(NOISE)))
        noise = pd.DataFrame(drawn, columns=NOISE)
        if {dishonest}:  # columns are chosen with the target of all rows
            noise = noise.iloc[:, SelectKBest(test, k=20).fit(noise, y).get_support(indices=True)]
        frame = pd.concat([frame[["day", "shop"]], noise], axis=1)
    return {{"rows": frame, "target": y, "fit": fit, "predict": predict}}


def numbers(rows):
    return rows.assign(day=rows["day"].astype("int64") / 1e15).drop(columns="shop")


def fit(rows, target):
    model = Forest(20, min_samples_leaf=2, random_state=0)
    if len(rows.columns) > 200:
        model = make_pipeline(SelectKBest(test, k=20), model)
    return model.fit(numbers(rows), target)


def predict(model, rows):
    given = numbers(rows)
    if hasattr(model, "predict_proba"):
        return model.predict_proba(given)[:, 1]
    return model.predict(given)
"""
SETTINGS = """\
[tool.mlscaffold.check]
train = "study:study"
metric = "{metric}"
time = "day"
group = "shop"
seed = {seed}
"""


def corpus(folder: Path) -> None:
    """Print per rule on how many defects it spoke, and on how many repositories without one."""
    sys.path.insert(0, "tests")
    from test_check import DEFECTS, TWINS, repository

    wanted = {name: code for name, (code, _) in DEFECTS.items()}
    changes = {name: change for name, (_, change) in DEFECTS.items()} | TWINS | {"clean": {}}
    spoke: dict[str, set[str]] = {}
    for name, change in changes.items():
        report = inspect(repository(folder / name.replace(" ", "-"), change))
        spoke[name] = {each.code for each in report.findings if each.severity != "todo"}
    print("| rule | defects | found | false alarms |\n|---|---:|---:|---:|")
    for code in sorted({*wanted.values()}):
        defects = [name for name in wanted if wanted[name] == code]
        found = sum(code in spoke[name] for name in defects)
        false = sum(code in spoke[name] for name in changes if name not in defects)
        if code in {"RD02", "RD03", "RD04", "RD07", "RD09", "RD10"}:
            false -= code in spoke["no readme"]  # it lacks all of these
        print(f"| {code} | {len(defects)} | {found} | {false} of {len(changes) - len(defects)} |")
    print(f"\n{len(RULES)} rules, {len(wanted)} defects, {len(TWINS) + 1} without one")


def scripts(folder: Path) -> None:
    """Print what LK01 and LK02 find in the labelled scripts."""
    tests = {
        "test_preprocessing.py": FittedBeforeSplit,
        "test_overlap.py": ResampledBeforeSplit,
    }
    for file, rule in tests.items():
        counts = dict.fromkeys(("found", "missed", "false", "rightly silent"), 0)
        for node in ast.walk(ast.parse((folder / "tests" / file).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "template":
                name, leaks = (ast.literal_eval(each) for each in node.args)
                repository = Repository(folder / "tests/inputs")
                repository.__dict__["files"] = [name]
                told = bool(list(rule().find(repository)))
                kinds = {(1, 1): "found", (1, 0): "missed", (0, 1): "false"}
                counts[kinds.get((bool(leaks), told), "rightly silent")] += 1
        print(rule.code, counts)


def seconds(folders: list[Path], scratch: Path) -> None:
    """Print how long a check takes: with the start of the program, median of five."""
    for place in [*folders, many_files(scratch / "many")]:
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            command = [sys.executable, "-m", "mlscaffold.start", "check", str(place)]
            subprocess.run(command, capture_output=True, check=False)
            taken.append(time.perf_counter() - start)
        print(f"{place.name}: {statistics.median(taken):.2f} s")


def many_files(folder: Path) -> Path:
    """Return a repository of 10,000 files, a tenth of them modules."""
    for number in range(10_000):
        place = (
            folder / f"part{number // 100}" / f"file{number}{'.py' if number % 10 == 0 else '.txt'}"
        )
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"def one{number}(rows):\n    return sum(rows) + {number}\n")
    for command in (("init", "-q"), ("add", "--all")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def traps(data: Path, scratch: Path, only: str = "") -> None:
    """Print what each probe measures on planted traps and on their honest twins."""
    print("| data | trap | probe | measured | found | honest twin | its other alarms |")
    print("|---|---|---|---|---|---|---|")
    for name in SETS:
        for trap, code in PROBE.items():
            if only not in {"", trap}:
                continue
            told = {}
            for honest in (False, True):
                folder = plant(data, name, trap, honest, scratch / f"{name}-{trap}-{honest}")
                report = inspect(folder, only=PROBE.values(), run=Run(5, Path(sys.executable)))
                told[honest] = {each.code: each for each in report.measured}
                for failed in (e for e in report.findings if "could not be" in e.message):
                    print(f"<!-- {name} {trap}: {failed.message} -->")
            mine, twin = told[False].get(code), told[True].get(code)
            others = [
                each.code for each in told[True].values() if each.inflated and each is not twin
            ]
            print(
                f"| {name} | {trap} | {code} | {mine.message if mine else ''}"
                f" | {'yes' if mine and mine.inflated else 'no'}"
                f" | {'alarm: ' + twin.message if twin and twin.inflated else 'silent'}"
                f" | {', '.join(others)} |",
                flush=True,
            )


def plant(data: Path, name: str, trap: str, honest: bool, folder: Path) -> Path:
    """Write a repository whose data have a trap, or its honest twin."""
    import numpy as np
    import pandas as pd

    file, separator, target, positive, telling = SETS[name]
    rng = np.random.default_rng(len(name))
    raw = pd.read_csv(data / file, sep=separator).drop(columns=[*telling])
    raw = raw.sample(min(ROWS, len(raw)), random_state=0).reset_index(drop=True)
    y = raw.pop(target)
    y = (y == positive).astype(int) if positive else y.astype(float)
    frame = pd.DataFrame({
        column: raw[column] if raw[column].dtype.kind in "iuf" else raw[column].factorize()[0]
        for column in list(raw)[:12]
    }).fillna(-1)  # fmt: skip
    count = len(frame)
    shop = rng.integers(0, count // 10, count)
    effect = rng.normal(size=count)
    if trap == "time":
        effect = np.cumsum(rng.normal(size=count))
    if trap == "group":
        effect = rng.normal(size=count)[shop]
        frame["size"], frame["age"] = rng.normal(size=count)[shop], rng.normal(size=count)[shop]
    if honest:
        effect = rng.permutation(effect)
    if trap in {"time", "group"}:
        strange = (effect - effect.mean()) / effect.std()
        mixed = np.where(rng.random(count) < 0.5, strange > 0, y)
        y = pd.Series(mixed.astype(int) if positive else y + y.std() * strange)
    frame["day"] = pd.date_range("2020-01-01", periods=count)
    frame["shop"], frame["y"] = [f"shop {each}" for each in shop], y
    if trap == "copies" and not honest:
        frame = pd.concat([frame, frame.sample(frac=0.4, random_state=0)], ignore_index=True)
        frame = frame.sample(frac=1, random_state=0).reset_index(drop=True)
    folder.mkdir(parents=True)
    frame.to_csv(folder / "data.csv", index=False)
    kind, test = ("Classifier", "classif") if positive else ("Regressor", "regression")
    said = {"kind": kind, "test": test, "selection": trap == "selection", "dishonest": not honest}
    (folder / "study.py").write_text(STUDY.format(**said))
    metric = "roc_auc" if positive else "mae"
    seed = pick_seed(frame, positive) if trap == "seed" and not honest else 0
    (folder / "pyproject.toml").write_text(SETTINGS.format(metric=metric, seed=seed))
    return folder


def pick_seed(frame: Any, positive: str) -> int:
    """Return the seed of 30 whose split gives the best score, as nobody should."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.metrics import mean_absolute_error, roc_auc_score
    from sklearn.model_selection import train_test_split

    X, y = frame.drop(columns=["y", "shop"]), frame["y"]
    X = X.assign(day=X["day"].astype("int64") / 1e15)
    losses = []
    for seed in range(30):
        fit, seen, told, actual = train_test_split(X, y, test_size=0.2, random_state=seed)
        made = RandomForestClassifier if positive else RandomForestRegressor
        model = made(20, min_samples_leaf=2, random_state=0).fit(fit, told)
        if positive:
            losses.append(-roc_auc_score(actual, model.predict_proba(seen)[:, 1]))
        else:
            losses.append(mean_absolute_error(actual, model.predict(seen)))
    return losses.index(min(losses))


def main() -> None:
    """Run what the command line names."""
    what, *given = sys.argv[1:] or ["corpus"]
    places = [Path(each) for each in given]
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        actions: dict[str, Any] = {
            "corpus": lambda: corpus(scratch),
            "traps": lambda: traps(places[0].resolve(), scratch, *given[1:]),
            "scripts": lambda: scripts(places[0]),
            "time": lambda: seconds(places, scratch),
        }
        actions[what]()


if __name__ == "__main__":
    main()
