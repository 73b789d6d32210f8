"""How long an update takes, and how `new` and `update` grow with the size of the template.

The templates are made here, of files like ours: of ten, four are rendered by Jinja, all of about
40 lines. Between the two releases either a tenth of the files changes (by one line), or all do,
which is the worst case.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
from pathlib import Path

from timing import SCRIPTS, Contestant, fresh_copy, fresh_folder, machine, measure, sandbox, table

from mlscaffold.release import release
from mlscaffold.render import render
from mlscaffold.store import URL, open_store

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


def write(folder: Path, name: str, text: str) -> None:
    """Write `text` to the file `name` in `folder`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_files(layers: Path, count: int, changed: int, release: int) -> None:
    """Write a template of `count` files, of which the first `changed` differ by release."""
    for number in range(count):
        suffix = ".jinja" if number % 5 < 2 else ""
        place = (
            f"src/{{{{ package }}}}/part{number // 50}" if number % 3 else f"tests/{number // 50}"
        )
        first = "import {{ package }}.data" if suffix else "import data"
        version = release if number < changed else 0
        lines = [first, *(f"line_{line} = {line * number}" for line in range(40)), f"V = {version}"]
        write(layers, f"many/{place}/file{number}.py{suffix}", "\n".join(lines) + "\n")


def make_bundle(folder: Path, count: int, changed: int) -> Path:
    """Release two templates of `count` files that differ in `changed` of them."""
    layers, bundle = folder / "layers", folder / "templates.bundle"
    write(layers, "copier.yml", QUESTIONS)
    write(layers, "datasets/many/none.toml", DATASET)
    write(layers, ANSWERS_FILE, "{{ _copier_answers | to_nice_yaml -}}\n")
    for number in (1, 2):
        write(layers, "layers.toml", MANIFEST.format(release=number))
        write_files(layers, count, changed, number)
        day = datetime.date(2026, number, 1)
        release(layers, bundle, folder / "releases.toml", day)
    return bundle


def make_project(folder: Path, bundle: Path) -> Path:
    """Return a committed project of the first release in `bundle`."""
    template, project = folder / "template", folder / "demo"
    run("git", "clone", "--quiet", "--branch", "v0.1.0", bundle, template)
    source = {"_commit": "v0.1.0", "_src_path": URL}
    render(template, project, {"project_type": "many", "dataset": "none"}, source)
    for command in ("init", "add --all", "commit --message Start"):
        run("git", *command.split(), "--quiet" if "add" not in command else ".", cwd=project)
    return project


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run `command`, without showing what it says."""
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)


def make_programs(folder: Path, bundle: Path) -> Path:
    """Write the two commands of mlscaffold, which take their templates from `bundle`."""
    for name, module in (("mlscaffold", "cli"), ("git-remote-mlscaffold", "remote_helper")):
        text = PROGRAM.format(python=sys.executable, bundle=str(bundle), module=module)
        write(folder / "bin", name, text)
        (folder / "bin" / name).chmod(0o755)
    return folder / "bin"


def compare(home: Path, count: int, changed: int, runs: int) -> str:
    """Return the table of `new` and `update` with a template of `count` files."""
    folder = home / f"{count}-{changed}"
    bundle = make_bundle(folder, count, changed)
    open_store(bundle)
    project, programs = make_project(folder, bundle), make_programs(folder, bundle)
    path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    old, empty = fresh_copy(project, folder / "old"), fresh_folder(folder / "empty")
    copier = SCRIPTS / "copier"
    mine, plain = [programs / "mlscaffold", "update"], [copier, "update", "--defaults", "--quiet"]
    create = [programs / "mlscaffold", "new", "many", "demo", "--yes"]
    copy = [copier, "copy", "--defaults", "--quiet", "--data", "project_type=many", URL, "demo"]
    updates = [
        Contestant("`mlscaffold update`", mine, old, path),
        Contestant("`copier update`", plain, old, path),
    ]
    creations = [
        Contestant("`mlscaffold new`, with git commit", create, empty, path),
        Contestant("`copier copy`", copy, empty, path),
    ]
    title = f"{count} files, {changed} changed"
    warm_up = count < 1000  # takes minutes, so the first second does not matter
    tables = [table(title, measure(updates, runs, warm_up=warm_up))]
    if changed < count:
        tables.append(table(title, measure(creations, runs, warm_up=warm_up)))
    return "\n\n".join(tables)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 and 100 files only")
    parser.add_argument("--runs", type=int, default=3, help="of each command [default: 3]")
    arguments = parser.parse_args()
    with sandbox() as home:
        print(machine())
        for count in (10, 100) if arguments.quick else (10, 100, 1000):
            for changed in (count // 10, count):
                print(f"\n{compare(home, count, changed, arguments.runs)}", flush=True)


if __name__ == "__main__":
    main()
