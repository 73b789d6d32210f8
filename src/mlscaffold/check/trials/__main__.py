"""Measures what the request asks for; writes each measurement as soon as it is there."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

Probe = tuple[str, Callable[[], Iterator[dict[str, Any]]]]


def main() -> None:
    """Read the request, run the probes one after the other; a failing one does not stop others."""
    place = Path(sys.argv[1])
    request = json.loads(place.read_text("utf-8"))
    wanted = request["probes"]
    warnings.filterwarnings("ignore")  # of libraries, about their own future
    with place.with_name("measured.jsonl").open("a", encoding="utf-8") as log:

        def write(found: dict[str, Any]) -> None:
            log.write(json.dumps(found) + "\n")
            log.flush()

        try:
            probes = list(find_probes(request))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of somebody else
            write({"probe": "start", "failed": reason(error)})
            return
        for name, probe in probes:
            if name not in {*wanted, "seed", "lists"}:  # every other probe needs the seeds
                continue
            try:
                for found in probe():
                    write(found)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - code of somebody else
                write({"probe": name, "failed": reason(error)})
        write({"probe": "end"})


def find_probes(request: dict[str, Any]) -> Iterator[Probe]:
    """Yield the probes for this kind of repository."""
    from .probes import Bench

    package, results = request.get("package", ""), request.get("results", {})
    if declared := request.get("declared"):
        from .declared import open_declared

        yield from Bench(open_declared(declared)).probes()
    elif has(package, "alerts"):
        from . import anomaly

        yield from Bench(anomaly.open_project(package, results)).probes()
    elif has(package, "kit.ranking"):
        from .recommender import Lists

        yield "lists", Lists(package, results).measure
    else:
        from . import supervised

        yield from Bench(supervised.open_project(package, results)).probes()


def has(package: str, module: str) -> bool:
    """Tell whether the project has a module, which tells its type."""
    try:
        import_module(f"{package}.{module}")
    except ModuleNotFoundError:
        return False
    return True


def reason(error: BaseException) -> str:
    """Return an error in one line."""
    lines = str(error).strip().splitlines()
    said = lines[0][:200] if lines else ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


main()
