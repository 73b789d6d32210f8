"""Measures a project's service under wrk, beside an endpoint that returns a constant.

`python benchmarks/serving.py [TYPE ...] [--seconds 60]`; needs wrk. In place of a type it takes the
path of a project in which `train` ran, other than one of a time series, whose rows cannot be asked
again. One worker process. The aim: one request takes at most twice what the constant endpoint and
the bare call of the model take together, and none fails at saturation. It is told by the clock and
by the processor time of the service, which other work on the machine changes much less.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from studies import make, run, run_inside

TYPES = ("regression", "classification", "recommender", "anomaly")
PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
CROWD = 64  # connections at saturation
# What any answer of this framework costs.
CONSTANT = f"""
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.post("/constant")
async def constant() -> dict[str, float]:
    return {{"value": 1.0}}
@app.get("/health")
async def health() -> None: ...
uvicorn.run(app, port={PORT})  # with a line for each request, as the service
"""
# Run inside a project: its training rows as requests, and what their parts cost in milliseconds.
REQUESTS = """
import asyncio, json, sys, time
import numpy as np
from PACKAGE.product.opening import open_model
from PACKAGE.product.serve import create_app
opened = open_model()
routes = {route.path: route for route in create_app().routes}
about = asyncio.run(routes["/about"].endpoint())
def median(call, clock=time.perf_counter):
    times = []
    while len(times) < 300 and sum(times) < 3:
        begin = clock()
        call()
        times.append(clock() - begin)
    return 1000 * float(np.median(times))
def parts(rows):
    kind = opened.row()
    def check():
        return [kind.model_validate(row) for row in rows]
    checked = check()
    X, model = opened.table(checked), getattr(opened.model, "detector", opened.model)
    ways = ("score_samples", "predict_proba", "predict")
    bare = next(getattr(model, way) for way in ways if hasattr(model, way))
    cost = {"check": median(check), "frame": median(lambda: opened.table(checked))}
    cost |= {"model": median(lambda: bare(X))}
    cost |= {"answer": median(lambda: opened.answer(X)) - cost["model"]}
    return cost | {"used": median(lambda: bare(X), time.process_time)}
def lists(users):
    known = opened.model
    pasts = [known.history[opened.users[user]] for user in users]
    bare = lambda: [known.model.scores(past) for past in pasts]
    lists = lambda: [opened.answer(user, []) for user in users]
    model, used, own = median(bare), median(bare, time.process_time), median(lists)
    cost = {"check": 0, "frame": 0, "model": model, "answer": own - model, "used": used}
    return {name: each / len(users) for name, each in cost.items()}
if "inputs" in about:
    names = [item["name"] for item in about["inputs"]]
    rows = [{name: row[name] for name in names} for row in about["examples"]]
    cost = {"1": parts(rows[:1]), "100": parts((rows * 100)[:100])}
else:
    rows = [{"user": user} for user in about["examples"]]
    cost = {"1": lists(about["examples"])}
