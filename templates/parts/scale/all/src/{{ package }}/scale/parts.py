"""Files of any size as Parquet parts of one shape, and the workers that look at them."""

import argparse
import json
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
import distributed
import fsspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from distributed.scheduler import KilledWorker, NoValidWorkerError, NoWorkerError

from ..kit import Stop, say
from ..kit.project import arrange
from ..kit.results import LIBRARIES, PACKAGE, read_results, save_model, write_results
from ..kit.settings import Settings, load_settings

SAVED, START = Path("models/scale.joblib"), time.perf_counter()
MEASURED: dict[str, float] = {"peak": 0, "workers": 0, "memory": np.inf}
CODE = dask.base.tokenize([path.read_bytes() for path in sorted(PACKAGE.rglob("*.py"))])
ROWS, GROUPS, LEAST, PATIENCE = 200_000, 20, 250, 60  # MB of a process; seconds alone
DEATHS = KilledWorker, NoValidWorkerError, NoWorkerError, distributed.CancelledError, TimeoutError
logging.getLogger("asyncio").setLevel("CRITICAL")  # it tells of questions that Ctrl-C cut short
# The types are the study's; workers without memory end, not wait.
dask.config.set({"dataframe.convert-string": False, "distributed.worker.memory.pause": False})


@contextmanager
def connect(purpose: str | None) -> Iterator[tuple[Any, argparse.Namespace]]:
    """Yield a Dask client, of a cluster or of workers here, and what the command line says."""
    parser = argparse.ArgumentParser(description=purpose)
    add, limit = parser.add_argument, distributed.system.MEMORY_LIMIT
    add("source", nargs="+", help="CSV or Parquet: files, patterns, URLs of fsspec")
    add("--scheduler", help="of a Dask cluster: tcp://ADDRESS:8786")
    add("--parts", default="data/parts", help="where parts go: workers must see it, too")
    add("--memory", type=dask.utils.parse_bytes, default=limit, help="for all of it here: 2GB")
    add("--workers", type=int, help="on this machine")
    add("--sample", type=int, default=100_000, help="rows to fit to in memory")
    given = parser.parse_args()
    workers = given.workers or max(1, min(dask.system.CPU_COUNT, given.memory // 500_000_000 - 1))
    if min(given.sample, workers) < 1 or given.memory / 1e6 < (workers + 1) * LEAST:
        parser.error(f"at least: --sample 1, --workers 1, --memory {(abs(workers) + 1) * LEAST}MB")
    where = {"n_workers": workers, "memory_limit": given.memory // (workers + 1)}
    where |= {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": "CRITICAL"}
    where = {"address": given.scheduler, "timeout": 10} if given.scheduler else where
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # workers inherit it: Ctrl-C is for us
    try:
        client = distributed.Client(**where)
        signal.signal(signal.SIGINT, handler)
        client.wait_for_workers(1, timeout=60)
        versions = client.get_versions(packages=["lightgbm", "pyarrow", *LIBRARIES])
        if differing := distributed.versions.error_message(*versions.values())["warning"]:
            raise ValueError(differing)
        if {*client.run(getattr, sys.modules[__name__], "CODE").values()} != {CODE}:
            raise ValueError("workers have other code of this project")
    except (OSError, ValueError, RuntimeError, ImportError, AttributeError) as error:
        raise Stop(f"Dask: {error}", "start workers in clones of this project, or repeat") from None
    with client, (sampler := distributed.diagnostics.MemorySampler()).sample("all"):
        MEASURED.update(workers=len(versions["workers"]), memory=given.memory)
        yield client, given
    MEASURED["peak"] = max(MEASURED["peak"], *(used / 1e6 for _, used in sampler.samples["all"]))


def compute(client: Any, what: str, *wanted: Any) -> Any:
    """Return what Dask computes; what a worker had at hand when it died is done again."""
    say(what)
    futures = client.compute(wanted)
    try:
        while left := sum(not each.done() for each in futures):
            sys.stderr.write(f"{left} to come \r" * sys.stderr.isatty())
            client.wait_for_workers(1, timeout=PATIENCE)
            time.sleep(0.2)
        return client.gather(futures)
    except DEATHS:
        raise Stop(f"{what}: workers died, or none is there", "give each more memory") from None


def make_parts(client: Any, given: argparse.Namespace, **rules: Any) -> dict[str, Any]:
    """Return the parts that the files make; they count once a note of them, the last, is there."""
    try:
        sources = fsspec.open_files(given.source, "rb", compression="infer")
        key = [each.fs.ukey(each.path) for each in sources], rules["settings"].model_dump_json()
        fs, root = fsspec.url_to_fs(f"{given.parts}/{PACKAGE.name}/{dask.base.tokenize(key)}")
    except (ImportError, OSError, ValueError) as error:  # in the words of fsspec
        raise Stop(f"{' '.join(given.source)}: {error}", "give files, patterns or URLs") from None
    if fs.exists(note := f"{root}/parts.json"):
        return dict(json.loads(fs.cat_file(note)))
    fs.makedirs(root, exist_ok=True)  # an interrupted run may have left parts, which do not count
    write, folder = dask.delayed(convert), fs.unstrip_protocol(root)
    jobs = [write(number, source, folder, rules) for number, source in enumerate(sources)]
    parts = [part for some in compute(client, "converting", *jobs) for part in some]
    if not parts:
        raise Stop(f"no rows in {' '.join(given.source)}", "check their names, and what they hold")
    table = pd.DataFrame(parts, columns=["path", "number", "rows", "checksum"])
    for numbers in table.groupby("checksum")["number"].unique():
        if len(same := [sources[number].full_name for number in numbers]) > 1:
            raise Stop(f"{same[1]} has the same rows as {same[0]}", "give each file once")
    fs.pipe_file(note, (text := json.dumps(table.to_dict("list"))).encode())
    return dict(json.loads(text))


def convert(number: int, source: Any, folder: str, rules: dict[str, Any]) -> list[Any]:
    """Write the clean pieces of a file as parts; return what each of them holds."""
    settings, parts, end = rules["settings"], [], 0
    try:
        for raw in read_pieces(source, settings, rules["words"]):
            checksum = pd.util.hash_pandas_object(raw, index=False).sum()
            raw.index = pd.RangeIndex(end + 1, (end := end + len(raw)) + 1)  # numbers of rows
            rows = rules["tidy"](arrange(raw, settings.data), number, settings) if len(raw) else raw
            if len(rows):
                rows.to_parquet(path := f"{folder}/{number:05d}-{end:012d}.parquet", index=False)
                parts.append((path, number, len(rows), f"{checksum:x}"))
    except (Stop, Exception) as error:  # all that readers say of a damaged file
        message = str(error).removeprefix("error: ").partition("\nhint:")[0].strip()
        raise OSError(f"{source.full_name}: {message}") from error
    return parts


def read_pieces(source: Any, settings: Settings, words: list[str]) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV or Parquet file some at a time, with words as they are written."""
    text: Any = dict.fromkeys([*words, *settings.data.dates, *settings.data.strip], str)
    options = settings.data.read | {"dtype": text, "skipinitialspace": True, "chunksize": ROWS}
    with source as file:
        if not source.path.endswith(".parquet"):
            yield from pd.read_csv(file, index_col=False, **options)
            return
        for batch in pq.ParquetFile(file).iter_batches(ROWS):  # moments are welcome as they are
            piece = batch.to_pandas()
            texts = piece[piece.columns.intersection(words)].select_dtypes(exclude="datetime")
            piece[texts.columns] = texts.astype("string").astype(object)
            yield piece


def record(facts: dict[str, Any], measure: Any, y: Any, predictions: Any, model: Any) -> None:
    """Save the model and write `studies.scale`; intervals come from leaving out neighbours."""
    results, rows = read_results("train"), np.arange(len(y))
    metric, past = results["train"]["metric"], results.get("studies", {}).get("scale", {})
    sign = 1 if metric["direction"] == "higher" else -1
    drawn = [rows, *(rows[rows * GROUPS // len(rows) != group] for group in range(GROUPS))]
    scores = np.array([[measure(y[some], each[some]) for each in predictions] for some in drawn])
    values, *less = scores @ [[1, 0, -sign], [0, 1, sign]]
    half = 2.093 * np.sqrt(GROUPS - 1) * np.std(less, axis=0)  # t of 19 degrees: 95%
    for name, value, margin in zip(("sample", "value", "gain"), values, half, strict=True):
        facts |= {name: value, f"{name}_low": value - margin, f"{name}_high": value + margin}
    facts |= {**MEASURED, "tested": len(y), "seconds": time.perf_counter() - START}
    section = facts | {"runs": [*past.get("runs", []), facts], "model": save_model(model, SAVED)}
    write_results("studies.scale", section, facts["seconds"], load_settings().data.file)
    if not np.isnan(values[1]):
        say(f"{metric['label']} {values[1]:.5g}; fitted to a sample of the rows, {values[0]:.5g}")
