"""Measures the part `scale` under a hard limit of memory, beside what one would do by hand.

`python benchmarks/scale.py FOLDER [--rows N] [--limit MB] [STEP ...]`. The rows are those of bike
sharing again and again, with noise on weather and demand: what counts is their number, not what is
learnt from them. Everything runs in a memory control group of its own, whose limit the kernel
enforces; this needs root and cgroup v1. Results are kept in FOLDER/found.json, step by step, so
that a long run can be continued; each is printed as a row.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from studies import bring_data

from mlscaffold.compose import compose
from mlscaffold.release import TEMPLATES
from mlscaffold.render import render

FILES = 10
GROUP = Path(f"/sys/fs/cgroup/memory/scale-{os.getpid()}")
TREES = {"n_estimators": 30, "num_leaves": 31}
STEPS_SAID = ("converting", "sampling", "counting", "fitting", "scoring")

MAKE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.csv as pc, pandas as pd
source, folder, rows, files = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
real = pd.read_csv(source)
for place in range(files):
    rng = np.random.default_rng(place)
    made = real.iloc[rng.integers(0, len(real), rows // files)].reset_index(drop=True)
    for name in ("temp", "atemp", "hum", "windspeed"):
        made[name] = (made[name] + rng.normal(0, 0.02, len(made))).round(4)
    made["cnt"] = rng.poisson(made["cnt"])
    pc.write_csv(pa.Table.from_pandas(made, preserve_index=False), f"{folder}/{place}.csv",
                 pc.WriteOptions(quoting_style="none"))
"""
CHOOSE = """
import json, sys
from PACKAGE import data, models, train
from PACKAGE.kit.results import write_results
from PACKAGE.kit.settings import load_settings
settings = load_settings()
study, _, facts = train.open_study(settings)
choice = {"chosen": "boosting", "parameters": json.loads(sys.argv[1])}
found = {"metric": models.describe_metric(settings), "choice": choice, "data": facts}
found["inputs"] = data.describe_inputs(study.X, settings.columns)
found |= models.calibrate(study.y.to_numpy(), study.y.to_numpy(), settings)
write_results("train", found, 0, settings.data.file)
"""
PANDAS = """
import glob, sys
import pandas as pd
frame = pd.concat(pd.read_csv(name) for name in sorted(glob.glob(sys.argv[1])))
print(len(frame))
"""
TRAIN = """
import lightgbm as lgb, numpy as np
names = ["hr", "temp", "atemp", "hum", "windspeed", "season", "weathersit", "holiday", "workingday",
         "day"]
def fill(table):
    X = np.empty((len(table["cnt"]), len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        X[:, place] = table.pop(name)
    return X, np.asarray(table.pop("cnt"), dtype=np.float32)
X, y = fill(table)
took("read")
told = {**json.loads(sys.argv[3]), "learning_rate": 0.05, "verbose": -1, "num_threads": 2}
model = lgb.train(told, lgb.Dataset(X, y))
took("train")
del X, y
T, t = read_test()
took("read test")
print(json.dumps(seconds), float(np.sqrt(np.mean((model.predict(T) - t) ** 2))))
took("evaluate")
print(json.dumps(seconds))
"""
CLOCK = """
import json, sys, time
seconds, start = {}, [time.perf_counter()]
def took(name):
    seconds[name] = time.perf_counter() - start[0]
    start[0] = time.perf_counter()
"""
SELECTED = """cnt, hr, temp, atemp, hum, windspeed, season, weathersit, holiday, workingday"""
DUCKDB = (
    CLOCK
    + f"""
import duckdb
duckdb.sql("set memory_limit = '1GB'; set temp_directory = '" + sys.argv[2] + ".tmp'")
duckdb.sql(f"copy (from read_csv('{{sys.argv[1]}}')) to '{{sys.argv[2]}}' (format parquet)")
took("convert")
def read(side):
    return duckdb.sql(f"select {SELECTED}, dteday - date '2011-01-01' as day from "
                      f"'{{sys.argv[2]}}' where dteday {{side}} date '2012-08-07'").fetchnumpy()
table = read("<")
def read_test():
    return fill(read(">="))
"""
    + TRAIN
)
POLARS = (
    CLOCK
    + f"""
import polars as pl
pl.scan_csv(sys.argv[1], try_parse_dates=True).sink_parquet(sys.argv[2])
took("convert")
day = (pl.col("dteday") - pl.date(2011, 1, 1)).dt.total_days().alias("day")
def read(side):
    frame = pl.scan_parquet(sys.argv[2]).filter(side)
    frame = frame.select([*"{SELECTED}".split(", "), day]).collect(engine="streaming")
    return {{name: frame[name].to_numpy() for name in frame.columns}}
table = read(pl.col("dteday") < pl.date(2012, 8, 7))
def read_test():
    return fill(read(pl.col("dteday") >= pl.date(2012, 8, 7)))
"""
    + TRAIN
)