json.dump({"asked": rows, "cost": cost}, sys.stdout)
"""


class Load(NamedTuple):
    """What wrk says: milliseconds, requests a second, answers that were none.

    `used` are the milliseconds of the processor that the service took for a request.
    """

    p50: float
    p99: float
    rate: float
    failed: int
    used: float


def main() -> None:
    """Print one table of latency, one of its parts, one of saturation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="*", default=TYPES, metavar="TYPE")
    parser.add_argument("--seconds", type=int, default=60, help="of saturation")
    given = parser.parse_args()
    print("| project | request | p50, ms | p99 | a second | to model | of the aim | CPU, ms |",
          "model | of the aim |")  # fmt: skip
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    rest = []
    with tempfile.TemporaryDirectory() as folder:
        for name in given.projects:
            project = Path(name)
            if name in TYPES:
                project = make(Path(folder) / name, name)
                run_inside(project, "train")
            rest.append((name, *measure(name, project, Path(folder), given.seconds)))
    print("\n| project | request | check | table | model | answer | HTTP and JSON |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for name, parts, *_ in rest:
        for label, cost in parts.items():
            print(f"| {name} | {label} |", " | ".join(f"{each:.2f}" for each in cost), "|")
    print(f"\n| project | {CROWD} connections: p50 | p99 | a second | failed | ready after | MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, _, load, ready, memory in rest:
        print(f"| {name} | {load.p50:.1f} | {load.p99:.1f} | {load.rate:.0f} | {load.failed} |"
              f" {ready:.2f} s | {memory:.0f} |")  # fmt: skip


def measure(
    name: str, project: Path, folder: Path, seconds: int
) -> tuple[dict[str, list[float]], Load, float, float]:
    """Print the rows of one project; return the cost of its parts, saturation, start and memory."""
    package = next((project / "src").iterdir()).name
    found = json.loads(run_inside(project, "python", "-c", REQUESTS.replace("PACKAGE", package)))
    rows = found["asked"]
    requests, parts = {"one": [{"rows": [row]} for row in rows]}, dict[str, list[float]]()
    if "100" in found["cost"]:
        requests["100 rows"] = [{"rows": (rows * 100)[:100]}]
    with serving(project, "python", "-c", CONSTANT) as (process, _):
        constant = wrk(folder, process, "/constant", [{"rows": []}], 1, 10)
    shown = f"{constant.p50:.2f} | {constant.p99:.2f} | {constant.rate:.0f}"
    print(f"| {name} | constant | {shown} ||| {constant.used:.2f} |||")
    with serving(project, "serve", "--port", str(PORT)) as (process, ready):
        for label, asked in requests.items():
            load = wrk(folder, process, "/predict", asked, 1, 10)
            cost = found["cost"]["100" if label == "100 rows" else "1"]
            alone, used = cost["model"], cost.pop("used")
            told = [load.p50, load.p99, load.rate, load.p50 / alone]
            told += [load.p50 / 2 / (constant.p50 + alone), load.used, used]
            told += [load.used / 2 / (constant.used + used)]
            print(f"| {name} | {label} |", " | ".join(f"{each:.2f}" for each in told), "|",
                  flush=True)  # fmt: skip
            parts[label] = [*cost.values(), load.p50 - sum(cost.values())]
        crowd = wrk(folder, process, "/predict", requests["one"], CROWD, seconds)
        return parts, crowd, ready, memory_of(process)


@contextmanager
def serving(project: Path, *command: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Yield a running service, and the seconds until it answered."""
    python = run_inside(project, "python", "-c", "import sys; print(sys.prefix)").strip()
    begin = time.perf_counter()
    program = [f"{python}/bin/{command[0]}", *command[1:]]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as for most people
    with subprocess.Popen(
        program, cwd=project, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"{ADDRESS}/health").read()
                break
            except OSError:
                time.sleep(0.02)
        ready = time.perf_counter() - begin
        yield process, ready
        process.terminate()


def wrk(
    folder: Path,
    process: subprocess.Popen[bytes],
    path: str,
    bodies: list[Any],
    connections: int,
    seconds: int,
) -> Load:
    """Return what wrk measured, body after body; a second of warming up is not counted."""
    script = folder / "request.lua"
    script.write_text(
        'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\n'
        f"bodies = {{ {', '.join(f'[==[{json.dumps(body)}]==]' for body in bodies)} }}\nturn = 0\n"
        "request = function()\n  turn = turn % #bodies + 1\n"
        "  return wrk.format(nil, nil, nil, bodies[turn])\nend\n"
    )
    common = ["wrk", "--threads", "1", "--connections", str(connections), "--script", str(script)]
    run([*common, "--duration", "1s", f"{ADDRESS}{path}"], folder)
    before = used_by(process)
    said = run([*common, "--latency", "--timeout", "30s", "--duration", f"{seconds}s",
                f"{ADDRESS}{path}"], folder)  # fmt: skip
    shares = {share: milliseconds(text) for share, text in re.findall(r"(\d+)% +([\d.]+\w+)", said)}
    failed = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", said)))
    for line in re.findall(r"Socket errors: (.*)", said):
        failed += sum(map(int, re.findall(r"\d+", line)))
    rate = float(re.findall(r"Requests/sec: +([\d.]+)", said)[0])
    used = (used_by(process) - before) / max(1, int(re.findall(r"(\d+) requests in", said)[0]))
    return Load(shares["50"], shares["99"], rate, failed, used)


def used_by(process: subprocess.Popen[bytes]) -> float:
    """Return the milliseconds of the processor that a process has taken so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    user, system = map(int, fields.split()[11:13])
    return 1000 * (user + system) / os.sysconf("SC_CLK_TCK")


def milliseconds(text: str) -> float:
    """Return a time such as 1.2ms, 850.00us or 2.1s in milliseconds."""
    value, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}[unit]


def memory_of(process: subprocess.Popen[bytes]) -> float:
    """Return the largest memory of a process in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1000


if __name__ == "__main__":
    main()
