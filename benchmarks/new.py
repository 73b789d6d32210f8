"""How long a new project takes: `mlscaffold new`, with its first commit, and its peers."""

from __future__ import annotations

import argparse
from pathlib import Path

from timing import SCRIPTS, Contestant, fresh_folder, install, machine, measure, sandbox, table

URL = "git+mlscaffold://templates"
ANSWERS = ("--data", "project_type=regression", "--data", "project_name=demo")


def peers(scripts: Path, empty: Path, ccds_template: str | None) -> list[Contestant]:
    """Return the other tools, each making its smallest project without asking."""
    start = fresh_folder(empty)
    options = ("--tools", "none", "--example", "n", "--telemetry", "no")
    found = [
        Contestant("`kedro new`", [scripts / "kedro", "new", "--name", "demo", *options], start)
    ]
    if ccds_template:
        command = [scripts / "ccds", "--no-input", ccds_template, "project_name=demo"]
        found.append(Contestant("`ccds` (from a local clone)", command, start))
    else:
        print("(ccds downloads its template: give a clone with --ccds-template to compare)")
    return [each for each in found if Path(str(each.command[0])).exists()]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    parser.add_argument("--ccds-template", help="a clone of cookiecutter-data-science")
    arguments = parser.parse_args()
    with sandbox() as home:
        empty = fresh_folder(home / "empty")
        create = [SCRIPTS / "mlscaffold", "new", "regression", "demo", "--yes"]
        copy = [SCRIPTS / "copier", "copy", "--quiet", "--defaults", *ANSWERS, URL, "demo"]
        contestants = [
            Contestant("`copier copy` of the same template", copy, empty),
            Contestant("`mlscaffold new`, with git commit", create, empty),
            Contestant("`mlscaffold new --no-git`", [*create, "--no-git"], empty),
        ]
        scripts = install(home / "peers", "kedro", "cookiecutter-data-science")
        if scripts:
            contestants += peers(scripts, home / "empty", arguments.ccds_template)
        seconds = measure(contestants, 3 if arguments.quick else 9)
        print(machine(), "", table("new project", seconds), sep="\n")


if __name__ == "__main__":
    main()
