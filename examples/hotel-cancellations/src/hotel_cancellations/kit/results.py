"""Keeps what was measured: results.json, the ledger of test openings, hashes, the model."""

import argparse
import hashlib
import io
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
from pooch import file_hash
from pydantic_core import to_json

from . import Stop, command, write_file
from .settings import load_settings

Results = dict[str, Any]
Measure = Callable[[Any, Results], Mapping[str, Any]]

CONTRACT = 1  # version of the layout of results.json
PACKAGE = Path(__file__).parents[1]
RESULTS, LEDGER = Path("reports/results.json"), Path("reports/ledger.jsonl")
MODEL = Path("models/model.joblib")
STEPS = ("train", "diagnose", "evaluate")
PRESENTATION = ("report.py", "figures.py")  # change no number
LIBRARIES = ("numpy", "pandas", "scikit-learn")


class Stored(dict[str, Any]):
    """A table of results.json: to look up what it lacks ends in a message."""

    def __missing__(self, key: str) -> Any:
        raise Stop(f"{RESULTS} has no {key!r}", "run `reproduce`")


def step(section: str, *needed: str) -> Callable[[Measure], Callable[[], None]]:
    """Make a function a command that measures: what it returns becomes a section of the results.

    It gets the settings, and results of the sections `needed`, of today's code, settings and data.
    """

    def make(measure: Measure) -> Callable[[], None]:
        @command
        def run() -> None:
            argparse.ArgumentParser(description=f"{section}: {measure.__doc__}").parse_args()
            start, settings = time.perf_counter(), load_settings()
            results = read_results(*needed) if needed else {}
            if changed := stale(results, settings.data.file):
                raise Stop(changed[0], "run `train` first")
            found = measure(settings, results)
            write_results(section, found, time.perf_counter() - start, settings.data.file)

        return run

    return make


def read_results(*needed: str) -> Results:
    """Return the results so far; stop if a section that is `needed` is missing."""
    try:
        text = RESULTS.read_bytes() if RESULTS.exists() else b"{}"
        results: Results = {**json.loads(text, object_hook=Stored)}
        for section in results.keys() & {*STEPS}:
            set(results[section]["run"]["hashes"].items())  # what `stale` compares
            Path(results[section].get("model", {}).get("file", ""))  # what `load_model` opens
    except (AttributeError, TypeError, ValueError):
        raise Stop(f"{RESULTS} is damaged", "restore it with git, or run `reproduce`") from None
    for section in needed:
        if section not in results:
            raise Stop(f"there are no results of `{section}` yet", f"run `{section}` first")
    return results


def write_results(section: str, found: Mapping[str, Any], seconds: float, data: Path) -> None:
    """Replace one section (of an optional study `studies.NAME`); `train` clears the others."""
    results: Results = {"contract": CONTRACT, **({} if section == "train" else read_results())}
    place, _, name = section.rpartition(".")
    sections = results.setdefault(place, {}) if place else results
    run = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "seconds": seconds,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "hashes": hashes(data),
    }
    sections[name] = {**found, "run": run}
    write_file(RESULTS, f"{json.dumps(plain(results), indent=1)}\n".encode())


def plain(value: Any) -> Any:
    """Return `value` as JSON types, floats with six significant digits, no number as null."""
    text = to_json(value, inf_nan_mode="null", fallback=lambda item: item.tolist())
    return json.loads(text, parse_float=lambda digits: float(f"{float(digits):.6g}"))


def log_opening(entry: Mapping[str, Any]) -> int:
    """Add one opening of the test set to the ledger; return how many these data have had."""
    before = LEDGER.read_bytes() if LEDGER.exists() else b""
    write_file(LEDGER, b"\n".join([*before.splitlines(), json.dumps(plain(entry)).encode(), b""]))
    return 1 + before.count(f'"data": "{entry["data"]}"'.encode())


def hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of the code that measures, of the settings and of the data file."""
    paths = sorted([*PACKAGE.glob("*.py"), *PACKAGE.glob("kit/*.py")])  # not studies, product
    code = b"".join(path.read_bytes() for path in paths if path.name not in PRESENTATION)
    files = {"settings": Path("project.toml"), "data": data}
    found = {name: file_hash(str(path)) for name, path in files.items() if path.exists()}
    return found | {"code": hashlib.sha256(code).hexdigest()}


def stale(results: Results, data: Path) -> list[str]:
    """Return a sentence for each input that has changed since it was measured."""
    now, measured = hashes(data).items(), [step for step in STEPS if step in results]
    changed = {step: dict(now - results[step]["run"]["hashes"].items()) for step in measured}
    return [f"the {name} changed after `{step}` ran" for step in measured for name in changed[step]]


def save_model(model: Any, path: Path = MODEL) -> dict[str, Any]:
    """Save the fitted model and return what `load_model` needs to trust the file."""
    joblib.dump(model, content := io.BytesIO(), compress=3)
    write_file(path, content.getvalue())
    return {"file": str(path), "sha256": file_hash(str(path)), "bytes": path.stat().st_size}


def load_model(results: Results) -> Any:
    """Return the model of this very run: a pickle runs code, so only our own file is opened."""
    known = results["train"]["model"]
    path = Path(known.get("file", MODEL))
    if not path.exists() or file_hash(str(path)) != known["sha256"]:
        raise Stop(f"{path} is not the model of {RESULTS}", "run `reproduce`: git keeps no model")
    return joblib.load(path)
