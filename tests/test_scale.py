"""The part `scale`: what it refuses, and that its models are those that memory would give."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import Finished, Workshop, make

pytestmark = pytest.mark.slow  # an environment with Dask is made once a type
Told = dict[str, dict[str, Any]]


def run_modules(workshop: Workshop, project: Path, modules: Mapping[str, str]) -> Told:
    """Run `main` of these modules in one process, for its start takes longer than most of them.

    Return what each of them tells.
    """
    for name, text in modules.items():
        (project / f"{name}.py").write_text(text, "utf-8")
    calls = ", ".join(f"{name!r}: {name}.main()" for name in modules)
    code = f"import json, {', '.join(modules)}\nprint('told', json.dumps({{{calls}}}))"
    said = workshop.run(project, "python", "-c", code)
    return dict(json.loads(said.rpartition("told ")[2].partition("\n")[0]))


BAD = '''\
"""Converts what is wrong in one way each; prints what is said of it."""
import gzip, json, shutil, sys
from argparse import Namespace
from pathlib import Path
import fsspec
import pandas as pd
from distributed import Client
from a_project.kit.project import fetch
from a_project.kit.settings import load_settings
from a_project.scale.parts import make_parts
from a_project.scale.run import tidy

def main():
    settings, told = load_settings(), {}
    words = [*settings.columns.categorical, *settings.columns.id]
    whole = pd.read_csv(fetch(settings.data))
    name, target = settings.columns.numeric[0], settings.columns.target
    half = len(whole) // 2

    def files(case, *frames):
        folder = Path("in", case)
        folder.mkdir(parents=True)
        for place, frame in enumerate(frames):
            if isinstance(frame, pd.DataFrame):
                frame = frame.to_csv(index=False).encode()
            (folder / f"{place}.csv").write_bytes(frame)
        return [f"in/{case}/*.csv"]

    def parquet(case, *contents):
        folder = Path("in", case)
        folder.mkdir(parents=True)
        for place, content in enumerate(contents):
            (folder / f"{place}.parquet").write_bytes(content)
        return [f"in/{case}/*.parquet"]

    def zipped(case, content):
        Path(f"in/{case}.csv.gz").write_bytes(content)
        return f"in/{case}.csv.gz"

    first, second = whole[:half], whole[half:]
    packed = gzip.compress(whole.to_csv(index=False).encode())
    wrong = second.astype({name: object})
    wrong.loc[wrong.index[[3, 5]], name] = "many"
    cut = second.to_parquet()
    cases = {
        "columns": files("columns", first, second.rename(columns={name: "other"})),
        "values": files("values", first, wrong),
        "duplicate": files("duplicate", first, second, first),
        "empty": files("empty", first, second[:0], second),
        "nothing": files("nothing", first[:0]),
        "ragged": files("ragged", first.to_csv(index=False).encode() + b"1,2,3" + b",4" * 99),
        "truncated": parquet("truncated", first.to_parquet(), cut[: len(cut) // 2]),
        "types": parquet("types", first.to_parquet(), wrong.astype({name: str}).to_parquet()),
        "parquet": parquet("parquet", first.to_parquet(), second.to_parquet()),
        "csv": files("csv", first, second),
        "zipped": [zipped("whole", packed)],
        "unzipped": [zipped("half", packed[: len(packed) // 2])],
        "twice": ["in/csv/0.csv", "in/csv/*.csv"],
        "absent": ["in/absent/*.csv"],
        "protocol": ["nowhere://x.csv"],
        "memory": ["memory://in/*.csv"],
        "url": [f"file://{Path.cwd()}/in/csv/*.csv"],
    }
    with fsspec.open("memory://in/0.csv", "wb") as file:
        file.write(first.to_csv(index=False).encode())
    with Client(processes=False, n_workers=1, dashboard_address=None) as client:
        for case, given in cases.items():
            try:
                where = Namespace(source=given, parts=f"parts/{case}")
                known = make_parts(client, where, settings=settings, tidy=tidy, words=words)
                told[case] = {"rows": sum(known["rows"]), "parts": len(known["path"])}
            except (SystemExit, OSError) as stop:  # the second is said by `explained`
                told[case] = str(stop)
            told[f"{case}/left"] = len([*Path("parts", case).rglob("*.json")])
        for case in ("csv", "parquet", "csv"):  # one after the other, into the same folder
            where = Namespace(source=cases[case], parts="parts/both")
            known = make_parts(client, where, settings=settings, tidy=tidy, words=words)
            told.setdefault("both", []).append(known["path"])
    told["there"] = [fsspec.url_to_fs(path)[0].exists(path) for path in sum(told["both"], [])]
    return {"whole": len(whole), "name": name, **told}
'''


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("columns", ["1.csv", "no column {name}", "'other' is not declared"]),
        ("values", ["1.csv", "{name}, row 4: 'many' is not a number", "2 such values"]),
        ("duplicate", ["2.csv has the same rows as", "0.csv", "give each file once"]),
        ("twice", ["0.csv has the same rows as", "0.csv", "give each file once"]),
        ("unzipped", ["half.csv.gz: ", "ended before the end-of-stream"]),
        ("nothing", ["no rows in in/nothing/*.csv"]),
        ("ragged", ["0.csv: ", "Expected 11 fields"]),
        ("truncated", ["1.parquet: ", "Parquet magic bytes not found"]),
        ("types", ["1.parquet", "{name}, row 4", "is not a number"]),
        ("absent", ["no rows in in/absent/*.csv"]),
        ("protocol", ["nowhere://x.csv", "Protocol not known"]),
    ],
)  # fmt: skip
def test_input_that_cannot_be_used_is_named_with_its_file(
    told: Told, case: str, words: list[str]
) -> None:
    said = str(told["bad"][case])
    for word in words:
        assert word.format(name=repr(told["bad"]["name"])) in said
    assert "Traceback" not in said
    assert "hint: " not in said.partition("\nhint: ")[2]


def test_refused_input_leaves_nothing_that_counts_as_parts(told: Told) -> None:
    for case in ("columns", "values", "duplicate", "truncated", "twice", "unzipped"):
        assert told["bad"][f"{case}/left"] == 0


def test_parts_of_other_files_stay_as_they_are(told: Told) -> None:
    first, other, again = told["bad"]["both"]
    assert first == again
    assert not {*first} & {*other}
    assert all(told["bad"]["there"])


def test_a_compressed_file_is_read_as_it_is(told: Told) -> None:
    assert told["bad"]["zipped"] == {"rows": told["bad"]["whole"], "parts": 1}


@pytest.mark.parametrize("case", ["csv", "parquet", "empty", "url"])
def test_every_row_is_in_a_part_whatever_the_format(told: Told, case: str) -> None:
    assert told["bad"][case] == {"rows": told["bad"]["whole"], "parts": 2}


def test_rows_may_come_from_any_file_system(told: Told) -> None:
    assert told["bad"]["memory"] == {"rows": told["bad"]["whole"] // 2, "parts": 1}


FIT = '''\
"""Fits each rung named to parts, here or on a cluster, and in memory; prints the scores."""
import json, sys
from functools import partial, partialmethod
from pathlib import Path
import dask.array as da
import numpy as np
import pandas as pd
from dask.dataframe import from_pandas
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from a_project import models
from a_project.kit.project import fetch
from a_project.kit.results import read_results, write_results
from a_project.kit.settings import load_settings
from a_project.scale import run
from a_project.train import open_study
import distributed
from distributed import Client, LocalCluster

def main():
    settings = load_settings()
    frame, found = pd.read_csv(fetch(settings.data)), {}
    Path("thirds").mkdir()
    for place, rows in enumerate(np.array_split(np.arange(len(frame)), 3)):
        frame.iloc[rows].to_csv(f"thirds/{place}.csv", index=False)
    study, test, facts = open_study(settings)
    metric, name = models.describe_metric(settings), settings.metric.name
    here = {"processes": False, "n_workers": 1, "dashboard_address": None}
    with LocalCluster(**here) as cluster:
        for rung, parameters, there in RUNGS:
            where = {"address": cluster.scheduler_address} if there else here
            begin = partialmethod(start, where)
            distributed.Client = type("Client", (Client,), {"__init__": begin})
            model = study.build(rung, parameters).fit(study.X, study.y)
            y = test[settings.columns.target]
            alone = models.score(name, y.to_numpy(), models.predict(model, test))
            choice = {"chosen": rung, "parameters": parameters}
            write_results("train", {"metric": metric, "choice": choice}, 0, settings.data.file)
            sys.argv = ["scale", "thirds/*.csv"]
            run.main()
            scale = read_results()["studies"]["scale"]
            found[f"{rung} {there}"] = {"alone": alone, "rows": len(test), **scale}
        if hasattr(run, "differentiate"):
            found["three classes"] = compare_lines(Client(cluster))
            found["categories"] = compare_categories(Client(cluster))
    return found

def start(client, where, **_):
    Client.__init__(client, **where)

def compare_lines(client):
    """The largest difference to what scikit-learn says of three classes, from other weights."""
    X, y = load_iris(return_X_y=True)
    make = partial(LogisticRegression, C=0.1, solver="newton-cholesky", tol=1e-10)
    whole, line = (make().fit(X[::step], y[::step]) for step in (1, 3))
    blocks = da.from_array(X, (50, 4)), da.from_array(y.astype(float), 50)
    run.fit_line(client, line, *blocks)
    return float(np.abs(line.predict_proba(X) - whole.predict_proba(X)).max())

def compare_categories(client):
    """The same of many categories, which scikit-learn gives as a sparse matrix."""
    rows = pd.DataFrame({"X": [f"{at % 17}" for at in range(340)]})
    rows["y"] = [at % 17 % 3 == at % 2 for at in range(340)]
    line = LogisticRegression(C=0.1, solver="newton-cholesky", tol=1e-10)
    encode = make_column_transformer((OneHotEncoder(), ["X"]))
    whole, model = (make_pipeline(clone(encode), clone(line)) for _ in range(2))
    whole.fit(rows[["X"]], rows["y"])
    model.fit(rows[["X"]][:200], rows["y"][:200])
    train = from_pandas(rows, npartitions=2)
    run.fit(client, model, train, [*train.map_partitions(len).compute()], "y")
    return float(np.abs(model.predict_proba(rows[["X"]]) - whole.predict_proba(rows[["X"]])).max())
'''
RUNGS: dict[str, tuple[str, list[Any]]] = {
    "regression": (
        "diabetes",
        [
            ("ridge", {}, False),
            ("boosting", {"n_estimators": 20}, False),
            ("boosting", {"n_estimators": 20}, True),
        ],
    ),
    "classification": (
        "breast_cancer",
        [("logistic", {"C": 0.1}, False), ("boosting", {"n_estimators": 20}, True)],
    ),
}


def check_scores(told: dict[str, Any]) -> None:
    """Compare each model of parts with one of the same rows in memory."""
    for name, found in told.items():
        assert found["value"] == pytest.approx(found["sample"], rel=1e-4), name
        assert found["value_low"] < found["value"] < found["value_high"]
        # Other rows are drawn for the test than the study draws.
        assert found["value"] == pytest.approx(found["alone"], rel=0.35), name
        assert found["train_rows"] + found["tested"] == found["rows"] > 400


def test_a_line_and_trees_of_parts_score_as_those_in_memory(told: Told) -> None:
    assert len(told["fit"]) == len(RUNGS["regression"][1])
    check_scores(told["fit"])


def test_so_do_those_of_two_classes_and_the_line_of_three(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    dataset, rungs = RUNGS["classification"]
    project = make(working, tmp_path / "project", "classification", dataset, ["scale"])
    told = run_modules(workshop, project, {"fit": FIT.replace("RUNGS", repr(rungs))})["fit"]
    assert told.pop("three classes") < 1e-9
    assert told.pop("categories") < 1e-9
    check_scores(told)


ALARM = '''\
"""Fits a detector to parts, and finds its threshold among all validation rows at once."""
import json, shutil, sys
from pathlib import Path
import numpy as np
import pandas as pd
from a_project.kit.project import fetch
from a_project.kit.results import PACKAGE, read_results, write_results
from a_project.kit.settings import load_settings
from a_project.models import strangeness
from a_project.scale import run
from a_project.train import METRIC
import distributed
from distributed import Client
from jinja2 import Environment
import joblib

def main():
    settings = load_settings()
    frame = pd.read_csv(fetch(settings.data))
    Path("in").mkdir()
    for place, each in enumerate(np.array_split(np.arange(len(frame)), 4)):
        frame.iloc[each].to_csv(f"in/{place}.csv", index=False)
    found = {"metric": METRIC, "choice": {"chosen": "isolation_forest"}, "data": {"rows": 1}}
    write_results("train", found, 0, settings.data.file)
    here = {"processes": False, "n_workers": 1, "dashboard_address": None}
    start = lambda client, **_: Client.__init__(client, **here)
    distributed.Client = type("Client", (Client,), {"__init__": start})
    normal = ~frame[settings.columns.target].astype(str).isin(settings.labels.anomaly)
    frame[normal].to_csv("normal.csv", index=False)
    sys.argv = ["scale", "normal.csv"]
    run.main()
    results = read_results()
    text = (PACKAGE / "scale/scale.md.j2").read_text("utf-8")
    page = Environment().from_string(text).render(results=results, settings=settings)
    shutil.rmtree("data/parts")
    sys.argv = ["scale", "in/*.csv"]
    run.main()
    scale, saved = read_results()["studies"]["scale"], joblib.load("models/scale.joblib")
    whole = pd.concat(pd.read_parquet(path) for path in Path("data/parts").rglob("*.parquet"))
    first, last = 1 - settings.split.test - settings.split.validation, 1 - settings.split.test
    whole = whole[(whole[run.PLACE] >= first) & (whole[run.PLACE] < last)]
    strange = np.sort(strangeness(saved.detector, whole[settings.columns.features]))[::-1]
    alerts = int(settings.alerts.budget * len(whole) / settings.alerts.rows)
    facts = {"saved": saved.threshold, "all": strange[alerts - 1], "alerts": alerts}
    return facts | {"unknown": results["studies"]["scale"]["value"], "page": page, **scale}
'''


def test_threshold_over_parts_is_the_one_of_all_validation_rows(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    project = make(working, tmp_path / "project", "anomaly", "wdbc", ["scale"])
    declared = (project / "project.toml").read_text("utf-8")
    lines = [line for line in declared.splitlines() if not line.startswith("keep")]
    (project / "project.toml").write_text("\n".join(lines), "utf-8")
    told = run_modules(workshop, project, {"alarm": ALARM})["alarm"]
    assert told["alerts"] > 1
    assert told["saved"] == told["all"]
    assert told["parts"] == 4
    assert 0.3 < told["value"] <= 1
    # Rows that are all normal have a threshold, too, but no score.
    assert told["unknown"] is None
    assert "nothing can be scored" in told["page"]
    assert "| none |" in told["page"]


LISTS = '''\
"""Fits a model to parts of the users, here three, and in memory; prints both scores."""
import json, sys
from pathlib import Path
import distributed
import joblib
import numpy as np
from a_project.data import load, read
from a_project.kit.results import read_results, write_results
from a_project.kit.settings import load_settings
from a_project.scale import parts, run
from a_project.split import hide, set_task
from a_project.train import Study, pick
from distributed import Client

def main():
    found = {name: compare(name, parameters) for name, parameters in CHOSEN.items()}
    return found | {"emptied": empty()}

def empty():
    """The rows of a piece that a rule of the data removes whole."""
    settings, columns = load_settings(), ["user", "item", "rating", "time"]
    names = [name for role in columns if (name := getattr(settings.columns, role))]
    piece = read(settings.data, names).head(9)
    settings.data.remove["each of them"] = f"{names[0]} == {names[0]}"
    return len(run.tidy(names, piece, 0, settings))

def compare(name, parameters):
    settings = load_settings()
    log, _ = load(settings)
    parts.ROWS = run.ROWS = 1 + len(log.frame) // 3
    outer = hide(log.frame, settings.split)
    study = Study(settings, log, outer, outer.known, set_task(outer, log, settings))
    ladder = [{"name": name, "parameters": parameters}]
    ladder += [{"name": settings.rule_of_thumb.kind, "parameters": {}}]
    metric = {"name": "ndcg", "label": "NDCG@10", "direction": "higher"}
    found = {"metric": metric, "ladder": ladder, "choice": {"chosen": name}}
    write_results("train", found, 0, settings.data.file)
    here = {"processes": False, "n_workers": 1, "dashboard_address": None}
    start = lambda client, **_: Client.__init__(client, **here)
    distributed.Client = type("Client", (Client,), {"__init__": start})
    sys.argv = ["scale", str(settings.data.file), "--sample", "1"]
    run.main()
    alone, saved = study.fit(*pick(ladder, name)), joblib.load("models/scale.joblib")
    told = {"alone": study.ask(alone).ndcg().mean(), "users": len(study.task.users)}
    history = saved.history[:200]
    told["apart"] = float(np.abs(alone.scores(history) - saved.model.scores(history)).max())
    return told | read_results()["studies"]["scale"]
'''
CHOSEN = {
    "ease": {"penalty": 30},
    "als": {"factors": 8, "penalty": 0.003, "unobserved": 0.1},
}


def test_lists_of_parts_of_the_users_are_those_of_all_users_at_once(
    working: Path, tmp_path: Path, workshop: Workshop
) -> None:
    project = make(working, tmp_path / "project", "recommender", "invented_films", ["scale"])
    modules = {"lists": LISTS.replace("CHOSEN", repr(CHOSEN))}
    found = run_modules(workshop, project, modules)["lists"]
    assert found.pop("emptied") == 0  # the next piece may have rows that stay
    for name, told in found.items():
        assert told["parts"] == 3, name
        assert told["users"] == told["tested"], name
        assert told["value"] == pytest.approx(told["alone"], rel=1e-3), name
        assert told["apart"] < 1e-4, name
        assert told["sample_rows"] < told["train_rows"] / 2, name


DEATH = '''\
"""Kills a worker while it has a task; asks where there is no worker any more."""
import os, signal, sys, time
from pathlib import Path
import dask
from a_project.scale import parts
from a_project.scale.parts import compute, connect

def die_once(item, mark):
    if item == 1 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * item

def main():
    sys.argv = ["scale", "nothing.csv", "--workers", "2"]
    with connect("") as (client, _):
        deaf = [each == signal.SIG_IGN for each in client.run(signal.getsignal, 2).values()]
        mark, ask = os.path.abspath("died"), dask.delayed(die_once)
        doubled = compute(client, "doubling", *(ask(item, mark) for item in range(6)))
        client.cluster.scale(0)
        while client.nthreads():
            time.sleep(0.1)
        parts.PATIENCE = 1
        try:
            compute(client, "waiting", dask.delayed(time.sleep)(0))
        except SystemExit as stop:
            said = str(stop)
    return {"died": Path("died").exists(), "doubled": doubled, "said": said, "deaf": deaf}
'''


def test_a_dead_worker_neither_loses_a_task_nor_leaves_one_waiting(told: Told) -> None:
    assert told["death"]["died"]
    assert told["death"]["doubled"] == [0, 2, 4, 6, 8, 10]
    assert "waiting: workers died, or none is there" in told["death"]["said"]


def test_ctrl_c_is_not_for_workers(told: Told) -> None:
    assert told["death"]["deaf"] == [True, True]


REFUSED = '''\
"""Asks for what there is not, or is not allowed; keeps what is said."""
import json, sys
from argparse import Namespace
from pathlib import Path
import dask, distributed
import dask.array as da
import numpy as np
import pandas as pd
from a_project.scale import parts, run
from distributed import Client
from lightgbm import LGBMClassifier

class Here(Client):
    def __init__(self, **_):
        super().__init__(processes=False, n_workers=1, dashboard_address=None)

class Other(Here):
    def get_versions(self, **asked):
        found = super().get_versions(**asked)
        for worker in found["workers"].values():
            worker["packages"]["lightgbm"] = "4.5.0"
        return found

class Old(Here):
    def run(self, *_, **__):
        return {"tcp://127.0.0.1:1": "of last week"}

class Hasty(Client):
    def __init__(self, **given):
        super().__init__(**given | {"timeout": 1})

def refuse(step, client=Here, *options):
    sys.argv = ["scale", "data/diabetes.csv", "--parts", "refused", *options]
    distributed.Client = client
    try:
        step()
    except (SystemExit, OSError) as stop:  # the second is said by the command
        return str(stop)

def main():
    told = {"versions": refuse(run.main, Other), "code": refuse(run.main, Old)}
    told["begun"] = Path("refused").exists()
    told["sample"] = refuse(run.main, Here, "--sample", "4")
    with Here() as client:
        read = dask.delayed(pd.read_parquet)("elsewhere/part.parquet")
        told["unseen"] = refuse(lambda: parts.compute(client, "reading", read))
    parts.MEASURED["memory"] = 80_000_000
    X, y = da.zeros((1_000_000, 10)), da.zeros(1_000_000)
    trees = LGBMClassifier(n_estimators=1, verbose=-1)
    trees.fit(np.arange(100)[:, None], np.arange(100) % 5)
    told["memory"] = refuse(lambda: run.fit_trees(None, trees, X, y))
    parts.MEASURED["memory"], run.psutil.disk_usage = np.inf, lambda _: Namespace(free=0)
    told["disk"] = refuse(lambda: run.fit_trees(None, trees, X, y))
    told["scheduler"] = refuse(run.main, Hasty, "--scheduler", "tcp://127.0.0.1:9")
    return told
'''


def test_other_versions_or_code_and_too_little_room_are_said_before_the_start(told: Told) -> None:
    said = told["refused"]
    assert "lightgbm" in said["versions"]
    assert "4.5.0" in said["versions"]
    assert "hint: start workers in clones of this project" in said["versions"]
    assert "workers have other code of this project" in said["code"]
    assert not said["begun"]
    # A score, a gradient and a curvature of each of five classes, beside the values in bins.
    assert "boosting needs 139,000,000 bytes, 80,000,000 of disk" in said["memory"]
    assert "80,000,000 of disk" in said["disk"]


def test_a_scheduler_that_does_not_answer_is_named(told: Told) -> None:
    assert "connect to tcp://127.0.0.1:9" in told["refused"]["scheduler"]
    assert "hint: start workers" in told["refused"]["scheduler"]


def test_a_sample_that_is_too_small_is_said(told: Told) -> None:
    assert "cannot learn from 3 rows of the sample\nhint: " in told["refused"]["sample"]


def test_workers_that_do_not_see_the_parts_are_told_of(told: Told) -> None:
    assert "elsewhere/part.parquet" in told["refused"]["unseen"]


@pytest.fixture(scope="module")
def told(working: Path, tmp_path_factory: pytest.TempPathFactory, workshop: Workshop) -> Told:
    """What one process with the part says of good and bad rows, workers and options."""
    dataset, rungs = RUNGS["regression"]
    folder = tmp_path_factory.mktemp("told") / "project"
    project = make(working, folder, "regression", dataset, ["scale"])
    modules = {"death": DEATH, "bad": BAD, "fit": FIT.replace("RUNGS", repr(rungs))}
    return run_modules(workshop, project, modules | {"refused": REFUSED})


@pytest.fixture(scope="module")
def scaled(
    finished: Finished, tmp_path_factory: pytest.TempPathFactory, workshop: Workshop
) -> tuple[Path, str]:
    """A finished project whose model was fitted to parts, and what `scale` said."""
    project = tmp_path_factory.mktemp("scaled") / "project"
    shutil.copytree(finished.project("regression"), project)
    return project, workshop.run(project, "scale", "data/diabetes.csv", "--workers", "1")


@pytest.mark.xdist_group("regression")  # as all that look at the finished project
def test_predict_answers_by_the_model_of_all_rows(
    scaled: tuple[Path, str], workshop: Workshop
) -> None:
    project, _ = scaled
    workshop.run(project, "predict", "data/diabetes.csv", "out.csv")
    (project / "models/model.joblib").unlink()
    workshop.run(project, "predict", "data/diabetes.csv", "again.csv")
    assert (project / "out.csv").read_bytes() == (project / "again.csv").read_bytes()
    assert len((project / "out.csv").read_text("utf-8").splitlines()) == 1 + 442


@pytest.mark.xdist_group("regression")
def test_readme_has_the_score_of_parts_beside_that_in_memory(
    scaled: tuple[Path, str], workshop: Workshop
) -> None:
    project, said = scaled
    assert "fitted to" in said
    workshop.run(project, "report")
    workshop.run(project, "report", "--check")
    text = (project / "README.md").read_text("utf-8")
    assert "Fitted to 353 rows in parts on disk" in text
    table = (project / "reports/scale.md").read_text("utf-8")
    assert table.count("| 442 | 1 | 1 |") == 1
    scale = json.loads((project / "reports/results.json").read_text("utf-8"))["studies"]["scale"]
    assert 0 < scale["peak"] < 2000


@pytest.mark.xdist_group("regression")
@pytest.mark.parametrize("options", [("--workers", "1", "--memory", "240MB"), ("--workers", "-1")])
def test_too_little_memory_and_too_few_workers_are_refused_at_once(
    scaled: tuple[Path, str], workshop: Workshop, options: tuple[str, ...]
) -> None:
    said = workshop.run(scaled[0], "scale", "data/diabetes.csv", *options, status=2)
    assert "at least: --sample 1, --workers 1, --memory 500MB" in said


def works_with_others(process: subprocess.Popen[str]) -> bool:
    """Return whether a process has started others: the workers are on their way."""
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")
    return process.poll() is not None or any(each.read_text() for each in lists)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of child processes")
@pytest.mark.xdist_group("regression")
def test_ctrl_c_is_for_the_command_and_not_for_its_workers(
    scaled: tuple[Path, str], workshop: Workshop
) -> None:
    project, _ = scaled
    before = (project / "reports/results.json").read_bytes()
    command = [str(workshop.program(project, "scale")), "data/diabetes.csv", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=project, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not works_with_others(process):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # half a cluster cannot be closed: it goes on
        assert process.stderr is not None
        first = process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to workers, too
        said = process.communicate()[1]
    assert process.returncode == 130
    assert first == "sampling\n"
    assert said.endswith("interrupted: the last complete results are unchanged\n")
    assert "Traceback" not in said
    assert (project / "reports/results.json").read_bytes() == before
