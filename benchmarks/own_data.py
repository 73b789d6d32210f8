"""The whole way from a file to results, without a hand edit: `own_data.py PYTHON PLACE FOLDER...`.

PYTHON (an absolute path) is one that has what projects install, PLACE is where projects are made
and kept, the FOLDERs hold the files that `own_data.toml` names; `--only NAME,...` takes some.
Each file is looked at as it is, its project is made of the templates in this repository and run.
A line for each: how it ended, how long that took, score on the test rows beside the rule of thumb,
the share of the skill of a tuned boosting (`rival.py`: regression and classification) that the
chosen model reaches, with its interval, and the best one on the folds where that is another; traps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import tomlkit
from roles import flagged

from mlscaffold.catalog import read_manifest
from mlscaffold.compose import compose
from mlscaffold.data.own import OwnData, Wish, look
from mlscaffold.errors import MlscaffoldError
from mlscaffold.release import TEMPLATES
from mlscaffold.render import render

LONGEST = 1800  # seconds
FEATURES = ("numeric", "categorical", "date", "text")
HERE = Path(__file__).parent


def main(python: str, place: Path, folders: list[Path], only: list[str]) -> None:
    """Run the named files, or all of them."""
    cases = tomllib.loads((HERE / "own_data.toml").read_text("utf-8"))
    chosen = {name: facts for name, facts in cases.items() if name in only or not only}
    green = 0
    place.mkdir(parents=True, exist_ok=True)
    for name, facts in chosen.items():
        shutil.rmtree(place / name, ignore_errors=True)
        try:
            said = go(python, place / name, folders, facts)
            green += said.startswith("green")
        except (MlscaffoldError, subprocess.TimeoutExpired) as error:
            said = f"failed: {error}"
        seen = "tuned on" if facts.get("tuned") else "unseen"
        print(f"{name:<16} {seen:<8} {said}", flush=True)
    print(f"{green} of {len(chosen)} green")


def go(python: str, place: Path, folders: list[Path], facts: dict[str, Any]) -> str:
    """Make and run the project of a file; return how that ended in a line."""
    begin = time.monotonic()
    path = locate(facts["file"], folders)
    if facts.get("pack"):
        path = pack(path, place)
    other = str(locate(facts["join"], folders)) if "join" in facts else None
    own = look(
        Wish(str(path), facts.get("kind"), facts.get("target"), join=other, on=facts.get("on"))
    )
    looked = time.monotonic() - begin
    write(own, place)
    done = run(python, place, "from study.reproduce import main; main()")
    took = f"look {looked:.0f} s, run {time.monotonic() - begin - looked:.0f} s"
    traps = facts.get("traps", [])
    missed = [trap for trap in traps if not named(own, trap)]
    what = f"{own.kind}, {own.plan.split.value}"
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        said = next((line for line in lines if "error" in line), lines[-1] if lines else "")
        return f"failed ({what}; {took}): {said}"
    traps_said = f"traps {len(traps) - len(missed)}/{len(traps)}"
    traps_said += f" (missed: {', '.join(missed)})" if missed else ""
    return f"green  ({what}; {took}): {scores(python, place, own)}; {traps_said}"


def locate(name: str, folders: list[Path]) -> Path:
    """Return where a file lies, or a pattern that names some."""
    found = [folder / name for folder in folders if list(folder.glob(name))]
    if not found:
        raise MlscaffoldError(f"no folder holds `{name}`", "name the folders of the data sets")
    return found[0]


def pack(path: Path, place: Path) -> Path:
    """Return a zip archive of a file, as a person would send it."""
    packed = place.with_name(f"{path.stem}.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return packed


def write(own: OwnData, place: Path) -> None:
    """Write the project of a file, of the templates in this repository."""
    templates = place.with_name(f"{place.name}.templates")
    shutil.rmtree(templates, ignore_errors=True)
    compose(TEMPLATES, templates)
    answers = {
        "project_type": own.kind, "dataset": read_manifest(TEMPLATES)[1][own.kind].default_dataset,
        "project_name": "own-data", "package": "study", "author": "Ada", "year": 2026, "parts": [],
    }  # fmt: skip
    render(templates, place, answers, {"_src_path": "here"})
    shutil.rmtree(templates)
    own.put(place)
    schema = json.loads((TEMPLATES / "schemas" / f"{own.kind}.json").read_text("utf-8"))
    (place / "project.toml").write_text(tomlkit.dumps(own.settings(schema)), encoding="utf-8")


def run(python: str, place: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in the folder of a project."""
    environment = {**os.environ, "PYTHONPATH": "src", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, "-c", code], cwd=place, env=environment, capture_output=True, text=True,
        timeout=LONGEST, check=False,
    )  # fmt: skip
    with (place / "run.log").open("a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    return done


def named(own: OwnData, trap: str) -> bool:
    """Return whether the look named a trap, or left the column out."""
    kind, _, column = trap.partition(" ")
    if kind == "out":
        columns = own.settings()["columns"]
        return not any(column in columns.get(role, ()) for role in FEATURES)
    return flagged(own.plan, trap)


def scores(python: str, place: Path, own: OwnData) -> str:
    """Return score, rule of thumb, and the share of the skill of a tuned boosting."""
    results = json.loads((place / "reports" / "results.json").read_text("utf-8"))
    found = results["evaluate"]["headline"]
    said = f"{found['metric']} {found['value']:.4g}, rule {found['rule_of_thumb']['value']:.4g}"
    if own.kind not in {"regression", "classification"}:
        return said
    done = run(python, place, (HERE / "rival.py").read_text("utf-8"))
    if done.returncode:
        return f"{said}; the rival failed: {done.stderr.splitlines()[-1:]}"
    rival = json.loads(done.stdout.splitlines()[-1])
    choice = results["train"]["choice"]
    said += f", boosting {rival['boosting']:.4g}; {choice['chosen']} {share(rival['chosen'])}"
    if choice["best"] != choice["chosen"]:
        said += f", best on the folds {choice['best']} {share(rival['best'])}"
    return said


def share(found: list[float]) -> str:
    """Return the share of the boosting's skill, with its interval."""
    value, low, high = found
    if high - low > 2:
        return "(too little skill to compare)"
    return f"{value:.0%} ({low:.0%} to {high:.0%})"


if __name__ == "__main__":
    given = sys.argv[1:]
    wanted = given.pop(given.index("--only") + 1).split(",") if "--only" in given else []
    first, second, *rest = [each for each in given if each != "--only"]
    main(first, Path(second), [Path(each) for each in rest], wanted)
