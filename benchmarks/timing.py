"""Times commands side by side: interleaved runs, medians, and the ratios between them."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import mlscaffold

SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Contestant:
    """A command to time; `prepare` makes, untimed, the folder that each run starts in.

    `fine` are the exit codes of success.
    """

    name: str
    command: Sequence[object]
    prepare: Callable[[], Path]
    variables: Mapping[str, str] = field(default_factory=dict)
    fine: Collection[int] = (0,)


class Run(NamedTuple):
    """What a run took: on the clock, and of the processors, which another load hardly alters."""

    wall: float
    processor: float


def measure(
    contestants: Sequence[Contestant],
    runs: int,
    *,
    warm_up: bool = True,
    places: dict[str, Path] | None = None,
) -> dict[str, list[Run]]:
    """Return the seconds that `runs` runs of each took; one more, before, may warm the caches.

    The runs take turns, so whatever else the machine does meets all of them. In `places` they
    leave the folder of each one's last run.
    """
    seconds: dict[str, list[Run]] = {each.name: [] for each in contestants}
    for turn in range(-1 if warm_up else 0, runs):
        for each in contestants:
            place = each.prepare()
            start, used = time.perf_counter(), used_by_children()
            done = subprocess.run(
                [str(word) for word in each.command],
                cwd=place,
                env={**os.environ, **each.variables},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if turn >= 0:
                took = Run(time.perf_counter() - start, used_by_children() - used)
                seconds[each.name].append(took)
            if places is not None:
                places[each.name] = place
            if done.returncode not in each.fine:
                raise SystemExit(f"{each.name}: {done.stdout}{done.stderr}")
    return seconds


def used_by_children() -> float:
    """Return the processor seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(title: str, seconds: Mapping[str, Sequence[Run]]) -> str:
    """Return a Markdown table of medians; the ratios are those to the first line."""
    medians = {
        name: Run(*map(statistics.median, zip(*runs, strict=True)))
        for name, runs in seconds.items()
    }
    first = next(iter(medians.values()))
    lines = [
        f"| {title} | seconds | fastest to slowest | ratio | processor seconds | ratio |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, each in medians.items():
        walls = [run.wall for run in seconds[name]]
        lines.append(
            f"| {name} | {each.wall:.2f} | {min(walls):.2f} to {max(walls):.2f} "
            f"| {each.wall / first.wall:.2f} "
            f"| {each.processor:.2f} | {each.processor / first.processor:.2f} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Return on what the numbers were measured."""
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    tools = ", ".join(f"{name} {version(name)}" for name in ("mlscaffold-cli", "copier", "click"))
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load average {load}, "
        f"{platform.system()}, Python {platform.python_version()}, {git.strip()}, {tools}"
    )


@contextmanager
def sandbox() -> Iterator[Path]:
    """Lend a folder that is also the home directory of somebody whom git knows."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as temporary:
        home = Path(temporary).resolve()
        (home / ".gitconfig").write_text("[user]\nname = Grace\nemail = grace@example.org\n")
        os.environ.update(
            HOME=str(home),
            XDG_CACHE_HOME=str(home / "cache"),
            MLSCAFFOLD_CACHE_DIR=str(home / "mlscaffold"),
            PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        )
        # As pip leaves a package: nothing is to be compiled when a command starts.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        compile_modules(Path(sysconfig.get_path("purelib")), Path(mlscaffold.__file__).parent)
        yield home


def compile_modules(*folders: Path) -> None:
    """Compile what lies in `folders`, where it is not compiled yet."""
    command = [sys.executable, "-m", "compileall", "-q", *map(str, folders)]
    subprocess.run(command, check=False, capture_output=True)


def fresh_folder(place: Path) -> Callable[[], Path]:
    """Return what makes an empty folder below `place`, a new one each time."""
    place.mkdir(parents=True, exist_ok=True)
    return lambda: Path(tempfile.mkdtemp(dir=place))


def fresh_copy(source: Path, place: Path) -> Callable[[], Path]:
    """Return what copies the folder `source` to below `place`, where it keeps its name."""
    empty = fresh_folder(place)
    return lambda: Path(shutil.copytree(source, empty() / source.name, symlinks=True))


def install(place: Path, *packages: str) -> Path | None:
    """Install each of `packages` in the new environment `place`; return its scripts."""
    uv = shutil.which("uv")
    if uv is None:
        print("(without uv, there are no peers to compare with)")
        return None
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
    scripts = place / SCRIPTS.name
    for package in packages:
        where = ["--quiet", "--compile-bytecode", "--python", str(scripts / "python")]
        command = [uv, "pip", "install", *where, package]
        if subprocess.run(command, check=False).returncode:
            print(f"({package} cannot be installed here, so it is left out)")
    return scripts
