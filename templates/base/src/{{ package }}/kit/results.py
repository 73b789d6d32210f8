"""Keeps what was measured: results.json, the ledger of test openings, hashes, the model."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from . import Stop

Results = dict[str, Any]

PACKAGE = Path(__file__).parents[1]
RESULTS, LEDGER = Path("reports/results.json"), Path("reports/ledger.jsonl")
MODEL = Path("models/model.joblib")
STEPS = ("train", "diagnose", "evaluate")
LIBRARIES = ("numpy", "pandas", "scikit-learn")
CONTRACT = 1  # version of the layout of results.json


def read_results(*needed: str) -> Results:
    """Return what was measured so far; stop where a section that is `needed` is missing."""
    try:
        results: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
        known = {**results}
    except FileNotFoundError:
        known = results = {}
    except (ValueError, TypeError):
        hint = "run `reproduce`, or restore it with git"
        raise Stop(f"{RESULTS} is damaged", hint) from None
    for section in needed:
        if not isinstance(known.get(section), dict):
            raise Stop(f"there are no results of `{section}` yet", f"run `{section}` first")
    return results


def write_results(section: str, found: Mapping[str, Any], seconds: float, data: Path) -> None:
    """Replace one section in one step, with the facts of its run; `train` clears the others.

    An optional study writes `studies.NAME`.
    """
    results: Results = {"contract": CONTRACT, **({} if section == "train" else read_results())}
    place, _, name = section.rpartition(".")
    sections = results.setdefault(place, {}) if place else results
    sections[name] = {**found, "run": {"seconds": seconds, "hashes": hashes(data), **facts()}}
    text = json.dumps(plain(results), indent=1, allow_nan=False)
    write_file(RESULTS, f"{text}\n".encode())


def plain(value: Any) -> Any:
    """Return `value` as JSON types, floats with six significant digits, no number as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's own types
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.6g}") if abs(value) < float("inf") else None
    return value


def write_file(path: Path, content: bytes) -> None:
    """Write beside `path`, then rename: an interruption leaves the old file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)  # mkstemp lets only the owner read
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def log_opening(entry: Mapping[str, Any]) -> int:
    """Add one opening of the test set to the ledger; return how many these data have had."""
    LEDGER.parent.mkdir(parents=True, exist_ok=True)
    with LEDGER.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(plain(entry)) + "\n")
    lines = [json.loads(line) for line in LEDGER.read_text(encoding="utf-8").splitlines() if line]
    return sum(line.get("data") == entry.get("data") for line in lines)


def hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of the code that measures, of the settings and of the data file."""
    code = b"".join(path.read_bytes() for path in sorted(measuring_modules()))
    found = {"code": sha256(code), "settings": sha256(Path("project.toml").read_bytes())}
    return found | ({"data": file_sha256(data)} if data.exists() else {})


def measuring_modules() -> set[Path]:
    """Return the files that the steps import, the learner's own among them, not what tells."""
    found, queue = set(), [PACKAGE / f"{step}.py" for step in STEPS]
    while queue:
        if (path := queue.pop()) not in found and path.is_file():
            found.add(path)
            queue += imports(path)
    return found


def imports(path: Path) -> Iterator[Path]:
    """Yield the files that `path` may import from this package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            yield from (place.with_suffix(".py"), place / "__init__.py")
            yield from (place / f"{name.name}.py" for name in node.names)


def stale(results: Results, data: Path) -> list[str]:
    """Return a sentence for each input that is no longer the one that was measured."""
    now = hashes(data)
    return [
        f"the {name} changed after `{step}` ran"
        for step in STEPS if step in results
        for name, value in now.items() if value != results[step]["run"]["hashes"].get(name)
    ]  # fmt: skip


def check_fresh(results: Results, data: Path) -> None:
    """Refuse to go on from results of other code, settings or data."""
    if changed := stale(results, data):
        raise Stop(changed[0], "run `train` first")


def save_model(model: Any) -> dict[str, Any]:
    """Save the fitted model and return what `load_model` needs to trust the file."""
    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=3)
    write_file(MODEL, buffer.getvalue())
    return {"sha256": sha256(buffer.getvalue()), "bytes": len(buffer.getvalue())}


def load_model(results: Results) -> Any:
    """Return the model of this very run: a pickle runs code, so only our own file is opened."""
    if not MODEL.exists():
        raise Stop(f"there is no {MODEL}", "run `train`: the model is not kept in git")
    content = MODEL.read_bytes()
    if sha256(content) != results["train"]["model"]["sha256"]:
        raise Stop(f"{MODEL} is not the model of {RESULTS}", "run `reproduce`")
    return joblib.load(io.BytesIO(content))


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def facts() -> dict[str, Any]:
    """Return what is needed to judge and repeat a run."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") or "none",
        "dirty": bool(git("status", "--porcelain", "--", "src", "project.toml")),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def git(*arguments: str) -> str:
    """Return what git answers, or nothing where there is no repository or no git."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
