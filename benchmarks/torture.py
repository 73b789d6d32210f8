"""Tortures updates: random learners, and kills at every step, with their results in torture.md.

Run it as `python benchmarks/torture.py [HISTORIES] [KILLS]`, from the top of this repository.
"""

from __future__ import annotations

import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from histories import World, check_history, everything, make_world
from kills import check_after_kill, choose_step, count_steps, kill_after, kill_at_step

from mlscaffold import store
from mlscaffold.new import Request, create_project
from mlscaffold.parts import add_parts
from mlscaffold.update import update_project

PER_WORLD = 20
REPORT = Path(__file__).with_name("torture.md")


def torture_updates(histories: int, folder: Path) -> Counter[str]:
    """Update the projects of random learners; return how often what happened."""
    counts: Counter[str] = Counter()
    for seed in range(histories):
        if seed % PER_WORLD == 0:
            place = folder / f"world{seed}"
            place.mkdir()
            world = make_world(place, random.Random(seed))
            store.BUNDLE = world.bundle
        project = world.settle(folder / f"history{seed}", random.Random(seed))
        try:
            result = check_history(project, world.base, world.wanted)
        except AssertionError as error:
            print(f"seed {seed}: {error} ({project})")
            counts["with something lost or done in silence"] += 1
            continue
        shutil.rmtree(project.parent)
        if result is None:
            counts["refused: a file that git ignores is in the way"] += 1
            continue
        counts["updated"] += 1
        counts["with conflicts, all brought back by `--abort`"] += bool(result.conflicts)
        for kind in {each.kind for each in result.outcome.notices}:
            counts[f"with a file named: {kind.value}"] += 1
    return counts


def torture_by_kills(kills: int, folder: Path) -> Counter[str]:
    """Kill `update`, `add` and `new` at random steps; return how often what was found."""
    counts: Counter[str] = Counter()
    dice = random.Random(1)
    place = folder / "killed"
    place.mkdir()
    world = make_world(place, dice)
    store.BUNDLE = world.bundle
    targets: dict[str, Callable[[Path], object]] = {
        "update": update_project,
        "add": partial(add_parts, names=["page"]),
    }
    for number in range(kills):
        name = ("update", "add", "update", "add", "new")[number % 5]
        where = folder / f"kill{number}"
        where.mkdir()
        if name == "new":
            found = kill_new(where, dice)
        else:
            found = kill_change(world, targets[name], where, dice)
        counts[f"`{name}`: {found}"] += 1
        shutil.rmtree(where)
    return counts


def kill_change(
    world: World, change: Callable[[Path], object], folder: Path, dice: random.Random
) -> str:
    """Kill a change of a project at a random step, and return what was found."""
    project = world.settle(folder, random.Random(dice.random()), blocked=0)
    old = everything(project)
    trial = folder / "trial" / project.name
    shutil.copytree(project, trial, symlinks=True)
    started = time.perf_counter()
    steps = count_steps(partial(change, trial))
    duration, new = time.perf_counter() - started, everything(trial)
    if dice.random() < 0.25:
        kill_after(partial(change, project), dice.random() * duration)
    else:
        kill_at_step(partial(change, project), choose_step(steps, dice))
    again = partial(change, project)
    return check_after_kill(project, old, new, again, abort=dice.random() < 0.5)


def kill_new(folder: Path, dice: random.Random) -> str:
    """Kill the creation of a project at a random step, and return what was found."""

    def create(place: Path) -> None:
        author = "Ada Lovelace <ada@example.org>"
        create_project(Request(project_type="numbers", destination=place, author=author))

    trial, project = (folder / name / "small-numbers" for name in ("trial", "here"))
    total, _, _ = count_steps(partial(create, trial))
    new = everything(trial)
    kill_at_step(partial(create, project), choose_step((total, total * 2 // 3, total), dice))
    if not project.exists():
        create(project)
        assert everything(project) == new, "a second run does not make the project"
        return "nothing there, and a second run makes it"
    assert everything(project) == new, "half a project"
    return "whole"


def table(title: str, counts: Counter[str]) -> str:
    """Return the counts as a table."""
    rows = "".join(f"| {what} | {count} |\n" for what, count in counts.most_common())
    return f"| {title} | |\n|---|---|\n{rows}"


def main() -> int:
    """Run all, print and keep the result."""
    histories, kills = (int(word) for word in [*sys.argv[1:], "1000", "200"][:2])
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary).resolve()
        updates = torture_updates(histories, folder)
        killed = torture_by_kills(kills, folder)
    minutes = (time.perf_counter() - began) / 60
    REPORT.write_text(
        f"""# Torture

`python benchmarks/torture.py {histories} {kills}`, {minutes:.0f} minutes,
Python {platform.python_version()}.

Learners insert, delete, move, rename, reformat, end lines as Windows does, change modes, put binary
files and links in the place of texts, let git ignore files, and write files where the next release
brings some. No line may be gone that is neither in the tree nor brought back by `--abort`, and
nothing may happen to a file in silence. See `histories.py` for what is checked.

{table(f"{histories} random learners", updates)}
A kill comes at a random step, in three of four cases while files are put in place. The tree must be
the old one, the new one, or become one of them by `--abort` or a second run.

{table(f"{kills} kills: what was left", killed)}""",
        "utf-8",
    )
    print(REPORT.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
