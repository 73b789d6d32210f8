"""Starts the service, sends it training rows, and writes down whether and how fast it answers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any

import numpy as np

from .command import ProjectError, run_command, say
from .project import load_settings
from .results import check_fresh, read_results, update_results
from .service.exchange import Exchange
from .service.exchanges import batch_answers, exchanges
from .service.picture import take_picture

HOST = "127.0.0.1"
PICTURE = Path("reports") / "figures" / "page.png"
REQUESTS = 200
PATIENCE = 60  # seconds until the service must be there


def main() -> None:
    """Run this step as a command."""
    run_command(probe)


def probe(root: Path) -> None:
    """Ask the running service about training rows, and compare its answers with the model's own."""
    begin, settings, results = time.perf_counter(), load_settings(root), read_results(root)
    check_fresh(root, settings, results)
    asked = exchanges(root, settings, results)
    with running(root) as (client, started, process):
        served = [each.read(ask(client, each)[0]) for each in asked]
        times = [ask(client, asked[place % len(asked)])[1] for place in range(REQUESTS)]
        memory = memory_of(process)
        pictured = take_picture(f"http://{HOST}:{client.port}{asked[0].page}", root / PICTURE)
    expected = [each.expected for each in asked]
    measured = {
        "rows": len(asked),
        "served_difference": difference(served, expected),
        "batch_difference": difference(batch_answers(root, asked), expected),
        "requests": REQUESTS,
        "p50_ms": 1000 * np.quantile(times, 0.5),
        "p95_ms": 1000 * np.quantile(times, 0.95),
        "start_seconds": started,
        "memory_mb": memory,
        "model_mb": results["model"]["bytes"] / 1e6,
        "picture": pictured,
    }
    update_results(root, {"serving": measured}, {"probe": time.perf_counter() - begin})
    say(
        f"service: answers differ by at most {measured['served_difference']:.2g} from the model's, "
        f"half of them within {measured['p50_ms']:.1f} ms, 95% within {measured['p95_ms']:.1f} ms"
    )


@contextmanager
def running(root: Path) -> Iterator[tuple[HTTPConnection, float, subprocess.Popen[bytes]]]:
    """Yield a connection to the service in a process of its own, and how long its start took."""
    port, begin = free_port(), time.perf_counter()
    command = [sys.executable, "-m", f"{__package__}.serve", "--port", str(port)]
    with (
        tempfile.TemporaryFile("w+") as said,  # a pipe that nobody reads would fill up
        subprocess.Popen(  # noqa: S603 - our own module
            command, cwd=root, stdout=subprocess.DEVNULL, stderr=said
        ) as process,
    ):
        try:
            client = HTTPConnection(HOST, port, timeout=PATIENCE)
            wait_for(client, process, said)
            yield client, time.perf_counter() - begin, process
            client.close()
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(client: HTTPConnection, process: subprocess.Popen[bytes], said: IO[str]) -> None:
    """Return once the service says that it is well; refuse to wait for one that ended."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end and process.poll() is None:
        try:
            client.request("GET", "/health")
            client.getresponse().read()
        except (OSError, HTTPException):
            client.close()
            time.sleep(0.05)
        else:
            return
    said.seek(0)
    why = said.read().strip() or f"it said nothing within {PATIENCE} seconds"
    raise ProjectError(f"the service does not answer: {why}", "try `serve` by itself")


def ask(client: HTTPConnection, exchange: Exchange) -> tuple[Any, float]:
    """Return the answer to a request, and the seconds that it took."""
    body = None if exchange.body is None else json.dumps(exchange.body)
    begin = time.perf_counter()
    client.request(exchange.method, exchange.path, body, {"content-type": "application/json"})
    response = client.getresponse()
    content = response.read()
    seconds = time.perf_counter() - begin
    if response.status != 200:
        raise ProjectError(
            f"{exchange.path} answered {response.status}: {content.decode()}",
            "the service refuses a row that the model was fitted to: check service/",
        )
    return json.loads(content), seconds


def difference(found: list[list[float]], expected: list[list[float]]) -> float:
    """Return the largest difference between two lists of answers, relative to their size."""
    ours, theirs = np.array(found, dtype=float), np.array(expected, dtype=float)
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1)))


def memory_of(process: subprocess.Popen[bytes]) -> float | None:
    """Return the largest memory of a process in MB, where the system tells it."""
    status = Path("/proc") / str(process.pid) / "status"
    if not status.exists():
        return None
    lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1000


if __name__ == "__main__":
    main()
