"""Files of any size as Parquet parts of one shape, and the workers that look at them."""

from __future__ import annotations

import argparse
import json
import pickle
import re
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fsspec
import pandas as pd
import pyarrow.parquet as pq
from dask.system import CPU_COUNT
from dask.utils import parse_bytes
from distributed import Client, KilledWorker, LocalCluster, wait
from distributed.system import MEMORY_LIMIT

from ..kit import Stop, say
from ..kit.project import arrange
from ..kit.results import LIBRARIES, PACKAGE
from ..kit.settings import Settings
from .rows import texts, tidy

ROWS, SHOWN = 200_000, 5  # of a piece; complaints that are shown
LEAST, PATIENCE = 500_000_000, 60  # bytes that a worker needs; seconds
Facts = dict[str, Any]


def read_command(purpose: str | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("source", nargs="+", help="CSV or Parquet: files, patterns, URLs of fsspec")
    parser.add_argument("--scheduler", default="", help="of a Dask cluster: tcp://ADDRESS:8786")
    parser.add_argument("--parts", default="data/parts", help="where parts go; workers see it, too")
    parser.add_argument("--memory", type=parse_bytes, default=0, help="what may be used here: 2GB")
    parser.add_argument("--workers", type=int, default=0, help="on this machine")
    parser.add_argument("--sample", type=int, default=100_000, help="rows to fit to in memory")
    return parser.parse_args()


@contextmanager
def connect(scheduler: str, memory: int, workers: int) -> Iterator[Client]:
    """Lend a Dask client: of `scheduler`, or of workers here that leave this process its share."""
    if not scheduler:
        memory = memory or MEMORY_LIMIT
        workers = workers or max(1, min(CPU_COUNT, memory // LEAST - 1))
        share: Any = {"n_workers": workers, "memory_limit": memory // (workers + 1)}
        share |= {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": "ERROR"}
        with LocalCluster(**share) as here, Client(here) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=PATIENCE / 3)
        client.get_versions(check=True, packages=["pyarrow", *LIBRARIES])
    except (OSError, ValueError) as error:  # it does not answer, or has other versions
        hint = "start `dask scheduler` and `dask worker ADDRESS` with the versions of uv.lock"
        raise Stop(f"{scheduler}: {error}", hint) from None
    with client, TemporaryDirectory() as folder:
        place = f"{folder}/{PACKAGE.name}-{time.time_ns()}"
        client.upload_file(shutil.make_archive(place, "zip", PACKAGE.parent, PACKAGE.name))
        client.run(forget, PACKAGE.name)
        yield client


def forget(name: str) -> None:
    """Make a worker that had an earlier state of this code take the one just sent."""
    for module in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[module]


def over(
    client: Client, what: str, task: Callable[..., Any], items: Sequence[Any], *same: Any
) -> list[Any]:
    """Return what `task` gives for each item, in order, and tell how far it is.

    Dask repeats the tasks of a worker that died: they change nothing but a file of their own.
    """
    known, told = pickle.dumps((task, same)), time.monotonic()  # once, not for each item
    left = futures = client.map(work, items, [known] * len(items), pure=False)
    while left:
        try:
            left = [*wait(left, PATIENCE, "FIRST_COMPLETED").not_done]
        except TimeoutError:
            if not client.scheduler_info()["workers"]:
                raise Stop(f"no worker is left for {what}", "start some, run it again") from None
        if time.monotonic() > told + PATIENCE / 6:
            told = time.monotonic()
            say(f"  {what}: {len(futures) - len(left)} of {len(futures)}")
    try:
        return list(client.gather(futures))
    except KilledWorker:
        raise Stop(f"workers died while {what}", "give each more memory, or take fewer") from None


def work(item: Any, known: bytes) -> Any:
    """Do a task for one item."""
    task, same = pickle.loads(known)  # noqa: S301 - from `over`
    return task(item, *same)


def peak() -> float:
    """Return the most MB that this process has held so far."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes, on macOS
    said = re.search(r"VmHWM:\s+(\d+)", status.read_text())  # `ru_maxrss` begins at the parent's
    return int(said[1]) / 1000 if said else 0.0


def convert(client: Client, given: list[str], folder: str, settings: Settings) -> Facts:
    """Return the parts that the files make; they count once `parts.json`, the last, is there."""
    if not (sources := fsspec.open_files(given, "rb")):
        raise Stop(f"there are no files {', '.join(given)}", "give files, patterns or URLs")
    made_from = {each.full_name: each.fs.ukey(each.path) for each in sources}
    made_from["project.toml"] = settings.model_dump_json()
    fs, root = fsspec.url_to_fs(folder)
    fs.makedirs(root, exist_ok=True)
    record, folder = f"{root}/parts.json", fs.unstrip_protocol(root)
    if fs.exists(record) and (known := json.loads(fs.cat_file(record)))["made_from"] == made_from:
        return dict(known)
    clear(fs, root)
    try:
        found = over(client, "converting", convert_file, [*enumerate(sources)], folder, settings)
        pieces = check([piece for pieces in found for piece in pieces])
    except BaseException:
        clear(fs, root)
        raise
    cleaning = pd.DataFrame([rule for piece in pieces for rule in piece["cleaning"]])
    facts = {"parts": [piece["path"] for piece in pieces], "made_from": made_from}
    facts["cleaning"] = cleaning.groupby("rule", as_index=False).sum().to_dict("records")
    facts["rows"] = sum(piece["rows"] for piece in pieces)
    fs.pipe_file(record, json.dumps(facts).encode())
    return facts


def clear(fs: Any, root: str) -> None:
    """Remove what another conversion has left, and nothing else."""
    for path in [*fs.glob(f"{root}/parts.json"), *fs.glob(f"{root}/part-*.parquet")]:
        fs.rm(path)


def convert_file(job: tuple[int, Any], folder: str, settings: Settings) -> list[Facts]:
    """Write the clean pieces of a file; return what each holds, or what is wrong with it."""
    (number, source), found = job, list[Facts]()
    try:
        for raw in read_pieces(source, settings):
            piece: Facts = {"file": source.full_name}
            found.append(piece)
            try:
                rows, piece["cleaning"] = tidy(arrange(raw, settings.data), number, settings)
            except Stop as stop:  # which would end the worker
                piece["wrong"] = str(stop).removeprefix("error: ").partition("\nhint:")[0]
                continue
            content = rows.to_parquet(index=False)
            piece |= {"rows": len(rows), "sha256": sha256(content).hexdigest()}
            piece["path"] = f"{folder}/part-{number:05d}-{len(found):05d}.parquet"
            if len(rows):
                with fsspec.open(piece["path"], "wb") as file:
                    file.write(content)
    except (OSError, ValueError, LookupError, TypeError) as error:  # of pandas, Arrow, fsspec
        found.append({"file": source.full_name, "wrong": f"cannot be read: {error}".strip()})
    return found


def read_pieces(source: Any, settings: Settings) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV or Parquet file some at a time, by their numbers in the file."""
    data, words, end = settings.data, texts(settings), 0
    with source as file:
        if source.path.endswith(".parquet"):
            for batch in pq.ParquetFile(file).iter_batches(ROWS):
                frame = batch.to_pandas()
                dated = frame.select_dtypes("datetime").columns
                said = frame.columns.intersection(words).difference(dated)
                frame[said] = frame[said].astype("string").astype(object)
                yield frame.set_axis(range(end + 1, (end := end + len(frame)) + 1))
            return
        raw = dict.fromkeys([*words, *data.dates, *data.strip], str)
        how: Any = {"dtype": raw, "skipinitialspace": True, "chunksize": ROWS, **data.read}
        with pd.read_csv(file, **how) as pieces:
            for frame in pieces:
                yield frame.set_axis(frame.index + 1)


def check(pieces: list[Facts]) -> list[Facts]:
    """Return the pieces with rows; refuse wrong values, and a file that is given twice."""
    if wrong := [f"{piece['file']}: {piece['wrong']}" for piece in pieces if "wrong" in piece]:
        more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        hint = "correct these rows, or what project.toml says of them"
        raise Stop("\n  ".join([*wrong[:SHOWN], *more]), hint)
    owners: dict[str, str] = {}
    for piece in pieces:
        if not piece["rows"]:
            say(f"notice: {piece['file']} has a piece without rows that can be used")
        elif (other := owners.setdefault(piece["sha256"], piece["file"])) != piece["file"]:
            raise Stop(f"{piece['file']} has the same rows as {other}", "give each file once")
    if not owners:
        raise Stop("there are no rows that can be used", "look at what the files hold")
    return [piece for piece in pieces if piece["rows"]]
