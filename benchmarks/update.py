"""How long an update takes, beside those of copier and cruft, and what git's own merge takes of it.

First on the real releases, then on templates made here, of files like ours: of ten, four are
rendered by Jinja, all of about 40 lines; between two releases either a tenth of them changes, or
all do. A learner has edited a tenth of the files. cruft gets the same files as a cookiecutter
template.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from timing import (
    SCRIPTS,
    Contestant,
    Run,
    fresh_copy,
    install,
    machine,
    measure,
    sandbox,
    table,
)

from mlscaffold.release import release, released_tags
from mlscaffold.sources.ours import OurTemplates
from mlscaffold.store import BUNDLE, URL, open_store

MANIFEST = """\
version = "0.{release}.0"
[types.many]
summary = "Many files"
layers = ["many"]
default_dataset = "none"
"""
QUESTIONS = """\
_subdirectory: "{{ project_type }}"
_envops:
  undefined: jinja2.StrictUndefined
project_name:
  type: str
  default: demo
package:
  type: str
  default: "{{ project_name }}"
"""
ANSWERS_FILE = "many/{{ _copier_conf.answers_file }}.jinja"
DATASET = '[project]\ntitle = "None"\n[data]\nlicence = "CC0"\ndemo = true\n'
PROGRAM = """\
#!{python}
import sys
from pathlib import Path
import mlscaffold.store
mlscaffold.store.BUNDLE = Path({bundle!r})
from mlscaffold.{module} import main
sys.exit(main())
"""
RENDER = """\
import sys, tempfile
from pathlib import Path
from mlscaffold.render import render
for template, answers in zip(sys.argv[1:3], ({{}}, {{}})):
    with tempfile.TemporaryDirectory() as folder:
        render(Path(template), Path(folder) / "demo", {answers!r}, {source!r}, only={only!r})
