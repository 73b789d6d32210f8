"""Keeps what was measured: reports/results.json, the ledger of the test set, hashes, run facts."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from .command import ProjectError
from .project import Settings

Results = dict[str, Any]

RESULTS = Path("reports") / "results.json"
LEDGER = Path("reports") / "ledger.jsonl"
# Commands that measure nothing of the model.
TELLING = {"monitor", "predict", "probe", "recommend", "report", "serve"}


def read_results(root: Path) -> Results:
    """Return what was measured so far."""
    try:
        results: Results = json.loads((root / RESULTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError("there are no results yet", "run `train` first") from None
    except json.JSONDecodeError:
        raise ProjectError(
            f"{RESULTS} is damaged", "run `train` again, or restore it with git"
        ) from None
    return results


def write_results(root: Path, results: Results) -> None:
    """Replace the results in one step; six significant digits keep differences readable."""
    write_text(root / RESULTS, json.dumps(rounded(results), indent=1, allow_nan=False) + "\n")


def update_results(root: Path, parts: Results, seconds: Mapping[str, float]) -> None:
    """Replace some parts of the results and record how long they took."""
    results = read_results(root) | parts
    results["run"]["seconds"] |= seconds
    write_results(root, results)


def rounded(value: Any) -> Any:
    """Return `value` as plain JSON types, floats with six significant digits."""
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy's own types
        return rounded(value.tolist())
    return float(f"{value:.6g}") if isinstance(value, float) else value


def write_text(path: Path, text: str) -> None:
    """Write `text` beside `path`, then rename: an interruption leaves the old file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(temporary).chmod(0o644)  # mkstemp makes files that only their owner may read
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def append_to_ledger(root: Path, entry: Mapping[str, Any]) -> int:
    """Add one opening of the test set to the ledger and return how many there are."""
    path = root / LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(rounded(entry)) + "\n")
    return len(path.read_text(encoding="utf-8").splitlines())


def hashes(root: Path, settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of the measuring code, of the settings and of the data file.

    What only tells or serves (`report`, `serve`, the folders `reporting` and `service`) is left
    out: editing it makes no number stale.
    """
    package = Path(__file__).parent
    measuring = [path for path in sorted(package.glob("*.py")) if path.stem not in TELLING]
    code = "".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in measuring)
    declared = (root / "project.toml").read_text(encoding="utf-8")
    found = {"code": sha256(code.encode()), "settings": sha256(declared.encode())}
    data = settings.data.file(root)
    return found | ({"data": sha256(data.read_bytes())} if data.exists() else {})


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def stale(root: Path, settings: Settings, results: Results) -> list[str]:
    """Return one sentence for each input that is no longer the one that was measured."""
    recorded = results["run"]["hashes"]
    return [
        f"the {name} changed after the results were measured"
        for name, value in hashes(root, settings).items()
        if value != recorded.get(name)
    ]


def check_fresh(root: Path, settings: Settings, results: Results) -> None:
    """Refuse to go on from results of other code, settings or data."""
    if changed := stale(root, settings, results):
        raise ProjectError(changed[0], "run `train` first")


def model_version(results: Results) -> str:
    """Return a short name that changes with every fitted model: the beginning of its hash."""
    return str(results["model"]["sha256"][:12])


def run_facts(root: Path, settings: Settings, seconds: Mapping[str, float]) -> dict[str, Any]:
    """Return what is needed to judge and repeat a run."""
    return {
        "commit": git(root, "rev-parse", "--short", "HEAD") or "none",
        "dirty": bool(git(root, "status", "--porcelain", "--", "src", "project.toml")),
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "libraries": libraries(),
        "machine": {"cpu": processor(), "cores": os.cpu_count(), "memory_gb": memory()},
        "seconds": dict(seconds),
        "hashes": hashes(root, settings),
    }


def libraries() -> dict[str, str]:
    """Return the installed version of every library that pyproject.toml names."""
    names = [re.split(r"[^\w.-]", needed)[0] for needed in requires(__package__) or []]
    return {name: version(name) for name in names}


def git(root: Path, *arguments: str) -> str:
    """Return what git answers, or nothing where there is no repository or no git."""
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory() -> float:
    """Return the main memory in GB; 0 where the system does not say (Windows)."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return 0.0
