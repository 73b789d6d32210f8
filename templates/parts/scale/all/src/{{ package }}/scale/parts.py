"""Files of any size as Parquet parts of one shape, and the workers that look at them."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import dask
import distributed
import fsspec
import numpy as np
import pandas as pd
import psutil
import pyarrow.parquet as pq
from distributed import scheduler
from pandas.util import hash_pandas_object
from scipy import stats

from ..kit import Stop, say
from ..kit.project import arrange
from ..kit.results import LIBRARIES, PACKAGE, read_results, save_model, write_results
from ..kit.settings import Settings

SAVED, ROWS, LEAST, GROUPS = Path("models/scale.joblib"), 200_000, 500_000_000, 20
DEATHS = scheduler.KilledWorker, scheduler.NoWorkerError, scheduler.NoValidWorkerError
Facts = dict[str, Any]
MEASURED: Facts = {"peak": 0.0, "workers": 0}
# The types are those of the study; a worker without memory ends, instead of waiting for ever.
dask.config.set({"dataframe.convert-string": False, "distributed.worker.memory.pause": False})


def read_command(purpose: str | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=purpose)
    ask, limit = parser.add_argument, distributed.system.MEMORY_LIMIT
    ask("source", nargs="+", help="CSV or Parquet: files, patterns, URLs of fsspec")
    ask("--scheduler", help="of a Dask cluster: tcp://ADDRESS:8786")
    ask("--parts", default="data/parts", help="where parts go: workers must see it, too")
    ask("--memory", type=dask.utils.parse_bytes, default=limit, help="for all of it here: 2GB")
    ask("--workers", type=int, help="on this machine")
    ask("--sample", type=int, default=100_000, help="rows to fit to in memory")
    return parser.parse_args()


def connect(given: argparse.Namespace) -> Any:
    """Return a Dask client: of a cluster, or of workers here that leave this process a share."""
    workers = given.workers or max(1, min(dask.system.CPU_COUNT, given.memory // LEAST - 1))
    where = {"n_workers": workers, "memory_limit": given.memory // (workers + 1)}
    where |= {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": "ERROR"}
    if given.scheduler:
        where = {"address": given.scheduler, "timeout": 10}
    try:
        client = distributed.Client(**where)
        client.get_versions(check=True, packages=["pyarrow", *LIBRARIES])
    except (OSError, ValueError, RuntimeError) as error:  # no answer, other versions, no start
        hint = "start scheduler and workers in clones of this project: see reports/scale.md"
        raise Stop(f"{given.scheduler or 'Dask'}: {error}", hint) from None
    MEASURED["workers"] = len(client.scheduler_info(n_workers=-1)["workers"])
    threading.Thread(target=watch_memory, daemon=True).start()
    client.run_on_scheduler(give_up)
    return client


def give_up(dask_scheduler: Any) -> None:
    """Let tasks that no worker is left for fail after two minutes, instead of waiting for ever."""
    dask_scheduler.no_workers_timeout = 120


def compute(client: Any, what: str, *wanted: Any) -> Any:
    """Return what Dask computes, with a bar; what a worker had at hand when it died is repeated."""
    say(what)
    futures = client.compute(wanted)
    with redirect_stdout(sys.stderr):
        (distributed.progress if sys.stderr.isatty() else distributed.wait)(futures)
    try:
        return client.gather(futures)
    except DEATHS:
        hint = "start more, or give each more memory; then run it again"
        raise Stop(f"{what}: workers died, or there were none", hint) from None


def make_parts(client: Any, given: argparse.Namespace, **rules: Any) -> Facts:
    """Return the parts that the files make; they count once `parts.json`, the last, is there."""
    try:
        sources = fsspec.open_files(given.source, "rb")
        made_from = {each.full_name: each.fs.ukey(each.path) for each in sources}
    except (ImportError, OSError, ValueError) as error:  # in the words of fsspec
        raise Stop(f"{' '.join(given.source)}: {error}", "give files, patterns or URLs") from None
    fs, root = fsspec.url_to_fs(f"{given.parts}/{PACKAGE.name}")
    note, made_from["project.toml"] = f"{root}/parts.json", rules["settings"].model_dump_json()
    if fs.exists(note) and (known := json.loads(fs.cat_file(note)))["made_from"] == made_from:
        return dict(known)
    if fs.exists(root):  # parts of other files, or of a run that was interrupted
        fs.rm(root, recursive=True)
    fs.makedirs(root)
    write, folder = dask.delayed(convert), fs.unstrip_protocol(root)
    jobs = [write(number, source, folder, **rules) for number, source in enumerate(sources)]
    try:
        found = compute(client, "converting", *jobs)
    except ValueError as error:
        raise Stop(str(error), "correct it, or what project.toml says of it") from None
    if (parts := pd.DataFrame([part for parts in found for part in parts])).empty:
        raise Stop(f"no rows in {' '.join(given.source)}", "look at these files")
    for files in parts.groupby("checksum")["file"].unique():
        if len(files) > 1:
            raise Stop(f"{files[1]} has the same rows as {files[0]}", "give each file once")
    known = {"made_from": made_from, **parts.to_dict("list")}
    fs.pipe_file(note, json.dumps(known).encode())
    return known


def convert(
    number: int, source: Any, folder: str, *, settings: Settings, tidy: Any, words: list[str]
) -> list[Facts]:
    """Write the clean pieces of a file as parts; return what each of them holds."""
    found, end = [], 0
    try:
        for raw in read_pieces(source, settings, words):
            checksum = hash_pandas_object(raw, index=False).sum()
            raw.index = pd.RangeIndex(end + 1, (end := end + len(raw)) + 1)  # numbers of rows
            rows = tidy(arrange(raw, settings.data), number, settings)
            if len(rows):
                rows.to_parquet(path := f"{folder}/{number:05d}-{end:012d}.parquet", index=False)
                facts = {"path": path, "file": source.full_name, "rows": len(rows)}
                found.append(facts | {"checksum": f"{checksum:x}"})
    except (Stop, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = str(error).removeprefix("error: ").partition("\nhint:")[0].strip()
        raise ValueError(f"{source.full_name}: {said}") from None
    return found


def read_pieces(source: Any, settings: Settings, words: list[str]) -> Iterator[pd.DataFrame]:
    """Yield the rows of a CSV or Parquet file some at a time, with words as they are written."""
    how: Any = {"dtype": dict.fromkeys([*words, *settings.data.dates, *settings.data.strip], str)}
    how.update(settings.data.read, skipinitialspace=True, chunksize=ROWS)
    with source as file:
        if not source.path.endswith(".parquet"):
            yield from pd.read_csv(file, **how)
            return
        for batch in pq.ParquetFile(file).iter_batches(ROWS):  # moments are welcome as they are
            piece = batch.to_pandas()
            said = piece[piece.columns.intersection(words)].select_dtypes(exclude="datetime")
            piece[said.columns] = said.astype("string").astype(object)
            yield piece


def watch_memory() -> None:
    """Note the most MB that this process and its children hold, without files they look into."""
    me = psutil.Process()
    while True:
        with suppress(psutil.Error):  # one of them has just ended
            every = [each.memory_info() for each in (me, *me.children(recursive=True))]
            now = sum(each.rss - getattr(each, "shared", 0) for each in every) / 1e6
            MEASURED["peak"] = max(MEASURED["peak"], now)
        time.sleep(0.5)


def record(facts: Facts, start: float, score: Any, model: Any, settings: Settings) -> None:
    """Save the model and write `studies.scale`; intervals come from leaving out neighbours."""
    results, rows = read_results("train"), np.arange(facts["tested"])
    metric, past = results["train"]["metric"], results.get("studies", {}).get("scale", {})
    sign = 1 if metric["direction"] == "higher" else -1
    some = [rows, *(rows[rows * GROUPS // len(rows) != each] for each in range(GROUPS))]
    value, *less = np.array([score(each) for each in some]) @ [[1, 0, -sign], [0, 1, sign]]
    reach = stats.t.ppf(0.975, GROUPS - 1) * np.sqrt(GROUPS - 1) * np.std(less, axis=0)
    for name, middle, way in zip(("sample", "value", "gain"), value, reach, strict=True):
        facts |= {name: middle, f"{name}_low": middle - way, f"{name}_high": middle + way}
    facts |= {**MEASURED, "seconds": time.perf_counter() - start}
    saved = {"file": SAVED.as_posix(), **save_model(model, SAVED)}
    section = facts | {"model": saved, "runs": [*past.get("runs", []), facts]}
    write_results("studies.scale", section, facts["seconds"], settings.data.file)
    beside = f"{value[0]:.5g} to {facts['sample_rows']:,} of them"
    say(f"{metric['label']} {value[1]:.5g}, fitted to {facts['train_rows']:,} rows; {beside}")