"""
MERGE = ("git", "merge-tree", "--write-tree", "-z", "--messages", "wanted", "yours")
SOLVE = 4  # how `mlscaffold update` says that there are conflicts to solve
MARK = "mine_"


@dataclass(frozen=True)
class Case:
    """A project to update: its templates, from which release to which one."""

    title: str
    bundle: Path
    project_type: str
    before: str
    after: str


def write(folder: Path, name: str, text: str) -> None:
    """Write `text` to the file `name` in `folder`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run `command`, and return what it printed."""
    done = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def place_of(number: int, package: str) -> str:
    """Return the path of a made file in its template."""
    folder = f"src/{package}/part{number // 50}" if number % 3 else f"tests/{number // 50}"
    return f"{folder}/file{number}.py"


def text_of(number: int, changed: int, release: int, package: str) -> str:
    """Return the text of a made file, of which the first `changed` differ by release."""
    version = release if number < changed else 0
    first = f"import {package}.data" if number % 5 < 2 else "import data"
    lines = [first, *(f"line_{line} = {line * number}" for line in range(40)), f"V = {version}"]
    return "\n".join(lines) + "\n"


def make_case(folder: Path, count: int, changed: int) -> Case:
    """Release two templates of `count` files that differ in `changed` of them."""
    layers, bundle = folder / "layers", folder / "templates.bundle"
    write(layers, "copier.yml", QUESTIONS)
    write(layers, "datasets/many/none.toml", DATASET)
    write(layers, ANSWERS_FILE, "{{ _copier_answers | to_nice_yaml -}}\n")
    for number in (1, 2):
        write(layers, "layers.toml", MANIFEST.format(release=number))
        for each in range(count):
            path = place_of(each, "{{ package }}") + (".jinja" if each % 5 < 2 else "")
            write(layers, f"many/{path}", text_of(each, changed, number, "{{ package }}"))
        release(layers, bundle, folder / "releases.toml", datetime.date(2026, number, 1))
    title = f"{count:,} files, {'all' if changed == count else 'a tenth'} changed"
    return Case(title, bundle, "many", "v0.1.0", "v0.2.0")


def real_cases() -> list[Case]:
    """Return the updates of our own releases: from the first and from every type of the last."""
    store = open_store()
    tags = released_tags(store.repository)
    types = [
        (tag, kind)
        for tag in (tags[0], tags[-2])
        for kind in run("git", "ls-tree", "-d", "--name-only", tag, cwd=store.repository).split()
        if kind not in {"datasets", "parts"}
    ]
    return [
        Case(f"{kind}, {tag} to {tags[-1]}", BUNDLE, kind, tag, tags[-1]) for tag, kind in types
    ]


def make_project(case: Case, folder: Path) -> Path:
    """Return a committed project of the older release, a tenth of whose files somebody edited.

    Beside it, the repository `merge` has the three commits of which the update is a merge.
    """
    source = OurTemplates(open_store(case.bundle))
    answers = {"project_type": case.project_type, "project_name": "demo"}
    for name, tag in (("demo", case.before), ("wanted", case.after)):
        source.render(tag, answers, folder / name)
    project, merge = folder / "demo", folder / "merge"
    commit(project, "Start", new=True)
    shutil.copytree(project, merge)
    run("git", "branch", "--quiet", "base", cwd=merge)
    edit(project)
    commit(project, "Mine")
    for branch, tree in (("yours", project), ("wanted", folder / "wanted")):
        run("git", "checkout", "--quiet", "-b", branch, "base", cwd=merge)
        run("git", "rm", "--quiet", "-r", ".", cwd=merge)
        shutil.copytree(tree, merge, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
        commit(merge, branch)
    return project


def edit(project: Path) -> None:
    """Edit every tenth Python file: a line in the middle, and in every third a function, too."""
    for number, path in enumerate(sorted(project.rglob("*.py"))[::10]):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        places = [at for at, line in enumerate(lines) if line.strip() and not line[0].isspace()]
        middle = places[len(places) // 2]
        lines.insert(middle, f"{MARK}{number} = 1\n")
        if number % 3 == 0:
            lines.append(f"\n\ndef {MARK}own_{number}() -> int:\n    return {number}\n")
        path.write_text("".join(lines), "utf-8")


def commit(project: Path, message: str, *, new: bool = False) -> None:
    """Commit all that is in `project`, a `new` repository or not."""
    if new:
        run("git", "init", "--quiet", cwd=project)
    run("git", "add", "--all", cwd=project)
    run("git", "commit", "--quiet", "--allow-empty", "--message", message, cwd=project)


def make_programs(folder: Path, bundle: Path) -> Path:
    """Write the two commands of mlscaffold, which take their templates from `bundle`."""
    for name, module in (("mlscaffold", "cli"), ("git-remote-mlscaffold", "remote_helper")):
        text = PROGRAM.format(python=sys.executable, bundle=str(bundle), module=module)
        write(folder / "bin", name, text)
        (folder / "bin" / name).chmod(0o755)
    return folder / "bin"


def make_cruft_project(folder: Path, cruft: Path, count: int, changed: int) -> Path:
    """Return a project made by cruft from a cookiecutter template with the same files."""
    template = folder / "cookiecutter"
    write(template, "cookiecutter.json", json.dumps({"name": "demo", "package": "demo"}))
    for number in (1, 2):
        for each in range(count):
            path = place_of(each, "{{ cookiecutter.package }}")
            text = text_of(each, changed, number, "{{ cookiecutter.package }}")
            write(template, f"{{{{ cookiecutter.name }}}}/{path}", text)
        commit(template, str(number), new=number == 1)
        if number == 1:
            place = folder / "cruft"
            place.mkdir()
            run(cruft, "create", "--no-input", "--output-dir", place, template)
            project = place / "demo"
            commit(project, "Start", new=True)
            edit(project)
            commit(project, "Mine")
    return project


def render_command(case: Case, folder: Path) -> list[str]:
    """Return a command that renders, of both releases, only what they do not have alike."""
    store = open_store(case.bundle)
    places = []
    for tag in (case.before, case.after):
        places.append(folder / f"template-{tag}")
        run("git", "clone", "--quiet", "--branch", tag, case.bundle, places[-1])
    changed = run("git", "diff", "--name-only", case.before, case.after, cwd=store.repository)
    start = f"{case.project_type}/"
    only = {name.removeprefix(start) for name in changed.splitlines() if name.startswith(start)}
    code = RENDER.format(
        answers={"project_type": case.project_type, "project_name": "demo"},
        source={"_commit": "v0", "_src_path": URL},
        only=only,
    )
    return [sys.executable, "-c", code, *map(str, places)]


def contestants(case: Case, folder: Path, cruft: Path | None) -> list[Contestant]:
    """Return the commands to compare on one case."""
    project, programs = make_project(case, folder), make_programs(folder, case.bundle)
    path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    old = fresh_copy(project, folder / "old")
    mine = [programs / "mlscaffold", "update"]
    plain = [SCRIPTS / "copier", "update", "--defaults", "--quiet"]
    found = [
        Contestant("`copier update`", plain, old, path),
        Contestant("`mlscaffold update`", mine, old, path, {0, SOLVE}),
    ]
    if cruft:
        made = make_cruft_project(folder, cruft, *map(int, folder.name.split("-")))
        copy = fresh_copy(made, folder / "old-cruft")
        command = [cruft, "update", "--skip-apply-ask"]
        found.append(Contestant("`cruft update`, same files", command, copy, path))
        command = [programs / "mlscaffold", "update", "--trust"]
        found.append(Contestant("`mlscaffold update` of that", command, copy, path, {0, SOLVE}))
    merge = folder / "merge"
    found += [
        Contestant("git's merge alone", MERGE, lambda: merge, {}, {0, 1}),
        Contestant("rendering alone", render_command(case, folder), lambda: merge),
    ]
    return found


def count_losses(projects: Mapping[str, Path]) -> list[str]:
    """Return a table of what each tool left to be solved, and which own lines it lost."""
    lines = ["| | files with a conflict | rejected | lines lost |", "|---|--:|--:|--:|"]
    for name, project in projects.items():
        before = own_lines(run("git", "grep", "-h", MARK, cwd=project))
        paths = [path for path in project.rglob("*") if path.is_file() and ".git" not in path.parts]
        texts = [path.read_text("utf-8", errors="replace") for path in paths]
        clashes = sum("\n<<<<<<< " in text for text in texts)
        rejected = sum(path.suffix == ".rej" for path in paths)
        lost = before - own_lines("\n".join(texts))
        lines.append(f"| {name} | {clashes} | {rejected} | {len(lost)} |")
    return lines


def own_lines(text: str) -> set[str]:
    """Return the lines of the learner."""
    return {line.lstrip("+ ") for line in text.splitlines() if MARK in line}


def compare(case: Case, folder: Path, cruft: Path | None, runs: int) -> str:
    """Return the tables of one case."""
    folder.mkdir(parents=True)
    found = contestants(case, folder, cruft)
    places: dict[str, Path] = {}
    seconds = measure(found, runs, warm_up=runs > 1, places=places)
    updates = {name: place for name, place in places.items() if "update" in name}
    return "\n".join([table(case.title, seconds), "", *count_losses(updates), "", bound(seconds)])


def bound(seconds: Mapping[str, Sequence[Run]]) -> str:
    """Return the sentence that sets the whole beside the least that it could be."""
    least = {
        name: sorted(run.processor for run in runs)[len(runs) // 2]
        for name, runs in seconds.items()
    }
    floor = least["git's merge alone"] + least["rendering alone"]
    whole = least["`mlscaffold update`"]
    return (
        f"The whole takes {whole / floor:.1f} times git's merge and the rendering of what changed."
    )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="real releases and 100 files only")
    parser.add_argument("--real", action="store_true", help="real releases only")
    parser.add_argument("--files", type=int, action="append", help="sizes to measure instead")
    parser.add_argument("--runs", type=int, default=5, help="of each command [default: 5]")
    arguments = parser.parse_args()
    with sandbox() as home:
        print(machine())
        sizes = arguments.files or ([] if arguments.real else [100])
        if not (arguments.quick or arguments.real or arguments.files):
            sizes = [100, 1000, 10_000]
        if not arguments.files:
            for number, case in enumerate(real_cases()):
                print(
                    f"\n{compare(case, home / f'real{number}', None, arguments.runs)}", flush=True
                )
        peers = install(home / "peers", "cruft") if sizes else None
        cruft = peers / "cruft" if peers and (peers / "cruft").exists() else None
        for count in sizes:
            for changed in (count // 10, count):
                folder = home / f"{count}-{changed}"
                runs = arguments.runs if count <= 100 else 3 if count <= 1000 else 1
                case = make_case(home / f"templates-{count}-{changed}", count, changed)
                print(f"\n{compare(case, folder, cruft, runs)}", flush=True)


if __name__ == "__main__":
    main()