def main() -> None:
    """Run the steps that are asked for and are not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("steps", nargs="*", default=["ours", "pandas", "duckdb", "polars", "spark"])
    parser.add_argument("--rows", type=int, default=25_000_000)
    parser.add_argument("--limit", type=int, default=2000, help="MB")
    parser.add_argument("--python", default=sys.executable, help="with the project's libraries")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="the parts that are there")
    parser.add_argument("--runs", type=int, default=20, help="with a killed worker")
    parser.add_argument("--undisturbed", type=int, default=3, help="runs to compare them with")
    given = parser.parse_intermixed_args()
    project = prepare(given)
    for step in given.steps:
        found = STEPS[step](project, given)
        line = {"step": step, "rows": given.rows, "limit": given.limit, **found}
        print(json.dumps(line), flush=True)
        with (given.folder / "found.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def prepare(given: Any) -> Path:
    """Return a project with so many rows in `in/`, made where they are not there."""
    project = Path(given.folder).absolute() / f"rows-{given.rows}"
    if not project.exists():
        given.folder.mkdir(exist_ok=True)
        compose(TEMPLATES, given.folder / "template")
        answers = {"project_type": "regression", "dataset": "bike_sharing", "year": 2026}
        answers |= {"project_name": "study", "author": "Ada", "parts": ["scale", "product"]}
        render(given.folder / "template", project, answers, {"_src_path": "templates"})
        shutil.rmtree(given.folder / "template")
        bring_data(project)
        (project / "in").mkdir()
        command = [given.python, "-c", MAKE, "data/hour.csv", "in", str(given.rows), str(FILES)]
        subprocess.run(command, cwd=project, check=True)
    return project


def start(project: Path, given: Any, code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program of the project inside the limited group."""
    GROUP.mkdir(exist_ok=True)
    (GROUP / "memory.limit_in_bytes").write_text(str(given.limit * 1_000_000))
    code = code.replace("PACKAGE", next((project / "src").iterdir()).name)
    (project / "program.py").write_text(code)
    return subprocess.Popen(
        [given.python, "program.py", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": "src"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: (GROUP / "cgroup.procs").write_text(str(os.getpid())),  # noqa: PLW1509
    )


def measure(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return the time of each step, the most memory of all processes together, and the end."""
    begin, peak, before = time.perf_counter(), 0, resource.getrusage(resource.RUSAGE_CHILDREN)
    told: list[tuple[float, str]] = []
    listener = threading.Thread(target=listen, args=(process, told))
    listener.start()
    while process.poll() is None:
        lines = dict(line.split() for line in (GROUP / "memory.stat").read_text().splitlines())
        peak = max(peak, int(lines["total_rss"]))
        time.sleep(0.2)
    listener.join()
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = sum(getattr(after, each) - getattr(before, each) for each in ("ru_utime", "ru_stime"))
    steps: dict[str, float] = {}
    begun = [(moment, line) for moment, line in told if line in STEPS_SAID]
    ends = [moment for moment, _ in begun[1:]] + [time.perf_counter()]
    for (moment, line), end in zip(begun, ends, strict=False):
        steps[line] = round(steps.get(line, 0) + end - moment, 1)
    assert process.stdout is not None
    return {
        "seconds": round(seconds, 1),
        "processor": round(busy, 1),
        "peak": peak // 1_000_000,
        "status": process.returncode,
        "load": os.getloadavg()[0],
        "steps": steps,
        "said": process.stdout.read().strip()[-300:],
        "told": " ".join(line for _, line in told)[-200:],
    }


def listen(process: subprocess.Popen[str], told: list[tuple[float, str]]) -> None:
    """Note when each line of stderr comes."""
    assert process.stderr is not None
    for line in process.stderr:
        told.append((time.perf_counter(), line.strip()))


SPARK = (
    CLOCK
    + """
from pyspark.sql import SparkSession, functions as F
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import GBTRegressor
spark = (SparkSession.builder.master("local[2]").config("spark.driver.memory", sys.argv[4])
         .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", 8)
         .config("spark.log.level", "ERROR").getOrCreate())
took("start")
read = spark.read.option("header", True).option("inferSchema", True)
read.csv(sys.argv[1]).write.mode("overwrite").parquet(sys.argv[2] + ".spark")
took("convert")
names = ["hr", "temp", "atemp", "hum", "windspeed", "season", "weathersit", "holiday", "workingday",
         "day"]
frame = spark.read.parquet(sys.argv[2] + ".spark")
frame = frame.withColumn("day", F.datediff("dteday", F.lit("2011-01-01")))
frame = VectorAssembler(inputCols=names, outputCol="features").transform(frame)
told = json.loads(sys.argv[3])
model = GBTRegressor(labelCol="cnt", maxIter=told["n_estimators"], maxDepth=5, stepSize=0.05,
                     subsamplingRate=0.8)
model = model.fit(frame.where("dteday < '2012-08-07'").select("features", "cnt"))
took("train")
test = model.transform(frame.where("dteday >= '2012-08-07'").select("features", "cnt"))
print(test.select(F.sqrt(F.avg((F.col("prediction") - F.col("cnt")) ** 2))).first()[0])
took("evaluate")
print(json.dumps(seconds))
"""
)
SCALE = """
from PACKAGE.scale.run import main
if __name__ == "__main__":
    main()
"""


def ours(project: Path, given: Any) -> dict[str, Any]:
    """Run `scale` from the files on."""
    if not given.keep:
        shutil.rmtree(project / "data/parts", ignore_errors=True)
    measure(start(project, given, CHOOSE, json.dumps(TREES)))
    options = ["--memory", f"{given.limit}MB"]
    options += ["--workers", str(given.workers)] if given.workers else []
    found = measure(start(project, given, SCALE, "in/*.csv", *options))
    results = json.loads((project / "reports/results.json").read_text())
    return found | {"results": results.get("studies", {}).get("scale", {}).get("runs", [{}])[-1]}


def predict(project: Path, given: Any) -> dict[str, Any]:
    """Answer one of the files by the part `product`, with the model of all rows."""
    code = "from pathlib import Path\nfrom PACKAGE.product.predict import predict\n"
    code += 'predict(Path("in/0.csv"), Path("out.csv"))'
    return measure(start(project, given, code))


def kills(project: Path, given: Any) -> dict[str, Any]:
    """Kill a worker at a random moment of each run; return the scores and how often it finished."""
    rng, scores, failed, killed = random.Random(0), list[float | None](), 0, 0
    calm = [ours(project, given) for _ in range(given.undisturbed)]
    usual = statistics.median([sum(found["steps"].values()) for found in calm] or [20.0])
    for _ in range(given.runs):
        shutil.rmtree(project / "data/parts", ignore_errors=True)
        options = ["--memory", f"{given.limit}MB", "--workers", "2"]
        process = start(project, given, SCALE, "in/*.csv", *options)
        await_start(project / "data/parts", time.time())
        time.sleep(wait := rng.uniform(0.0, 0.9) * usual)
        while not (workers := find_workers()) and process.poll() is None:
            time.sleep(0.1)  # while trees grow there are none
        if workers and process.poll() is None:
            os.kill(rng.choice(workers), signal.SIGKILL)
            killed += 1
        found = measure(process)
        failed += found["status"] != 0
        results = json.loads((project / "reports/results.json").read_text())
        scores.append(results["studies"]["scale"]["value"] if not found["status"] else None)
        line = {"status": found["status"], "score": scores[-1], "kill": bool(workers)}
        print(line | {"at": round(wait, 1), "told": found["told"][-100:]}, flush=True)
    calm_scores = [found["results"].get("value") for found in calm]
    return {"usual": calm_scores, "scores": scores, "failed": failed, "killed": killed}


def await_start(folder: Path, begun: float) -> None:
    """Wait until the conversion has begun: from then on there are workers to kill."""
    while not any(path.stat().st_mtime > begun for path in folder.glob("*")):
        time.sleep(0.2)


def find_workers() -> list[int]:
    """Return the processes of the group that are workers of Dask and have started."""
    mine = (int(each) for each in (GROUP / "cgroup.procs").read_text().split())
    return [each for each in mine if is_worker(each)]


def is_worker(number: int) -> bool:
    """Say whether a process is a worker of Dask that has started."""
    try:
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False
    return b"spawn_main" in command


def by_hand(code: str) -> Any:
    """Return a step that converts and trains without the part."""

    def step(project: Path, given: Any) -> dict[str, Any]:
        heap = f"{given.limit * 6 // 10}m"  # what Java may take; Python and buffers need the rest
        return measure(
            start(project, given, code, "in/*.csv", "by_hand.parquet", json.dumps(TREES), heap)
        )

    return step


STEPS = {
    "ours": ours,
    "predict": predict,
    "kills": kills,
    "pandas": by_hand(PANDAS),
    "duckdb": by_hand(DUCKDB),
    "polars": by_hand(POLARS),
    "spark": by_hand(SPARK),
}

if __name__ == "__main__":
    main()
