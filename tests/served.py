"""Projects with the part `product` on invented rows, and how a test talks to their services."""

from __future__ import annotations

import csv
import json
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Finished, Workshop, committed, make

from mlscaffold.catalog import read_manifest
from mlscaffold.release import TEMPLATES

TYPES = read_manifest(TEMPLATES)[1]
JSON = {"content-type": "application/json"}
INVENTED = """
[project]
title = "Something invented"
question = "How much?"
decision_maker = "The owner"
decision = "acts on it"
success = "Better than today."
goal = 0.1

[data]
source = "rows.csv"
licence = "CC0 1.0"
description = "Invented rows."
"""
SHOP = """
[columns]
target = "sold"
unit = "loaves"
numeric = ["heat", "holiday"]
categorical = ["street"]
date = ["day"]
labels = { heat = "temperature at noon" }
categories = { street = { 1 = "market square", 2 = "station" } }

[split]
kind = "random"
folds = 3

[metric]
name = "mae"

[rule_of_thumb]
by = ["street"]
label = "the mean of the same street"
"""
TRAFFIC = """
[columns]
unit = "hours"
numeric = ["cars"]
time = "hour"

[history]
lengths = ["3h", "1D"]
season = "day"

[split]
kind = "time"

[alerts]
budget = 0.2
"""
START = datetime(2025, 1, 1)  # noqa: DTZ001 - clocks of series have no time zone


def shop_rows(count: int, *, seed: int, warmer: float = 0) -> list[dict[str, Any]]:
    rng, rows = random.Random(seed), []
    for number in range(count):
        heat, street, holiday = rng.gauss(15 + warmer, 8), rng.choice("12"), rng.random() < 0.1
        day = date(2024, 1, 1) + timedelta(days=number % 365)
        sold = 100 + 3 * heat + 40 * (street == "2") - 50 * holiday + rng.gauss(0, 10)
        rows.append({"heat": f"{heat:.2f}", "holiday": int(holiday), "street": street,
                     "day": day.isoformat(), "sold": f"{sold:.1f}"})  # fmt: skip
    return rows


def traffic_rows(begin: int, count: int) -> list[dict[str, Any]]:
    rng = random.Random(begin)
    return [
        {"hour": (START + timedelta(hours=at)).isoformat(" "),
         "cars": round(500 + 300 * abs(at % 24 - 12) / 12 + rng.gauss(0, 10))}
        for at in range(begin, begin + count)
    ]  # fmt: skip


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OWN = {
    "regression": (SHOP, shop_rows(3000, seed=0)),
    "anomaly": (TRAFFIC, traffic_rows(0, 24 * 40)),
}


class Trained:
    """A project of each type in which `train` ran: of a shop, of traffic, of the built-in data."""

    def __init__(self, finished: Finished, folder: Path) -> None:
        self.finished = finished
        self.folder = folder

    def project(self, kind: str) -> Path:
        """Return the project of this type; it is made once, and must stay as it is."""
        if kind not in OWN:
            return self.finished.project(kind)
        project = self.folder / kind
        if not project.exists():
            settings, rows = OWN[kind]
            make(self.finished.working, project, kind, TYPES[kind].default_dataset)
            (project / "project.toml").write_text(INVENTED + settings, encoding="utf-8")
            write_rows(project / "data" / "rows.csv", rows)
            self.finished.workshop.run(committed(project), "train")
        return project


def of(*kinds: str) -> pytest.MarkDecorator:
    """Run a test with the projects of these types only."""
    return pytest.mark.parametrize("trained_project", kinds, indirect=True)


def inside(project: Path, workshop: Workshop, code: str, *arguments: object) -> Any:
    """What `code` tells inside of a project, where `stopped` returns what a call says."""
    said = workshop.run(project, "python", "-c", STOPPED + code, *map(str, arguments))
    return json.loads(said.partition("told: ")[2].splitlines()[0])


STOPPED = """
import contextlib, io, json, sys
from pathlib import Path
def stopped(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            call(*arguments)
        except SystemExit as end:
            print(end)
    return said.getvalue()
def tell(value):
    print("told:", json.dumps(value))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: list[str], folder: Path, variables: dict[str, str], port: int
) -> Iterator[str]:
    """The address of a service that answers; it must stop in order and without a traceback."""
    address, said = (
        f"http://127.0.0.1:{port}",
        folder / "said.txt",
    )  # a full pipe would make it wait
    with said.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=file, stderr=file)
    try:
        for _ in range(600):
            assert process.poll() is None, said.read_text("utf-8")
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/health").read()
                break
            time.sleep(0.1)
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
        assert "Traceback" not in said.read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def post(address: str, body: object) -> Any:
    """What the service answers, or the status with which it refuses."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, content, JSON)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code


def get(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)
